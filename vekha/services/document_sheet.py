"""One document of an activity as its page shows it, and everything that waits for an approval."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.programme import OVER, SETTLED, DocumentState, StageState, name_of, subjects
from vekha.domain.roadmap import DocumentSpec
from vekha.services import documents
from vekha.services.contexts import DocumentPlace
from vekha.services.programmes import Loaded, load
from vekha.services.scope import within
from vekha.services.work import Work
from vekha.storage.tables import Document, Institution, Programme


@dataclass(frozen=True, slots=True)
class Copy:
    """A document about one subject; `row` is its newest version that is in force or a draft."""

    subject: str
    name: str
    row: Document | None


@dataclass(frozen=True, slots=True)
class DocumentSheet:
    key: str
    spec: DocumentSpec
    place: DocumentPlace
    stage_title: str
    copies: tuple[Copy, ...]
    chosen: Copy | None
    may_work: bool
    may_approve: bool


def sheet(work: Work, key: str, place: DocumentPlace) -> DocumentSheet:
    """Raises VekhaError document.not_here, programme.unknown, access.denied. Without a subject the first one counts."""
    loaded = load(work, key, Action.VIEW)
    spec = documents.spec_of(loaded, place)
    copies = tuple(_copies(work, loaded, spec, place))
    chosen = next((each for each in copies if each.subject == place.subject), copies[0] if copies else None)
    home = loaded.institution
    where = {"region": home.region, "municipality": home.municipality or "", "institution": home.code}
    return DocumentSheet(
        key=key,
        spec=spec,
        place=DocumentPlace(place.stage, place.activity, place.code, chosen.subject if chosen else ""),
        stage_title=loaded.roadmap.stage(place.stage).title,
        copies=copies,
        chosen=chosen,
        may_work=work.actor.may(Action.WORK, **where),
        may_approve=work.actor.may(Action.APPROVE, **where),
    )


def _copies(work: Work, loaded: Loaded, spec: DocumentSpec, place: DocumentPlace) -> Iterator[Copy]:
    rows = select(Document).where(
        Document.programme == loaded.key,
        Document.stage == place.stage,
        Document.activity == place.activity,
        Document.code == place.code,
        col(Document.state).in_(documents.LIVE),
    )
    newest = {row.subject: row for row in work.session.exec(rows.order_by(col(Document.version)))}
    people = loaded.now.people
    for code in dict.fromkeys([*subjects(spec.per, people), *newest]):
        yield Copy(code, name_of(code, people) if code else "", newest.get(code))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document ready to be looked at and approved."""

    programme: str
    institution: str
    place: DocumentPlace
    title: str


def waiting(work: Work) -> Sequence[Waiting]:
    """What the open stages of every programme need approved, where the actor may approve it."""
    rows = (
        select(Programme.key)
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .where(within(work.actor, Action.APPROVE), Programme.state == "running")
        .order_by(col(Programme.key))
    )
    return [each for key in work.session.exec(rows) for each in _waiting_in(load(work, key, Action.VIEW))]


def _waiting_in(loaded: Loaded) -> Iterator[Waiting]:
    for stage, now in loaded.now.stages.items():
        if now.state in OVER or now.state is StageState.PLANNED:
            continue
        for place in documents.needed(loaded, stage):
            spec = loaded.roadmap.documents[place.code]
            state = loaded.now.documents.get((stage, place.activity, place.code), {}).get(place.subject)
            settled = loaded.now.activities[stage, place.activity].state in SETTLED
            if spec.template and not settled and state in (None, DocumentState.DRAFT):
                name = name_of(place.subject, loaded.now.people) if place.subject else ""
                title = f"{spec.title} ({name})" if name else spec.title
                yield Waiting(loaded.key, loaded.institution.short_title, place, title)
