"""What Prefect shows of our work: whom a run is about, its tags, the tables on it, the events it sends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem
from vekha.domain.facts import Event, InstitutionFacts
from vekha.domain.programme import ActivityState, DocumentState, StageState
from vekha.services.office import documents
from vekha.services.process.programmes import Loaded, load, stored_roadmap
from vekha.services.work import Work, institution_of
from vekha.storage.outbox import Job
from vekha.storage.tables import Audit, Document, Institution, Programme, Stage
from vekha.texts import text

Table = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class RunLabel:
    """Whom a run is about. `stage` is empty for a run about the whole programme."""

    programme: str
    institution: str
    short_title: str
    type: str
    stage: str = ""
    stage_number: str = ""
    stage_title: str = ""

    @property
    def tags(self) -> tuple[str, ...]:
        stage = (f"stage:{self.stage}",) if self.stage else ()
        return (f"institution:{self.institution}", f"type:{self.type}", f"programme:{self.programme}", *stage)


def label(work: Work, key: str, stage: str = "") -> RunLabel:
    """Raises VekhaError programme.unknown or stage.unknown."""
    programme, institution = _whose(work, key)
    roadmap = stored_roadmap(work.session, programme.roadmap, programme.roadmap_version)
    about = RunLabel(key, institution.code, institution.short_title, institution.type)
    if not stage:
        return about
    codes = [each.code for each in roadmap.stages]
    if stage not in codes:
        raise VekhaError(problem("stage.unknown", stage=stage, known=", ".join(codes)))
    spec = roadmap.stage(stage)
    number = spec.number or str(codes.index(stage) + 1)
    return replace(about, stage=stage, stage_number=number, stage_title=spec.title)


def programme_of(work: Work, institution: str, year: int | None = None) -> str:
    """The institution's newest programme, or the one of a year.

    Raises VekhaError institution.unknown or programme.none.
    """
    institution_of(work.session, institution)
    rows = select(Programme.key).where(Programme.institution == institution)
    if year is not None:
        rows = rows.where(Programme.year == year)
    found = work.session.exec(rows.order_by(col(Programme.year).desc(), col(Programme.key))).first()
    if found is None:
        asked = text("flows.of_year", year=year) if year is not None else ""
        raise VekhaError(problem("programme.none", institution, institution=institution, year=asked))
    return found


def stage_codes(work: Work, key: str) -> list[str]:
    """The stages of a programme in their order."""
    rows = select(Stage.code).where(Stage.programme == key).order_by(col(Stage.ordinal))
    return list(work.session.exec(rows))


def checklist(work: Work, key: str, stage: str) -> Table:
    """Every activity of a stage: what, until when, its state, done when and by whom."""
    loaded = load(work, key, Action.VIEW)
    settled = _settled_by(work, key, stage)
    rows: Table = []
    for each in loaded.now.of_stage(stage):
        done = loaded.activities[stage, each.code].done_on
        row = {"title": each.title, "due": f"{each.due:%d.%m.%Y}", "state": _state(each.state)}
        row |= {"done": f"{done:%d.%m.%Y}" if done else "—", "who": settled.get(each.code, "—") if done else "—"}
        rows.append(_headed("checklist", row))
    return rows


def papers(work: Work, key: str, stage: str | None = None) -> Table:
    """The documents in force, of a stage or of the whole programme."""
    loaded = load(work, key, Action.VIEW)
    return [_paper(work, loaded, row) for row in documents.issued(work, key, stage)]


def stage_line(work: Work, key: str, stage: str) -> str:
    """One line about where a stage stands."""
    row = work.session.get_one(Stage, (key, stage))
    state = text(f"process.stage_state.{StageState(row.state).value}")
    dates = {"opens": row.opens, "due": row.due, "opened": row.opened_on, "closed": row.closed_on}
    shown = {name: f"{day:%d.%m.%Y}" if day else "—" for name, day in dates.items()}
    return text("flows.stage_line", state=state, **shown)


def event_of(work: Work, job: Job) -> Event:
    """The event a row of the outbox stands for: the same each time."""
    programme, institution = _whose(work, job.payload["programme"])
    rest = {name: value for name, value in job.payload.items() if name not in ("event", "programme", "stage")}
    return Event(
        id=job.key,
        name=f"vekha.{job.payload['event']}",
        at=job.queued_at,
        institution=InstitutionFacts(
            code=institution.code, type=institution.type, title=institution.title, region=institution.region
        ),
        programme=programme.key,
        stage=job.payload.get("stage"),
        data=rest,
    )


def _whose(work: Work, key: str) -> tuple[Programme, Institution]:
    programme = work.session.get(Programme, key)
    if programme is None:
        raise VekhaError(problem("programme.unknown", programme=key))
    institution = institution_of(work.session, programme.institution)
    work.demand(Action.VIEW, institution)
    return programme, institution


def _settled_by(work: Work, key: str, stage: str) -> Mapping[str, str]:
    """Who settled each activity last."""
    prefix = f"activity:{stage}/"
    states = [ActivityState.DONE.value, ActivityState.WAIVED.value]
    rows = select(Audit.subject, Audit.who).where(
        Audit.programme == key, col(Audit.subject).startswith(prefix, autoescape=True), col(Audit.new).in_(states)
    )
    return {subject.removeprefix(prefix): who for subject, who in work.session.exec(rows.order_by(col(Audit.id)))}


def _state(state: ActivityState) -> str:
    return text(f"process.activity_state.{state.value}")


def _paper(work: Work, loaded: Loaded, row: Document) -> dict[str, str]:
    spec = loaded.roadmap.documents.get(row.code)
    shown = {
        "title": spec.title if spec else row.code,
        "subject": row.subject or "—",  # a code: what Prefect keeps, nobody erases a name from
        "number": row.number or "—",
        "dated": f"{row.dated:%d.%m.%Y}" if row.dated else "—",
        "state": text(f"process.document_state.{DocumentState(row.state).value}"),
        "file": str(work.tools.files.path(row.file)) if row.file else "—",
    }
    return _headed("papers", shown)


def _headed(table: str, row: Mapping[str, Any]) -> dict[str, str]:
    """The row under the headings that a person reads."""
    return {text(f"flows.{table}.{name}"): value for name, value in row.items()}
