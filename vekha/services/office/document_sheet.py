"""One document of an activity as its page shows it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.programme import name_of, subjects
from vekha.domain.roadmap import DocumentSpec
from vekha.services.office import documents
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import Document


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
