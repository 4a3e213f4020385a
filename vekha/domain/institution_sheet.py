"""Institutions as rows of a table: which column is which, what a cell means, what a whole row makes of an institution.

A row is laid over what is known of its institution: columns that a file does not have change nothing, an empty cell
takes away what stood there. Nothing here reads files.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from vekha.domain.addresses import is_address
from vekha.domain.roadmap_file import hint
from vekha.domain.sheets import Layout, Row, folded, rows_of
from vekha.texts import text

__all__ = [
    "DETAILS",
    "LAYOUT",
    "Known",
    "Row",
    "Values",
    "cells_of",
    "columns",
    "days_from",
    "days_told",
    "read_header",
    "rows_of",
    "title_of",
    "values_of",
    "zones",
]

Values = dict[str, Any]  # the columns of an institution's row in the database

DETAILS = ("phone", "email", "site", "inn", "ogrn")
STAFF = {"head": "director", "curator": "curator"}  # prefix of the columns → role
_LONGEST_OF = {"title": 500, "address": 500, "days_off": 5000, "days_on": 5000}

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_DIGITS = {"inn": (10, 12), "ogrn": (13, 15)}
_GENDERS = {"ж": "f", "f": "f", "женский": "f", "жен": "f", "м": "m", "m": "m", "мужской": "m", "муж": "m"}
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_MAX_RANGE = timedelta(days=366)

# «МСК+2», as the law on time names the zones.
_MOSCOW = {
    -1: "Europe/Kaliningrad", 0: "Europe/Moscow", 1: "Europe/Samara", 2: "Asia/Yekaterinburg", 3: "Asia/Omsk",
    4: "Asia/Krasnoyarsk", 5: "Asia/Irkutsk", 6: "Asia/Yakutsk", 7: "Asia/Vladivostok", 8: "Asia/Magadan",
    9: "Asia/Kamchatka",
}  # fmt: skip


LAYOUT = Layout("institution_sheet", needed=("code",), longest=_LONGEST_OF)
columns, title_of, read_header = LAYOUT.columns, LAYOUT.title_of, LAYOUT.read_header


# --- the rows ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What an installation has: types (code → title), regions (code → title and time zone), zones, a default region."""

    types: Mapping[str, str]
    regions: Mapping[str, tuple[str, str]]
    timezones: Collection[str]
    region: str | None = None


def values_of(row: Row, before: Values | None, known: Known) -> Values:
    """What the institution becomes; what is wrong goes to `row.problems`. `before` is None for a new one."""
    made: Values = dict(before or {"municipality": "", "city": "", "address": "", "short_title": "", "timezone": ""})
    made["code"] = _code(row)
    for key, read in _PLAIN.items():
        if key in row.cells:
            made[key] = read(row, key, row.cells[key], known)
    if not made.get("region") and known.region:
        made["region"] = known.region
    for key in ("type", "title", "region"):
        if not made.get(key) and not any(each.where for each in row.problems if each.code == f"import.unknown_{key}"):
            row.report("import.needed", key, title=title_of(key))
    made["short_title"] = made["short_title"] or made.get("title", "")
    made["timezone"] = made["timezone"] or known.regions.get(made.get("region", ""), ("", ""))[1]
    made["details"] = _details(row, made.get("details", {}))
    made["staff"] = _staff(row, made.get("staff", {}))
    made["days"] = _days(row, made.get("days", {}))
    return made


def _code(row: Row) -> str:
    if not row.code:
        row.report("import.needed", "code", title=title_of("code"))
    elif not _CODE.fullmatch(row.code):
        row.report("institution.bad_code", "code", institution=row.code)
    return row.code


def _as_written(_row: Row, _key: str, value: str, _known: Known) -> str:
    return value


def _type(row: Row, key: str, value: str, known: Known) -> str:
    names = {folded(name): code for code, title in known.types.items() for name in (code, title)}
    found = names.get(folded(value), "")
    if value and not found:
        titles = tuple(known.types.values())
        row.report(
            "import.unknown_type", key, value=value, known=", ".join(titles), hint=hint(value.capitalize(), titles)
        )
    return found


def _region(row: Row, key: str, value: str, known: Known) -> str:
    if not value:
        return known.region or ""
    names = {folded(name): code for code, (title, _) in known.regions.items() for name in (code, title)}
    found = names.get(folded(value)) or names.get(value.zfill(2), "")
    if not found:
        told = (text("institution_sheet.region_title", code=c, title=title) for c, (title, _) in known.regions.items())
        row.report("import.unknown_region", key, value=value, known=", ".join(told) or "—")
    return found


def _timezone(row: Row, key: str, value: str, known: Known) -> str:
    moscow = re.fullmatch(r"(?:мск|msk)\s*(?:([-+−–])\s*(\d{1,2}))?", value.casefold())
    if moscow:
        hours = int(moscow[2] or 0) * (1 if moscow[1] in (None, "+") else -1)
        found = _MOSCOW.get(hours, "")
    else:
        found = value
    if value and found not in known.timezones:
        row.report("institution.unknown_timezone", key, timezone=value)
    return found


def zones() -> list[str]:
    """The zones of Russia from west to east, as a cell says them: «МСК-1», «МСК», «МСК+1»."""
    return [f"МСК{hours:+d}" if hours else "МСК" for hours in sorted(_MOSCOW)]


def _zone_told(timezone: str) -> str:
    """As a cell says it; the name of the IANA's where the law on time has none."""
    return dict(zip((_MOSCOW[hours] for hours in sorted(_MOSCOW)), zones(), strict=True)).get(timezone, timezone)


_PLAIN: Mapping[str, Callable[[Row, str, str, Known], str]] = {
    "type": _type,
    "title": _as_written,
    "short_title": _as_written,
    "region": _region,
    "municipality": _as_written,
    "timezone": _timezone,
    "city": _as_written,
    "address": _as_written,
}


def _details(row: Row, before: Mapping[str, str]) -> dict[str, str]:
    made = dict(before)
    for key in DETAILS:
        if key not in row.cells:
            continue
        value = row.cells[key]
        if key in _DIGITS and value:
            value = value.replace(" ", "")
            if not (value.isascii() and value.isdigit() and len(value) in _DIGITS[key]):
                row.report(f"import.bad_{key}", key, value=value)
        elif key == "email" and value and not _EMAIL.fullmatch(value):
            row.report("import.bad_email", key, value=value)
        made[key] = value
    return {key: value for key, value in made.items() if value}


def _staff(row: Row, before: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    made = {role: dict(person) for role, person in before.items()}
    for prefix, role in STAFF.items():
        cells = {part: row.cells.get(f"{prefix}_{part}") for part in ("name", "position", "gender", "email")}
        if all(cell is None for cell in cells.values()):
            continue
        person: dict[str, Any] = {"name": "", "position": "", "gender": None, **made.get(role, {})}
        person |= {part: cells[part] for part in ("name", "position") if cells[part] is not None}
        if cells["gender"] is not None:
            person["gender"] = _gender(row, f"{prefix}_gender", cells["gender"])
        if cells["email"] is not None:
            _set_email(row, f"{prefix}_email", cells["email"], person)
        if person["name"]:
            if len(person["name"].split()) < 2:
                row.report("people.name_incomplete", f"{prefix}_name", person=person["name"])
            made[role] = person
            continue
        made.pop(role, None)
        for part in ("position", "gender", "email"):
            if cells[part]:
                row.report("import.no_person", f"{prefix}_name", title=title_of(f"{prefix}_{part}"))
    return made


def _set_email(row: Row, key: str, value: str, person: dict[str, Any]) -> None:
    person.pop("email", None)
    if value and not is_address(value):
        row.report("import.bad_email", key, value=value)
    elif value:
        person["email"] = value


def _gender(row: Row, key: str, value: str) -> str | None:
    if value and folded(value).rstrip(".") not in _GENDERS:
        row.report("import.bad_gender", key, value=value)
    return _GENDERS.get(folded(value).rstrip("."))


# --- own days ---------------------------------------------------------------------------------------------------------


def _days(row: Row, before: Mapping[str, bool]) -> dict[str, bool]:
    """ISO date → working or not."""
    made = dict(before)
    for key, working in (("days_off", False), ("days_on", True)):
        if key not in row.cells:
            continue
        made = {day: each for day, each in made.items() if each is not working}
        try:
            named = days_from(row.cells[key])
        except ValueError:
            row.report("import.bad_days", key, value=row.cells[key])
            continue
        for day in (each.isoformat() for each in named):
            if day in made:
                row.report("import.day_twice", key, day=f"{date.fromisoformat(day):%d.%m.%Y}")
            made[day] = working
    return dict(sorted(made.items()))


def days_from(value: str) -> list[date]:
    """«14.09.2026, 28.12.2026–30.12.2026» → four days. Raises ValueError."""
    found: list[date] = []
    for part in filter(None, (each.strip() for each in re.split(r"[,;]", value))):
        ends = [_day(each) for each in re.split(r"\s*[-–—]\s*", part)]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or not timedelta() <= last - first <= _MAX_RANGE:
            raise ValueError(part)
        found += [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return found


def _day(value: str) -> date:
    found = _DAY.fullmatch(value)
    if found is None:
        raise ValueError(value)
    return date(int(found[3]), int(found[2]), int(found[1]))


def days_told(days: Sequence[date]) -> str:
    """The inverse of `days_from`: neighbouring days as one span."""
    spans: list[list[date]] = []
    for day in sorted(days):
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1][1] = day
        else:
            spans.append([day, day])
    return ", ".join(f"{a:%d.%m.%Y}" if a == b else f"{a:%d.%m.%Y}–{b:%d.%m.%Y}" for a, b in spans)


def cells_of(values: Mapping[str, Any]) -> list[str]:
    """A row of the export, in the order of `columns()`; read back it makes the same institution."""
    staff, days = values["staff"], values["days"]
    cells = {key: values[key] for key in ("code", *_PLAIN)} | {key: values["details"].get(key, "") for key in DETAILS}
    cells["timezone"] = _zone_told(values["timezone"])
    for prefix, role in STAFF.items():
        person = staff.get(role, {})
        cells[f"{prefix}_name"], cells[f"{prefix}_position"] = person.get("name", ""), person.get("position") or ""
        cells[f"{prefix}_email"] = person.get("email") or ""
        cells[f"{prefix}_gender"] = {"f": "ж", "m": "м"}.get(person.get("gender") or "", "")
    for key, working in (("days_off", False), ("days_on", True)):
        cells[key] = days_told([date.fromisoformat(day) for day, each in days.items() if each is working])
    return [cells[each.key] for each in columns()]
