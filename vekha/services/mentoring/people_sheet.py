"""Everybody of one programme as a curator wants to see them: in which role, with which consents, in which pairs."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.consents import ConsentState, consent_state
from vekha.domain.people import PersonFact, Purpose, Role, Standing
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import Participation, Person, PersonalLink

CONSENT_FORMS = {
    Purpose.PROCESSING: ("consent_adult", "consent_minor"),
    Purpose.PUBLICATION: ("consent_public",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """`role` is the one that this line is about; somebody with two roles has two lines. `until` ends the processing."""

    code: str
    name: str
    role: Role
    standing: Standing
    reason: str | None
    minor: bool
    processing: ConsentState
    publication: ConsentState
    until: dt.date | None
    pairs: tuple[str, ...]  # the names on the other side of pairs at work
    erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleSheet:
    key: str
    institution: str
    programme: str
    lines: tuple[PersonLine, ...]
    may_work: bool
    may_erase: bool

    def of(self, role: Role) -> tuple[PersonLine, ...]:
        return tuple(each for each in self.lines if each.role is role)

    @property
    def lacking(self) -> Counter[ConsentState]:
        """People who take part by the state of their consent to processing, where there is none in force."""
        at_work = {each.code: each.processing for each in self.lines if each.standing is not Standing.WITHDRAWN}
        return Counter(state for state in at_work.values() if state not in (ConsentState.GIVEN, ConsentState.EXPIRING))


def sheet(work: Work, key: str) -> PeopleSheet:
    """Raises VekhaError programme.unknown, access.denied."""
    loaded = load(work, key, Action.VIEW)
    home = loaded.institution
    place = {"region": home.region, "municipality": home.municipality, "institution": home.code}
    return PeopleSheet(
        key=key,
        institution=home.short_title,
        programme=loaded.roadmap.title,
        lines=tuple(_lines(work, loaded)),
        may_work=work.actor.may(Action.WORK, **place),
        may_erase=work.actor.may(Action.APPROVE, **place),
    )


def _lines(work: Work, loaded: Loaded) -> Iterator[PersonLine]:
    rows = select(Participation).where(Participation.programme == loaded.key)
    asked = _asked(work, loaded.key)
    erased = _erased(work, loaded)
    partners = _partners(loaded)
    order = sorted(work.session.exec(rows), key=lambda row: (row.standing == Standing.WITHDRAWN, _name(loaded, row)))
    for row in order:
        person = loaded.now.people.persons[row.person]
        states = {
            purpose: consent_state(person, purpose, loaded.now.today, asked=(person.code, purpose) in asked)
            for purpose in Purpose
        }
        yield PersonLine(
            code=person.code,
            name=person.name,
            role=Role(row.role),
            standing=Standing(row.standing),
            reason=row.reason,
            minor=person.is_minor(loaded.now.today),
            processing=states[Purpose.PROCESSING],
            publication=states[Purpose.PUBLICATION],
            until=_until(person, loaded.now.today),
            pairs=partners.get(person.code, ()),
            erased=person.code in erased,
        )


def _name(loaded: Loaded, row: Participation) -> str:
    return loaded.now.people.persons[row.person].name.casefold()


def _until(person: PersonFact, today: dt.date) -> dt.date | None:
    ends = [each.until for each in person.consents if each.purpose is Purpose.PROCESSING and each.in_force(today)]
    return max(ends, default=None)


def _partners(loaded: Loaded) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    people = loaded.now.people
    for pair in people.active_pairs:
        for mine, others in ((pair.mentors, pair.mentees), (pair.mentees, pair.mentors)):
            for code in mine:
                found[code] = (*found.get(code, ()), *(people.persons[each].name for each in others))
    return found


def _asked(work: Work, key: str) -> set[tuple[str, Purpose]]:
    """Who has a link to a consent's form that is open still."""
    rows = select(PersonalLink.subject, PersonalLink.form).where(
        PersonalLink.programme == key,
        col(PersonalLink.revoked_at).is_(None),
        col(PersonalLink.answered_at).is_(None),
        PersonalLink.expires_at > work.now,
    )
    purposes = {form: purpose for purpose, forms in CONSENT_FORMS.items() for form in forms}
    return {(subject, purposes[form]) for subject, form in work.session.exec(rows) if form in purposes}


def _erased(work: Work, loaded: Loaded) -> set[str]:
    rows = select(Person.code).where(Person.institution == loaded.institution.code, col(Person.erased_on).is_not(None))
    return set(work.session.exec(rows))
