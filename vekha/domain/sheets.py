"""Tables that people fill: which column is which, where each cell stands, what is wrong with it.

A layout is a section of the texts: its columns with their titles, other spellings of them, hints and examples. Titles
are known in any order and case; every fault names its cell. Nothing here reads files.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from vekha.domain.errors import Problem, VekhaError, problem
from vekha.texts import section, text

HEADER_WITHIN = 10  # rows from the top, for a title above the table
_LONGEST = 250  # characters of a cell
_DASHES = frozenset("-–—")


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    title: str
    also: tuple[str, ...]
    hint: str
    example: str


@dataclass(frozen=True, slots=True)
class Header:
    """Where each known column stands (from 0) and in which row the titles are."""

    layout: "Layout"
    row: int
    at: Mapping[str, int]
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Layout:
    """The columns that stand in `<name>.columns` of the texts; those `needed` no table may lack."""

    name: str
    needed: tuple[str, ...] = ()
    longest: Mapping[str, int] = field(default_factory=dict[str, int])

    def columns(self) -> tuple[Column, ...]:
        """Every column in the order of the template."""
        return self._columns

    @cached_property
    def _columns(self) -> tuple[Column, ...]:
        told: dict[str, dict[str, Any]] = section(f"{self.name}.columns")
        return tuple(
            Column(key, each["title"], tuple(each["also"]), each["hint"], each["example"]) for key, each in told.items()
        )

    @cached_property
    def _names(self) -> dict[str, str]:
        """Every spelling of a title, folded → key."""
        return {folded(name): each.key for each in self._columns for name in (each.title, *each.also)}

    def title_of(self, key: str) -> str:
        return text(f"{self.name}.columns.{key}.title")

    def limit(self, key: str) -> int:
        return self.longest.get(key, _LONGEST)

    def read_header(self, rows: Mapping[int, Sequence[str]], merged: Collection[tuple[int, int]], name: str) -> Header:
        """Finds the titles among the first rows; `merged` are (first, last row) of areas that span several columns.

        Raises VekhaError with everything that is wrong with them (import.no_header, import.merged_header …).
        """
        known = self._names
        top = [(number, row) for number, row in rows.items() if number <= HEADER_WITHIN]
        if not top or not any(folded(cell) in known for _, row in top for cell in row):
            raise VekhaError(problem("import.no_header", name, known=self._all_titles()))
        number, titles = max(top, key=lambda each: sum(folded(cell) in known for cell in each[1]))
        if any(first <= number <= last for first, last in merged):
            raise VekhaError(problem("import.merged_header", text("sheets.row", file=name, row=number)))
        at, problems, warnings = self._placed(number, titles, name)
        problems += [
            problem("import.missing_column", name, title=self.title_of(key)) for key in self.needed if key not in at
        ]
        if problems:
            raise VekhaError(problems)
        return Header(self, number, at, tuple(warnings))

    def _placed(
        self, number: int, titles: Sequence[str], name: str
    ) -> tuple[dict[str, int], list[Problem], list[Problem]]:
        at: dict[str, int] = {}
        problems: list[Problem] = []
        warnings: list[Problem] = []
        for index, cell in enumerate(titles):
            key, where = self._names.get(folded(cell)), _place(name, number, index, cell)
            if key in at:
                problems.append(problem("import.column_twice", where, title=cell, first=_letter(at[key])))
            elif key is not None:
                at[key] = index
            elif cell:
                close = get_close_matches(folded(cell), self._names, n=1, cutoff=0.8)
                if close:
                    told = self.title_of(self._names[close[0]])
                    problems.append(problem("import.unknown_column", where, title=cell, close=told))
                else:
                    warnings.append(problem("import.ignored_column", where, title=cell, known=self._all_titles()))
        return at, problems, warnings

    def _all_titles(self) -> str:
        return ", ".join(each.title for each in self._columns)


def folded(word: str) -> str:
    return " ".join(word.casefold().replace("ё", "е").strip(" *:").split())


def _place(name: str, row: int, index: int, title: str) -> str:
    return text("sheets.place", file=name, row=row, column=_letter(index), title=title)


def _letter(index: int) -> str:
    name, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


# --- the rows ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Row:
    """One row of a file: its cells by column, and what is wrong with it so far."""

    file: str
    number: int
    header: Header
    cells: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list[Problem])

    @property
    def code(self) -> str:
        return self.cells.get("code", "")

    @property
    def where(self) -> str:
        return text("sheets.row", file=self.file, row=self.number)

    def place(self, key: str) -> str:
        """The cell of a column, or the row where the file has no such column."""
        index = self.header.at.get(key)
        return self.where if index is None else _place(self.file, self.number, index, self.header.layout.title_of(key))

    def report(self, code: str, key: str, /, **facts: object) -> None:
        self.problems.append(problem(code, self.place(key), **facts))


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
            if len(cell) > header.layout.limit(key):
                row.report("import.too_long", key, limit=header.layout.limit(key))
        first = seen.setdefault(row.code, number)
        if first != number and row.code and "code" in header.layout.needed:
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


def _cell(value: str) -> str:
    return "" if value in _DASHES else value
