"""The core's conditions: registers with nobody undecided, pairs with consents, support for whoever is left over."""

import datetime as dt

from vekha.domain.checks import BUILTIN, CheckContext
from vekha.domain.people import ConsentFact, PairFact, People, PersonFact, Purpose, Role, Standing

TODAY = dt.date(2026, 9, 10)
CONSENT = ConsentFact(
    purpose=Purpose.PROCESSING, signed=dt.date(2026, 5, 1), until=dt.date(2027, 6, 30), by_guardian=False
)


def _person(code: str, role: Role, standing: Standing, *, consent: bool = True, supported: bool = False) -> PersonFact:
    return PersonFact(
        code=code,
        name=f"Участник {code}",
        birth_date=None,
        standings={role: standing},
        consents=(CONSENT,) if consent else (),
        supported=supported,
    )


def _found(check: str, *persons: PersonFact, pairs: tuple[PairFact, ...] = ()) -> list[str]:
    people = People(persons={each.code: each for each in persons}, pairs={each.code: each for each in pairs})
    context = CheckContext(today=TODAY, stage="s", activity="a", people=people, answers={})
    return [each.code for each in BUILTIN[check](context)]


def test_a_register_is_filled_and_nobody_is_undecided() -> None:
    for role, check in ((Role.MENTOR, "mentors_registered"), (Role.MENTEE, "mentees_registered")):
        registered = _person("p1", role, Standing.REGISTERED)
        assert _found(check) == [f"gate.no_{role.value}s"]
        assert _found(check, registered) == []
        assert _found(check, registered, _person("p2", role, Standing.WITHDRAWN)) == []
        assert _found(check, registered, _person("p2", role, Standing.CANDIDATE)) == [f"gate.{role.value}_undecided"]
        lacking = _person("p2", role, Standing.CANDIDATE, consent=False)
        assert _found(check, registered, lacking) == ["people.consent_missing"]


def test_pairs_need_consents_in_force() -> None:
    mentor = _person("p1", Role.MENTOR, Standing.REGISTERED)
    mentee = _person("p2", Role.MENTEE, Standing.REGISTERED, consent=False)
    pair = PairFact(code="n1", mentors=("p1",), mentees=("p2",))
    ended = PairFact(code="n1", mentors=("p1",), mentees=("p2",), active=False)
    assert _found("pairs_formed", mentor, mentee) == ["gate.no_pairs"]
    assert _found("pairs_formed", mentor, mentee, pairs=(pair,)) == ["people.consent_missing"]
    assert _found("pairs_formed", mentor, mentee, pairs=(ended,)) == []


def test_nobody_is_left_without_support() -> None:
    alone = _person("p2", Role.MENTEE, Standing.REGISTERED)
    supported = _person("p2", Role.MENTEE, Standing.REGISTERED, supported=True)
    pair = PairFact(code="n1", mentors=("p1",), mentees=("p2",))
    assert _found("unpaired_supported", alone) == ["gate.unpaired_without_support"]
    assert _found("unpaired_supported", supported) == []
    assert _found("unpaired_supported", alone, pairs=(pair,)) == []
