"""A worker's written consent to mentor and its early end (ст. 351.8 ТК РФ, in force since 01.03.2025).

The contract or its addendum names content, term, form and pay. The worker may refuse early and the employer may take
the task back, each with a notice of at least three working days; the day of the notice does not count (ст. 14 ТК РФ).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vekha.domain.calendar import WorkingCalendar
from vekha.domain.errors import Problem, problem

NOTICE = 3  # working days


class Side(StrEnum):
    WORKER = "worker"
    EMPLOYER = "employer"


class DutyState(StrEnum):
    """How the consent of one mentor stands on a day."""

    MISSING = "missing"  # the type asks for it and there is none
    PAPER = "paper"  # the approved document of the programme stands for it
    GIVEN = "given"
    ENDING = "ending"  # in force until the last day of a notice
    OVER = "over"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a worker consents to."""

    signed: date
    starts: date
    ends: date
    content: str
    form: str
    pay: str
    addendum: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """One side ends it early: `last` is the last day of the work."""

    by: Side
    noticed: date
    last: date
    reason: str


def terms_problems(person: str, terms: Terms, today: date) -> Iterator[Problem]:
    if terms.signed > today:
        yield problem("duty.signed_ahead", person=person, date=f"{terms.signed:%d.%m.%Y}")
    if terms.ends < terms.starts:
        yield problem("duty.term_reversed", starts=f"{terms.starts:%d.%m.%Y}", ends=f"{terms.ends:%d.%m.%Y}")
    if terms.starts < terms.signed:
        yield problem("duty.before_consent", person=person, starts=f"{terms.starts:%d.%m.%Y}")
    if not all(each.strip() for each in (terms.content, terms.form, terms.pay)):
        yield problem("duty.terms_incomplete", person=person)


def earliest_last_day(noticed: date, calendar: WorkingCalendar) -> date:
    """The third working day after the notice."""
    return calendar.add_working_days(noticed, NOTICE)


def ending_problems(
    person: str, ending: Ending, signed: date, today: date, calendar: WorkingCalendar
) -> Iterator[Problem]:
    if ending.noticed > today or ending.noticed < signed:
        yield problem("duty.notice_wrong", person=person, date=f"{ending.noticed:%d.%m.%Y}")
    least = earliest_last_day(ending.noticed, calendar)
    if ending.last < least:
        yield problem("duty.notice_short", person=person, last=f"{ending.last:%d.%m.%Y}", least=f"{least:%d.%m.%Y}")
    if not ending.reason.strip():
        yield problem("stage.reason_needed", person)


def holds(signed: date, ends: date, ends_on: date | None, day: date) -> bool:
    """Whether a consent carries the work on that day."""
    return signed <= day <= min(ends, ends_on or ends)
