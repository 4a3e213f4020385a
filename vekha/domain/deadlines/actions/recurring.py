"""What recurs."""

from typing import Any

from vekha.domain.deadlines.actions.common import NO_SUCH_PART, Part, month_day_number, only
from vekha.domain.deadlines.rules import (
    HALF_YEAR_ENDS,
    QUARTER_ENDS,
    QUARTER_STARTS,
    Day,
    Monthly,
    MonthlyWeekday,
    NthDay,
    Pattern,
    Reason,
    UnclearError,
    Weekly,
)
from vekha.domain.deadlines.words import number
from vekha.domain.deadlines.words import weekday as weekday_number

_QUARTERLY = Monthly(months=QUARTER_ENDS)
_HALF_YEARLY = Monthly(months=HALF_YEAR_ENDS)
_TIMES: dict[tuple[str, int], Pattern] = {
    ("week", 1): Weekly(),
    ("month", 1): Monthly(),
    ("month", 2): Monthly(days=(15, Day.END)),
    ("month", 3): Monthly(days=(10, 20, Day.END)),
    ("quarter", 1): _QUARTERLY,
    ("quarter", 3): Monthly(),
    ("half_year", 1): _HALF_YEARLY,
    ("half_year", 2): _QUARTERLY,
    ("half_year", 6): Monthly(),
    ("year", 2): _HALF_YEARLY,
    ("year", 4): _QUARTERLY,
    ("year", 12): Monthly(),
}
_MONTHS_IN = {"month": 1, "quarter": 3, "half_year": 6}


def every_month() -> Pattern:
    return Monthly()


def every_quarter() -> Pattern:
    return _QUARTERLY


def every_week() -> Pattern:
    return Weekly()


def half_yearly() -> Pattern:
    return _HALF_YEARLY


def times(*children: Any) -> Pattern:
    """«2 раза в год»; rhythms that no calendar unit divides, and «раз в год» without a date, are ambiguous."""
    *count, unit = children
    pattern = _TIMES.get((unit, number(count[0]) if count else 1))
    if pattern is None:
        raise UnclearError(Reason.AMBIGUOUS)
    return pattern


multiple = times
every = times


def every_few(count: str | int, unit: str) -> Pattern:
    """«каждые два месяца»: counted from the start of the cycle."""
    step = number(count)
    if step < 1:
        raise UnclearError(Reason.NOT_A_DEADLINE)
    if unit == "week":
        return Weekly(step=step)
    if unit not in _MONTHS_IN:
        raise UnclearError(Reason.AMBIGUOUS)
    return Monthly(step=step * _MONTHS_IN[unit])


def once_in(*children: Any) -> Pattern:
    *count, every_n, unit = children
    if count and number(count[0]) != 1:
        raise UnclearError(Reason.AMBIGUOUS)
    return every_few(every_n, unit)


def monthly_day(*children: Any) -> Pattern:
    return Monthly(days=(month_day_number(only(int, children)),))


def monthly_days(_first: int, last: int, *_: object) -> Pattern:
    return monthly_day(last)


def monthly_days_both(*children: Any) -> Pattern:
    return Monthly(days=only(tuple, children))


def after_quarter(*children: Any) -> Pattern:
    """«до 10 числа месяца, следующего за отчётным кварталом»."""
    return Monthly(days=(month_day_number(only(int, children)),), months=QUARTER_STARTS)


def day_of_quarter_end(*children: Any) -> Pattern:
    """«до 20 числа последнего месяца квартала»."""
    return Monthly(days=(month_day_number(only(int, children)),), months=QUARTER_ENDS)


def day_in_quarter(*children: Any) -> Pattern:
    """«до 15 числа второго месяца квартала»."""
    which = number(children[-1])
    if not 1 <= which <= 3:
        raise UnclearError(Reason.IMPOSSIBLE_DATE)
    months = tuple(start + which - 1 for start in QUARTER_STARTS)
    return Monthly(days=(month_day_number(only(int, children)),), months=months)


def monthly_part(*children: Any) -> Pattern:
    part = only(Part, children)
    if part is NO_SUCH_PART:
        raise UnclearError(Reason.IMPOSSIBLE_DATE)
    return Monthly(days=(part.last,))


def quarterly_part(*children: Any) -> Pattern:
    return _ends(only(Part, children), _QUARTERLY)


def half_yearly_part(*children: Any) -> Pattern:
    return _ends(only(Part, children), _HALF_YEARLY)


def _ends(part: Part, pattern: Pattern) -> Pattern:
    if not part.sharp:
        raise UnclearError(Reason.AMBIGUOUS)
    return pattern


def monthly_weekday(*children: Any) -> Pattern:
    return MonthlyWeekday(only(NthDay, children))


def quarterly_weekday(*children: Any) -> Pattern:
    """The last one of a quarter is in its last month, the first one in its first."""
    day = only(NthDay, children)
    if day.nth not in (1, -1):
        raise UnclearError(Reason.AMBIGUOUS)
    return MonthlyWeekday(day, QUARTER_ENDS if day.nth < 0 else QUARTER_STARTS)


def weekdays(*words: str) -> Pattern:
    return Weekly(tuple(sorted({weekday_number(word) for word in words})))


def weekly_on(_weekly: Pattern, pattern: Pattern) -> Pattern:
    return pattern


def month_day(*children: Any) -> int:
    return only(int, children)


def two_days(*children: Any) -> tuple[int, int]:
    first, last = (month_day_number(each) for each in children if isinstance(each, int))
    return first, last


def unit_year() -> str:
    return "year"


def unit_day() -> str:
    return "day"


def unit_week() -> str:
    return "week"


def unit_month() -> str:
    return "month"


def unit_quarter() -> str:
    return "quarter"


def unit_half_year() -> str:
    return "half_year"
