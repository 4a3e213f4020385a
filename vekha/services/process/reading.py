"""The rows of one programme, or of several at once, in the same number of statements."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from vekha.domain.errors import VekhaError, problem
from vekha.services.process import queries as q
from vekha.services.process.facts import PeopleRows
from vekha.storage.tables import Institution, Programme, Stage


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything stored that one programme is loaded from."""

    programme: Programme
    institution: Institution
    digest: str  # of its version of the roadmap
    stages: dict[str, Stage]
    activities: Sequence[Any]
    documents: Sequence[Any]
    answers: Sequence[Any]
    people: PeopleRows


def read(session: Session, keys: Sequence[str], allow: Callable[[Institution], None], *, lock: bool) -> Iterator[Rows]:
    """The programmes in the order of their keys, and locked in this order.

    Raises VekhaError programme.unknown, and whatever `allow` raises of an institution.
    """
    reads, asked = (q.ONE, keys[0]) if len(keys) == 1 else (q.SEVERAL, sorted(keys))
    found = session.execute(reads.locked if lock else reads.programmes, {"key": asked}).all()
    if missing := set(keys) - {programme.key for programme, _, _ in found}:
        raise VekhaError(problem("programme.unknown", programme=min(missing)))
    for _, institution, _ in found:
        allow(institution)
    stages = defaultdict[str, dict[str, Stage]](dict)
    for row in session.execute(reads.stages, {"key": asked}).scalars():
        stages[row.programme][row.code] = row
    codes = sorted({institution.code for _, institution, _ in found})
    rest = _rest(session, reads, {"key": asked}, {"institution": codes[0] if reads is q.ONE else codes})
    for programme, institution, digest in found:
        own = rest(programme.key, institution.code)
        yield Rows(programme, institution, digest, stages[programme.key], *own)


def _rest(
    session: Session, reads: q.Reads, here: dict[str, Any], there: dict[str, Any]
) -> Callable[[str, str], tuple[Any, ...]]:
    """What the rows of a key and an institution are: activities, documents, answers, people."""
    connection = session.connection()
    activities, documents, answers, pairs, meetings, parts = (
        q.read_each(connection, each, here)
        for each in (
            reads.activities,
            reads.documents,
            reads.answers,
            reads.pairs,
            reads.meetings,
            reads.participations,
        )
    )
    nobody: dict[str, Sequence[Any]] = {}
    persons = q.read_each(connection, reads.persons, there) if parts else nobody
    consents = q.read_each(connection, reads.consents, there) if parts else nobody
    employers = q.read_each(connection, reads.employers, there)

    def of(key: str, institution: str) -> tuple[Any, ...]:
        people = PeopleRows(
            participations=parts.get(key, ()),
            persons=persons.get(institution, ()),
            consents=consents.get(institution, ()),
            employers=employers.get(institution, ()),
            pairs=pairs.get(key, ()),
            meetings=meetings.get(key, ()),
        )
        return activities.get(key, ()), documents.get(key, ()), answers.get(key, ()), people

    return of
