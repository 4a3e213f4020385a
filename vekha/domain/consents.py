"""A consent through its life: needed, asked for, given, running out, over or taken back (152-ФЗ, art. 9)."""

from datetime import date, timedelta
from enum import StrEnum

from vekha.domain.people import PersonFact, Purpose

SOON = timedelta(days=30)


class ConsentState(StrEnum):
    NEEDED = "needed"  # nobody has been asked
    ASKED = "asked"  # a link or a paper is out
    GIVEN = "given"
    EXPIRING = "expiring"  # its last day is within a month
    LAPSED = "lapsed"  # its last day is over
    WITHDRAWN = "withdrawn"


def consent_state(person: PersonFact, purpose: Purpose, on: date, *, asked: bool = False) -> ConsentState:
    """How a person's consent to one purpose stands on a day; what is asked for anew after an end is `ASKED`."""
    given = [each for each in person.consents if each.purpose is purpose]
    if person.consented(purpose, on):
        last = max(each.until for each in given if each.in_force(on))
        return ConsentState.EXPIRING if last < on + SOON else ConsentState.GIVEN
    if asked:
        return ConsentState.ASKED
    if not given:
        return ConsentState.NEEDED
    newest = max(given, key=lambda each: (each.signed, each.until))
    if newest.withdrawn_on is not None and newest.withdrawn_on <= on:
        return ConsentState.WITHDRAWN
    return ConsentState.LAPSED if newest.until < on else ConsentState.NEEDED
