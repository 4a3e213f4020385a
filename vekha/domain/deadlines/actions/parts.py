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
    return THIRDS[3]


def last_week() -> Part:
    return Part(Day.LAST_WEEK, Day.END)


def last_day(*_: object) -> Part:
    return Part(Day.END, Day.END, sharp=True)


def beginning(_: str) -> Part:
    return replace(THIRDS[1], opening=True)


def middle(_: str) -> Part:
    return THIRDS[2]


def ending(_: str) -> Part:
    return replace(THIRDS[3], sharp=True)
