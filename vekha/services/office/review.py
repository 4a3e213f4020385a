"""What deserves a look in a document and stops nothing: acts that have lapsed, dates out of the journal's order."""

import datetime as dt
from collections.abc import Iterator

from sqlmodel import col, select

from vekha.documents.wording import words_of
from vekha.domain.errors import Problem, problem
from vekha.services.office import acts
from vekha.services.work import Work, institution_of
from vekha.storage.tables import Document, JournalEntry, Programme


def warnings(work: Work, row: Document) -> tuple[Problem, ...]:
    """Those of an approved document."""
    found = list(_chronology(work, row))
    if row.html is not None and row.dated is not None:
        found += of_text(work, row.programme, work.tools.files.get(row.html).decode(), row.dated)
    return tuple(found)


def of_text(work: Work, programme: str, html: str, on: dt.date) -> tuple[Problem, ...]:
    """Those of a text that would carry this date."""
    institution = institution_of(work.session, work.session.get_one(Programme, programme).institution)
    return acts.warnings(work, institution, " ".join(words_of(html)), on)


def _chronology(work: Work, row: Document) -> Iterator[Problem]:
    """A number given after another with a later date: an inspector asks about it."""
    entry = work.session.exec(select(JournalEntry).where(JournalEntry.document == row.id)).first()
    if entry is None:
        return
    place = {"institution": entry.institution, "year": entry.year, "journal": entry.journal}
    before = select(JournalEntry).filter_by(**place).where(JournalEntry.serial < entry.serial)
    later = work.session.exec(
        before.where(JournalEntry.dated > entry.dated).order_by(col(JournalEntry.serial).desc())
    ).first()
    if later is not None:
        dates = {"date": f"{entry.dated:%d.%m.%Y}", "later": f"{later.dated:%d.%m.%Y}"}
        yield problem("journal.not_chronological", row.title, number=f"№ {entry.number}", after=later.number, **dates)
