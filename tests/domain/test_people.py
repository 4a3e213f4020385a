"""People: whose consent counts on which day, what each command is refused for, what is known afterwards.

That `after` agrees with what the database holds is tested in tests/services/mentoring/test_people.py.
"""

from datetime import date
from typing import Any

import pytest

from tests.domain.small import consent, paired, people, person
from vekha.domain.errors import Problem
from vekha.domain.people import (
    AddEmployer,
    FormPair,
    GiveConsent,
    HoldMeeting,
    Introduce,
    PairFact,
    People,
    PeopleCommand,
    Purpose,
    Register,
    Role,
    Standing,
    SupportUnpaired,
    WithdrawConsent,
    consent_problem,
)
from vekha.domain.people_after import after
from vekha.domain.people_refusals import refusals

TODAY = date(2026, 9, 7)
BORN = date(2008, 9, 7)  # eighteen today


def codes(command: PeopleCommand, known: People) -> list[str]:
    return [each.code.removeprefix("people.") for each in refusals(command, known, TODAY)]


# --- age and consents -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "minor"),
    [(date(2026, 9, 6), True), (date(2026, 9, 7), False), (date(2008, 9, 7), True), (date(2030, 1, 1), False)],
)
def test_somebody_is_minor_until_the_eighteenth_birthday(on: date, minor: bool) -> None:
    assert person("p1", Role.MENTEE, birth_date=BORN).is_minor(on) is minor


def test_a_leap_day_birthday_comes_on_the_first_of_march() -> None:
    born = person("p1", Role.MENTEE, birth_date=date(2008, 2, 29))
    assert [born.is_minor(date(2026, 2, 28)), born.is_minor(date(2026, 3, 1))] == [True, False]


def test_somebody_without_a_birth_date_counts_as_an_adult() -> None:
    assert not person("p1", Role.MENTEE).is_minor(TODAY)


@pytest.mark.parametrize(
    ("on", "withdrawn_on", "in_force"),
    [
        (date(2026, 1, 9), None, False),
        (date(2026, 1, 10), None, True),
        (date(2026, 12, 31), None, True),
        (date(2027, 1, 1), None, False),
        (date(2026, 5, 4), date(2026, 5, 5), True),
        (date(2026, 5, 5), date(2026, 5, 5), False),
    ],
)
def test_a_consent_is_in_force_between_its_dates_until_withdrawn(
    on: date, withdrawn_on: date | None, in_force: bool
) -> None:
    assert consent(withdrawn_on=withdrawn_on).in_force(on) is in_force


@pytest.mark.parametrize(
    ("born", "by_guardian", "purpose", "problem"),
    [
        (None, False, Purpose.PROCESSING, None),
        (None, False, Purpose.PUBLICATION, "people.consent_missing"),
        (BORN, False, Purpose.PROCESSING, None),
        (date(2008, 9, 8), False, Purpose.PROCESSING, "people.guardian_consent_missing"),
        (date(2008, 9, 8), True, Purpose.PROCESSING, None),
        (date(2008, 9, 8), True, Purpose.PUBLICATION, "people.guardian_consent_missing"),
        (BORN, True, Purpose.PROCESSING, None),
    ],
)
def test_whose_signature_counts(born: date | None, by_guardian: bool, purpose: Purpose, problem: str | None) -> None:
    known = person("p1", Role.MENTEE, birth_date=born, consents=(consent(by_guardian=by_guardian, purpose=purpose),))
    found = consent_problem(known, TODAY, "место")
    assert found == (problem and Problem(problem, "место", (("person", "Ежова Мария"),)))


# --- who is meant -----------------------------------------------------------------------------------------------------


def test_people_are_found_by_code_or_by_full_name() -> None:
    known = people(person("p1", Role.MENTOR), person("p2", Role.MENTEE))
    assert [each.code for each in known.find("p2")] == ["p2"]
    assert [each.code for each in known.find("  ежова   МАРИЯ ")] == ["p1"]
    assert known.find("Ежова") == ()


def test_namesakes_are_told_apart_by_code() -> None:
    known = people(person("p1", Role.MENTOR), person("p2", Role.MENTOR, name="Ежова Мария"))
    (found,) = refusals(WithdrawConsent(subject="Ежова Мария", purpose=Purpose.PROCESSING, on=TODAY), known, TODAY)
    assert found == Problem("people.namesakes", "", (("person", "Ежова Мария"), ("codes", "p1, p2")))
    assert codes(WithdrawConsent(subject="p2", purpose=Purpose.PROCESSING, on=TODAY), known) == []


def test_who_has_no_mentor_now_is_unpaired() -> None:
    """Broken off is unpaired again; a pair that held its final meeting has come to its end."""
    known = people(
        person("p1", Role.MENTOR),
        *(person(code, Role.MENTEE) for code in ("p2", "p3", "p4", "p5")),
        person("p6", Role.MENTEE, Standing.CANDIDATE),
        pairs=[
            PairFact(code="n1", mentors=("p1",), mentees=("p2",), active=False),
            PairFact(code="n2", mentors=("p1",), mentees=("p3",)),
            PairFact(code="n3", mentors=("p1",), mentees=("p4",), active=False, meetings={"final": 1}),
        ],
    )
    assert [each.code for each in known.unpaired()] == ["p2", "p5"]
    assert [each.code for each in known.active_pairs] == ["n2"]
    assert [each.code for each in known.candidates(Role.MENTEE)] == ["p6"]


# --- refusals ---------------------------------------------------------------------------------------------------------


def given(**changed: Any) -> GiveConsent:
    told = {"subject": "p1", "purpose": Purpose.PROCESSING, "signed": TODAY, "until": date(2027, 6, 30)}
    return GiveConsent(**{**told, **changed})


def pair(**changed: Any) -> FormPair:
    told = {"mentors": ("p1",), "mentees": ("p2",), "format": "пара", "starts": TODAY, "ends": date(2027, 5, 31)}
    return FormPair(**{**told, **changed})


KNOWN = people(
    person("p1", Role.MENTOR),
    person("p2", Role.MENTEE),
    person("p3", Role.MENTEE, Standing.CANDIDATE, birth_date=date(2012, 1, 1), consents=()),
    pairs=[PairFact(code="n1", mentors=("p1",), mentees=("p2",))],
    employers={"e1": "ООО «Река»"},
)
LATER = date(2026, 9, 8)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (Introduce(name="Ежова Мария", role=Role.MENTOR, birth_date=date(2026, 9, 6)), []),
        (Introduce(name="Ежова", role=Role.MENTOR, birth_date=TODAY), ["name_incomplete", "birth_date_ahead"]),
        (given(), []),
        (given(subject="Никто Никтович", signed=LATER, until=date(2026, 1, 1)),
         ["unknown_person", "consent_reversed", "consent_ahead"]),
        (given(subject="p3"), ["minor_signs"]),
        (given(subject="p3", guardian="Чижова Ольга"), []),
        (given(guardian="Чижова Ольга"), ["guardian_of_adult"]),
        (WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=TODAY), []),
        (WithdrawConsent(subject="p3", purpose=Purpose.PUBLICATION, on=LATER),
         ["withdrawn_ahead", "nothing_to_withdraw"]),
        (Register(person="p1", role=Role.MENTOR, on=TODAY, employer="e1"), []),
        (Register(person="p3", role=Role.MENTEE, on=LATER, employer="e9"),
         ["registered_ahead", "guardian_consent_missing", "unknown_employer"]),
        (Register(person="p9", role=Role.MENTEE, on=TODAY), ["unknown_person"]),
        (AddEmployer(name="ООО «Река»"), []),
        (pair(), []),
        (pair(mentors=(), ends=date(2026, 9, 6)), ["pair_reversed", "pair_incomplete"]),
        (pair(mentors=("p9",), mentees=("p3",), employer="e9"),
         ["unknown_person", "not_registered_mentee", "guardian_consent_missing", "unknown_employer"]),
        (pair(mentors=("p1", "p2"), mentees=("p2",)), ["not_registered_mentor", "own_mentor"]),
        (pair(mentors=("Ежова Мария",), mentees=("p1", "p2")), ["not_registered_mentee", "own_mentor"]),
        (HoldMeeting(kind="trial", on=TODAY, pair="n1"), []),
        (HoldMeeting(kind="trial", on=LATER, pair="n9"), ["meeting_ahead", "unknown_pair"]),
        (SupportUnpaired(mentee="p3", on=TODAY, note="беседа"), []),
        (SupportUnpaired(mentee="p9", on=TODAY, note="беседа"), ["unknown_person"]),
        (SupportUnpaired(mentee="p1", on=TODAY, note="беседа"), ["not_registered_mentee"]),
    ],
)  # fmt: skip
def test_every_reason_at_once(command: PeopleCommand, expected: list[str]) -> None:
    assert codes(command, KNOWN) == expected


def test_the_register_asks_for_a_consent_on_the_day_of_the_entry() -> None:
    known = people(person("p1", Role.MENTOR, consents=(consent(signed=date(2026, 9, 1)),)))
    assert codes(Register(person="p1", role=Role.MENTOR, on=date(2026, 8, 31)), known) == ["consent_missing"]
    assert codes(Register(person="p1", role=Role.MENTOR, on=date(2026, 9, 1)), known) == []


# --- what is known afterwards -----------------------------------------------------------------------------------------


def test_the_same_person_in_two_roles_stays_one_person() -> None:
    known = after(Introduce(name="Ежова  Мария", role=Role.MENTOR), People(), "p1")
    known = after(Introduce(name="Ежова Мария", role=Role.MENTEE, birth_date=BORN), known, "p1")
    (found,) = known.persons.values()
    assert found.name == "Ежова Мария"
    assert found.birth_date == BORN
    assert found.standings == {Role.MENTOR: Standing.CANDIDATE, Role.MENTEE: Standing.CANDIDATE}


def test_an_introduction_takes_nobody_out_of_the_register() -> None:
    known = after(Introduce(name="Ежова Мария", role=Role.MENTOR), people(person("p1", Role.MENTOR)), "p1")
    assert known.persons["p1"].standings == {Role.MENTOR: Standing.REGISTERED}


def test_a_withdrawn_consent_is_over_from_that_day_and_the_others_stay() -> None:
    known = after(given(purpose=Purpose.PUBLICATION), people(person("p1", Role.MENTOR)), "p1")
    known = after(WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=TODAY), known, "p1")
    found = known.persons["p1"]
    assert not found.consented(Purpose.PROCESSING, TODAY)
    assert found.consented(Purpose.PUBLICATION, TODAY)


def test_an_absence_is_no_meeting() -> None:
    known = paired()
    known = after(HoldMeeting(kind="trial", on=TODAY, pair="n1", absent=True), known, "n1")
    assert known.pairs["n1"].meetings == {}
    for _ in range(2):
        known = after(HoldMeeting(kind="trial", on=TODAY, pair="n1"), known, "n1")
        known = after(HoldMeeting(kind="training", on=TODAY), known, "")
    assert (known.pairs["n1"].meetings, known.pairs["n1"].meetings_total) == ({"trial": 2}, 2)
    assert known.events == {"training": 2}


def test_who_is_named_twice_is_in_the_pair_once() -> None:
    known = people(person("p1", Role.MENTOR), person("p2", Role.MENTEE))
    command = pair(mentors=("p1", "Ежова Мария"))
    assert codes(command, known) == []
    assert after(command, known, "n1").pairs == {"n1": PairFact(code="n1", mentors=("p1",), mentees=("p2",))}
