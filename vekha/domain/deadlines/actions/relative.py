"""Deadlines relative to an event."""

import re
from typing import Any

from vekha.domain.deadlines.actions.common import (
    only,
)
from vekha.domain.deadlines.rules import (
    Reason,
    Relative,
    UnclearError,
    Unit,
)
from vekha.domain.deadlines.words import number, number_word

_TERM_UNITS = {
    "дневн": (1, Unit.DAYS),
    "суточн": (1, Unit.DAYS),
    "недельн": (1, Unit.WEEKS),
    "месячн": (1, Unit.MONTHS),
    "годичн": (12, Unit.MONTHS),
}


Length = tuple[int, Unit]


def within(word: str, length: Length, event: str | None = None) -> Relative:
    """«не позднее 3 дней со дня …», «в срок до 3 дней»; «до 3 дней» alone is a quantity."""
    if event is None and "срок" not in word:
        raise UnclearError(Reason.NOT_UNDERSTOOD)
    return Relative(*length, event)


def before(*children: Any) -> Relative:
    amount, unit = only(tuple, children)
    return Relative(-amount, unit, children[-1])


def year_before(*children: Any) -> Relative:
    return Relative(-12, Unit.MONTHS, children[-1])


def after(*children: Any) -> Relative:
    amount, unit = only(tuple, children)
    event = children[-1]
    return Relative(amount, unit, event if isinstance(event, str) else None)


def after_year(event: str | None = None) -> Relative:
    return Relative(12, Unit.MONTHS, event)


def after_named(event: str, length: Length) -> Relative:
    return Relative(*length, event)


def next_day(word: str, event: str | None = None) -> Relative:
    return Relative(1, Unit.WORKING_DAYS if "рабоч" in word else Unit.DAYS, event)


def same_day(*children: Any) -> Relative:
    return Relative(0, Unit.DAYS, children[-1])


def edge_of_event(*children: Any) -> Relative:
    """«до начала обучения»: the edge belongs to the words that name the event."""
    edge, event = children[-2:]
    event.start_pos = edge.start_pos
    return Relative(0, Unit.DAYS, event)


def eve(event: str) -> Relative:
    return Relative(-1, Unit.DAYS, event)


def days_long(count: str | int = 1) -> Length:
    return number(count), Unit.DAYS


def working_days(*count: str | int) -> Length:
    """The word «рабочих» stands among the children, before the days or after them."""
    counts = [each for each in count if isinstance(each, int) or not each.startswith("раб")]
    return number(counts[0]) if counts else 1, Unit.WORKING_DAYS


def hours(count: str | int) -> Length:
    """Whole days only: a due date is a date."""
    whole, rest = divmod(number(count), 24)
    if rest:
        raise UnclearError(Reason.NOT_UNDERSTOOD)
    return whole, Unit.DAYS


def weeks_long(count: str | int = 1) -> Length:
    return number(count), Unit.WEEKS


def months_long(count: str | int = 1) -> Length:
    return number(count), Unit.MONTHS


def half_years(count: str | int = 1) -> Length:
    return 6 * number(count), Unit.MONTHS


def years_long(count: str | int) -> Length:
    return 12 * number(count), Unit.MONTHS


def long_term(word: str, *working: str) -> Length:
    """«10-дневный», «трехмесячный», «недельный»."""
    stem = next(each for each in _TERM_UNITS if each in word)
    factor, unit = _TERM_UNITS[stem]
    counted = word.partition(stem)[0]
    digits = re.match(r"\d+", counted)
    spelled = number_word(counted) if counted else 1
    count = int(digits[0]) if digits else spelled
    if not count:
        raise UnclearError(Reason.NOT_UNDERSTOOD)
    return factor * count, Unit.WORKING_DAYS if working and unit is Unit.DAYS else unit
