"""Proposals of pairs, and what a curator has fixed beforehand. People stand here by code: no name is kept."""

import datetime as dt
from typing import Any

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from vekha.storage.tables.columns import instant, json_column, references_programme, state_column


class MatchLink(SQLModel, table=True):
    """A pair that a curator wants («pin») or does not want («forbid»), for this proposal and the next ones."""

    __tablename__ = "match_link"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (references_programme(),)

    programme: str = Field(primary_key=True)
    mentee: str = Field(primary_key=True)
    mentor: str = Field(primary_key=True)
    kind: str
    why: str | None = Field(default=None, sa_type=Text)
    who: str
    at: dt.datetime = instant(nullable=False)


class MatchProposal(SQLModel, table=True):
    """A proposal as it was made; `content` holds pairs, those left over and those set aside, with reasons."""

    __tablename__ = "match_proposal"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (references_programme(),)

    programme: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    model: str
    state: str = state_column("draft")  # draft, confirmed, discarded
    matched: int
    score: int
    content: dict[str, Any] = json_column()
    made_by: str
    made_at: dt.datetime = instant(nullable=False)
    decided_by: str | None = None
    decided_at: dt.datetime | None = instant()
