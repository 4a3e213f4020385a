"""Whom a form can be sent to by a personal link: the guardian of a minor, the person, the mentors of a pair, an
employer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import col, select

from vekha.domain.people import PersonFact, Role, Standing
from vekha.domain.programme import name_of, subjects
from vekha.domain.roadmap import FormUse, Scope
from vekha.forms.base import OUTSIDERS, Form
from vekha.services.process.programmes import Loaded
from vekha.services.work import Work
from vekha.storage.tables import Employer, Guardian, Person
from vekha.texts import text

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ROLES = {"mentor": Role.MENTOR, "mentee": Role.MENTEE}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is asked, and about whom; `email` where an address is known."""

    subject: str
    name: str
    email: str | None = None


def can_be_asked(form: type[Form]) -> bool:
    """Whether somebody without an account fills this form in."""
    return bool(set(form.filled_by) & set(OUTSIDERS))


def recipients(work: Work, loaded: Loaded, form: type[Form], use: FormUse | None) -> list[Recipient]:
    """Everybody whose answer the programme may want; nobody for a form that brings in somebody new."""
    if form.subject_field is None or not can_be_asked(form):
        return []
    people = loaded.now.people
    if form.about is Scope.EMPLOYER:
        rows = select(Employer).where(Employer.institution == loaded.programme.institution)
        return [Recipient(row.code, row.name, _email(row.contact)) for row in work.session.exec(rows)]
    if form.about is Scope.PAIR:
        side = "mentors" if "mentor" in form.filled_by else "mentees"
        return [
            Recipient(code, ", ".join(people.persons[each].name for each in getattr(people.pairs[code], side)))
            for code in subjects(Scope.PAIR, people)
        ]
    covered = set(subjects(use.each, people)) if use is not None and use.each is not None else None
    return [*_persons(work, loaded, form, covered)]


def _persons(work: Work, loaded: Loaded, form: type[Form], covered: set[str] | None) -> Iterator[Recipient]:
    home, today = loaded.programme.institution, loaded.now.today
    contacts = dict(work.session.exec(select(Person.code, Person.contact).where(Person.institution == home)).all())
    guardians = {
        row.person: row
        for row in work.session.exec(
            select(Guardian).where(Guardian.institution == home).order_by(col(Guardian.name).desc())
        )
    }
    for person in loaded.now.people.persons.values():
        if (covered is not None and person.code not in covered) or not _takes_part(person, form):
            continue
        if "guardian" in form.filled_by and person.is_minor(today):
            row = guardians.get(person.code)
            name = row.name if row else text("link.guardian_of", person=person.name)
            yield Recipient(person.code, name, _email(row.contact if row else contacts.get(person.code)))
        elif set(form.filled_by) != {"guardian"} and not (form.code == "consent_adult" and person.is_minor(today)):
            yield Recipient(person.code, person.name, _email(contacts.get(person.code)))


def _takes_part(person: PersonFact, form: type[Form]) -> bool:
    """Somebody who has left is asked nothing more; a guardian answers for whatever role the child has."""
    roles = [_ROLES[each] for each in form.filled_by if each in _ROLES] or [*Role]
    return any(person.standings.get(role) in (Standing.CANDIDATE, Standing.REGISTERED) for role in roles)


def _email(contact: str | None) -> str | None:
    found = _EMAIL.search(contact or "")
    return found[0] if found else None


def about_words(loaded: Loaded, subject: str) -> str:
    """Whom an answer is about, by name; nothing for the programme."""
    return name_of(subject, loaded.now.people) if subject else ""
