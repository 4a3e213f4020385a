"""Who is told of due dates: the people of institutions, and the contacts that look after a municipality or a region.

The register follows what operators keep (`Institution.staff`, `Contact`) and is compared with it before each round, so
that whoever writes those needs to know nothing of reminders.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, bindparam, delete, update
from sqlmodel import col, select

from vekha.domain.access import Action, demand
from vekha.domain.addresses import is_address
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.services.work import Work
from vekha.storage import bulk
from vekha.storage.tables import Addressee, Contact, Duty, Institution, Region

CURATOR = "curator"  # answers for whatever nobody else answers for
STAND_INS = (CURATOR, "director", "head")
MUNICIPAL = "municipal_curator"
OPERATOR = "operator"
MANY = 1000  # new duties after which the database is told of them

DutyKey = tuple[str, str, str, str]  # role, region, municipality, institution; what does not apply is empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An addressee as the sources have it."""

    key: str
    name: str
    email: str | None
    region: str
    institution: str
    timezone: str


# --- contacts ---------------------------------------------------------------------------------------------------------


def add_contact(work: Work, region: str, municipality: str, email: str, name: str) -> None:
    """Names somebody who hears of delays in a region, or in one municipality of it; the same e-mail again renames them.

    Raises VekhaError mail.bad_address, institution.unknown_region, or access.denied.
    """
    demand(work.actor, Action.SCHEDULE, region=region)
    email = email.strip().casefold()
    found: list[Problem] = []
    if not is_address(email):
        found.append(problem("mail.bad_address", "email", address=email))
    if work.session.get(Region, region) is None:
        found.append(problem("institution.unknown_region", "region", region=region))
    refuse(found)
    words = " ".join(name.split())
    work.session.merge(Contact(region=region, municipality=municipality, email=email, name=words, added_at=work.now))
    work.audit(f"contact:{email}", new="added", why=_place(region, municipality))
    sync(work)


def remove_contact(work: Work, region: str, municipality: str, email: str) -> None:
    """Raises VekhaError reminder.unknown_contact or access.denied."""
    demand(work.actor, Action.SCHEDULE, region=region)
    row = work.session.get(Contact, (region, municipality, email.strip().casefold()))
    if row is None:
        raise VekhaError(problem("reminder.unknown_contact", "email", email=email))
    work.session.delete(row)
    work.audit(f"contact:{row.email}", old="added", new="removed", why=_place(region, municipality))
    sync(work)


def contacts(work: Work) -> list[dict[str, Any]]:
    """The contacts that the actor may see, by place."""
    rows = select(Contact).order_by(col(Contact.region), col(Contact.municipality), col(Contact.email))
    return [
        {name: getattr(row, name) for name in ("region", "municipality", "email", "name")}
        for row in work.session.exec(rows)
        if work.actor.may(Action.VIEW, region=row.region, municipality=row.municipality)
    ]


def _place(region: str, municipality: str) -> str:
    return f"{region} {municipality}".strip()


# --- the register -----------------------------------------------------------------------------------------------------


def sync(work: Work) -> None:
    """Brings the register up to date. Who has gone loses the duties; the row stays, and with it what was said."""
    work.session.flush()
    people: dict[str, Person] = {}
    duties: set[tuple[str, DutyKey]] = set()
    for person, duty in _sources(work):
        people.setdefault(person.key, person)
        duties.add((person.key, duty))
    ids = _write_people(work, people)
    _write_duties(work, {(ids[key], *duty) for key, duty in duties})


def _sources(work: Work) -> Iterator[tuple[Person, DutyKey]]:
    columns = (Institution.code, Institution.region, Institution.timezone, Institution.staff)
    for code, region, timezone, staff in work.session.exec(select(*columns).order_by(col(Institution.code))):
        for role, told in _staff(staff):
            name, email = " ".join(str(told.get("name") or "").split()), _email(told)
            key = email or f"{code}:{name.casefold() or role}"
            person = Person(key=key, name=name, email=email, region=region, institution=code, timezone=timezone)
            yield person, (role, "", "", code)
    rows = select(Contact, Region.timezone).join(Region, col(Region.code) == col(Contact.region))
    for row, timezone in work.session.exec(rows.order_by(col(Contact.email))):
        person = Person(
            key=row.email, name=row.name, email=row.email, region=row.region, institution="", timezone=timezone
        )
        yield person, (MUNICIPAL if row.municipality else OPERATOR, row.region, row.municipality, "")


def _staff(staff: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Roles with their people; somebody stands in for a missing curator, be it nobody known by name."""
    known = {role: told for role, told in staff.items() if isinstance(told, dict)}
    yield from known.items()
    if CURATOR not in known:
        stand_in = next((role for role in (*STAND_INS, *sorted(known)) if role in known), None)
        yield CURATOR, known[stand_in] if stand_in else {}


def _email(told: Mapping[str, Any]) -> str | None:
    email = str(told.get("email") or "").strip().casefold()
    return email if is_address(email) else None


def _write_people(work: Work, people: Mapping[str, Person]) -> dict[str, int]:
    """Key → id of everybody."""
    known = _known(work)
    work.insert_new(Addressee, [asdict(person) for key, person in people.items() if key not in known])
    changed = [
        {"id": known[key][0], **asdict(person)}
        for key, person in people.items()
        if key in known and known[key][1] != person
    ]
    if changed:
        work.session.execute(update(Addressee), changed)
    if any(key not in known for key in people):
        known = _known(work)
    return {key: number for key, (number, _) in known.items()}


def _known(work: Work) -> dict[str, tuple[int, Person]]:
    a = Addressee
    rows = select(a.id, a.key, a.name, a.email, a.region, a.institution, a.timezone)  # type: ignore[call-overload]
    names = ("key", "name", "email", "region", "institution", "timezone")
    return {row[1]: (row[0], Person(**dict(zip(names, row[1:], strict=True)))) for row in work.session.execute(rows)}


def _write_duties(work: Work, wanted: set[tuple[int, str, str, str, str]]) -> None:
    names: tuple[str, ...] = ("addressee", "role", "region", "municipality", "institution")
    table = Duty.__table__  # type: ignore[attr-defined]
    known = {tuple(row) for row in work.session.execute(select(*(table.c[name] for name in names)))}
    if gone := known - wanted:
        where = [table.c[name] == bindparam(f"old_{name}") for name in names]
        old = [{f"old_{name}": value for name, value in zip(names, duty, strict=True)} for duty in gone]
        work.session.connection().execute(delete(table).where(*where), old)
    if new := wanted - known:
        work.insert_new(Duty, [dict(zip(names, duty, strict=True)) for duty in sorted(new)])
    if len(new) >= MANY:
        bulk.weigh(work.session, Addressee, Duty)


def find(work: Work, person: str) -> Addressee:
    """Somebody by their e-mail, name or key. Raises VekhaError reminder.unknown_person, many_persons, access.denied."""
    wanted = person.strip()
    every = select(Addressee).order_by(col(Addressee.key))
    rows = work.session.exec(every.where(Addressee.key == wanted.casefold())).all()
    rows = rows or work.session.exec(every.where(Addressee.name == " ".join(wanted.split()))).all()
    if not rows:
        raise VekhaError(problem("reminder.unknown_person", person=person))
    if len(rows) > 1:
        raise VekhaError(problem("reminder.many_persons", person=person, found=", ".join(row.key for row in rows)))
    demand_at(work, rows[0])
    return rows[0]


def demand_at(work: Work, row: Addressee) -> None:
    """Raises VekhaError access.denied unless the actor may look at where the addressee is."""
    municipality = ""
    if row.institution:
        municipality = work.session.get_one(Institution, row.institution).municipality
    place = {"region": row.region, "municipality": municipality, "institution": row.institution}
    demand(work.actor, Action.VIEW, **place)


def duties_of(work: Work, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """The duties of these people, as rows of Duty."""
    return work.session.execute(select(*Duty.__table__.c).where(col(Duty.addressee).in_(ids))).all()  # type: ignore[attr-defined]
