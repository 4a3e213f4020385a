"""What keeps registers true: look-alikes told apart or made one, the consent of a worker to mentor."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlmodel import Field, SQLModel

from vekha.storage.tables.columns import instant, json_column, references_programme


class ToldApart(SQLModel, table=True):
    """Two people who look alike and are two, as somebody has said; `one` is the smaller code."""

    __tablename__ = "told_apart"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (ForeignKeyConstraint(["institution"], ["institution.code"]),)

    institution: str = Field(primary_key=True)
    one: str = Field(primary_key=True)
    other: str = Field(primary_key=True)
    who: str
    at: dt.datetime = instant(nullable=False)


class PersonMerge(SQLModel, table=True):
    """Two entries of one person made one. `rows` are what was changed, as it was and as it became, to be undone."""

    __tablename__ = "person_merge"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        ForeignKeyConstraint(["institution"], ["institution.code"]),
        Index("ix_person_merge_institution", "institution"),
    )

    id: int | None = Field(default=None, primary_key=True)
    institution: str
    kept: str
    merged: str
    rows: list[dict[str, Any]] = json_column(list)
    who: str
    at: dt.datetime = instant(nullable=False)
    undone_by: str | None = None
    undone_at: dt.datetime | None = instant()


class DutyConsent(SQLModel, table=True):
    """A worker's written consent to mentor in one programme and its terms (ст. 351.8 ТК РФ).

    `ends_on` is the last day where one side has ended it early: `ended_by` is «worker» or «employer», `noticed_on` the
    day of the notice.
    """

    __tablename__ = "duty_consent"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (references_programme(),)

    programme: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    signed: dt.date
    starts: dt.date
    ends: dt.date
    content: str = Field(sa_type=Text)
    form: str = Field(sa_type=Text)
    pay: str = Field(sa_type=Text)
    addendum: str | None = None  # «доп. соглашение № 3 от 01.09.2026»
    ended_by: str | None = None
    noticed_on: dt.date | None = None
    ends_on: dt.date | None = None
    end_reason: str | None = Field(default=None, sa_type=Text)
