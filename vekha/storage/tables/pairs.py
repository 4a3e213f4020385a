"""Pairs at work: what happened to each, their calendar, who came, the steps of their plans, what they say of it."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, SmallInteger, Text
from sqlmodel import Field, SQLModel

from vekha.domain.meetings import MeetingState
from vekha.domain.pairs import PairEvent
from vekha.domain.people import Role
from vekha.storage.tables.columns import instant, json_column, state_column


def _references_pair() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["programme", "pair"], ["pair.programme", "pair.code"], ondelete="CASCADE")


class PairChange(SQLModel, table=True):
    """What was done to a pair, why and by whom; the newest one can be undone.

    `details` is what an undo needs: codes, dates and serials, and of a handover what was done and what is left.
    """

    __tablename__ = "pair_change"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (_references_pair(), Index("ix_pair_change_pair", "programme", "pair"))

    id: int | None = Field(default=None, primary_key=True)
    programme: str
    pair: str
    kind: PairEvent = Field(sa_type=Text, nullable=False)
    on: dt.date
    reason: str = Field(sa_type=Text)
    details: dict[str, Any] = json_column()
    who: str
    at: dt.datetime = instant(nullable=False)
    undone_at: dt.datetime | None = instant()
    undone_by: str | None = None


class PlannedMeeting(SQLModel, table=True):
    """A meeting in the calendar of a pair. What was held stands in `meeting`; the counters look there and nowhere else.

    `moves` are the days it was moved from, oldest first: {from, at, why, who}. `series` is shared by those planned at
    once.
    """

    __tablename__ = "planned_meeting"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (_references_pair(), Index("ix_planned_meeting_pair", "programme", "pair"))

    id: int | None = Field(default=None, primary_key=True)
    programme: str
    pair: str
    kind: str
    on: dt.date
    at: str | None = None  # «15:30», by the institution's clock
    place: str | None = Field(default=None, sa_type=Text)
    topic: str | None = Field(default=None, sa_type=Text)
    state: MeetingState = state_column(MeetingState.PLANNED)
    series: str | None = None
    reason: str | None = Field(default=None, sa_type=Text)
    moves: list[Any] = json_column(list)
    meeting: int | None = Field(default=None, foreign_key="meeting.id", ondelete="SET NULL")
    who: str
    made_at: dt.datetime = instant(nullable=False)


class Attendance(SQLModel, table=True):
    """Who came to a meeting that was held; a meeting without rows was kept before attendance was."""

    meeting: int = Field(primary_key=True, foreign_key="meeting.id", ondelete="CASCADE")
    person: str = Field(primary_key=True)
    present: bool


class PlanStep(SQLModel, table=True):
    """A step of a pair's plan: its own due date, and how it ended. `number` counts within the pair.

    A step that went over to another pair with a new mentor is `handed` there.
    """

    __tablename__ = "plan_step"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (_references_pair(), Index("ix_plan_step_due", "programme", "due"))

    programme: str = Field(primary_key=True)
    pair: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    task: str = Field(sa_type=Text)
    due: dt.date
    expected: str | None = Field(default=None, sa_type=Text)
    actual: str | None = Field(default=None, sa_type=Text)
    mark: int | None = Field(default=None, sa_type=SmallInteger)
    done_on: dt.date | None = None
    dropped_on: dt.date | None = None
    reason: str | None = Field(default=None, sa_type=Text)
    handed: str | None = None


class PlanMove(SQLModel, table=True):
    """A change of the date of a step: from, to, who, when, why."""

    __tablename__ = "plan_move"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (_references_pair(), Index("ix_plan_move_pair", "programme", "pair"))

    id: int | None = Field(default=None, primary_key=True)
    programme: str
    pair: str
    number: int
    old: dt.date
    new: dt.date
    why: str = Field(sa_type=Text)
    who: str
    at: dt.datetime = instant(nullable=False)


class Reflection(SQLModel, table=True):
    """What one person says after a meeting, for the curator alone. Without `answered_at` they have only been asked."""

    __table_args__ = (
        _references_pair(),
        ForeignKeyConstraint(["meeting"], ["meeting.id"], ondelete="CASCADE"),
        Index("ix_reflection_pair", "programme", "pair"),
    )

    meeting: int = Field(primary_key=True)
    person: str = Field(primary_key=True)
    programme: str
    pair: str
    role: Role = Field(sa_type=Text, nullable=False)
    asked_at: dt.datetime = instant(nullable=False)
    answered_at: dt.datetime | None = instant()
    useful: int | None = Field(default=None, sa_type=SmallInteger)  # 1 to 5
    words: str | None = Field(default=None, sa_type=Text)
    ahead: str | None = Field(default=None, sa_type=Text)
    wants_curator: bool = False
    settled_at: dt.datetime | None = instant()
    settled_by: str | None = None
    settled_note: str | None = Field(default=None, sa_type=Text)


class ReflectionLink(SQLModel, table=True):
    """Opens one person's reflection on one meeting; a link handed over closes the ones before, one in a letter does
    not. Only the SHA-256 is kept."""

    __tablename__ = "reflection_link"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        ForeignKeyConstraint(["meeting", "person"], ["reflection.meeting", "reflection.person"], ondelete="CASCADE"),
        Index("ix_reflection_link_of", "meeting", "person"),
    )

    token: str = Field(primary_key=True)
    programme: str = Field(foreign_key="programme.key", ondelete="CASCADE")
    meeting: int
    person: str
    created_at: dt.datetime = instant(nullable=False)
    expires_at: dt.datetime = instant(nullable=False)
    opened_at: dt.datetime | None = instant()
    revoked_at: dt.datetime | None = instant()
    mailed_at: dt.datetime | None = instant()


class PairFeed(SQLModel, table=True):
    """The calendar of a pair, or of everything one person does in a programme, behind a secret address."""

    __tablename__ = "pair_feed"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_pair_feed_programme", "programme"),)

    token: str = Field(primary_key=True)
    programme: str = Field(foreign_key="programme.key", ondelete="CASCADE")
    pair: str | None = None
    person: str | None = None
    created_at: dt.datetime = instant(nullable=False)
    revoked_at: dt.datetime | None = instant()
