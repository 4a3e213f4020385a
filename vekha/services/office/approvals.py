"""What waits for an approval: each document with what keeps it from being approved."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import VekhaError
from vekha.domain.programme import OVER, SETTLED, DocumentState, StageState, name_of
from vekha.services.access.scope import within
from vekha.services.office import documents
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import Institution, Programme

SHOWN = 30  # documents: each is drafted to see whether something is blank in it


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document to be looked at and approved; `blanks` are fields nobody has filled yet, or why there is no draft."""

    programme: str
    institution: str
    place: DocumentPlace
    title: str
    blanks: tuple[str, ...]

    @property
    def ready(self) -> bool:
        return not self.blanks

    @property
    def key(self) -> str:
        place = self.place
        return "|".join((self.programme, place.stage, place.activity, place.code, place.subject))


@dataclass(frozen=True, slots=True)
class Waitings:
    rows: tuple[Waiting, ...]
    more: bool  # there are others, shown when these are done


def waiting(work: Work, limit: int = SHOWN) -> Waitings:
    """What the open stages need approved, where the actor may approve it.

    The queries grow with the programmes that something waits in, not with the documents.
    """
    found = list(islice(_places(work), limit + 1))
    by_programme = defaultdict[str, list[DocumentPlace]](list)
    for key, place in found[:limit]:
        by_programme[key].append(place)
    rows = tuple(row for key, places in by_programme.items() for row in _drafted(work, key, places))
    return Waitings(rows, len(found) > limit)


def chosen(keys: Iterable[str]) -> dict[str, list[DocumentPlace]]:
    """Programme → the documents named by `Waiting.key`; what is none of them is left out."""
    wanted = defaultdict[str, list[DocumentPlace]](list)
    for each in keys:
        programme, *place = each.split("|")
        if len(place) == 4:  # stage, activity, code, subject
            wanted[programme].append(DocumentPlace(*place))
    return wanted


def _places(work: Work) -> Iterator[tuple[str, DocumentPlace]]:
    rows = (
        select(Programme.key)
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .where(within(work.actor, Action.APPROVE), Programme.state == "running")
        .order_by(col(Programme.key))
    )
    for key in work.session.exec(rows).all():
        for place in _waiting_in(load(work, key, Action.VIEW)):
            yield key, place


def _waiting_in(loaded: Loaded) -> Iterator[DocumentPlace]:
    for stage, now in loaded.now.stages.items():
        if now.state in OVER or now.state is StageState.PLANNED:
            continue
        for place in documents.needed(loaded, stage):
            spec = loaded.roadmap.documents[place.code]
            state = loaded.now.documents.get((stage, place.activity, place.code), {}).get(place.subject)
            settled = loaded.now.activities[stage, place.activity].state in SETTLED
            if spec.template and not settled and state in (None, DocumentState.DRAFT):
                yield place


def _drafted(work: Work, key: str, places: Sequence[DocumentPlace]) -> Iterator[Waiting]:
    loaded = load(work, key, Action.VIEW)
    for place, draft in documents.previews(work, key, places):
        if isinstance(draft, VekhaError):
            blanks = tuple(each.message for each in draft.problems)
        else:
            blanks = tuple(dict.fromkeys(draft.blanks))
        spec = loaded.roadmap.documents[place.code]
        name = name_of(place.subject, loaded.now.people) if place.subject else ""
        title = f"{spec.title} ({name})" if name else spec.title
        yield Waiting(key, loaded.institution.short_title, place, title, blanks)
