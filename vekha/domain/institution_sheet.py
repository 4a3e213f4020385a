"""Institutions as rows of a table: which column is which, what a cell means, what a whole row makes of an institution.

A row is laid over what is known of its institution: columns that a file does not have change nothing, an empty cell
takes away what stood there. Nothing here reads files.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Any

from vekha.domain.addresses import is_address
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.roadmap_file import hint
from vekha.texts import section, text

Values = dict[str, Any]  # the columns of an institution's row in the database

DETAILS = ("phone", "email", "site", "inn", "ogrn")
STAFF = {"head": "director", "curator": "curator"}  # prefix of the columns → role
HEADER_WITHIN = 10  # rows from the top, for a title above the table
_LONGEST = 250  # characters of a cell
_LONGEST_OF = {"title": 500, "address": 500, "days_off": 5000, "days_on": 5000}

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_DIGITS = {"inn": (10, 12), "ogrn": (13, 15)}
_GENDERS = {"ж": "f", "f": "f", "женский": "f", "жен": "f", "м": "m", "m": "m", "мужской": "m", "муж": "m"}
_DASHES = frozenset("-–—")
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_MAX_RANGE = timedelta(days=366)

# «МСК+2», as the law on time names the zones.
_MOSCOW = {
    -1: "Europe/Kaliningrad", 0: "Europe/Moscow", 1: "Europe/Samara", 2: "Asia/Yekaterinburg", 3: "Asia/Omsk",
    4: "Asia/Krasnoyarsk", 5: "Asia/Irkutsk", 6: "Asia/Yakutsk", 7: "Asia/Vladivostok", 8: "Asia/Magadan",
    9: "Asia/Kamchatka",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    title: str
    also: tuple[str, ...]
    hint: str
    example: str


@cache
def columns() -> tuple[Column, ...]:
    """Every column in the order of the template."""
    told: dict[str, dict[str, Any]] = section("institution_sheet.columns")
    return tuple(
        Column(key, each["title"], tuple(each["also"]), each["hint"], each["example"]) for key, each in told.items()
    )


def title_of(key: str) -> str:
    return text(f"institution_sheet.columns.{key}.title")


# --- the header -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Header:
    """Where each known column stands (from 0) and in which row the titles are."""

    row: int
    at: Mapping[str, int]
    warnings: tuple[Problem, ...] = ()


def read_header(rows: Mapping[int, Sequence[str]], merged: Collection[tuple[int, int]], name: str) -> Header:
    """Finds the titles among the first rows; `merged` are (first, last row) of areas that span several columns.

    Raises VekhaError with everything that is wrong with them (import.no_header, import.merged_header …).
    """
    known = _names()
    top = [(number, row) for number, row in rows.items() if number <= HEADER_WITHIN]
    if not top or not any(_fold(cell) in known for _, row in top for cell in row):
        raise VekhaError(problem("import.no_header", name, known=_all_titles()))
    number, titles = max(top, key=lambda each: sum(_fold(cell) in known for cell in each[1]))
    if any(first <= number <= last for first, last in merged):
        raise VekhaError(problem("import.merged_header", text("institution_sheet.row", file=name, row=number)))
    at: dict[str, int] = {}
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for index, cell in enumerate(titles):
        key, where = known.get(_fold(cell)), _place(name, number, index, cell)
        if key in at:
            problems.append(problem("import.column_twice", where, title=cell, first=_letter(at[key])))
        elif key is not None:
            at[key] = index
        elif cell:
            close = get_close_matches(_fold(cell), known, n=1, cutoff=0.8)
            if close:
                problems.append(problem("import.unknown_column", where, title=cell, close=title_of(known[close[0]])))
            else:
                warnings.append(problem("import.ignored_column", where, title=cell, known=_all_titles()))
    if "code" not in at:
        problems.append(problem("import.missing_column", name, title=title_of("code")))
    if problems:
        raise VekhaError(problems)
    return Header(number, at, tuple(warnings))


@cache
def _names() -> dict[str, str]:
    """Every spelling of a title, folded → key."""
    return {_fold(name): each.key for each in columns() for name in (each.title, *each.also)}


def _all_titles() -> str:
    return ", ".join(each.title for each in columns())


def _fold(word: str) -> str:
    return " ".join(word.casefold().replace("ё", "е").strip(" *:").split())


def _place(name: str, row: int, index: int, title: str) -> str:
    return text("institution_sheet.place", file=name, row=row, column=_letter(index), title=title)


def _letter(index: int) -> str:
    name, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


# --- the rows ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What an installation has: types (code → title), regions (code → title and time zone), zones, a default region."""

    types: Mapping[str, str]
    regions: Mapping[str, tuple[str, str]]
    timezones: Collection[str]
    region: str | None = None


@dataclass(slots=True)
class Row:
    """One row of a file: its code, its cells by column, and what is wrong with it so far."""

    file: str
    number: int
    header: Header
    cells: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list[Problem])

    @property
    def code(self) -> str:
        return self.cells["code"]

    def report(self, code: str, key: str, /, **facts: object) -> None:
        """A problem at the cell of a column, or at the row where the file has no such column."""
        index = self.header.at.get(key)
        if index is None:
            where = text("institution_sheet.row", file=self.file, row=self.number)
        else:
            where = _place(self.file, self.number, index, title_of(key))
        self.problems.append(problem(code, where, **facts))


def rows_of(
    rows: Mapping[int, Sequence[str]], header: Header, name: str, formulas: Collection[tuple[int, int]] = ()
) -> Iterator[Row]:
    """The rows below the header. Formulas, doubled codes and overlong texts are reported already."""
    seen: dict[str, int] = {}
    wrong = _by_row(formulas, header)
    for number, texts in rows.items():
        if number <= header.row:
            continue
        cells = {key: _cell(texts[at]) if at < len(texts) else "" for key, at in header.at.items()}
        if not any(cells.values()) and number not in wrong:
            continue
        row = Row(name, number, header, cells)
        for key in wrong.get(number, ()):
            row.report("import.formula", key)
        for key, cell in cells.items():
            if len(cell) > _limit(key):
                row.report("import.too_long", key, limit=_limit(key))
        first = seen.setdefault(row.code, number)
        if first != number and row.code:
            row.report("import.duplicate", "code", code=row.code, first=first)
        yield row


def _by_row(formulas: Collection[tuple[int, int]], header: Header) -> dict[int, list[str]]:
    """The columns of ours that hold a formula, by row."""
    used = {index: key for key, index in header.at.items()}
    found: dict[int, list[str]] = {}
    for number, column in sorted(formulas):
        if column - 1 in used:
            found.setdefault(number, []).append(used[column - 1])
    return found


def _limit(key: str) -> int:
    return _LONGEST_OF.get(key, _LONGEST)


def _cell(value: str) -> str:
    return "" if value in _DASHES else value


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
    names = {_fold(name): code for code, title in known.types.items() for name in (code, title)}
    found = names.get(_fold(value), "")
    if value and not found:
        titles = tuple(known.types.values())
        row.report(
            "import.unknown_type", key, value=value, known=", ".join(titles), hint=hint(value.capitalize(), titles)
        )
    return found


def _region(row: Row, key: str, value: str, known: Known) -> str:
    if not value:
        return known.region or ""
    names = {_fold(name): code for code, (title, _) in known.regions.items() for name in (code, title)}
    found = names.get(_fold(value)) or names.get(value.zfill(2), "")
    if not found:
        told = (text("institution_sheet.region_title", code=c, title=title) for c, (title, _) in known.regions.items())
        row.report("import.unknown_region", key, value=value, known=", ".join(told) or "—")
    return found


def _timezone(row: Row, key: str, value: str, known: Known) -> str:
    moscow = re.fullmatch(r"(?:мск|msk)\s*(?:([+-−–])\s*(\d{1,2}))?", value.casefold())
    if moscow:
        hours = int(moscow[2] or 0) * (1 if moscow[1] in (None, "+") else -1)
        found = _MOSCOW.get(hours, "")
    else:
        found = value
    if value and found not in known.timezones:
        row.report("institution.unknown_timezone", key, timezone=value)
    return found


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
    if value and _fold(value).rstrip(".") not in _GENDERS:
        row.report("import.bad_gender", key, value=value)
    return _GENDERS.get(_fold(value).rstrip("."))


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
    for prefix, role in STAFF.items():
        person = staff.get(role, {})
        cells[f"{prefix}_name"], cells[f"{prefix}_position"] = person.get("name", ""), person.get("position") or ""
        cells[f"{prefix}_email"] = person.get("email") or ""
        cells[f"{prefix}_gender"] = {"f": "ж", "m": "м"}.get(person.get("gender") or "", "")
    for key, working in (("days_off", False), ("days_on", True)):
        cells[key] = days_told([date.fromisoformat(day) for day, each in days.items() if each is working])
    return [cells[each.key] for each in columns()]
