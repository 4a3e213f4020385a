"""A file of working and free days: the decree of a year that the calendar does not know yet, or a region's holidays.

Semicolons, because the spreadsheet of a Russian office saves them so; one day in a line, so that every error has one:

    дата;день;причина
    2029;утверждён;Постановление Правительства РФ
    24.02.2029;рабочий;рабочая суббота за 26 февраля
    26.02.2029;выходной;перенос с субботы 24 февраля

Blank lines and lines that begin with «#» are skipped; the first line may be the header.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from vekha.domain.errors import Problem, problem, refuse

_HEADER = ["дата", "день", "причина"]
_WORKING = {"рабочий": True, "выходной": False}
_DECREED = "утвержден"


@dataclass(frozen=True, slots=True)
class Override:
    """What a file says of one day."""

    working: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Overrides:
    """Days stated by a file, and the years whose decree it holds in full."""

    days: Mapping[date, Override] = field(default_factory=lambda: MappingProxyType({}))
    decreed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Row:
    where: str
    line: int
    when: str
    day: str
    reason: str


def load_overrides(source: str, filename: str) -> Overrides:
    """The days and decreed years of a file. Raises VekhaError with every problem of every line."""
    problems: list[Problem] = []
    days: dict[date, Override] = {}
    decreed: set[int] = set()
    seen: dict[date | int, int] = {}
    for row in _rows(source, filename, problems):
        when = _date_or_year(row.when)
        found = list(_problems_of(row, when, seen))
        problems.extend(found)
        if when is None:
            continue
        seen.setdefault(when, row.line)
        if found:
            continue
        if isinstance(when, date):
            days[when] = Override(_WORKING[_fold(row.day)], row.reason)
        else:
            decreed.add(when)
    refuse(problems)
    return Overrides(MappingProxyType(days), frozenset(decreed))


def _rows(source: str, filename: str, problems: list[Problem]) -> Iterator[_Row]:
    for number, line in enumerate(source.removeprefix("\N{BYTE ORDER MARK}").splitlines(), 1):
        cells = [cell.strip() for cell in line.split(";")]
        while len(cells) > len(_HEADER) and not cells[-1]:
            cells.pop()
        if not any(cells) or line.lstrip().startswith("#") or [cell.casefold() for cell in cells] == _HEADER:
            continue
        where = f"{filename}:{number}"
        if len(cells) != len(_HEADER):
            problems.append(problem("calendar.columns", where, found=len(cells)))
        else:
            yield _Row(where, number, *cells)


def _problems_of(row: _Row, when: date | int | None, seen: dict[date | int, int]) -> Iterator[Problem]:
    if when is None:
        yield problem("calendar.bad_date", row.where, value=row.when)
    elif when in seen:
        yield problem("calendar.twice", row.where, value=row.when, line=seen[when])
    allowed = [_DECREED] if isinstance(when, int) else list(_WORKING)
    if when is not None and _fold(row.day) not in allowed:
        yield problem("calendar.bad_day", row.where, value=row.day)
    if not row.reason:
        yield problem("calendar.no_reason", row.where, value=row.when)


def _fold(word: str) -> str:
    return word.casefold().replace("ё", "е")


def _date_or_year(value: str) -> date | int | None:
    if len(value) == 4 and value.isascii() and value.isdigit() and int(value) > 0:
        return int(value)
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(value, form).date()  # noqa: DTZ007 — a date has no zone
        except ValueError:
            continue
    return None
