"""Registers of an institution: mentees, mentors by base, employers, guardians, alumni, and who mentored whom over the
years. A register names nobody whose consent to processing is not in force; how many are left out it says."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlmodel import col, func, select

from vekha.domain.access import Action
from vekha.domain.people import PersonFact, Purpose, Role, Standing
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.spreadsheet import Table
from vekha.storage.tables import Employer, Guardian, Meeting, Pair, Participation, Person, Programme
from vekha.texts import section, text

Cells = tuple[str, ...]


class Register(StrEnum):
    MENTEES = "mentees"
    MENTORS = "mentors"
    EMPLOYERS = "employers"
    GUARDIANS = "guardians"
    ALUMNI = "alumni"
    LONG = "long"


PAPERS = {
    Register.MENTEES: "mentee_register",
    Register.MENTORS: "mentor_register",
    Register.LONG: "long_register",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One register as a table: titles of the official form, and a row for each; `hidden` have no consent in force."""

    register: Register
    titles: Cells
    rows: tuple[Cells, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`whole` means every programme of the institution, else this one; `base` is А, Б, В or empty; `search` a part of
    any cell."""

    register: Register = Register.MENTEES
    whole: bool = False
    base: str = ""
    search: str = ""


def read(work: Work, key: str, wanted: Wanted) -> Found:
    """Raises VekhaError programme.unknown, access.denied."""
    loaded = load(work, key, Action.VIEW)
    home = loaded.programme.institution
    every = wanted.whole or wanted.register in (Register.LONG, Register.ALUMNI)
    known = select(Programme.key).where(Programme.institution == home)
    keys = sorted(work.session.exec(known)) if every else [key]
    scope = _Scope(work, loaded, [load(work, each, Action.VIEW) for each in keys])
    rows, hidden = _READERS[wanted.register](scope, wanted)
    folded = wanted.search.casefold().strip()
    kept = tuple(row for row in rows if not folded or any(folded in cell.casefold() for cell in row))
    return Found(wanted.register, tuple(section(f"registers.{wanted.register.value}.columns")), kept, hidden)


def as_table(found: Found) -> Table:
    title = text(f"registers.{found.register.value}.title")
    return Table(title, [(each, 30 if place < 2 else 22) for place, each in enumerate(found.titles)], found.rows)


def paper_of(work: Work, key: str, register: Register) -> str:
    """Where the programme's roadmap has this register as a document to print and approve; '' where it does not."""
    loaded = load(work, key, Action.VIEW)
    for stage, activity in loaded.roadmap.rows():
        if any(use.code == PAPERS.get(register) for use in activity.documents):
            return f"/programmes/{key}/stages/{stage.code}/activities/{activity.code}/documents/{PAPERS[register]}"
    return ""


class _Scope:
    """The programmes looked at, and everybody of their institution, read once."""

    def __init__(self, work: Work, loaded: Loaded, programmes: Sequence[Loaded]) -> None:
        self.work, self.home, self.today, self.programmes = work, loaded.institution, loaded.now.today, programmes
        known = Person.institution == self.home.code
        rows = select(Person).where(known, col(Person.erased_on).is_(None), col(Person.merged_into).is_(None))
        self.persons = {row.code: row for row in work.session.exec(rows)}
        guards = select(Guardian).where(Guardian.institution == self.home.code).order_by(col(Guardian.name))
        self.guardians: dict[str, list[Guardian]] = defaultdict(list)
        for row in work.session.exec(guards):
            self.guardians[row.person].append(row)
        self.facts: dict[str, PersonFact] = {}
        for each in programmes:
            self.facts |= each.now.people.persons
        self.parts = self._parts()

    def _parts(self) -> Sequence[Participation]:
        keys = [each.key for each in self.programmes]
        rows = select(Participation).where(
            col(Participation.programme).in_(keys), Participation.standing == Standing.REGISTERED
        )
        return [row for row in self.work.session.exec(rows) if row.person in self.persons]

    def may_name(self, person: str) -> bool:
        """Not whoever was erased, though the consent of that time is kept."""
        fact = self.facts.get(person)
        return person in self.persons and fact is not None and fact.consented(Purpose.PROCESSING, self.today)

    def named(self, role: Role) -> tuple[dict[str, list[Participation]], int]:
        """Entries in a role by person, those who may be named, by surname; and how many may not."""
        found: dict[str, list[Participation]] = defaultdict(list)
        for row in self.parts:
            if row.role == role:
                found[row.person].append(row)
        shown = {code: rows for code, rows in found.items() if self.may_name(code)}
        order = sorted(shown, key=lambda code: self.persons[code].name.casefold())
        return {code: sorted(shown[code], key=_entered) for code in order}, len(found) - len(shown)

    def partners(self, person: str, role: Role) -> str:
        """Whom somebody works or worked with, by name; nobody without a consent is named."""
        names: list[str] = []
        for each in self.programmes:
            people = each.now.people
            for pair in people.pairs.values():
                mine, others = (pair.mentors, pair.mentees) if role is Role.MENTOR else (pair.mentees, pair.mentors)
                if person in mine:
                    names += [people.persons[code].name for code in others if self.may_name(code)]
        return ", ".join(dict.fromkeys(names))

    def contact(self, person: str) -> str:
        """The guardian's for a minor, one's own for an adult."""
        if self.facts[person].is_minor(self.today) and (known := self.guardians.get(person)):
            return ", ".join(part for part in (known[0].name, known[0].relation, known[0].contact) if part)
        return self.persons[person].contact or ""

    def employers(self) -> dict[str, Employer]:
        rows = select(Employer).where(Employer.institution == self.home.code)
        return {row.code: row for row in self.work.session.exec(rows)}


def _entered(row: Participation) -> tuple[dt.date, str]:
    return (row.registered_on or dt.date.min, row.programme)


def _detail(rows: Iterable[Participation], key: str) -> str:
    """What the latest entry says."""
    said: Any = ""
    for row in rows:
        said = row.details.get(key) or said
    return "; ".join(map(str, said)) if isinstance(said, list) else str(said)


def _day(value: dt.date | None) -> str:
    return f"{value:%d.%m.%Y}" if value else ""


def _told_day(value: str) -> str:
    """A day of a stored answer, as people write it."""
    return _day(dt.date.fromisoformat(value)) if value else ""


def _mentees(scope: _Scope, wanted: Wanted) -> tuple[list[Cells], int]:  # noqa: ARG001
    found, hidden = scope.named(Role.MENTEE)
    rows = [
        (
            scope.persons[code].name,
            scope.contact(code),
            str(born.year) if (born := scope.persons[code].birth_date) else _detail(parts, "birth_year"),
            scope.persons[code].position or "",
            _detail(parts, "request"),
            _detail(parts, "expectations"),
            _day(parts[0].registered_on),
            _told_day(_detail(parts, "entered")),
            scope.partners(code, Role.MENTEE),
            _detail(parts, "mentoring_form"),
            _told_day(_detail(parts, "ended")),
            _detail(parts, "result"),
            _detail(parts, "case_link"),
        )
        for code, parts in found.items()
    ]
    return rows, hidden


def _mentors(scope: _Scope, wanted: Wanted) -> tuple[list[Cells], int]:
    found, hidden = scope.named(Role.MENTOR)
    employers = scope.employers()
    rows: list[Cells] = []
    for code, parts in found.items():
        base = next((each.base for each in reversed(parts) if each.base), "") or ""
        if wanted.base and base != wanted.base:
            continue
        employer = next((each.employer for each in reversed(parts) if each.employer), None)
        works = _detail(parts, "workplace") or scope.persons[code].position or ""
        at = employers[employer].name if employer in employers else ""
        rows.append(
            (
                scope.persons[code].name,
                scope.contact(code),
                ", ".join(each for each in (works, at if at not in works else "") if each),
                base,
                _detail(parts, "competences"),
                _detail(parts, "achievements"),
                _detail(parts, "interests"),
                _detail(parts, "mentee_age"),
                _detail(parts, "hours"),
                _day(parts[0].registered_on),
                scope.partners(code, Role.MENTOR),
                _told_day(_detail(parts, "ended")),
                _detail(parts, "result"),
            )
        )
    return rows, hidden


def _employers(scope: _Scope, wanted: Wanted) -> tuple[list[Cells], int]:  # noqa: ARG001
    sent: dict[str, set[str]] = defaultdict(set)
    for row in scope.parts:
        if row.employer and row.role == Role.MENTOR and scope.may_name(row.person):
            sent[row.employer].add(scope.persons[row.person].name)
    rows = [
        (each.name, each.inn or "", each.address or "", each.contact or "", ", ".join(sorted(sent[each.code])))
        for each in sorted(scope.employers().values(), key=lambda each: each.name.casefold())
    ]
    return rows, 0


def _guardians(scope: _Scope, wanted: Wanted) -> tuple[list[Cells], int]:  # noqa: ARG001
    children: dict[str, list[Guardian]] = defaultdict(list)
    hidden = 0
    for code, known in scope.guardians.items():
        if code not in scope.facts or code not in scope.persons:
            continue
        if not scope.may_name(code):
            hidden += 1
            continue
        for each in known:
            children[each.name].append(each)
    rows = [
        (
            name,
            next((each.contact for each in found if each.contact), "") or "",
            ", ".join(f"{scope.persons[each.person].name} ({each.relation or '–'})" for each in found),
            "; ".join(dict.fromkeys(each.authority for each in found if each.authority)),
        )
        for name, found in sorted(children.items(), key=lambda each: each[0].casefold())
    ]
    return rows, hidden


def _alumni(scope: _Scope, wanted: Wanted) -> tuple[list[Cells], int]:  # noqa: ARG001
    """Those who graduated here, and the mentors of base А."""
    bases = {row.person for row in scope.parts if row.base == "А"}
    found = {code for code, row in scope.persons.items() if row.graduated or code in bases}
    shown = sorted((code for code in found if scope.may_name(code)), key=lambda code: scope.persons[code].name)
    rows: list[Cells] = []
    for code in shown:
        row = scope.persons[code]
        parts = sorted((each for each in scope.parts if each.person == code), key=_entered)
        roles = dict.fromkeys(text(f"people_sheet.{Role(each.role).value}") for each in parts)
        works = _detail(parts, "workplace") or row.position or ""
        helps = _detail(parts, "competences")
        rows.append((row.name, str(row.graduated or ""), works, row.contact or "", helps, ", ".join(roles)))
    return rows, len(found) - len(shown)


def _long(scope: _Scope, wanted: Wanted) -> tuple[list[Cells], int]:  # noqa: ARG001
    """A row for each mentor and pair of every cycle: who, whom, when, how it ended."""
    meetings = _meetings(scope)
    rows: list[Cells] = []
    hidden = set[str]()
    for each in sorted(scope.programmes, key=lambda each: (each.programme.year, each.key)):
        pairs = select(Pair).where(Pair.programme == each.key).order_by(col(Pair.ordinal))
        for pair in scope.work.session.exec(pairs):
            fact = each.now.people.pairs.get(pair.code)
            if fact is None or fact.void:
                continue
            for code in fact.mentors:
                if not scope.may_name(code):
                    hidden.add(code)
                    continue
                rows.append(
                    (
                        scope.persons[code].name,
                        str(each.programme.year),
                        ", ".join(scope.persons[one].name for one in fact.mentees if scope.may_name(one)),
                        pair.format,
                        f"{_day(pair.starts)} – {_day(pair.ended_on or pair.ends)}",
                        str(meetings.get((each.key, pair.code), 0)),
                        _outcome(pair, completed=fact.completed),
                    )
                )
    return sorted(rows, key=lambda row: (row[0].casefold(), row[1])), len(hidden)


def _meetings(scope: _Scope) -> Mapping[tuple[str, str | None], int]:
    keys = [each.key for each in scope.programmes]
    rows = select(Meeting.programme, Meeting.pair, func.count()).where(
        col(Meeting.programme).in_(keys), col(Meeting.absent).is_(False)
    )
    found = scope.work.session.exec(rows.group_by(col(Meeting.programme), col(Meeting.pair)))
    return {(programme, pair): count for programme, pair, count in found}


def _outcome(pair: Pair, *, completed: bool) -> str:
    if completed:
        return text("registers.outcomes.finished")
    if pair.ended_on is not None:
        why = f": {pair.end_reason}" if pair.end_reason else ""
        return text("registers.outcomes.ended") + why
    return text("registers.outcomes.working")


_READERS = {
    Register.MENTEES: _mentees,
    Register.MENTORS: _mentors,
    Register.EMPLOYERS: _employers,
    Register.GUARDIANS: _guardians,
    Register.ALUMNI: _alumni,
    Register.LONG: _long,
}
