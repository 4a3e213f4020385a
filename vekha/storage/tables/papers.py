"""What people hand in and what the engine makes: answers, documents, journals of numbers."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from vekha.domain.programme import DocumentState
from vekha.storage.tables.columns import instant, json_column, references_programme, state_column


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


class FormDraft(SQLModel, table=True):
    """What is typed into a form and not handed in yet.

    An empty `owner` is the draft that everybody works on; a named one is somebody's own («account:7», «link:…»). Each
    saving raises `version`; `page` is the page that saved last. After the form is handed in, `data` is empty and
    `sent_at` set: the version goes on, so that a page left open cannot mistake the next draft for its own.
    """

    __tablename__ = "form_draft"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (references_programme(),)

    programme: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    activity: str = Field(primary_key=True)
    form: str = Field(primary_key=True)
    subject: str = Field(primary_key=True, default="")
    owner: str = Field(primary_key=True, default="")
    version: int = 1
    page: str = ""
    data: dict[str, Any] = json_column()
    who: str
    saved_at: dt.datetime = instant(nullable=False)
    sent_at: dt.datetime | None = instant()


class Document(SQLModel, table=True):
    """`content` (data), `html` (the frozen text) and `file` (the PDF) are names, SHA-256, in the file store.

    `based_on` is the version whose edited copy this one is; `signature` holds what the mark of an electronic signature
    says (certificate, owner, valid_from, valid_to).
    """

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
    origin: str = "made"  # made, uploaded, edited
    based_on: int | None = Field(default=None, foreign_key="document.id")
    number: str | None = None
    dated: dt.date | None = None
    content: str | None = None
    html: str | None = None
    file: str | None = Field(default=None, index=True)
    media_type: str = "application/pdf"
    signed_file: str | None = Field(default=None, index=True)
    signature: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    created_at: dt.datetime = instant(nullable=False)
    approved_by: str | None = None
    void_reason: str | None = None


class JournalRule(SQLModel, table=True):
    """How an institution keeps a journal: its title, the form of its numbers, the kinds of documents it serves.

    Without a rule every kind has a journal of its own with plain numbers, and minutes one for each body.
    """

    __tablename__ = "journal_rule"  # pyright: ignore[reportAssignmentType]

    institution: str = Field(primary_key=True, foreign_key="institution.code")
    code: str = Field(primary_key=True)
    title: str
    pattern: str = "{serial}"
    kinds: list[str] = json_column(list)


class Journal(SQLModel, table=True):
    """The first and the last serial given in a journal of an institution and year; those before were given on paper."""

    institution: str = Field(primary_key=True, foreign_key="institution.code")
    year: int = Field(primary_key=True)
    code: str = Field(primary_key=True)
    first: int = 1
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


class LegalAct(SQLModel, table=True):
    """An act of a region, a municipality or an institution on which its documents stand.

    Where it holds is the narrowest of `region`, `municipality`, `institution` that is named. `issuer` is in the
    genitive, as citations want it.
    """

    __tablename__ = "legal_act"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("region", "municipality", "institution", "kind", "number", "date"),)

    id: int | None = Field(default=None, primary_key=True)
    region: str = Field(foreign_key="region.code", index=True)
    municipality: str = ""
    institution: str = ""
    kind: str
    number: str
    date: dt.date
    title: str
    issuer: str
    topic: str = "mentoring"
    valid_from: dt.date
    valid_to: dt.date | None = None
