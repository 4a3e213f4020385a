"""Where everybody of a campaign stands: the heat map, the late ones, who will be late.

The database counts and sorts; the number of queries does not grow with the institutions.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from vekha.domain.campaign import ProgrammeState
from vekha.domain.watching import Cell, Crowd, Look, Pace, worst
from vekha.services.watch.monitoring_queries import LEFT, Chosen, Column, View
from vekha.services.work import Work
from vekha.storage.tables import Activity, Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One institution: a cell for each stage it has, by code."""

    programme: str
    institution: str
    title: str
    municipality: str
    state: str
    cells: dict[str, Cell]

    @property
    def worst(self) -> Cell:
        return worst(self.cells.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """One type of institution: its stages, and its lines with the worst first."""

    type: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalMap:
    """The same by municipality: how many stand how, by stage."""

    type: str
    columns: tuple[Column, ...]
    lines: dict[str, dict[str, Crowd]]

    @property
    def total(self) -> dict[str, Crowd]:
        """Everybody together, by stage."""
        found: dict[str, Crowd] = {}
        for crowds in self.lines.values():
            for stage, crowd in crowds.items():
                found[stage] = found[stage].joined(crowd) if stage in found else crowd
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """Something overdue, and whom to call about it."""

    programme: str
    institution: str
    title: str
    municipality: str
    stage: str
    activity: str
    what: str
    due: date
    days: int
    call: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Somebody behind the plan: by how many days, and when the next stage will be done at this pace."""

    programme: str
    institution: str
    title: str
    municipality: str
    behind: int
    pace: float
    stage: str
    due: date
    expected: date
    later: int
    call: str
    phone: str
    email: str

    @property
    def percent(self) -> int:
        return round(self.pace * 100)


def heat_maps(work: Work, code: str, chosen: Chosen | None = None) -> list[HeatMap]:
    """A map for each type of the campaign. Raises VekhaError campaign.unknown or access.denied."""
    view = View.of(work, code, chosen)
    return [
        HeatMap(
            type=kind,
            columns=columns,
            lines=tuple(Line(**_place(row), state=row.state, cells=cells) for row, cells in view.lines(kind)),
        )
        for kind, columns in view.columns.items()
    ]


def municipal_maps(work: Work, code: str, chosen: Chosen | None = None) -> list[MunicipalMap]:
    """The same counted by municipality, the worst first: by how many are late, then by name."""
    view = View.of(work, code, chosen)
    found = defaultdict[str, dict[str, dict[str, Crowd]]](lambda: defaultdict(dict))
    for (kind, municipality, stage), crowd in view.crowds().items():
        found[kind][municipality][stage] = crowd
    return [
        MunicipalMap(type=kind, columns=columns, lines=dict(sorted(found[kind].items(), key=_worst_first)))
        for kind, columns in view.columns.items()
        if found[kind]
    ]


def late(work: Work, code: str, chosen: Chosen | None = None) -> list[Late]:
    """Every required activity that is overdue, the longest first."""
    view = View.of(work, code, chosen)
    named = (col(Activity.code).label("activity"), col(Activity.title).label("own_title"))
    rows = (
        select(*view.who, col(Activity.stage), *named, col(Activity.due))
        .join(Activity, col(Activity.programme) == col(Programme.key))
        .where(view.where, col(Activity.state).in_(LEFT), col(Activity.due) < view.today, view.required)
        .order_by(col(Activity.due), col(Programme.key), col(Activity.ordinal))
    )
    found: list[Late] = []
    for row in work.session.execute(rows.limit(view.chosen.limit)):
        roadmap = view.roadmaps[row.roadmap, row.roadmap_version]
        what = row.own_title or roadmap.activity(row.stage, row.activity).title
        days = (work.local_day(row.timezone) - row.due).days
        told = {"stage": roadmap.stage(row.stage).title, "activity": row.activity, "what": what}
        found.append(Late(**_place(row), **told, due=row.due, days=days, **_who(row)))
    return found


def forecast(work: Work, code: str, chosen: Chosen | None = None) -> list[Forecast]:
    """Who is behind the plan and will close the next stage late at this pace (`vekha.domain.watching.Pace`)."""
    view = View.of(work, code, chosen)
    reached = view.reached()
    rows = (
        select(*view.who, col(Programme.own_start), col(Programme.cycle_starts), reached.c.due)
        .join(reached, reached.c.programme == col(Programme.key))
        .where(view.where, col(Programme.state) != ProgrammeState.FINISHED.value, reached.c.due < view.today)
        .order_by(reached.c.due, col(Programme.key))
    )
    behind = work.session.execute(rows.limit(view.chosen.limit)).all()
    stages = view.stages_left([row.key for row in behind])
    found: list[Forecast] = []
    for row in behind:
        today = work.local_day(row.timezone)
        pace = Pace(row.own_start or row.cycle_starts, row.due, today)
        ahead = next(((stage, due) for stage, due in stages.get(row.key, ()) if due >= today), None)
        if pace.early or ahead is None:
            continue
        stage, due = ahead
        expected = pace.expected(due)
        if expected > due:
            title = view.roadmaps[row.roadmap, row.roadmap_version].stage(stage).title
            later = (expected - due).days
            dates: dict[str, Any] = {"due": due, "expected": expected, "later": later}
            found.append(Forecast(**_place(row), **_who(row), **dates, stage=title, behind=pace.behind, pace=pace.pace))
    return found


def _place(row: Any) -> dict[str, str]:
    return {
        "programme": row.key,
        "institution": row.code,
        "title": row.short_title,
        "municipality": row.municipality,
    }


def _who(row: Any) -> dict[str, str]:
    """Whom to call: the curator, or the head where there is none."""
    person = row.staff.get("curator") or row.staff.get("director") or {}
    told = ", ".join(filter(None, (person.get("name"), person.get("position"))))
    return {"call": told, "phone": row.details.get("phone", ""), "email": row.details.get("email", "")}


def _worst_first(line: tuple[str, dict[str, Crowd]]) -> tuple[int, int, str]:
    municipality, crowds = line
    late_here = sum(each.counts.get(Look.LATE, 0) for each in crowds.values())
    return -late_here, -max(each.days for each in crowds.values()), municipality
