"""Pieces of a month whose month is not known yet."""

from dataclasses import replace

from vekha.domain.deadlines.actions.common import HALVES, THIRDS, WEEKS, Part, part_of
from vekha.domain.deadlines.rules import (
    Day,
    Reason,
    UnclearError,
)
from vekha.domain.deadlines.words import number


def decade(which: str | int) -> Part:
    return part_of(THIRDS, number(which))


def half(which: str | int) -> Part:
    return part_of(HALVES, number(which))


def week(which: str | int) -> Part:
    return part_of(WEEKS, number(which))


week_n = week


def decades(pair: tuple[int, int]) -> Part:
    return part_range(part_of(THIRDS, pair[0]), part_of(THIRDS, pair[1]))


def weeks(pair: tuple[int, int]) -> Part:
    return part_range(part_of(WEEKS, pair[0]), part_of(WEEKS, pair[1]))


def part_range(start: Part, end: Part) -> Part:
    if end.last and start.first > end.last:
        raise UnclearError(Reason.END_BEFORE_START)
    return Part(start.first, end.last, end.sharp)


def first_third() -> Part:
    return THIRDS[1]


def last_third() -> Part:
    return replace(THIRDS[3], closing=True)


def last_week() -> Part:
    return last_days(7)


def last_weeks(count: str | int) -> Part:
    return last_days(7 * number(count))


def last_days(count: str | int) -> Part:
    return Part(-_some(count), Day.END, closing=True)


def first_weeks(count: str | int) -> Part:
    return first_days(7 * number(count))


def first_days(count: str | int) -> Part:
    return Part(1, _some(count))


def _some(count: str | int) -> int:
    """Of a month, so that there may be thirty-one at most; how many it has, the calendar tells."""
    days = number(count)
    if not 1 <= days <= 31:
        raise UnclearError(Reason.IMPOSSIBLE_DATE)
    return days


def nth_day(which: str | int) -> Part:
    """«первый день сентября»; the first one also begins a quarter or a school year."""
    day = _some(which)
    return Part(day, day, sharp=True, opening=day == 1)


def working_week(which: str | int, _working: str) -> Part:
    """The working days of the week: counted as the weeks are, from the first of the month."""
    return replace(week(which), working=True)


def last_working_week(_working: str) -> Part:
    return replace(last_week(), working=True)


def last_day(*_: object) -> Part:
    return Part(Day.END, Day.END, sharp=True, closing=True)


def beginning(_: str) -> Part:
    return replace(THIRDS[1], opening=True)


def middle(_: str) -> Part:
    return THIRDS[2]


def ending(_: str) -> Part:
    return replace(THIRDS[3], sharp=True, closing=True)
