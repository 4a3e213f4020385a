"""A campaign after its launch: paused, resumed, cancelled, joined by late-comers, finished with its last programme."""

import datetime as dt
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import exists, update
from sqlmodel import col, select

from vekha.domain.calendar import Roll
from vekha.domain.campaign import CampaignState, ProgrammeState, Step, late_start, take
from vekha.domain.errors import VekhaError, problem, refuse
from vekha.domain.planning import spread
from vekha.services.launch.campaign_versions import roadmap_of
from vekha.services.launch.campaigns import campaign_of, keys_of, levels_of, plan_for, targets
from vekha.services.launch.starting import Start, start
from vekha.services.process import stages
from vekha.services.region.calendars import calendar_of
from vekha.services.work import Work
from vekha.storage.tables import Audit, Campaign, Institution, Programme, Region

AT_WORK = (ProgrammeState.RUNNING, ProgrammeState.PAUSED)


def pause(work: Work, code: str, reason: str) -> int:
    """Nothing opens by itself and nobody is reminded until it is resumed; what is open can be worked on.

    Returns how many programmes stand still. Raises VekhaError campaign.wrong_state or campaign.reason_needed.
    """
    campaign = _step(work, code, Step.PAUSE, reason)
    return _turn(work, campaign, (ProgrammeState.RUNNING,), ProgrammeState.PAUSED, reason)


def resume(work: Work, code: str) -> int:
    """Goes on; what fell due meanwhile opens with the next round, and its dates stay as they were."""
    campaign = _step(work, code, Step.RESUME)
    return _turn(work, campaign, (ProgrammeState.PAUSED,), ProgrammeState.RUNNING, None)


def cancel(work: Work, code: str, reason: str) -> int:
    """Ends the campaign and its unfinished programmes for good; nothing is deleted. Returns how many were ended."""
    campaign = _step(work, code, Step.CANCEL, reason)
    return _turn(work, campaign, AT_WORK, ProgrammeState.CANCELLED, reason)


def add(work: Work, code: str, institutions: Sequence[str] = (), starts: dt.date | None = None) -> list[str]:
    """Starts the programmes of late-comers: of the institutions named, or of whoever the campaign is for and is not in.

    They begin on `starts` (today, where nothing is said): `vekha.domain.campaign.late_start` tells how their dates are
    planned. Returns the keys of the new programmes. Raises VekhaError institution.unknown, campaign.nobody_to_add,
    campaign.starts_after_end, campaign.wrong_state.
    """
    campaign = _step(work, code, Step.ADD)
    rows = _late_comers(work, campaign, institutions)
    begins = starts or _today(work, campaign)
    made = [_start_of(work, campaign, row, begins) for row in rows]
    keys = start(work, made, campaign.year, campaign.code)
    if not keys:
        raise VekhaError(problem("campaign.nobody_to_add", code))
    work.flush()
    for key in keys:
        stages.open_due(work, key)
    return keys


def settle(work: Work) -> None:
    """A campaign is finished with its last programme, and goes on when one of them does."""
    unfinished = exists().where(col(Programme.campaign) == col(Campaign.code), col(Programme.state).in_(AT_WORK))
    rows = select(Campaign.code, Campaign.state, unfinished.label("unfinished"))
    launched = (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.FINISHED)
    for code, state, at_work in work.session.execute(rows.where(col(Campaign.state).in_(launched))):
        if at_work is (state == CampaignState.FINISHED):
            _turn_campaign(work, work.session.get_one(Campaign, code), Step.REOPEN if at_work else Step.FINISH)


# --- steps ------------------------------------------------------------------------------------------------------------


def _step(work: Work, code: str, step: Step, reason: str = "") -> Campaign:
    """The campaign after the step, locked: of two operators the second one sees what the first has done."""
    campaign = campaign_of(work, code)
    work.session.refresh(campaign, with_for_update={"key_share": True})
    _turn_campaign(work, campaign, step, reason)
    return campaign


def _turn_campaign(work: Work, campaign: Campaign, step: Step, reason: str = "") -> None:
    old, new = campaign.state, take(step, CampaignState(campaign.state), reason)
    if old != new:
        campaign.state = new.value
        work.session.add(campaign)
        work.audit(f"campaign:{campaign.code}", old=old, new=new.value, why=reason or None)


def _turn(
    work: Work, campaign: Campaign, old: Iterable[ProgrammeState], new: ProgrammeState, reason: str | None
) -> int:
    rows = update(Programme).where(col(Programme.campaign) == campaign.code, col(Programme.state).in_(old))
    keys = work.session.execute(rows.values(state=new.value).returning(col(Programme.key))).scalars().all()
    work.programmes.clear()
    told = {"at": work.now, "who": work.actor.name, "subject": "programme", "old": None, "new": new.value}
    work.append(Audit, [{**told, "programme": key, "why": reason} for key in keys])
    return len(keys)


# --- late-comers ------------------------------------------------------------------------------------------------------


def _late_comers(work: Work, campaign: Campaign, codes: Sequence[str]) -> Sequence[Institution]:
    if not codes:
        return targets(work, campaign)
    rows = select(Institution).where(Institution.region == campaign.region, col(Institution.code).in_(codes))
    found = {row.code: row for row in work.session.exec(rows)}
    refuse(problem("institution.unknown", institution=code) for code in dict.fromkeys(codes) if code not in found)
    return list(found.values())


def _start_of(work: Work, campaign: Campaign, row: Institution, begins: dt.date) -> Start:
    roadmap = roadmap_of(work, campaign, row.type)
    levels = levels_of(campaign.overrides, row.municipality, row.code)
    calendar = calendar_of(work, row.region, row.days)
    made = plan_for(work, campaign, row.type, levels, roadmap, calendar)
    late = late_start(roadmap, made, begins, calendar, Roll(campaign.roll))
    pinned = frozenset(spread(keys_of(campaign.overrides.get(levels[1], {})), roadmap))
    return Start(row.code, row.type, roadmap, late, pinned, begins if late is not made else None)


def _today(work: Work, campaign: Campaign) -> dt.date:
    region = work.session.get_one(Region, campaign.region)
    return work.now.astimezone(ZoneInfo(region.timezone)).date()
