"""Where dates should go: by days, to a date or a phrase, by a new deadline or calendar, back to what they were.

Each function makes an aim for `vekha.domain.shifting.decide`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from vekha.domain.calendar import Roll, WorkingCalendar
from vekha.domain.deadlines import Cycle, Kind, Resolution, problem_of, resolve
from vekha.domain.errors import Problem, problem
from vekha.domain.planning import PlannedActivity
from vekha.domain.programme import ActivityState
from vekha.domain.shifting import (
    ActivityDates,
    Aim,
    Dates,
    Left,
    Move,
    Place,
    ProgrammeDates,
    staying,
)


@dataclass(frozen=True, slots=True)
class ByDays:
    """So many days later (earlier, when negative): of the calendar, or working ones."""

    days: int
    working: bool = False


@dataclass(frozen=True, slots=True)
class To:
    """To a date or a phrase, as people write it."""

    phrase: str


By = ByDays | To


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which activities: of these stages and these by name (neither: all); `only_late` are also open ones.

    `with_own` takes those along that have a date of the institution's own or were added by its curator.
    """

    stages: frozenset[str] = field(default_factory=frozenset[str])
    activities: frozenset[Place] = field(default_factory=frozenset[Place])
    only_open: bool = False
    only_late: bool = False
    with_own: bool = False

    def covers(self, activity: ActivityDates, today: date) -> bool:
        named = activity.stage in self.stages or activity.place in self.activities
        if (self.stages or self.activities) and not named:
            return False
        if self.only_late:
            return activity.state in (ActivityState.PLANNED, ActivityState.OPEN) and activity.dates.due < today
        return not self.only_open or activity.state is ActivityState.OPEN


def unclear(by: By, cycle: Cycle) -> Problem | None:
    """Why a shift says nothing that could be done; None when it does."""
    if isinstance(by, ByDays):
        return None if by.days else problem("shift.nowhere")
    found = resolve(by.phrase, cycle)
    if wrong := problem_of(by.phrase, found):
        return wrong
    return None if _stated(found) else problem("shift.no_date", phrase=by.phrase)


def shift(selection: Selection, by: By, calendar: WorkingCalendar, roll: Roll) -> Aim:
    """Moves what is chosen. The phrase must be clear (`unclear`). What is open already keeps the day it opened on."""

    said = cache(resolve)

    def aim(activity: ActivityDates, programme: ProgrammeDates) -> Dates | Left | None:
        if not selection.covers(activity, programme.today):
            return None
        if left := staying(activity, programme, with_own=selection.with_own):
            return left
        old, waits = activity.dates, activity.state is ActivityState.PLANNED
        if isinstance(by, ByDays):
            stated = tuple(_later(day, by, calendar) for day in old.dues)
            opens = _later(old.opens, by, calendar) if waits else old.opens
        else:
            found = said(by.phrase, programme.cycle)
            stated = _stated(found)
            opens = found.opens if waits and _names_start(found, programme.cycle) else old.opens
        return Dates(opens or old.opens, _rolled(stated, calendar, roll), stated, old.pinned)

    return aim


def replan(wanted: Mapping[Place, PlannedActivity], own: frozenset[Place], *, with_own: bool) -> Aim:
    """To the dates of a plan, where a deadline was changed; `own`: the places that have one of the institution's.

    Dates of the institution's own give way only to its own deadline (`with_own`).
    """

    def aim(activity: ActivityDates, programme: ProgrammeDates) -> Dates | Left | None:
        planned = wanted.get(activity.place)
        if planned is None:
            return None
        if left := staying(activity, programme, with_own=with_own):
            return left
        opens = planned.opens if activity.state is ActivityState.PLANNED else activity.dates.opens
        return Dates(opens, planned.dues, planned.stated or planned.dues, activity.place in own)

    return aim


def extend(wanted: Mapping[Place, date], calendar: WorkingCalendar, roll: Roll) -> Aim:
    """More time until a date for an activity or, with an empty one, for all of a stage; never less.

    The dates become the institution's own.
    """

    def aim(activity: ActivityDates, programme: ProgrammeDates) -> Dates | Left | None:
        until = wanted.get(activity.place) or wanted.get((activity.stage, ""))
        if until is None:
            return None
        if left := staying(activity, programme, with_own=True):
            return left
        old = activity.dates
        if old.due >= until:
            return Left.SAME
        stated = (*old.stated[:-1], until)
        return Dates(old.opens, _rolled(stated, calendar, roll), stated, pinned=True)

    return aim


def recalendar(calendar: WorkingCalendar, roll: Roll) -> Aim:
    """Each stated date rolled anew, own dates too: a day off is one for everybody. What is past stays."""

    def aim(activity: ActivityDates, programme: ProgrammeDates) -> Dates | Left | None:
        old = activity.dates
        dues = _rolled(old.stated, calendar, roll)
        if dues == old.dues or min(old.due, dues[-1]) < programme.today:
            return None
        left = staying(activity, programme, with_own=True)
        return left or Dates(min(old.opens, dues[-1]), dues, old.stated, old.pinned)

    return aim


def restore(moves: Mapping[Place, Move], later: frozenset[Place] = frozenset()) -> Aim:
    """Back to what each place had before its move, unless it was changed since (`later`: by a batch in force)."""

    def aim(activity: ActivityDates, programme: ProgrammeDates) -> Dates | Left | None:  # noqa: ARG001
        move = moves.get(activity.place)
        if move is None:
            return None
        return Left.CHANGED if activity.place in later or activity.dates != move.new else move.old

    return aim


def _later(day: date, by: ByDays, calendar: WorkingCalendar) -> date:
    return calendar.add_working_days(day, by.days) if by.working else day + timedelta(days=by.days)


def _rolled(stated: tuple[date, ...], calendar: WorkingCalendar, roll: Roll) -> tuple[date, ...]:
    return tuple(sorted({calendar.roll(day, roll) for day in stated}))


def _stated(found: Resolution) -> tuple[date, ...]:
    """The dates a phrase names, before rolling; none for «по мере необходимости»."""
    if found.kind is Kind.RECURRING:
        return found.dues
    return (found.due,) if found.due is not None else ()


def _names_start(found: Resolution, cycle: Cycle) -> bool:
    """«октябрь» says when to begin; «до 1 октября» and «1 октября» only when to end."""
    return found.opens is not None and found.opens not in (cycle.starts, found.due)
