"""Documents: drafted from what is known, approved with a number and a date, frozen, filed.

Approving freezes the text: the context and the HTML go to the file store, the number is taken in the same transaction,
and the PDF is made from the frozen HTML by a task (the same text gives the same bytes). Uploading a file is a valid
way for every document.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from sqlmodel import col, func, select

from vekha.documents.context import DocumentContext
from vekha.documents.editable.returned import accepted, made_by_us
from vekha.documents.engine import Html
from vekha.documents.marks import address_of, wants_code, with_code
from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.domain.people import People
from vekha.domain.programme import DocumentState, name_of, subjects
from vekha.domain.roadmap import DocumentKind, DocumentSpec, Scope
from vekha.files import DOCX, safe_name
from vekha.services.mentoring import duties
from vekha.services.office.contexts import ContextBuilder, DocumentPlace
from vekha.services.office.numbering import enter_number, take_number
from vekha.services.office.uploads import examine
from vekha.services.process.programmes import Loaded, demand_at, load
from vekha.services.work import Work
from vekha.storage.tables import Document
from vekha.texts import text

PAIR_ORDER = "pair_order"  # whom it names as mentors has to have consented to the work
BLANKS_SEEN = 10_000  # drafts a process remembers the blanks of
LIVE = (DocumentState.DRAFT, DocumentState.APPROVED, DocumentState.SIGNED)


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as it would look now. `blanks` are what keeps it from being approved."""

    place: DocumentPlace
    title: str
    html: Html

    @property
    def blanks(self) -> tuple[str, ...]:
        return self.html.blanks


def draft(work: Work, key: str, place: DocumentPlace) -> Draft:
    """Makes or refreshes the draft of one document and shows it."""
    loaded = load(work, key)
    spec = spec_of(loaded, place)
    _check_subject(loaded, spec, place)
    builder = ContextBuilder(work, loaded)
    if _newest(work, key, place) is None:
        new_version(work, loaded, place)
    return _draft(work, loaded, builder, place)


def preview(work: Work, key: str, place: DocumentPlace) -> Draft:
    """The draft as it would look now, for looking only: nothing is written. The draft of a report is made of today's
    answers: those who may not open these read the report when it is issued.

    Raises VekhaError access.denied, document.not_here, document.no_template and those about its subject.
    """
    loaded = load(work, key, Action.VIEW)
    spec = spec_of(loaded, place)
    if spec.kind is DocumentKind.REPORT:
        work.demand(Action.WORK, loaded.institution)
    _check_subject(loaded, spec, place)
    return _draft(work, loaded, ContextBuilder(work, loaded), place)


def blanks(work: Work, key: str, places: Iterable[DocumentPlace]) -> Iterator[tuple[DocumentPlace, tuple[str, ...]]]:
    """What keeps each of several documents from being approved: what nobody has filled in, or why there is no draft.

    The programme is read once, and a text is not made again from what it has been made from before.
    """
    loaded = load(work, key, Action.VIEW)
    builder, templates = ContextBuilder(work, loaded), work.tools.renderer.changed()
    for place in places:
        try:
            _check_subject(loaded, spec_of(loaded, place), place)
            yield place, _blanks(work, loaded, builder, place, templates)
        except VekhaError as refusal:
            yield place, tuple(each.message for each in refusal.problems)


def _blanks(
    work: Work, loaded: Loaded, builder: ContextBuilder, place: DocumentPlace, templates: int
) -> tuple[str, ...]:
    spec, seen = loaded.roadmap.documents[place.code], work.tools.blanks_seen
    context = builder.context(place, builder.view(place, state="draft"))
    told = f"{loaded.institution.type} {spec.template} {templates} {context.model_dump_json()}"
    made_from = hashlib.sha256(told.encode()).digest()
    if made_from not in seen:
        if len(seen) >= BLANKS_SEEN:
            seen.clear()
        seen[made_from] = tuple(dict.fromkeys(_html(work, loaded, spec, context).blanks))
    return seen[made_from]


def approve(work: Work, key: str, places: Iterable[DocumentPlace], *, on: dt.date | None = None) -> list[Document]:
    """Approves documents in one transaction: all of them or none. `on` is the date they carry (today by default).

    Raises VekhaError with every blank and every obstacle of all of them at once; the numbers taken on the way are
    given back with the transaction. A document approved before is superseded by the new version.
    """
    loaded = load(work, key)
    work.demand(Action.APPROVE, loaded.institution)
    dated = on or loaded.now.today
    problems = [*_date_problems(loaded, dated)]
    builder = ContextBuilder(work, loaded)
    approved: list[Document] = []
    for place in places:
        try:
            approved.append(_approve_one(work, loaded, builder, place, dated))
        except VekhaError as refusal:
            problems += refusal.problems
    if problems:
        raise VekhaError(problems)
    return approved


def attach(
    work: Work,
    key: str,
    place: DocumentPlace,
    content: bytes,
    name: str,
    *,
    number: str = "",
    on: dt.date | None = None,
) -> Document:
    """Takes a file as the document: the signed paper of an approved one, or the document itself.

    A paper brought from elsewhere may have a `number` and a date of its own; the number goes into the journal. The type
    is told by the content. Raises VekhaError file.*, journal.*, document.number_taken, document.dated_ahead,
    document.copy_not_signed.
    """
    name, kind = safe_name(name), examine(work, content, name)
    loaded = load(work, key)
    spec = spec_of(loaded, place)
    _check_subject(loaded, spec, place)
    ours = kind == DOCX and made_by_us(content)
    digest = work.tools.files.put(accepted(content, "") if ours else content)
    row = _newest(work, key, place)
    if row is not None and row.state == DocumentState.APPROVED and row.origin != "uploaded" and not number:
        if ours:
            raise VekhaError(problem("document.copy_not_signed", row.title, document=row.id))
        old, row.state, row.signed_file = row.state, DocumentState.SIGNED, digest
        work.session.add(row)
        work.audit(f"document:{row.id}", programme=key, old=old, new=row.state, why=name)
        note(loaded, place, DocumentState.SIGNED)
        return row
    row = _successor(work, loaded, place, row)
    old, row.state, row.origin = row.state, DocumentState.APPROVED, "uploaded"
    row.file, row.media_type, row.approved_by = digest, kind, work.actor.name
    row.dated = on or loaded.now.today
    refuse(_date_problems(loaded, row.dated))
    if number and not spec.numbered:
        raise VekhaError(problem("journal.number_unwanted", row.title, code=row.code))
    row.number = enter_number(work, loaded, row, spec, number) if number else None
    work.session.add(row)
    work.session.flush()
    work.audit(f"document:{row.id}", programme=key, old=old, new=row.state, why=name)
    note(loaded, place, DocumentState.APPROVED)
    return row


def one(work: Work, document: int, action: Action) -> Document:
    """Raises VekhaError document.unknown, or access.denied."""
    row = work.session.get(Document, document)
    if row is None:
        raise VekhaError(problem("document.unknown", document=document))
    demand_at(work, row.programme, action)
    return row


def waiting_for_approval(work: Work, key: str, stage: str, activity: str | None = None) -> list[DocumentPlace]:
    """The documents with a template that an activity (or every one of a stage) needs and nobody has approved yet."""
    loaded = load(work, key, Action.VIEW)
    return [
        place
        for place in needed(loaded, stage, activity)
        if loaded.roadmap.documents[place.code].template
        and loaded.now.documents.get((place.stage, place.activity, place.code), {}).get(place.subject)
        not in (DocumentState.APPROVED, DocumentState.SIGNED)
    ]


def needed(loaded: Loaded, stage: str, activity: str | None = None) -> Iterable[DocumentPlace]:
    """Every document that the activities of a stage name, one for each of its scope; those on demand apart."""
    for row in loaded.roadmap.stage(stage).activities:
        if activity not in (None, row.code):
            continue
        for use in row.documents:
            if use.on_demand:
                continue
            for subject in subjects(loaded.roadmap.documents[use.code].per, loaded.now.people):
                yield DocumentPlace(stage, row.code, use.code, subject)


def issued(work: Work, key: str, stage: str | None = None) -> Sequence[Document]:
    """The documents in force, oldest first."""
    demand_at(work, key, Action.VIEW)
    rows = select(Document).where(Document.programme == key)
    rows = rows.where(col(Document.state).in_([DocumentState.APPROVED, DocumentState.SIGNED]))
    if stage is not None:
        rows = rows.where(Document.stage == stage)
    return work.session.exec(rows.order_by(col(Document.id))).all()


def _date_problems(loaded: Loaded, dated: dt.date) -> Iterable[Problem]:
    if dated > loaded.now.today:
        yield problem("document.dated_ahead", date=f"{dated:%d.%m.%Y}")


def _approve_one(work: Work, loaded: Loaded, builder: ContextBuilder, place: DocumentPlace, dated: dt.date) -> Document:
    spec = spec_of(loaded, place)
    _check_subject(loaded, spec, place)
    if spec.template is None:
        raise VekhaError(problem("document.no_template", spec.title, code=place.code))
    if place.code == PAIR_ORDER:
        refuse(duties.lacking(work, loaded))
    row = _successor(work, loaded, place, _newest(work, loaded.key, place))
    row.dated = dated
    row.number = take_number(work, loaded, row, spec) if spec.numbered else None
    view = builder.view(place, state="approved", version=row.version)
    if view.parent is not None and view.parent.number is None:
        raise VekhaError(problem("document.order_first", spec.title, order=view.parent.title))
    context = builder.context(place, view.model_copy(update={"date": dated, "number": row.number}))
    html = _html(work, loaded, spec, context)
    if html.blanks:
        name = _name(spec, place, loaded.now.people)
        raise VekhaError([problem("document.blank", name, field=each) for each in dict.fromkeys(html.blanks)])
    row.state, row.approved_by, row.file = DocumentState.APPROVED, work.actor.name, None
    row.content = work.tools.files.put(context.model_dump_json().encode())
    row.html = work.tools.files.put(_coded(work, row, html.text).encode())
    work.session.add(row)
    work.session.flush()
    builder.issued(row)
    note(loaded, place, DocumentState.APPROVED)
    work.audit(f"document:{row.id}", programme=loaded.key, old="draft", new=row.state, why=row.number)
    payload = {"programme": loaded.key, "document": row.id}
    work.queue("render_document", f"render_document:{row.id}", payload)
    return row


def note(loaded: Loaded, place: DocumentPlace, state: DocumentState) -> None:
    """Keeps the loaded programme true to what was just written."""
    known = loaded.now.documents
    at = (place.stage, place.activity, place.code)
    loaded.now = replace(loaded.now, documents={**known, at: {**known.get(at, {}), place.subject: state}})


def _draft(work: Work, loaded: Loaded, builder: ContextBuilder, place: DocumentPlace) -> Draft:
    spec = loaded.roadmap.documents[place.code]
    if spec.template is None:
        raise VekhaError(problem("document.no_template", spec.title, code=place.code))
    context = builder.context(place, builder.view(place, state="draft"))
    return Draft(place, _name(spec, place, loaded.now.people), _html(work, loaded, spec, context))


def _html(work: Work, loaded: Loaded, spec: DocumentSpec, context: DocumentContext) -> Html:
    renderer = work.tools.renderer
    template = renderer.resolve(loaded.institution.type, spec.template or "")
    # Attribute access on the views themselves, so that a template sees the typed contract and nothing else.
    return renderer.html(template, {name: getattr(context, name) for name in DocumentContext.model_fields})


def spec_of(loaded: Loaded, place: DocumentPlace) -> DocumentSpec:
    """The document's type; raises VekhaError document.not_here when that activity issues no such document."""
    stage = loaded.roadmap.stage(place.stage) if place.stage in loaded.stages else None
    row = next((each for each in stage.activities if each.code == place.activity), None) if stage else None
    if row is None or all(use.code != place.code for use in row.documents):
        raise VekhaError(problem("document.not_here", code=place.code, place=f"{place.stage}/{place.activity}"))
    return loaded.roadmap.documents[place.code]


def _check_subject(loaded: Loaded, spec: DocumentSpec, place: DocumentPlace) -> None:
    known = subjects(spec.per, loaded.now.people)
    ended = spec.per is Scope.PAIR and place.subject in loaded.now.people.pairs  # may still get its last papers
    if place.subject not in known and not ended:
        if spec.per is Scope.PROGRAMME:
            raise VekhaError(problem("document.subject_unwanted", spec.title, subject=place.subject))
        code = "document.subject_needed" if not place.subject else "document.unknown_subject"
        choice = ", ".join(known) or text("process.nobody_yet")
        raise VekhaError(problem(code, spec.title, subject=place.subject, known=choice))


def _name(spec: DocumentSpec, place: DocumentPlace, people: People) -> str:
    return f"{spec.title} ({name_of(place.subject, people)})" if place.subject else spec.title


def _newest(work: Work, key: str, place: DocumentPlace) -> Document | None:
    rows = select(Document).where(
        Document.programme == key,
        Document.stage == place.stage,
        Document.activity == place.activity,
        Document.code == place.code,
        Document.subject == place.subject,
        col(Document.state).in_(LIVE),
    )
    return work.session.exec(rows.order_by(col(Document.version).desc()).limit(1)).first()


def _successor(work: Work, loaded: Loaded, place: DocumentPlace, row: Document | None) -> Document:
    """The draft there is, or a new version that ends the one in force."""
    if row is not None and row.state == DocumentState.DRAFT:
        return row
    if row is not None:
        old, row.state = row.state, DocumentState.SUPERSEDED
        work.session.add(row)
        work.audit(f"document:{row.id}", programme=loaded.key, old=old, new=row.state)
    return new_version(work, loaded, place)


def _coded(work: Work, row: Document, html: str) -> str:
    """The text with the QR code that leads to its verification, where people can reach us and the date wants one."""
    if not work.tools.public_url or row.id is None or row.content is None or not wants_code(row.dated or dt.date.min):
        return html
    return with_code(html, address_of(work.tools.public_url, row.id, row.content))


def new_version(work: Work, loaded: Loaded, place: DocumentPlace) -> Document:
    """A new draft; versions count on from every one there was, void ones too."""
    versions = select(func.max(Document.version)).filter_by(programme=loaded.key, **asdict(place))
    version = (work.session.exec(versions).one() or 0) + 1
    row = Document(
        programme=loaded.key,
        stage=place.stage,
        activity=place.activity,
        code=place.code,
        subject=place.subject,
        version=version,
        title=_name(loaded.roadmap.documents[place.code], place, loaded.now.people),
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row
