"""The outbox and what it delivers."""

import datetime as dt
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from vekha.storage.tables.columns import instant, json_column, references_programme


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


class Notice(SQLModel, table=True):
    """A message in somebody's list: to a role of one institution. `key` keeps each one single."""

    __table_args__ = (references_programme(), Index("ix_notice_programme", "programme"))

    key: str = Field(primary_key=True)
    programme: str
    role: str
    text: str = Field(sa_type=Text)
    on: dt.date
    read_at: dt.datetime | None = instant()
