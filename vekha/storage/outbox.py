"""The outbox: work queued with the change that needs it, taken by one dispatcher at a time, done at least once.

A row is leased, not removed: when its taker dies, the lease runs out and another one takes it. On PostgreSQL several
takers share the rows (SKIP LOCKED); on SQLite a taker has the database for that instant.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, func, or_, update
from sqlmodel import Session, col, select

from vekha.storage.tables import Outbox

LEASE = dt.timedelta(seconds=60)
MAX_ATTEMPTS = 12
MAX_DELAY = 300  # seconds between two attempts


@dataclass(frozen=True, slots=True)
class Job:
    id: int
    kind: str
    key: str
    payload: dict[str, Any]
    attempt: int  # from 1


def take(engine: Engine, owner: str, now: dt.datetime, limit: int = 10) -> list[Job]:
    """Leases up to `limit` ready rows to `owner`, in the order of queueing."""
    with Session(engine.execution_options(vekha_writes=True)) as session:
        ready = (
            select(Outbox)
            .where(col(Outbox.done_at).is_(None), Outbox.ready_at <= now, Outbox.attempts < MAX_ATTEMPTS)
            .where(or_(col(Outbox.leased_until).is_(None), col(Outbox.leased_until) < now))
            .order_by(col(Outbox.id))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        jobs: list[Job] = []
        for row in session.exec(ready):
            row.owner, row.leased_until, row.attempts = owner, now + LEASE, row.attempts + 1
            jobs.append(Job(row.id or 0, row.kind, row.key, row.payload, row.attempts))
        session.commit()
        return jobs


def done(session: Session, job: Job, now: dt.datetime) -> None:
    """Call it in the last transaction of the work, or after it: the work itself is idempotent."""
    session.execute(
        update(Outbox).where(col(Outbox.id) == job.id).values(done_at=now, leased_until=None, owner=None, error=None)
    )


def failed(session: Session, job: Job, now: dt.datetime, error: str) -> None:
    """Puts the row back for later: after 2, 4, 8 … seconds, at most five minutes; the error stays in sight."""
    delay = dt.timedelta(seconds=min(2**job.attempt, MAX_DELAY))
    session.execute(
        update(Outbox)
        .where(col(Outbox.id) == job.id)
        .values(ready_at=now + delay, leased_until=None, owner=None, error=error[:2000])
    )


def renew(engine: Engine, owner: str, now: dt.datetime) -> None:
    """Keeps what `owner` is still working on."""
    with Session(engine.execution_options(vekha_writes=True)) as session:
        session.execute(
            update(Outbox)
            .where(col(Outbox.owner) == owner, col(Outbox.done_at).is_(None))
            .values(leased_until=now + LEASE)
        )
        session.commit()


def release_all(engine: Engine) -> None:
    """Gives back every lease: for the embedded start, where nobody else can be at work."""
    with Session(engine.execution_options(vekha_writes=True)) as session:
        session.execute(update(Outbox).where(col(Outbox.done_at).is_(None)).values(leased_until=None, owner=None))
        session.commit()


def waiting(session: Session) -> int:
    """How many rows are still to be done, given-up ones not counted."""
    found = select(func.count()).where(col(Outbox.done_at).is_(None), Outbox.attempts < MAX_ATTEMPTS)
    return session.exec(found).one()


def given_up(session: Session) -> list[Outbox]:
    """What failed too often and waits for a person."""
    rows = select(Outbox).where(col(Outbox.done_at).is_(None), Outbox.attempts >= MAX_ATTEMPTS)
    return list(session.exec(rows.order_by(col(Outbox.id))))
