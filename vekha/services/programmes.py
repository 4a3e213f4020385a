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
from vekha.domain.people import ConsentFact, PairFact, People, PersonFact, Purpose, Role, Standing
from vekha.domain.programme import (
    SETTLED,
    ActivityNow,
    ActivityState,
    DocumentState,
    ProgrammeNow,
    StageNow,
    StageState,
)
from vekha.domain.progress import Change, finished
from vekha.domain.roadmap import Gate, Roadmap
from vekha.plugin import InstitutionType
from vekha.services import queries as q
from vekha.services.work import EARLIEST_TZ, Work
from vekha.storage.tables import (
    Activity,
    Campaign,
    Institution,
    Person,
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
    activities: dict[tuple[str, str], Activity]
    now: ProgrammeNow

    @property
    def key(self) -> str:
        return self.programme.key

    def title_of(self, stage: str, activity: str) -> str:
        return self.now.activities[stage, activity].title

    def put(self, row: Activity) -> None:
        """An activity was added."""
        place = (row.stage, row.code)
        self.activities[place] = row
        self.now = replace(self.now, activities={**self.now.activities, place: _activity_now(row, self.roadmap)})


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
        loaded = work.programmes[key] = _read(work, key, action)
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


def _read(work: Work, key: str, action: Action) -> Loaded:
    if work.writes:
        work.flush()  # a programme started in this very transaction is there already
    session = work.session
    found = session.execute(q.PROGRAMME_LOCKED if work.writes else q.PROGRAMME, {"key": key}).one_or_none()
    if found is None:
        raise VekhaError(problem("programme.unknown", programme=key))
    programme, institution, digest = found
    work.demand(action, institution)
    kind = work.tools.registry.type(institution.type)
    roadmap = _ROADMAPS.get(digest) or stored_roadmap(session, programme.roadmap, programme.roadmap_version)
    stages = {row.code: row for row in session.execute(q.STAGES, {"key": key}).scalars()}
    activities = {(row.stage, row.code): row for row in session.execute(q.ACTIVITIES, {"key": key}).scalars()}
    now = ProgrammeNow(
        roadmap=roadmap,
        today=work.local_day(institution.timezone),
        stages={code: _stage_now(row) for code, row in stages.items()},
        activities={place: _activity_now(row, roadmap) for place, row in activities.items()},
        documents=_documents(session, key),
        answers=_answers(session, key),
        people=people_of(session, programme),
        checks=kind.checks,
    )
    return Loaded(programme, institution, kind, roadmap, stages, activities, now)


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
        today = work.local_day(institution.timezone)
        loaded.append(Loaded(programme, institution, kind, roadmap, *own, _to_open(roadmap, today, *own)))
    return loaded


def _to_open(
    roadmap: Roadmap, today: date, stages: dict[str, Stage], activities: dict[tuple[str, str], Activity]
) -> ProgrammeNow:
    return ProgrammeNow(
        roadmap=roadmap,
        today=today,
        stages={code: _stage_now(row) for code, row in stages.items()},
        activities={place: _activity_now(row, roadmap) for place, row in activities.items()},
    )


def apply(work: Work, loaded: Loaded, changes: Iterable[Change]) -> None:
    """Writes decided changes with their audit, and queues what follows from each."""
    for change in changes:
        if change.activity is None:
            _apply_to_stage(work, loaded, change)
        else:
            _apply_to_activity(work, loaded, change)
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


def _stage_now(row: Stage) -> StageNow:
    return StageNow(code=row.code, state=StageState(row.state), opens=row.opens, due=row.due)


def _activity_now(row: Activity, roadmap: Roadmap) -> ActivityNow:
    spec = None if row.own else roadmap.activity(row.stage, row.code)
    return ActivityNow(
        stage=row.stage,
        code=row.code,
        title=spec.title if spec else row.title or row.code,
        gate=spec.gate if spec else Gate(row.gate or Gate.OPTIONAL),
        state=ActivityState(row.state),
        opens=row.opens,
        due=row.due,
        own=row.own,
    )


def _documents(session: Session, key: str) -> dict[tuple[str, str, str], dict[str, DocumentState]]:
    """What counts of each document: a draft of a later version does not take away what an approved one has settled."""
    found = defaultdict[tuple[str, str, str], dict[str, DocumentState]](dict)
    for stage, activity, code, subject, state in q.read(session, q.DOCUMENTS, {"key": key}):
        known = found[stage, activity, code].get(subject)
        if known is None or state != DocumentState.DRAFT:
            found[stage, activity, code][subject] = DocumentState(state)
    return found


def _answers(session: Session, key: str) -> dict[tuple[str, str, str], tuple[str, ...]]:
    found = defaultdict[tuple[str, str, str], list[str]](list)
    for stage, activity, form, subject in q.read(session, q.ANSWERS, {"key": key}):
        found[stage, activity, form].append(subject)
    return {place: tuple(about) for place, about in found.items()}


def people_of(session: Session, programme: Programme) -> People:
    """Everybody of the programme with their consents, pairs and meetings."""
    here, where = {"key": programme.key}, {"institution": programme.institution}
    parts = defaultdict[str, list[Any]](list)
    for row in q.read(session, q.PARTICIPATIONS, here):
        parts[row.person].append(row)
    consents = defaultdict[str, list[ConsentFact]](list)
    for row in q.read(session, q.CONSENTS, where) if parts else ():
        consents[row.person].append(_consent_fact(row))
    persons = {
        row.code: _person_fact(row, parts[row.code], consents[row.code])
        for row in _by_serial(q.read(session, q.PERSONS, where) if parts else ())
        if row.code in parts
    }
    employers = {row.code: row.name for row in _by_serial(q.read(session, q.EMPLOYERS, where))}
    events, pairs = _meetings(session, programme.key), _pairs(session, programme.key)
    return People(
        persons=persons,
        pairs={code: replace(pair, meetings=events[code]) for code, pair in pairs.items()},
        events=events[None],
        employers=employers,
    )


def _by_serial(rows: Iterable[Any]) -> list[Any]:
    """In the order of coming: p2 before p10."""
    return sorted(rows, key=lambda row: (len(row.code), row.code))


def fact_of(session: Session, person: Person) -> PersonFact:
    """Somebody the institution knows and the programme does not yet: with the consents given in other years."""
    where = {"institution": person.institution}
    rows = [row for row in q.read(session, q.CONSENTS, where) if row.person == person.code]
    return _person_fact(person, [], [_consent_fact(row) for row in rows])


def _person_fact(row: Any, parts: list[Any], consents: list[ConsentFact]) -> PersonFact:
    return PersonFact(
        code=row.code,
        name=row.name,
        birth_date=row.birth_date,
        standings={Role(each.role): Standing(each.standing) for each in parts},
        consents=tuple(consents),
        base=next((each.base for each in parts if each.base), None),
        employer=next((each.employer for each in parts if each.employer), None),
        supported=any(each.supported_on for each in parts),
    )


def _consent_fact(row: Any) -> ConsentFact:
    return ConsentFact(
        purpose=Purpose(row.purpose),
        signed=row.signed,
        until=row.until,
        by_guardian=row.guardian is not None,
        withdrawn_on=row.withdrawn_on,
    )


def _meetings(session: Session, key: str) -> dict[str | None, dict[str, int]]:
    """Pair (None: an event of the programme) → kind → how many were held."""
    held = defaultdict[str | None, dict[str, int]](dict)
    for pair, kind, count in q.read(session, q.MEETINGS, {"key": key}):
        held[pair][kind] = count
    return held


def _pairs(session: Session, key: str) -> dict[str, PairFact]:
    found: dict[str, PairFact] = {}
    members = defaultdict[tuple[str, Role], list[str]](list)
    rows = q.read(session, q.PAIRS, {"key": key})
    for row in rows:
        members[row.code, Role(row.role)].append(row.person)
    for row in rows:
        found[row.code] = PairFact(
            code=row.code,
            mentors=tuple(members[row.code, Role.MENTOR]),
            mentees=tuple(members[row.code, Role.MENTEE]),
            active=row.ended_on is None,
        )
    return found


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
    loaded.now = replace(loaded.now, stages={**loaded.now.stages, row.code: _stage_now(row)})
    key = loaded.key
    work.audit(f"stage:{change.stage}", programme=key, old=change.old, new=change.new, why=change.why or None)
    instant = work.now.isoformat()
    payload = {"programme": key, "stage": change.stage}
    if row.state is StageState.CLOSING:
        work.queue("close_stage", f"close_stage:{key}:{change.stage}:{instant}", payload)
    name = "opened" if row.state is StageState.OPEN else row.state.value
    work.queue("event", f"event:stage.{name}:{key}:{change.stage}:{instant}", {**payload, "event": f"stage.{name}"})


def _apply_to_activity(work: Work, loaded: Loaded, change: Change) -> None:
    row = loaded.activities[change.stage, change.activity or ""]
    row.state = ActivityState(change.new)
    row.reason = change.why or None
    row.done_on = loaded.now.today if row.state in SETTLED else None
    work.session.add(row)
    known = loaded.now.activities
    changed = replace(known[row.stage, row.code], state=row.state)
    loaded.now = replace(loaded.now, activities={**known, (row.stage, row.code): changed})
    subject = f"activity:{change.stage}/{change.activity}"
    work.audit(subject, programme=loaded.key, old=change.old, new=change.new, why=change.why or None)


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
