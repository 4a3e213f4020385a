"""The PDF of a document: made from the frozen HTML by a task, filed once; the same text gives the same bytes."""

import datetime as dt
import hashlib
from collections.abc import Iterable

from sqlmodel import col, select

from vekha.documents.pdf import AttachedFile
from vekha.documents.source import attached_data
from vekha.domain.access import Action
from vekha.services.office import documents
from vekha.services.work import Work
from vekha.storage.tables import Document


def render(work: Work, document: int) -> str:
    """Makes the PDF of an approved document and files it; returns its SHA-256. Doing it again changes nothing."""
    digest = make_print(work, document)
    return record_print(work, document, digest) if digest else documents.one(work, document, Action.VIEW).file or ""


def make_print(work: Work, document: int) -> str | None:
    """Puts the PDF of an approved document into the file store; None when there is nothing to make.

    It only reads the database: printing takes long enough to keep every other writer of SQLite waiting.
    """
    row = documents.one(work, document, Action.VIEW)
    if row.file is not None or row.html is None:
        return None
    html = work.tools.files.get(row.html).decode()
    return work.tools.files.put(printed(work, row, html))


def make_prints(work: Work, wanted: Iterable[int]) -> dict[int, str]:
    """`make_print` for several documents: those with nothing to make are left out."""
    made = {document: make_print(work, document) for document in wanted}
    return {document: digest for document, digest in made.items() if digest is not None}


def printed(work: Work, row: Document, html: str) -> bytes:
    """The PDF of an approved document with its data inside."""
    attachments: list[AttachedFile] = []
    if row.content is not None and row.id is not None:
        attachments.append(attached_data(work.tools.files.get(row.content), row.id, row.content))
    return print_pdf(work, row.title, html, row.dated, attachments)


def record_print(work: Work, document: int, digest: str) -> str:
    """Names the PDF in the document's row; the first one named stays."""
    row = documents.one(work, document, Action.WORK)
    if row.file is None:
        row.file = digest
        work.session.add(row)
    return row.file


def unprinted(work: Work, wanted: Iterable[int]) -> list[int]:
    """Those of the documents that still wait for their PDF."""
    rows = select(Document.id).where(col(Document.id).in_(list(wanted)), col(Document.file).is_(None))
    return [found for found in work.session.exec(rows.order_by(col(Document.id))) if found is not None]


def print_pdf(
    work: Work, title: str, html: str, dated: dt.date | None, attachments: Iterable[AttachedFile] = ()
) -> bytes:
    """The PDF of a text: the same text, title, date and attachments give the same bytes."""
    created = dt.datetime.combine(dated or dt.date(2000, 1, 1), dt.time(), dt.UTC)
    return work.tools.renderer.pdf(
        html,
        title=title,
        created=created,
        identifier=hashlib.sha256(html.encode()).digest(),
        attachments=attachments,
    )
