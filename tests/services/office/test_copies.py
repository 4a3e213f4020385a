"""Copies for editing: out, corrected, back as the next version; what is no copy, and whose."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document as open_docx
from sqlmodel import select

from tests.services.papers import ORDER, REGULATION, approve, start
from vekha.bootstrap import App
from vekha.documents.identity import claim_of
from vekha.domain.access import Actor
from vekha.domain.errors import VekhaError
from vekha.services.office import copies, differences, documents, lifecycle, verification
from vekha.services.office.copies import EditableCopy
from vekha.services.office.verification import Verdict
from vekha.storage.tables import Document
from vekha.texts import text

AddInstitution = Callable[..., str]
OLD, NEW = "Контроль", "Надзор"


@pytest.fixture
def key(any_app: App, add_institution: AddInstitution) -> str:
    return start(any_app, add_institution)


def codes(refused: pytest.ExceptionInfo[VekhaError]) -> list[str]:
    return [each.code for each in refused.value.problems]


def corrected(content: bytes, old: str = OLD, new: str = NEW) -> bytes:
    """What a clerk does: other words in one paragraph, saved under the same name."""
    document: Any = open_docx(io.BytesIO(content))
    runs = [run for each in document.paragraphs for run in each.runs if old in run.text]
    assert len(runs) == 1
    runs[0].text = runs[0].text.replace(old, new)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def headers(content: bytes) -> list[str]:
    section: Any = open_docx(io.BytesIO(content)).sections[0]
    return [each.paragraphs[0].text.strip("\t2") for each in (section.first_page_header, section.header)]


def order_and_copy(app: App, key: str) -> tuple[Document, EditableCopy]:
    with app.work() as work:
        row = approve(work, key)
        return row, copies.of_document(work, row.id or 0)


def test_a_copy_says_that_it_is_one_and_of_what(any_app: App, key: str) -> None:
    row, made = order_and_copy(any_app, key)
    assert made.name == "Приказ об организации наставничества № 1 – копия для правки.docx"
    assert headers(made.content) == [text("editable.copy")] * 2
    claim = claim_of(made.content, ".docx")
    assert claim is not None
    assert claim.document == row.id
    with any_app.work(writes=False) as work:
        again = copies.of_document(work, row.id or 0)
        found = verification.verify(work, made.content, made.name)
    assert again.content == made.content
    assert (found.verdict, found.document == row, found.text) == (Verdict.COPY, True, ())
    core = open_docx(io.BytesIO(made.content)).core_properties
    assert (core.title, core.created and core.created.date()) == (row.title, row.dated)


def test_a_draft_shows_its_blanks_and_says_what_it_is(any_app: App, key: str) -> None:
    with any_app.work() as work:
        made = copies.of_draft(work, key, ORDER)
        documents.draft(work, key, ORDER)
    assert made.name == "Приказ об организации наставничества – проект.docx"
    assert headers(made.content) == [text("editable.draft")] * 2
    assert claim_of(made.content, ".docx") is None
    with any_app.work() as work:
        row = work.session.exec(select(Document).where(Document.programme == key)).one()
        assert copies.of_document(work, row.id or 0).content == made.content


def test_out_corrected_and_back(any_app: App, key: str) -> None:
    first, made = order_and_copy(any_app, key)
    with any_app.work() as work:
        second = lifecycle.take_edited(work, first.id or 0, corrected(made.content), "приказ.docx")
    assert (second.version, second.origin, second.based_on, second.number) == (2, "edited", first.id, first.number)
    with any_app.work(writes=False) as work:
        found = differences.compare(work, first.id or 0, second.id or 0)
        assert [(each.old, each.new) for each in found.changes] == [("Контроль", "Надзор")]
        assert found.data == ()
        kept = work.tools.files.get(second.file or "")
        assert headers(kept) == ["", ""]
        claim = claim_of(kept, ".docx")
        assert claim is not None
        assert claim.document == second.id
        assert verification.verify(work, kept).verdict is Verdict.OURS
        assert copies.of_document(work, second.id or 0).content == kept
        third = corrected(kept, "Надзор", "Наблюдение")
        told = verification.verify(work, third)
        assert (told.verdict, [(each.old, each.new) for each in told.text]) == (
            Verdict.ALTERED,
            [("Надзор", "Наблюдение")],
        )
    with any_app.work() as work:
        assert lifecycle.take_edited(work, second.id or 0, third, "приказ.docx").version == 3


def test_a_date_changed_in_a_copy_is_found(any_app: App, key: str) -> None:
    row, made = order_and_copy(any_app, key)
    with any_app.work(writes=False) as work:
        found = verification.verify(work, _redated(made.content))
    assert found.verdict is Verdict.ALTERED
    assert [(each.old, each.new) for each in found.text] == [("2027", "2028")]
    assert found.document == row


def _redated(content: bytes) -> bytes:
    document: Any = open_docx(io.BytesIO(content))
    run = next(run for each in document.paragraphs for run in each.runs if "2027 г." in run.text.replace("\u00a0", " "))
    run.text = run.text[::-1].replace("7202", "8202", 1)[::-1]
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_a_copy_of_another_document_or_of_an_older_version_is_refused(any_app: App, key: str) -> None:
    first, made = order_and_copy(any_app, key)
    with any_app.work() as work:
        regulation = approve(work, key, REGULATION)
        with pytest.raises(VekhaError) as refused:
            lifecycle.take_edited(work, regulation.id or 0, made.content, "приказ.docx")
        assert codes(refused) == ["document.copy_of_other"]
        second = lifecycle.take_edited(work, first.id or 0, corrected(made.content), "приказ.docx")
        with pytest.raises(VekhaError) as refused:
            lifecycle.take_edited(work, second.id or 0, made.content, "приказ.docx")
        assert codes(refused) == ["document.copy_of_other"]


def test_a_copy_is_no_signed_paper(any_app: App, key: str) -> None:
    _, made = order_and_copy(any_app, key)
    with any_app.work() as work:
        with pytest.raises(VekhaError) as refused:
            documents.attach(work, key, ORDER, made.content, "приказ.docx")
        assert codes(refused) == ["document.copy_not_signed"]


def test_a_corrected_draft_attached_as_the_document_is_no_draft_any_more(any_app: App, key: str) -> None:
    with any_app.work() as work:
        made = copies.of_draft(work, key, ORDER)
        row = documents.attach(work, key, ORDER, corrected(made.content), "приказ.docx")
        assert (row.origin, headers(work.tools.files.get(row.file or ""))) == ("uploaded", ["", ""])


def test_what_has_no_copy(any_app: App, key: str) -> None:
    with any_app.work() as work:
        row = documents.attach(work, key, ORDER, b"%PDF-1.7 scan", "скан.pdf")
        with pytest.raises(VekhaError) as refused:
            copies.of_document(work, row.id or 0)
        assert codes(refused) == ["document.no_editable_copy"]
        assert not copies.has_copy(row, "order_launch.html")
        lifecycle.annul(work, row.id or 0, "Ошибка")
        with pytest.raises(VekhaError) as refused:
            copies.of_document(work, row.id or 0)
        assert codes(refused) == ["document.not_issued"]


def test_a_stranger_gets_no_copy(app: App, add_institution: AddInstitution) -> None:
    key = start(app, add_institution)
    row, _ = order_and_copy(app, key)
    with app.work(Actor(name="Чужой", grants=())) as work:
        for ask in (lambda: copies.of_document(work, row.id or 0), lambda: copies.of_draft(work, key, ORDER)):
            with pytest.raises(VekhaError) as refused:
                ask()
            assert codes(refused) == ["access.denied"]
