"""Programmes and documents as other systems read them: page by page, by key, in a constant number of queries."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.programme import ISSUED, SETTLED, DocumentState, StageState
from vekha.services.access.scope import within
from vekha.services.process.programmes import load, roadmaps
from vekha.services.work import Work
from vekha.storage.tables import Document, Institution, Programme, Stage


@dataclass(frozen=True, slots=True)
class StageStatus:
    """`late` is in days, by the institution's clock; 0 for what is not late."""

    code: str
    title: str
    state: str
    opens: dt.date
    due: dt.date
    closed_on: dt.date | None
    late: int


@dataclass(frozen=True, slots=True)
class ActivityStatus:
    stage: str
    code: str
    title: str
    state: str
    required: bool
    opens: dt.date
    due: dt.date
    done_on: dt.date | None
    late: int


@dataclass(frozen=True, slots=True)
class ProgrammeStatus:
    row: Programme
    stages: tuple[StageStatus, ...]
    activities: tuple[ActivityStatus, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a page is narrowed down to; what is empty does not narrow it."""

    campaign: str = ""
    institution: str = ""
    programme: str = ""
    limit: int = 100


def programmes(work: Work, sought: Sought, after: str = "") -> Sequence[ProgrammeStatus]:
    """Programmes by key with their stages; the page begins after a key."""
    rows = (
        select(Programme, Institution.timezone)
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .where(within(work.actor), col(Programme.key) > after)
        .order_by(col(Programme.key))
        .limit(sought.limit)
    )
    for column, value in ((Programme.campaign, sought.campaign), (Programme.institution, sought.institution)):
        if value:
            rows = rows.where(col(column) == value)
    found = work.session.exec(rows).all()
    stages: dict[str, list[Stage]] = {row.key: [] for row, _ in found}
    wanted = select(Stage).where(col(Stage.programme).in_(stages)).order_by(col(Stage.ordinal))
    for stage in work.session.exec(wanted) if stages else ():
        stages[stage.programme].append(stage)
    roadmap_of = roadmaps(work.session)
    made: list[ProgrammeStatus] = []
    for row, timezone in found:
        roadmap, today = roadmap_of(row.roadmap, row.roadmap_version), work.local_day(timezone)
        shown = tuple(_stage(each, roadmap.stage(each.code).title, today) for each in stages[row.key])
        made.append(ProgrammeStatus(row, shown))
    return made


def programme(work: Work, key: str) -> ProgrammeStatus:
    """One with its activities. Raises VekhaError programme.unknown or access.denied."""
    loaded = load(work, key, Action.VIEW)
    today = loaded.now.today
    stages = tuple(_stage(row, loaded.roadmap.stage(code).title, today) for code, row in loaded.stages.items())
    activities = tuple(
        ActivityStatus(
            stage=each.stage,
            code=each.code,
            title=each.title,
            state=each.state.value,
            required=each.gate.required,
            opens=each.opens,
            due=each.due,
            done_on=loaded.activities[each.stage, each.code].done_on,
            late=0 if each.state in SETTLED else max(0, (today - each.due).days),
        )
        for each in loaded.now.activities.values()
    )
    return ProgrammeStatus(loaded.programme, stages, activities)


def _stage(row: Stage, title: str, today: dt.date) -> StageStatus:
    late = max(0, (today - row.due).days) if row.state in (StageState.OPEN, StageState.CLOSING) else 0
    return StageStatus(row.code, title, StageState(row.state).value, row.opens, row.due, row.closed_on, late)


def documents(work: Work, sought: Sought, after: int = 0) -> Sequence[tuple[Document, str]]:
    """Documents that were given out, with their institutions, by number; the page begins after a number."""
    rows = (
        select(Document, Institution.code)
        .join(Programme, col(Programme.key) == col(Document.programme))
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .where(within(work.actor), col(Document.id) > after, col(Document.state) != DocumentState.DRAFT)
        .order_by(col(Document.id))
        .limit(sought.limit)
    )
    for column, value in (
        (Programme.campaign, sought.campaign),
        (Institution.code, sought.institution),
        (Document.programme, sought.programme),
    ):
        if value:
            rows = rows.where(col(column) == value)
    return work.session.exec(rows).all()


def is_issued(row: Document) -> bool:
    """Whether there is something to download."""
    return row.state in ISSUED
