"""Is this file a document of ours: issued here or not, in force or not, altered or not, and where."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlmodel import col, or_, select

from vekha.documents.identity import Claim, claim_of
from vekha.documents.source import attached_data
from vekha.documents.wording import Change, DataChange, changes, data_changes, words_of, words_of_docx, words_of_pdf
from vekha.domain.access import Action
from vekha.domain.programme import DocumentState
from vekha.files import DOCX, SUFFIXES, media_type
from vekha.services.office import documents, lifecycle, prints
from vekha.services.work import Work
from vekha.storage.tables import Document


class Verdict(StrEnum):
    """What a file is."""

    OURS = "ours"  # byte for byte what was issued
    COPY = "copy"  # saved anew: the same words, other bytes
    ALTERED = "altered"
    LOOKS = "looks"  # the code leads to a document of ours, the rest a person must compare
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verified:
    """`document` and `newer` (the version in force that replaced it) are None where there is none to name."""

    verdict: Verdict
    document: Document | None = None
    newer: Document | None = None
    text: tuple[Change, ...] = ()
    data: tuple[DataChange, ...] = field(default=())

    @property
    def in_force(self) -> bool:
        return self.document is not None and self.document.state in (DocumentState.APPROVED, DocumentState.SIGNED)


def verify(work: Work, content: bytes, name: str = "") -> Verified:
    """What is known of a file. Raises VekhaError file.* for one that can be no document, access.denied for a stranger.

    A file that was edited after it was issued is compared with the frozen text and data.
    """
    kind = media_type(content, name)
    digest = hashlib.sha256(content).hexdigest()
    kept = select(Document).where(or_(col(Document.file) == digest, col(Document.signed_file) == digest))
    row = work.session.exec(kept.order_by(col(Document.id).desc())).first()
    if row is not None:
        row = documents.one(work, row.id or 0, Action.VIEW)
        return Verified(Verdict.OURS, row, lifecycle.newer_than(work, row))
    claim = claim_of(content, SUFFIXES[kind])
    row = work.session.get(Document, claim.document) if claim is not None else None
    if claim is None or row is None or row.content is None or not row.content.startswith(claim.content):
        return Verified(Verdict.UNKNOWN)
    row = documents.one(work, claim.document, Action.VIEW)
    newer = lifecycle.newer_than(work, row)
    if kind not in ("application/pdf", DOCX):
        return Verified(Verdict.LOOKS, row, newer)
    text, data = _text_changes(work, row, content, kind), tuple(_data_changes(work, row, claim))
    if text is None:
        return Verified(Verdict.LOOKS, row, newer, data=data)
    return Verified(Verdict.ALTERED if text or data else Verdict.COPY, row, newer, text, data)


def _text_changes(work: Work, row: Document, content: bytes, kind: str) -> tuple[Change, ...] | None:
    """None for a scan: a picture has no words."""
    try:
        theirs = words_of_docx(content) if kind == DOCX else words_of_pdf(content)
    except ValueError:
        return None
    if not any(theirs):
        return None
    found = [tuple(changes(ours, theirs)) for ours in _own_words(work, row, kind)]
    return min(found, key=len, default=None)


def _own_words(work: Work, row: Document, kind: str) -> Iterable[list[str]]:
    """Those of the document as issued and, when it bears the mark of a signature, as signed.

    A DOCX is held against the text: its points and pages are numbered by Word, and the text's by the press.
    """
    if kind == DOCX and row.html is not None:
        yield words_of(work.tools.files.get(row.html).decode())
        return
    plain = row.file or prints.make_print(work, row.id or 0)
    for digest in (plain, row.signed_file if row.signature else None):
        if digest is not None:
            content = work.tools.files.get(digest)
            yield words_of_pdf(content) if content.startswith(b"%PDF-") else words_of_docx(content)


def _data_changes(work: Work, row: Document, claim: Claim) -> Iterable[DataChange]:
    if claim.data is None or row.content is None:
        return ()
    own = attached_data(work.tools.files.get(row.content), row.id or 0, row.content)
    ours: Any = json.loads(own.content)["content"]
    return data_changes(ours, claim.data)
