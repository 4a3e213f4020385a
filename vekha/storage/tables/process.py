"""What runs: roadmaps, campaigns, programmes, stages, activities, and every change of state."""

import datetime as dt
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from vekha.domain.programme import ActivityState, StageState
from vekha.storage.tables.columns import BY_KEY, instant, json_column, references_programme, state_column


class RoadmapVersion(SQLModel, table=True):
    """The frozen text of a roadmap: a running programme keeps the version it was started with."""

    __tablename__ = "roadmap_version"  # pyright: ignore[reportAssignmentType]

    code: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    digest: str
    content: str = Field(sa_type=Text)
    stored_at: dt.datetime = instant(nullable=False)


class Campaign(SQLModel, table=True):
    """`filter` keeps whom it was launched for: types, municipalities, a list of institutions; `versions` the roadmap
    of each type it was created from: type → [code, version]."""

    code: str = Field(primary_key=True)
    title: str
    region: str = Field(foreign_key="region.code")
    year: int
    filter: dict[str, Any] = json_column()
    overrides: dict[str, Any] = json_column()
    versions: dict[str, Any] = json_column()
    roll: str = "forward"
    state: str = state_column("draft")  # vekha.domain.campaign
    created_at: dt.datetime = instant(nullable=False)
    launched_at: dt.datetime | None = instant()


class Programme(SQLModel, table=True):
    key: str = Field(primary_key=True)  # «school-12-2026»
    institution: str = Field(foreign_key="institution.code", index=True)
    campaign: str | None = Field(default=None, foreign_key="campaign.code", index=True)
    roadmap: str
    roadmap_version: int
    year: int  # Х
    cycle_starts: dt.date
    cycle_ends: dt.date
    own_start: dt.date | None = None  # of a late-comer: nothing is due before it
    state: str = state_column("running")  # running, paused, finished, cancelled
    started_at: dt.datetime = instant(nullable=False)
    finished_at: dt.datetime | None = instant()


class Stage(SQLModel, table=True):
    __table_args__ = (references_programme(), Index("ix_stage_due", "state", "opens"), BY_KEY)

    programme: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    ordinal: int
    state: StageState = state_column(StageState.PLANNED)
    opens: dt.date
    due: dt.date
    opened_on: dt.date | None = None
    closed_on: dt.date | None = None
    closing_by: str | None = None
    error: str | None = Field(default=None, sa_type=Text)
    pack: str | None = None  # SHA-256 of the stage's pack in the file store


class Activity(SQLModel, table=True):
    """`title`, `gate` and `responsible` stand here only for an activity that a curator added (`own`).

    `dues` (when it falls due more than once) and `stated` (the dates before rolling, where a day off moved one) are
    ISO dates with a space between. A `pinned` date was set for this institution alone: a bulk shift leaves it.
    """

    __table_args__ = (references_programme(), Index("ix_activity_due", "state", "due"), BY_KEY)

    programme: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    ordinal: int
    state: ActivityState = state_column(ActivityState.PLANNED)
    opens: dt.date
    due: dt.date
    dues: str | None = Field(default=None, sa_type=Text)
    stated: str | None = Field(default=None, sa_type=Text)
    pinned: bool = False
    done_on: dt.date | None = None
    reason: str | None = None
    own: bool = False
    title: str | None = None
    gate: str | None = None
    responsible: str | None = None


class VersionChange(SQLModel, table=True):
    """A programme moved to another version of its roadmap: what it was before and after, so that it can be undone."""

    __tablename__ = "version_change"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (references_programme(), Index("ix_version_change_programme", "programme"))

    id: int | None = Field(default=None, primary_key=True)
    programme: str
    roadmap: str
    old: int
    new: int
    who: str
    at: dt.datetime = instant(nullable=False)
    before: dict[str, Any] = json_column()
    after: dict[str, Any] = json_column()
    moved: list[Any] = json_column(list)  # [old stage, old activity, new stage, new activity]
    undone_at: dt.datetime | None = instant()
    undone_by: str | None = None


class Audit(SQLModel, table=True):
    """Every change of state: of what, from what, to what, who, when, why."""

    __table_args__ = (Index("ix_audit_programme", "programme"),)

    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = instant(nullable=False)
    who: str
    programme: str | None = None
    subject: str  # «stage:mentees», «activity:mentees/data», «document:17», «person:p3»
    old: str | None = None
    new: str
    why: str | None = None
