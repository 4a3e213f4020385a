"""Journals: arranged, numbered without gaps or doubles, voided numbers shown, printed and exported."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdfium2
import pytest

from tests.conftest import VirtualClock
from tests.services.papers import ORDER, REGULATION, approve, start
from vekha.bootstrap import App
from vekha.domain.access import Actor
from vekha.domain.errors import VekhaError
from vekha.services.launch import campaigns
from vekha.services.office import documents, journals, lifecycle, review
from vekha.services.office.contexts import DocumentPlace
from vekha.services.office.journals import JournalData
from vekha.services.work import institution_of
from vekha.storage.tables import JournalRule

AddInstitution = Callable[..., str]
SCHOOL = "school-12"
MINUTES = DocumentPlace("prepare", "inform", "minutes")


def codes(refused: pytest.ExceptionInfo[VekhaError]) -> list[str]:
    return [each.code for each in refused.value.problems]


@pytest.fixture
def key(any_app: App, add_institution: AddInstitution) -> str:
    return start(any_app, add_institution)


def numbers(app: App, code: str = "order", year: int = 2026) -> list[str]:
    with app.work(writes=False) as work:
        return [each.number for each in journals.entries(work, SCHOOL, code, year)]


# --- arranged ---------------------------------------------------------------------------------------------------------


def test_an_arranged_journal_numbers_in_its_own_form(any_app: App, key: str) -> None:
    data = JournalData(code="main", title="Приказы", pattern="{serial}-ОД", kinds=("order",), year=2026, starts_with=42)
    with any_app.work() as work:
        line = journals.put(work, SCHOOL, data)
        assert (line.title, line.given, line.next) == ("Приказы", 0, "42-ОД")
        assert approve(work, key).number == "42-ОД"
        assert approve(work, key).number == "43-ОД"
    assert numbers(any_app, "main") == ["42-ОД", "43-ОД"]
    with any_app.work(writes=False) as work:
        (line,) = journals.every(work, SCHOOL, 2026)
        assert (line.code, line.kinds, line.given, line.next) == ("main", ("order",), 2, "44-ОД")
        (line,) = journals.every(work, SCHOOL, 2027)
        assert (line.given, line.next) == (0, "1-ОД")


def test_one_journal_serves_several_kinds(any_app: App, key: str) -> None:
    with any_app.work() as work:
        journals.put(work, SCHOOL, JournalData(code="all", title="Всё", kinds=("order", "minutes"), year=2026))
        first = approve(work, key)
        second = documents.attach(work, key, MINUTES, b"%PDF-1.7 a", "протокол.pdf", number="2")
    assert (first.number, second.number) == ("1", "2")
    assert numbers(any_app, "all") == ["1", "2"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"code": "Приказы", "kinds": ("order",)}, ["journal.bad_code"]),
        ({"code": "main"}, ["journal.no_kinds"]),
        ({"code": "main", "kinds": ("order", "приказ")}, ["journal.unknown_kind"]),
        ({"code": "main", "kinds": ("letter",)}, ["journal.kind_taken"]),
        ({"code": "main", "kinds": ("letter",), "pattern": "1"}, ["journal.kind_taken", "journal.no_serial"]),
    ],
)
def test_what_is_no_journal(app: App, add_institution: AddInstitution, changes: dict, expected: list[str]) -> None:
    start(app, add_institution)
    with app.work() as work:
        journals.put(work, SCHOOL, JournalData(code="letters", title="Письма", kinds=("letter",), year=2026))
    with app.work() as work, pytest.raises(VekhaError) as refused:
        journals.put(work, SCHOOL, JournalData(**changes, year=2026))
    assert codes(refused) == expected
    with app.work(writes=False) as work:
        assert [line.code for line in journals.every(work, SCHOOL, 2026)] == ["letters"]


def test_a_start_leaves_neither_doubles_nor_gaps(app: App, add_institution: AddInstitution) -> None:
    key = start(app, add_institution)
    with app.work() as work:
        approve(work, key)
    for first, code in ((1, "journal.already_given"), (5, "journal.leaves_gap")):
        with app.work() as work, pytest.raises(VekhaError) as refused:
            journals.put(work, SCHOOL, JournalData(code="order", year=2026, starts_with=first))
        assert codes(refused) == [code]
    with app.work() as work:
        assert journals.put(work, SCHOOL, JournalData(code="order", year=2026, starts_with=2)).next == "2"
        assert journals.put(work, SCHOOL, JournalData(code="order", year=2027, starts_with=7)).next == "7"


def test_only_who_approves_arranges(app: App, add_institution: AddInstitution, curator: Actor) -> None:
    start(app, add_institution)
    with app.work(curator) as work, pytest.raises(VekhaError) as refused:
        journals.put(work, SCHOOL, JournalData(code="order", pattern="{serial}-ОД", year=2026))
    assert codes(refused) == ["access.denied"]
    with app.work(curator, writes=False) as work, pytest.raises(VekhaError) as refused:
        journals.entries(work, SCHOOL, "nothing", 2026)
    assert codes(refused) == ["journal.unknown"]


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_fifty_approvals_at_once(any_app: App, add_institution: AddInstitution) -> None:
    """Five programmes of one school, ten orders of each: 1…50, each once; a refusal gives its number back."""
    start(any_app, add_institution)
    with any_app.work() as work:
        school = institution_of(work.session, SCHOOL)
        keys = [campaigns.start_one(work, school, year) for year in range(2021, 2026)]

    def one(turn: int) -> str | None:
        with any_app.work() as work:
            row = approve(work, keys[turn % 5])
            if turn % 10 == 9:
                raise VekhaError(())
            return row.number

    def attempt(turn: int) -> str | None:
        try:
            return one(turn)
        except VekhaError:
            return None

    with ThreadPoolExecutor(16) as threads:  # each waits for 15 others: seconds even where a core is shared by ten
        given = [each for each in threads.map(attempt, range(55)) if each is not None]
    assert sorted(map(int, given)) == list(range(1, 51))
    assert numbers(any_app) == [str(each) for each in range(1, 51)]


def test_a_number_given_on_paper_enters_the_journal(any_app: App, key: str) -> None:
    with any_app.work() as work:
        journals.put(work, SCHOOL, JournalData(code="minutes", pattern="{serial}-п", year=2026, starts_with=10))
        before = documents.attach(work, key, MINUTES, b"%PDF-1.7 a", "а.pdf", number="3-п", on=dt.date(2026, 4, 1))
        following = documents.attach(work, key, MINUTES, b"%PDF-1.7 b", "б.pdf", number="10-п")
        assert (before.number, before.dated, following.number) == ("3-п", dt.date(2026, 4, 1), "10-п")
    for number, code in (
        ("10-п", "document.number_taken"),
        ("3-п", "document.number_taken"),
        ("12-п", "journal.out_of_turn"),
        ("11", "journal.other_form"),
    ):
        with any_app.work() as work, pytest.raises(VekhaError) as refused:
            documents.attach(work, key, MINUTES, b"%PDF-1.7 c", "в.pdf", number=number)
        assert codes(refused) == [code]
    with any_app.work() as work, pytest.raises(VekhaError) as refused:
        documents.attach(work, key, REGULATION, b"%PDF-1.7", "г.pdf", number="1", on=dt.date(2027, 1, 1))
    assert codes(refused) == ["document.dated_ahead"]
    with any_app.work() as work, pytest.raises(VekhaError) as refused:
        documents.attach(work, key, REGULATION, b"%PDF-1.7", "г.pdf", number="1")
    assert codes(refused) == ["journal.number_unwanted"]
    assert numbers(any_app, "minutes") == ["3-п", "10-п"]


def test_a_date_before_the_last_one_is_remarked(app: App, add_institution: AddInstitution, clock: VirtualClock) -> None:
    key = start(app, add_institution)
    with app.work() as work:
        first = approve(work, key)
        assert review.warnings(work, first) == ()
        (second,) = documents.approve(work, key, [ORDER], on=clock.now.date() - dt.timedelta(days=3))
        assert [str(each) for each in review.warnings(work, second)] == [
            f"{second.title}: документ № 2 датирован 01.05.2026, а № 1 в том же журнале – 04.05.2026. "
            "Проверьте дату: номера и даты журнала должны идти вместе"
        ]


# --- minutes ----------------------------------------------------------------------------------------------------------


def minutes(app: App, key: str, document: str) -> str | None:
    with app.work() as work:
        return approve(work, key, DocumentPlace("prepare", "inform", document)).number


def test_each_body_numbers_its_minutes_from_one(any_app: App, key: str) -> None:
    bodies = ("minutes", "minutes_methodical", "minutes_parents")
    assert [minutes(any_app, key, each) for each in bodies] == ["1", "1", "1"]
    assert minutes(any_app, key, "minutes_methodical") == "2"
    with any_app.work(writes=False) as work:
        told = {line.code: (line.title, line.given) for line in journals.every(work, SCHOOL, 2026)}
        printed = journals.rule(work, SCHOOL, "minutes_parents", 2026).title
    assert told == {
        "minutes": ("Журнал регистрации протоколов", 1),
        "minutes_methodical": ("Журнал регистрации протоколов методического совета", 2),
        "minutes_parents": ("Журнал регистрации протоколов родительского собрания", 1),
    }
    assert printed == "Журнал регистрации протоколов родительского собрания"


def test_a_body_goes_on_where_its_numbers_of_the_year_are(
    app: App, add_institution: AddInstitution, clock: VirtualClock
) -> None:
    """Before bodies had journals of their own, all minutes were in one: nobody's number of the year comes twice."""
    key = start(app, add_institution)
    with app.work() as work:
        journals.put(work, SCHOOL, JournalData(code="minutes", kinds=("minutes",), year=2026))
    assert [minutes(app, key, each) for each in ("minutes", "minutes_methodical")] == ["1", "2"]
    with app.work() as work:
        work.session.delete(work.session.get_one(JournalRule, (SCHOOL, "minutes")))
    assert minutes(app, key, "minutes_methodical") == "3"
    assert minutes(app, key, "minutes_parents") == "1"
    clock.pass_days(300)
    assert minutes(app, key, "minutes_methodical") == "1"
    assert numbers(app, "minutes_methodical", 2027) == ["1"]


def test_the_journal_of_one_body_is_arranged_apart_from_that_of_the_others(
    app: App, add_institution: AddInstitution
) -> None:
    key = start(app, add_institution)
    with app.work() as work:
        journals.put(work, SCHOOL, JournalData(code="minutes", pattern="{serial}-п", year=2026))
        own = JournalData(code="minutes_parents", pattern="{serial}-р", year=2026, starts_with=5)
        assert journals.put(work, SCHOOL, own).next == "5-р"
    said = [minutes(app, key, each) for each in ("minutes", "minutes_parents", "minutes_methodical")]
    assert said == ["1-п", "5-р", "2-п"]
    with app.work() as work, pytest.raises(VekhaError) as refused:
        journals.put(work, SCHOOL, JournalData(code="other", kinds=("minutes_nobody",), year=2026))
    assert codes(refused) == ["journal.unknown_kind"]


# --- read, printed, exported ------------------------------------------------------------------------------------------


def test_a_voided_number_stays_and_is_never_given_again(any_app: App, key: str) -> None:
    with any_app.work() as work:
        first = approve(work, key)
        lifecycle.annul(work, first.id or 0, "Издан по ошибке")
        second = approve(work, key)
        assert (first.number, second.number, second.version) == ("1", "2", 2)
        entries = journals.entries(work, SCHOOL, "order", 2026)
    assert [(each.number, each.state, each.note) for each in entries] == [
        ("1", "void", "Аннулирован: Издан по ошибке"),
        ("2", "approved", ""),
    ]


@pytest.mark.slow
def test_a_journal_prints_on_landscape_pages_and_twice_alike(app: App, add_institution: AddInstitution) -> None:
    key = start(app, add_institution)
    with app.work() as work:
        lifecycle.annul(work, approve(work, key).id or 0, "Издан по ошибке")
        approve(work, key)
        approve(work, key)
        pdf = journals.as_pdf(work, SCHOOL, "order", 2026)
        assert pdf == journals.as_pdf(work, SCHOOL, "order", 2026)
    with pypdfium2.PdfDocument(pdf) as document:
        assert document[0].get_width() > document[0].get_height()
        words = " ".join(document[0].get_textpage().get_text_bounded().split())
    assert "Журнал регистрации приказов за 2026 год" in words
    assert "1 04.05.2026 Приказ об организации наставничества Веха Аннулирован: Издан по ошибке" in words
    assert "2 04.05.2026 Приказ об организации наставничества Веха Заменён новой редакцией" in words


def test_a_journal_is_exported_for_a_spreadsheet(app: App, add_institution: AddInstitution, tmp_path: Path) -> None:
    key = start(app, add_institution)
    with app.work(dataclasses.replace(_actor(), name="=Иванова")) as work:
        approve(work, key)
        table = journals.as_csv(work, SCHOOL, "order", 2026)
    assert table.decode("utf-8-sig").splitlines() == [
        "Номер;Дата;Содержание;Кто утвердил;Примечание",
        "1;04.05.2026;Приказ об организации наставничества;'=Иванова;",
    ]


def _actor() -> Actor:
    from vekha.domain.access import ENGINE  # noqa: PLC0415

    return ENGINE
