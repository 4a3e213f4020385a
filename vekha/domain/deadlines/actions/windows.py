"""Windows: months and their parts, dates, ranges, «до» and «с»."""

import re
from dataclasses import replace
from typing import Any

from vekha.domain.deadlines.actions.common import (
    HALVES,
    Part,
    month_day_number,
)
from vekha.domain.deadlines.actions.parts import decade, decades, week, weeks
from vekha.domain.deadlines.actions.years import pair_of_years
from vekha.domain.deadlines.rules import (
    CalendarYear,
    CycleYear,
    Edge,
    NthDay,
    Range,
    Reason,
    SchoolYear,
    Since,
    Span,
    UnclearError,
    Until,
    WholeCycle,
    Window,
    Year,
)
from vekha.domain.deadlines.words import month as month_number
from vekha.domain.deadlines.words import number
from vekha.domain.deadlines.words import season as season_month


def items(window: Window | tuple[Window, ...]) -> tuple[Window, ...]:
    return window if isinstance(window, tuple) else (window,)


def more_items(before: tuple[Window, ...], window: Window | tuple[Window, ...]) -> tuple[Window, ...]:
    return before + items(window)


def same_item(before: tuple[Window, ...], window: Window) -> tuple[Window, ...]:
    """Deadlines side by side belong to several documents of one cell: equal ones are one, others need a person."""
    if before[-1] != window:
        raise UnclearError(Reason.AMBIGUOUS)
    return before


def month(word: str, when: Year = None) -> Span:
    return Span(month_number(word), year=when)


def month_year(word: str) -> Span:
    return Span(int(word[:2]), year=int(word[3:7]))


def part_of_month(part: Part, word: str, when: Year = None) -> Span:
    return Span(
        month_number(word),
        part.first,
        part.last,
        year=when,
        sharp=part.sharp,
        opening=part.opening,
        working=part.working,
    )


def part_of_part(edge: Part, part: Part, word: str, when: Year = None) -> Span:
    """«конец первой недели октября»: the last day of it, «начало второй декады» the first; no other part of a part."""
    if edge.opening:
        return Span(month_number(word), part.first, part.first, year=when, opening=True, sharp=edge.sharp)
    if edge.sharp and edge.closing:
        return Span(month_number(word), part.last, part.last, year=when, sharp=True)
    raise UnclearError(Reason.AMBIGUOUS)


def weeks_from(first: str | int, last: str | int, word: str, when: Year = None) -> Span:
    return part_of_month(weeks((number(first), number(last))), word, when)


def decades_from(first: str | int, last: str | int, word: str, when: Year = None) -> Span:
    return part_of_month(decades((number(first), number(last))), word, when)


def date(day: str | int, word: str, when: Year = None) -> Span:
    return _dated(number(day), month_number(word), when)


def days(day: int, following: Span | tuple[Span, ...]) -> tuple[Span, ...]:
    rest = following if isinstance(following, tuple) else (following,)
    return (replace(rest[0], first=month_day_number(day), last=day), *rest)


def full_date(word: str) -> Span:
    numbers = [int(each) for each in re.findall(r"\d+", word)]
    day, which, year = numbers if numbers[0] < 1000 else reversed(numbers)
    return _dated(day, which, year if year > 99 else 2000 + year)


def short_date(word: str, when: Year = None) -> Span:
    day, which = (int(each) for each in re.findall(r"\d+", word))
    return _dated(day, which, when)


def _dated(day: int, which: int, year: Year) -> Span:
    if not 1 <= which <= 12:
        raise UnclearError(Reason.IMPOSSIBLE_DATE)
    return Span(which, month_day_number(day), day, year=year, sharp=True)


def weekday_of_month(only_day: NthDay, word: str, when: Year = None) -> Span:
    return Span(month_number(word), year=when, sharp=True, only=only_day)


def big_ordinal(tens: str, ones: str) -> int:
    return number(tens) + number(ones)


def quarter(which: str | int, when: Year = None) -> Span:
    return quarters((number(which), number(which)), when)


def quarters_from(first: str | int, last: str | int, when: Year = None) -> Span:
    return quarters((number(first), number(last)), when)


def quarters(pair: tuple[int, int], when: Year = None) -> Span:
    first, last = pair
    if not 1 <= first <= 4 or not 1 <= last <= 4:
        raise UnclearError(Reason.IMPOSSIBLE_DATE)
    return Span(3 * first - 2, months=3 * ((last - first) % 4 + 1), year=when)


def half_year(which: str | int, when: Year = None) -> Span:
    """A calendar half or a half of the school year: without a year nobody can tell."""
    half = number(which)
    if half not in (1, 2):
        raise UnclearError(Reason.IMPOSSIBLE_DATE)
    if when is None:
        raise UnclearError(Reason.AMBIGUOUS)
    if isinstance(when, SchoolYear):
        return Span(9, months=4, year=when) if half == 1 else Span(1, months=5, year=when)
    return Span(6 * half - 5, months=6, year=when)


def which_ones(first: str | int, rest: str | int | tuple[int, ...]) -> tuple[int, ...]:
    return number(first), *(rest if isinstance(rest, tuple) else (number(rest),))


def quarter_list(which: tuple[int, ...], when: Year = None) -> tuple[Span, ...]:
    return tuple(quarter(one, when) for one in which)


def decade_list(which: tuple[int, ...], word: str, when: Year = None) -> tuple[Span, ...]:
    return tuple(part_of_month(decade(one), word, when) for one in which)


def week_list(which: tuple[int, ...], word: str, when: Year = None) -> tuple[Span, ...]:
    return tuple(part_of_month(week(one), word, when) for one in which)


def season(word: str, when: Year = None) -> Span:
    first = season_month(word)
    if first == 12 and isinstance(when, int | CycleYear):
        raise UnclearError(Reason.AMBIGUOUS)
    return Span(first, months=3, year=when)


def year_span(when: int | CycleYear) -> Span:
    return Span(1, months=12, year=when)


def part_of_larger(part: Part, span: Span) -> Span:
    """«конец I квартала», «первая неделя учебного года», «вторая половина 2026 года»; nothing else has dates."""
    if part in HALVES.values():
        if span.months == 12:
            return half_year(1 if part.first == 1 else 2, span.year)
        raise UnclearError(Reason.AMBIGUOUS)
    piece = replace(
        span, first=part.first, last=part.last, sharp=part.sharp, opening=part.opening, working=part.working, months=1
    )
    if part.closing:
        return replace(piece, month=(span.month + span.months - 2) % 12 + 1)
    if part.first == 1:
        return piece
    raise UnclearError(Reason.AMBIGUOUS)


def part_of_calendar(part: Part) -> Span:
    return part_of_larger(part, calendar_year())


def part_of_school(part: Part, when: SchoolYear) -> Span:
    if part in HALVES.values():
        return half_year(1 if part.first == 1 else 2, when)
    return part_of_larger(part, Span(9, months=9, year=when))


def span_range(start: Span, end: Span) -> Range:
    return Range(start, end)


def range_until(start: Span, _until: str, end: Span) -> Range:
    if not end.sharp:
        raise UnclearError(Reason.AMBIGUOUS)
    return Range(start, end)


def days_of_month(pair: tuple[int, int], word: str, when: Year = None) -> Span:
    if pair[0] > pair[1]:
        raise UnclearError(Reason.END_BEFORE_START)
    return Span(month_number(word), month_day_number(pair[0]), pair[1], year=when)


def day_to_date(*children: Any) -> Span:
    """«с 5 по 18 октября»: the first day has the month of the last."""
    start, end = number(children[0]), children[-1]
    if start > end.last:
        raise UnclearError(Reason.END_BEFORE_START)
    return replace(end, first=month_day_number(start))


def days_before_date(start: int, word: str) -> Span:
    return day_to_date(start, full_date(word))


def days_before_short(start: int, word: str, when: Year = None) -> Span:
    return day_to_date(start, short_date(word, when))


def years(first: str, last: str, _many: str) -> Range:
    return Range(year_span(int(first[:4])), year_span(int(last[:4])))


def years_pair(pair: str, _many: str) -> Range:
    first, last = pair_of_years(pair)
    return Range(year_span(first), year_span(last))


def inside(*children: Any) -> Window | tuple[Window, ...]:
    """The preposition adds nothing."""
    return children[-1]


def at(word: str) -> str:
    return word


def due_by(*words: str) -> str:
    return " ".join(words)


def until(word: str, span: Span) -> Until:
    """«до октября» may mean before it or with it; «не позднее октября» cannot, nor can an end that has a name."""
    if span.sharp or "не " in word:
        return Until(span)
    if span.opening:
        return Until(span, Edge.FIRST if word.startswith("к") else Edge.BEFORE)
    raise UnclearError(Reason.AMBIGUOUS)


def until_before(span: Span) -> Until:
    if not (span.opening or span.sharp):
        raise UnclearError(Reason.AMBIGUOUS)
    return Until(span, Edge.BEFORE)


def until_and_with(*children: Any) -> Until:
    """«по май», unlike «до мая», has one meaning."""
    return Until(children[-1])


def since(start: Span) -> Since:
    return Since(start)


def since_after(start: Span) -> Since:
    return Since(start, after=True)


def whole(*_: str) -> WholeCycle:
    return WholeCycle()


def calendar_year(*_: str) -> Span:
    return Span(1, months=12, year=CalendarYear())


def school_months(*children: Any) -> Span:
    """1 September to 31 May."""
    return Span(9, months=9, year=children[-1])


def school_at(*children: Any) -> Span:
    """«на … учебный год», and one named by its numbers alone, lasts to 31 August."""
    *prefix, when = children
    if prefix == ["на"] or (not prefix and when.starts is not None):
        return Span(9, months=12, year=when)
    return school_months(when)
