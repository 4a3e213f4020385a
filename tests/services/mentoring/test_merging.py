"""One person entered twice: asked about, made one with everything, and taken apart again."""

import datetime as dt
import json
from typing import Any

import pytest
from sqlalchemy import JSON, Column, Table, insert
from sqlalchemy import select as all_of
from sqlmodel import SQLModel, select

from tests.services.conftest import CURATOR, KEY, MENTEE, MENTOR, STRANGER, Club
from vekha.domain import merging as merged
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
from vekha.domain.reflections import Answer
from vekha.services.mentoring import doubles, erasure, merging, people, reflections
from vekha.services.mentoring.merging import ELSEWHERE, NAMING
from vekha.services.process import forms
from vekha.storage.tables import (
    Audit,
    Collection,
    Consent,
    Document,
    Guardian,
    Meeting,
    PairMember,
    Participation,
    Person,
    PersonMerge,
    Reflection,
    Submission,
    ToldApart,
    UtcDateTime,
)
from vekha.storage.tables.columns import StateText

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


# --- nothing is left behind -------------------------------------------------------------------------------------------

# Columns of text that never hold somebody's code. A new column is either named here or in `merging.NAMING`.
_WORDS = """
account activity actual address agent ahead answer answered_by approved_by asked_by at audience authority base
base_version campaign city closing_by code collection confirmed_by contact content created_by decided_by digest done
dues email employer end_reason ended_by ending error expected file form format gate gender given_by goal guardian
handed html id inn institution issuer journal key kind last_error login made_by mail mail_error media_type
merged_into message mode model moment municipality name new new_dues new_stated nominative note number old old_dues
old_stated one opens_by opportunities origin other own owner page pair password_hash pattern pay place position
problem programme purpose reason region relation remarks replaces request_key result reviewed_by roadmap role
schema_digest scope series settled_by settled_note short_title shown signed_file stage standing state stated
strengths task threats timezone title token topic trouble type undone_by void_reason weaknesses who why word words
"""
NAMES_NOBODY = frozenset(_WORDS.split())


def is_text(column: Column[Any]) -> bool:
    return not isinstance(column.type, JSON) and column.type.python_type is str


@pytest.mark.parametrize("table", SQLModel.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_column_of_text_says_whether_it_names_a_person(table: Table) -> None:
    unknown = {each.name for each in table.columns if is_text(each)} - NAMING - NAMES_NOBODY
    if table.name not in ELSEWHERE:
        assert not unknown, f"{table.name}: does it hold a person's code? Then merging.NAMING, else NAMES_NOBODY"


def naming_rows(work: Any, person: str) -> list[str]:
    """A row in every table that can name somebody, naming `person` wherever it can; returns the tables."""
    home = {"institution": "club-1", "programme": KEY}
    found = []
    for table in SQLModel.metadata.sorted_tables:
        naming = [each for each in table.columns if each.name in NAMING or isinstance(each.type, JSON)]
        reachable = table.name in ("attendance", "outbox") or {"institution", "programme"} & set(table.columns.keys())
        if table.name in ELSEWHERE or table.name == "institution" or not naming or not reachable:
            continue
        values = {each.name: value(work, table, each, person, home) for each in table.columns if wanted(each)}
        work.session.execute(insert(table).values(values))
        found.append(table.name)
    return found


def wanted(column: Column[Any]) -> bool:
    return not (column.autoincrement is True or (column.primary_key and column.name == "id" and not is_text(column)))


def value(work: Any, table: Table, column: Column[Any], person: str, home: dict[str, str]) -> Any:
    """Something that fits; where rows lead to others, to the first of those."""
    if column.name in NAMING:
        return person
    if column.name in home:
        return home[column.name]
    if isinstance(column.type, JSON):
        return {"who": person, person: [1, {"deep": person}], "programme": KEY}
    if column.nullable:
        return None
    if lead := next(iter(column.foreign_keys), None):
        return work.session.execute(select(lead.column).order_by(lead.column)).scalars().first()
    if isinstance(column.type, StateText):
        return next(iter(column.type.kind))
    if isinstance(column.type, UtcDateTime):
        return dt.datetime(2026, 5, 4, tzinfo=dt.UTC)
    kinds = {dt.date: TODAY, int: 1, bool: False}
    words = {"role": "mentee", "pair": "n1"}
    return kinds.get(column.type.python_type, words.get(column.name, f"{table.name} {column.name}"))


def everything(club: Club) -> dict[str, list[str]]:
    with club.work(writes=False) as work:
        return {
            table.name: sorted(
                json.dumps(dict(row), default=str, ensure_ascii=False, sort_keys=True)
                for row in work.session.execute(all_of(table)).mappings()
            )
            for table in SQLModel.metadata.sorted_tables
        }


def test_a_merge_leaves_no_row_with_the_entry_given_up(any_club: Club) -> None:
    """Every table of the schema, also those that come later: each gets a row that names the entry given up."""
    entered_twice(any_club)
    days: dict[str, Any] = {"since": TODAY, "on": TODAY, "opens": TODAY, "closes": TODAY}
    with any_club.work() as work:
        work.session.add(Collection(code="c", region="02", title="Сбор", created_by="", created_at=work.now, **days))
        work.session.flush()
        named = naming_rows(work, "p3")
    assert {"reflection", "reflection_link", "survey_asked", "practice", "outbox", "duty_consent", "award"} <= {*named}
    before = everything(any_club)
    assert all('"p3"' in "".join(before[table]) for table in named)
    with any_club.work(CURATOR) as work:
        number = merging.merge(work, KEY, "p1", "p3").id
    after = everything(any_club)
    assert {table for table, rows in after.items() if '"p3"' in "".join(rows)} - ELSEWHERE == set()
    fewer = {table: len(before[table]) - len(after[table]) for table in named}
    twins = {"guardian": 1, "participation": 1, "pair_member": 1}  # what was told of both is told once
    assert {table: number for table, number in fewer.items() if number} == twins
    with any_club.work(CURATOR) as work:
        merging.undo(work, KEY, number)
    again = everything(any_club)
    changed = {name for name in again if again[name] != before[name]}
    assert changed == {"audit", "person_merge"}


def test_a_reflection_and_its_link_go_with_the_person(any_club: Club) -> None:
    entered_twice(any_club)
    [held] = any_club.rows(Meeting)
    with any_club.work(CURATOR) as work:
        [made] = reflections.ask(work, NEXT, held.id, ["p3"]).made
    with any_club.work(CURATOR) as work:
        number = merging.merge(work, KEY, "p1", "p3").id
    with any_club.work() as work:
        reflections.answer(work, made.token, Answer(useful=5, words="Помогло"))
    [said] = any_club.rows(Reflection)
    assert (said.person, said.useful) == ("p1", 5)
    assert "people.merge_changed" in any_club.codes(merging.undo, KEY, number)


def test_papers_about_both_are_versions_of_one(any_club: Club) -> None:
    entered_twice(any_club)
    with any_club.work() as work:
        for person in ("p1", "p3"):
            work.session.add(
                Document(
                    programme=KEY,
                    stage="people",
                    activity="data",
                    code="letter",
                    subject=person,
                    title="Письмо",
                    created_at=work.now,
                )
            )
    with any_club.work(CURATOR) as work:
        number = merging.merge(work, KEY, "p1", "p3").id
    assert sorted((row.subject, row.version) for row in any_club.rows(Document) if row.code == "letter") == [
        ("p1", 1),
        ("p1", 2),
    ]
    with any_club.work(CURATOR) as work:
        merging.undo(work, KEY, number)
    assert {(row.subject, row.version) for row in any_club.rows(Document)} == {("p1", 1), ("p3", 1)}


def test_who_was_told_apart_from_one_is_apart_from_the_other(club: Club) -> None:
    entered_twice(club)
    club.carry_out(Introduce(name="Журавлёв Илья Семёнович", role=Role.MENTEE, birth_date=dt.date(2012, 2, 28)))
    with club.work(CURATOR) as work:
        doubles.tell_apart(work, KEY, "p3", "p4")
        merging.merge(work, KEY, "p1", "p3")
        assert doubles.suspects(work, KEY) == []
    assert [(row.one, row.other) for row in club.rows(ToldApart)] == [("p1", "p4")]


@pytest.mark.parametrize(("of_both", "kept", "other", "changed"), [
    (merged.presence_of_both, {"present": False}, {"present": True}, {"present": True}),
    (merged.presence_of_both, {"present": True}, {"present": False}, {}),
    (merged.award_of_both, {"state": "approved"}, {"state": "approved"}, {}),
    (merged.reflection_of_both, {"answered_at": None, "useful": None}, {"answered_at": 1, "useful": 5},
     {"answered_at": 1, "useful": 5}),
    (merged.reflection_of_both, {"answered_at": 1, "useful": 4}, {"answered_at": 2, "useful": 5}, {}),
])  # fmt: skip
def test_where_both_entries_have_a_row_what_says_more_stays(
    of_both: Any, kept: dict[str, Any], other: dict[str, Any], changed: dict[str, Any]
) -> None:
    assert of_both(kept, other) == changed
