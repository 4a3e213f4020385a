"""The operator's own deadlines: for a campaign, a type, a municipality or an institution; the nearest level holds.

While a campaign is a draft they are simply written down. Once programmes run, a changed deadline is a change of dates
like any other: previewed, applied with a reason, undone.
"""

from collections.abc import Callable
from typing import Any

from sqlmodel import select

from vekha.domain.aims import replan
from vekha.domain.campaign import CampaignState, late_start
from vekha.domain.errors import VekhaError, problem, refuse
from vekha.domain.planning import plan, spread
from vekha.services.access.watching import watched
from vekha.services.dates.duedates import Aimed, Home, Scope
from vekha.services.dates.shifts import Change
from vekha.services.launch.campaign_versions import roadmap_of
from vekha.services.launch.campaigns import (
    CampaignData,
    Levels,
    campaign_of,
    keys_of,
    levels_of,
    merged_for,
    problems_of,
    undated_in,
)
from vekha.services.work import Work
from vekha.storage.tables import Campaign, DueBatch

Row = dict[str, Any]
WIDEST_FIRST = ("campaign", "type", "municipality", "institution")


def deadlines(work: Work, code: str) -> list[Row]:
    """The deadlines of a campaign, from the widest level to the nearest."""
    row = watched(work, code)
    found = [
        {"level": level, "place": place, "deadline": phrase}
        for level, phrases in row.overrides.items()
        for place, phrase in phrases.items()
    ]
    return sorted(found, key=lambda each: (WIDEST_FIRST.index(each["level"].partition(":")[0]), *each.values()))


def write_in_draft(work: Work, code: str, level: str, place: str, phrase: str | None) -> bool:
    """A deadline for a stage («prepare») or an activity («prepare.papers») at a level; None takes it away.

    False, and nothing is written, when the campaign is no draft any more. Raises VekhaError with everything wrong.
    """
    campaign = locked(work, code)
    if campaign.state != CampaignState.DRAFT:
        return False
    _check(work, campaign, level, place, phrase)
    _write(work, campaign, level, place, phrase)
    return True


def set_deadline(work: Work, code: str, level: str, place: str, phrase: str | None) -> Change:
    """The same for a campaign that runs, as a change of dates to preview and apply.

    Raises VekhaError with everything that is wrong.
    """
    campaign = locked(work, code)
    _check(work, campaign, level, place, phrase)
    old, new = campaign.overrides, _with(campaign.overrides, level, place, phrase)
    with_own = level.startswith("institution:")
    return Change(
        kind="schedule",
        scope=_scope(campaign, level),
        aiming=lambda _homes: _aimed(old, new, with_own=with_own),
        request={"level": level, "place": place, "old": old.get(level, {}).get(place), "new": phrase},
        stages=frozenset({place.partition(".")[0]}),
        hollow=True,  # the deadline holds for late-comers even when nobody's date moves now
        follow=lambda unit, batch: carry(unit, batch, on=True),
    )


def _check(work: Work, campaign: Campaign, level: str, place: str, phrase: str | None) -> None:
    if phrase is None and place not in campaign.overrides.get(level, {}):
        raise VekhaError(problem("schedule.not_set", place, level=level))
    facts = {"code": campaign.code, "title": campaign.title, "region": campaign.region, "year": campaign.year}
    data = CampaignData(**facts, overrides={level: {place: phrase or ""}})
    maps = [roadmap_of(work, campaign, kind) for kind in work.tools.registry.types]
    undated = undated_in(maps, campaign.year, place, phrase) if phrase is not None else ()
    refuse([*problems_of(work, data), *undated])


def carry(work: Work, batch: DueBatch, *, on: bool) -> None:
    """Writes the deadline that a batch of dates went with, or takes it back.

    Raises VekhaError schedule.changed when it is neither what the batch found nor what it left.
    """
    asked = batch.request
    campaign = locked(work, batch.campaign or "")
    before, after = (asked["old"], asked["new"]) if on else (asked["new"], asked["old"])
    now = campaign.overrides.get(asked["level"], {}).get(asked["place"])
    if now != before:
        facts = {"level": asked["level"], "now": now or "–"}
        raise VekhaError(problem("schedule.changed", asked["place"], **facts))
    _write(work, campaign, asked["level"], asked["place"], after)


def locked(work: Work, code: str) -> Campaign:
    """The campaign, alone with it until the transaction ends: its deadlines are one column."""
    if work.writes:
        rows = select(Campaign).where(Campaign.code == code).with_for_update()
        work.session.exec(rows.execution_options(populate_existing=True)).one_or_none()
    return campaign_of(work, code)


def _with(levels: Levels, level: str, place: str, phrase: str | None) -> dict[str, dict[str, str]]:
    made = {name: dict(phrases) for name, phrases in levels.items()}
    phrases = made.setdefault(level, {})
    phrases.pop(place, None)
    if phrase is not None:
        phrases[place] = phrase
    if not phrases:
        del made[level]
    return made


def _write(work: Work, campaign: Campaign, level: str, place: str, phrase: str | None) -> None:
    old = campaign.overrides.get(level, {}).get(place)
    campaign.overrides = _with(campaign.overrides, level, place, phrase)
    work.session.add(campaign)
    work.audit(f"deadline:{campaign.code}/{level}/{place}", old=old, new=phrase or "", why=None)


def _scope(campaign: Campaign, level: str) -> Scope:
    """The programmes a level is about."""
    kind, _, name = level.partition(":")
    named = {"type": "types", "municipality": "municipalities", "institution": "institutions"}
    narrowed = {named[kind]: (name,)} if kind in named else {}
    return Scope(region=campaign.region, campaign=campaign.code, **narrowed)  # type: ignore[arg-type]


def _aimed(old: Levels, new: Levels, *, with_own: bool) -> Callable[[Home], Aimed]:
    """Only where the deadline that holds is another one than before: what was shifted elsewhere stays shifted."""
    made: dict[tuple[Any, ...], Aimed] = {}

    def aimed_for(home: Home) -> Aimed:
        levels = levels_of({**old, **new}, home.municipality, home.institution)
        key = (home.roadmap.digest, home.type, levels, home.cycle, home.own_start, id(home.calendar), home.roll)
        if key not in made:
            made[key] = Aimed(_aim(old, new, home, levels, with_own=with_own), key)
        return made[key]

    return aimed_for


def _aim(old: Levels, new: Levels, home: Home, levels: tuple[str, str], *, with_own: bool) -> Any:
    before = merged_for(old, home.type, levels, home.roadmap)
    after = merged_for(new, home.type, levels, home.roadmap)
    changed = {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}
    planned = plan(home.roadmap, home.cycle, home.calendar, after, home.roll)
    if home.own_start is not None:
        planned = late_start(home.roadmap, planned, home.own_start, home.calendar, home.roll)
    wanted = {
        (each.stage, each.code): each
        for stage in planned.stages
        for each in stage.activities
        if (each.stage, each.code) in changed
    }
    own = frozenset(spread(keys_of(new.get(levels[1], {})), home.roadmap))
    return replan(wanted, own, with_own=with_own)
