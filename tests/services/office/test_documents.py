"""Documents: drafted, approved with a number, signed, superseded, printed; refused whole, with no number lost."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.services.conftest import (
    CURATOR,
    DECISION,
    DIRECTOR,
    KEY,
    NEIGHBOUR,
    OPERATOR,
    ORDER,
    PDF,
    REGISTER,
    SCAN,
    STRANGER,
    VIEWER,
    Club,
    letter,
)
from vekha.domain.access import Actor
from vekha.domain.people import GiveConsent, Introduce, PeopleCommand, Purpose, Register, Role
from vekha.domain.programme import DocumentState
from vekha.services.mentoring import pair_life, people
from vekha.services.office import documents, prints
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process.programmes import load
from vekha.storage.tables import Document, Journal, JournalEntry

TODAY = dt.date(2026, 5, 4)


def approve(club: Club, *places: DocumentPlace, key: str = KEY, who: Actor = DIRECTOR, **named: Any) -> list[Document]:
    with club.work(who) as work:
        return documents.approve(work, key, places, **named)


def attach(club: Club, place: DocumentPlace, content: bytes = PDF) -> Document:
    with club.work(CURATOR) as work:
        return documents.attach(work, KEY, place, content, "скан.pdf")


def draft(club: Club, place: DocumentPlace) -> documents.Draft:
    with club.work(CURATOR) as work:
        return documents.draft(work, KEY, place)


def held(club: Club) -> list[tuple[str, str, int, str, str | None]]:
    return [(row.code, row.subject, row.version, str(row.state), row.number) for row in club.rows(Document)]


def html(club: Club, row: Document) -> str:
    return club.app.tools.files.get(row.html or "").decode().replace("\xa0", " ")


# --- drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_shows_what_is_still_blank(any_club: Club) -> None:
    made = draft(any_club, ORDER)
    assert (made.title, made.blanks) == ("Приказ", ("номер", "дата"))
    assert "Приложение 1: Реестр, будет позже" in made.html.text
    draft(any_club, ORDER)
    assert held(any_club) == [("order", "", 1, "draft", None)]
    assert any_club.rows(JournalEntry) == []


# --- approval ---------------------------------------------------------------------------------------------------------


def test_an_approved_document_has_its_number_and_is_frozen(any_club: Club) -> None:
    any_club.clock.pass_days(3)
    draft(any_club, ORDER)
    first, second = approve(any_club, ORDER, DECISION, on=TODAY)
    assert held(any_club) == [("order", "", 1, "approved", "1"), ("decision", "", 1, "approved", "2")]
    assert (first.dated, first.approved_by, first.file) == (TODAY, "director", None)
    assert "№ 1 от 4 мая 2026 г." in html(any_club, first)
    assert any_club.app.tools.files.get(first.content or "").startswith(b"{")
    assert any_club.queued("render_document") == [f"render_document:{first.id}", f"render_document:{second.id}"]
    assert any_club.audit(f"document:{first.id}") == [("draft", "approved", "1")]
    entries = [(row.number, row.serial, row.year, row.document) for row in any_club.rows(JournalEntry)]
    assert entries == [("1", 1, 2026, first.id), ("2", 2, 2026, second.id)]


def test_one_refusal_refuses_all_and_leaves_no_number(any_club: Club) -> None:
    any_club.come_together()
    any_club.carry_out(Introduce(name="Белов Павел Андреевич", role=Role.MENTEE))
    found = any_club.refused(documents.approve, KEY, [ORDER, letter("p2"), letter("p3"), letter("p1")], who=DIRECTOR)
    assert [(each.code, each.where) for each in found] == [
        ("document.unknown_subject", "Письмо"),
        ("document.unknown_subject", "Письмо"),
    ]
    assert held(any_club) == []
    assert any_club.rows(Journal) == any_club.rows(JournalEntry) == []
    assert any_club.queued("render_document") == []


def test_every_blank_of_every_document_at_once(any_club: Club) -> None:
    any_club.come_together()
    any_club.carry_out(
        *(Introduce(name=name, role=Role.MENTEE) for name in ("Белов Павел", "Чижов Олег")),
    )
    with any_club.work() as work:
        for code in ("p3", "p4"):
            people.carry_out(work, KEY, _registered(code))
    found = any_club.refused(documents.approve, KEY, [letter("p3"), letter("p1"), letter("p4")], who=DIRECTOR)
    assert [(each.code, each.where, each.message) for each in found] == [
        ("document.blank", "Письмо (Белов Павел)", "не заполнено: связь"),
        ("document.blank", "Письмо (Чижов Олег)", "не заполнено: связь"),
    ]
    assert any_club.rows(JournalEntry) == []
    assert [row.number for row in approve(any_club, letter("p1"))] == ["1"]


def _registered(code: str) -> list[PeopleCommand]:
    given = {"signed": TODAY, "until": dt.date(2027, 6, 30), "purpose": Purpose.PROCESSING}
    return [GiveConsent(subject=code, **given), Register(person=code, role=Role.MENTEE, on=TODAY)]


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (SCAN, "document.no_template"),
        (DocumentPlace("prepare", "papers", "register"), "document.not_here"),
        (DocumentPlace("nowhere", "papers", "order"), "document.not_here"),
        (DocumentPlace("prepare", "nothing", "order"), "document.not_here"),
        (letter(""), "document.subject_needed"),
        (letter("p9"), "document.unknown_subject"),
        (DocumentPlace("prepare", "papers", "order", "p1"), "document.subject_unwanted"),
        (REGISTER, "document.order_first"),
    ],
)
def test_what_cannot_be_approved(club: Club, place: DocumentPlace, code: str) -> None:
    assert club.codes(documents.approve, KEY, [place], who=DIRECTOR) == [code]


def test_a_date_ahead_is_refused(club: Club) -> None:
    assert club.codes(documents.approve, KEY, [ORDER], on=dt.date(2026, 5, 5), who=DIRECTOR) == ["document.dated_ahead"]


def test_an_order_in_may_names_a_register_of_september_as_pending(club: Club) -> None:
    """DOMAIN.md §8.9: the annex comes later, as a document of its own; a new version of the order knows of it."""
    (may,) = approve(club, ORDER)
    assert "Реестр, будет позже" in html(club, may)
    club.clock.to(dt.date(2026, 9, 7))
    club.come_together()
    approve(club, REGISTER)
    (september,) = approve(club, ORDER)
    assert "Приложение 1: Реестр</p>" in html(club, september)
    assert held(club) == [
        ("order", "", 1, "superseded", "1"),
        ("register", "", 1, "approved", None),
        ("order", "", 2, "approved", "2"),
    ]
    assert club.audit(f"document:{may.id}")[-1] == ("approved", "superseded", None)
    with club.work(VIEWER, writes=False) as work:
        assert [row.version for row in documents.issued(work, KEY, "prepare")] == [2]


def test_the_register_grows_into_a_new_version(club: Club) -> None:
    club.come_together()
    approve(club, ORDER, REGISTER)
    (second,) = approve(club, REGISTER)
    assert "Реестр, версия 2" in html(club, second)


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_each_kind_and_each_year_has_a_journal_of_its_own(club: Club) -> None:
    club.come_together()
    assert [row.number for row in approve(club, ORDER, letter("p1"))] == ["1", "1"]
    club.clock.to(dt.date(2027, 1, 11))
    assert [row.number for row in approve(club, ORDER)] == ["1"]
    assert [row.number for row in approve(club, ORDER, on=dt.date(2026, 12, 31))] == ["2"]


def test_institutions_do_not_share_numbers(club: Club) -> None:
    club.add(2)
    other = club.start("club-2")
    approve(club, ORDER)
    assert [row.number for row in approve(club, ORDER, key=other, who=OPERATOR)] == ["1"]


@pytest.mark.slow
def test_fifty_approvals_at_once_leave_no_gap_and_no_double(any_club: Club) -> None:
    """Two programmes of one institution, refusals among them: each refused one gives its number back."""
    any_club.start(year=2027)

    def one(number: int) -> str | None:
        if number % 10 == 9:  # nobody is in that programme's register
            places = [ORDER, REGISTER]
            assert any_club.codes(documents.approve, "club-1-2027", places, who=DIRECTOR) == ["document.blank"]
            return None
        return approve(any_club, (ORDER, DECISION)[number % 2], key=f"club-1-{2026 + number % 2}")[0].number

    with ThreadPoolExecutor(5) as pool:
        numbers = [found for found in pool.map(one, range(50)) if found]
    assert sorted(map(int, numbers)) == list(range(1, 46))
    assert [row.serial for row in any_club.rows(JournalEntry)] == list(range(1, 46))
    assert any_club.rows(Journal)[0].last == 45


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_file_is_the_document_where_there_is_no_template(any_club: Club) -> None:
    row = attach(any_club, SCAN)
    assert held(any_club) == [("scan", "", 1, "approved", None)]
    assert (row.origin, row.media_type, row.dated, row.approved_by) == ("uploaded", "application/pdf", TODAY, "curator")
    assert any_club.app.tools.files.get(row.file or "") == PDF
    attach(any_club, SCAN, PDF + b"2")
    assert held(any_club) == [("scan", "", 1, "superseded", None), ("scan", "", 2, "approved", None)]


def test_a_file_takes_the_place_of_a_draft(club: Club) -> None:
    draft(club, ORDER)
    attach(club, ORDER)
    assert held(club) == [("order", "", 1, "approved", None)]


def test_the_signed_paper_of_an_approved_document(club: Club) -> None:
    (row,) = approve(club, ORDER)
    with club.work(CURATOR) as work:
        loaded = load(work, KEY)
        documents.attach(work, KEY, ORDER, PDF, "приказ.pdf")
        assert loaded.now.documents["prepare", "papers", "order"] == {"": DocumentState.SIGNED}
    assert held(club) == [("order", "", 1, "signed", "1")]
    assert club.audit(f"document:{row.id}")[-1] == ("approved", "signed", "приказ.pdf")


def test_what_is_not_a_paper_is_refused(club: Club) -> None:
    assert club.codes(documents.attach, KEY, SCAN, b"<html>", "скан.pdf") == ["file.wrong_type"]
    assert club.codes(documents.attach, KEY, letter("p9"), PDF, "скан.pdf") == ["document.unknown_subject"]
    assert held(club) == []


# --- people who left --------------------------------------------------------------------------------------------------


def test_a_pair_keeps_its_papers_when_somebody_leaves(club: Club) -> None:
    plan = DocumentPlace("work", "meet", "plan", "n1")
    club.come_together()
    with club.work() as work:
        people.withdraw_candidate(work, KEY, "p2", Role.MENTOR, "болезнь")
        pair_life.end_early(work, KEY, "n1", TODAY, "болезнь")
    assert "Соколова" in draft(club, plan).html.text
    with club.work(writes=False) as work:
        assert list(documents.needed(load(work, KEY), "work")) == []  # and owes none


# --- what is needed ---------------------------------------------------------------------------------------------------


def test_what_waits_for_approval(club: Club) -> None:
    club.come_together()
    with club.work(VIEWER, writes=False) as work:
        assert documents.waiting_for_approval(work, KEY, "prepare") == [ORDER, DECISION]
        assert documents.waiting_for_approval(work, KEY, "people") == [REGISTER, letter("p1")]
        assert documents.waiting_for_approval(work, KEY, "people", "nothing") == []
    approve(club, ORDER)
    attach(club, DECISION)
    with club.work(VIEWER, writes=False) as work:
        assert documents.waiting_for_approval(work, KEY, "prepare") == []


def test_contexts_cost_the_same_whatever_the_number_of_documents(club: Club) -> None:
    club.come_together()
    for number in range(6):
        name = f"Белов Павел {chr(ord('А') + number)}нтонович"
        club.carry_out(Introduce(name=name, role=Role.MENTEE, contact="+7"), *_registered(f"p{number + 3}"))
    places = [letter(f"p{number}") for number in (1, *range(3, 9))]
    with club.work() as work:
        loaded = load(work, KEY)
        documents.draft(work, KEY, places[0])
        with club.counting() as sent:
            builder = documents.ContextBuilder(work, loaded)
            built = len(sent)
            for place in places:
                builder.context(place, builder.view(place, state="draft"))
        assert len(sent) == built


# --- print ------------------------------------------------------------------------------------------------------------


def test_a_document_is_printed_once(club: Club) -> None:
    (row,) = approve(club, ORDER)
    with club.work(CURATOR) as work:
        digest = prints.render(work, row.id or 0)
    assert club.app.tools.files.get(digest).startswith(b"%PDF-")
    with club.work(CURATOR) as work:
        assert prints.make_print(work, row.id or 0) is None
        assert prints.record_print(work, row.id or 0, "другой") == digest
        assert prints.render(work, row.id or 0) == digest
    assert club.codes(prints.render, 99) == ["document.unknown"]


# --- who may ----------------------------------------------------------------------------------------------------------


def test_a_curator_drafts_and_a_director_approves(club: Club) -> None:
    assert club.codes(documents.approve, KEY, [ORDER], who=CURATOR) == ["access.denied"]
    assert [row.number for row in approve(club, ORDER, who=OPERATOR)] == ["1"]


@pytest.mark.parametrize("who", [STRANGER, NEIGHBOUR])
def test_others_neither_write_nor_read(club: Club, who: Actor) -> None:
    (row,) = approve(club, ORDER)
    for service, arguments in (
        (documents.draft, (KEY, ORDER)),
        (documents.approve, (KEY, [ORDER])),
        (documents.attach, (KEY, SCAN, PDF, "скан.pdf")),
        (prints.render, (row.id,)),
        (prints.make_print, (row.id,)),
        (prints.record_print, (row.id, "другой")),
        (documents.issued, (KEY,)),
        (documents.waiting_for_approval, (KEY, "prepare")),
    ):
        assert club.codes(service, *arguments, who=who) == ["access.denied"], service
    assert club.codes(prints.record_print, row.id, "другой", who=VIEWER) == ["access.denied"]
