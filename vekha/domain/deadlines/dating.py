"""Windows in a cycle: which year a month belongs to, and the first and last day.

The rules are those in the header of tests/domain/data/deadline_phrases.tsv; docs/deadlines.md adds the decisions
taken where it is silent. Raises UnclearError for what has no dates.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, date, timedelta

from vekha.domain.calendar import russian_calendar
from vekha.domain.deadlines.outcome import Cycle
from vekha.domain.deadlines.rules import (
    WORKING,
    CalendarYear,
    CycleYear,
    Day,
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
)

Days = tuple[date, date]
_SCHOOL_STARTS = 9


def window_days(window: Window, cycle: Cycle) -> Days:
    """The first and the last day of a window, both included."""
    match window:
        case Span():
            return span_days(window, cycle)
        case Range():
            return _range_days(window, cycle)
        case Until():
            due = _until_day(window, cycle)
            return min(cycle.starts, due), due
        case Since():
            opens, last = span_days(window.start, cycle)
            opens = last + timedelta(days=1) if window.after else opens
            return opens, max(opens, cycle.ends)
        case WholeCycle():
            return cycle.starts, cycle.ends


def day_of_month(month: date, wanted: NthDay) -> date | None:
    """That weekday, or working day, of the month; None when the month has no fifth Friday."""
    length = monthrange(month.year, month.month)[1]
    every = [month.replace(day=day) for day in range(1, length + 1)]
    if wanted.weekday == WORKING:
        days = [day for day in every if russian_calendar().is_working(day)]
    else:
        days = [day for day in every if day.weekday() == wanted.weekday]
    return days[wanted.nth - 1 if wanted.nth > 0 else wanted.nth] if wanted.nth <= len(days) else None


def span_days(span: Span, cycle: Cycle) -> Days:
    """The days of a span in the year that it names, or in the first one that fits the cycle."""
    return days_in_year(span, year_of(span, cycle))


def year_of(span: Span, cycle: Cycle) -> int:
    """The calendar year in which the span begins."""
    match span.year:
        case None:
            return _first_year(span, cycle)
        case SchoolYear():
            return _school_start(span.year, cycle) + (span.month < _SCHOOL_STARTS)
        case CycleYear():
            return cycle.starts.year + span.year.plus
        case CalendarYear():
            return _calendar_year(cycle)
        case _:
            return span.year


def days_in_year(span: Span, year: int) -> Days:
    """Raises UnclearError (impossible_date): 31 June, the fifth week of a short February, its fifth Friday."""
    months = year * 12 + span.month - 1 + span.months - 1
    end_year, end_month = divmod(months, 12)
    if not (year > MINYEAR and end_year < MAXYEAR):
        raise UnclearError(Reason.IMPOSSIBLE_DATE)
    days = _day(year, span.month, span.first), _day(end_year, end_month + 1, span.last)
    if span.only:
        chosen = day_of_month(days[0], span.only)
        days = (chosen, chosen) if chosen else None
    elif span.working:
        days = _working_days(days)
    if days is None:
        raise UnclearError(Reason.IMPOSSIBLE_DATE)
    return days


def _working_days(days: Days) -> Days | None:
    """From the first working day among these to the last; None for the first week of January."""
    length = (days[1] - days[0]).days + 1
    working = [
        day for day in (days[0] + timedelta(days=each) for each in range(length)) if russian_calendar().is_working(day)
    ]
    return (working[0], working[-1]) if working else None


def _day(year: int, month: int, day: int) -> date:
    length = monthrange(year, month)[1]
    if day == Day.END:
        return date(year, month, length)
    if abs(day) > length:
        raise UnclearError(Reason.IMPOSSIBLE_DATE)
    return date(year, month, day if day > 0 else length + 1 + day)


def _first_year(span: Span, cycle: Cycle) -> int:
    """The first occurrence from the first month of the cycle on; one that is over before the cycle begins gives
    way to the next, if that one begins inside the cycle."""
    year = cycle.starts.year + (span.month < cycle.starts.month)
    if span.month == cycle.starts.month and days_in_year(span, year)[1] < cycle.starts:
        following = days_in_year(span, year + 1)[0]
        return year + 1 if following <= cycle.ends else year
    return year


def _school_start(year: SchoolYear, cycle: Cycle) -> int:
    """The first school year that begins in the cycle; if none does, the one that goes on."""
    match year.starts:
        case None:
            first = cycle.starts.year + (cycle.starts.month > _SCHOOL_STARTS)
            begins_inside = (first, _SCHOOL_STARTS) <= (cycle.ends.year, cycle.ends.month)
            return (first if begins_inside else first - 1) + year.plus
        case CycleYear():
            return cycle.starts.year + year.starts.plus + year.plus
        case _:
            return year.starts + year.plus


def _calendar_year(cycle: Cycle) -> int:
    whole = [
        year
        for year in range(cycle.starts.year, cycle.ends.year + 1)
        if cycle.starts <= date(year, 1, 1) and date(year, 12, 31) <= cycle.ends
    ]
    if len(whole) != 1:
        raise UnclearError(Reason.AMBIGUOUS)
    return whole[0]


def _until_day(window: Until, cycle: Cycle) -> date:
    first, last = span_days(window.end, cycle)
    match window.edge:
        case Edge.LAST:
            return last
        case Edge.FIRST:
            return first
        case Edge.BEFORE:
            return first - timedelta(days=1)


def _range_days(window: Range, cycle: Cycle) -> Days:
    start, end = _share_year(window.start, window.end, cycle)
    opens, due = span_days(start, cycle)[0], span_days(end, cycle)[1]
    if due < opens:
        raise UnclearError(Reason.END_BEFORE_START)
    return opens, due


def _share_year(start: Span, end: Span, cycle: Cycle) -> tuple[Span, Span]:
    """A year stated once serves both ends; months that run backwards cross New Year."""
    if start.year is not None and end.year is not None:
        return start, end
    if isinstance(start.year, SchoolYear) or isinstance(end.year, SchoolYear):
        year = start.year or end.year
        return replace(start, year=year), replace(end, year=year)
    if end.year is None:
        first = year_of(start, cycle)
        return replace(start, year=first), replace(end, year=first + (end.month < start.month))
    last = year_of(end, cycle)
    if start.month <= end.month:
        return replace(start, year=last), end
    first = _only_inside([(last - 1, last), (last, last + 1)], start, end, cycle)
    return replace(start, year=first), replace(end, year=first + 1)


def _only_inside(years: Iterable[tuple[int, int]], start: Span, end: Span, cycle: Cycle) -> int:
    """«декабрь–январь 2027 года» ends or begins in 2027: the reading that lies in the cycle, if only one does."""
    inside = [
        first
        for first, last in years
        if cycle.starts <= days_in_year(start, first)[0] and days_in_year(end, last)[1] <= cycle.ends
    ]
    if len(inside) != 1:
        raise UnclearError(Reason.AMBIGUOUS)
    return inside[0]


def share_years(windows: tuple[Window, ...], cycle: Cycle) -> tuple[Window, ...]:
    """In a list, too, a year stated once serves the neighbours that state none: «сентябрь, декабрь 2026 года»."""
    shared = list(windows)
    for here in range(1, len(shared)):
        shared[here] = _borrow(shared[here], shared[here - 1], cycle, later=True)
    for here in reversed(range(len(shared) - 1)):
        shared[here] = _borrow(shared[here], shared[here + 1], cycle, later=False)
    return tuple(shared)


def _borrow(window: Window, neighbour: Window, cycle: Cycle, *, later: bool) -> Window:
    """The window with its neighbour's year, or the year across New Year when the months run backwards."""
    own, other = _span(window), _span(neighbour)
    if own is None or other is None or own.year is not None or other.year is None:
        return window
    if isinstance(other.year, SchoolYear):
        return _dated(window, replace(own, year=other.year))
    year = year_of(other, cycle)
    if later:
        year += own.month < other.month
    elif own.month > other.month:
        year = _only_inside([(year - 1, year - 1), (year, year)], own, own, cycle)
    return _dated(window, replace(own, year=year))


def _span(window: Window) -> Span | None:
    match window:
        case Span():
            return window
        case Until():
            return window.end
        case _:
            return None


def _dated(window: Window, span: Span) -> Window:
    return replace(window, end=span) if isinstance(window, Until) else span


def in_year(window: Window, year: int) -> Window:
    """The window as it stands in one year, for «ежегодно»."""
    match window:
        case Span(year=None):
            return replace(window, year=year)
        case Until(end=Span(year=None)):
            return replace(window, end=replace(window.end, year=year))
        case Range(start=Span(year=None), end=Span(year=None)):
            return replace(window, start=replace(window.start, year=year))
        case Since(start=Span(year=None)):
            return replace(window, start=replace(window.start, year=year))
        case _:
            return window
