"""A curator's desk: what is due, across every programme the actor may work on, and which stages are ready to close."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import case, col, func, select

from vekha.domain.access import Action
from vekha.domain.programme import OVER, ActivityState, StageState
from vekha.domain.roadmap import Gate
from vekha.services.access.scope import within
from vekha.services.process.duties import activities_at_work, dues_of, unindexed
from vekha.services.process.programmes import roadmaps
from vekha.services.work import Work
from vekha.storage.tables import Activity, Institution, Programme, Stage

WEEK = 7  # days
OWN = 12  # programmes shown by name


@dataclass(frozen=True, slots=True)
class Item:
    """An activity to do. `left` are the days until its date, negative when it is late."""

    programme: str
    institution: str
    stage: str
    stage_title: str
    activity: str
    title: str
    required: bool
    due: dt.date
    left: int


@dataclass(frozen=True, slots=True)
class ReadyStage:
    """An open stage in which nothing required is left to do."""

    programme: str
    institution: str
    stage: str
    title: str


@dataclass(frozen=True, slots=True)
class Own:
    """A programme one works on, running or over; `closed` of its `stages` are behind it."""

    key: str
    institution: str
    year: int
    state: str
    closed: int
    stages: int

    @property
    def over(self) -> bool:
        return self.closed == self.stages


@dataclass(frozen=True, slots=True)
class Desk:
    """Activities by urgency, each group by date; `own` are the programmes themselves, the newest first."""

    ready: tuple[ReadyStage, ...]
    late: tuple[Item, ...]
    today: tuple[Item, ...]
    week: tuple[Item, ...]
    later: tuple[Item, ...]
    programmes: int
    own: tuple[Own, ...]

    @property
    def empty(self) -> bool:
        return not (self.ready or self.late or self.today or self.week or self.later)


def desk(work: Work) -> Desk:
    """In a constant number of queries, however many programmes there are."""
    blocked: set[tuple[str, str]] = set()
    found: list[Item] = []
    roadmap_of = roadmaps(work.session)
    rows = activities_at_work(ActivityState.OPEN, ActivityState.PLANNED).where(within(work.actor, Action.WORK))
    states = _open_stages(work)
    for row in work.session.execute(rows.add_columns(col(Stage.state).label("at"), col(Activity.opens))):
        roadmap = roadmap_of(row.roadmap, row.roadmap_version)
        spec = None if row.own else roadmap.activity(row.stage, row.code)
        gate = spec.gate if spec else Gate(row.gate or Gate.OPTIONAL)
        if gate.blocks_stage:
            blocked.add((row.programme, row.stage))
        today = work.local_day(row.timezone)
        due = next((each for each in dues_of(row) if each >= today), row.due)
        left = (due - today).days
        if row.at == StageState.PLANNED or row.opens > today:
            continue
        title = spec.title if spec else row.title or row.code
        stage = roadmap.stage(row.stage).title
        place = (row.programme, row.short_title, row.stage, stage, row.code)
        found.append(Item(*place, title=title, required=gate.required, due=due, left=left))
    found.sort(key=lambda each: (each.due, not each.required, each.programme))
    ready = [
        ReadyStage(stage.programme, home, stage.code, roadmap_of(code, version).stage(stage.code).title)
        for stage, home, code, version in states
        if (stage.programme, stage.code) not in blocked
    ]
    return Desk(
        ready=tuple(ready),
        late=tuple(each for each in found if each.left < 0),
        today=tuple(each for each in found if each.left == 0),
        week=tuple(each for each in found if 0 < each.left <= WEEK),
        later=tuple(each for each in found if each.left > WEEK),
        programmes=len({each.programme for each in found} | {stage.programme for stage, *_ in states}),
        own=_own(work),
    )


def _open_stages(work: Work) -> Sequence[tuple[Stage, str, str, int]]:
    rows = (
        select(Stage, Institution.short_title, Programme.roadmap, Programme.roadmap_version)
        .join(Programme, col(Programme.key) == col(Stage.programme))
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .where(within(work.actor, Action.WORK), Programme.state == "running")
        .where(unindexed(Stage.state) == StageState.OPEN.value)
        .order_by(col(Stage.programme), col(Stage.ordinal))
    )
    return work.session.exec(rows).all()


def _own(work: Work) -> tuple[Own, ...]:
    """The way into a programme in which nothing is due: the newest ones; whoever has many finds them on the board.

    The stages are counted for those alone that are shown.
    """
    mine = (
        select(col(Programme.key), Institution.short_title, Programme.year, Programme.state)
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .where(within(work.actor, Action.WORK), Programme.state != "cancelled")
        .order_by(col(Programme.year).desc(), col(Programme.key))
        .limit(OWN)
    )
    rows = work.session.exec(mine).all()
    closed = func.sum(case((col(Stage.state).in_([each.value for each in OVER]), 1), else_=0))
    counts = select(col(Stage.programme), closed, func.count()).where(
        col(Stage.programme).in_([row[0] for row in rows])
    )
    told = {key: (done, total) for key, done, total in work.session.exec(counts.group_by(col(Stage.programme)))}
    return tuple(Own(*row, *told.get(row[0], (0, 0))) for row in rows)
