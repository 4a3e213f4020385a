"""A phrase in a cycle: its dates, or the reason why it has none."""

from functools import lru_cache

from vekha.domain.deadlines.dating import share_years, window_days
from vekha.domain.deadlines.failures import is_event, note_or_refusal
from vekha.domain.deadlines.outcome import Cycle, Kind, Resolution, Warned
from vekha.domain.deadlines.parsing import parse
from vekha.domain.deadlines.reading import Text, is_blank, read
from vekha.domain.deadlines.rhythm import dues
from vekha.domain.deadlines.rules import (
    AsNeeded,
    Each,
    Noted,
    Reason,
    Recurring,
    Reference,
    Relative,
    Rule,
    UnclearError,
    Window,
)


@lru_cache(maxsize=4096)  # a region writes the same few dozen phrases for all its institutions
def resolve(phrase: str, cycle: Cycle) -> Resolution:
    """The deadline that the phrase states in this cycle. Never raises for any text, and never guesses: a phrase
    without one clear meaning is an error with its reason."""
    text = read(phrase)
    if is_blank(text):
        return Resolution(Kind.ERROR, reason=Reason.BLANK.value)
    try:
        rule = understand(text)
        return _resolved(rule, cycle, _remarks(text))
    except UnclearError as error:
        return Resolution(Kind.ERROR, reason=error.reason.value)


def understand(text: Text) -> Rule:
    """The rule, or UnclearError with the best reason for a phrase that the grammar does not have."""
    try:
        rule = parse(text)
    except UnclearError as error:
        if error.reason is not Reason.NOT_UNDERSTOOD:
            raise
        return note_or_refusal(text)
    if isinstance(rule, Relative) and rule.event and not is_event(rule.event, same_day=rule.offset == 0):
        raise UnclearError(Reason.NOT_UNDERSTOOD)
    return rule


def _remarks(text: Text) -> tuple[str, ...]:
    remarks = ((text.about, Warned.APPROXIMATE), (text.clock, Warned.TIME_IGNORED))
    return tuple(warned.value for said, warned in remarks if said)


def _resolved(rule: Rule, cycle: Cycle, remarks: tuple[str, ...]) -> Resolution:  # noqa: PLR0911 — a case a kind
    match rule:
        case Relative():
            event = rule.event
            return Resolution(Kind.RELATIVE, offset=rule.offset, unit=rule.unit.value, event=event, warnings=remarks)
        case AsNeeded():
            return Resolution(Kind.AS_NEEDED)
        case Reference():
            return Resolution(Kind.REFERENCE)
        case Noted():
            return _resolved(rule.rule, cycle, (*remarks, Warned.SEE_REFERENCE.value))
        case Recurring():
            days = dues(rule, cycle)
            if rule.within and not days:  # «1 раз в полугодие в сентябре»: the rhythm and the window disagree
                raise UnclearError(Reason.AMBIGUOUS)
            warnings = () if days else (Warned.OUTSIDE_CYCLE.value,)
            return Resolution(Kind.RECURRING, dues=days, warnings=(*warnings, *remarks))
        case Each():
            return _list(rule, cycle, remarks)
        case _:
            return _window(rule, cycle, remarks)


def _window(window: Window, cycle: Cycle, remarks: tuple[str, ...]) -> Resolution:
    opens, due = window_days(window, cycle)
    warnings: tuple[str, ...] = ()
    if due < cycle.starts or opens > cycle.ends:
        warnings = (Warned.OUTSIDE_CYCLE.value,)
    elif opens < cycle.starts or due > cycle.ends:
        warnings = (Warned.PARTLY_OUTSIDE_CYCLE.value,)
    return Resolution(Kind.WINDOW, opens=opens, due=due, warnings=(*warnings, *remarks))


def _list(rule: Each, cycle: Cycle, remarks: tuple[str, ...]) -> Resolution:
    days = [window_days(window, cycle)[1] for window in share_years(rule.windows, cycle)]
    inside = tuple(sorted({day for day in days if cycle.starts <= day <= cycle.ends}))
    warnings: list[str] = []
    if not inside:
        warnings.append(Warned.OUTSIDE_CYCLE)
    elif len(inside) < len(set(days)):
        warnings.append(Warned.PARTLY_OUTSIDE_CYCLE)
    if days != sorted(days):
        warnings.append(Warned.LIST_OUT_OF_ORDER)
    return Resolution(Kind.RECURRING, dues=inside, warnings=(*map(str, warnings), *remarks))
