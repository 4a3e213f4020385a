"""Matching in a programme: who is proposed, what is kept, what confirming does, on both databases."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.services.conftest import KEY, STRANGER, VIEWER, Club
from vekha.bootstrap import App
from vekha.domain.matching import Model
from vekha.domain.people import GiveConsent, Introduce, Purpose, Register, Role, WithdrawConsent
from vekha.services.launch import campaigns
from vekha.services.mentoring import matching, pair_life, people
from vekha.services.mentoring.match_sheet import cost_words, sheet
from vekha.services.mentoring.matching import Change
from vekha.services.process import forms, stages
from vekha.services.region import institutions
from vekha.storage.tables import MatchLink, MatchProposal

UNTIL = dt.date(2027, 6, 30)


def come(club: Club, mentees: int, mentors: int, key: str = KEY, **details: Any) -> None:
    """So many of each in the registers, with consents: mentees p1…, then mentors."""
    today = club.clock().date()
    for number in range(1, mentees + mentors + 1):
        code, mentee = f"p{number}", number <= mentees
        role = Role.MENTEE if mentee else Role.MENTOR
        name = f"{'Учеников' if mentee else 'Наставников'} Пётр {number}-й"
        club.carry_out(
            Introduce(name=name, role=role, birth_date=dt.date(2012 if mentee else 1980, 1, 1)),
            GiveConsent(
                subject=code,
                purpose=Purpose.PROCESSING,
                signed=today,
                until=UNTIL,
                guardian=f"Учеников Иван {number}-й" if mentee else None,
            ),
            Register(person=code, role=role, on=today, details={} if mentee else details),
            key=key,
        )


def pairs(club: Club) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(each.mentors, each.mentees) for each in club.people().active_pairs]


def shown(club: Club) -> Any:
    with club.work(VIEWER, writes=False) as work:
        return sheet(work, KEY)


def proposed(found: Any) -> dict[str, str]:
    return {line.mentee: group.mentors[0][0] for group in found.groups for line in group.lines}


def propose(club: Club, model: Model = Model.ONE_TO_ONE) -> None:
    with club.work() as work:
        matching.propose(work, KEY, model)


def test_from_a_proposal_to_pairs_and_again_for_the_rest(any_club: Club) -> None:
    come(any_club, 3, 2)
    propose(any_club)
    found = shown(any_club)
    assert (found.version, found.state, found.matched, len(found.left)) == (1, "draft", 2, 1)
    assert found.left[0].reasons[0].startswith("подходит Наставников Пётр")
    for _ in range(2):  # the second time changes nothing
        with any_club.work() as work:
            matching.confirm(work, KEY, version=1)
    assert pairs(any_club) == [((mentor,), (mentee,)) for mentee, mentor in proposed(found).items()]
    assert any_club.people().pairs["n1"].active
    assert [each[1] for each in any_club.audit("matching:1")] == ["draft", "confirmed"]
    with any_club.work() as work:
        assert matching.support_left(work, KEY, "беседа с психологом") == [found.left[0].mentee]
    come_more = Introduce(name="Наставников Олег 9-й", role=Role.MENTOR)
    any_club.carry_out(come_more)
    today = any_club.clock().date()
    any_club.carry_out(
        GiveConsent(subject="p6", purpose=Purpose.PROCESSING, signed=today, until=UNTIL),
        Register(person="p6", role=Role.MENTOR, on=today),
    )
    propose(any_club)
    assert proposed(shown(any_club)) == {found.left[0].mentee: "p6"}
    assert len(pairs(any_club)) == 2  # those made before are kept


def test_nobody_without_a_valid_consent_is_proposed(any_club: Club) -> None:
    come(any_club, 2, 2)
    any_club.carry_out(WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=any_club.clock().date()))
    propose(any_club)
    found = shown(any_club)
    assert "p1" not in proposed(found)
    assert "p1" not in {each.mentee for each in found.left}


def test_a_consent_that_ran_out_sets_aside_with_the_reason(any_club: Club) -> None:
    come(any_club, 1, 1)
    any_club.clock.to(dt.date(2027, 7, 1))
    with pytest.raises(Exception, match="некому") as refused, any_club.work() as work:
        matching.propose(work, KEY)
    assert {each.code for each in refused.value.problems} == {"matching.no_mentees", "matching.no_mentors"}  # type: ignore[attr-defined]


def test_a_consent_withdrawn_after_the_proposal_stops_it(any_club: Club) -> None:
    come(any_club, 2, 2)
    propose(any_club)
    any_club.clock.to(dt.date(2027, 7, 1))
    codes = any_club.codes(matching.confirm, KEY)
    assert codes.count("people.guardian_consent_missing") == 2
    assert codes[-1] == "matching.stale"
    assert pairs(any_club) == []


def test_pins_and_forbids_are_kept_and_cost_what_they_say(any_club: Club) -> None:
    come(any_club, 2, 2)
    propose(any_club)
    before = proposed(shown(any_club))
    other = {"p1": before["p2"], "p2": before["p1"]}
    pin = Change("pin", "p1", other["p1"], "просили оба")
    with any_club.work(VIEWER, writes=False) as work:
        found = matching.cost(work, KEY, pin)
        names = {each.code: each.name for each in any_club.people().persons.values()}
        assert found.matched == 0
        assert cost_words(found, names)[0] == "Пар столько же."
        assert "Сменится наставник" in cost_words(found, names)[-1]
        assert cost_words(matching.cost(work, KEY, Change("unpin", "p1", before["p1"])), names) == [
            "Изменение ничего не стоит: пары и сумма баллов те же."
        ]
    for _ in range(2):
        with any_club.work() as work:
            matching.fix(work, KEY, pin)
    found = shown(any_club)
    assert proposed(found) == other
    assert [(each.words, each.pinned, each.why) for each in found.fixed] == [
        (f"{names[other['p1']]} – {names['p1']}", True, "просили оба")
    ]
    assert [row.state for row in any_club.rows(MatchProposal)] == ["discarded", "draft"]
    forbid = Change("forbid", "p1", other["p1"])
    with any_club.work() as work:
        matching.fix(work, KEY, forbid)
    assert proposed(shown(any_club)) == before
    with any_club.work() as work:
        matching.fix(work, KEY, Change("forbid", "p1", before["p1"]))
    found = shown(any_club)
    assert found.matched == 1
    assert "запрещено куратором" in found.left[0].reasons[0]
    with any_club.work(writes=False) as work:
        told = cost_words(matching.cost(work, KEY, Change("unpin", "p1", before["p1"])), names)
    assert told[0] == "Пар станет больше на 1."
    assert f"Найдут наставника: {names['p1']}." in told
    with any_club.work() as work:
        matching.fix(work, KEY, Change("unpin", "p1", before["p1"]))
        matching.fix(work, KEY, Change("unpin", "p1", other["p1"]))
    assert any_club.rows(MatchLink) == []
    assert [each[:2] for each in any_club.audit(f"match:p1/{other['p1']}")] == [
        (None, "pin"),
        ("pin", "forbid"),
        ("forbid", "unpin"),
    ]


def test_a_forbidden_pair_that_takes_the_only_place_says_who_loses_it(any_club: Club) -> None:
    come(any_club, 2, 1)
    propose(any_club)
    (mentee,) = proposed(shown(any_club))
    other = {"p1": "p2", "p2": "p1"}[mentee]
    with any_club.work(writes=False) as work:
        found = matching.cost(work, KEY, Change("pin", other, "p3"))
    assert (found.lose, found.gain) == ((mentee,), (other,))


def test_a_pin_that_cannot_be_is_refused_at_once_by_name(any_club: Club) -> None:
    come(any_club, 3, 1)
    with any_club.work() as work:
        matching.fix(work, KEY, Change("pin", "p1", "p4"))
    assert any_club.codes(matching.fix, KEY, Change("pin", "p2", "p4")) == ["matching.pinned_over"]
    propose(any_club)
    with any_club.work() as work:
        matching.confirm(work, KEY)
    told = {each.code: each.message for each in any_club.refused(matching.cost, KEY, Change("pin", "p1", "p4"))}
    assert told.keys() == {"matching.pin_unknown", "matching.pinned_over"}  # a pair already, and no place left
    assert "Учеников Пётр 1-й" in told["matching.pin_unknown"]
    assert any_club.rows(MatchLink) == []  # what was pinned is a pair now


def test_a_group_and_a_flash_meeting_take_several(any_club: Club) -> None:
    come(any_club, 4, 1)
    propose(any_club, Model.GROUP)
    with any_club.work() as work:
        matching.confirm(work, KEY)
    assert pairs(any_club) == [(("p5",), ("p1", "p2", "p3", "p4"))]


def test_places_of_the_register_and_of_pairs_at_work_count(any_club: Club) -> None:
    come(any_club, 3, 1, places=2)
    propose(any_club)
    assert shown(any_club).matched == 2
    with any_club.work() as work:
        matching.confirm(work, KEY)
    propose(any_club)
    found = shown(any_club)
    assert found.matched == 0
    assert found.left[0].reasons == ("подходит Наставников Пётр 4-й, но все места заняты уже работающими парами",)


def test_a_broken_pair_is_not_proposed_again(any_club: Club) -> None:
    come(any_club, 1, 1)
    propose(any_club)
    with any_club.work() as work:
        matching.confirm(work, KEY)
        pair_life.end_early(work, KEY, "n1", any_club.clock().date(), "не сошлись")
    propose(any_club)
    assert "пара распалась" in shown(any_club).left[0].reasons[0]


def test_refusals(any_club: Club) -> None:
    assert any_club.codes(matching.confirm, KEY) == ["matching.no_draft"]
    assert any_club.codes(matching.discard, KEY) == ["matching.no_draft"]
    assert any_club.codes(matching.support_left, KEY, "беседа") == ["matching.no_draft"]
    assert any_club.codes(matching.propose, KEY, Model.SPEED) == ["matching.not_enough"]
    come(any_club, 1, 1, hours=0)
    assert any_club.codes(matching.fix, KEY, Change("pin", "p2", "p9")) == [
        "matching.wrong_side",
        "people.unknown_person",
    ]
    propose(any_club)
    assert [each.code for each in shown(any_club).aside] == ["matching.no_capacity"]
    assert any_club.codes(matching.support_left, KEY, " ") == ["stage.reason_needed"]
    assert any_club.codes(matching.confirm, KEY, version=7) == ["matching.no_draft"]
    with any_club.work() as work:
        matching.discard(work, KEY)
    assert shown(any_club).state == "discarded"
    with pytest.raises(Exception, match="не известна"):
        matching.model_of("любая")
    assert matching.model_of("групповое") is Model.GROUP


def test_who_may_what(any_club: Club) -> None:
    come(any_club, 1, 1)
    propose(any_club)
    for who in (VIEWER, STRANGER):
        assert any_club.codes(matching.propose, KEY, who=who) == ["access.denied"]
        assert any_club.codes(matching.confirm, KEY, who=who) == ["access.denied"]
        assert any_club.codes(matching.fix, KEY, Change("pin", "p1", "p2"), who=who) == ["access.denied"]
    assert any_club.codes(sheet, KEY, who=STRANGER) == ["access.denied"]
    assert any_club.codes(matching.speed, KEY, who=STRANGER) == ["access.denied"]


def test_speed_rounds_for_everybody(any_club: Club) -> None:
    come(any_club, 3, 2)
    with any_club.work(VIEWER, writes=False) as work:
        plan = matching.speed(work, KEY, 2)
    assert [len(each) for each in plan.rounds] == [2, 2]


def test_as_many_queries_for_ten_people_as_for_two(any_club: Club) -> None:
    def asked() -> int:
        with any_club.counting() as sent, any_club.work(writes=False) as work:
            sheet(work, KEY)
            matching.speed(work, KEY)
        return len(sent)

    come(any_club, 1, 1)
    few = asked()
    for number in range(3, 11):
        any_club.carry_out(Introduce(name=f"Ещё Кто {number}-й", role=Role.MENTEE, birth_date=dt.date(1990, 1, 1)))
        today = any_club.clock().date()
        any_club.carry_out(
            GiveConsent(subject=f"p{number}", purpose=Purpose.PROCESSING, signed=today, until=UNTIL),
            Register(person=f"p{number}", role=Role.MENTEE, on=today),
        )
    assert asked() == few


def test_a_school_reads_needs_choices_and_class_teachers(app: App, add_institution: Callable[..., str]) -> None:
    code = add_institution(app)
    with app.work() as work:
        key = campaigns.start_one(work, institutions.one(work, code), 2026)
        stages.open_due(work, key)
        today = dt.date(2026, 5, 4)
        people.carry_out(
            work,
            key,
            [
                Introduce(
                    name="Галиева Алина Маратовна",
                    role=Role.MENTEE,
                    birth_date=dt.date(2012, 1, 1),
                    position="8 «Б» класс",
                ),
                Introduce(name="Соколова Анна Викторовна", role=Role.MENTOR, position="классный руководитель 8 «Б»"),
                Introduce(name="Белов Павел Андреевич", role=Role.MENTOR),
                Introduce(name="Заботина Вера Ильинична", role=Role.MENTOR),
            ],
        )
        consent = {"purpose": Purpose.PROCESSING, "signed": today, "until": UNTIL}
        skills = {"competences": ["олимпиады и конкурсы"]}
        commands = [
            GiveConsent(subject="p1", guardian="Галиева Роза Ильдаровна", **consent),
            *(GiveConsent(subject=f"p{number}", **consent) for number in (2, 3, 4)),
            Register(person="p1", role=Role.MENTEE, on=today),
            Register(person="p2", role=Role.MENTOR, on=today, details=skills),
            Register(person="p3", role=Role.MENTOR, on=today, details={"competences": ["выбор профессии"]}),
            Register(person="p4", role=Role.MENTOR, on=today, details=skills),
        ]
        people.carry_out(work, key, commands)
        needs = {"respondent": "p1", "areas": ["олимпиады и конкурсы"], "goal": "Пройти на регион"}
        forms.submit(work, key, "needs_survey", needs)
    with app.work() as work:
        matching.propose(work, key)
    with app.work(writes=False) as work:
        found = sheet(work, key)
    assert proposed(found) == {"p1": "p4"}
    assert found.groups[0].lines[0].reasons == ("совпали: темы (олимпиады и конкурсы)",)
    with app.work() as work:
        choice = {"respondent": "p1", "role": "наставляемый", "mentors_preferred": ["p3"]}
        forms.submit(work, key, "mutual_choice", choice)
        forms.submit(work, key, "mutual_choice", {"respondent": "p3", "role": "наставник", "mentees_helped": ["p1"]})
        matching.propose(work, key)
    with app.work(writes=False) as work:
        found = sheet(work, key)
    assert proposed(found) == {"p1": "p3"}
    assert found.groups[0].lines[0].reasons == ("выбрали друг друга",)
