"""The life of a campaign: what may be done with it when, what deserves a look before, how somebody late is planned."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from vekha.domain.calendar import Roll, WorkingCalendar
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.planning import Plan, PlannedActivity, PlannedStage
from vekha.domain.roadmap import Roadmap
from vekha.texts import text


class CampaignState(StrEnum):
    DRAFT = "draft"
    LAUNCHING = "launching"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"


class ProgrammeState(StrEnum):
    """A paused programme opens nothing by itself and reminds nobody; in a cancelled one nothing changes any more."""

    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What is asked of a campaign. LAUNCHED, FINISH and REOPEN follow by themselves from its programmes."""

    LAUNCH = "launch"
    LAUNCHED = "launched"
    ADD = "add"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    FINISH = "finish"
    REOPEN = "reopen"


_S = CampaignState
_STEPS: Mapping[Step, Mapping[CampaignState, CampaignState]] = {
    # Launching again finishes a launch that failed, and starts whoever has come to the region since.
    Step.LAUNCH: dict.fromkeys((_S.DRAFT, _S.LAUNCHING, _S.RUNNING, _S.FINISHED), _S.LAUNCHING),
    Step.LAUNCHED: {_S.LAUNCHING: _S.RUNNING},
    Step.ADD: {_S.RUNNING: _S.RUNNING, _S.FINISHED: _S.RUNNING},
    Step.PAUSE: {_S.RUNNING: _S.PAUSED},
    Step.RESUME: {_S.PAUSED: _S.RUNNING},
    Step.CANCEL: dict.fromkeys((_S.DRAFT, _S.LAUNCHING, _S.RUNNING, _S.PAUSED), _S.CANCELLED),
    Step.FINISH: {_S.RUNNING: _S.FINISHED, _S.PAUSED: _S.FINISHED},
    Step.REOPEN: {_S.FINISHED: _S.RUNNING},
}
_WITH_REASON = (Step.PAUSE, Step.CANCEL)


def take(step: Step, state: CampaignState, reason: str = "") -> CampaignState:
    """The state after the step. Raises VekhaError with everything in the way (campaign.wrong_state …)."""
    problems: list[Problem] = []
    if step in _WITH_REASON and not reason.strip():
        problems.append(problem("campaign.reason_needed"))
    if state not in _STEPS[step]:
        told = text(f"process.campaign_state.{state.value}")
        problems.append(problem("campaign.wrong_state", step=text(f"campaign.step.{step.value}"), state=told))
    if problems:
        raise VekhaError(problems)
    return _STEPS[step][state]


# --- before the launch ------------------------------------------------------------------------------------------------


def warnings_of(roadmap: Roadmap, made: Plan, calendar: WorkingCalendar, today: date) -> Iterator[Problem]:
    """What deserves a look in a plan: days off, rows due before what they wait for, dates that have passed."""
    dues = {stage.code: stage.due for stage in made.stages}
    for stage in made.stages:
        awaited = [(code, dues[code]) for code in roadmap.stage(stage.code).after if code in dues]
        for each in stage.activities:
            where = f"{stage.code}.{each.code}"
            yield from _days_off(each, calendar, where)
            for code, due in awaited:
                if each.due < due:
                    facts = {"due": _day(each.due), "awaited": roadmap.stage(code).title, "awaited_due": _day(due)}
                    yield problem("campaign.due_before_awaited", where, **facts)
            if each.due < today:
                yield problem("campaign.due_in_the_past", where, due=_day(each.due))


def _days_off(activity: PlannedActivity, calendar: WorkingCalendar, where: str) -> Iterator[Problem]:
    for due in activity.stated or activity.dues:
        day = calendar.day(due)
        if day.working:
            continue
        if due in activity.dues:
            yield problem("campaign.due_on_day_off", where, due=_day(due), reason=day.reason)
        else:
            moved = min(activity.dues, key=lambda each: abs(each - due))
            yield problem("campaign.due_moved", where, due=_day(due), reason=day.reason, moved=_day(moved))


# --- somebody late ----------------------------------------------------------------------------------------------------


def late_start(roadmap: Roadmap, made: Plan, starts: date, calendar: WorkingCalendar, roll: Roll) -> Plan:
    """The plan of a late-comer who begins on `starts`: the same way, walked faster.

    Every date keeps its share of the way: what was due half-way through the cycle is due half-way between the start and
    the end of the cycle. So nothing is due before the start, the order stays, and the last dates stay where everybody
    has them. A start before the cycle changes nothing. Raises VekhaError campaign.starts_after_end.
    """
    cycle = made.cycle
    if starts <= cycle.starts:
        return made
    first = calendar.roll(starts)  # so that rolling backward finds it
    if first >= cycle.ends:
        raise VekhaError(problem("campaign.starts_after_end", starts=_day(starts), ends=_day(cycle.ends)))

    def later(day: date) -> date:
        if day >= cycle.ends:
            return day
        passed, whole = max(0, (day - cycle.starts).days), (cycle.ends - cycle.starts).days
        return first + timedelta(days=passed * (cycle.ends - first).days // whole)

    def moved(each: PlannedActivity) -> PlannedActivity:
        raw = tuple(sorted({later(due) for due in each.stated or each.dues}))
        dues = tuple(sorted({calendar.roll(due, roll) for due in raw}))
        opens = min(later(each.opens), dues[-1])
        return replace(each, opens=opens, due=dues[-1], dues=dues, stated=raw if raw != dues else ())

    def stage_of(stage: PlannedStage) -> PlannedStage:
        activities = tuple(moved(each) for each in stage.activities)
        spec = roadmap.stage(stage.code)
        blocking = [each.due for each in activities if spec.activity(each.code).gate.blocks_stage]
        opens, due = min(each.opens for each in activities), max(blocking or [each.due for each in activities])
        return replace(stage, opens=opens, due=due, activities=activities)

    return replace(made, stages=tuple(stage_of(stage) for stage in made.stages))


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"
