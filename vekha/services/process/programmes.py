"""One programme as the domain sees it: loaded with a handful of queries, changed by writing what was decided.

The programme's row is locked first (PostgreSQL; SQLite has one writer anyway), so two changes of one programme follow
each other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from typing import Any

from sqlmodel import Session, col, select

from vekha.domain.access import Action
from vekha.domain.campaign import CampaignState, ProgrammeState
from vekha.domain.errors import VekhaError, problem
from vekha.domain.programme import (
    SETTLED,
    ActivityState,
    ProgrammeNow,
    StageState,
)
from vekha.domain.progress import Change, finished
from vekha.domain.roadmap import Roadmap
from vekha.plugin import InstitutionType
from vekha.services.process import queries as q
from vekha.services.process import reading
from vekha.services.process.activity_rows import ActivityRows
from vekha.services.process.facts import activity_now, answers_of, documents_of, people_of, stage_now
from vekha.services.work import EARLIEST_TZ, Work
from vekha.storage.tables import (
    Activity,
    Campaign,
    Institution,
    Programme,
    RoadmapVersion,
    Stage,
)


@dataclass(slots=True)
class Loaded:
    """A programme with its rows; `now` is what the domain decides on."""

    programme: Programme
    institution: Institution
    type: InstitutionType
    roadmap: Roadmap
    stages: dict[str, Stage]
    activities: ActivityRows
    now: ProgrammeNow

    @property
    def key(self) -> str:
        return self.programme.key

    def title_of(self, stage: str, activity: str) -> str:
        return self.now.activities[stage, activity].title

    def put(self, row: Activity) -> None:
        """An activity was added."""
        self.activities.put(row)
        known = self.now.activities
        self.now = replace(self.now, activities={**known, (row.stage, row.code): activity_now(row, self.roadmap)})


def load(work: Work, key: str, action: Action = Action.WORK) -> Loaded:
    """The programme `key`, locked for this unit of work.

    Raises VekhaError programme.unknown, access.denied, or programme.cancelled for anything but looking at it.

    It is read once for each unit of work; services keep what is loaded true to what they write.
    """
    known = work.programmes.get(key)
    if isinstance(known, Loaded):
        work.demand(action, known.institution)
        loaded = known
    else:
        loaded = work.programmes[key] = _read(work, [key], action)[key]
    if action is not Action.VIEW and loaded.programme.state == ProgrammeState.CANCELLED:
        raise VekhaError(problem("programme.cancelled", programme=key))
    return loaded


def demand_at(work: Work, key: str, action: Action) -> None:
    """Raises VekhaError programme.unknown, or access.denied unless the actor may do it at the programme's institution.

    For what needs the right but not the whole programme.
    """
    home = select(Institution).join(Programme, col(Programme.institution) == col(Institution.code))
    institution = work.session.exec(home.where(Programme.key == key)).one_or_none()
    if institution is None:
        raise VekhaError(problem("programme.unknown", programme=key))
    work.demand(action, institution)


def load_all(work: Work, keys: Iterable[str], action: Action = Action.WORK) -> None:
    """Reads several programmes in the number of statements that one asks for; `load` finds them then.

    Raises VekhaError programme.unknown or access.denied.
    """
    wanted = sorted({key for key in keys if key not in work.programmes})
    if wanted:
        work.programmes |= _read(work, wanted, action)


def _read(work: Work, keys: Sequence[str], action: Action) -> dict[str, Loaded]:
    if work.writes:
        work.flush()  # a programme started in this very transaction is there already
    found = reading.read(work.session, keys, lambda each: work.demand(action, each), lock=work.writes)
    return {rows.programme.key: _loaded(work, rows) for rows in found}


def _loaded(work: Work, rows: reading.Rows) -> Loaded:
    programme, institution, session = rows.programme, rows.institution, work.session
    kind = work.tools.registry.type(institution.type)
    roadmap = _ROADMAPS.get(rows.digest) or stored_roadmap(session, programme.roadmap, programme.roadmap_version)
    activities = {(row.stage, row.code): row for row in rows.activities}
    now = ProgrammeNow(
        roadmap=roadmap,
        today=work.local_day(institution.timezone),
        stages={code: stage_now(row) for code, row in rows.stages.items()},
        activities={place: activity_now(row, roadmap) for place, row in activities.items()},
        documents=documents_of(rows.documents),
        answers=answers_of(rows.answers),
        people=people_of(rows.people),
        checks=kind.checks,
    )
    own = ActivityRows(session, programme.key, activities)
    return Loaded(programme, institution, kind, roadmap, rows.stages, own, now)


def load_to_open(work: Work, keys: Sequence[str]) -> list[Loaded]:
    """Several programmes at once, locked in the order of their keys, with no more than what opens by itself asks for:
    the stages and the activities whose day may have come. They are not kept; `load` reads each anew.

    Raises VekhaError access.denied or plugin.unknown_type.
    """
    session, places = work.session, col(Programme.key).in_(keys)
    rows = select(Programme, Institution).join(Institution, col(Institution.code) == col(Programme.institution))
    found = session.exec(rows.where(places).order_by(col(Programme.key)).with_for_update(of=Programme)).all()
    stages, activities = defaultdict[str, dict[str, Stage]](dict), defaultdict[str, dict[Any, Activity]](dict)
    for stage in session.exec(select(Stage).where(col(Stage.programme).in_(keys)).order_by(col(Stage.ordinal))):
        stages[stage.programme][stage.code] = stage
    latest = (work.now + EARLIEST_TZ).date()
    waiting = select(Activity).where(Activity.state == ActivityState.PLANNED, Activity.opens <= latest)
    for row in session.exec(waiting.where(col(Activity.programme).in_(keys)).order_by(col(Activity.ordinal))):
        activities[row.programme][row.stage, row.code] = row
    roadmap_of = roadmaps(session)
    loaded: list[Loaded] = []
    for programme, institution in found:
        work.demand(Action.WORK, institution)
        kind = work.tools.registry.type(institution.type)
        roadmap = roadmap_of(programme.roadmap, programme.roadmap_version)
        own = stages[programme.key], activities[programme.key]
        now = _to_open(roadmap, work.local_day(institution.timezone), *own)
        rows = ActivityRows(session, programme.key, own[1])
        for row in own[1].values():
            rows.put(row)
        loaded.append(Loaded(programme, institution, kind, roadmap, own[0], rows, now))
    return loaded


def _to_open(
    roadmap: Roadmap, today: date, stages: dict[str, Stage], activities: dict[tuple[str, str], Activity]
) -> ProgrammeNow:
    return ProgrammeNow(
        roadmap=roadmap,
        today=today,
        stages={code: stage_now(row) for code, row in stages.items()},
        activities={place: activity_now(row, roadmap) for place, row in activities.items()},
    )


def apply(work: Work, loaded: Loaded, changes: Iterable[Change]) -> None:
    """Writes decided changes with their audit, and queues what follows from each."""
    apply_all(work, [(loaded, changes)])


def apply_all(work: Work, decided: Iterable[tuple[Loaded, Iterable[Change]]]) -> None:
    """`apply` for several programmes, in the number of statements that one asks for."""
    rows: list[dict[str, Any]] = []
    over: list[Loaded] = []
    for loaded, changes in decided:
        for change in changes:
            if change.activity is None:
                _apply_to_stage(work, loaded, change)
            else:
                rows.append(_apply_to_activity(work, loaded, change))
        over.append(loaded)
    if rows:
        work.session.flush()  # an activity that was added just now
        work.session.connection().execute(q.ACTIVITY_CHANGED, rows)
    for loaded in over:
        _finish(work, loaded)


def stored_roadmap(session: Session, code: str, version: int) -> Roadmap:
    """The frozen version a programme was started with."""
    digest = session.execute(q.ROADMAP_DIGEST, {"code": code, "version": version}).scalar_one()
    return _ROADMAPS.get(digest) or _parsed(session.get_one(RoadmapVersion, (code, version)))


def roadmaps(session: Session) -> Callable[[str, int], Roadmap]:
    """`stored_roadmap` for many programmes: each version is asked for once."""
    return cache(partial(stored_roadmap, session))


_ROADMAPS: dict[str, Roadmap] = {}  # by digest: the text of a version never changes


def _parsed(row: RoadmapVersion) -> Roadmap:
    _ROADMAPS[row.digest] = Roadmap.model_validate_json(row.content)
    return _ROADMAPS[row.digest]


# --- writing ----------------------------------------------------------------------------------------------------------


def _apply_to_stage(work: Work, loaded: Loaded, change: Change) -> None:
    row = loaded.stages[change.stage]
    row.state = StageState(change.new)
    today = loaded.now.today
    if row.state is StageState.OPEN:
        row.opened_on = row.opened_on or today
        row.closed_on = row.closing_by = row.error = None
    elif row.state is StageState.CLOSING:
        row.closing_by, row.error = work.actor.name, None
    else:
        row.closed_on, row.error = today, None
    work.session.add(row)
    loaded.now = replace(loaded.now, stages={**loaded.now.stages, row.code: stage_now(row)})
    key = loaded.key
    work.audit(f"stage:{change.stage}", programme=key, old=change.old, new=change.new, why=change.why or None)
    instant = work.now.isoformat()
    payload = {"programme": key, "stage": change.stage}
    if row.state is StageState.CLOSING:
        work.queue("close_stage", f"close_stage:{key}:{change.stage}:{instant}", payload)
    name = "opened" if row.state is StageState.OPEN else row.state.value
    work.queue("event", f"event:stage.{name}:{key}:{change.stage}:{instant}", {**payload, "event": f"stage.{name}"})


def _apply_to_activity(work: Work, loaded: Loaded, change: Change) -> dict[str, Any]:
    """The values of `ACTIVITY_CHANGED` for the activity's row."""
    place, state = (change.stage, change.activity or ""), ActivityState(change.new)
    known = loaded.now.activities
    loaded.now = replace(loaded.now, activities={**known, place: replace(known[place], state=state)})
    values = {
        "state": state,
        "reason": change.why or None,
        "done_on": loaded.now.today if state in SETTLED else None,
    }
    loaded.activities.note(place, values)
    subject = f"activity:{change.stage}/{change.activity}"
    work.audit(subject, programme=loaded.key, old=change.old, new=change.new, why=change.why or None)
    return {"key": loaded.key, "at_stage": place[0], "at_code": place[1], **values}


def _finish(work: Work, loaded: Loaded) -> None:
    """The programme ends with its last required activity, and starts again when something is reopened."""
    programme, over = loaded.programme, finished(loaded.now)
    if over is (programme.state == ProgrammeState.FINISHED):
        return
    old, programme.state = programme.state, ProgrammeState.FINISHED if over else _at_work(work, programme)
    programme.finished_at = work.now if over else None
    work.session.add(programme)
    work.audit("programme", programme=programme.key, old=old, new=programme.state)
    if over:
        key = f"event:programme.finished:{programme.key}:{work.now.isoformat()}"
        work.queue("event", key, {"programme": programme.key, "event": "programme.finished"})


def _at_work(work: Work, programme: Programme) -> ProgrammeState:
    """What a programme that goes on becomes: it stands still with its campaign."""
    campaign = work.session.get(Campaign, programme.campaign) if programme.campaign else None
    paused = campaign is not None and campaign.state == CampaignState.PAUSED
    return ProgrammeState.PAUSED if paused else ProgrammeState.RUNNING
