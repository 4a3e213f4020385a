"""A collection («сбор»): an operator asks every institution for its figures on one day, between two days.

Operators think in calendar years, schools close in May (DOMAIN.md §6): a collection says its day and its period itself,
and whoever reads a figure sees which.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vekha.domain.errors import Problem, problem
from vekha.domain.reporting.indicators import GIVEN, INDICATORS, Kind

LONGEST = 366 * 2  # days of a period: more is a slip of the pen
MOST_PEOPLE = 1_000_000


class Phase(StrEnum):
    AHEAD = "ahead"  # not opened yet
    OPEN = "open"
    OVERDUE = "overdue"  # past its closing date: figures are still taken, and called late
    CLOSED = "closed"


class Standing(StrEnum):
    """Of one institution in a collection."""

    WAITED = "waited"  # nothing confirmed
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"  # confirmed, and again later with a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an operator asks for."""

    title: str
    since: date
    on: date
    opens: date
    closes: date
    plan: Mapping[str, float]


def phase(opens: date, closes: date, today: date, *, closed: bool) -> Phase:
    if closed:
        return Phase.CLOSED
    if today < opens:
        return Phase.AHEAD
    return Phase.OPEN if today <= closes else Phase.OVERDUE


def term_problems(terms: Terms) -> Iterable[Problem]:
    """Everything that is wrong with a collection before it is announced."""
    if not terms.title.strip():
        yield problem("collection.no_title")
    if terms.on < terms.since:
        yield problem("collection.period_reversed", since=_day(terms.since), on=_day(terms.on))
    elif (terms.on - terms.since).days > LONGEST:
        yield problem("collection.period_too_long", since=_day(terms.since), on=_day(terms.on))
    if terms.closes < terms.opens:
        yield problem("collection.window_reversed", opens=_day(terms.opens), closes=_day(terms.closes))
    if terms.closes < terms.on:
        yield problem("collection.closes_before_state", on=_day(terms.on), closes=_day(terms.closes))
    for code, number in terms.plan.items():
        if code not in INDICATORS:
            yield problem("collection.unknown_indicator", indicator=code, known=", ".join(INDICATORS))
        elif number < 0 or (INDICATORS[code].kind is Kind.SHARE and number > 100):
            yield problem("collection.bad_plan", INDICATORS[code].title, number=f"{number:g}".replace(".", ","))


def confirm_problems(
    now: Phase, on: date, today: date, given: Mapping[str, int], standing: Standing, reason: str
) -> Iterable[Problem]:
    """Why an institution cannot confirm its figures now."""
    if now is Phase.AHEAD:
        yield problem("collection.not_open")
    if now is Phase.CLOSED:
        yield problem("collection.closed")
    if today < on:
        yield problem("collection.day_ahead", on=_day(on))
    if standing is not Standing.WAITED and not reason.strip():
        yield problem("collection.reason_needed")
    for name, number in given.items():
        if name not in GIVEN or not 0 <= number <= MOST_PEOPLE:
            yield problem("collection.bad_number", name, number=number)


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"
