"""The outbox: work queued with the change that needs it, taken by one dispatcher at a time, done at least once.

A row is leased, not removed: when its taker dies, the lease runs out and another one takes it. On PostgreSQL several
takers share the rows (SKIP LOCKED); on SQLite a taker has the database for that instant.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, Update, delete, func, or_, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from vekha.storage.engine import database_problem
from vekha.storage.tables import Outbox

LEASE = dt.timedelta(seconds=15)
NEVER = dt.timedelta(days=1)  # nothing is put off or leased for so long: who did it had a clock that ran ahead
MAX_ATTEMPTS = 12
SUSPECT = 3  # attempts after which a row is worked off alone: it may be what kills its takers
# Seconds to the second attempt and at most; 2 and 300 for other kinds.
PATIENCE: dict[str, tuple[int, int]] = dict.fromkeys(("mail", "link", "survey"), (30, 7200))


@dataclass(frozen=True, slots=True)
class Job:
    id: int
    kind: str
    key: str
    payload: dict[str, Any] = field(compare=False)
    queued_at: dt.datetime
    attempt: int  # from 1


def ready(engine: Engine, now: dt.datetime) -> bool:
    """Whether there is something to take; it locks nothing, so an idle dispatcher disturbs no writer."""
    with _session(engine, writes=False) as session:
        return session.exec(_ready(now).limit(1)).first() is not None


def take(engine: Engine, owner: str, now: dt.datetime, limit: int = 10, urgent: Collection[str] = ()) -> Sequence[Job]:
    """Leases up to `limit` ready rows to `owner`: the `urgent` kinds first, each in the order of queueing.

    A row that was tried often comes last and alone, so that one that kills its takers takes no others with it.
    """
    suspect = col(Outbox.attempts) >= SUSPECT
    order = (suspect, col(Outbox.kind).not_in(urgent), col(Outbox.id))
    with _session(engine) as session:
        rows = session.exec(_ready(now).order_by(*order).limit(limit).with_for_update(skip_locked=True)).all()
        healthy = [row for row in rows if row.attempts < SUSPECT]
        jobs: list[Job] = []
        for row in healthy or rows[:1]:
            row.owner, row.leased_until, row.attempts = owner, now + LEASE, row.attempts + 1
            jobs.append(Job(row.id or 0, row.kind, row.key, row.payload, row.queued_at, row.attempts))
        return jobs


def _ready(now: dt.datetime) -> SelectOfScalar[Outbox]:
    """Nobody is at it and its time has come, or is one that only a clock since put back can have told."""
    ready_at, leased = col(Outbox.ready_at), col(Outbox.leased_until)
    rows = select(Outbox).where(col(Outbox.done_at).is_(None), Outbox.attempts < MAX_ATTEMPTS)
    rows = rows.where(or_(ready_at <= now, ready_at > now + NEVER))
    return rows.where(or_(leased.is_(None), leased < now, leased > now + NEVER))


def done(session: Session, job: Job, now: dt.datetime) -> None:
    """Call it in the last transaction of the work, or after it: the work itself is idempotent."""
    session.execute(
        update(Outbox).where(col(Outbox.id) == job.id).values(done_at=now, leased_until=None, owner=None, error=None)
    )


def failed(session: Session, job: Job, now: dt.datetime, error: str) -> None:
    """Puts the row back for later: after 2, 4, 8 … seconds, at most five minutes; the error stays in sight.

    A letter has more patience: 30 seconds, a minute … two hours, for a mailbox may be full for a night.
    """
    first, longest = PATIENCE.get(job.kind, (2, 300))
    delay = dt.timedelta(seconds=min(first * 2 ** (job.attempt - 1), longest))
    session.execute(_still_ours(job).values(ready_at=now + delay, leased_until=None, owner=None, error=error[:2000]))


def put_back(session: Session, job: Job, now: dt.datetime, delay: dt.timedelta) -> None:
    """Gives the row back untried: what stopped the work was not the work (Prefect does not answer)."""
    session.execute(
        _still_ours(job).values(ready_at=now + delay, leased_until=None, owner=None, attempts=job.attempt - 1)
    )


def postpone(session: Session, kind: str, until: dt.datetime) -> None:
    """Lets everything of a kind wait that nobody is at: what it needs does not answer."""
    idle = (col(Outbox.done_at).is_(None), col(Outbox.leased_until).is_(None), col(Outbox.ready_at) < until)
    session.execute(update(Outbox).where(col(Outbox.kind) == kind, *idle).values(ready_at=until))


def _still_ours(job: Job) -> Update:
    """Nobody has taken the row since, nor done it: who comes after the lease ran out takes nothing from the next."""
    return update(Outbox).where(
        col(Outbox.id) == job.id, col(Outbox.attempts) == job.attempt, col(Outbox.done_at).is_(None)
    )


def renew(engine: Engine, owner: str, now: dt.datetime) -> None:
    """Keeps what `owner` is still working on."""
    with _session(engine) as session:
        session.execute(
            update(Outbox)
            .where(col(Outbox.owner) == owner, col(Outbox.done_at).is_(None))
            .values(leased_until=now + LEASE)
        )


def release_all(engine: Engine) -> None:
    """Gives back every lease: for the embedded start, where nobody else can be at work."""
    with _session(engine) as session:
        session.execute(update(Outbox).where(col(Outbox.done_at).is_(None)).values(leased_until=None, owner=None))


def clean(session: Session, before: dt.datetime, limit: int) -> int:
    """Removes up to `limit` rows that were done before this moment, oldest first; returns how many."""
    old = select(Outbox.id).where(col(Outbox.done_at).is_not(None), col(Outbox.done_at) < before)
    chosen = old.order_by(col(Outbox.done_at)).limit(limit)
    removed = session.execute(delete(Outbox).where(col(Outbox.id).in_(chosen)).returning(col(Outbox.id)))
    return len(removed.all())


def waiting(session: Session) -> int:
    """How many rows are still to be done, given-up ones not counted."""
    found = select(func.count()).where(col(Outbox.done_at).is_(None), Outbox.attempts < MAX_ATTEMPTS)
    return session.exec(found).one()


def given_up(session: Session) -> list[Outbox]:
    """What failed too often and waits for a person."""
    rows = select(Outbox).where(col(Outbox.done_at).is_(None), Outbox.attempts >= MAX_ATTEMPTS)
    return list(session.exec(rows.order_by(col(Outbox.id))))


@contextmanager
def _session(engine: Engine, *, writes: bool = True) -> Iterator[Session]:
    """A transaction of the outbox itself; failures of the database become VekhaError."""
    try:
        with Session(engine.execution_options(vekha_writes=writes)) as session:
            yield session
            session.commit()
    except DBAPIError as reason:
        raise database_problem(reason) from reason
