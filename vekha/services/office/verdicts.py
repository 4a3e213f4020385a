"""What to tell a person of a verified file, in sentences."""

from dataclasses import dataclass

from vekha.documents.marks import CODE_LENGTH
from vekha.domain.errors import VekhaError, problem
from vekha.domain.programme import DocumentState
from vekha.services.office import differences
from vekha.services.office.lifecycle import newer_than
from vekha.services.office.verification import Verified
from vekha.services.process.programmes import stored_roadmap
from vekha.services.work import Work, institution_of
from vekha.storage.tables import Document, Programme
from vekha.texts import text


@dataclass(frozen=True, slots=True)
class Told:
    """The verdict in lines, then each difference in a sentence."""

    lines: tuple[str, ...]
    differences: tuple[str, ...]


def looked_up(work: Work, document: int, code: str) -> tuple[str, ...]:
    """What anybody with the paper in hand may know by its QR code: what it is, whose, and whether it is in force.

    Nobody's name is told, nor anything at all to whoever has not got the code. Raises VekhaError document.unknown_code.
    """
    row = work.session.get(Document, document)
    if row is None or row.content is None or len(code) != CODE_LENGTH or not row.content.startswith(code):
        raise VekhaError(problem("document.unknown_code"))
    programme = work.session.get_one(Programme, row.programme)
    spec = stored_roadmap(work.session, programme.roadmap, programme.roadmap_version).documents[row.code]
    home = institution_of(work.session, programme.institution)
    told = text("verification.document.line", title=spec.title, institution=home.short_title, **_requisites(row))
    newer = newer_than(work, row)
    if row.state == DocumentState.VOID:
        return told, text("verification.state.void_plain")
    return told, _state(row, newer)


def told(work: Work, found: Verified) -> Told:
    """For whoever works with the institution's documents."""
    lines = [text(f"verification.{found.verdict.value}")]
    if found.document is not None:
        lines += [_line(work, found.document), _state(found.document, found.newer)]
    sentences = [differences.sentence(each) for each in found.text]
    return Told(tuple(lines), (*sentences, *differences.data_sentences(found.data)))


def _line(work: Work, row: Document) -> str:
    home = institution_of(work.session, work.session.get_one(Programme, row.programme).institution)
    return text("verification.document.line", title=row.title, institution=home.short_title, **_requisites(row))


def _requisites(row: Document) -> dict[str, str]:
    number = text("verification.document.number", number=row.number) if row.number else ""
    dated = text("verification.document.dated", date=f"{row.dated:%d.%m.%Y}") if row.dated else ""
    return {"number": number, "dated": dated}


def _state(row: Document, newer: Document | None) -> str:
    if row.state == DocumentState.SUPERSEDED and newer is not None:
        return text("verification.state.newer", version=newer.version, **_requisites(newer))
    return text(f"verification.state.{row.state}", reason=row.void_reason or "")
