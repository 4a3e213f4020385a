"""A consent through its life."""

import datetime as dt

import pytest

from vekha.domain.consents import ConsentState, consent_state
from vekha.domain.people import ConsentFact, PersonFact, Purpose

DAY = dt.date(2026, 10, 14)


def consent(signed: str = "2026-05-04", until: str = "2027-06-30", withdrawn: str | None = None) -> ConsentFact:
    return ConsentFact(
        purpose=Purpose.PROCESSING,
        signed=dt.date.fromisoformat(signed),
        until=dt.date.fromisoformat(until),
        by_guardian=False,
        withdrawn_on=dt.date.fromisoformat(withdrawn) if withdrawn else None,
    )


@pytest.mark.parametrize(
    ("consents", "asked", "state"),
    [
        ((), False, ConsentState.NEEDED),
        ((), True, ConsentState.ASKED),
        ((consent(),), False, ConsentState.GIVEN),
        ((consent(),), True, ConsentState.GIVEN),
        ((consent(until="2026-11-13"),), False, ConsentState.GIVEN),
        ((consent(until="2026-11-12"),), False, ConsentState.EXPIRING),
        ((consent(until="2026-10-14"),), False, ConsentState.EXPIRING),
        ((consent(until="2026-10-13"),), False, ConsentState.LAPSED),
        ((consent(until="2026-10-13"),), True, ConsentState.ASKED),
        ((consent(withdrawn="2026-10-14"),), False, ConsentState.WITHDRAWN),
        ((consent(withdrawn="2026-10-14"), consent(signed="2026-10-14")), False, ConsentState.GIVEN),
        ((consent(until="2026-10-13"), consent()), False, ConsentState.GIVEN),
        ((consent(signed="2026-10-15"),), False, ConsentState.NEEDED),
    ],
)
def test_how_it_stands(consents: tuple[ConsentFact, ...], asked: bool, state: ConsentState) -> None:
    person = PersonFact(code="p1", name="Белов Пётр", birth_date=None, standings={}, consents=consents)
    assert consent_state(person, Purpose.PROCESSING, DAY, asked=asked) is state
    assert consent_state(person, Purpose.PUBLICATION, DAY) is ConsentState.NEEDED


def test_a_minors_own_consent_is_none() -> None:
    person = PersonFact(
        code="p1", name="Белов Пётр", birth_date=dt.date(2012, 1, 1), standings={}, consents=(consent(),)
    )
    assert consent_state(person, Purpose.PROCESSING, DAY) is ConsentState.NEEDED
