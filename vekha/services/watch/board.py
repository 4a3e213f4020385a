"""The operator's board: where each institution of a campaign stands, and the numbers above it.

The database looks at everybody once; what is told in detail is asked for the lines of one page only.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NoReturn

from sqlmodel import col, func, select

from vekha.domain.errors import VekhaError, problem
from vekha.domain.programme import OVER, StageState
from vekha.domain.watching import Look, cell_of
from vekha.services.access.scope import within
from vekha.services.access.watching import may_watch
from vekha.services.watch.monitoring_queries import PAGE, Chosen, Column, View
from vekha.services.work import Work
from vekha.storage.tables import Campaign, Extension, Institution, Programme, Stage

SAMPLE = 10  # lines of each type where several are shown


class Sort(StrEnum):
    """Which line comes first."""

    LATE = "late"
    TITLE = "title"
    MUNICIPALITY = "municipality"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """The numbers above the board."""

    institutions: int
    stages: int
    on_time: int
    soon: int
    late: int
    late_institutions: int
    asked: int

    @property
    def percent(self) -> int:
        return self.on_time * 100 // self.stages if self.stages else 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """One stage of one institution. `waits` are the numbers of the stages it comes after."""

    state: StageState
    look: Look
    days: int  # late
    left: int
    opens: dt.date
    due: dt.date
    closed_on: dt.date | None
    settled: int
    needed: int
    waits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    programme: str
    institution: str
    title: str
    municipality: str
    today: dt.date
    squares: Mapping[str, Square]

    @property
    def worst(self) -> str:
        """The stage that needs somebody first."""
        order = [*Look]
        found = ((order.index(each.look), -each.days, code) for code, each in self.squares.items())
        return min(found, default=(0, 0, ""))[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One type of institution. `dues` are the dates that every line shown has in common."""

    type: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: int
    dues: Mapping[str, dt.date] = field(default_factory=dict[str, dt.date])

    @property
    def titles(self) -> dict[str, str]:
        return {each.code: each.title for each in self.columns}


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    tiles: Tiles
    grids: tuple[Grid, ...]
    page: int
    pages: int


def campaigns(work: Work) -> Sequence[Campaign]:
    """The campaigns that the actor may watch, those at work first, the newest first."""
    found = work.session.exec(select(Campaign)).all()
    rank = {"running": 0, "launching": 0, "paused": 1, "finished": 2, "draft": 3, "cancelled": 4}
    seen = [each for each in found if may_watch(work, each.region)]
    return sorted(seen, key=lambda each: (rank.get(each.state, 5), -each.year, -each.created_at.timestamp(), each.code))


def refuse_unknown(campaign: str) -> NoReturn:
    raise VekhaError(problem("campaign.unknown", campaign=campaign))


def places(work: Work, campaign: str) -> tuple[list[str], list[str]]:
    """The types of institution and the municipalities of the campaign that the actor may see."""
    rows = select(Institution.type, Institution.municipality)
    rows = rows.join(Programme, col(Programme.institution) == col(Institution.code))
    found = work.session.exec(rows.where(Programme.campaign == campaign, within(work.actor)).distinct()).all()
    return sorted({kind for kind, _ in found}), sorted({place for _, place in found} - {""})


def board(work: Work, code: str, chosen: Chosen, sort: Sort = Sort.LATE, page: int = 1) -> Board:
    """Of one type the lines of a page, of several the first lines of each.

    Raises VekhaError campaign.unknown or access.denied.
    """
    view = View.of(work, code, chosen)
    everybody = view.standings(*_TOLD[sort])
    by_type = _by_type(everybody if sort is Sort.LATE else sorted(everybody, key=_by_words))
    size = PAGE if len(by_type) == 1 else SAMPLE
    longest = max(map(len, by_type.values()), default=0)
    pages = max(1, -(-longest // PAGE)) if len(by_type) == 1 else 1
    page = min(max(1, page), pages)
    shown = {kind: keys[(page - 1) * size : page * size] for kind, keys in by_type.items()}
    details = _rows(view, [key for keys in shown.values() for key in keys])
    grids = tuple(
        _grid(kind, view.columns[kind], [details[key] for key in keys], len(by_type[kind]))
        for kind, keys in shown.items()
    )
    return Board(tiles=_tiles(view, everybody), grids=grids, page=page, pages=pages)


_TOLD: dict[Sort, tuple[Any, ...]] = {
    Sort.LATE: (),
    Sort.TITLE: (Institution.short_title,),
    Sort.MUNICIPALITY: (Institution.municipality, Institution.short_title),
}


def _by_type(rows: Iterable[Sequence[Any]]) -> dict[str, list[str]]:
    """Type → the keys of its programmes. There are thousands of rows: they are taken apart by place, not by name."""
    found = defaultdict[str, list[str]](list)
    for key, kind, *_ in rows:
        found[kind].append(key)
    return found


def _by_words(row: Sequence[Any]) -> tuple[str, ...]:
    """«Школа № 9» before «Школа № 10»."""
    key, _, _, _, _, *words = row
    return (*(_NUMBER.sub(_padded, word.casefold()) for word in words), key)


_NUMBER = re.compile(r"\d+")


def _padded(number: re.Match[str]) -> str:
    return number[0].zfill(10)


def _grid(kind: str, columns: tuple[Column, ...], rows: list[Row], total: int) -> Grid:
    dues = defaultdict[str, set[dt.date]](set)
    for row in rows:
        for code, square in row.squares.items():
            dues[code].add(square.due)
    common = {code: next(iter(dates)) for code, dates in dues.items() if len(dates) == 1}
    return Grid(type=kind, columns=columns, rows=tuple(rows), total=total, dues=common)


def _tiles(view: View, everybody: Sequence[Sequence[Any]]) -> Tiles:
    _, _, late, soon, every, *_ = zip(*everybody, strict=True) if everybody else ((),) * 5
    stages, late_stages = sum(every), sum(late)
    home = select(Programme.key).join(Institution, col(Institution.code) == col(Programme.institution))
    home = home.where(col(Programme.key) == col(Extension.programme), view.where)
    # Asked of each extension that waits, not of each programme: there are far fewer.
    asked = select(func.count()).select_from(Extension).where(Extension.state == "asked", home.exists())
    return Tiles(
        institutions=len(everybody),
        stages=stages,
        on_time=stages - late_stages,
        soon=sum(soon),
        late=late_stages,
        late_institutions=len(everybody) - late.count(0),
        asked=view.work.session.exec(asked).one(),
    )


# --- the lines of one page --------------------------------------------------------------------------------------------


def _rows(view: View, keys: Sequence[str]) -> dict[str, Row]:
    session, work = view.work.session, view.work
    stages = defaultdict[str, dict[str, Stage]](dict)
    for stage in session.exec(select(Stage).where(col(Stage.programme).in_(keys)).order_by(col(Stage.ordinal))):
        stages[stage.programme][stage.code] = stage
    progress = {(row.programme, row.stage): row for row in view.progress(keys)}
    homes = select(Programme, Institution).join(Institution, col(Institution.code) == col(Programme.institution))
    found: dict[str, Row] = {}
    for programme, home in session.exec(homes.where(col(Programme.key).in_(keys))):
        today, mine = work.local_day(home.timezone), stages[programme.key]
        roadmap = view.roadmaps[programme.roadmap, programme.roadmap_version]
        waits = {code: _waits(roadmap.stage(code).after, mine) for code in mine}
        found[programme.key] = Row(
            programme=programme.key,
            institution=home.code,
            title=home.short_title,
            municipality=home.municipality,
            today=today,
            squares={
                code: _square(each, progress.get((programme.key, code)), waits[code], today)
                for code, each in mine.items()
            },
        )
    return found


def _waits(after: Iterable[str], stages: Mapping[str, Stage]) -> tuple[str, ...]:
    order = [*stages]
    return tuple(str(order.index(code) + 1) for code in after if code in stages and stages[code].state not in OVER)


def _square(stage: Stage, progress: Any, waits: tuple[str, ...], today: dt.date) -> Square:
    state = StageState(stage.state)
    due = (progress.overdue if progress else None) or stage.due
    cell = cell_of(state, due, today)
    return Square(
        state=state,
        look=cell.look,
        days=cell.days,
        left=(due - today).days,
        opens=stage.opens,
        due=stage.due,
        closed_on=stage.closed_on,
        settled=progress.settled if progress else 0,
        needed=progress.needed if progress else 0,
        waits=waits,
    )
