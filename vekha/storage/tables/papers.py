"""What people hand in and what the engine makes: answers, documents, journals of numbers."""

import datetime as dt
from typing import Any

from sqlalchemy import Index, UniqueConstraint
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
