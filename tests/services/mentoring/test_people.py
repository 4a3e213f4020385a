"""People in the database: what is known afterwards is what was decided; codes stand two programmes at once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.services.conftest import CURATOR, KEY, MENTEE, MENTOR, STRANGER, VIEWER, Club
from vekha.domain.people import (
    AddEmployer,
    FormPair,
    GiveConsent,
    HoldMeeting,
    Introduce,
    PeopleCommand,
    Purpose,
    Register,
    Role,
    Standing,
    SupportUnpaired,
    WithdrawConsent,
)
from vekha.services.mentoring import pair_life, people
from vekha.services.process.programmes import load

TODAY = dt.date(2026, 5, 4)
UNTIL = dt.date(2027, 6, 30)


def consent(subject: str, **changed: str) -> GiveConsent:
    return GiveConsent(subject=subject, purpose=Purpose.PROCESSING, signed=TODAY, until=UNTIL, **changed)


STORY: tuple[PeopleCommand, ...] = (
    Introduce(name=f"  {MENTEE} ", role=Role.MENTEE, birth_date=dt.date(2012, 2, 28)),
    Introduce(name=MENTOR, role=Role.MENTOR, gender="f", contact="+7 900 000-00-02"),
    Introduce(name=MENTOR.upper(), role=Role.MENTEE, birth_date=dt.date(1990, 1, 1)),
    Introduce(name="Белов Павел Андреевич", role=Role.MENTOR),
    AddEmployer(name="ООО «Река»", inn="0000000000"),
    AddEmployer(name="ООО «Лес»"),
    AddEmployer(name="ООО «Река»", address="Примерск"),
    consent("p1", guardian="Журавлёва Мария Петровна", relation="мать"),
    consent(MENTOR),
    consent("p3"),
    GiveConsent(subject="p2", purpose=Purpose.PUBLICATION, signed=TODAY, until=UNTIL, categories=("фото",)),
    Register(person="p1", role=Role.MENTEE, on=TODAY),
    Register(person="p2", role=Role.MENTOR, on=TODAY, base="Б", employer="e1"),
    Register(person="p2", role=Role.MENTOR, on=TODAY),
    Register(person="p3", role=Role.MENTOR, on=TODAY, base="В"),
    SupportUnpaired(mentee="p1", on=TODAY, note="беседа"),
    FormPair(mentors=("p2", MENTOR), mentees=("p1",), format="пара", starts=TODAY, ends=UNTIL, employer="e1"),
    FormPair(mentors=("p3", "p2"), mentees=(MENTEE,), format="группа", starts=TODAY, ends=UNTIL),
    HoldMeeting(kind="trial", on=TODAY, pair="n1"),
    HoldMeeting(kind="trial", on=TODAY, pair="n1"),
    HoldMeeting(kind="series", on=TODAY, pair="n2", absent=True),
    HoldMeeting(kind="training", on=TODAY),
    WithdrawConsent(subject="p2", purpose=Purpose.PUBLICATION, on=TODAY),
)


def test_what_is_known_after_each_command_is_what_the_database_holds(any_club: Club) -> None:
    for command in STORY:
        with any_club.work() as work:
            loaded = load(work, KEY)
            people.carry_out_one(work, loaded, command)
        assert loaded.now.people == any_club.people(), command
    known = any_club.people()
    assert [list(known.persons), list(known.employers), list(known.pairs)] == [
        ["p1", "p2", "p3"],
        ["e1", "e2"],
        ["n1", "n2"],
    ]


def test_all_at_once_or_one_by_one_is_the_same(club: Club) -> None:
    with club.work() as work:
        loaded = load(work, KEY)
        for command in STORY:
            people.carry_out_one(work, loaded, command)
    assert loaded.now.people == club.people()


def test_codes_are_in_the_order_of_coming(club: Club) -> None:
    names = [f"Белов Павел {chr(ord('А') + number)}нтонович" for number in range(12)]
    club.carry_out(*(Introduce(name=name, role=Role.MENTEE) for name in names))
    club.carry_out(*(AddEmployer(name=f"ООО «{name}»") for name in names))
    known = club.people()
    assert list(known.persons) == [f"p{number}" for number in range(1, 13)]
    assert list(known.employers) == [f"e{number}" for number in range(1, 13)]


def test_somebody_known_from_another_year_brings_the_consents_along(any_club: Club) -> None:
    any_club.come_together()
    any_club.start(year=2027)
    with any_club.work() as work:
        loaded = load(work, "club-1-2027")
        people.carry_out_one(work, loaded, Introduce(name=MENTEE, role=Role.MENTEE))
        people.carry_out_one(work, loaded, Register(person="p1", role=Role.MENTEE, on=TODAY))
    assert loaded.now.people == any_club.people("club-1-2027")
    assert list(loaded.now.people.persons) == ["p1"]


def test_namesakes_with_other_birth_dates_are_two_people(club: Club) -> None:
    club.carry_out(
        Introduce(name=MENTEE, role=Role.MENTEE, birth_date=dt.date(2012, 2, 28)),
        Introduce(name=MENTEE, role=Role.MENTEE, birth_date=dt.date(2010, 2, 28)),
        Introduce(name=MENTEE, role=Role.MENTOR, birth_date=dt.date(2010, 2, 28)),
    )
    assert {code: dict(each.standings) for code, each in club.people().persons.items()} == {
        "p1": {Role.MENTEE: Standing.CANDIDATE},
        "p2": {Role.MENTEE: Standing.CANDIDATE, Role.MENTOR: Standing.CANDIDATE},
    }


def test_a_refusal_leaves_nothing_of_the_commands_before_it(club: Club) -> None:
    commands = (Introduce(name=MENTEE, role=Role.MENTEE), Register(person="p1", role=Role.MENTEE, on=TODAY))
    assert club.codes(people.carry_out, KEY, commands) == ["people.consent_missing"]
    assert club.people().persons == {}
    assert club.audit("person:p1") == []


def test_every_change_is_in_the_audit(club: Club) -> None:
    club.come_together()
    assert club.audit("person:p1") == [
        (None, "mentee:candidate", None),
        ("mentee:candidate", "mentee:registered", None),
    ]
    assert club.audit("consent:p1") == [(None, "processing:given", "Журавлёва Мария Петровна")]
    assert club.audit("pair:n1") == [(None, "active", None)]


# --- leaving ----------------------------------------------------------------------------------------------------------


def test_a_pair_ends_and_the_others_go_on(club: Club) -> None:
    club.come_together()
    club.carry_out(FormPair(mentors=("p2",), mentees=("p1",), format="пара", starts=TODAY, ends=UNTIL))
    with club.work(CURATOR) as work:
        loaded = load(work, KEY)
        pair_life.end_early(work, KEY, "n1", TODAY, "переезд")
        assert [each.code for each in loaded.now.people.active_pairs] == ["n2"]
    assert loaded.now.people == club.people()
    assert club.audit("pair:n1")[1:] == [("active", "ended", "переезд")]
    assert club.codes(pair_life.end_early, KEY, "n1", dt.date(2026, 5, 5), " ") == [
        "stage.reason_needed",
        "people.pair_ended",
        "people.end_ahead",
    ]
    assert club.codes(pair_life.end_early, KEY, "n9", TODAY, "переезд") == ["people.unknown_pair"]


def test_somebody_withdraws_and_may_come_back(club: Club) -> None:
    club.come_together()
    with club.work(CURATOR) as work:
        people.withdraw_candidate(work, KEY, MENTOR, Role.MENTOR, "болезнь")
        changed = load(work, KEY).now.people
    assert changed == club.people()
    assert changed.registered(Role.MENTOR) == ()
    assert club.audit("person:p2")[-1] == ("registered", "withdrawn", "болезнь")
    club.carry_out(Register(person="p2", role=Role.MENTOR, on=TODAY))
    assert [each.code for each in club.people().registered(Role.MENTOR)] == ["p2"]


def test_who_cannot_be_withdrawn(club: Club) -> None:
    club.come_together()
    assert club.codes(people.withdraw_candidate, KEY, "p2", Role.MENTOR, " ") == ["stage.reason_needed"]
    assert club.codes(people.withdraw_candidate, KEY, "p2", Role.MENTEE, "болезнь") == ["people.unknown_person"]
    assert club.codes(people.withdraw_candidate, KEY, "Никто", Role.MENTEE, "болезнь") == ["people.unknown_person"]
    club.carry_out(Introduce(name=MENTEE, role=Role.MENTEE, birth_date=dt.date(2010, 1, 1)))
    assert club.codes(people.withdraw_candidate, KEY, MENTEE, Role.MENTEE, "болезнь") == ["people.namesakes"]


@pytest.mark.parametrize("who", [STRANGER, VIEWER])
def test_people_are_changed_by_those_who_work_there(club: Club, who: object) -> None:
    club.come_together()
    for service, arguments in (
        (people.carry_out, ([Introduce(name=MENTEE, role=Role.MENTEE)],)),
        (pair_life.end_early, ("n1", TODAY, "переезд")),
        (people.withdraw_candidate, ("p1", Role.MENTEE, "переезд")),
    ):
        assert club.codes(service, KEY, *arguments, who=who) == ["access.denied"]


# --- two at once ------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_two_programmes_of_one_institution_give_out_codes_at_once(pg_club: Club) -> None:
    pg_club.start(year=2027)

    def introduce(number: int) -> None:
        name = f"Белов Павел {chr(ord('А') + number)}нтонович"
        commands = (Introduce(name=name, role=Role.MENTEE), AddEmployer(name=f"ООО «{name}»"))
        pg_club.carry_out(*commands, key=f"club-1-{2026 + number % 2}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(introduce, range(12)))
    both = {**pg_club.people().persons, **pg_club.people("club-1-2027").persons}
    assert sorted(both, key=lambda code: int(code[1:])) == [f"p{number}" for number in range(1, 13)]
    assert len(pg_club.people().employers) == 12


@pytest.mark.postgres
def test_pairs_formed_at_once_have_codes_of_their_own(pg_club: Club) -> None:
    pg_club.come_together()
    pair = FormPair(mentors=("p2",), mentees=("p1",), format="пара", starts=TODAY, ends=UNTIL)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: pg_club.carry_out(pair), range(8)))
    assert list(pg_club.people().pairs) == [f"n{number}" for number in range(1, 10)]


# --- slips of the pen -------------------------------------------------------------------------------------------------


def test_a_child_is_no_mentor_and_nothing_is_lost(club: Club) -> None:
    wrong = Introduce(name=MENTEE, role=Role.MENTOR, birth_date=dt.date(2017, 2, 28))
    assert club.codes(people.carry_out, KEY, [Introduce(name=MENTOR, role=Role.MENTOR), wrong]) == [
        "people.too_young_mentor"
    ]
    assert club.people().persons == {}
    assert club.codes(
        people.carry_out, KEY, [Introduce(name=MENTEE, role=Role.MENTEE, birth_date=dt.date(2024, 2, 28))]
    ) == ["people.too_young_mentee"]
    assert club.codes(
        people.carry_out, KEY, [Introduce(name=MENTOR, role=Role.MENTOR, birth_date=dt.date(1900, 2, 28))]
    ) == ["people.too_old"]


def test_a_register_asks_for_the_age_of_its_own_role(club: Club) -> None:
    club.carry_out(
        Introduce(name=MENTEE, role=Role.MENTEE, birth_date=dt.date(2015, 2, 28)),
        consent("p1", guardian="Журавлёва Мария Петровна"),
    )
    asked = [Register(person="p1", role=Role.MENTOR, on=TODAY)]
    assert club.codes(people.carry_out, KEY, asked) == ["people.too_young_mentor"]


def test_the_guardian_is_somebody_else_and_of_age(club: Club) -> None:
    club.carry_out(
        Introduce(name=MENTEE, role=Role.MENTEE, birth_date=dt.date(2012, 2, 28)),
        Introduce(name="Журавлёва Анна Сергеевна", role=Role.MENTEE, birth_date=dt.date(2011, 3, 1)),
    )
    for guardian, code in (
        ("журавлев илья сергеевич", "people.own_guardian"),
        ("Журавлёва Анна Сергеевна", "people.guardian_minor"),
        ("мама", "people.name_incomplete"),
    ):
        assert club.codes(people.carry_out, KEY, [consent("p1", guardian=guardian)]) == [code], guardian


def test_a_paper_from_before_the_withdrawal_gives_nothing_back(club: Club) -> None:
    club.come_together()
    club.clock.to(TODAY + dt.timedelta(days=10))
    taken_back = WithdrawConsent(subject="p2", purpose=Purpose.PROCESSING, on=TODAY + dt.timedelta(days=10))
    club.carry_out(taken_back)
    assert club.codes(people.carry_out, KEY, [consent("p2")]) == ["people.consent_taken_back"]
    club.carry_out(
        GiveConsent(subject="p2", purpose=Purpose.PROCESSING, signed=TODAY + dt.timedelta(days=10), until=UNTIL)
    )
    assert club.people().persons["p2"].consented(Purpose.PROCESSING, TODAY + dt.timedelta(days=10))
