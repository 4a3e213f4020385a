"""A curator's desk: what is due, across every programme the actor may work on, and which stages are ready to close."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.programme import ActivityState, StageState
from vekha.domain.roadmap import Gate
from vekha.services.duties import activities_at_work, dues_of
from vekha.services.programmes import roadmaps
from vekha.services.scope import within
from vekha.services.work import Work
from vekha.storage.tables import Activity, Institution, Programme, Stage

WEEK = 7  # days


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
class Desk:
    """Activities by urgency, each group by date."""

    ready: tuple[ReadyStage, ...]
    late: tuple[Item, ...]
    today: tuple[Item, ...]
    week: tuple[Item, ...]
    later: tuple[Item, ...]
    programmes: int

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
    )


def _open_stages(work: Work) -> Sequence[tuple[Stage, str, str, int]]:
    rows = (
        select(Stage, Institution.short_title, Programme.roadmap, Programme.roadmap_version)
        .join(Programme, col(Programme.key) == col(Stage.programme))
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .where(within(work.actor, Action.WORK), col(Stage.state) == StageState.OPEN, Programme.state == "running")
        .order_by(col(Stage.programme), col(Stage.ordinal))
    )
    return work.session.exec(rows).all()
