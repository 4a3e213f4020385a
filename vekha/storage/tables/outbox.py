"""The outbox, and the dispatchers that drain it."""

import datetime as dt
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from vekha.storage.tables.columns import instant, json_column


class Outbox(SQLModel, table=True):
    """Work queued in the transaction that asks for it; `key` makes asking twice the same as asking once."""

    __table_args__ = (Index("ix_outbox_ready", "done_at", "ready_at"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    key: str = Field(unique=True)
    payload: dict[str, Any] = json_column()
    queued_at: dt.datetime = instant(nullable=False)
    ready_at: dt.datetime = instant(nullable=False)
    attempts: int = 0
    owner: str | None = None
    leased_until: dt.datetime | None = instant()
    done_at: dt.datetime | None = instant()
    error: str | None = Field(default=None, sa_type=Text)


class Dispatcher(SQLModel, table=True):
    """A dispatcher at work, seen every few seconds; what has not been seen for longer has died.

    `trouble` is what it waits out at the moment.
    """

    name: str = Field(primary_key=True)
    started_at: dt.datetime = instant(nullable=False)
    seen_at: dt.datetime = instant(nullable=False)
    trouble: str | None = Field(default=None, sa_type=Text)
