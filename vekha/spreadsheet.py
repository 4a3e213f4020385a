"""Files of tables: an XLSX or CSV of somebody's making read within bounded memory, and ours written safely.

What is read is text: a number typed into a cell, a date and a text look alike to whoever makes sense of them. What is
written is never a formula, whatever the text begins with.
"""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from vekha.domain.errors import VekhaError, problem, why

MAX_ROWS = 50_000
MAX_BYTES = 50 * 2**20  # of the file
MAX_UNPACKED = 300 * 2**20  # of everything inside an XLSX
MAX_COLUMNS = 200

Cell = tuple[int, int]  # row and column, both from 1, as the spreadsheet shows them

_DELIMITERS = ";,\t"
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_FORMULA = re.compile(rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f[\s/>]")
_REFERENCE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_RISKY = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of a formula
_WORD = re.compile(r"[^\W\d_]{2,}")
_RUSSIAN = re.compile(r"[А-ЯЁ]?[а-яё]+|[А-ЯЁ]{2,6}")  # KOI8 and DOS come out as «лПД» and «Љ®¤»
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet. `rows` maps the row's number to its texts; empty rows are left out."""

    name: str
    rows: Mapping[int, Sequence[str]]
    formulas: frozenset[Cell] = frozenset()
    merged: tuple[tuple[Cell, Cell], ...] = ()  # first and last cell of each merged area


def read(path: Path) -> Sheet:
    """The table of a file. Raises VekhaError file.not_found, import.unreadable and those of `parse`."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise VekhaError(problem("import.too_large", path.name, **_limits()))
        return parse(path.read_bytes(), path.name)
    except FileNotFoundError as reason:
        raise VekhaError(problem("file.not_found", path=str(path))) from reason
    except OSError as reason:
        raise VekhaError(problem("import.unreadable", path.name, detail=why(reason))) from reason


def parse(content: bytes, name: str) -> Sheet:
    """The first visible sheet of an XLSX, or a CSV.

    Raises VekhaError: import.too_large, import.empty, import.not_a_table, import.old_excel, import.wrong_encoding.
    """
    if len(content) > MAX_BYTES:
        raise VekhaError(problem("import.too_large", name, **_limits()))
    if content.startswith(_OLE):
        raise VekhaError(problem("import.old_excel", name))
    sheet = _xlsx(content, name) if content.startswith(b"PK") else _csv(content, name)
    if not sheet.rows:
        raise VekhaError(problem("import.empty", name))
    return sheet


def _limits() -> dict[str, int]:
    return {"rows": MAX_ROWS, "megabytes": MAX_BYTES // 2**20}


# --- XLSX -------------------------------------------------------------------------------------------------------------


def _xlsx(content: bytes, name: str) -> Sheet:
    import python_calamine as calamine  # noqa: PLC0415 — only where a table is read

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(each.file_size for each in archive.infolist()) > MAX_UNPACKED:
                raise VekhaError(problem("import.too_large", name, **_limits()))
            formulas = _scan(archive, name)
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            sheet = book.get_sheet_by_index(_first_visible(book))
            top, left = sheet.start or (0, 0)
            rows = _texts(sheet.to_python(), top + 1, left)
            merged = tuple(_area(each) for each in sheet.merged_cell_ranges or ())
            return Sheet(name, rows, formulas, merged)
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, calamine.CalamineError) as reason:
        raise VekhaError(problem("import.not_a_table", name)) from reason


def _first_visible(book: Any) -> int:
    from python_calamine import SheetVisibleEnum  # noqa: PLC0415

    visible = SheetVisibleEnum.Visible
    return next((n for n, each in enumerate(book.sheets_metadata) if each.visible == visible), 0)


def _area(found: tuple[Cell, Cell]) -> tuple[Cell, Cell]:
    (top, left), (bottom, right) = found
    return (top + 1, left + 1), (bottom + 1, right + 1)


def _scan(archive: zipfile.ZipFile, name: str) -> frozenset[Cell]:
    """The formulas of the first visible sheet; refuses one with too many rows before it is loaded."""
    content = archive.read(_path_of_sheet(archive))
    if sum(1 for _ in _ROW.finditer(content)) > MAX_ROWS:
        raise VekhaError(problem("import.too_large", name, **_limits()))
    found = (_REFERENCE.search(each[1]) for each in _FORMULA.finditer(content))
    return frozenset((int(each[2]), _number(each[1].decode())) for each in found if each)


def _path_of_sheet(archive: zipfile.ZipFile) -> str:
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 — expat stops what swells
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {each.get("Id"): each.get("Target", "") for each in links}
    sheets = [each for each in book.iter() if each.tag.endswith("}sheet")]
    first = next((each for each in sheets if each.get("state", "visible") == "visible"), sheets[0])
    link = next(value for key, value in first.attrib.items() if key.endswith("}id"))
    target = targets[link]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _number(letters: str) -> int:
    number = 0
    for each in letters:
        number = number * 26 + ord(each) - 64
    return number


def _texts(rows: Iterable[Sequence[Any]], first: int, left: int) -> dict[int, Sequence[str]]:
    found: dict[int, Sequence[str]] = {}
    for number, row in enumerate(rows, first):
        cells = [""] * left + [_text(value) for value in row[:MAX_COLUMNS]]
        if any(cells):
            found[number] = cells
    return found


def _text(value: Any) -> str:
    match value:
        case str():
            return " ".join(value.split())
        case bool() | None:
            return "" if value is None else str(value)
        case float() if value.is_integer():
            return str(int(value))
        case dt.datetime():
            return f"{value:%d.%m.%Y}"
        case dt.date():
            return f"{value:%d.%m.%Y}"
        case _:
            return str(value)


# --- CSV --------------------------------------------------------------------------------------------------------------


def _csv(content: bytes, name: str) -> Sheet:
    text = _decoded(content, name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    found: dict[int, Sequence[str]] = {}
    try:
        for number, row in enumerate(reader, 1):
            if number > MAX_ROWS:
                raise VekhaError(problem("import.too_large", name, **_limits()))
            cells = [_unguarded(_text(value)) for value in row[:MAX_COLUMNS]]
            if any(cells):
                found[number] = cells
    except csv.Error as reason:
        raise VekhaError(problem("import.not_a_table", name)) from reason
    formulas = ((number, column) for number, row in found.items() for column, cell in enumerate(row, 1) if _acts(cell))
    return Sheet(name, found, frozenset(formulas))


def _decoded(content: bytes, name: str) -> str:
    """UTF-8 with or without its mark, else Windows-1251, if what comes out of it are Russian words."""
    if b"\0" in content:
        raise VekhaError(problem("import.wrong_encoding", name))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1251")
    except UnicodeDecodeError as reason:
        raise VekhaError(problem("import.wrong_encoding", name)) from reason
    words = _WORD.findall(text.partition("\n")[0])
    if sum(1 for each in words if _RUSSIAN.fullmatch(each)) * 2 < len(words):
        raise VekhaError(problem("import.wrong_encoding", name))
    return text


def _delimiter(text: str) -> str:
    """The sign that divides the first line into most cells."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(_DELIMITERS, key=bare.count)


def _acts(cell: str) -> bool:
    """A formula by its look; a telephone number («+7 …») and a dash are none."""
    return cell[:1] in ("=", "@") or (cell[:1] in ("+", "-") and cell[1:2].isalpha())


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RISKY) else cell


# --- writing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Toned:
    """A word with a colour behind it: a tone is one of `TONES`."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart beside a table: the columns, counted from 0, that name the bars and that measure them."""

    title: str
    names: int
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet to write. `columns` are titles with widths; `choices` are lists to choose from, by column title."""

    title: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[str | float | dt.date | Toned | None]]
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    charts: Sequence[Bars] = ()


TONES = {"good": "#C6EFCE", "plain": "#FFFFFF", "soon": "#FFEB9C", "bad": "#FFC7CE", "quiet": "#EDEDED"}
_CHOICE_ROWS = 10_000


def write_xlsx(path: Path, tables: Iterable[Table]) -> None:
    """Sheets with a frozen header and a filter, row by row: memory does not grow with them.

    Raises VekhaError export.cannot_write.
    """
    import xlsxwriter  # noqa: PLC0415 — only where a table is written
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415

    safe = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        with xlsxwriter.Workbook(str(path), safe) as book:
            formats = {tone: book.add_format({"bg_color": colour}) for tone, colour in TONES.items()}
            formats["date"] = book.add_format({"num_format": "dd.mm.yyyy"})
            formats["decimal"] = book.add_format({"num_format": "0.0"})
            formats["head"] = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
            for table in tables:
                sheet = book.add_worksheet(table.title[:31])
                last = _write_sheet(sheet, table, formats)
                _draw(book, sheet, table, last)
    except FileCreateError as reason:  # it carries the machine's own refusal
        raise VekhaError(problem("export.cannot_write", str(path), detail=why(reason.args[0]))) from reason
    except OSError as reason:
        raise VekhaError(problem("export.cannot_write", str(path), detail=why(reason))) from reason


def _draw(book: Any, sheet: Any, table: Table, last: int) -> None:
    """The charts of a table, under each other to its right; none of an empty table."""
    for number, bars in enumerate(table.charts if last else ()):
        chart = book.add_chart({"type": "bar"})
        for column in bars.values:
            chart.add_series(
                {
                    "name": [sheet.name, 0, column],
                    "categories": [sheet.name, 1, bars.names, last, bars.names],
                    "values": [sheet.name, 1, column, last, column],
                }
            )
        chart.set_title({"name": bars.title, "name_font": {"size": 12}})
        chart.set_y_axis({"reverse": True})
        chart.set_size({"width": 640, "height": max(260, 60 + 30 * last * len(bars.values))})
        sheet.insert_chart(1 + number * 22, len(table.columns) + 1, chart)


def _write_sheet(sheet: Any, table: Table, formats: Mapping[str, Any]) -> int:
    """Returns the number of the last row."""
    sheet.freeze_panes(1, 0)
    for number, (title, width) in enumerate(table.columns):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, title, formats["head"])
        if title in table.choices:
            rule = {"validate": "list", "source": list(table.choices[title]), "error_type": "warning"}
            sheet.data_validation(1, number, _CHOICE_ROWS, number, rule)
    last = 0
    for last, row in enumerate(table.rows, 1):
        for number, value in enumerate(row):
            _write_cell(sheet, last, number, value, formats)
    sheet.autofilter(0, 0, last, len(table.columns) - 1)
    return last


def _write_cell(sheet: Any, row: int, column: int, value: object, formats: Mapping[str, Any]) -> None:
    match value:
        case None | "":
            pass
        case Toned():
            sheet.write_string(row, column, value.text, formats[value.tone])
        case int():
            sheet.write_number(row, column, value)
        case float():
            sheet.write_number(row, column, value, formats["decimal"])
        case dt.date():
            sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), formats["date"])
        case _:
            sheet.write_string(row, column, str(value))


def write_csv(path: Path, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Semicolons and UTF-8 with its mark, as a Russian Excel opens it; a text like a formula is told by an apostrophe.

    Raises VekhaError export.cannot_write.
    """
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=";")
            writer.writerow(titles)
            writer.writerows([_guarded(each) for each in row] for row in rows)
    except OSError as reason:
        raise VekhaError(problem("export.cannot_write", str(path), detail=why(reason))) from reason


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RISKY) else cell
