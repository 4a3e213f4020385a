"""A programme's people as a request for matching: only those in the registers whose consent is in force."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from vekha.domain.errors import Problem
from vekha.domain.matching import Mentee, Mentor, Model, Request, Rules
from vekha.domain.people import People, PersonFact, Role, consent_problem
from vekha.forms.profile import Answers, Profile
from vekha.services.process.programmes import Loaded
from vekha.services.work import Work
from vekha.storage.tables import Guardian, MatchLink, Participation, Person, Submission

PLACES = {Model.GROUP: 6, Model.FLASH: 6}  # of a mentor who has named no number; one otherwise
PIN, FORBID = "pin", "forbid"


@dataclass(frozen=True, slots=True)
class Asked:
    """The request, and who cannot even be asked about: without consent nobody is proposed."""

    request: Request
    aside: dict[str, Problem]


def build(work: Work, loaded: Loaded, model: Model) -> Asked:
    """In a constant number of queries, however many people there are."""
    people, today = loaded.now.people, loaded.now.today
    kind = loaded.type.matching
    free = people.unpaired()
    aside: dict[str, Problem] = {}
    for each in (*free, *people.registered(Role.MENTOR)):
        if lacking := consent_problem(each, today, each.code):
            aside[each.code] = lacking
    answers, guardians = _answers(work, loaded), _guardians(work, loaded)
    busy = _busy(people)
    mentees = tuple(
        _mentee(each, kind.profile(answers[each.code, Role.MENTEE]), today, guardians[each.code])
        for each in free
        if each.code not in aside
    )
    mentors = tuple(
        _mentor(each, kind.profile(answers[each.code, Role.MENTOR]), today, busy[each.code], PLACES.get(model, 1))
        for each in people.registered(Role.MENTOR)
        if each.code not in aside
    )
    links = work.session.exec(select(MatchLink).where(MatchLink.programme == loaded.key)).all()
    known, other = {each.code for each in mentees}, {each.code for each in mentors}
    rules = Rules(model=model, strict=kind.strict, mentor_from=kind.mentor_from, tutor_excluded=kind.tutor_excluded)
    request = Request(
        mentees=mentees,
        mentors=mentors,
        rules=rules,
        # A pin waits while one of the two cannot be proposed; it is not in the way of the others.
        pins=frozenset(
            (each.mentee, each.mentor)
            for each in links
            if each.kind == PIN and each.mentee in known and each.mentor in other
        ),
        forbids=frozenset((each.mentee, each.mentor) for each in links if each.kind == FORBID),
        apart=frozenset(_apart(people)),
    )
    return Asked(request, aside)


def _busy(people: People) -> Mapping[str, int]:
    found = defaultdict[str, int](int)
    for pair in people.active_pairs:
        for mentor in pair.mentors:
            found[mentor] += len(pair.mentees)
    return found


def _apart(people: People) -> Iterator[tuple[str, str]]:
    """Who has worked together and was parted before the final meeting."""
    for pair in people.pairs.values():
        if not pair.active and not pair.completed:
            yield from ((mentee, mentor) for mentee in pair.mentees for mentor in pair.mentors)


def _guardians(work: Work, loaded: Loaded) -> Mapping[str, frozenset[str]]:
    found = defaultdict[str, frozenset[str]](frozenset)
    rows = select(Guardian.person, Guardian.name).where(Guardian.institution == loaded.programme.institution)
    for person, name in work.session.exec(rows):
        found[person] |= {name}
    return found


def _answers(work: Work, loaded: Loaded) -> Mapping[tuple[str, Role], Answers]:
    """By person and role: the register's details, the position, and the latest answer of each form."""
    latest = defaultdict[str, dict[str, Mapping[str, Any]]](dict)
    rows = (
        select(Submission.subject, Submission.form, Submission.data)
        .where(Submission.programme == loaded.key, col(Submission.form).in_(loaded.type.matching.forms))
        .order_by(col(Submission.id))
    )
    for subject, form, data in work.session.exec(rows):
        latest[subject][form] = data
    positions = dict(
        work.session.exec(
            select(Person.code, Person.position)
            .join(Participation, col(Participation.person) == col(Person.code))
            .where(Participation.programme == loaded.key, Person.institution == loaded.programme.institution)
        ).all()
    )
    parts = select(Participation.person, Participation.role, Participation.details)
    return {
        (person, Role(role)): Answers(
            person=loaded.now.people.persons[person],
            role=Role(role),
            today=loaded.now.today,
            position=positions.get(person) or "",
            details=details,
            latest=latest.get(person, {}),
        )
        for person, role, details in work.session.exec(parts.where(Participation.programme == loaded.key))
    }


def _mentee(person: PersonFact, told: Profile, today: Any, guardians: frozenset[str]) -> Mentee:
    return Mentee(**_side(person, told, today), guardians=guardians, unit=told.unit)


def _mentor(person: PersonFact, told: Profile, today: Any, busy: int, usual: int) -> Mentor:
    places = usual if told.places is None else told.places
    return Mentor(**_side(person, told, today), capacity=places, busy=busy, ages=told.ages, leads=told.leads)


def _side(person: PersonFact, told: Profile, today: Any) -> dict[str, Any]:
    born = person.birth_date
    age = None if born is None else today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return {
        "code": person.code,
        "name": person.name,
        "topics": told.topics,
        "times": told.times,
        "languages": told.languages,
        "formats": told.formats,
        "age": age,
        "first": told.first,
        "second": told.second,
    }
