"""What moves, what stays and why, what stands in the way; planning, shifting and undo against a naive oracle."""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from vekha.domain.aims import By, ByDays, Selection, To, extend, recalendar, replan, restore, shift, unclear
from vekha.domain.calendar import Override, Overrides, Roll, russian_calendar
from vekha.domain.deadlines import Cycle
from vekha.domain.planning import PlannedActivity
from vekha.domain.programme import ActivityState, StageState
from vekha.domain.shifting import (
    ActivityDates,
    Dates,
    Left,
    Move,
    Note,
    Outcome,
    ProgrammeDates,
    Remark,
    StageDates,
    decide,
    window,
)

CALENDAR = russian_calendar()
CYCLE = Cycle(date(2026, 5, 1), date(2027, 6, 30))
TODAY = date(2026, 9, 15)
PLANNED, OPEN, DONE, WAIVED = ActivityState


def dates(opens: date, *dues: date, pinned: bool = False) -> Dates:
    return Dates(opens, dues, dues, pinned)


SEPTEMBER = dates(date(2026, 9, 1), date(2026, 9, 30))
OCTOBER = dates(date(2026, 10, 1), date(2026, 10, 30))


def activity(code: str = "a", stage: str = "s", state: ActivityState = OPEN, **told: object) -> ActivityDates:
    return ActivityDates(stage=stage, code=code, state=state, **{"dates": SEPTEMBER, **told})  # type: ignore[arg-type]


def programme(*activities: ActivityDates, **states: StageState) -> ProgrammeDates:
    """Stages «s» and «t», which waits for «s»; their windows follow from the activities."""
    stages = {}
    for code, after in (("s", ()), ("t", ("s",))):
        opens, due = window(tuple(each for each in activities if each.stage == code)) or (CYCLE.starts, CYCLE.ends)
        state = states.get(code, StageState.OPEN)
        stages[code] = StageDates(code=code, state=state, opens=opens, due=due, after=after)
    return ProgrammeDates(cycle=CYCLE, today=TODAY, stages=stages, activities=activities)


def shifted(by: By, *activities: ActivityDates, roll: Roll = Roll.FORWARD, **chosen: object) -> Outcome:
    selection = Selection(**chosen)  # type: ignore[arg-type]
    return decide(programme(*activities), shift(selection, by, CALENDAR, roll), CALENDAR)


def remarks(outcome: Outcome) -> list[Remark]:
    return [each.remark for each in outcome.notes]


# --- where dates go ---------------------------------------------------------------------------------------------------


def test_the_window_of_the_stage_follows_what_its_closing_needs() -> None:
    free = activity("b", holds=False, dates=OCTOBER)
    outcome = shifted(ByDays(7), activity(), free, activities=frozenset({("s", "a")}))
    assert outcome.moves == (Move("s", "a", SEPTEMBER, dates(date(2026, 9, 1), date(2026, 10, 7))),)
    assert outcome.stages == (Move("s", "", SEPTEMBER, dates(date(2026, 9, 1), date(2026, 10, 7))),)
    assert not outcome.refused


def test_what_has_not_begun_moves_whole_and_what_has_keeps_its_beginning() -> None:
    outcome = shifted(ByDays(7), activity("a", state=PLANNED), activity("b"))
    assert [move.new.opens for move in outcome.moves] == [date(2026, 9, 8), date(2026, 9, 1)]


def test_a_day_off_moves_the_date_and_the_stated_one_is_kept() -> None:
    outcome = shifted(ByDays(3), activity())  # 3 October 2026 is a Saturday
    assert outcome.moves[0].new == Dates(date(2026, 9, 1), (date(2026, 10, 5),), (date(2026, 10, 3),))
    assert outcome.notes == (Note(Remark.ROLLED, "s", "a", date(2026, 10, 5), "03.10.2026"),)
    assert shifted(ByDays(3), activity(), roll=Roll.BACKWARD).moves[0].new.due == date(2026, 10, 2)
    assert shifted(ByDays(3), activity(), roll=Roll.NONE).moves[0].new.due == date(2026, 10, 3)


def test_working_days_jump_over_holidays() -> None:
    december = activity(dates=dates(date(2026, 12, 1), date(2026, 12, 30)))
    assert shifted(ByDays(2, working=True), december).moves[0].new.due == date(
        2027, 1, 12
    )  # 31 December is a day off, too
    assert shifted(ByDays(-2, working=True), december).moves[0].new.due == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("phrase", "new"),
    [
        ("20.10.2026", dates(date(2026, 9, 1), date(2026, 10, 20))),
        ("до 20 октября", dates(date(2026, 9, 1), date(2026, 10, 20))),
        ("октябрь", Dates(date(2026, 10, 1), (date(2026, 11, 2),), (date(2026, 10, 31),))),
        (
            "октябрь, ноябрь 2026 года",
            Dates(date(2026, 9, 1), (date(2026, 11, 2), date(2026, 11, 30)), (date(2026, 10, 31), date(2026, 11, 30))),
        ),
    ],
)
def test_to_a_date_or_a_phrase(phrase: str, new: Dates) -> None:
    (move,) = shifted(To(phrase), activity(state=PLANNED)).moves
    assert move.new == new


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (ByDays(0), "shift.nowhere"),
        (To("по мере необходимости"), "shift.no_date"),
        (To("1-я дикада сентября"), "deadline.misspelt"),
    ],
)
def test_what_cannot_be_done_is_said_before(by: By, code: str) -> None:
    found = unclear(by, CYCLE)
    assert found is not None
    assert found.code == code


def test_more_time_is_never_less() -> None:
    aim = extend({("s", ""): date(2026, 10, 20)}, CALENDAR, Roll.FORWARD)
    outcome = decide(programme(activity("a"), activity("b", dates=OCTOBER)), aim, CALENDAR)
    assert outcome.moves == (Move("s", "a", SEPTEMBER, dates(date(2026, 9, 1), date(2026, 10, 20), pinned=True)),)
    assert outcome.left == ((Left.SAME, "s", "b"),)


def test_a_new_deadline_moves_only_its_own_rows() -> None:
    october = PlannedActivity(stage="s", code="a", opens=OCTOBER.opens, due=OCTOBER.due, dues=OCTOBER.dues)
    rows = (activity("a", state=PLANNED), activity("b", state=PLANNED))
    assert decide(programme(*rows), replan({("s", "a"): october}, frozenset(), with_own=False), CALENDAR).moves == (
        Move("s", "a", SEPTEMBER, OCTOBER),
    )
    pinned = replace(rows[0], dates=replace(SEPTEMBER, pinned=True))
    kept = decide(programme(pinned), replan({("s", "a"): october}, frozenset(), with_own=False), CALENDAR)
    assert kept.left == ((Left.PINNED, "s", "a"),)
    own = decide(programme(pinned), replan({("s", "a"): october}, frozenset({("s", "a")}), with_own=True), CALENDAR)
    assert own.moves[0].new == replace(OCTOBER, pinned=True)


def test_a_decree_moves_what_it_touches_and_back() -> None:
    """30 September is made a day off; 3 October, a Saturday, is made a working day."""
    rolled = Dates(date(2026, 9, 1), (date(2026, 10, 5),), (date(2026, 10, 3),))
    rows = (activity("a"), activity("b", dates=rolled), activity("c", dates=OCTOBER), activity("d", state=DONE))
    decree = CALENDAR.overlaid(
        Overrides({date(2026, 9, 30): Override(False, "выходной"), date(2026, 10, 3): Override(True, "рабочая")})
    )
    outcome = decide(programme(*rows), recalendar(decree, Roll.FORWARD), CALENDAR, judged=False)
    assert {move.activity: move.new.due for move in outcome.moves} == {"a": date(2026, 10, 1), "b": date(2026, 10, 3)}
    assert outcome.left == ((Left.SETTLED, "s", "d"),)
    later = replace(programme(*rows), today=date(2026, 11, 1))
    assert decide(later, recalendar(decree, Roll.FORWARD), CALENDAR, judged=False) == Outcome()


# --- what stays -------------------------------------------------------------------------------------------------------


def test_who_stays_and_why() -> None:
    rows = (
        activity("done", state=DONE),
        activity("waived", state=WAIVED),
        activity("pinned", dates=replace(SEPTEMBER, pinned=True)),
        activity("added", own=True),
        activity("closing", "t"),
    )
    aim = shift(Selection(), ByDays(7), CALENDAR, Roll.FORWARD)
    outcome = decide(programme(*rows, t=StageState.CLOSING), aim, CALENDAR)
    assert outcome.moves == ()
    assert [why for why, *_ in outcome.left] == [Left.SETTLED, Left.SETTLED, Left.PINNED, Left.PINNED, Left.CLOSING]
    with_own = shifted(ByDays(7), *rows[:4], with_own=True)
    assert [move.activity for move in with_own.moves] == ["pinned", "added"]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({}, "abcd"),
        ({"stages": frozenset("t")}, "d"),
        ({"stages": frozenset("t"), "activities": frozenset({("s", "b")})}, "bd"),
        ({"only_open": True}, "bcd"),
        ({"only_late": True}, "c"),
    ],
)
def test_what_is_chosen(chosen: dict[str, object], found: str) -> None:
    late = dates(date(2026, 9, 1), TODAY - timedelta(days=1))
    rows = (activity("a", state=PLANNED), activity("b"), activity("c", dates=late), activity("d", "t"))
    assert "".join(move.activity for move in shifted(ByDays(30), *rows, **chosen).moves) == found


# --- what stands in the way -------------------------------------------------------------------------------------------


def test_an_end_before_its_start_refuses() -> None:
    outcome = shifted(To("20.08.2026"), activity(state=PLANNED))
    assert outcome.notes[0] == Note(Remark.ENDS_BEFORE_START, "s", "a", date(2026, 8, 20), "01.09.2026")
    assert outcome.refused


def test_a_date_outside_the_cycle_refuses() -> None:
    assert shifted(ByDays(300), activity()).refused
    assert not shifted(To("30.06.2027"), activity()).refused
    assert remarks(shifted(To("30.04.2026"), activity()))[:2] == [Remark.ENDS_BEFORE_START, Remark.OUTSIDE_CYCLE]


def test_what_deserves_a_look() -> None:
    assert remarks(shifted(To("10.09.2026"), activity())) == [Remark.PAST]
    undecreed = next(year for year in range(2027, 2040) if CALENDAR.day(date(year, 3, 1)).provisional)
    far = replace(programme(activity()), cycle=Cycle(CYCLE.starts, date(undecreed, 6, 30)))
    outcome = decide(far, shift(Selection(), To(f"01.03.{undecreed}"), CALENDAR, Roll.NONE), CALENDAR)
    assert Remark.PROVISIONAL in remarks(outcome)


def test_only_a_new_disorder_is_told() -> None:
    first, second = activity("a"), activity("b", "t", dates=OCTOBER)
    moved = shifted(ByDays(60), first, second, stages=frozenset("s"))
    assert [each for each in moved.notes if each.remark is Remark.BEFORE_PREDECESSOR] == [
        Note(Remark.BEFORE_PREDECESSOR, "t", "b", OCTOBER.due, "s")
    ]
    upset = replace(second, dates=dates(date(2026, 9, 1), date(2026, 9, 15)))
    assert Remark.BEFORE_PREDECESSOR not in remarks(shifted(ByDays(60), first, upset, stages=frozenset("s")))


def test_an_undo_leaves_what_was_changed_since() -> None:
    (move,) = shifted(ByDays(7), activity()).moves
    back = restore({move.place: move})
    assert decide(programme(activity(dates=move.new)), back, CALENDAR, judged=False).moves == (
        Move("s", "a", move.new, SEPTEMBER),
    )
    found = decide(programme(activity(dates=OCTOBER)), back, CALENDAR, judged=False)
    assert found.left == ((Left.CHANGED, "s", "a"),)
    assert found.notes == (Note(Remark.OVERLAPS, "s", "a", OCTOBER.due),)
    assert found.refused
    later = restore({move.place: move}, frozenset({move.place}))
    assert decide(programme(activity(dates=move.new)), later, CALENDAR, judged=False).refused


# --- against a naive oracle -------------------------------------------------------------------------------------------

CASES = int(os.environ.get("VEKHA_ORACLE_CASES", "100000"))  # activities, each shifted and undone


def _random_programmes(seed: int) -> Iterator[ProgrammeDates]:
    chance = random.Random(seed)
    made = 0
    while made < CASES:
        rows = []
        for stage in "st":
            for number in range(chance.randint(1, 12)):
                opens = CYCLE.starts + timedelta(days=chance.randint(0, 300))
                stated = tuple(
                    sorted(opens + timedelta(days=chance.randint(0, 90)) for _ in range(chance.choice((1, 1, 1, 3))))
                )
                dues = tuple(sorted({naive_roll(day, Roll.FORWARD) for day in stated}))
                rows.append(
                    ActivityDates(
                        stage=stage,
                        code=f"a{number}",
                        state=chance.choice((PLANNED, OPEN, OPEN, DONE)),
                        dates=Dates(opens, dues, stated, chance.random() < 0.1),
                        own=chance.random() < 0.05,
                        holds=chance.random() < 0.7,
                    )
                )
        made += len(rows)
        yield programme(*rows)


_ROLLED: dict[tuple[date, Roll], date] = {}


def naive_roll(day: date, roll: Roll) -> date:
    """Day by day, remembered: the oracle must be plain, not slow."""
    if (day, roll) not in _ROLLED:
        found = day
        while roll is not Roll.NONE and not CALENDAR.is_working(found):
            found += timedelta(days=1 if roll is Roll.FORWARD else -1)
        _ROLLED[day, roll] = found
    return _ROLLED[day, roll]


_WALKED: dict[tuple[date, int], date] = {}


def naive_working(day: date, count: int) -> date:
    if (day, count) not in _WALKED:
        found, left = day, abs(count)
        while left > 0:
            found += timedelta(days=1 if count > 0 else -1)
            if CALENDAR.is_working(found):
                left -= 1
        _WALKED[day, count] = found
    return _WALKED[day, count]


def naive_shift(row: ActivityDates, by: ByDays, roll: Roll) -> Dates:
    def later(day: date) -> date:
        return naive_working(day, by.days) if by.working else day + timedelta(days=by.days)

    if row.state is DONE or row.dates.pinned or row.own:
        return row.dates
    stated = tuple(map(later, row.dates.dues))
    opens = later(row.dates.opens) if row.state is PLANNED else row.dates.opens
    return Dates(opens, tuple(sorted({naive_roll(day, roll) for day in stated})), stated, False)


def naive_window(rows: list[ActivityDates], new: list[Dates]) -> tuple[date, date] | None:
    opens, last, holding = [], [], []
    for row, after in zip(rows, new, strict=True):
        if not row.own:
            opens.append(after.opens)
            last.append(after.dues[-1])
            if row.holds:
                holding.append(after.dues[-1])
    return (min(opens), max(holding or last)) if opens else None


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_shifting_and_undo_against_a_naive_oracle(seed: int) -> None:
    chance = random.Random(seed)
    for before in _random_programmes(seed):
        by = ByDays(chance.choice((-40, -7, -1, 1, 3, 14, 45)), working=chance.random() < 0.4)
        roll = chance.choice(tuple(Roll))
        outcome = decide(before, shift(Selection(), by, CALENDAR, roll), CALENDAR)
        expected = [naive_shift(row, by, roll) for row in before.activities]
        moved = {move.place: move for move in outcome.moves}
        new = [moved[row.place].new if row.place in moved else row.dates for row in before.activities]
        assert new == expected
        after = tuple(replace(row, dates=dates) for row, dates in zip(before.activities, new, strict=True))
        for code, stage in before.stages.items():
            rows = [row for row in before.activities if row.stage == code]
            found = naive_window(rows, [each.dates for each in after if each.stage == code])
            move = next((each for each in outcome.stages if each.stage == code), None)
            touched = any(each.stage == code for each in outcome.moves)
            if found is None or not touched:
                assert move is None
            else:
                assert ((move.new.opens, move.new.due) if move else (stage.opens, stage.due)) == found
        back = decide(programme(*after), restore(moved), CALENDAR, judged=False)
        restored = {move.place: move.new for move in back.moves}
        assert [restored.get(row.place, row.dates) for row in after] == [row.dates for row in before.activities]
        assert {(each.stage, each.new.opens, each.new.due) for each in back.stages} == {
            (each.stage, each.old.opens, each.old.due) for each in outcome.stages
        }
