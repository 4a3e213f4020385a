"""What waits for an approval: each document with what keeps it from being approved."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, islice

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.programme import OVER, SETTLED, DocumentState, StageState, name_of
from vekha.services.access.scope import within
from vekha.services.office import documents
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process.programmes import Loaded, load, load_all
from vekha.services.work import Work
from vekha.storage.tables import Institution, Programme

SHOWN = 30  # documents of a page: each is drafted when somebody asks whether something is blank in it


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document to be looked at and approved.

    `blanks` are fields nobody has filled yet, or why there is no draft; None while nobody has looked.
    """

    programme: str
    institution: str
    place: DocumentPlace
    title: str
    blanks: tuple[str, ...] | None = None

    @property
    def ready(self) -> bool:
        return self.blanks == ()

    @property
    def key(self) -> str:
        place = self.place
        return "|".join((self.programme, place.stage, place.activity, place.code, place.subject))


@dataclass(frozen=True, slots=True)
class Waitings:
    rows: tuple[Waiting, ...]
    more: bool  # there are others, shown when these are done
    checked: bool = False


def waiting(work: Work, limit: int = SHOWN) -> Waitings:
    """What the open stages need approved, where the actor may approve it; nothing is drafted.

    In a constant number of queries, however many documents and programmes there are.
    """
    found = list(islice(_rows(work, limit + 1), limit + 1))
    return Waitings(tuple(found[:limit]), len(found) > limit)


def checked(work: Work, found: Waitings) -> Waitings:
    """The same with what is blank in each: the drafts are made, so it takes its time.

    The queries grow with the programmes, not with the documents.
    """
    blanks: dict[tuple[str, DocumentPlace], tuple[str, ...]] = {}
    for key, rows in groupby(found.rows, lambda each: each.programme):
        for place, told in documents.blanks(work, key, [each.place for each in rows]):
            blanks[key, place] = told
    rows = tuple(replace(each, blanks=blanks[each.programme, each.place]) for each in found.rows)
    return replace(found, rows=rows, checked=True)


def chosen(keys: Iterable[str]) -> dict[str, list[DocumentPlace]]:
    """Programme → the documents named by `Waiting.key`; what is none of them is left out."""
    wanted = defaultdict[str, list[DocumentPlace]](list)
    for each in keys:
        programme, *place = each.split("|")
        if len(place) == 4:  # stage, activity, code, subject
            wanted[programme].append(DocumentPlace(*place))
    return wanted


def _rows(work: Work, at_once: int) -> Iterator[Waiting]:
    """Programme by programme, so many read at once."""
    rows = (
        select(Programme.key)
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .where(within(work.actor, Action.APPROVE), Programme.state == "running")
        .order_by(col(Programme.key))
    )
    keys = work.session.exec(rows).all()
    for start in range(0, len(keys), at_once):
        load_all(work, keys[start : start + at_once], Action.VIEW)
        for key in keys[start : start + at_once]:
            loaded = load(work, key, Action.VIEW)
            for place in _waiting_in(loaded):
                spec = loaded.roadmap.documents[place.code]
                name = name_of(place.subject, loaded.now.people) if place.subject else ""
                title = f"{spec.title} ({name})" if name else spec.title
                yield Waiting(key, loaded.institution.short_title, place, title)


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
