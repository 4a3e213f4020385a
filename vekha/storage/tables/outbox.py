"""The outbox."""

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
