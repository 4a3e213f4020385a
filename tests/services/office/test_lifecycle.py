"""The life of a document: annulled, signed electronically, edited, promised by an order; who did what to it."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import pypdfium2
import pytest

from tests.conftest import VirtualClock
from tests.services.papers import ORDER, REGULATION, approve, printed, start
from vekha.bootstrap import App
from vekha.documents.marks import SignatureMark
from vekha.domain.access import Actor
from vekha.domain.errors import VekhaError
from vekha.domain.programme import DocumentState
from vekha.services.office import documents, journals, lifecycle, review
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process.programmes import load

AddInstitution = Callable[..., str]
MARK = SignatureMark("00F1A2B3", "Соколова Вера Павловна", dt.date(2026, 1, 1), dt.date(2027, 4, 1))


def codes(refused: pytest.ExceptionInfo[VekhaError]) -> list[str]:
    return [each.code for each in refused.value.problems]


def docx(words: str = "Приказ", identifier: str = "") -> bytes:
    """The least that is a DOCX: a paragraph, and the property that tells whose copy it is."""
    stream = io.BytesIO()
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>',
        )
        archive.writestr(
            "docProps/core.xml",
            '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier>{identifier}</dc:identifier></cp:coreProperties>',
        )
    return stream.getvalue()


@pytest.fixture
def key(any_app: App, add_institution: AddInstitution) -> str:
    return start(any_app, add_institution)


# --- annulled ---------------------------------------------------------------------------------------------------------


def test_annulled_with_a_reason_and_never_twice(any_app: App, key: str, director: Actor) -> None:
    with any_app.work(director) as work:
        row = approve(work, key)
        lifecycle.annul(work, row.id or 0, " Ошибка в дате ")
        assert (row.state, row.void_reason, row.number) == ("void", "Ошибка в дате", "1")
        assert load(work, key).now.documents[ORDER.stage, ORDER.activity, ORDER.code] == {}
        with pytest.raises(VekhaError) as refused:
            lifecycle.annul(work, row.id or 0, " ")
        assert codes(refused) == ["document.not_issued", "document.no_reason"]
    with any_app.work(writes=False) as work:
        steps = lifecycle.history(work, row.id or 0)
        assert [(each.version, each.who, each.old, each.new, each.why) for each in steps] == [
            (1, "Директор", "draft", "approved", "1"),
            (1, "Директор", "approved", "void", "Ошибка в дате"),
        ]
        assert load(work, key).now.documents == {}


def test_a_curator_annuls_nothing(any_app: App, key: str, curator: Actor) -> None:
    with any_app.work() as work:
        row = approve(work, key)
    with any_app.work(curator) as work, pytest.raises(VekhaError) as refused:
        lifecycle.annul(work, row.id or 0, "Не нравится")
    assert codes(refused) == ["access.denied"]


def test_a_new_version_after_an_annulled_one(any_app: App, key: str) -> None:
    with any_app.work() as work:
        first = approve(work, key)
        lifecycle.annul(work, first.id or 0, "Ошибка")
        second = approve(work, key)
        third = approve(work, key)
        assert [(each.version, each.state, each.number) for each in lifecycle.versions(work, first.id or 0)] == [
            (1, "void", "1"),
            (2, "superseded", "2"),
            (3, "approved", "3"),
        ]
        assert lifecycle.newer_than(work, second) == third
        assert lifecycle.newer_than(work, third) is None


# --- signed electronically --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_mark_stands_in_place_of_the_signature(app: App, add_institution: AddInstitution) -> None:
    key = start(app, add_institution)
    with app.work() as work:
        row = approve(work, key)
        lifecycle.sign(work, row.id or 0, MARK)
        assert (row.state, row.signature) == (
            DocumentState.SIGNED,
            {
                "certificate": "00F1A2B3",
                "owner": "Соколова Вера Павловна",
                "valid_from": "2026-01-01",
                "valid_to": "2027-04-01",
            },
        )
        signed = app.tools.files.get(row.signed_file or "")
    with pypdfium2.PdfDocument(signed) as document:
        words = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    assert "ДОКУМЕНТ ПОДПИСАН ЭЛЕКТРОННОЙ ПОДПИСЬЮ Сертификат: 00F1A2B3 Владелец: Соколова Вера Павловна" in words
    assert "Действителен: с 01.01.2026 по 01.04.2027" in words
    assert signed != printed(app, row.id or 0)


def test_what_is_not_marked(app: App, add_institution: AddInstitution, clock: VirtualClock) -> None:
    key = start(app, add_institution)
    with app.work() as work:
        row = documents.attach(work, key, ORDER, b"%PDF-1.7", "приказ.pdf")
    clock.to(dt.date(2027, 4, 2))
    blank = SignatureMark(" ", "", MARK.valid_from, MARK.valid_to)
    with app.work() as work, pytest.raises(VekhaError) as refused:
        lifecycle.sign(work, row.id or 0, blank)
    assert codes(refused) == [
        "document.nothing_to_mark",
        "document.certificate_expired",
        "document.certificate_blank",
    ]


# --- edited -----------------------------------------------------------------------------------------------------------


def test_an_edited_copy_is_the_next_version_under_the_same_number(any_app: App, key: str) -> None:
    with any_app.work() as work:
        first = approve(work, key)
        second = lifecycle.take_edited(work, first.id or 0, docx("Приказ исправленный"), "приказ.docx")
        assert (second.version, second.origin, second.based_on, second.number, second.dated) == (
            2,
            "edited",
            first.id,
            "1",
            first.dated,
        )
        assert (first.state, second.state) == ("superseded", "approved")
        third = approve(work, key)
        assert third.number == "2"
    with any_app.work(writes=False) as work:
        entries = journals.entries(work, "school-12", "order", 2026)
        assert [each.document for each in entries] == [second.id, third.id]


def test_what_is_not_taken_for_an_edited_copy(app: App, add_institution: AddInstitution) -> None:
    key = start(app, add_institution)
    with app.work() as work:
        row = approve(work, key)
        documents.attach(work, key, ORDER, b"%PDF-1.7 scan", "скан.pdf")
        with pytest.raises(VekhaError) as refused:
            lifecycle.take_edited(work, row.id or 0, b"%PDF-1.7", "приказ.pdf")
        assert codes(refused) == ["document.edit_docx_only", "document.signed_already"]


# --- promised ---------------------------------------------------------------------------------------------------------


def test_registers_an_order_promised(any_app: App, key: str, clock: VirtualClock) -> None:
    with any_app.work() as work:
        assert lifecycle.pending(work, key) == []
        order = approve(work, key)
        found = lifecycle.pending(work, key)
        assert [(each.order, each.number, each.annex, each.annex_number, each.issued) for each in found] == [
            (order.title, "1", "Реестр наставников", 3, None),
            (order.title, "1", "Учётная база наставляемых", 4, None),
        ]
    clock.pass_days(120)
    with any_app.work() as work:
        register = next(
            DocumentPlace(stage.code, row.code, "mentor_register")
            for stage, row in load(work, key).roadmap.rows()
            if any(use.code == "mentor_register" for use in row.documents)
        )
        documents.attach(work, key, register, b"%PDF-1.7 a", "реестр.pdf")
        later = documents.attach(work, key, register, b"%PDF-1.7 b", "реестр.pdf")
        assert [each.issued and each.issued.version for each in lifecycle.pending(work, key)] == [2, None]
        assert lifecycle.pending(work, key)[0].issued == later


# --- the law ----------------------------------------------------------------------------------------------------------


def test_nothing_to_remark_in_an_order_of_today(app: App, add_institution: AddInstitution) -> None:
    key = start(app, add_institution)
    with app.work() as work:
        assert review.warnings(work, approve(work, key)) == ()
        html = "<p>в соответствии с Указом от 07.05.2018 № 204 и статьёй 358.1 Трудового кодекса, № 999-ФЗ</p>"
        found = review.of_text(work, key, html, dt.date(2026, 5, 4))
        assert [(each.code, each.where) for each in found] == [
            ("document.law_lapsed", "204"),
            ("law.unknown", "999-ФЗ"),
            ("law.unknown", "358.1"),
        ]
        assert [each.code for each in review.of_text(work, key, html, dt.date(2020, 5, 4))] == ["law.unknown"] * 2


def test_places_are_of_one_document(app: App, add_institution: AddInstitution) -> None:
    key = start(app, add_institution)
    with app.work() as work:
        order, regulation = approve(work, key), approve(work, key, REGULATION)
        assert [each.id for each in lifecycle.versions(work, regulation.id or 0)] == [regulation.id]
        assert order.id != regulation.id
