"""What may be destroyed: papers whose term has run out on a date, and those that a person has to decide on."""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.programme import DocumentState
from vekha.domain.retention import read_term
from vekha.services.process.programmes import stored_roadmap
from vekha.services.work import Work, institution_of
from vekha.storage.tables import Document, Programme
from vekha.texts import text


@dataclass(frozen=True, slots=True)
class Expired:
    """A paper to be destroyed after the commission has seen the list; `note` says what else to look at."""

    document: Document
    retention: str
    keep_until: dt.date
    note: str


def expired(work: Work, institution: str, on: dt.date) -> list[Expired]:
    """Issued papers of an institution whose term has run out by `on`, oldest first.

    The file of a programme is closed in the year in which its cycle ends. Papers kept for ever, without a term, or with
    a term that counts from an event («после истечения срока действия договора») are not here: no date follows for them.
    """
    home = institution_of(work.session, institution)
    work.demand(Action.VIEW, home)
    rows = (
        select(Document, Programme)
        .join(Programme, col(Programme.key) == col(Document.programme))
        .where(Programme.institution == institution, Document.state != DocumentState.DRAFT)
        .order_by(col(Document.dated), col(Document.id))
    )
    found: list[Expired] = []
    for row, programme in work.session.exec(rows):
        spec = stored_roadmap(work.session, programme.roadmap, programme.roadmap_version).documents[row.code]
        term = read_term(spec.retention) if spec.retention else None
        until = term.keep_until(programme.cycle_ends) if term else None
        if term is not None and until is not None and until < on:
            note = text("disposal.experts") if term.experts else ""
            found.append(Expired(row, spec.retention or "", until, note))
    return found
