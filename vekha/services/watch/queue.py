"""What is being worked off: whether a dispatcher is at work, what waits, what failed, and trying again."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select, true
from sqlmodel import col

from vekha.domain.access import Action, demand
from vekha.services.access.scope import within
from vekha.services.process.programmes import demand_at, roadmaps
from vekha.services.work import Work
from vekha.storage.heartbeat import SILENCE
from vekha.storage.outbox import MAX_ATTEMPTS
from vekha.storage.tables import Campaign, Dispatcher, Institution, Outbox, Programme

SHOWN = 50
DAY = dt.timedelta(days=1)
SLOW = dt.timedelta(minutes=1)  # what waits longer than this deserves a line


class Standing(StrEnum):
    """How a piece of work stands, the one for a person to look at first."""

    GIVEN_UP = "given_up"
    FAILED = "failed"
    RUNNING = "running"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    id: int
    kind: str
    standing: Standing
    title: str  # the institution or the campaign
    stage: str
    programme: str
    institution: str
    queued_at: dt.datetime
    ready_at: dt.datetime
    attempts: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """`counts` are of the whole installation, `jobs` only what the actor may see."""

    working: bool
    trouble: str
    seen_at: dt.datetime | None
    counts: dict[Standing, int]
    done: int  # in the last day
    jobs: tuple[Job, ...]

    @property
    def waiting(self) -> bool:
        return self.counts[Standing.WAITING] > 0


def dispatcher_at_work(work: Work) -> bool:
    """Whether one was seen lately."""
    rows = select(col(Dispatcher.name)).where(col(Dispatcher.seen_at) >= work.now - SILENCE)
    return work.session.execute(rows.limit(1)).first() is not None


def queue(work: Work) -> Queue:
    seen = work.session.execute(select(Dispatcher).order_by(col(Dispatcher.seen_at).desc()).limit(1)).scalars().first()
    standing = _standing(work)
    rows = select(standing, func.count()).where(col(Outbox.done_at).is_(None)).group_by(standing)
    counts = Counter({Standing(name): number for name, number in work.session.execute(rows)})
    done = select(func.count()).select_from(Outbox).where(col(Outbox.done_at) >= work.now - DAY)
    return Queue(
        working=seen is not None and seen.seen_at >= work.now - SILENCE,
        trouble=(seen.trouble or "") if seen is not None else "",
        seen_at=seen.seen_at if seen is not None else None,
        counts={each: counts[each] for each in Standing},
        done=work.session.execute(done).scalar_one(),
        jobs=tuple(_jobs(work)),
    )


def retry(work: Work, number: int) -> None:
    """Tries a piece of work again at once, as if for the first time; nothing happens when it is done or running.

    Raises VekhaError access.denied.
    """
    row = work.session.get(Outbox, number, with_for_update=True)
    if row is None:
        return
    programme, campaign = row.payload.get("programme"), row.payload.get("campaign")
    found = work.session.get(Campaign, campaign) if campaign else None
    if programme:
        demand_at(work, programme, Action.SCHEDULE)
    elif found is not None:
        demand(work.actor, Action.SCHEDULE, region=found.region)
    else:
        demand(work.actor, Action.ADMINISTER)
    busy = row.leased_until is not None and row.leased_until >= work.now
    if row.done_at is not None or busy or not (row.error or row.attempts >= MAX_ATTEMPTS):
        return
    row.attempts, row.ready_at, row.owner, row.leased_until = 0, work.now, None, None
    work.session.add(row)
    work.audit(f"outbox:{row.kind}", new="again", programme=programme)


def _standing(work: Work) -> Any:
    running = and_(col(Outbox.leased_until).is_not(None), col(Outbox.leased_until) >= work.now)
    return case(
        (running, Standing.RUNNING.value),
        (col(Outbox.attempts) >= MAX_ATTEMPTS, Standing.GIVEN_UP.value),
        (col(Outbox.error).is_not(None), Standing.FAILED.value),
        else_=Standing.WAITING.value,
    )


def _jobs(work: Work) -> Sequence[Job]:
    roadmap_of = roadmaps(work.session)
    found: list[Job] = []
    for row in work.session.execute(_rows(work).limit(SHOWN)):
        stage = row.payload.get("stage", "")
        title = row.short_title or row.campaign_title or ""
        if row.roadmap and stage:
            codes = {each.code: each.title for each in roadmap_of(row.roadmap, row.roadmap_version).stages}
            stage = codes.get(stage, "")
        dates = {"queued_at": row.queued_at, "ready_at": row.ready_at}
        place = {"programme": row.programme or "", "institution": row.institution or ""}
        facts = {"kind": row.kind, "attempts": row.attempts, "error": row.error or ""}
        found.append(
            Job(id=row.id, standing=Standing(row.standing), title=title, stage=stage, **dates, **place, **facts)
        )
    return found


def _rows(work: Work) -> Select[*tuple[Any, ...]]:
    """What failed first, then what runs, then what has waited longest."""
    standing = _standing(work)
    order = case({each.value: number for number, each in enumerate(Standing)}, value=standing)
    names = (Outbox.id, Outbox.kind, Outbox.payload, Outbox.queued_at, Outbox.ready_at, Outbox.attempts, Outbox.error)
    rows = (
        select(
            *(col(each) for each in names),
            standing.label("standing"),
            col(Programme.key).label("programme"),
            col(Programme.roadmap),
            col(Programme.roadmap_version),
            col(Institution.code).label("institution"),
            col(Institution.short_title),
            col(Campaign.title).label("campaign_title"),
        )
        .select_from(Outbox)
        .outerjoin(Programme, col(Programme.key) == col(Outbox.payload)["programme"].as_string())
        .outerjoin(Institution, col(Institution.code) == col(Programme.institution))
        .outerjoin(Campaign, col(Campaign.code) == col(Outbox.payload)["campaign"].as_string())
        .where(col(Outbox.done_at).is_(None))
    )
    grants = work.actor.granting(Action.VIEW)
    everywhere = any(not (each.region or each.municipality or each.institution) for each in grants)
    regions = [each.region for each in grants if not (each.municipality or each.institution)]
    own = and_(col(Institution.code).is_not(None), within(work.actor))
    rows = rows.where(true() if everywhere else or_(own, col(Campaign.region).in_(regions)))
    slow = or_(standing != Standing.WAITING.value, col(Outbox.queued_at) <= work.now - SLOW)
    return rows.where(slow).order_by(order, col(Outbox.id))
