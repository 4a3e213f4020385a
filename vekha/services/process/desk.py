"""A curator's desk: what is due, across every programme the actor may work on, and which stages are ready to close."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, case, func, select
from sqlmodel import col

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
MANY = 50  # running programmes: whoever looks after more of them looks at the board


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
    """Activities by urgency, each group by date; `own` are the programmes themselves, the newest first.

    A `wide` one is of somebody whose programmes are too many for one list: it has none.
    """

    own: tuple[Own, ...]
    programmes: int = 0
    ready: tuple[ReadyStage, ...] = ()
    late: tuple[Item, ...] = ()
    today: tuple[Item, ...] = ()
    week: tuple[Item, ...] = ()
    later: tuple[Item, ...] = ()
    wide: bool = False

    @property
    def empty(self) -> bool:
        return not (self.ready or self.late or self.today or self.week or self.later)


def desk(work: Work) -> Desk:
    """In a constant number of queries, however many programmes there are."""
    if _too_many(work):
        return Desk(own=_own(work), wide=True)
    blocked: set[tuple[str, str]] = set()
    found: list[Item] = []
    roadmap_of = roadmaps(work.session)
    rows = activities_at_work(ActivityState.OPEN, ActivityState.PLANNED).where(within(work.actor, Action.WORK))
    states = _open_stages(work)
    rows = rows.add_columns(col(Stage.state).label("at"), col(Activity.opens))
    for row in work.session.connection().execute(rows):
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
        ReadyStage(key, home, stage, roadmap_of(code, version).stage(stage).title)
        for key, stage, home, code, version in states
        if (key, stage) not in blocked
    ]
    return Desk(
        ready=tuple(ready),
        late=tuple(each for each in found if each.left < 0),
        today=tuple(each for each in found if each.left == 0),
        week=tuple(each for each in found if 0 < each.left <= WEEK),
        later=tuple(each for each in found if each.left > WEEK),
        programmes=len({each.programme for each in found} | {row.programme for row in states}),
        own=_own(work),
    )


def _too_many(work: Work) -> bool:
    """Never of those who work at institutions named one by one: they are not even asked about."""
    if all(each.institution for each in work.actor.granting(Action.WORK)):
        return False
    rows = _RUNNING.where(within(work.actor, Action.WORK)).limit(MANY + 1)
    return len(work.session.connection().execute(rows).all()) > MANY


_RUNNING = (
    select(col(Programme.key))
    .join(Institution, col(Institution.code) == col(Programme.institution))
    .where(col(Programme.state) == "running")
)


def _open_stages(work: Work) -> Sequence[Any]:
    rows = _OPEN_STAGES.where(within(work.actor, Action.WORK))
    return work.session.connection().execute(rows).all()


_OPEN_STAGES = (
    select(
        col(Stage.programme),
        col(Stage.code),
        col(Institution.short_title),
        col(Programme.roadmap),
        col(Programme.roadmap_version),
    )
    .join(Programme, col(Programme.key) == col(Stage.programme))
    .join(Institution, col(Institution.code) == col(Programme.institution))
    .where(col(Programme.state) == "running", unindexed(Stage.state) == StageState.OPEN.value)
    .order_by(col(Stage.programme), col(Stage.ordinal))
)


def _own(work: Work) -> tuple[Own, ...]:
    """The way into a programme in which nothing is due: the newest ones; whoever has many finds them on the board.

    The stages are counted for those alone that are shown.
    """
    connection = work.session.connection()
    rows = connection.execute(_MINE.where(within(work.actor, Action.WORK))).all()
    counts = connection.execute(_COUNTS, {"keys": [row.key for row in rows]})
    told = {key: (done, total) for key, done, total in counts}
    return tuple(Own(row.key, row.short_title, row.year, row.state, *told.get(row.key, (0, 0))) for row in rows)


_MINE = (
    select(col(Programme.key), col(Institution.short_title), col(Programme.year), col(Programme.state))
    .join(Institution, col(Institution.code) == col(Programme.institution))
    .where(col(Programme.state) != "cancelled")
    .order_by(col(Programme.year).desc(), col(Programme.key))
    .limit(OWN)
)
_COUNTS = (
    select(
        col(Stage.programme),
        func.sum(case((col(Stage.state).in_([each.value for each in OVER]), 1), else_=0)),
        func.count(),
    )
    .where(col(Stage.programme).in_(bindparam("keys", expanding=True)))
    .group_by(col(Stage.programme))
)
