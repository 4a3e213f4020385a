"""Launching a cycle: one institution or a whole region at once, with the dates planned and frozen.

A launch is idempotent: a programme is named by its institution, year and roadmap, and what is there stays as it is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from vekha.domain.access import Action, demand
from vekha.domain.calendar import Roll
from vekha.domain.deadlines import Cycle
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.domain.planning import Key, Plan, merge_overrides, plan
from vekha.domain.programme import ActivityState, StageState
from vekha.domain.roadmap import Roadmap
from vekha.domain.roadmap_file import hint
from vekha.services.queries import ROADMAP_DIGEST
from vekha.services.work import Work
from vekha.storage.tables import Activity, Campaign, Institution, Programme, Region, RoadmapVersion, Stage

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
    """A campaign to be launched; the same code again with the same content changes nothing.

    Raises VekhaError with every type, institution and overridden row that is not there.
    """
    demand(work.actor, Action.SCHEDULE, region=data.region)
    known = work.session.get(Campaign, data.code)
    if known is not None:
        same = (known.region, known.year, known.filter, known.overrides, known.roll)
        if same != (data.region, data.year, data.chosen, data.overrides, data.roll.value):
            raise VekhaError(problem("campaign.exists", campaign=data.code))
        return known
    refuse(_problems(work, data))
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
    """Raises VekhaError campaign.unknown, or access.denied for somebody who may not launch in its region."""
    row = work.session.get(Campaign, code)
    if row is None:
        raise VekhaError(problem("campaign.unknown", campaign=code))
    demand(work.actor, Action.SCHEDULE, region=row.region)
    return row


def targets(work: Work, campaign: Campaign) -> Sequence[Institution]:
    """The institutions a campaign is for, in the order of their codes."""
    return work.session.exec(_targets(campaign)).all()


def preview(work: Work, code: str) -> Preview:
    """Dates and warnings before anything is written.

    Raises VekhaError with every phrase that cannot be dated and every roadmap changed without a new version. `plans`
    are those of a type where no municipality or institution has deadlines of its own.
    """
    campaign = campaign_of(work, code)
    institutions = targets(work, campaign)
    if not institutions:
        raise VekhaError(problem("campaign.empty", campaign=code))
    counts = Counter(each.type for each in institutions)
    local = {(each.type, *_levels(campaign, each)) for each in institutions}
    plans: dict[tuple[str, ...], Plan] = {}
    problems: list[Problem] = []
    for kind, *levels in sorted({(kind, "", "") for kind in counts} | local):
        roadmap = work.tools.registry.roadmap(kind)
        problems += [*_changed(work, roadmap)]
        try:
            plans[kind, *levels] = _plan(work, campaign, kind, levels, roadmap)
        except VekhaError as refusal:
            problems += refusal.problems
    refuse(dict.fromkeys(problems))
    warnings = tuple(dict.fromkeys(found for made in plans.values() for found in made.warnings))
    return Preview(institutions=dict(counts), plans={kind: plans[kind, "", ""] for kind in counts}, warnings=warnings)


def request_launch(work: Work, code: str) -> None:
    """Queues the launch: one transaction that answers at once, the flow does the rest in batches."""
    campaign = campaign_of(work, code)
    preview(work, code)  # refuses now what would fail later
    old, campaign.state = campaign.state, "launching"
    work.session.add(campaign)
    work.audit(f"campaign:{code}", old=old, new="launching")
    work.queue("launch_campaign", f"launch_campaign:{code}:{work.now.isoformat()}", {"campaign": code})


def launch_batch(work: Work, code: str, institutions: Iterable[str]) -> int:
    """Starts the programmes of some of its institutions; those already started are left alone. Returns how many are
    new."""
    campaign = campaign_of(work, code)
    rows = work.session.exec(_targets(campaign).where(col(Institution.code).in_(list(institutions)))).all()
    plans: dict[tuple[str, ...], Plan] = {}
    starts: list[_Start] = []
    for institution in rows:
        roadmap = work.tools.registry.roadmap(institution.type)
        levels = _levels(campaign, institution)
        made = plans.get((institution.type, *levels))
        if made is None:
            made = plans[institution.type, *levels] = _plan(work, campaign, institution.type, levels, roadmap)
        starts.append(_Start(institution, roadmap, made))
    return len(_start(work, starts, campaign.year, campaign.code))


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
    started = _start(work, [_Start(institution, roadmap, made)], year, None)
    if not started:
        key = programme_key(institution.code, year, roadmap, work.tools.registry.roadmap(institution.type))
        raise VekhaError(problem("programme.exists", institution=institution.code, programme=key))
    return started[0]


def programme_key(institution: str, year: int, roadmap: Roadmap, default: Roadmap) -> str:
    """«school-12-2026»; a variant's code is added when it is not the type's default roadmap."""
    suffix = "" if roadmap.code == default.code else f"-{roadmap.code}"
    return f"{institution}-{year}{suffix}"


def freeze_roadmap(work: Work, roadmap: Roadmap) -> None:
    """Stores the version once; raises VekhaError programme.roadmap_changed when its content differs now."""
    refuse(_changed(work, roadmap))
    row = {"code": roadmap.code, "version": roadmap.version, "digest": roadmap.digest, "stored_at": work.now}
    work.insert_new(RoadmapVersion, [{**row, "content": roadmap.model_dump_json()}])


def _changed(work: Work, roadmap: Roadmap) -> Iterator[Problem]:
    version = {"code": roadmap.code, "version": roadmap.version}
    stored = work.session.execute(ROADMAP_DIGEST, version).scalar_one_or_none()
    if stored not in (None, roadmap.digest):
        yield problem("programme.roadmap_changed", roadmap.code, roadmap=roadmap.code, version=roadmap.version)


# --- what a campaign says ---------------------------------------------------------------------------------------------


def _problems(work: Work, data: CampaignData) -> Iterator[Problem]:
    if work.session.get(Region, data.region) is None:
        yield problem("institution.unknown_region", "region", region=data.region)
    known = work.tools.registry.types
    levels = [level.partition(":")[::2] for level in data.overrides]
    named = {"types": [*data.chosen.get("types", ())], "institutions": [*data.chosen.get("institutions", ())]}
    for kind, name in levels:
        if kind in ("type", "institution") and name:
            named[f"{kind}s"].append(name)
        elif (kind, name) != ("campaign", "") and not (kind == "municipality" and name):
            yield problem("campaign.unknown_level", "overrides", level=f"{kind}:{name}")
    for each in dict.fromkeys(named["types"]):
        if each not in known:
            facts = {"name": each, "known": ", ".join(known), "hint": hint(each, known)}
            yield problem("plugin.unknown_type", "types", **facts)
    here = select(Institution.code).where(Institution.region == data.region)
    found = set(work.session.exec(here.where(col(Institution.code).in_(named["institutions"]))))
    for each in dict.fromkeys(named["institutions"]):
        if each not in found:
            yield problem("institution.unknown", "institutions", institution=each)
    rows = {(stage.code, row.code) for kind in known for stage, row in work.tools.registry.roadmap(kind).rows()}
    for level, phrases in data.overrides.items():
        for place in phrases:
            if not _keys({place: ""}).keys() <= rows:
                yield problem("campaign.unknown_row", level, place=place)


def _targets(campaign: Campaign) -> SelectOfScalar[Institution]:
    rows = select(Institution).where(Institution.region == campaign.region)
    chosen = campaign.filter
    for key, column in (
        ("types", Institution.type),
        ("municipalities", Institution.municipality),
        ("institutions", Institution.code),
    ):
        if chosen.get(key):
            rows = rows.where(col(column).in_(chosen[key]))
    return rows.order_by(col(Institution.code))


def _levels(campaign: Campaign, institution: Institution) -> tuple[str, str]:
    """What tells two institutions' deadlines apart: the municipality and institution, where a deadline names them."""
    municipality, code = f"municipality:{institution.municipality}", f"institution:{institution.code}"
    return (municipality if municipality in campaign.overrides else "", code if code in campaign.overrides else "")


def _plan(work: Work, campaign: Campaign, kind: str, levels: Iterable[str], roadmap: Roadmap) -> Plan:
    wide = ("campaign", f"type:{kind}", *levels)
    merged = merge_overrides(_keys(campaign.overrides.get(level, {})) for level in wide)
    cycle = Cycle(*roadmap.cycle.dates(campaign.year))
    return plan(roadmap, cycle, work.tools.calendar(campaign.region), merged, Roll(campaign.roll))


def _keys(level: dict[str, str]) -> dict[Key, str]:
    """«stage.activity» → (stage, activity)."""
    found: dict[Key, str] = {}
    for place, phrase in level.items():
        stage, _, activity = place.partition(".")
        found[stage, activity] = phrase
    return found


# --- what a launch writes ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Start:
    institution: Institution
    roadmap: Roadmap
    made: Plan


def _start(work: Work, starts: Sequence[_Start], year: int, campaign: str | None) -> list[str]:
    """Writes the programmes that are not there yet and returns their keys: of two launches at once, one writes each."""
    for roadmap in dict.fromkeys(each.roadmap for each in starts):
        freeze_roadmap(work, roadmap)
    default = work.tools.registry.roadmap
    wanted = {
        programme_key(each.institution.code, year, each.roadmap, default(each.institution.type)): each
        for each in starts
    }
    rows = [_programme_row(work, key, each, year, campaign) for key, each in wanted.items()]
    new = work.insert_new(Programme, rows)
    for key in new:
        work.append(Stage, [{"programme": key, **row} for row in _stage_rows(wanted[key].made)])
        work.append(Activity, [{"programme": key, **row} for row in _activity_rows(wanted[key].made)])
        work.audit("programme", programme=key, new="running", why=campaign)
    return new


def _programme_row(work: Work, key: str, start: _Start, year: int, campaign: str | None) -> dict[str, Any]:
    return {
        "key": key,
        "institution": start.institution.code,
        "campaign": campaign,
        "roadmap": start.roadmap.code,
        "roadmap_version": start.roadmap.version,
        "year": year,
        "cycle_starts": start.made.cycle.starts,
        "cycle_ends": start.made.cycle.ends,
        "state": "running",
        "started_at": work.now,
    }


def _stage_rows(made: Plan) -> Iterable[dict[str, Any]]:
    for ordinal, stage in enumerate(made.stages):
        row = {"code": stage.code, "ordinal": ordinal, "state": StageState.PLANNED.value}
        yield {**row, "opens": stage.opens, "due": stage.due}


def _activity_rows(made: Plan) -> Iterable[dict[str, Any]]:
    ordinal = 0
    for stage in made.stages:
        for activity in stage.activities:
            several = " ".join(f"{due}" for due in activity.dues) if len(activity.dues) > 1 else None
            row = {"stage": stage.code, "code": activity.code, "ordinal": ordinal, "own": False}
            dates = {"opens": activity.opens, "due": activity.due, "dues": several}
            yield {**row, **dates, "state": ActivityState.PLANNED.value}
            ordinal += 1
