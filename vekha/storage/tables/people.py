"""People of a programme: roles, pairs, meetings."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlmodel import Field, SQLModel

from vekha.domain.people import Role, Standing
from vekha.storage.tables.columns import json_column, references_programme, state_column


class Participation(SQLModel, table=True):
    """Somebody's role in one programme; `details` are the answers of the register's form."""

    __table_args__ = (references_programme(),)

    programme: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    role: Role = Field(primary_key=True, sa_type=Text)
    standing: Standing = state_column(Standing.CANDIDATE)
    registered_on: dt.date | None = None
    base: str | None = None
    employer: str | None = None
    details: dict[str, Any] = json_column()
    supported_on: dt.date | None = None
    reason: str | None = None


class Pair(SQLModel, table=True):
    __table_args__ = (references_programme(),)

    programme: str = Field(primary_key=True)
    code: str = Field(primary_key=True)  # n1, n2, …
    ordinal: int
    format: str
    starts: dt.date
    ends: dt.date
    goal: str | None = Field(default=None, sa_type=Text)
    employer: str | None = None
    ended_on: dt.date | None = None
    end_reason: str | None = None
    ending: str | None = None  # vekha.domain.pairs.PairEvent; None where a consent that is gone ended it
    replaces: str | None = None  # the pair that goes on here with another mentor
    extended_on: dt.date | None = None


class PairMember(SQLModel, table=True):
    __tablename__ = "pair_member"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (ForeignKeyConstraint(["programme", "pair"], ["pair.programme", "pair.code"], ondelete="CASCADE"),)

    programme: str = Field(primary_key=True)
    pair: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    role: Role = Field(sa_type=Text, nullable=False)


class Meeting(SQLModel, table=True):
    __table_args__ = (references_programme(), Index("ix_meeting_programme", "programme"))

    id: int | None = Field(default=None, primary_key=True)
    programme: str
    pair: str | None = None
    kind: str
    on: dt.date
    topic: str | None = Field(default=None, sa_type=Text)
    minutes: int | None = None
    absent: bool = False
