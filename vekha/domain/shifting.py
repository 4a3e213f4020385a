"""Moving due dates of running programmes: what moves, what stays and why, what stands in the way.

An aim says for one activity where its dates should go; `decide` applies it to one programme, lets the windows of the
stages follow and tells what deserves a look. The same road serves a shift by days, a new deadline, a decree that
changes the working calendar, an extension and an undo; `vekha.domain.aims` makes the aims.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from vekha.domain.calendar import WorkingCalendar
from vekha.domain.deadlines import Cycle
from vekha.domain.programme import SETTLED, ActivityState, StageState

Place = tuple[str, str]  # (stage code, activity code)


class Left(StrEnum):
    """Why a chosen activity keeps its dates."""

    SETTLED = "settled"  # done or waived
    CLOSING = "closing"  # its stage is being closed at this moment
    PINNED = "pinned"  # the institution has a date of its own, or the activity is its own
    SAME = "same"  # the new dates are the old ones
    CHANGED = "changed"  # an undo finds other dates than it left


class Remark(StrEnum):
    """What deserves a look in a new date; the first three refuse the whole shift."""

    ENDS_BEFORE_START = "ends_before_start"
    OUTSIDE_CYCLE = "outside_cycle"
    OVERLAPS = "overlaps"
    ROLLED = "rolled"
    PAST = "past"
    BEFORE_PREDECESSOR = "before_predecessor"
    PROVISIONAL = "provisional"


REFUSING = frozenset({Remark.ENDS_BEFORE_START, Remark.OUTSIDE_CYCLE, Remark.OVERLAPS})


@dataclass(frozen=True, slots=True)
class Dates:
    """When an activity opens and by when it falls due.

    `dues` are ascending local dates, the last one is `due`; `stated` are the same before days off moved any of them.
    `pinned`: set for this institution alone.
    """

    opens: date
    dues: tuple[date, ...]
    stated: tuple[date, ...]
    pinned: bool = False

    @property
    def due(self) -> date:
        return self.dues[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityDates:
    """`own`: added by the curator. `holds`: its stage cannot close without it, so the stage is due with it."""

    stage: str
    code: str
    state: ActivityState
    dates: Dates
    own: bool = False
    holds: bool = True

    @property
    def place(self) -> Place:
        return self.stage, self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDates:
    code: str
    state: StageState
    opens: date
    due: date
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeDates:
    """Every stage, and all activities of those stages that something may move in or behind."""

    cycle: Cycle
    today: date
    stages: Mapping[str, StageDates]
    activities: tuple[ActivityDates, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """From old dates to new ones; an empty activity is the stage's own window."""

    stage: str
    activity: str
    old: Dates
    new: Dates

    @property
    def place(self) -> Place:
        return self.stage, self.activity


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on one activity: `day` is the new due date, `other` what it is compared with (a date or a stage)."""

    remark: Remark
    stage: str
    activity: str
    day: date
    other: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens to one programme."""

    moves: tuple[Move, ...] = ()
    stages: tuple[Move, ...] = ()
    left: tuple[tuple[Left, str, str], ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def refused(self) -> bool:
        return any(each.remark in REFUSING for each in self.notes)


Aim = Callable[[ActivityDates, ProgrammeDates], Dates | Left | None]  # None: not chosen


def decide(programme: ProgrammeDates, aim: Aim, calendar: WorkingCalendar, *, judged: bool = True) -> Outcome:
    """The moves that `aim` asks for, the stages' windows after them, and the remarks.

    `judged=False` asks for no remarks on the dates themselves: an undo goes back to what was right before.
    """
    moves: list[Move] = []
    left: list[tuple[Left, str, str]] = []
    for activity in programme.activities:
        wanted = aim(activity, programme)
        if wanted is None:
            continue
        if isinstance(wanted, Dates) and wanted == activity.dates:
            wanted = Left.SAME
        if isinstance(wanted, Left):
            left.append((wanted, *activity.place))
        else:
            moves.append(Move(*activity.place, activity.dates, wanted))
    stages = tuple(_stages(programme, {each.place: each.new for each in moves}))
    notes = [
        Note(Remark.OVERLAPS, stage, code, _due_of(programme, stage, code))
        for kind, stage, code in left
        if kind is Left.CHANGED
    ]
    if judged:
        notes += _judged(programme, moves, stages, calendar)
    return Outcome(tuple(moves), stages, tuple(left), tuple(notes))


def staying(activity: ActivityDates, programme: ProgrammeDates, *, with_own: bool) -> Left | None:
    """Why an activity that was chosen is left alone all the same."""
    if activity.state in SETTLED:
        return Left.SETTLED
    if programme.stages[activity.stage].state is StageState.CLOSING:
        return Left.CLOSING
    if (activity.own or activity.dates.pinned) and not with_own:
        return Left.PINNED
    return None


def window(activities: tuple[ActivityDates, ...]) -> tuple[date, date] | None:
    """A stage opens with its first activity and is due with the last one that its closing needs, as when planned.

    What the curator added does not count. None when nothing else is there.
    """
    planned = [each for each in activities if not each.own]
    if not planned:
        return None
    due = max((each.dates.due for each in planned if each.holds), default=max(each.dates.due for each in planned))
    return min(each.dates.opens for each in planned), due


def _stages(programme: ProgrammeDates, moved: Mapping[Place, Dates]) -> Iterator[Move]:
    for code in dict.fromkeys(stage for stage, _ in moved):
        stage = programme.stages[code]
        after = tuple(
            replace(each, dates=moved.get(each.place, each.dates))
            for each in programme.activities
            if each.stage == code
        )
        new = window(after)
        if new is not None and new != (stage.opens, stage.due):
            yield Move(code, "", _window_dates(stage.opens, stage.due), _window_dates(*new))


def _window_dates(opens: date, due: date) -> Dates:
    return Dates(opens, (due,), (due,))


def _due_of(programme: ProgrammeDates, stage: str, code: str) -> date:
    return next(each.dates.due for each in programme.activities if each.place == (stage, code))


# --- remarks ----------------------------------------------------------------------------------------------------------


def _judged(
    programme: ProgrammeDates, moves: list[Move], stages: tuple[Move, ...], calendar: WorkingCalendar
) -> Iterator[Note]:
    last = calendar.roll(programme.cycle.ends)
    for move in moves:
        new, place = move.new, move.place
        if new.due < new.opens:
            yield Note(Remark.ENDS_BEFORE_START, *place, new.due, f"{new.opens:%d.%m.%Y}")
        if not programme.cycle.starts <= new.due <= last:
            yield Note(Remark.OUTSIDE_CYCLE, *place, new.due)
        if new.due == move.old.due:
            continue
        if new.stated[-1] != new.due:
            yield Note(Remark.ROLLED, *place, new.due, f"{new.stated[-1]:%d.%m.%Y}")
        if new.due < programme.today:
            yield Note(Remark.PAST, *place, new.due)
        if calendar.day(new.due).provisional:
            yield Note(Remark.PROVISIONAL, *place, new.due, str(new.due.year))
    yield from _out_of_order(programme, moves, stages)


def _out_of_order(programme: ProgrammeDates, moves: list[Move], stages: tuple[Move, ...]) -> Iterator[Note]:
    """Activities due before the stage that theirs waits for: only where it was not so already."""
    moved = {each.place: each.new.due for each in moves}
    after = {each.stage: each.new.due for each in stages}
    for activity in programme.activities:
        if activity.state in SETTLED:
            continue
        old = activity.dates.due
        new = moved.get(activity.place, old)
        for code in programme.stages[activity.stage].after:
            awaited = programme.stages.get(code)
            if awaited is not None and old >= awaited.due and new < after.get(code, awaited.due):
                yield Note(Remark.BEFORE_PREDECESSOR, *activity.place, new, code)
