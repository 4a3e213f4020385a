"""Editable copies of documents: the frozen text of an approved one, or a draft as it would look now, as DOCX.

A copy is a copy: it says so on every page and carries no QR code, which vouches for the text that was issued. Its
properties bear the mark by which `lifecycle.take_edited` knows it when it comes back.
"""

import datetime as dt
from dataclasses import dataclass

from vekha.documents.editable.returned import DRAFT_MARK
from vekha.documents.identity import docx_mark
from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem
from vekha.domain.programme import ISSUED, DocumentState
from vekha.files import DOCX
from vekha.services.office import documents
from vekha.services.office.contexts import DocumentPlace
from vekha.services.office.packs import safe_name
from vekha.services.process.programmes import load
from vekha.services.work import Work
from vekha.storage.tables import Document
from vekha.texts import text


@dataclass(frozen=True, slots=True)
class EditableCopy:
    """`name` is that of a file, `blanks` the fields of a draft that are not filled in."""

    name: str
    title: str
    content: bytes
    blanks: tuple[str, ...] = ()


def of_document(work: Work, document: int) -> EditableCopy:
    """A copy of a document in force, or of its draft. The same document gives the same bytes.

    Raises VekhaError document.unknown, document.not_issued, document.no_editable_copy, access.denied.
    """
    row = documents.one(work, document, Action.VIEW)
    if row.state == DocumentState.DRAFT:
        return of_draft(work, row.programme, DocumentPlace(row.stage, row.activity, row.code, row.subject))
    if row.state not in ISSUED:
        raise VekhaError(problem("document.not_issued", row.title, state=text(f"process.document_state.{row.state}")))
    number = text("editable.number", number=row.number) if row.number else ""
    name = safe_name(text("editable.file", title=row.title, number=number)) + ".docx"
    if row.origin == "edited" and row.file is not None and row.media_type == DOCX:
        return EditableCopy(name, row.title, work.tools.files.get(row.file))
    if row.html is None or row.content is None:
        raise VekhaError(problem("document.no_editable_copy", row.title))
    html = work.tools.files.get(row.html).decode()
    mark = docx_mark(row.id or 0, row.content)
    content = _made(work, row.programme, row.title, html, row.dated, mark, text("editable.copy"))
    return EditableCopy(name, row.title, content)


def of_draft(work: Work, key: str, place: DocumentPlace) -> EditableCopy:
    """A draft as it would look now. Raises as `documents.preview`."""
    draft = documents.preview(work, key, place)
    content = _made(work, key, draft.title, draft.html.text, None, DRAFT_MARK, text("editable.draft"))
    name = safe_name(text("editable.draft_file", title=draft.title)) + ".docx"
    return EditableCopy(name, draft.title, content, tuple(dict.fromkeys(draft.blanks)))


def has_copy(row: Document | None, template: str | None) -> bool:
    """Whether a copy for editing can be made of the newest version of a document."""
    if row is None or row.state == DocumentState.DRAFT:
        return template is not None
    return row.state in ISSUED and (row.html is not None or (row.origin == "edited" and row.media_type == DOCX))


def _made(work: Work, key: str, title: str, html: str, dated: dt.date | None, mark: str, label: str) -> bytes:
    from vekha.documents.editable.package import Properties  # noqa: PLC0415 — python-docx is for copies only

    loaded = load(work, key, Action.VIEW)
    created = dt.datetime.combine(dated or loaded.now.today, dt.time(), dt.UTC)
    return work.tools.renderer.docx(html, Properties(title, loaded.institution.title, created, mark, label))
