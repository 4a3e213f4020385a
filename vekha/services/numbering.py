"""Numbers of documents: one journal for each kind, institution and year; no gaps, no doubles, text in form.

The institution is locked until the transaction ends, so concurrent approvals follow each other and a refused one gives
its number back.
"""

from typing import Any

from sqlmodel import select

from vekha.domain.errors import VekhaError, problem
from vekha.domain.facts import DocumentFacts, InstitutionFacts
from vekha.domain.roadmap import DocumentSpec
from vekha.services.programmes import Loaded
from vekha.services.work import Work, lock_institution
from vekha.storage.tables import Document, Journal, JournalEntry


def take_number(work: Work, loaded: Loaded, document: Document, spec: DocumentSpec) -> str:
    """The next number of the journal, as the institution writes it («42», «42-ОД», «63/1»).

    A plugin's hook or the institution's own pattern (`details["number_order"]`, with `{serial}` and `{year}`) shapes
    it. Raises VekhaError document.number_taken when that gives a number already used.
    """
    if document.dated is None or document.id is None:
        raise ValueError("a number is given to a stored document with a date")
    institution, year, journal = loaded.institution, document.dated.year, spec.kind.value
    lock_institution(work, institution.code)
    serial = _next_serial(work, institution.code, year, journal)
    facts = DocumentFacts(code=document.code, title=document.title, kind=spec.kind)
    who = InstitutionFacts(
        code=institution.code, type=institution.type, title=institution.title, region=institution.region
    )
    pattern = institution.details.get(f"number_{journal}", "{serial}")
    number = work.tools.registry.document_number(facts, who, year, serial) or _filled(pattern, serial, year)
    entry: dict[str, Any] = {"institution": institution.code, "year": year, "journal": journal}
    taken = select(JournalEntry).filter_by(**entry, number=number)
    if work.session.exec(taken).first() is not None:
        raise VekhaError(problem("document.number_taken", document.title, number=number))
    work.session.add(JournalEntry(**entry, serial=serial, number=number, document=document.id, dated=document.dated))
    work.session.flush()
    return number


def _next_serial(work: Work, institution: str, year: int, code: str) -> int:
    place = {"institution": institution, "year": year, "code": code}
    journal = work.session.get(Journal, (institution, year, code)) or Journal(**place)
    journal.last += 1
    work.session.add(journal)
    work.session.flush()
    return journal.last


def _filled(pattern: str, serial: int, year: int) -> str:
    """The pattern is an institution's text, so it is filled word by word and never formatted as code."""
    return pattern.replace("{serial}", str(serial)).replace("{year}", str(year))
