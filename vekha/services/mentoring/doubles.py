"""Who of an institution may be one person entered twice; who has been told apart."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem
from vekha.domain.likeness import Known, apart_of, look_alikes, pairs_alike
from vekha.domain.people import Introduce
from vekha.services.mentoring import people
from vekha.services.process.programmes import load
from vekha.services.work import Work
from vekha.storage.tables import Participation, Person, Programme, ToldApart


@dataclass(frozen=True, slots=True)
class Entry:
    """One of two look-alikes, with what tells whose entry it is."""

    code: str
    name: str
    birth_date: dt.date | None
    position: str | None
    contact: str | None
    programmes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Double:
    one: Entry
    other: Entry


def known_by(work: Work, institution: str) -> dict[str, Known]:
    """Everybody an institution knows, by code: neither erased nor become part of another entry."""
    work.session.flush()
    rows = select(col(Person.code), col(Person.name), col(Person.birth_date)).where(
        Person.institution == institution, col(Person.erased_on).is_(None), col(Person.merged_into).is_(None)
    )
    found = [Known(*row) for row in work.session.exec(rows)]
    return {each.code: each for each in sorted(found, key=lambda each: (len(each.code), each.code))}


def like(work: Work, key: str, name: str, born: dt.date | None) -> list[Entry]:
    """Those whom somebody new may be: look-alikes, and the very same as well where both birth dates say otherwise."""
    institution = load(work, key, Action.VIEW).programme.institution
    known = known_by(work, institution)
    codes = look_alikes(Known("", name, born), known.values())
    same = {code for code in codes if known[code].name.casefold() == " ".join(name.split()).casefold()}
    if any(known[code].born in (born, None) or born is None for code in same):
        return []  # the very same person: entered once whatever the roles
    return _entries(work, institution, codes)


def introduce(work: Work, key: str, command: Introduce, *, other: bool = False) -> None:
    """Somebody is named by hand; a look-alike is asked about first, `other` says that it is another person.

    Raises VekhaError people.looks_like_known and those of `people.carry_out`.
    """
    alike = [] if other else like(work, key, command.name, command.birth_date)
    if alike:
        known = ", ".join(f"{each.name} ({each.code})" for each in alike)
        raise VekhaError(problem("people.looks_like_known", person=command.name, known=known))
    people.carry_out(work, key, [command])


def suspects(work: Work, key: str) -> list[Double]:
    """Every two of the institution who look alike and have not been told apart."""
    institution = load(work, key, Action.VIEW).programme.institution
    pairs = _pairs(work, institution)
    entries = {each.code: each for each in _entries(work, institution, {code for pair in pairs for code in pair})}
    return [Double(entries[one], entries[other]) for one, other in pairs]


def how_many(work: Work, key: str) -> int:
    """How many pairs of look-alikes nobody has decided about."""
    return len(_pairs(work, load(work, key, Action.VIEW).programme.institution))


def _pairs(work: Work, institution: str) -> list[tuple[str, str]]:
    rows = select(ToldApart.one, ToldApart.other).where(ToldApart.institution == institution)
    apart = apart_of(work.session.exec(rows).all())
    return list(pairs_alike(known_by(work, institution).values(), apart))


def names(work: Work, key: str, codes: Iterable[str]) -> dict[str, str]:
    """Whose entries these are, those that became part of another one as well. Raises VekhaError access.denied."""
    institution = load(work, key, Action.VIEW).programme.institution
    rows = select(Person.code, Person.name).where(Person.institution == institution, col(Person.code).in_(set(codes)))
    return dict(work.session.exec(rows).all())


def tell_apart(work: Work, key: str, one: str, other: str) -> None:
    """Somebody has looked: these are two people. Saying it twice changes nothing.

    Raises VekhaError people.unknown_person, people.same_entry.
    """
    institution = load(work, key).programme.institution
    known = known_by(work, institution)
    for code in (one, other):
        if code not in known:
            raise VekhaError(problem("people.unknown_person", person=code))
    if one == other:
        raise VekhaError(problem("people.same_entry", person=known[one].name))
    first, second = sorted((one, other))
    row = {"institution": institution, "one": first, "other": second, "who": work.actor.name, "at": work.now}
    if work.insert_new(ToldApart, [row]):
        work.audit(f"person:{first}", programme=key, new="told_apart", why=second)


def _entries(work: Work, institution: str, codes: "tuple[str, ...] | set[str]") -> list[Entry]:
    if not codes:
        return []
    rows = select(Person).where(Person.institution == institution, col(Person.code).in_(codes))
    parts = (
        select(Participation.person, Participation.programme)
        .join(Programme, col(Programme.key) == col(Participation.programme))
        .where(Programme.institution == institution, col(Participation.person).in_(codes))
        .distinct()
    )
    programmes: dict[str, list[str]] = {}
    for person, programme in work.session.exec(parts):
        programmes.setdefault(person, []).append(programme)
    return [
        Entry(
            row.code, row.name, row.birth_date, row.position, row.contact, tuple(sorted(programmes.get(row.code, ())))
        )
        for row in sorted(work.session.exec(rows), key=lambda row: (len(row.code), row.code))
    ]
