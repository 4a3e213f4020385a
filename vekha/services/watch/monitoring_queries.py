"""The queries that look at a whole campaign: set-based, the same on both databases.

A day is the institution's own: the same instant is Tuesday in Kaliningrad and Wednesday in Kamchatka.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Subquery, and_, case, false, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from vekha.domain.campaign import ProgrammeState
from vekha.domain.errors import VekhaError, problem
from vekha.domain.programme import OVER, SETTLED, ActivityState, StageState
from vekha.domain.roadmap import Gate, Roadmap
from vekha.domain.watching import SOON, Cell, Crowd, Look, cell_of
from vekha.services.access.scope import within
from vekha.services.access.watching import demand_watching
from vekha.services.process.programmes import stored_roadmap
from vekha.services.work import Work
from vekha.storage.tables import Activity, Campaign, Institution, Programme, Stage

PAGE = 50
WORDS = 6  # of a search
_OVER = [each.value for each in OVER]
_SETTLED = [each.value for each in SETTLED]
LEFT = [ActivityState.PLANNED.value, ActivityState.OPEN.value]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom to look at; nothing given = everybody of the campaign. `limit` None = all of them."""

    type: str | None = None
    municipality: str | None = None
    search: str = ""  # words of the title or the code
    late: bool = False
    limit: int | None = PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A stage of one type of institution."""

    code: str
    number: str
    title: str


def _named(word: str) -> ColumnElement[bool]:
    """Titles with the word in any usual case: SQLite knows no capitals but Latin ones."""
    cases = dict.fromkeys((word, word.lower(), word.capitalize(), word.upper()))
    titles = (col(Institution.short_title), col(Institution.title), col(Institution.code))
    return or_(*(title.contains(each, autoescape=True) for title in titles for each in cases))


class View:
    """What the queries of one look at a campaign share."""

    def __init__(self, work: Work, campaign: Campaign, chosen: Chosen) -> None:
        self.work, self.chosen = work, chosen
        here = [col(Programme.campaign) == campaign.code, col(Programme.state) != ProgrammeState.CANCELLED.value]
        here += [within(work.actor)]
        if chosen.type is not None:
            here.append(col(Institution.type) == chosen.type)
        if chosen.municipality is not None:
            here.append(col(Institution.municipality) == chosen.municipality)
        here += [_named(word) for word in chosen.search.split()[:WORDS]]
        self.where = and_(col(Institution.code) == col(Programme.institution), *here)
        self.campaign = campaign.code
        self.roadmaps, self.kinds, self.zones = self._versions()
        self.today: ColumnElement[date] = self._day()
        self.soon: ColumnElement[date] = self._day(SOON)
        self.latest = max((work.local_day(zone) for zone in self.zones), default=date.min)
        self.required = self._required()

    @classmethod
    def of(cls, work: Work, code: str, chosen: Chosen | None) -> "View":
        campaign = work.session.get(Campaign, code)
        if campaign is None:
            raise VekhaError(problem("campaign.unknown", campaign=code))
        demand_watching(work, campaign.region)
        return cls(work, campaign, chosen or Chosen())

    def _versions(self) -> tuple[dict[tuple[str, int], Roadmap], dict[str, list[tuple[str, int]]], list[str]]:
        """The roadmaps in use, which type uses which, and the time zones."""
        p, i = col(Programme.roadmap), col(Institution.type)
        rows = select(i, p, col(Programme.roadmap_version), col(Institution.timezone)).where(self.where).distinct()
        roadmaps: dict[tuple[str, int], Roadmap] = {}
        kinds = defaultdict[str, list[tuple[str, int]]](list)
        zones: list[str] = []
        for kind, code, version, timezone in sorted(self.work.session.execute(rows)):
            if (code, version) not in kinds[kind]:
                kinds[kind].append((code, version))
                roadmaps[code, version] = stored_roadmap(self.work.session, code, version)
            zones.append(timezone)
        return roadmaps, dict(kinds), list(dict.fromkeys(zones))

    def _day(self, ahead: int = 0) -> ColumnElement[date]:
        """The institution's today or so many days later; one and the same where it is the same day everywhere."""
        days = {zone: self.work.local_day(zone) + timedelta(ahead) for zone in self.zones}
        told = [literal(day, Date) for day in dict.fromkeys(days.values())]
        if len(told) < 2:
            return told[0] if told else literal(date.max, Date)
        return case(*((col(Institution.timezone) == zone, literal(day, Date)) for zone, day in days.items()))

    def _required(self, activity: Any = Activity) -> ColumnElement[bool]:
        """Activities that somebody has to do: the roadmap's, apart from its optional ones, and required own ones."""
        needed = [each.value for each in Gate if each.required]
        optional = [
            and_(
                col(Programme.roadmap) == code,
                col(Programme.roadmap_version) == version,
                activity.code.in_([row.code for _, row in roadmap.rows() if not row.gate.required]),
            )
            for (code, version), roadmap in self.roadmaps.items()
        ]
        own = activity.own
        return or_(and_(own, activity.gate.in_(needed)), and_(~own, ~or_(false(), *optional)))

    @property
    def who(self) -> list[Any]:
        i, p = Institution, Programme
        columns = (p.key, p.roadmap, p.roadmap_version, i.code, i.short_title, i.municipality, i.timezone)
        return [col(each) for each in (*columns, i.staff, i.details)]

    @property
    def columns(self) -> dict[str, tuple[Column, ...]]:
        """The stages of each type; a newer version's stages follow those of an older one that lacks them."""
        found: dict[str, tuple[Column, ...]] = {}
        for kind, versions in self.kinds.items():
            made: dict[str, Column] = {}
            for version in reversed(versions):
                for ordinal, stage in enumerate(self.roadmaps[version].stages, 1):
                    number = stage.number or str(ordinal)
                    made.setdefault(stage.code, Column(code=stage.code, number=number, title=stage.title))
            found[kind] = tuple(made.values())
        return found

    def _overdue(self, keys: Sequence[str] | None) -> Subquery:
        """For each stage the earliest date of a required activity that has passed somewhere on Earth."""
        names = ("programme", "stage", "code", "own", "gate", "due")
        passed = select(*(getattr(Activity, name) for name in names))
        passed = passed.where(col(Activity.state).in_(LEFT), col(Activity.due) < self.latest)
        if keys is not None:
            passed = passed.where(col(Activity.programme).in_(keys))
        # Gathered first, by the index on dates: in one query SQLite reads every activity in the order of the grouping.
        late = aliased(Activity, passed.cte("passed").prefix_with("MATERIALIZED"))
        rows = select(late.programme, late.stage, func.min(late.due).label("due"))  # type: ignore[call-overload]
        rows = rows.join(Programme, col(Programme.key) == late.programme)
        rows = rows.where(col(Programme.campaign) == self.campaign, self._required(late))
        return rows.group_by(late.programme, late.stage).subquery()

    def _stages(self, keys: Sequence[str] | None = None) -> tuple[Any, ColumnElement[date]]:
        """Stages with their institutions, and the date each should be done by; of all programmes or of these."""
        overdue = self._overdue(keys)
        of_stage = and_(overdue.c.programme == col(Stage.programme), overdue.c.stage == col(Stage.code))
        rows = (
            select()
            .select_from(Programme)
            .join(Institution, col(Institution.code) == col(Programme.institution))
            .join(Stage, col(Stage.programme) == col(Programme.key))
            .outerjoin(overdue, of_stage)
            .where(self.where)
        )
        if keys is not None:
            rows = rows.where(col(Programme.key).in_(keys))
        passed = case((overdue.c.due < self.today, overdue.c.due))
        return rows, func.coalesce(passed, col(Stage.due), type_=Date)

    def crowds(self) -> dict[tuple[str, str, str], Crowd]:
        """(type, municipality, stage) → how many stand how."""
        rows, due = self._stages()
        over = col(Stage.state).in_(_OVER)
        look = case(
            (over, Look.DONE.value),
            (due < self.today, Look.LATE.value),
            (col(Stage.state) == StageState.PLANNED.value, Look.WAITS.value),
            (due <= self.soon, Look.SOON.value),
            else_=Look.AT_WORK.value,
        )
        places = [col(Institution.type), col(Institution.municipality), col(Stage.code), col(Institution.timezone)]
        rows = rows.with_only_columns(*places, look.label("look"), func.count(), func.min(due, type_=Date))
        found: dict[tuple[str, str, str], Crowd] = {}
        for kind, municipality, stage, zone, look_, count, first in self.work.session.execute(
            rows.group_by(*places, look)
        ):
            passed = (self.work.local_day(zone) - first).days if look_ == Look.LATE else 0
            place, crowd = (kind, municipality, stage), Crowd({Look(look_): count}, passed)
            found[place] = found[place].joined(crowd) if place in found else crowd
        return found

    def lines(self, kind: str) -> Iterator[tuple[Any, dict[str, Cell]]]:
        """The institutions of a type, the one with the earliest overdue date first, then by what is due next."""
        rows, due = self._stages()
        earliest = func.min(case((~col(Stage.state).in_(_OVER), due)), type_=Date).label("first")
        rows = rows.where(col(Institution.type) == kind).with_only_columns(col(Programme.key), earliest)
        if self.chosen.late:
            rows = rows.having(earliest < func.max(self.today))
        found = rows.group_by(col(Programme.key)).subquery()
        page = (
            select(*self.who, col(Programme.state))
            .join(Institution, col(Institution.code) == col(Programme.institution))
            .join(found, found.c.key == col(Programme.key))
            .order_by(found.c.first.is_(None), found.c.first, col(Programme.key))
        )
        shown = self.work.session.execute(page.limit(self.chosen.limit)).all()
        cells = self._cells(None if self.chosen.limit is None else [row.key for row in shown])
        for row in shown:
            yield row, cells.get(row.key, {})

    def standings(self, *told: Any) -> list[Any]:
        """For each programme its key and type, how many of its stages are late, are due soon and are there at all.

        `told` are columns of the institution wanted besides. The first overdue one comes first.
        """
        rows, due = self._stages()
        over, planned = col(Stage.state).in_(_OVER), col(Stage.state) == StageState.PLANNED.value
        late = func.sum(case((and_(~over, due < self.today), 1), else_=0))
        soon = and_(~over, due >= self.today, ~planned, due <= self.soon)
        counts = (late.label("late"), func.sum(case((soon, 1), else_=0)).label("soon"), func.count().label("every"))
        first = func.min(case((~over, due))).label("first")
        rows = rows.with_only_columns(col(Programme.key), first, *counts).group_by(col(Programme.key))
        if self.chosen.late:
            rows = rows.having(late > 0)
        found = rows.subquery()
        order = (found.c.first.is_(None), found.c.first, found.c.key)
        each = (
            select(found.c.key, col(Institution.type), found.c.late, found.c.soon, found.c.every, *told)
            .join(Programme, col(Programme.key) == found.c.key)
            .join(Institution, col(Institution.code) == col(Programme.institution))
        )
        return list(self.work.session.connection().execute(each.order_by(*order)))

    def spans(self) -> list[Any]:
        """For each type and stage the first and last dates, how many have it, closed it and are late with it."""
        rows, due = self._stages()
        over = col(Stage.state).in_(_OVER)
        late = and_(~over, due < self.today)
        counts = (func.sum(case((each, 1), else_=0)).label(name) for name, each in (("closed", over), ("late", late)))
        dates = {"opens": func.min(col(Stage.opens)), "due_from": func.min(col(Stage.due))}
        dates |= {"due": func.max(col(Stage.due))}
        place = (col(Institution.type), col(Stage.code))
        named = (each.label(name) for name, each in dates.items())
        rows = rows.with_only_columns(*place, *named, *counts, func.count().label("every"))
        return list(self.work.session.execute(rows.group_by(*place)).all())

    def progress(self, keys: Sequence[str]) -> list[Any]:
        """(programme, stage) → the required activities, those settled, the earliest date not kept."""
        settled = col(Activity.state).in_(_SETTLED)
        passed = case((and_(~settled, col(Activity.due) < self.today), col(Activity.due)))
        counts = (func.count().label("needed"), func.sum(case((settled, 1), else_=0)).label("settled"))
        rows = (
            select(col(Activity.programme), col(Activity.stage), *counts, func.min(passed, type_=Date).label("overdue"))
            .join(Programme, col(Programme.key) == col(Activity.programme))
            .join(Institution, col(Institution.code) == col(Programme.institution))
            .where(col(Activity.programme).in_(keys), self.required)
            .group_by(col(Activity.programme), col(Activity.stage))
        )
        return list(self.work.session.execute(rows).all())

    def _cells(self, keys: Sequence[str] | None) -> dict[str, dict[str, Cell]]:
        rows, due = self._stages(keys)
        columns = (col(Programme.key), col(Stage.code), col(Stage.state), due.label("due"), col(Institution.timezone))
        found = defaultdict[str, dict[str, Cell]](dict)
        today = {zone: self.work.local_day(zone) for zone in self.zones}
        for key, code, state, day, zone in self.work.session.execute(rows.with_only_columns(*columns)):
            found[key][code] = cell_of(StageState(state), day, today[zone])
        return found

    def reached(self) -> Subquery:
        """For each programme the date of the first required activity, by due dates, beyond as many as are done."""
        settled = case((col(Activity.state).in_(_SETTLED), 1), else_=0)
        key = col(Activity.programme)
        order = (col(Activity.due), col(Activity.ordinal))
        numbered = (
            select(
                col(Activity.programme),
                col(Activity.due),
                func.row_number().over(partition_by=key, order_by=order).label("number"),
                func.sum(settled).over(partition_by=key).label("done"),
            )
            .join(Programme, col(Programme.key) == col(Activity.programme))
            .join(Institution, col(Institution.code) == col(Programme.institution))
            .where(self.where, self.required)
            .subquery()
        )
        return select(numbered.c.programme, numbered.c.due).where(numbered.c.number == numbered.c.done + 1).subquery()

    def stages_left(self, keys: Sequence[str]) -> dict[str, list[tuple[str, date]]]:
        """Programme → its stages that are not over with their dates, the earliest first."""
        rows = select(col(Stage.programme), col(Stage.code), col(Stage.due))
        rows = rows.where(col(Stage.programme).in_(keys), ~col(Stage.state).in_(_OVER))
        found = defaultdict[str, list[tuple[str, date]]](list)
        for key, code, due in self.work.session.execute(rows.order_by(col(Stage.due), col(Stage.ordinal))):
            found[key].append((code, due))
        return found
