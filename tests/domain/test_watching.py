"""Looks, the worst of them, crowds, and the pace."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vekha.domain.programme import StageState
from vekha.domain.watching import Cell, Crowd, Look, Pace, cell_of, worst

TODAY = date(2026, 10, 20)


@pytest.mark.parametrize(
    ("state", "left", "words"),
    [
        ("closed", -50, "завершён"),
        ("skipped", 5, "завершён"),
        ("open", -1, "просрочен на 1 день"),
        ("closing", -12, "просрочен на 12 дней"),
        ("planned", -3, "просрочен на 3 дня"),
        ("planned", 0, "ждёт"),
        ("open", 0, "скоро срок"),
        ("open", 7, "скоро срок"),
        ("open", 8, "в работе"),
    ],
)
def test_looks_are_told_in_words(state: str, left: int, words: str) -> None:
    assert cell_of(StageState(state), TODAY + timedelta(days=left), TODAY).words == words


def test_the_worst_needs_somebody_first() -> None:
    cells = [Cell(Look.DONE), Cell(Look.LATE, 3), Cell(Look.SOON), Cell(Look.LATE, 12), Cell(Look.WAITS)]
    assert worst(cells) == Cell(Look.LATE, 12)
    assert worst([Cell(Look.WAITS), Cell(Look.AT_WORK)]) == Cell(Look.AT_WORK)
    assert worst([]) == Cell(Look.DONE)


def test_crowds() -> None:
    late, at_work = Crowd({Look.LATE: 3, Look.DONE: 1}, 21), Crowd({Look.AT_WORK: 4})
    together = late.joined(at_work)
    assert (together.words, together.total, together.days) == ("просрочен: 3 из 8, до 21 дня", 8, 21)
    assert (at_work.words, Crowd({}).look) == ("в работе: 4 из 4", Look.DONE)


def test_half_as_fast_is_twice_as_late() -> None:
    pace = Pace(starts=date(2026, 5, 1), reached=date(2026, 5, 1) + timedelta(days=50), today=date(2026, 8, 9))
    assert (pace.behind, pace.pace, pace.early) == (50, 0.5, False)
    assert pace.expected(date(2026, 9, 28)) == date(2026, 5, 1) + timedelta(days=300)


def test_nobody_is_faster_than_the_plan_and_the_first_days_say_nothing() -> None:
    ahead = Pace(starts=date(2026, 5, 1), reached=date(2027, 1, 1), today=TODAY)
    assert (ahead.behind, ahead.pace, ahead.expected(date(2026, 12, 1))) == (0, 1.0, date(2026, 12, 1))
    assert Pace(TODAY, TODAY, TODAY).early is True
    assert Pace(TODAY, TODAY, TODAY).pace == 1.0


@given(
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.integers(-400, 400),
    st.integers(0, 400),
    st.lists(st.integers(0, 400), min_size=2, max_size=2),
)
def test_a_forecast_is_never_before_today_and_keeps_the_order(
    starts: date, reached: int, passed: int, dues: list[int]
) -> None:
    pace = Pace(starts, starts + timedelta(days=reached), starts + timedelta(days=passed))
    first, second = (pace.expected(starts + timedelta(days=each)) for each in sorted(dues))
    assert pace.today <= first <= second
    assert first >= starts + timedelta(days=min(dues))
