"""Known decrees of 2023–2027, the law for years without one, overrides, and rolling against a naive oracle."""

import subprocess
import sys
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vekha.domain.calendar import Day, Override, Overrides, Roll, WorkingCalendar, load_overrides, russian_calendar
from vekha.domain.errors import VekhaError

CALENDAR = russian_calendar()
dates = st.dates(date(2019, 1, 1), date(2032, 12, 31))


@pytest.mark.parametrize(
    ("day", "working", "reason"),
    [
        (date(2023, 1, 8), False, "праздник: Новогодние каникулы"),
        (date(2023, 2, 24), False, "перенос выходного с 01.01.2023"),
        (date(2023, 5, 8), False, "перенос выходного с 08.01.2023"),
        (date(2023, 11, 6), False, "перенос выходного с праздника «День народного единства»"),
        (date(2024, 4, 27), True, "рабочая суббота за 29.04.2024"),
        (date(2024, 4, 29), False, "перенос выходного с 27.04.2024"),
        (date(2024, 11, 2), True, "рабочая суббота за 30.04.2024"),
        (date(2024, 12, 28), True, "рабочая суббота за 30.12.2024"),
        (date(2024, 12, 30), False, "перенос выходного с 28.12.2024"),
        (date(2025, 1, 7), False, "праздник: Рождество Христово"),
        (date(2025, 5, 2), False, "перенос выходного с 04.01.2025"),
        (date(2025, 11, 1), True, "рабочая суббота за 03.11.2025"),
        (date(2025, 12, 31), False, "перенос выходного с 05.01.2025"),
        (date(2026, 1, 9), False, "перенос выходного с 03.01.2026"),
        (date(2026, 1, 12), True, "рабочий день"),
        (date(2026, 3, 9), False, "перенос выходного с праздника «Международный женский день»"),
        (date(2026, 5, 11), False, "перенос выходного с праздника «День Победы»"),
        (date(2026, 6, 13), False, "выходной: суббота"),
        (date(2026, 11, 4), False, "праздник: День народного единства"),
        (date(2026, 12, 31), False, "перенос выходного с 04.01.2026"),
        (date(2027, 2, 20), True, "рабочая суббота за 22.02.2027"),
        (date(2027, 11, 5), False, "перенос выходного с 02.01.2027"),
    ],
)
def test_decreed_days(day: date, working: bool, reason: str) -> None:
    assert CALENDAR.day(day) == Day(day, working, reason, provisional=False)


@pytest.mark.parametrize(
    ("day", "working", "reason"),
    [
        (date(2028, 1, 8), False, "праздник: Новогодние каникулы"),
        (date(2028, 1, 10), True, "рабочий день"),
        (date(2028, 11, 4), False, "праздник: День народного единства"),
        (date(2028, 11, 6), False, "перенос выходного с праздника «День народного единства»"),
        (date(2028, 11, 7), True, "рабочий день"),
        (date(2028, 11, 11), False, "выходной: суббота"),
    ],
)
def test_a_year_without_a_decree_follows_the_law_and_is_provisional(day: date, working: bool, reason: str) -> None:
    assert CALENDAR.day(day) == Day(day, working, reason, provisional=True)


def test_working_days_of_whole_years() -> None:
    """The yearly totals of the production calendars (a five-day week)."""
    totals = {2023: 247, 2024: 248, 2025: 247, 2026: 247, 2027: 247}
    counted = {
        year: sum(
            CALENDAR.is_working(date(year, 1, 1) + timedelta(days=number)) for number in range(365 + (year == 2024))
        )
        for year in totals
    }
    assert counted == totals


def test_shape_of_json() -> None:
    assert CALENDAR.day(date(2026, 11, 22)).as_dict() == {
        "date": "2026-11-22",
        "working": False,
        "reason": "выходной: воскресенье",
        "provisional": False,
    }


def test_rolling() -> None:
    saturday = date(2026, 5, 9)
    assert CALENDAR.roll(saturday) == date(2026, 5, 12)
    assert CALENDAR.roll(saturday, Roll.BACKWARD) == date(2026, 5, 8)
    assert CALENDAR.roll(saturday, Roll.NONE) == saturday
    assert CALENDAR.roll(date(2024, 4, 27)) == date(2024, 4, 27)


def test_three_working_days_are_counted_from_the_next_day() -> None:
    assert CALENDAR.add_working_days(date(2026, 5, 8), 3) == date(2026, 5, 14)
    assert CALENDAR.add_working_days(date(2026, 5, 9), 1) == date(2026, 5, 12)
    assert CALENDAR.add_working_days(date(2026, 5, 12), -1) == date(2026, 5, 8)
    assert CALENDAR.add_working_days(date(2026, 5, 9), 0) == date(2026, 5, 9)


@given(day=dates, count=st.integers(-60, 60))
def test_adding_working_days_against_the_oracle(day: date, count: int) -> None:
    reached = CALENDAR.add_working_days(day, count)
    low, high = sorted((day, reached))
    between = [low + timedelta(days=number) for number in range((high - low).days + 1)]
    counted = [each for each in between if each != day and CALENDAR.is_working(each)]
    assert len(counted) == abs(count)
    assert reached == day if count == 0 else CALENDAR.is_working(reached)
    assert (reached > day) == (count > 0)


@given(days=st.lists(dates, max_size=20), mode=st.sampled_from(Roll))
def test_rolling_many_equals_rolling_each(days: list[date], mode: Roll) -> None:
    rolled = CALENDAR.roll_many(np.array(days, dtype="datetime64[D]"), mode)
    assert rolled.tolist() == [CALENDAR.roll(day, mode) for day in days]


@given(day=dates, mode=st.sampled_from([Roll.FORWARD, Roll.BACKWARD]))
def test_a_rolled_day_is_the_nearest_working_one(day: date, mode: Roll) -> None:
    rolled = CALENDAR.roll(day, mode)
    step = timedelta(days=1 if mode is Roll.FORWARD else -1)
    passed = [day + step * number for number in range(abs((rolled - day).days))]
    assert CALENDAR.is_working(rolled)
    assert not any(CALENDAR.is_working(each) for each in passed)


def test_an_empty_date_cannot_be_rolled() -> None:
    with pytest.raises(ValueError, match="NaT"):
        CALENDAR.roll_many(np.array(["2026-05-09", "NaT"], dtype="datetime64[D]"))


def test_overrides_come_first() -> None:
    holiday = date(2028, 10, 11)
    calendar = russian_calendar({holiday: Override(working=False, reason="День Республики Башкортостан")})
    assert calendar.day(holiday) == Day(
        holiday, working=False, reason="День Республики Башкортостан", provisional=False
    )
    assert calendar.roll(holiday) == date(2028, 10, 12)
    assert calendar.roll_many(np.array([holiday])).tolist() == [date(2028, 10, 12)]
    assert calendar.day(date(2028, 10, 12)).provisional


FILE = """\ufeffДата;День;Причина
# постановление, которого ещё нет
2029;утверждён;Постановление Правительства РФ
24.02.2029;рабочий;рабочая суббота за 26 февраля;;

2029-02-26;Выходной;перенос с субботы 24 февраля
"""


def test_a_file_of_overrides() -> None:
    overrides = load_overrides(FILE, "calendar.csv")
    assert overrides == Overrides(
        {
            date(2029, 2, 24): Override(working=True, reason="рабочая суббота за 26 февраля"),
            date(2029, 2, 26): Override(working=False, reason="перенос с субботы 24 февраля"),
        },
        frozenset({2029}),
    )
    calendar = WorkingCalendar(overrides)
    assert calendar.is_working(date(2029, 2, 24))
    assert not calendar.day(date(2029, 5, 10)).provisional


def test_a_bad_file_tells_everything_at_once() -> None:
    rows = ["24.02;рабочий;да", "2029;рабочий;да", "24.02.2029;может быть;", "24.02.2029;рабочий;ещё раз"]
    bad = "\n".join([*rows, "одно", "31.02.2029;выходной;x"])
    with pytest.raises(VekhaError) as refusal:
        load_overrides(bad, "calendar.csv")
    assert [(each.code, each.where) for each in refusal.value.problems] == [
        ("calendar.bad_date", "calendar.csv:1"),
        ("calendar.bad_day", "calendar.csv:2"),
        ("calendar.bad_day", "calendar.csv:3"),
        ("calendar.no_reason", "calendar.csv:3"),
        ("calendar.twice", "calendar.csv:4"),
        ("calendar.columns", "calendar.csv:5"),
        ("calendar.bad_date", "calendar.csv:6"),
    ]
    assert all(each.message and each.remedy for each in refusal.value.problems)


def test_import_loads_neither_numpy_nor_holidays() -> None:
    code = "import sys, vekha.domain.calendar; sys.exit(bool({'numpy', 'holidays'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
