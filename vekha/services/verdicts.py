"""What to tell a person of a verified file, in sentences."""

from dataclasses import dataclass

from vekha.domain.programme import DocumentState
from vekha.services import differences
from vekha.services.verification import Verified
from vekha.services.work import Work, institution_of
from vekha.storage.tables import Document, Programme
from vekha.texts import text


@dataclass(frozen=True, slots=True)
class Told:
    """The verdict in lines, then each difference in a sentence."""

    lines: tuple[str, ...]
    differences: tuple[str, ...]


def told(work: Work, found: Verified) -> Told:
    """For the command line and for the public page."""
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
