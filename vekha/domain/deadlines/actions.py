"""What each rule of grammar.lark builds: a function for each rule, named as there, which gets the rule's children.

Lark drops the tokens whose names begin with «_»; the others come as strings. A phrase with several readings
raises UnclearError by a rule of its own.
"""

import re
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from vekha.domain.deadlines.rules import (
    HALF_YEAR_ENDS,
    QUARTER_ENDS,
    AsNeeded,
    CalendarYear,
    CycleYear,
    Day,
    Each,
    Edge,
    Monthly,
    MonthlyWeekday,
    Noted,
    Pattern,
    Range,
    Reason,
    Recurring,
    Reference,
    Relative,
    Rule,
    SchoolYear,
    Since,
    Span,
    UnclearError,
    Unit,
    Until,
    WeekdayOf,
    Weekly,
    WholeCycle,
    Window,
    Year,
    Yearly,
)
from vekha.domain.deadlines.words import month as month_number
from vekha.domain.deadlines.words import number, number_word
from vekha.domain.deadlines.words import season as season_month
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
_TERM_UNITS = {
    "дневн": (1, Unit.DAYS),
    "суточн": (1, Unit.DAYS),
    "недельн": (1, Unit.WEEKS),
    "месячн": (1, Unit.MONTHS),
    "годичн": (12, Unit.MONTHS),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a month whose month is not known yet."""

    first: int
    last: int
    sharp: bool = False
    opening: bool = False


_THIRDS = {1: Part(1, 10), 2: Part(11, 20), 3: Part(21, Day.END)}
_HALVES = {1: Part(1, 15), 2: Part(16, Day.END)}
_WEEKS = {1: Part(1, 7), 2: Part(8, 14), 3: Part(15, 21), 4: Part(22, 28), 5: Part(29, Day.END)}


_NO_SUCH_PART = Part(99, 99)


def _part(parts: dict[int, Part], which: int) -> Part:
    """A fourth декада has days that no month has: refused with the month, for «33 недели» may still be no date."""
    return parts.get(which, _NO_SUCH_PART)


def _only(kind: type[Any] | tuple[type[Any], ...], children: tuple[Any, ...]) -> Any:
    """The one child of this type; the others are words that carry no meaning of their own."""
    return next(each for each in children if isinstance(each, kind))


def ambiguous(*_: object) -> NoReturn:
    """A phrase with several readings."""
    raise UnclearError(Reason.AMBIGUOUS)


# ---- the whole phrase --------------------------------------------------------------------------------------------


def plain(windows: tuple[Window, ...]) -> Window | Each:
    return windows[0] if len(set(windows)) == 1 else Each(windows)


def recurring(pattern: Pattern) -> Rule:
    return Recurring(pattern)


def limited(windows: tuple[Window, ...], pattern: Pattern) -> Rule:
    """One window bounds the rhythm; a list spells it out: «2 раза в год (декабрь, май)»."""
    return Recurring(pattern, windows[0]) if len(set(windows)) == 1 else Each(windows)


def limits(pattern: Pattern, windows: tuple[Window, ...]) -> Rule:
    return limited(windows, pattern)


def yearly(*children: Any) -> Rule:
    return Recurring(Yearly(_only(tuple, children)))


def noted(*children: Any) -> Rule:
    """A date and a note: «as needed» lifts a window, never a rhythm; a reference only adds a place to look."""
    note: AsNeeded | Reference = _only((AsNeeded, Reference), children)
    dated: tuple[Window, ...] | Pattern = next(each for each in children if each is not note)
    if not isinstance(dated, tuple):
        rhythm = Recurring(dated)
        return rhythm if isinstance(note, AsNeeded) else Noted(rhythm)
    return note if isinstance(note, AsNeeded) else Noted(plain(dated))


def note_first(rule: AsNeeded, _more: str) -> Rule:
    return rule


def need(*_: object) -> AsNeeded:
    return AsNeeded()


def reference(*_: object) -> Reference:
    return Reference()


# ---- windows -----------------------------------------------------------------------------------------------------


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
    return Span(month_number(word), part.first, part.last, year=when, sharp=part.sharp, opening=part.opening)


def date(day: str | int, word: str, when: Year = None) -> Span:
    return _dated(number(day), month_number(word), when)


def days(day: int, following: Span | tuple[Span, ...]) -> tuple[Span, ...]:
    rest = following if isinstance(following, tuple) else (following,)
    return (replace(rest[0], first=_month_day(day), last=day), *rest)


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
    return Span(which, _month_day(day), day, year=year, sharp=True)


def weekday_of_month(nth: MonthlyWeekday, word: str, when: Year = None) -> Window:
    return WeekdayOf(Span(month_number(word), year=when), nth.nth, nth.weekday)


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


def which_ones(first: str | int, last: str | int) -> tuple[int, int]:
    return number(first), number(last)


def quarter_list(which: tuple[int, int], when: Year = None) -> tuple[Span, ...]:
    return tuple(quarter(one, when) for one in which)


def decade_list(which: tuple[int, int], word: str, when: Year = None) -> tuple[Span, ...]:
    return tuple(part_of_month(decade(one), word, when) for one in which)


def week_list(which: tuple[int, int], word: str, when: Year = None) -> tuple[Span, ...]:
    return tuple(part_of_month(week(one), word, when) for one in which)


def season(word: str, when: Year = None) -> Span:
    first = season_month(word)
    if first == 12 and isinstance(when, int | CycleYear):
        raise UnclearError(Reason.AMBIGUOUS)
    return Span(first, months=3, year=when)


def year_span(when: int | CycleYear) -> Span:
    return Span(1, months=12, year=when)


def part_of_larger(part: Part, span: Span) -> Span:
    """«конец I квартала», «вторая половина 2026 года»; other pieces of a quarter have no dates."""
    if part.sharp:
        last = span.month + span.months - 1
        return Span((last - 1) % 12 + 1, part.first, part.last, year=span.year, sharp=True)
    if part.opening:
        return replace(span, first=part.first, last=part.last, months=1, opening=True)
    if part in _HALVES.values() and span.months == 12:
        return half_year(1 if part.first == 1 else 2, span.year)
    raise UnclearError(Reason.AMBIGUOUS)


def part_of_school(part: Part, when: SchoolYear) -> Span:
    if part in _HALVES.values():
        return half_year(1 if part.first == 1 else 2, when)
    return part_of_larger(part, Span(9, months=9, year=when))


def decade(which: str | int) -> Part:
    return _part(_THIRDS, number(which))


def half(which: str | int) -> Part:
    return _part(_HALVES, number(which))


def week(which: str | int) -> Part:
    return _part(_WEEKS, number(which))


week_n = week


def decades(pair: tuple[int, int]) -> Part:
    return part_range(_part(_THIRDS, pair[0]), _part(_THIRDS, pair[1]))


def weeks(pair: tuple[int, int]) -> Part:
    return part_range(_part(_WEEKS, pair[0]), _part(_WEEKS, pair[1]))


def part_range(start: Part, end: Part) -> Part:
    if end.last and start.first > end.last:
        raise UnclearError(Reason.END_BEFORE_START)
    return Part(start.first, end.last, end.sharp)


def first_third() -> Part:
    return _THIRDS[1]


def last_third() -> Part:
    return _THIRDS[3]


def last_week() -> Part:
    return Part(Day.LAST_WEEK, Day.END)


def last_day(*_: object) -> Part:
    return Part(Day.END, Day.END, sharp=True)


def beginning(_: str) -> Part:
    return replace(_THIRDS[1], opening=True)


def middle(_: str) -> Part:
    return _THIRDS[2]


def ending(_: str) -> Part:
    return replace(_THIRDS[3], sharp=True)


def span_range(start: Span, end: Span) -> Range:
    return Range(start, end)


def range_until(start: Span, _until: str, end: Span) -> Range:
    if not end.sharp:
        raise UnclearError(Reason.AMBIGUOUS)
    return Range(start, end)


def days_of_month(pair: tuple[int, int], word: str, when: Year = None) -> Span:
    if pair[0] > pair[1]:
        raise UnclearError(Reason.END_BEFORE_START)
    return Span(month_number(word), _month_day(pair[0]), pair[1], year=when)


def day_to_date(*children: Any) -> Span:
    """«с 5 по 18 октября»: the first day has the month of the last."""
    start, end = _only(int, children), children[-1]
    if start > end.last:
        raise UnclearError(Reason.END_BEFORE_START)
    return replace(end, first=_month_day(start))


def days_before_date(start: int, word: str) -> Span:
    return day_to_date(start, full_date(word))


def days_before_short(start: int, word: str, when: Year = None) -> Span:
    return day_to_date(start, short_date(word, when))


def years(first: str, last: str, _many: str) -> Range:
    return Range(year_span(int(first[:4])), year_span(int(last[:4])))


def years_pair(pair: str, _many: str) -> Range:
    first, last = _pair_of_years(pair)
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


def until_and_with(end: Span) -> Until:
    """«по май», unlike «до мая», has one meaning."""
    return Until(end)


def since(start: Span) -> Since:
    return Since(start)


def since_after(start: Span) -> Since:
    return Since(start, after=True)


def whole(*_: str) -> WholeCycle:
    return WholeCycle()


def calendar_year(*_: str) -> CalendarYear:
    return CalendarYear()


def school_months(*children: Any) -> Span:
    """1 September to 31 May."""
    return Span(9, months=9, year=children[-1])


def school_at(*children: Any) -> Span:
    """«на … учебный год», and one named by its numbers alone, lasts to 31 August."""
    *prefix, when = children
    if prefix == ["на"] or (not prefix and when.starts is not None):
        return Span(9, months=12, year=when)
    return school_months(when)


# ---- years -------------------------------------------------------------------------------------------------------


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
    return SchoolYear(_pair_of_years(pair)[0])


def cycle_school() -> SchoolYear:
    return SchoolYear(CycleYear())


def this_school() -> SchoolYear:
    return SchoolYear()


def next_school() -> SchoolYear:
    return SchoolYear(plus=1)


def _pair_of_years(pair: str) -> tuple[int, int]:
    first, last = (int(each) for each in re.findall(r"\d+", pair))
    last = last if last > 99 else first // 100 * 100 + last
    if last != first + 1:
        raise UnclearError(Reason.END_BEFORE_START if last < first else Reason.AMBIGUOUS)
    return first, last


# ---- numbers -----------------------------------------------------------------------------------------------------


def num(word: str) -> int:
    return number(word)


def pair(first: str | int, last: str | int) -> tuple[int, int]:
    return number(first), number(last)


def sum_of(tens: str, ones: str) -> int:
    return number(tens) + number(ones)


def n_weeks(which: int) -> int:
    return which


def nth_weekday(which: str | int, word: str) -> MonthlyWeekday:
    if not 1 <= number(which) <= 4:
        raise UnclearError(Reason.IMPOSSIBLE_DATE)
    return MonthlyWeekday(number(which), weekday_number(word))


def last_weekday(word: str) -> MonthlyWeekday:
    return MonthlyWeekday(-1, weekday_number(word))


# ---- recurring ---------------------------------------------------------------------------------------------------


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
    return Monthly(days=(_month_day(_only(int, children)),))


def monthly_days(_first: int, last: int, *_: object) -> Pattern:
    return monthly_day(last)


def after_quarter(*children: Any) -> Pattern:
    """«до 10 числа месяца, следующего за отчётным кварталом»."""
    return Monthly(days=(_month_day(_only(int, children)),), months=(1, 4, 7, 10))


def day_of_quarter_end(day: int) -> Pattern:
    """«до 20 числа последнего месяца квартала»."""
    return Monthly(days=(_month_day(day),), months=QUARTER_ENDS)


def _month_day(day: int) -> int:
    if not 1 <= day <= 31:
        raise UnclearError(Reason.IMPOSSIBLE_DATE)
    return day


def monthly_part(*children: Any) -> Pattern:
    part = _only(Part, children)
    if part is _NO_SUCH_PART:
        raise UnclearError(Reason.IMPOSSIBLE_DATE)
    return Monthly(days=(part.last,))


def quarterly_part(*children: Any) -> Pattern:
    return _ends(_only(Part, children), _QUARTERLY)


def half_yearly_part(*children: Any) -> Pattern:
    return _ends(_only(Part, children), _HALF_YEARLY)


def _ends(part: Part, pattern: Pattern) -> Pattern:
    if not part.sharp:
        raise UnclearError(Reason.AMBIGUOUS)
    return pattern


def monthly_weekday(*children: Any) -> Pattern:
    return _only(MonthlyWeekday, children)


def weekdays(*words: str) -> Pattern:
    return Weekly(tuple(sorted({weekday_number(word) for word in words})))


def weekly_on(_weekly: Pattern, pattern: Pattern) -> Pattern:
    return pattern


def month_day(*children: Any) -> int:
    return _only(int, children)


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


# ---- relative to an event ----------------------------------------------------------------------------------------

Length = tuple[int, Unit]


def within(word: str, length: Length, event: str | None = None) -> Relative:
    """«не позднее 3 дней со дня …», «в срок до 3 дней»; «до 3 дней» alone is a quantity."""
    if event is None and "срок" not in word:
        raise UnclearError(Reason.NOT_UNDERSTOOD)
    return Relative(*length, event)


def before(*children: Any) -> Relative:
    amount, unit = _only(tuple, children)
    return Relative(-amount, unit, children[-1])


def year_before(*children: Any) -> Relative:
    return Relative(-12, Unit.MONTHS, children[-1])


def after(*children: Any) -> Relative:
    amount, unit = _only(tuple, children)
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
