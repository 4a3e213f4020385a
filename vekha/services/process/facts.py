"""Rows of a programme as the facts that the domain decides on: stages, activities, papers, answers, people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, select

from vekha.domain.people import ConsentFact, PairFact, People, PersonFact, Purpose, Role, Standing
from vekha.domain.programme import ActivityNow, ActivityState, DocumentState, StageNow, StageState
from vekha.domain.roadmap import Gate, Roadmap
from vekha.services.process import queries as q
from vekha.storage.tables import Consent, Pair, PairMember, Participation, Person, Programme, Stage


@dataclass(frozen=True, slots=True)
class PeopleRows:
    """What is stored of a programme's people; persons, consents and employers are those of its institution."""

    participations: Sequence[Any]
    persons: Sequence[Any]
    consents: Sequence[Any]
    employers: Sequence[Any]
    pairs: Sequence[Any]
    meetings: Sequence[Any]


def stage_now(row: Stage) -> StageNow:
    return StageNow(code=row.code, state=StageState(row.state), opens=row.opens, due=row.due)


def activity_now(row: Any, roadmap: Roadmap) -> ActivityNow:
    """`row` is an Activity or the columns of one."""
    spec = None if row.own else roadmap.activity(row.stage, row.code)
    return ActivityNow(
        stage=row.stage,
        code=row.code,
        title=spec.title if spec else row.title or row.code,
        gate=spec.gate if spec else Gate(row.gate or Gate.OPTIONAL),
        state=ActivityState(row.state),
        opens=row.opens,
        due=row.due,
        own=row.own,
    )


def documents_of(rows: Iterable[Any]) -> dict[tuple[str, str, str], dict[str, DocumentState]]:
    """What counts of each document: a draft of a later version does not take away what an approved one has settled."""
    found = defaultdict[tuple[str, str, str], dict[str, DocumentState]](dict)
    for _, stage, activity, code, subject, state in rows:
        known = found[stage, activity, code].get(subject)
        if known is None or state != DocumentState.DRAFT:
            found[stage, activity, code][subject] = DocumentState(state)
    return found


def answers_of(rows: Iterable[Any]) -> dict[tuple[str, str, str], tuple[str, ...]]:
    found = defaultdict[tuple[str, str, str], list[str]](list)
    for _, stage, activity, form, subject in rows:
        found[stage, activity, form].append(subject)
    return {place: tuple(about) for place, about in found.items()}


def people_of(rows: PeopleRows) -> People:
    """Everybody of a programme with their consents, pairs and meetings."""
    parts = defaultdict[str, list[Any]](list)
    for row in rows.participations:
        parts[row.person].append(row)
    consents = defaultdict[str, list[ConsentFact]](list)
    for row in rows.consents:
        if row.person in parts:
            consents[row.person].append(_consent_fact(row))
    persons = {
        row.code: _person_fact(row, parts[row.code], consents[row.code])
        for row in _by_serial(row for row in rows.persons if row.code in parts)
    }
    employers = {row.code: row.name for row in _by_serial(rows.employers)}
    events, pairs = _meetings(rows.meetings), _pairs(rows.pairs)
    return People(
        persons=persons,
        pairs={code: replace(pair, meetings=events[code]) for code, pair in pairs.items()},
        events=events[None],
        employers=employers,
    )


def _by_serial(rows: Iterable[Any]) -> list[Any]:
    """In the order of coming: p2 before p10."""
    return sorted(rows, key=lambda row: (len(row.code), row.code))


def fact_of(session: Session, person: Person) -> PersonFact:
    """Somebody the institution knows and the programme does not yet: with the consents given in other years."""
    where = {"institution": person.institution}
    rows = [row for row in q.read(session, q.CONSENTS, where) if row.person == person.code]
    return _person_fact(person, [], [_consent_fact(row) for row in rows])


def alone(session: Session, programme: Programme, code: str) -> People:
    """One person of the programme with the pairs they are in, read by key: for whoever answers among thousands.

    Nobody where no such person takes part.
    """
    person = session.get(Person, (programme.institution, code))
    mine = {"programme": programme.key, "person": code}
    parts = session.exec(select(Participation).filter_by(**mine)).all()
    if person is None or not parts:
        return People()
    given = session.exec(select(Consent).filter_by(institution=programme.institution, person=code)).all()
    fact = _person_fact(person, [*parts], [_consent_fact(row) for row in given])
    pairs = {row.pair: _pair_alone(session, row) for row in session.exec(select(PairMember).filter_by(**mine))}
    return People(persons={code: fact}, pairs=pairs)


def _pair_alone(session: Session, member: PairMember) -> PairFact:
    """A pair as one of its members sees it: without the others."""
    pair = session.get_one(Pair, (member.programme, member.pair))
    held = {"key": member.programme, "pair": member.pair}
    counted = dict(q.read(session, q.MEETINGS_OF_PAIR, held))
    side = "mentors" if member.role == Role.MENTOR else "mentees"
    sides: dict[str, tuple[str, ...]] = {"mentors": (), "mentees": (), side: (member.person,)}
    return PairFact(
        code=pair.code,
        mentors=sides["mentors"],
        mentees=sides["mentees"],
        active=pair.ended_on is None,
        meetings=counted,
    )


def _person_fact(row: Any, parts: list[Any], consents: list[ConsentFact]) -> PersonFact:
    return PersonFact(
        code=row.code,
        name=row.name,
        birth_date=row.birth_date,
        standings={Role(each.role): Standing(each.standing) for each in parts},
        consents=tuple(consents),
        base=next((each.base for each in parts if each.base), None),
        employer=next((each.employer for each in parts if each.employer), None),
        supported=any(each.supported_on for each in parts),
    )


def _consent_fact(row: Any) -> ConsentFact:
    return ConsentFact(
        purpose=Purpose(row.purpose),
        signed=row.signed,
        until=row.until,
        by_guardian=row.guardian is not None,
        withdrawn_on=row.withdrawn_on,
        categories=frozenset(row.categories),
    )


def _meetings(rows: Iterable[Any]) -> dict[str | None, dict[str, int]]:
    """Pair (None: an event of the programme) → kind → how many were held."""
    held = defaultdict[str | None, dict[str, int]](dict)
    for _, pair, kind, count in rows:
        held[pair][kind] = count
    return held


def _pairs(rows: Sequence[Any]) -> dict[str, PairFact]:
    found: dict[str, PairFact] = {}
    members = defaultdict[tuple[str, Role], list[str]](list)
    for row in rows:
        members[row.code, Role(row.role)].append(row.person)
    for row in rows:
        if row.code not in found:
            found[row.code] = PairFact(
                code=row.code,
                mentors=tuple(members[row.code, Role.MENTOR]),
                mentees=tuple(members[row.code, Role.MENTEE]),
                active=row.ended_on is None,
                ending=row.ending,
            )
    return found
