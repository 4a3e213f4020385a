"""People as document templates see them: the staff, who takes part, and what may be published of whom."""

from datetime import date

from sqlmodel import col, select

from vekha.documents.context import GuardianView, PersonView
from vekha.documents.views import person_view
from vekha.domain.people import PersonFact, Role
from vekha.forms.standard.words import PublicCategory
from vekha.services.office.declensions import Confirmed
from vekha.services.process.programmes import Loaded
from vekha.services.work import Work
from vekha.storage.tables import Employer, Guardian, Institution, Participation, Person


def staff_views(row: Institution, known: Confirmed) -> dict[str, PersonView]:
    return {
        role: person_view(
            person["name"],
            gender=person.get("gender"),
            position=person.get("position"),
            name_forms=known.name(person["name"], person.get("gender")),
        )
        for role, person in row.staff.items()
    }


def person_views(work: Work, loaded: Loaded, known: Confirmed) -> dict[Role, dict[str, PersonView]]:
    session, institution = work.session, loaded.institution.code
    guardians = {
        row.person: GuardianView(
            name=row.name,
            relation=row.relation,
            authority=row.authority,
            contact=row.contact,
            name_forms=known.name(row.name, None),
        )
        for row in session.exec(select(Guardian).where(Guardian.institution == institution).order_by(Guardian.name))
    }
    employers = dict(
        session.exec(select(Employer.code, Employer.name).where(Employer.institution == institution)).all()
    )
    found: dict[Role, dict[str, PersonView]] = {Role.MENTOR: {}, Role.MENTEE: {}}
    rows = (
        select(Participation, Person)
        .join(Person, col(Person.code) == col(Participation.person))
        .where(Participation.programme == loaded.key, Person.institution == institution)
        .order_by(col(Person.name), col(Person.code))
    )
    for part, person in session.exec(rows):
        fact = loaded.now.people.persons[person.code]
        found[Role(part.role)][person.code] = person_view(
            person.name,
            code=person.code,
            gender=person.gender,
            birth_date=person.birth_date,
            position=person.position,
            contact=person.contact,
            base=part.base,
            employer=employers.get(part.employer or ""),
            registered_on=part.registered_on,
            minor=fact.is_minor(loaded.now.today),
            published=_published(fact, loaded.now.today),
            guardian=guardians.get(person.code),
            details=part.details,
            name_forms=known.name(person.name, person.gender),
        )
    return found


def _published(fact: PersonFact, today: date) -> tuple[str, ...]:
    """What may be published of somebody, in the order of the form."""
    allowed = fact.published(today)
    return tuple(each.value for each in PublicCategory if each in allowed)
