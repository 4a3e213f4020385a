"""The whole phrase: what a date, a rhythm and a note say together."""

from dataclasses import replace
from typing import Any

from vekha.domain.deadlines.actions.common import month_day_number, only
from vekha.domain.deadlines.rules import (
    AsNeeded,
    Day,
    Each,
    Edge,
    Noted,
    Pattern,
    Range,
    Reason,
    Recurring,
    Reference,
    Rule,
    Since,
    Span,
    UnclearError,
    Until,
    Window,
    Yearly,
)


def plain(windows: tuple[Window, ...]) -> Window | Each:
    match windows:
        case (Since() as since, Until() as until):
            return _between(since, until)
        case (Until() as until, Since() as since):
            if since.start.month > until.end.month:  # «до 1 октября, с 1 ноября»: two deadlines or a turn of the year
                raise UnclearError(Reason.AMBIGUOUS)
            return _between(since, until)
        case _:
            return windows[0] if len(set(windows)) == 1 else Each(windows)


def _between(since: Since, until: Until) -> Range:
    """«не ранее 15 сентября, но не позднее 1 октября»: a start and an end are one window, not two deadlines."""
    whole = until.edge is Edge.LAST or until.end.first == until.end.last
    if since.after or until.edge is Edge.BEFORE or not whole:
        raise UnclearError(Reason.AMBIGUOUS)
    return Range(since.start, until.end)


def recurring(pattern: Pattern) -> Rule:
    return Recurring(pattern)


def limited(windows: tuple[Window, ...], pattern: Pattern) -> Rule:
    """One window bounds the rhythm; a list spells it out: «2 раза в год (декабрь, май)»."""
    return Recurring(pattern, windows[0]) if len(set(windows)) == 1 else Each(windows)


def limits(pattern: Pattern, windows: tuple[Window, ...]) -> Rule:
    return limited(windows, pattern)


def month_and_day(windows: tuple[Window, ...], day: int) -> Range:
    """«октябрь (до 15 числа)»: the month up to that day."""
    match windows:
        case (Span(first=1, last=Day.END, months=1) as month,):
            return Range(month, replace(month, first=month_day_number(day), last=day))
        case _:
            raise UnclearError(Reason.AMBIGUOUS)


def yearly(*children: Any) -> Rule:
    return Recurring(Yearly(only(tuple, children)))


def noted(*children: Any) -> Rule:
    """A date and a note: «as needed» lifts a window, never a rhythm; a reference only adds a place to look."""
    note: AsNeeded | Reference = only((AsNeeded, Reference), children)
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
