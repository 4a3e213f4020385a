"""Launching a cycle: one institution or a whole region at once, with the dates planned and frozen.

A launch is idempotent: a programme is named by its institution, year and roadmap, and what is there stays as it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import col, select

from vekha.domain.access import Action, demand
from vekha.domain.calendar import Roll
from vekha.domain.deadlines import Cycle
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.planning import Key, Plan, merge_overrides, plan
from vekha.domain.programme import ActivityState, StageState
from vekha.domain.roadmap import Roadmap
from vekha.services.work import Work
from vekha.storage.tables import Activity, Campaign, Institution, Programme, RoadmapVersion, Stage

BATCH = 100  # institutions in one transaction of a launch


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a launch would do: institutions by type, dates by type, and what deserves a look."""

    institutions: dict[str, int]
    plans: dict[str, Plan]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignData:
    """What an operator decides of a campaign.

    `chosen` narrows it down: keys types, municipalities, institutions; empty = every institution of the region.
    `overrides` are deadlines by level («campaign», «type:school», «municipality:Уфа», «institution:school-12»), each
    mapping «stage.activity» to a phrase.
    """

    code: str
    title: str
    region: str
    year: int
    chosen: dict[str, list[str]] = field(default_factory=dict)
    overrides: dict[str, dict[str, str]] = field(default_factory=dict)
    roll: Roll = Roll.FORWARD


def create(work: Work, data: CampaignData) -> Campaign:
    """A campaign to be launched; the same code again with the same content changes nothing."""
    demand(work.actor, Action.SCHEDULE, region=data.region)
    known = work.session.get(Campaign, data.code)
    if known is not None:
        if (known.region, known.year, known.filter) != (data.region, data.year, data.chosen):
            raise VekhaError(problem("campaign.exists", campaign=data.code))
        return known
    row = Campaign(
        code=data.code,
        title=data.title,
        region=data.region,
        year=data.year,
        filter=data.chosen,
        overrides=data.overrides,
        roll=data.roll.value,
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.audit(f"campaign:{data.code}", new="draft", why=data.title)
    return row


def campaign_of(work: Work, code: str) -> Campaign:
    row = work.session.get(Campaign, code)
    if row is None:
        raise VekhaError(problem("campaign.unknown", campaign=code))
    return row


def targets(work: Work, campaign: Campaign) -> Sequence[Institution]:
    """The institutions a campaign is for, in the order of their codes."""
    rows = select(Institution).where(Institution.region == campaign.region)
    chosen = campaign.filter
    for key, column in (
        ("types", Institution.type),
        ("municipalities", Institution.municipality),
        ("institutions", Institution.code),
    ):
        if chosen.get(key):
            rows = rows.where(col(column).in_(chosen[key]))
    return work.session.exec(rows.order_by(col(Institution.code))).all()


def preview(work: Work, code: str) -> Preview:
    """Dates and warnings before anything is written. Raises VekhaError with every phrase that cannot be dated."""
    campaign = campaign_of(work, code)
    institutions = targets(work, campaign)
    if not institutions:
        raise VekhaError(problem("campaign.empty", campaign=code))
    counts: dict[str, int] = {}
    plans: dict[str, Plan] = {}
    for each in institutions:
        counts[each.type] = counts.get(each.type, 0) + 1
        if each.type not in plans:
            plans[each.type] = _plan(work, campaign, each, work.tools.registry.roadmap(each.type))
    warnings = tuple(dict.fromkeys(found for made in plans.values() for found in made.warnings))
    return Preview(institutions=counts, plans=plans, warnings=warnings)


def request_launch(work: Work, code: str) -> None:
    """Queues the launch: one transaction that answers at once, the flow does the rest in batches."""
    campaign = campaign_of(work, code)
    preview(work, code)  # refuses now what would fail later
    campaign.state = "launching"
    work.session.add(campaign)
    work.audit(f"campaign:{code}", old="draft", new="launching")
    work.queue("launch_campaign", f"launch_campaign:{code}:{work.now.isoformat()}", {"campaign": code})


def launch_batch(work: Work, code: str, institutions: Iterable[str]) -> int:
    """Starts the programmes of some institutions; those already started are left alone. Returns how many are new."""
    campaign = campaign_of(work, code)
    wanted = list(institutions)
    rows = work.session.exec(select(Institution).where(col(Institution.code).in_(wanted))).all()
    plans: dict[tuple[str, str, str, str], Plan] = {}
    started = 0
    for institution in rows:
        work.demand(Action.SCHEDULE, institution)
        roadmap = work.tools.registry.roadmap(institution.type)
        made_for = (institution.type, institution.region, *_levels(campaign, institution))
        made = plans.get(made_for)
        if made is None:
            made = plans[made_for] = _plan(work, campaign, institution, roadmap)
        started += _start(work, institution, roadmap, made, campaign.year, campaign.code)
    return started


def finish_launch(work: Work, code: str) -> None:
    """Marks the campaign as running once every batch is through."""
    campaign = campaign_of(work, code)
    if campaign.state != "running":
        work.audit(f"campaign:{code}", old=campaign.state, new="running")
        campaign.state, campaign.launched_at = "running", campaign.launched_at or work.now
        work.session.add(campaign)


def start_one(work: Work, institution: Institution, year: int, roadmap_code: str | None = None) -> str:
    """Starts a programme outside a campaign; returns its key. Raises VekhaError programme.exists."""
    work.demand(Action.SCHEDULE, institution)
    roadmap = work.tools.registry.roadmap(institution.type, roadmap_code)
    made = plan(roadmap, Cycle(*roadmap.cycle.dates(year)), work.tools.calendar(institution.region))
    key = programme_key(institution.code, year, roadmap, work.tools.registry.roadmap(institution.type))
    if not _start(work, institution, roadmap, made, year, None):
        raise VekhaError(problem("programme.exists", institution=institution.code, programme=key))
    return key


def programme_key(institution: str, year: int, roadmap: Roadmap, default: Roadmap) -> str:
    """«school-12-2026»; a variant's code is added when it is not the type's default roadmap."""
    suffix = "" if roadmap.code == default.code else f"-{roadmap.code}"
    return f"{institution}-{year}{suffix}"


def freeze_roadmap(work: Work, roadmap: Roadmap) -> None:
    """Stores the version once; raises VekhaError programme.roadmap_changed when its content differs now."""
    row = work.session.get(RoadmapVersion, (roadmap.code, roadmap.version))
    if row is not None:
        if row.digest != roadmap.digest:
            raise VekhaError(
                problem("programme.roadmap_changed", roadmap.code, roadmap=roadmap.code, version=roadmap.version)
            )
        return
    content = roadmap.model_dump_json()
    work.session.add(
        RoadmapVersion(
            code=roadmap.code, version=roadmap.version, digest=roadmap.digest, content=content, stored_at=work.now
        )
    )
    work.session.flush()


def _levels(campaign: Campaign, institution: Institution) -> tuple[str, str]:
    """What tells two institutions' deadlines apart: the municipality and institution, where a deadline names them."""
    municipality, code = f"municipality:{institution.municipality}", f"institution:{institution.code}"
    return (municipality if municipality in campaign.overrides else "", code if code in campaign.overrides else "")


def _plan(work: Work, campaign: Campaign, institution: Institution, roadmap: Roadmap) -> Plan:
    levels = ("campaign", f"type:{institution.type}", *_levels(campaign, institution))
    merged = merge_overrides(_keys(campaign.overrides.get(level, {})) for level in levels)
    cycle = Cycle(*roadmap.cycle.dates(campaign.year))
    return plan(roadmap, cycle, work.tools.calendar(institution.region), merged, Roll(campaign.roll))


def _keys(level: dict[str, str]) -> dict[Key, str]:
    """«stage.activity» → (stage, activity)."""
    found: dict[Key, str] = {}
    for place, phrase in level.items():
        stage, _, activity = place.partition(".")
        found[stage, activity] = phrase
    return found


def _start(work: Work, institution: Institution, roadmap: Roadmap, made: Plan, year: int, campaign: str | None) -> bool:
    key = programme_key(institution.code, year, roadmap, work.tools.registry.roadmap(institution.type))
    if work.session.get(Programme, key) is not None:
        return False
    freeze_roadmap(work, roadmap)
    work.session.add(
        Programme(
            key=key,
            institution=institution.code,
            campaign=campaign,
            roadmap=roadmap.code,
            roadmap_version=roadmap.version,
            year=year,
            cycle_starts=made.cycle.starts,
            cycle_ends=made.cycle.ends,
            started_at=work.now,
        )
    )
    work.append(Stage, [{"programme": key, **row} for row in _stage_rows(made)])
    work.append(Activity, [{"programme": key, **row} for row in _activity_rows(made)])
    work.audit("programme", programme=key, new="running", why=campaign)
    return True


def _stage_rows(made: Plan) -> Iterable[dict[str, Any]]:
    for ordinal, stage in enumerate(made.stages):
        row = {"code": stage.code, "ordinal": ordinal, "state": StageState.PLANNED.value}
        yield {**row, "opens": stage.opens, "due": stage.due}


def _activity_rows(made: Plan) -> Iterable[dict[str, Any]]:
    ordinal = 0
    for stage in made.stages:
        for activity in stage.activities:
            several = [due.isoformat() for due in activity.dues] if len(activity.dues) > 1 else None
            row = {"stage": stage.code, "code": activity.code, "ordinal": ordinal, "own": False}
            dates = {"opens": activity.opens, "due": activity.due, "dues": several}
            yield {**row, **dates, "state": ActivityState.PLANNED.value}
            ordinal += 1
