"""One person entered twice: asked about, made one with everything, and taken apart again."""

import datetime as dt
from typing import Any

from sqlmodel import select

from tests.services.conftest import CURATOR, KEY, MENTEE, MENTOR, STRANGER, Club
from vekha.domain.people import (
    FormPair,
    GiveConsent,
    HoldMeeting,
    Introduce,
    Purpose,
    Register,
    Role,
    Standing,
    WithdrawConsent,
)
from vekha.services.mentoring import doubles, erasure, merging, people
from vekha.services.process import forms
from vekha.storage.tables import Audit, Consent, Guardian, PairMember, Participation, Person, PersonMerge, Submission

TODAY = dt.date(2026, 5, 4)
UNTIL = dt.date(2027, 6, 30)
SLIP = "Журавлев Илья Сергевич"  # a letter away, ё apart
NEXT = "club-1-2027"


def entered_twice(club: Club) -> None:
    """p1 and p2 in a pair n1; the pupil once more, misspelt, with a guardian's consent, in the next year: p3."""
    club.come_together()
    club.start(year=2027)
    club.carry_out(
        Introduce(name=SLIP, role=Role.MENTEE, birth_date=dt.date(2012, 2, 28), position="8 «Б»"),
        Introduce(name=MENTOR, role=Role.MENTOR),
        Register(person="p2", role=Role.MENTOR, on=TODAY),
        GiveConsent(
            subject="p3",
            purpose=Purpose.PROCESSING,
            signed=TODAY,
            until=UNTIL,
            guardian="Журавлёва Мария Петровна",
            relation="мать",
        ),
        Register(person="p3", role=Role.MENTEE, on=TODAY, details={"request": "физика"}),
        FormPair(mentors=("p2",), mentees=("p3",), format="пара", starts=TODAY, ends=UNTIL),
        HoldMeeting(kind="trial", on=TODAY, pair="n1"),
        key=NEXT,
    )
    with club.work() as work:
        forms.submit(
            work,
            NEXT,
            "mentee_entry",
            {"name": "p3", "registered": "04.05.2026", "mentor": "p2", "consent": True, "result": "хорошо"},
        )


def state(club: Club) -> dict[str, list[Any]]:
    """Every row that a merge may touch."""
    tables = (Participation, PairMember, Consent, Guardian, Submission)
    return {each.__name__: sorted((row.model_dump() for row in club.rows(each)), key=repr) for each in tables}


def test_look_alikes_are_found_and_told_apart(any_club: Club) -> None:
    entered_twice(any_club)
    with any_club.work(CURATOR) as work:
        [found] = doubles.suspects(work, KEY)
        assert (found.one.code, found.other.code) == ("p1", "p3")
        assert (found.one.programmes, found.other.programmes) == ((KEY,), (NEXT,))
        doubles.tell_apart(work, KEY, "p3", "p1")
        doubles.tell_apart(work, KEY, "p1", "p3")
        assert doubles.suspects(work, KEY) == []
    assert any_club.audit("person:p1")[-1] == (None, "told_apart", "p3")
    assert any_club.codes(doubles.tell_apart, KEY, "p1", "p1") == ["people.same_entry"]
    assert any_club.codes(doubles.tell_apart, KEY, "p1", "p9") == ["people.unknown_person"]


def test_somebody_new_is_asked_about_but_not_the_very_same(club: Club) -> None:
    club.come_together()
    with club.work(CURATOR, writes=False) as work:
        assert [each.code for each in doubles.like(work, KEY, SLIP, dt.date(2012, 2, 28))] == ["p1"]
        assert [each.code for each in doubles.like(work, KEY, MENTEE, dt.date(2012, 2, 27))] == ["p1"]
        assert doubles.like(work, KEY, MENTEE, None) == []
        assert doubles.like(work, KEY, "Ахметова Лиана Рустемовна", None) == []


def test_two_entries_become_one_with_everything(any_club: Club) -> None:
    entered_twice(any_club)
    with any_club.work(CURATOR) as work:
        tried = merging.merge(work, KEY, "p1", "p3", dry=True)
    assert any_club.rows(PersonMerge) == []
    assert any_club.people(NEXT).persons.keys() == {"p3", "p2"}
    with any_club.work(CURATOR) as work:
        done = merging.merge(work, KEY, "p1", "p3")
    assert (
        (done.rows, done.filled)
        == (tried.rows, tried.filled)
        == (
            {"consent": 1, "guardian": 1, "pair_member": 1, "participation": 1, "person": 2, "submission": 2},
            ("position",),
        )
    )
    known = any_club.people(NEXT)
    assert known.persons["p1"].standings == {Role.MENTEE: Standing.REGISTERED}
    assert "p3" not in known.persons
    assert [(pair.mentees, pair.meetings) for pair in known.pairs.values()] == [(("p1",), {"trial": 1})]
    [answer] = any_club.rows(Submission)
    assert (answer.subject, answer.data["name"], answer.data["mentor"]) == ("p1", "p1", "p2")
    with any_club.work(CURATOR) as work:
        people.carry_out(work, KEY, [Introduce(name=SLIP, role=Role.MENTEE)])  # the slip again is the same person
    assert [row.code for row in any_club.rows(Person)] == ["p1", "p2", "p3"]


def test_it_is_undone_row_by_row(any_club: Club) -> None:
    entered_twice(any_club)
    before = state(any_club)
    with any_club.work(CURATOR) as work:
        number = merging.merge(work, KEY, "p1", "p3").id
    assert state(any_club) != before
    with any_club.work(CURATOR) as work:
        merging.undo(work, KEY, number)
    assert state(any_club) == before
    assert [row.merged_into for row in any_club.rows(Person)] == [None, None, None]
    assert any_club.codes(merging.undo, KEY, number) == ["people.no_merge"]


def test_both_in_one_register_become_one_entry_and_two_again(any_club: Club) -> None:
    any_club.come_together()
    any_club.carry_out(
        Introduce(name=SLIP, role=Role.MENTEE, birth_date=dt.date(2012, 2, 28)),
        GiveConsent(
            subject="p3", purpose=Purpose.PROCESSING, signed=TODAY, until=UNTIL, guardian="Журавлёва Мария Петровна"
        ),
        Register(person="p3", role=Role.MENTEE, on=TODAY, details={"request": "физика"}),
    )
    before = state(any_club)
    with any_club.work(CURATOR) as work:
        number = merging.merge(work, KEY, "p1", "p3").id
    [entry] = [row for row in any_club.rows(Participation) if row.role == Role.MENTEE]
    assert (entry.person, entry.details) == ("p1", {"request": "физика"})
    with any_club.work(CURATOR) as work:
        merging.undo(work, KEY, number)
    assert state(any_club) == before


def test_a_withdrawal_of_either_entry_counts_for_the_person(any_club: Club) -> None:
    entered_twice(any_club)
    any_club.clock.to(TODAY + dt.timedelta(days=3))
    taken_back = WithdrawConsent(subject="p3", purpose=Purpose.PROCESSING, on=TODAY + dt.timedelta(days=2))
    any_club.carry_out(taken_back, key=NEXT)
    assert any_club.people().persons["p1"].consented(Purpose.PROCESSING, TODAY + dt.timedelta(days=3))
    with any_club.work(CURATOR) as work:
        merging.merge(work, KEY, "p1", "p3")
    known = any_club.people()
    assert not known.persons["p1"].consented(Purpose.PROCESSING, TODAY + dt.timedelta(days=3))
    assert known.persons["p1"].standings == {Role.MENTEE: Standing.WITHDRAWN}
    assert not known.active_pairs


def test_a_mentor_is_not_one_with_the_own_mentee(club: Club) -> None:
    club.come_together()
    assert club.codes(merging.merge, KEY, "p1", "p2") == ["people.merge_own_mentor"]
    assert club.codes(merging.merge, KEY, "p1", "p1") == ["people.same_entry"]
    assert club.codes(merging.merge, KEY, "p1", "p7") == ["people.unknown_person"]
    assert club.codes(merging.merge, KEY, "p1", "p2", who=STRANGER) == ["access.denied"]


def test_what_has_changed_since_is_not_undone_blindly(club: Club) -> None:
    entered_twice(club)
    with club.work(CURATOR) as work:
        number = merging.merge(work, KEY, "p1", "p3").id
    with club.work() as work:
        row = work.session.get_one(Participation, (NEXT, "p1", Role.MENTEE))
        work.session.delete(row)
    assert "people.merge_changed" in club.codes(merging.undo, KEY, number)


def test_an_erasure_reaches_the_entry_given_up(any_club: Club) -> None:
    entered_twice(any_club)
    with any_club.work(CURATOR) as work:
        merging.merge(work, KEY, "p1", "p3")
    any_club.carry_out(WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=TODAY))
    with any_club.work() as work:
        erasure.erase(work, KEY, "p1", "просьба")
    assert any_club.rows(PersonMerge) == []
    names = {row.name for row in any_club.rows(Person)}
    assert names == {MENTOR, "участник p1 (данные удалены)"}
    with any_club.work(writes=False) as work:
        said = " ".join(f"{row.old} {row.new} {row.why}" for row in work.session.exec(select(Audit)))
    assert "Журавл" not in said


def test_merges_are_undone_the_last_one_first(club: Club) -> None:
    club.come_together()
    club.carry_out(
        Introduce(name=SLIP, role=Role.MENTEE, birth_date=dt.date(2012, 2, 28)),
        Introduce(name="Журавлёв Иля Сергеевич", role=Role.MENTEE, birth_date=dt.date(2012, 2, 28)),
    )
    with club.work(CURATOR) as work:
        first = merging.merge(work, KEY, "p1", "p3").id
        second = merging.merge(work, KEY, "p1", "p4").id
        assert [each.id for each in merging.merges(work, KEY)] == [second, first]
    assert club.codes(merging.undo, KEY, first) == ["people.merge_later"]
    with club.work(CURATOR) as work:
        merging.undo(work, KEY, second)
        merging.undo(work, KEY, first)
