"""Years and numbers."""

import re

from vekha.domain.deadlines.rules import (
    WORKING,
    CycleYear,
    NthDay,
    Reason,
    SchoolYear,
    UnclearError,
)
from vekha.domain.deadlines.words import number
from vekha.domain.deadlines.words import weekday as weekday_number


def year_number(word: str) -> int:
    return int(word[:4])


def year_of_cycle(word: str) -> CycleYear:
    plus = re.search(r"\+ ?(\d)", word)
    return CycleYear(int(plus[1]) if plus else 0)


def this_year() -> CycleYear:
    return CycleYear()


def next_year() -> CycleYear:
    return CycleYear(1)


def previous_year() -> CycleYear:
    return CycleYear(-1)


def numbered_school(pair: str) -> SchoolYear:
    return SchoolYear(pair_of_years(pair)[0])


def cycle_school() -> SchoolYear:
    return SchoolYear(CycleYear())


def this_school() -> SchoolYear:
    return SchoolYear()


def next_school() -> SchoolYear:
    return SchoolYear(plus=1)


def pair_of_years(pair: str) -> tuple[int, int]:
    first, last = (int(each) for each in re.findall(r"\d+", pair))
    last = last if last > 99 else first // 100 * 100 + last
    if last != first + 1:
        raise UnclearError(Reason.END_BEFORE_START if last < first else Reason.AMBIGUOUS)
    return first, last


def num(word: str) -> int:
    return number(word)


def pair(first: str | int, last: str | int) -> tuple[int, int]:
    return number(first), number(last)


def sum_of(tens: str, ones: str) -> int:
    return number(tens) + number(ones)


def n_weeks(which: int) -> int:
    return which


def n_working(which: int, _working: str) -> int:
    return which


def nth_weekday(which: str | int, word: str) -> NthDay:
    return _nth_day(which, weekday_number(word), most=5)


def last_weekday(word: str) -> NthDay:
    return NthDay(-1, weekday_number(word))


def nth_working_day(which: str | int, *_working: str) -> NthDay:
    return _nth_day(which, WORKING, most=23)


def last_working_day(*_: object) -> NthDay:
    return NthDay(-1, WORKING)


def _nth_day(which: str | int, weekday: int, most: int) -> NthDay:
    if not 1 <= number(which) <= most:
        raise UnclearError(Reason.IMPOSSIBLE_DATE)
    return NthDay(number(which), weekday)
