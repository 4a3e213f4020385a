"""The tables. Natural keys (programme, stage, activity) spare a round trip for ids and make every re-run harmless.

Instants are UTC and aware; deadlines are local dates of the institution. Nothing here decides anything.
"""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from vekha.domain.people import Purpose, Role, Standing
from vekha.domain.programme import ActivityState, DocumentState, StageState

# Named constraints: a migration on SQLite rebuilds a table and must be able to say which one it drops.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware instant, UTC in both databases: SQLite forgets the zone, so it is given back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise ValueError("instants are aware: pass a datetime with a time zone")
        return value.astimezone(dt.UTC) if value is not None else None

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def instant(*, nullable: bool = True, index: bool = False) -> Any:
    return Field(default=None if nullable else ..., sa_type=UtcDateTime, nullable=nullable, index=index)


def json_column(default: type = dict) -> Any:
    return Field(default_factory=default, sa_type=JSON, nullable=False)


def state_column(default: str) -> Any:
    """States are short text in both databases, so that a new one needs no migration of a type."""
    return Field(default=default, sa_type=Text, nullable=False)


def references_programme() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["programme"], ["programme.key"], ondelete="CASCADE")


# --- who -------------------------------------------------------------------------------------------------------------


class Region(SQLModel, table=True):
    code: str = Field(primary_key=True)
    title: str
    timezone: str


class Institution(SQLModel, table=True):
    """`staff` maps a role to {name, gender, position}; `details` holds requisites (phone, email, site, inn, ogrn)."""

    code: str = Field(primary_key=True)
    type: str = Field(index=True)
    region: str = Field(foreign_key="region.code", index=True)
    municipality: str = Field(default="", index=True)
    title: str
    short_title: str
    timezone: str
    city: str = ""
    address: str = ""
    staff: dict[str, Any] = json_column()
    details: dict[str, Any] = json_column()
    created_at: dt.datetime = instant(nullable=False)


class Employer(SQLModel, table=True):
    institution: str = Field(primary_key=True, foreign_key="institution.code")
    code: str = Field(primary_key=True)  # e1, e2, …
    name: str
    inn: str | None = None
    address: str | None = None
    contact: str | None = None
    details: dict[str, Any] = json_column()


class Person(SQLModel, table=True):
    """Somebody an institution knows, entered once whatever the roles."""

    institution: str = Field(primary_key=True, foreign_key="institution.code")
    code: str = Field(primary_key=True)  # p1, p2, …
    name: str  # «Фамилия Имя Отчество»
    gender: str | None = None
    birth_date: dt.date | None = None
    position: str | None = None
    contact: str | None = None


class Guardian(SQLModel, table=True):
    __table_args__ = (ForeignKeyConstraint(["institution", "person"], ["person.institution", "person.code"]),)

    institution: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    relation: str | None = None
    authority: str | None = None
    contact: str | None = None


class Consent(SQLModel, table=True):
    """A consent in force between two dates unless withdrawn; `guardian` names the one who signed for a minor."""

    __table_args__ = (
        ForeignKeyConstraint(["institution", "person"], ["person.institution", "person.code"]),
        Index("ix_consent_person", "institution", "person"),
    )

    id: int | None = Field(default=None, primary_key=True)
    institution: str
    person: str
    purpose: Purpose = state_column(Purpose.PROCESSING)
    signed: dt.date
    until: dt.date
    guardian: str | None = None
    categories: list[str] = json_column(list)
    withdrawn_on: dt.date | None = None


# --- what runs -------------------------------------------------------------------------------------------------------


class RoadmapVersion(SQLModel, table=True):
    """The frozen text of a roadmap: a running programme keeps the version it was started with."""

    __tablename__ = "roadmap_version"  # pyright: ignore[reportAssignmentType]

    code: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    digest: str
    content: str = Field(sa_type=Text)
    stored_at: dt.datetime = instant(nullable=False)


class Campaign(SQLModel, table=True):
    """`filter` keeps whom it was launched for: types, municipalities, a list of institutions."""

    code: str = Field(primary_key=True)
    title: str
    region: str = Field(foreign_key="region.code")
    year: int
    filter: dict[str, Any] = json_column()
    overrides: dict[str, Any] = json_column()
    roll: str = "forward"
    state: str = state_column("draft")  # draft → launching → running
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
    state: str = state_column("running")  # running → finished
    started_at: dt.datetime = instant(nullable=False)
    finished_at: dt.datetime | None = instant()


class Stage(SQLModel, table=True):
    __table_args__ = (references_programme(), Index("ix_stage_due", "state", "opens"))

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
    """`title`, `gate` and `responsible` stand here only for an activity that a curator added (`own`)."""

    __table_args__ = (references_programme(), Index("ix_activity_due", "state", "due"))

    programme: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    ordinal: int
    state: ActivityState = state_column(ActivityState.PLANNED)
    opens: dt.date
    due: dt.date
    dues: list[str] | None = Field(default=None, sa_type=JSON)  # when it falls due more than once
    done_on: dt.date | None = None
    reason: str | None = None
    own: bool = False
    title: str | None = None
    gate: str | None = None
    responsible: str | None = None


class DueChange(SQLModel, table=True):
    """Every change of a due date: old, new, who, when, why, by which order."""

    __tablename__ = "due_change"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (references_programme(), Index("ix_due_change_programme", "programme"))

    id: int | None = Field(default=None, primary_key=True)
    programme: str
    stage: str
    activity: str
    old: dt.date
    new: dt.date
    who: str
    at: dt.datetime = instant(nullable=False)
    why: str
    order_number: str | None = None


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


# --- people of a programme -------------------------------------------------------------------------------------------


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


# --- what people hand in, what the engine makes ----------------------------------------------------------------------


class FormSchema(SQLModel, table=True):
    """The schema an answer was given with, so that an old answer can always be shown."""

    __tablename__ = "form_schema"  # pyright: ignore[reportAssignmentType]

    digest: str = Field(primary_key=True)
    code: str
    version: int
    content: dict[str, Any] = json_column()


class Submission(SQLModel, table=True):
    __table_args__ = (references_programme(), Index("ix_submission_place", "programme", "stage", "activity", "form"))

    id: int | None = Field(default=None, primary_key=True)
    programme: str
    stage: str
    activity: str
    form: str
    form_version: int
    schema_digest: str = Field(foreign_key="form_schema.digest")
    subject: str = ""
    data: dict[str, Any] = json_column()
    at: dt.datetime = instant(nullable=False)
    on: dt.date
    who: str
    request_key: str | None = Field(default=None, unique=True)  # a repeated request is one answer


class Document(SQLModel, table=True):
    """`content` (data), `html` (the frozen text) and `file` (the PDF) are names, SHA-256, in the file store."""

    __table_args__ = (
        references_programme(),
        UniqueConstraint("programme", "stage", "activity", "code", "subject", "version"),
    )

    id: int | None = Field(default=None, primary_key=True)
    programme: str
    stage: str
    activity: str
    code: str
    subject: str = ""
    version: int = 1
    state: DocumentState = state_column(DocumentState.DRAFT)
    title: str
    origin: str = "made"  # made, uploaded
    number: str | None = None
    dated: dt.date | None = None
    content: str | None = None
    html: str | None = None
    file: str | None = None
    media_type: str = "application/pdf"
    signed_file: str | None = None
    created_at: dt.datetime = instant(nullable=False)
    approved_by: str | None = None


class Journal(SQLModel, table=True):
    """The last serial given in a journal of an institution and year; locked while a number is taken."""

    institution: str = Field(primary_key=True, foreign_key="institution.code")
    year: int = Field(primary_key=True)
    code: str = Field(primary_key=True)
    last: int = 0


class JournalEntry(SQLModel, table=True):
    __tablename__ = "journal_entry"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("institution", "year", "journal", "number"),)

    institution: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    journal: str = Field(primary_key=True)
    serial: int = Field(primary_key=True)
    number: str
    document: int = Field(foreign_key="document.id")
    dated: dt.date


# --- the outbox and what it delivers ---------------------------------------------------------------------------------


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
