"""The plan of speed mentoring on paper: who sits at which table in each round, and each mentee's own way."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vekha.documents.context import DocumentView
from vekha.domain.access import Action
from vekha.domain.matching import Plan
from vekha.services.mentoring import matching
from vekha.services.process.programmes import load
from vekha.services.work import Work
from vekha.spreadsheet import Table
from vekha.texts import text

_TEMPLATE = "base/speed.html"
_ACROSS = 6  # rounds side by side on a landscape page

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as people read it: the first column names whom a row is about."""

    title: str
    head: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class SpeedSheet:
    key: str
    institution: str
    mentees: int
    mentors: int
    rounds: int
    tables: tuple[Grid, Grid]


def sheet(work: Work, key: str, rounds: int | None = None) -> SpeedSheet:
    """Raises VekhaError like `matching.speed`."""
    plan = matching.speed(work, key, rounds)
    loaded = load(work, key, Action.VIEW)
    names = {each.code: each.name for each in loaded.now.people.persons.values()}
    sides = len(plan.mentees), len(plan.mentors), len(plan.rounds)
    return SpeedSheet(key, loaded.institution.short_title, *sides, _grids(plan, names))


def _grids(plan: Plan, names: Mapping[str, str]) -> tuple[Grid, Grid]:
    rounds = tuple(text("matching.speed.round", number=number + 1) for number in range(len(plan.rounds)))
    pause = text("matching.speed.break")
    by_mentor = [{mentor: mentee for mentee, mentor in each} for each in plan.rounds]
    by_mentee = [dict(each) for each in plan.rounds]

    def rows(side: Sequence[str], met: Sequence[Mapping[str, str]]) -> tuple[Row, ...]:
        return tuple((names[who], *(names[each[who]] if who in each else pause for each in met)) for who in side)

    first = Grid(
        text("matching.speed.by_mentors"), (text("matching.speed.mentor"), *rounds), rows(plan.mentors, by_mentor)
    )
    second = Grid(
        text("matching.speed.by_mentees"), (text("matching.speed.mentee"), *rounds), rows(plan.mentees, by_mentee)
    )
    return first, second


def tables(found: SpeedSheet) -> list[Table]:
    """Two sheets of an XLSX."""
    return [Table(each.title, [(title, 30) for title in each.head], each.rows) for each in found.tables]


def pdf(work: Work, found: SpeedSheet) -> bytes:
    """The plan to hang up and to hand out."""
    title = text("matching.speed.title")
    context = {
        "document": DocumentView(code="speed", title=title, kind="materials", state="approved"),
        "institution": found.institution,
        "note": text("matching.speed.note"),
        "grids": [part for each in found.tables for part in _parts(each)],
    }
    html = work.tools.renderer.html(_TEMPLATE, context).text
    return work.tools.renderer.pdf(html, title=title, created=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))


def _parts(grid: Grid) -> Iterator[Grid]:
    """As many rounds beside each other as a page holds; the names stand in each part again."""
    for start in range(1, max(2, len(grid.head)), _ACROSS):
        end = start + _ACROSS
        yield Grid(
            grid.title,
            (grid.head[0], *grid.head[start:end]),
            tuple((row[0], *row[start:end]) for row in grid.rows),
        )
