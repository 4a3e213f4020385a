"""Whether a dispatcher is at work: each one says so every few seconds, and takes its row away when it stops."""

import datetime as dt

from sqlalchemy import Engine, delete
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

from vekha.storage.engine import database_problem
from vekha.storage.tables import Dispatcher

EVERY = 5.0  # seconds between two beats
SILENCE = dt.timedelta(seconds=15)  # after which a dispatcher counts as dead


def beat(engine: Engine, name: str, now: dt.datetime, trouble: str = "") -> None:
    """Says that `name` is at work, and takes away whoever has long been silent."""
    try:
        with Session(engine.execution_options(vekha_writes=True)) as session:
            session.execute(delete(Dispatcher).where(col(Dispatcher.seen_at) < now - 4 * SILENCE))
            row = session.get(Dispatcher, name) or Dispatcher(name=name, started_at=now, seen_at=now)
            row.seen_at, row.trouble = now, trouble or None
            session.add(row)
            session.commit()
    except DBAPIError as reason:
        raise database_problem(reason) from reason


def gone(engine: Engine, name: str) -> None:
    """Says that `name` has stopped."""
    try:
        with Session(engine.execution_options(vekha_writes=True)) as session:
            session.execute(delete(Dispatcher).where(col(Dispatcher.name) == name))
            session.commit()
    except DBAPIError as reason:
        raise database_problem(reason) from reason
