"""Institutions in bulk: a table read into the database and written out of it.

Every bad row is told of at once. Nothing is written while there is one, unless the bad ones are to be skipped; a row is
never written by halves.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import update
from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.domain.institution_sheet import (
    DETAILS,
    LAYOUT,
    Known,
    Row,
    Values,
    cells_of,
    columns,
    read_header,
    rows_of,
    values_of,
)
from vekha.domain.sheets import Layout
from vekha.services.access.scope import within
from vekha.services.work import Work
from vekha.spreadsheet import Sheet, Table
from vekha.storage.tables import Institution, Programme, Region
from vekha.texts import text

BATCH = 1000  # rows in one statement
KEPT = ("code", "type", "region", "municipality", "title", "short_title", "timezone", "city", "address")
JSON = ("staff", "details", "days")
_WIDTHS = {"title": 60, "short_title": 30, "address": 40, "code": 16, "days_off": 30, "days_on": 30}


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a table came to. `problems` are those of the rows skipped, `warnings` those of columns left unread."""

    added: int
    updated: int
    unchanged: int
    skipped: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def load(
    work: Work,
    sheet: Sheet,
    *,
    region: str | None = None,
    skip_bad: bool = False,
    dry: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Adds and updates the institutions of a table by their codes; `progress` hears of rows that are through.

    With `dry` it only tells what would come of it.
    Raises VekhaError with everything wrong in the header, or in all rows together unless `skip_bad`.
    """
    wide = [(top, bottom) for (top, left), (bottom, right) in sheet.merged if right > left]
    header = read_header(sheet.rows, wide, sheet.name)
    known = _known(work, region)
    rows = list(rows_of(sheet.rows, header, sheet.name, sheet.formulas))
    added: list[Values] = []
    changed: list[Values] = []
    seen = 0
    for batch in _batches(rows):
        before = _before(work, batch)
        made = [(row, values_of(row, before.get(row.code), known)) for row in batch]
        _check_rights(work, made, before)
        _check_types(work, made, before)
        good = [values for row, values in made if not row.problems]
        seen += len(good)
        added += [values for values in good if values["code"] not in before]
        changed += [values for values in good if values["code"] in before and values != before[values["code"]]]
        progress(len(batch))
    problems = tuple(found for row in rows for found in row.problems)
    if not skip_bad:
        refuse(problems)
    if not dry:
        _write(work, added, changed)
    return Imported(
        added=len(added),
        updated=len(changed),
        unchanged=seen - len(added) - len(changed),
        skipped=len(rows) - seen,
        problems=problems,
        warnings=header.warnings,
    )


def put_one(work: Work, cells: Mapping[str, str]) -> None:
    """Adds or updates one institution, told as a row by its columns' keys: what holds for a table holds for it.

    Raises VekhaError with every problem at once, each at the key of its column.
    """
    told = [each for each in columns() if each.key in cells]
    sheet = Sheet("", {1: [each.title for each in told], 2: [cells[each.key] for each in told]})
    try:
        load(work, sheet)
    except VekhaError as refusal:
        keys = {f"(«{each.title}»)": each.key for each in columns()}
        raise VekhaError(replace(found, where=_key_in(found.where, keys)) for found in refusal.problems) from refusal


def _key_in(where: str, keys: Mapping[str, str]) -> str:
    return next((key for title, key in keys.items() if title in where), "")


def _known(work: Work, region: str | None) -> Known:
    regions = {row.code: (row.title, row.timezone) for row in work.session.exec(select(Region))}
    if region is not None and region not in regions:
        refuse([problem("institution.unknown_region", "--region", region=region)])
    types = {code: kind.title for code, kind in work.tools.registry.types.items()}
    return Known(types=types, regions=regions, timezones=available_timezones(), region=region)


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _before(work: Work, rows: Iterable[Row]) -> dict[str, Values]:
    """What is known of these institutions, by code."""
    wanted = [col(getattr(Institution, name)) for name in (*KEPT, *JSON)]
    found = select(*wanted).where(col(Institution.code).in_({row.code for row in rows}))
    return {values["code"]: dict(values) for values in work.session.execute(found).mappings()}


def _check_rights(work: Work, made: Iterable[tuple[Row, Values]], before: dict[str, Values]) -> None:
    """Nobody writes into somebody else's region, nor takes an institution out of it."""
    for row, values in made:
        for each in filter(None, (values, before.get(row.code))):
            place = {"region": each.get("region", ""), "municipality": each["municipality"], "institution": row.code}
            if not work.actor.may(Action.SCHEDULE, **place):
                row.report("access.denied", "code", who=work.actor.name)
                break


def _check_types(work: Work, made: Iterable[tuple[Row, Values]], before: dict[str, Values]) -> None:
    """A running programme lives on the forms and checks of its type."""
    changed = {
        row.code: row for row, values in made if row.code in before and values["type"] != before[row.code]["type"]
    }
    running = select(Programme.institution).where(col(Programme.institution).in_(changed)).distinct()
    for code in work.session.exec(running) if changed else ():
        changed[code].report("institution.type_fixed", "type", institution=code, type=before[code]["type"])


def _write(work: Work, added: Sequence[Values], changed: Sequence[Values]) -> None:
    for start in range(0, len(added), BATCH):
        rows = [{**values, "created_at": work.now} for values in added[start : start + BATCH]]
        work.insert_new(Institution, rows)
    if changed:
        work.session.execute(update(Institution), list(changed))  # executemany by the primary key
    for old, values in ((None, added), ("known", changed)):
        for each in values:
            work.audit(f"institution:{each['code']}", old=old, new="known", why=each["title"])


# --- out --------------------------------------------------------------------------------------------------------------


def exported(
    work: Work, *, region: str | None = None, kind: str | None = None, municipality: str | None = None
) -> Iterator[list[str]]:
    """The institutions the actor may see as rows of the table, by code."""
    rows = select(*(getattr(Institution, name) for name in (*KEPT, *JSON))).where(within(work.actor))
    for column, wanted in (
        (Institution.region, region),
        (Institution.type, kind),
        (Institution.municipality, municipality),
    ):
        if wanted is not None:
            rows = rows.where(column == wanted)
    for row in work.session.execute(rows.order_by(col(Institution.code))).mappings():
        yield cells_of({str(name): value for name, value in row.items()})


def titles() -> list[str]:
    return [each.title for each in columns()]


def as_table(work: Work, rows: Iterable[Sequence[str]]) -> Table:
    kinds = [kind.title for kind in work.tools.registry.types.values()]
    choices = {text("institution_sheet.columns.type.title"): kinds}
    choices |= {text(f"institution_sheet.columns.{each}_gender.title"): ["ж", "м"] for each in ("head", "curator")}
    widths = [(each.title, _WIDTHS.get(each.key, 18 if each.key in DETAILS else 22)) for each in columns()]
    return Table(text("institution_sheet.sheet"), widths, rows, choices)


def template(work: Work) -> tuple[Table, Table]:
    """An empty table to fill, and a sheet that says what goes where."""
    return as_table(work, ()), hints_of(LAYOUT)


def hints_of(layout: Layout) -> Table:
    """The sheet that says what goes into each column of a layout."""
    about = [(text(f"sheets.hint_columns.{name}"), width) for name, width in _HINT_WIDTHS.items()]
    hints: list[list[Any]] = [[each.title, each.hint, each.example] for each in layout.columns()]
    return Table(text("sheets.hints"), about, hints)


_HINT_WIDTHS = {"title": 26, "hint": 80, "example": 60}
