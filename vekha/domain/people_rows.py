"""Participants as rows of a table: what a row says of somebody, read into values; what is wrong goes to the row.

An empty cell and a column that a file lacks leave what is known as it is: nothing is lost by a short table.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from vekha.domain.people import Gender, Role
from vekha.domain.sheets import Layout, Row, folded
from vekha.texts import text

LAYOUT = Layout(
    "people_sheet",
    needed=("name",),
    longest={"request": 2000, "expectations": 2000, "achievements": 2000, "interests": 2000, "competences": 1000},
)

_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T].*)?")
_GENDERS: Mapping[str, Gender] = {"ж": "f", "f": "f", "женский": "f", "м": "m", "m": "m", "мужской": "m"}
_ROLES = {"наставник": Role.MENTOR, "mentor": Role.MENTOR, "наставляемый": Role.MENTEE, "mentee": Role.MENTEE}
_BASES = {"а": "А", "a": "А", "б": "Б", "в": "В", "b": "В"}  # Latin letters that look like ours
_YES = frozenset({"да", "yes", "1", "+"})
_TEXTS = {
    Role.MENTEE: ("request", "expectations", "mentoring_form"),
    Role.MENTOR: ("workplace", "achievements", "interests", "mentee_age"),
}
_NUMBERS = ("hours", "places")
YEARS = range(1950, 2101)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one row says; None is what it does not say."""

    code: str
    name: str
    role: Role | None
    gender: Gender | None = None
    born: date | None = None
    position: str | None = None
    contact: str | None = None
    graduated: int | None = None
    apart: bool = False
    consent: date | None = None
    consent_until: date | None = None
    guardian: str | None = None
    relation: str | None = None
    authority: str | None = None
    guardian_contact: str | None = None
    registered: date | None = None
    base: str | None = None
    employer: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])


def told(row: Row, role: Role | None = None) -> Told:
    """Reads a row; `role` is that of rows which name none. Faults are in `row.problems` afterwards."""
    cell = row.cells.get
    name = " ".join((cell("name") or "").split())
    if not name:
        row.report("people.row_needs", "name", title=LAYOUT.title_of("name"))
    whose = _role(row, role)
    return Told(
        code=row.code,
        name=name,
        role=whose,
        gender=_gender(row),
        born=_day(row, "born"),
        graduated=_number(row, "graduated", YEARS),
        apart=folded(cell("apart") or "") in _YES,
        consent=_day(row, "consent"),
        consent_until=_day(row, "consent_until"),
        registered=_day(row, "registered"),
        base=_base(row),
        details=_details(row, whose),
        **{
            key: cell(key) or None
            for key in ("position", "contact", "guardian", "relation", "authority", "guardian_contact", "employer")
        },
    )


def _role(row: Row, default: Role | None) -> Role | None:
    value = folded(row.cells.get("role") or "")
    if not value and default is None:
        row.report("people.row_needs", "role", title=LAYOUT.title_of("role"))
    if value and value not in _ROLES:
        row.report("people.row_role", "role", value=value)
    return _ROLES.get(value) if value else default


def _gender(row: Row) -> Gender | None:
    value = folded(row.cells.get("gender") or "").rstrip(".")
    if value and value not in _GENDERS:
        row.report("import.bad_gender", "gender", value=value)
    return _GENDERS.get(value)


def _base(row: Row) -> str | None:
    value = folded(row.cells.get("base") or "")
    if value and value not in _BASES:
        row.report("people.row_base", "base", value=value)
    return _BASES.get(value)


def _day(row: Row, key: str) -> date | None:
    value = (row.cells.get(key) or "").strip()
    if not value:
        return None
    try:
        if found := _DAY.fullmatch(value):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _ISO.fullmatch(value):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    row.report("people.row_day", key, value=value)
    return None


def _number(row: Row, key: str, allowed: range) -> int | None:
    value = (row.cells.get(key) or "").strip()
    if not value:
        return None
    if not value.isdecimal() or int(value) not in allowed:
        row.report("people.row_number", key, value=value, first=allowed.start, last=allowed.stop - 1)
        return None
    return int(value)


def _details(row: Row, role: Role | None) -> dict[str, Any]:
    """The answers of the register's form, as its entries keep them."""
    made: dict[str, Any] = {key: row.cells[key] for key in _TEXTS.get(role or Role.MENTEE, ()) if row.cells.get(key)}
    if role is Role.MENTOR:
        if words := row.cells.get("competences"):
            made["competences"] = [each.strip() for each in words.split(";") if each.strip()]
        made |= {key: found for key in _NUMBERS if (found := _number(row, key, range(1, 201))) is not None}
    return made


def cells_of(values: Mapping[str, Any]) -> list[str]:
    """A row of the export, in the order of the columns; read back it changes nothing."""
    return [_written(values.get(each.key)) for each in LAYOUT.columns()]


def _written(value: Any) -> str:
    match value:
        case None:
            return ""
        case date():
            return f"{value:%d.%m.%Y}"
        case Role():
            return text(f"people_sheet.{value.value}")
        case _:
            return "; ".join(cast("list[str]", value)) if isinstance(value, list) else str(value)
