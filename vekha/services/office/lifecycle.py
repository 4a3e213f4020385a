"""The life of a document after its approval: annulled, signed electronically, edited by hand; what has become of it.

draft → approved → signed; a new version supersedes; an approved or signed one can be annulled, and its number stays in
the journal with the reason.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from vekha.documents.editable.returned import accepted
from vekha.documents.identity import claim_of, docx_mark
from vekha.documents.marks import SignatureMark, with_signature
from vekha.domain.access import Action
from vekha.domain.errors import Problem, problem, refuse
from vekha.domain.programme import ISSUED, DocumentState
from vekha.domain.roadmap import DocumentKind
from vekha.files import DOCX, SUFFIXES, safe_name
from vekha.services.office import documents, prints
from vekha.services.office.contexts import DocumentPlace
from vekha.services.office.uploads import examine
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import Audit, Document, JournalEntry


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to one version of a document."""

    version: int
    at: dt.datetime
    who: str
    old: str | None
    new: str
    why: str | None


@dataclass(frozen=True, slots=True)
class PendingAnnex:
    """An annex that an order approved before it was complete; `issued` is the version that has come since."""

    order: str
    number: str | None
    dated: dt.date | None
    annex: str
    annex_number: int
    issued: Document | None


def annul(work: Work, document: int, reason: str) -> Document:
    """Ends a document for good: it was never to be. Raises VekhaError document.not_issued, document.no_reason."""
    row = documents.one(work, document, Action.APPROVE)
    loaded = load(work, row.programme)
    problems: list[Problem] = []
    if row.state not in ISSUED:
        problems.append(problem("document.not_issued", row.title, state=row.state))
    if not reason.strip():
        problems.append(problem("document.no_reason", row.title))
    refuse(problems)
    old, row.state, row.void_reason = row.state, DocumentState.VOID, reason.strip()
    work.session.add(row)
    work.session.flush()
    work.audit(f"document:{row.id}", programme=row.programme, old=old, new=row.state, why=row.void_reason)
    _forget(loaded, row)
    return row


def sign(work: Work, document: int, mark: SignatureMark) -> Document:
    """Puts the mark of an electronic signature on an approved document: a PDF beside the first one.

    Raises VekhaError document.not_issued, document.nothing_to_mark, document.certificate_expired.
    """
    row = documents.one(work, document, Action.APPROVE)
    loaded = load(work, row.programme)
    refuse(_signing_problems(loaded, row, mark))
    html = work.tools.files.get(row.html or "").decode()
    marked = with_signature(html, mark)
    row.signed_file = work.tools.files.put(prints.printed(work, row, marked))
    row.signature = {
        "certificate": mark.certificate,
        "owner": mark.owner,
        "valid_from": mark.valid_from.isoformat(),
        "valid_to": mark.valid_to.isoformat(),
    }
    old, row.state = row.state, DocumentState.SIGNED
    work.session.add(row)
    work.audit(f"document:{row.id}", programme=row.programme, old=old, new=row.state, why=mark.certificate)
    documents.note(loaded, _place(row), DocumentState.SIGNED)
    return row


def take_edited(work: Work, document: int, content: bytes, name: str) -> Document:
    """Takes a DOCX edited by hand as the next version of the document it was made from; number and date stay.

    A copy of ours comes without its label and bears the mark of the version it has become. Raises VekhaError
    document.edit_docx_only, document.signed_already, document.not_issued, document.copy_of_other, file.*.
    """
    name, kind = safe_name(name), examine(work, content, name)
    row = documents.one(work, document, Action.APPROVE)
    loaded = load(work, row.programme)
    problems: list[Problem] = []
    if kind != DOCX:
        problems.append(problem("document.edit_docx_only", name))
    if row.state == DocumentState.SIGNED:
        problems.append(problem("document.signed_already", row.title))
    elif row.state != DocumentState.APPROVED:
        problems.append(problem("document.not_issued", row.title, state=row.state))
    claim = claim_of(content, SUFFIXES[kind]) if kind == DOCX else None
    if claim is not None and claim.document != row.id:
        problems.append(problem("document.copy_of_other", name, title=row.title))
    refuse(problems)
    place = _place(row)
    old, row.state = row.state, DocumentState.SUPERSEDED
    work.session.add(row)
    work.audit(f"document:{row.id}", programme=row.programme, old=old, new=row.state, why=name)
    made = documents.new_version(work, loaded, place)
    made.state, made.origin, made.based_on = DocumentState.APPROVED, "edited", row.id
    made.number, made.dated, made.content = row.number, row.dated, row.content
    mark = docx_mark(made.id or 0, made.content) if made.content else ""
    made.file, made.media_type = work.tools.files.put(accepted(content, mark)), kind
    made.approved_by = work.actor.name
    work.session.add(made)
    work.session.flush()
    _renumber(work, row, made)
    work.audit(f"document:{made.id}", programme=row.programme, old="draft", new=made.state, why=name)
    documents.note(loaded, place, DocumentState.APPROVED)
    return made


def versions(work: Work, document: int) -> Sequence[Document]:
    """Every version of the same document, the first one first."""
    row = documents.one(work, document, Action.VIEW)
    return work.session.exec(_same(row).order_by(col(Document.version))).all()


def history(work: Work, document: int) -> list[Step]:
    """Who did what to every version of a document, when and why, oldest first."""
    rows = {f"document:{row.id}": row for row in versions(work, document)}
    programme = next(iter(rows.values())).programme
    steps = select(Audit).where(Audit.programme == programme, col(Audit.subject).in_(list(rows)))
    return [
        Step(rows[each.subject].version, each.at, each.who, each.old, each.new, each.why)
        for each in work.session.exec(steps.order_by(col(Audit.id)))
    ]


def pending(work: Work, key: str) -> list[PendingAnnex]:
    """The registers that orders in force promised to complete (DOMAIN.md §8.9), with what has come of each."""
    loaded = load(work, key, Action.VIEW)
    issued = {(row.code): row for row in documents.issued(work, key)}
    found: list[PendingAnnex] = []
    for code, spec in loaded.roadmap.documents.items():
        order = issued.get(code)
        for number, annex in enumerate(spec.annexes, 1):
            if order is None or loaded.roadmap.documents[annex].kind is not DocumentKind.REGISTER:
                continue
            title, later = loaded.roadmap.documents[annex].title, issued.get(annex)
            if later is None or (later.id or 0) > (order.id or 0):
                found.append(PendingAnnex(order.title, order.number, order.dated, title, number, later))
    return found


def _signing_problems(loaded: Loaded, row: Document, mark: SignatureMark) -> list[Problem]:
    problems: list[Problem] = []
    if row.state not in ISSUED:
        problems.append(problem("document.not_issued", row.title, state=row.state))
    if row.html is None:
        problems.append(problem("document.nothing_to_mark", row.title))
    if not mark.valid_from <= loaded.now.today <= mark.valid_to:
        dates = {"since": f"{mark.valid_from:%d.%m.%Y}", "until": f"{mark.valid_to:%d.%m.%Y}"}
        problems.append(problem("document.certificate_expired", row.title, **dates))
    if not mark.certificate.strip() or not mark.owner.strip():
        problems.append(problem("document.certificate_blank", row.title))
    return problems


def _place(row: Document) -> DocumentPlace:
    return DocumentPlace(row.stage, row.activity, row.code, row.subject)


def _renumber(work: Work, old: Document, new: Document) -> None:
    """The journal's line follows the number to the version that bears it now."""
    for entry in work.session.exec(select(JournalEntry).where(JournalEntry.document == old.id)):
        entry.document = new.id or 0
        work.session.add(entry)


def _forget(loaded: Loaded, row: Document) -> None:
    """The activity lacks this document again."""
    at = (row.stage, row.activity, row.code)
    known: dict[str, Any] = {**loaded.now.documents.get(at, {})}
    known.pop(row.subject, None)
    loaded.now = replace(loaded.now, documents={**loaded.now.documents, at: known})


def newer_than(work: Work, row: Document) -> Document | None:
    """The version in force that took the place of `row`; None while `row` is the newest, or nothing is in force."""
    later = _same(row).where(Document.version > row.version, col(Document.state).in_(list(ISSUED)))
    return work.session.exec(later.order_by(col(Document.version))).first()


def _same(row: Document) -> SelectOfScalar[Document]:
    return select(Document).filter_by(
        programme=row.programme, stage=row.stage, activity=row.activity, code=row.code, subject=row.subject
    )
