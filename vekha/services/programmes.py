"""One programme as the domain sees it: loaded with a handful of queries, changed by writing what was decided.

The programme's row is locked first (PostgreSQL; SQLite has one writer anyway), so two changes of one programme follow
each other.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sqlmodel import Session, col, select

from vekha.domain.access import Action
from vekha.domain.checks import Check
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
from vekha.services.work import Work, institution_of
from vekha.storage.tables import (
    Activity,
    Consent,
    Document,
    Employer,
    Institution,
    Meeting,
    Pair,
    PairMember,
    Participation,
    Person,
    Programme,
    RoadmapVersion,
    Stage,
    Submission,
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


def load(work: Work, key: str, action: Action = Action.WORK) -> Loaded:
    """The programme `key`, locked for this unit of work. Raises VekhaError programme.unknown or access.denied.

    It is read once for each unit of work; services keep what is loaded true to what they write.
    """
    known = work.programmes.get(key)
    if isinstance(known, Loaded):
        work.demand(action, known.institution)
        return known
    loaded = _read(work, key, action)
    work.programmes[key] = loaded
    return loaded


def _read(work: Work, key: str, action: Action) -> Loaded:
    session = work.session
    statement = select(Programme).where(Programme.key == key)
    if work.writes:
        statement = statement.with_for_update()
    programme = session.exec(statement).one_or_none()
    if programme is None:
        raise VekhaError(problem("programme.unknown", programme=key))
    institution = institution_of(session, programme.institution)
    work.demand(action, institution)
    kind = work.tools.registry.type(institution.type)
    roadmap = stored_roadmap(session, programme.roadmap, programme.roadmap_version)
    stages = {row.code: row for row in _rows(session, Stage, key)}
    activities = {(row.stage, row.code): row for row in _rows(session, Activity, key)}
    now = ProgrammeNow(
        roadmap=roadmap,
        today=work.local_day(institution.timezone),
        stages={code: _stage_now(row) for code, row in stages.items()},
        activities={place: _activity_now(row, roadmap) for place, row in activities.items()},
        documents=_documents(session, key),
        answers=_answers(session, key),
        people=people_of(session, programme),
        checks=_checks(kind),
    )
    return Loaded(programme, institution, kind, roadmap, stages, activities, now)


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
    row = session.get_one(RoadmapVersion, (code, version))
    return _parsed(row.digest, row.content)


@lru_cache(maxsize=64)
def _parsed(_digest: str, content: str) -> Roadmap:
    return Roadmap.model_validate_json(content)


def _rows(session: Session, table: type, key: str) -> Iterable:
    return session.exec(select(table).where(table.programme == key).order_by(table.ordinal))


def _stage_now(row: Stage) -> StageNow:
    return StageNow(code=row.code, state=StageState(row.state), opens=row.opens, due=row.due)


def _activity_now(row: Activity, roadmap: Roadmap) -> ActivityNow:
    spec = None if row.own else roadmap.stage(row.stage).activity(row.code)
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
    """The state of the newest version for each subject."""
    columns = select(Document.stage, Document.activity, Document.code, Document.subject, Document.state)
    live = col(Document.state).in_([DocumentState.DRAFT, DocumentState.APPROVED, DocumentState.SIGNED])
    found: dict[tuple[str, str, str], dict[str, DocumentState]] = defaultdict(dict)
    # A draft of a later version does not take away what an approved earlier one has settled.
    for stage, activity, code, subject, state in session.exec(
        columns.where(Document.programme == key, live).order_by(col(Document.version))
    ):
        known = found[stage, activity, code].get(subject)
        if known is None or state != DocumentState.DRAFT:
            found[stage, activity, code][subject] = DocumentState(state)
    return found


def _answers(session: Session, key: str) -> dict[tuple[str, str, str], tuple[str, ...]]:
    columns = select(Submission.stage, Submission.activity, Submission.form, Submission.subject)
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for stage, activity, form, subject in session.exec(columns.where(Submission.programme == key)):
        found[stage, activity, form].append(subject)
    return {place: tuple(about) for place, about in found.items()}


def _checks(kind: InstitutionType) -> dict[str, Check]:
    return dict(kind.checks)


def people_of(session: Session, programme: Programme) -> People:
    """Everybody of the programme with their consents, pairs and meetings."""
    key, institution = programme.key, programme.institution
    standings: dict[str, dict[Role, Standing]] = defaultdict(dict)
    supported: set[str] = set()
    sent: dict[str, Participation] = {}  # whose base or employer is known
    for row in session.exec(select(Participation).where(Participation.programme == key)):
        standings[row.person][Role(row.role)] = Standing(row.standing)
        if row.supported_on is not None:
            supported.add(row.person)
        if row.base or row.employer:
            sent[row.person] = row
    consents: dict[str, list[ConsentFact]] = defaultdict(list)
    for each in session.exec(select(Consent).where(Consent.institution == institution).order_by(col(Consent.id))):
        consents[each.person].append(_consent_fact(each))
    persons = {
        row.code: PersonFact(
            code=row.code,
            name=row.name,
            birth_date=row.birth_date,
            standings=standings[row.code],
            consents=tuple(consents[row.code]),
            base=sent[row.code].base if row.code in sent else None,
            employer=sent[row.code].employer if row.code in sent else None,
            supported=row.code in supported,
        )
        for row in session.exec(select(Person).where(Person.institution == institution))
        if row.code in standings
    }
    pairs, events = _pairs_and_events(session, key)
    employers = session.exec(select(Employer.code, Employer.name).where(Employer.institution == institution))
    return People(persons=persons, pairs=pairs, events=events, employers=dict(employers.all()))


def _consent_fact(row: Consent) -> ConsentFact:
    return ConsentFact(
        purpose=Purpose(row.purpose),
        signed=row.signed,
        until=row.until,
        by_guardian=row.guardian is not None,
        withdrawn_on=row.withdrawn_on,
    )


def _pairs_and_events(session: Session, key: str) -> tuple[dict[str, PairFact], dict[str, int]]:
    members: dict[str, dict[Role, list[str]]] = defaultdict(lambda: {Role.MENTOR: [], Role.MENTEE: []})
    for row in session.exec(select(PairMember).where(PairMember.programme == key)):
        members[row.pair][Role(row.role)].append(row.person)
    meetings: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    events: dict[str, int] = defaultdict(int)
    columns = select(Meeting.pair, Meeting.kind).where(Meeting.programme == key, col(Meeting.absent).is_(False))
    for pair, kind in session.exec(columns):
        if pair is None:
            events[kind] += 1
        else:
            meetings[pair][kind] += 1
    pairs = {
        row.code: PairFact(
            code=row.code,
            mentors=tuple(sorted(members[row.code][Role.MENTOR])),
            mentees=tuple(sorted(members[row.code][Role.MENTEE])),
            active=row.ended_on is None,
            meetings=dict(meetings[row.code]),
        )
        for row in session.exec(select(Pair).where(Pair.programme == key).order_by(col(Pair.ordinal)))
    }
    return pairs, dict(events)


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
    subject = f"activity:{change.stage}/{change.activity}"
    work.audit(subject, programme=loaded.key, old=change.old, new=change.new, why=change.why or None)


def refreshed(loaded: Loaded) -> ProgrammeNow:
    """The snapshot again after changes were applied to the rows."""
    old = loaded.now
    return ProgrammeNow(
        roadmap=old.roadmap,
        today=old.today,
        stages={code: _stage_now(row) for code, row in loaded.stages.items()},
        activities={place: _activity_now(row, loaded.roadmap) for place, row in loaded.activities.items()},
        documents=old.documents,
        answers=old.answers,
        people=old.people,
        checks=old.checks,
    )


def _finish(work: Work, loaded: Loaded) -> None:
    """The programme ends with its last required activity, and starts again when something is reopened."""
    loaded.now = refreshed(loaded)
    programme, over = loaded.programme, finished(loaded.now)
    if over is (programme.state == "finished"):
        return
    old, programme.state = programme.state, "finished" if over else "running"
    programme.finished_at = work.now if over else None
    work.session.add(programme)
    work.audit("programme", programme=programme.key, old=old, new=programme.state)
    if over:
        key = f"event:programme.finished:{programme.key}:{work.now.isoformat()}"
        work.queue("event", key, {"programme": programme.key, "event": "programme.finished"})
