"""Every change of a due date, in batches that can be undone; what curators ask for."""

import datetime as dt
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from vekha.storage.tables.columns import instant, json_column, references_programme, state_column


class DueBatch(SQLModel, table=True):
    """What was done at once: by whom, when, why and by which order.

    `request` is what was asked for, enough to say it again. An undo names the batch it `undoes`; a batch is `in_force`
    until it is undone, and again when its undo is undone.
    """

    __tablename__ = "due_batch"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    kind: str  # shift, schedule, calendar, extension, undo
    region: str = Field(foreign_key="region.code", index=True)
    campaign: str | None = Field(default=None, foreign_key="campaign.code", index=True)
    request: dict[str, Any] = json_column()
    who: str
    at: dt.datetime = instant(nullable=False)
    why: str = Field(sa_type=Text)
    order_number: str | None = None
    programmes: int
    activities: int
    undoes: int | None = Field(default=None, foreign_key="due_batch.id")
    in_force: bool = True


class DueMove(SQLModel, table=True):
    """One distinct change of dates in a batch, from old to new; thousands of activities share it.

    An empty activity is the stage's own window, which follows its activities.
    """

    __tablename__ = "due_move"  # pyright: ignore[reportAssignmentType]

    batch: int = Field(primary_key=True, foreign_key="due_batch.id", ondelete="CASCADE")
    number: int = Field(primary_key=True)
    stage: str
    activity: str
    old_opens: dt.date
    old: dt.date
    old_dues: str | None = Field(default=None, sa_type=Text)
    old_stated: str | None = Field(default=None, sa_type=Text)
    old_pinned: bool = False
    new_opens: dt.date
    new: dt.date
    new_dues: str | None = Field(default=None, sa_type=Text)
    new_stated: str | None = Field(default=None, sa_type=Text)
    new_pinned: bool = False


class DueChange(SQLModel, table=True):
    """Which move of the batch an activity (or, with an empty one, a stage) of a programme made.

    No foreign key to the move: a batch is written whole, and a check for each of 300,000 rows takes as long again.
    """

    __tablename__ = "due_change"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        references_programme(),
        Index("ix_due_change_programme", "programme"),
    )

    batch: int = Field(primary_key=True)
    programme: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    activity: str = Field(primary_key=True)
    move: int


class Extension(SQLModel, table=True):
    """A curator's request for more time for an activity or, without one, for a stage."""

    __table_args__ = (references_programme(), Index("ix_extension_programme", "programme"))

    id: int | None = Field(default=None, primary_key=True)
    programme: str
    stage: str
    activity: str = ""
    wanted: dt.date
    reason: str = Field(sa_type=Text)
    state: str = state_column("asked")  # asked → granted | declined; asked again when the grant is undone
    asked_by: str
    asked_at: dt.datetime = instant(nullable=False)
    decided_by: str | None = None
    decided_at: dt.datetime | None = instant()
    answer: str | None = Field(default=None, sa_type=Text)
    batch: int | None = Field(default=None, foreign_key="due_batch.id")
