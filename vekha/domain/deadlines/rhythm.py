"""The due dates of what recurs: every one in the cycle, ascending."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from vekha.domain.deadlines.dating import day_of_month, in_year, window_days
from vekha.domain.deadlines.outcome import Cycle
from vekha.domain.deadlines.rules import (
    Day,
    Monthly,
    MonthlyWeekday,
    Reason,
    Recurring,
    Since,
    UnclearError,
    Weekly,
    WholeCycle,
    Window,
    Yearly,
)


def dues(rule: Recurring, cycle: Cycle) -> tuple[date, ...]:
    """The due dates in the cycle, and inside the rule's window when it has one. Raises UnclearError."""
    opens, due = window_days(rule.within, cycle) if rule.within else (cycle.starts, cycle.ends)
    first, last = max(opens, cycle.starts), min(due, cycle.ends)
    return tuple(sorted({day for day in _days(rule, cycle) if first <= day <= last}))


def _days(rule: Recurring, cycle: Cycle) -> Iterator[date]:
    match rule.pattern:
        case Monthly():
            return _monthly(rule.pattern, cycle)
        case Weekly():
            return _weekly(rule.pattern, cycle)
        case MonthlyWeekday():
            return _days_of_months(rule.pattern, cycle)
        case Yearly():
            return _yearly(rule.pattern.windows, cycle)


def _months(cycle: Cycle) -> list[date]:
    """The first day of each month that the cycle touches."""
    first, last = (day.year * 12 + day.month - 1 for day in (cycle.starts, cycle.ends))
    return [date(number // 12, number % 12 + 1, 1) for number in range(first, last + 1)]


def _monthly(pattern: Monthly, cycle: Cycle) -> Iterator[date]:
    """The 31st of a shorter month is its last day."""
    for count, month in enumerate(_months(cycle), 1):
        if month.month not in pattern.months or count % pattern.step:
            continue
        length = monthrange(month.year, month.month)[1]
        for day in pattern.days:
            yield month.replace(day=length if day == Day.END else min(day, length))


def _days_of_months(pattern: MonthlyWeekday, cycle: Cycle) -> Iterator[date]:
    for month in _months(cycle):
        day = day_of_month(month, pattern.day) if month.month in pattern.months else None
        if day:
            yield day


def _weekly(pattern: Weekly, cycle: Cycle) -> Iterator[date]:
    monday = cycle.starts - timedelta(days=cycle.starts.weekday())
    weeks = (cycle.ends - monday).days // 7 + 1
    for week in range(pattern.step - 1, weeks, pattern.step):
        for weekday in pattern.weekdays:
            # A cycle may end with the calendar itself.
            if (days := week * 7 + weekday) <= (cycle.ends - monday).days:
                yield monday + timedelta(days=days)


def _yearly(windows: tuple[Window, ...], cycle: Cycle) -> Iterator[date]:
    for window in windows:
        if isinstance(window, WholeCycle | Since):
            raise UnclearError(Reason.AMBIGUOUS)
        found: list[UnclearError] = []
        dated = False
        for year in range(cycle.starts.year - 1, cycle.ends.year + 1):
            try:
                yield window_days(in_year(window, year), cycle)[1]
                dated = True
            except UnclearError as error:  # 29 February: only the leap years have it
                found.append(error)
        if not dated:
            raise found[0]
