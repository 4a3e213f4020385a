"""Who can be asked: mentees (a guardian for the youngest), mentors, guardians, employers, those who work here.

Nobody is asked whose consent to processing is not in force, a minor's given by the guardian.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import col, select

from vekha.domain.people import PersonFact, Purpose, Role, Standing
from vekha.domain.surveys import Audience
from vekha.services.process.programmes import Loaded
from vekha.services.surveys.life import Known
from vekha.services.work import Work
from vekha.storage.tables import Employer, Guardian, Person
from vekha.texts import text

OWN_ANSWER = 14  # full years: for a younger child the guardian acts (ГК РФ, art. 28)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ROLES = {Audience.MENTEES: Role.MENTEE, Audience.MENTORS: Role.MENTOR}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody to be asked; `about` is the child where the guardian answers. `consent` False: not asked without it."""

    audience: Audience
    subject: str
    name: str
    email: str | None = None
    about: str = ""
    consent: bool = True

    @property
    def code(self) -> str:
        """How a page and a command name them: nobody is asked twice, whatever roles they have."""
        return self.subject or self.name


def candidates(work: Work, survey: Known) -> list[Candidate]:
    """Everybody of the survey's audiences, each once: whoever is both mentor and mentee is asked in the first role."""
    people = _People(work, survey.loaded)
    found: dict[str, Candidate] = {}
    for each in survey.row.audiences:
        for one in people.of(Audience(each)):
            found.setdefault(one.code, one)
    return list(found.values())


class _People:
    """Everybody of one programme with what is known of how to reach them."""

    def __init__(self, work: Work, loaded: Loaded) -> None:
        self._work, self._loaded, home = work, loaded, loaded.programme.institution
        rows = select(Person.code, Person.contact).where(Person.institution == home)
        self._contacts = dict(work.session.exec(rows).all())
        guardians = select(Guardian).where(Guardian.institution == home).order_by(col(Guardian.name).desc())
        self._guardians = {row.person: row for row in work.session.exec(guardians)}

    def of(self, audience: Audience) -> Iterator[Candidate]:
        match audience:
            case Audience.MENTEES | Audience.MENTORS:
                for person in self._taking_part(_ROLES[audience]):
                    yield self._person(audience, person)
            case Audience.GUARDIANS:
                yield from self._parents()
            case Audience.EMPLOYERS:
                rows = select(Employer).where(Employer.institution == self._loaded.programme.institution)
                for row in self._work.session.exec(rows.order_by(col(Employer.code))):
                    yield Candidate(audience, row.code, row.name, email_in(row.contact))
            case Audience.TEACHERS:
                staff = self._loaded.institution.staff.values()
                for each in {str(one["name"]): one for one in staff}.values():
                    yield Candidate(audience, "", str(each["name"]), email_in(str(each.get("email") or "")))

    def _taking_part(self, role: Role) -> Iterator[PersonFact]:
        return self._loaded.now.people.in_role(role, Standing.CANDIDATE, Standing.REGISTERED)

    def _person(self, audience: Audience, person: PersonFact) -> Candidate:
        today = self._loaded.now.today
        consent = person.consented(Purpose.PROCESSING, today)
        guardian = self._guardians.get(person.code) if person.is_minor(today) else None
        own = email_in(self._contacts.get(person.code))
        email = own or email_in(guardian.contact if guardian else None)
        if person.is_minor(today) and _too_young(person, self._loaded):
            name = guardian.name if guardian else text("link.guardian_of", person=person.name)
            address = email_in(guardian.contact if guardian else None) or own
            return Candidate(audience, person.code, name, address, person.name, consent)
        return Candidate(audience, person.code, person.name, email, consent=consent)

    def _parents(self) -> Iterator[Candidate]:
        """A parent of two is asked once."""
        today = self._loaded.now.today
        for person in self._taking_part(Role.MENTEE):
            row = self._guardians.get(person.code) if person.is_minor(today) else None
            if row is not None:
                consent = person.consented(Purpose.PROCESSING, today)
                yield Candidate(Audience.GUARDIANS, "", row.name, email_in(row.contact), consent=consent)


def _too_young(person: PersonFact, loaded: Loaded) -> bool:
    born, today = person.birth_date, loaded.now.today
    return (
        born is not None and today.year - born.year - ((today.month, today.day) < (born.month, born.day)) < OWN_ANSWER
    )


def email_in(contact: str | None) -> str | None:
    found = _EMAIL.search(contact or "")
    return found[0] if found else None
