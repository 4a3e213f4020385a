"""Participants in bulk: a table read into a programme and written out of it.

Every bad row is told of at once. Nothing is written while there is one, unless the bad ones are to be skipped; a row is
never written by halves, and what a single command may not do a row may not either.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, refuse
from vekha.domain.likeness import Known, alike, folded, look_alikes
from vekha.domain.people import (
    AddEmployer,
    GiveConsent,
    Introduce,
    PeopleCommand,
    Purpose,
    Register,
    Role,
    Standing,
)
from vekha.domain.people_rows import LAYOUT, Told, cells_of, told
from vekha.domain.sheets import Row, rows_of
from vekha.services.mentoring import doubles, people, person_changes
from vekha.services.process.programmes import Loaded, load
from vekha.services.region.institution_sheets import Imported, hints_of
from vekha.services.work import Work
from vekha.spreadsheet import Sheet, Table
from vekha.storage.tables import Consent, Guardian, Participation, Person
from vekha.texts import text

_CELL_OF = {  # where a refusal of a command belongs
    "people.name_incomplete": "name",
    "people.birth_date_ahead": "born",
    "people.too_young_mentor": "born",
    "people.too_young_mentee": "born",
    "people.too_old": "born",
    "people.consent_missing": "consent",
    "people.guardian_consent_missing": "consent",
    "people.consent_ahead": "consent",
    "people.consent_reversed": "consent_until",
    "people.consent_taken_back": "consent",
    "people.minor_signs": "guardian",
    "people.guardian_of_adult": "guardian",
    "people.own_guardian": "guardian",
    "people.guardian_minor": "guardian",
    "people.registered_ahead": "registered",
}
_WIDTHS = {"name": 36, "request": 50, "expectations": 40, "achievements": 40, "competences": 40, "workplace": 40}


class _TakenBackError(Exception):
    """Ends a trial: everything it wrote is taken back."""


@dataclass(slots=True)
class _Table:
    """One reading of a table: who stands in it so far, and what has come of it."""

    seen: dict[tuple[str, Role], int] = field(default_factory=dict[tuple[str, Role], int])  # code and role → row
    fresh: list[tuple[Known, int]] = field(default_factory=list[tuple[Known, int]])  # new people, with their rows
    added: int = 0
    updated: int = 0
    unchanged: int = 0


def load_table(
    work: Work,
    key: str,
    sheet: Sheet,
    *,
    role: Role | None = None,
    skip_bad: bool = False,
    dry: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Adds and updates people of a programme by code or name; `role` is that of rows which name none.

    With `dry` it only tells what would come of it: everything is tried and taken back.
    Raises VekhaError with everything wrong in the header, or in all rows together unless `skip_bad`.
    """
    load(work, key)
    wide = [(top, bottom) for (top, left), (bottom, right) in sheet.merged if right > left]
    header = LAYOUT.read_header(sheet.rows, wide, sheet.name)
    rows = list(rows_of(sheet.rows, header, sheet.name, sheet.formulas))
    table = _Table()
    try:
        with work.attempt():
            for row in rows:
                _one(work, key, table, row, role)
                progress(1)
            _keep(not dry and (skip_bad or not any(row.problems for row in rows)))
    except _TakenBackError:
        pass
    problems = tuple(found for row in rows for found in row.problems)
    if not skip_bad:
        refuse(problems)
    return Imported(
        added=table.added,
        updated=table.updated,
        unchanged=table.unchanged,
        skipped=sum(bool(row.problems) for row in rows),
        problems=problems,
        warnings=header.warnings,
    )


def _keep(wanted: bool) -> None:  # noqa: FBT001 — reads as «keep it?»
    if not wanted:
        raise _TakenBackError


def _one(work: Work, key: str, table: _Table, row: Row, role: Role | None) -> None:
    """One row, whole or not at all."""
    said = told(row, role)
    whose = said.role
    if row.problems or whose is None:
        return
    try:
        with work.attempt():
            loaded = load(work, key)
            known = doubles.known_by(work, loaded.programme.institution)
            code = _who(known, table, row, said)
            if code in known and not said.code:
                said = replace(said, name=known[code].name)  # however it is written here, the name stays as it is
            before = _state(work, loaded, code, whose)
            code = _write(work, key, said, code)
            after = _state(work, load(work, key), code, whose)
    except VekhaError as refusal:
        row.problems += [_placed(row, each) for each in refusal.problems]
        return
    table.seen[code, whose] = row.number
    if before is None:
        table.added += 1
        table.fresh += [] if code in known else [(Known(code, said.name, said.born), row.number)]
    elif before == after:
        table.unchanged += 1
    else:
        table.updated += 1


def _placed(row: Row, found: Problem) -> Problem:
    where = found.where or row.place(_CELL_OF.get(found.code, "name"))
    return Problem(found.code, where, found.params)


# --- who a row is about -----------------------------------------------------------------------------------------------


def _who(known: Mapping[str, Known], table: _Table, row: Row, said: Told) -> str | None:
    """The code of somebody known, None for somebody new. Raises VekhaError people.row_twice, people.looks_like …"""
    code = _by_code(row, known, said) if said.code else _by_name(row, table, known, said)
    first = table.seen.get((code, said.role)) if code and said.role else None
    if first is not None:
        raise _refusal(row, "people.row_twice", "name", first=first)
    return code


def _by_code(row: Row, known: Mapping[str, Known], said: Told) -> str:
    if said.code not in known:
        raise _refusal(row, "people.row_wrong_code", "code", code=said.code)
    return said.code


def _by_name(row: Row, table: _Table, known: Mapping[str, Known], said: Told) -> str | None:
    one = Known("", said.name, said.born)
    for each in known.values():
        if folded(each.name) == folded(said.name) and len({each.born, said.born} - {None}) <= 1:
            return each.code
    if said.apart:
        return None
    for fresh, number in table.fresh:
        if alike(fresh, one):
            raise _refusal(row, "people.looks_like_row", "name", person=said.name, first=number, known=fresh.name)
    if found := look_alikes(one, known.values()):
        names = ", ".join(f"{known[code].name} ({code})" for code in found)
        raise _refusal(row, "people.looks_like", "name", person=said.name, known=names)
    return None


def _refusal(row: Row, code: str, key: str, /, **facts: object) -> VekhaError:
    row_only = Row(row.file, row.number, row.header, row.cells)
    row_only.report(code, key, **facts)
    return VekhaError(row_only.problems)


# --- what a row does --------------------------------------------------------------------------------------------------


def _write(work: Work, key: str, said: Told, code: str | None) -> str:
    """Carries out what the row asks for; returns whose row it was."""
    if code is not None:
        person_changes.correct(work, key, code, name=said.name, birth_date=said.born, graduated=said.graduated)
    loaded = load(work, key)
    role = said.role or Role.MENTEE
    given = {"gender": said.gender, "birth_date": said.born, "position": said.position, "contact": said.contact}
    found = people.carry_out_one(work, loaded, Introduce(name=said.name, role=role, **given))
    if code is None and said.graduated:
        person_changes.correct(work, key, found, graduated=said.graduated)
        loaded = load(work, key)
    code = code or found
    for command in _commands(loaded, said, code, role):
        people.carry_out_one(work, loaded, command)
    return code


def _commands(loaded: Loaded, said: Told, code: str, role: Role) -> Iterator[PeopleCommand]:
    person = loaded.now.people.persons[code]
    employers = {folded(name): found for found, name in loaded.now.people.employers.items()}
    if said.consent is not None:
        until = said.consent_until or loaded.programme.cycle_ends
        have = {(each.signed, each.until) for each in person.consents if each.purpose is Purpose.PROCESSING}
        if (said.consent, until) not in have:
            yield GiveConsent(
                subject=code,
                purpose=Purpose.PROCESSING,
                signed=said.consent,
                until=until,
                guardian=said.guardian,
                relation=said.relation,
                authority=said.authority,
                guardian_contact=said.guardian_contact,
            )
    if said.employer and folded(said.employer) not in employers:
        yield AddEmployer(name=said.employer)
        employers = {folded(name): found for found, name in loaded.now.people.employers.items()}
    if said.registered is None:
        return
    if person.standings.get(role) is Standing.WITHDRAWN:
        raise VekhaError(Problem("people.row_left", "", (("person", person.name),)))
    employer = employers.get(folded(said.employer)) if said.employer else None
    yield Register(person=code, role=role, on=said.registered, base=said.base, employer=employer, details=said.details)


def _state(work: Work, loaded: Loaded, code: str | None, role: Role) -> tuple[Any, ...] | None:
    """What a row may change of somebody in a role; None where there is nobody yet."""
    work.session.flush()
    row = work.session.get(Participation, (loaded.key, code, role)) if code else None
    if row is None or code is None:
        return None
    person = work.session.get_one(Person, (loaded.programme.institution, code))
    work.session.refresh(person)
    work.session.refresh(row)
    facts = loaded.now.people.persons[code]
    told_of = (person.name, person.gender, person.birth_date, person.position, person.contact, person.graduated)
    entry = (row.standing, row.registered_on, row.base, row.employer, dict(row.details))
    return (told_of, entry, facts.consents)


# --- out --------------------------------------------------------------------------------------------------------------


def exported(work: Work, key: str, role: Role | None = None) -> list[list[str]]:
    """Everybody of a programme as rows of the table, those erased left out. Raises VekhaError access.denied."""
    loaded = load(work, key, Action.VIEW)
    home = loaded.programme.institution
    persons = {
        row.code: row
        for row in work.session.exec(select(Person).where(Person.institution == home, col(Person.erased_on).is_(None)))
    }
    guardians = {
        row.person: row
        for row in work.session.exec(select(Guardian).where(Guardian.institution == home).order_by(col(Guardian.name)))
    }
    consents = _consents(work, home)
    rows = work.session.exec(select(Participation).where(Participation.programme == key)).all()
    order = sorted(rows, key=lambda row: (row.role, len(row.person), row.person))
    return [
        cells_of(_values(loaded, row, persons[row.person], guardians.get(row.person), consents.get(row.person)))
        for row in order
        if row.person in persons and role in (None, row.role)
    ]


def _consents(work: Work, home: str) -> dict[str, Consent]:
    """The newest consent to processing of each that nobody took back."""
    rows = select(Consent).where(
        Consent.institution == home, Consent.purpose == Purpose.PROCESSING, col(Consent.withdrawn_on).is_(None)
    )
    return {row.person: row for row in work.session.exec(rows.order_by(col(Consent.until), col(Consent.id)))}


def _values(
    loaded: Loaded, row: Participation, person: Person, guardian: Guardian | None, consent: Consent | None
) -> dict[str, Any]:
    registered = row.standing == Standing.REGISTERED
    signed = {"consent": consent.signed, "consent_until": consent.until} if consent else {}
    if consent and consent.guardian and guardian:
        signed |= {"guardian": consent.guardian, "relation": guardian.relation, "authority": guardian.authority}
        signed |= {"guardian_contact": guardian.contact}
    return {
        **row.details,
        **signed,
        "code": person.code,
        "name": person.name,
        "role": Role(row.role),
        "gender": {"f": "ж", "m": "м"}.get(person.gender or ""),
        "born": person.birth_date,
        "position": person.position,
        "contact": person.contact,
        "graduated": person.graduated,
        "registered": row.registered_on if registered else None,
        "base": row.base,
        "employer": loaded.now.people.employers.get(row.employer or ""),
        "apart": None,
    }


def titles() -> list[str]:
    return [each.title for each in LAYOUT.columns()]


def as_table(rows: Sequence[Sequence[str]] = ()) -> Table:
    choices = {
        LAYOUT.title_of("role"): [text("people_sheet.mentee"), text("people_sheet.mentor")],
        LAYOUT.title_of("gender"): ["ж", "м"],
        LAYOUT.title_of("base"): ["А", "Б", "В"],
        LAYOUT.title_of("apart"): [text("people_sheet.yes")],
    }
    widths = [(each.title, _WIDTHS.get(each.key, 20)) for each in LAYOUT.columns()]
    return Table(text("people_sheet.sheet"), widths, rows, choices)


def template() -> tuple[Table, Table]:
    """An empty table to fill, and a sheet that says what goes where."""
    return as_table(), hints_of(LAYOUT)
