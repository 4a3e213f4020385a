"""Launching a cycle: one institution or a whole region at once, with the dates planned and frozen.

A launch is idempotent: a programme is named by its institution, year and roadmap, and what is there stays as it is.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from vekha.domain.access import Action, demand
from vekha.domain.calendar import Roll, WorkingCalendar
from vekha.domain.campaign import CampaignState, Step, take, warnings_of
from vekha.domain.deadlines import Cycle, problem_of, resolve
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.domain.planning import Key, Plan, merge_overrides, plan, spread
from vekha.domain.roadmap import Roadmap
from vekha.domain.roadmap_file import hint
from vekha.services.launch.campaign_versions import outrun, pin, roadmap_of
from vekha.services.launch.starting import Start, changed, programme_key, start
from vekha.services.region.calendars import calendar_of
from vekha.services.work import Work
from vekha.storage import bulk
from vekha.storage.tables import Activity, Campaign, Institution, Programme, Region, Stage

Levels = Mapping[str, Mapping[str, str]]  # «type:school» → «stage.activity» → phrase
BATCH = 500  # institutions in one transaction of a launch


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a launch would do: institutions by type, dates by type, and what deserves a look, by type as well."""

    institutions: dict[str, int]
    plans: dict[str, Plan]
    warnings: dict[str, tuple[Problem, ...]]
    roadmaps: dict[str, Roadmap]


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

    Raises VekhaError with every type, institution and overridden row that is not there, and every undated phrase.
    """
    demand(work.actor, Action.SCHEDULE, region=data.region)
    known = work.session.get(Campaign, data.code)
    if known is not None:
        same = (known.region, known.year, known.filter, known.overrides, known.roll)
        if same != (data.region, data.year, data.chosen, data.overrides, data.roll.value):
            raise VekhaError(problem("campaign.exists", campaign=data.code))
        return known
    maps = [work.tools.registry.roadmap(kind) for kind in work.tools.registry.types]
    phrases = [said for level in data.overrides.values() for said in level.items()]
    undated = (found for place, phrase in phrases for found in undated_in(maps, data.year, place, phrase))
    refuse(dict.fromkeys([*problems_of(work, data), *undated]))
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
    pin(work, row, chosen_for(row))
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
    return work.session.exec(chosen_for(campaign)).all()


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
    local = {(each.type, *levels_of(campaign.overrides, each.municipality, each.code)) for each in institutions}
    plans: dict[tuple[str, ...], Plan] = {}
    problems: list[Problem] = []
    problems += [found for kind in counts for found in work.tools.registry.faults(kind)]
    for kind, municipality, own in sorted({(kind, "", "") for kind in counts} | local):
        roadmap = roadmap_of(work, campaign, kind)
        problems += [*changed(work, roadmap)]
        try:
            plans[kind, municipality, own] = plan_for(work, campaign, kind, (municipality, own), roadmap)
        except VekhaError as refusal:
            problems += refusal.problems
    refuse(dict.fromkeys(problems))
    warnings: dict[str, dict[Problem, None]] = {kind: dict.fromkeys(outrun(work, campaign, [kind])) for kind in counts}
    for (kind, *_), made in plans.items():
        warnings[kind] |= dict.fromkeys(_warnings(work, campaign, kind, made))
    return Preview(
        institutions=dict(counts),
        plans={kind: plans[kind, "", ""] for kind in counts},
        warnings={kind: tuple(found) for kind, found in warnings.items() if found},
        roadmaps={kind: roadmap_of(work, campaign, kind) for kind in counts},
    )


def _warnings(work: Work, campaign: Campaign, kind: str, made: Plan) -> Iterator[Problem]:
    today = work.local_day(work.session.get_one(Region, campaign.region).timezone)
    roadmap, calendar = roadmap_of(work, campaign, kind), work.tools.calendar(campaign.region)
    yield from warnings_of(roadmap, made, calendar, today)
    yield from made.warnings


def request_launch(work: Work, code: str) -> None:
    """Queues the launch: one transaction that answers at once, the flow does the rest in batches."""
    campaign = campaign_of(work, code)
    preview(work, code)  # refuses now what would fail later
    old, campaign.state = campaign.state, take(Step.LAUNCH, CampaignState(campaign.state)).value
    work.session.add(campaign)
    work.audit(f"campaign:{code}", old=old, new="launching")
    work.queue("launch_campaign", f"launch_campaign:{code}:{work.now.isoformat()}", {"campaign": code})


def launch_batch(work: Work, code: str, institutions: Iterable[str]) -> int:
    """Starts the programmes of some of its institutions; those already started are left alone. Returns how many are
    new: none once the campaign is cancelled."""
    campaign = campaign_of(work, code)
    if campaign.state == CampaignState.CANCELLED:
        return 0
    rows = chosen_for(campaign).where(col(Institution.code).in_(list(institutions)))
    shared: dict[Hashable, tuple[Roadmap, Plan, frozenset[Key]]] = {}
    starts: list[Start] = []
    columns = (Institution.code, Institution.type, Institution.municipality, Institution.days)
    for row in work.session.execute(rows.with_only_columns(*(col(each) for each in columns))):
        levels = levels_of(campaign.overrides, row.municipality, row.code)
        alike = (row.type, *levels, *row.days.items())
        if alike not in shared:
            roadmap = roadmap_of(work, campaign, row.type)
            made = plan_for(work, campaign, row.type, levels, roadmap, calendar_of(work, campaign.region, row.days))
            own = spread(keys_of(campaign.overrides.get(levels[1], {})), roadmap)
            shared[alike] = roadmap, made, frozenset(own)
        starts.append(Start(row.code, row.type, *shared[alike]))
    return len(start(work, starts, campaign.year, campaign.code))


def finish_launch(work: Work, code: str) -> None:
    """Marks the campaign as running once every batch is through; one cancelled meanwhile stays so."""
    campaign = campaign_of(work, code)
    if campaign.state in (CampaignState.DRAFT, CampaignState.LAUNCHING):
        work.audit(f"campaign:{code}", old=campaign.state, new="running")
        campaign.state, campaign.launched_at = "running", campaign.launched_at or work.now
        work.session.add(campaign)
        bulk.weigh(work.session, Institution, Programme, Stage, Activity)


def start_one(work: Work, institution: Institution, year: int, roadmap_code: str | None = None) -> str:
    """Starts a programme outside a campaign; returns its key. Raises VekhaError programme.exists or plugin.unsound."""
    work.demand(Action.SCHEDULE, institution)
    refuse(work.tools.registry.faults(institution.type))
    roadmap = work.tools.registry.roadmap(institution.type, roadmap_code)
    calendar = calendar_of(work, institution.region, institution.days)
    made = plan(roadmap, Cycle(*roadmap.cycle.dates(year)), calendar)
    started = start(work, [Start(institution.code, institution.type, roadmap, made)], year, None)
    if not started:
        key = programme_key(institution.code, year, roadmap, work.tools.registry.roadmap(institution.type))
        raise VekhaError(problem("programme.exists", institution=institution.code, programme=key))
    return started[0]


# --- what a campaign says ---------------------------------------------------------------------------------------------


def problems_of(work: Work, data: CampaignData) -> Iterator[Problem]:
    """Regions, types, institutions, levels, stages and activities that are named and not there."""
    if work.session.get(Region, data.region) is None:
        yield problem("institution.unknown_region", "region", region=data.region)
    known = work.tools.registry.types
    levels = [level.partition(":")[::2] for level in data.overrides]
    named = {"types": [*data.chosen.get("types", ())], "institutions": [*data.chosen.get("institutions", ())]}
    for kind, name in levels:
        if kind in ("type", "institution") and name:
            named[f"{kind}s"].append(name)
        elif (kind, name) != ("campaign", "") and not (kind == "municipality" and name):
            yield problem("campaign.unknown_level", "overrides", level=f"{kind}:{name}".removesuffix(":"))
    for each in dict.fromkeys(named["types"]):
        if each not in known:
            facts = {"name": each, "known": ", ".join(known), "hint": hint(each, known)}
            yield problem("plugin.unknown_type", "types", **facts)
    here = select(Institution.code).where(Institution.region == data.region)
    found = set(work.session.exec(here.where(col(Institution.code).in_(named["institutions"]))))
    for each in dict.fromkeys(named["institutions"]):
        if each not in found:
            yield problem("institution.unknown", "institutions", institution=each)
    for level, phrases in data.overrides.items():
        for place in phrases:
            yield from unknown_place(work, place, level)


def unknown_place(work: Work, place: str, where: str) -> Iterator[Problem]:
    """A stage or activity that no roadmap has, nor has had under this code."""
    maps = [work.tools.registry.roadmap(kind) for kind in work.tools.registry.types]
    wanted = keys_of({place: ""})
    if not any(spread(wanted, each).keys() & {(stage.code, row.code) for stage, row in each.rows()} for each in maps):
        yield problem("campaign.unknown_row", where, place=place)


def undated_in(maps: Iterable[Roadmap], year: int, place: str, phrase: str) -> Iterator[Problem]:
    """A phrase that has no date in the cycle of some roadmap that has the place."""
    said: dict[Problem, None] = {}
    for roadmap in maps:
        cycle = Cycle(*roadmap.cycle.dates(year))
        if spread(keys_of({place: phrase}), roadmap).keys() & {(stage.code, row.code) for stage, row in roadmap.rows()}:
            found = problem_of(phrase, resolve(phrase, cycle), place)
            if found is not None:
                said[found] = None
    yield from said


def chosen_for(campaign: Campaign) -> SelectOfScalar[Institution]:
    """The query of the institutions a campaign is for, by code."""
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


def levels_of(overrides: Levels, municipality: str, institution: str) -> tuple[str, str]:
    """What tells two institutions' deadlines apart: the municipality and institution, where a deadline names them."""
    named = (f"municipality:{municipality}", f"institution:{institution}")
    return (named[0] if named[0] in overrides else "", named[1] if named[1] in overrides else "")


def merged_for(overrides: Levels, kind: str, levels: tuple[str, str], roadmap: Roadmap) -> dict[Key, str]:
    """The deadlines that hold for institutions of a type at these levels, instead of the roadmap's phrases."""
    wide = ("campaign", f"type:{kind}", *levels)
    return merge_overrides(spread(keys_of(overrides.get(level, {})), roadmap) for level in wide)


def plan_for(
    work: Work,
    campaign: Campaign,
    kind: str,
    levels: tuple[str, str],
    roadmap: Roadmap,
    calendar: WorkingCalendar | None = None,
) -> Plan:
    """The dates of institutions of a type at these levels, by their own calendar or by that of the region."""
    merged = merged_for(campaign.overrides, kind, levels, roadmap)
    cycle = Cycle(*roadmap.cycle.dates(campaign.year))
    return plan(roadmap, cycle, calendar or work.tools.calendar(campaign.region), merged, Roll(campaign.roll))


def keys_of(level: Mapping[str, str]) -> dict[Key, str]:
    """«stage.activity» → (stage, activity); «stage» alone → every activity of it, (stage, "")."""
    found: dict[Key, str] = {}
    for place, phrase in level.items():
        stage, _, activity = place.partition(".")
        found[stage, activity] = phrase
    return found
