"""Surveys: who was asked of what and when, and the answers that nobody's name stands beside.

A named answer is a `Submission` like any other. An anonymous one lies in `SurveyAnswer`, and nothing there leads back
to who was asked: no token, no person, no time; the key is random and the rows lie in its order, not in that of coming.
"""

import datetime as dt
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from vekha.storage.tables.columns import BY_KEY, instant, json_column, references_programme


class Survey(SQLModel, table=True):
    """One dated sending of a form. `stage` and `activity` are where its named answers go, empty for the programme."""

    __table_args__ = (references_programme(), Index("ix_survey_programme", "programme"))

    id: int | None = Field(default=None, primary_key=True)
    programme: str
    form: str
    schema_digest: str = Field(foreign_key="form_schema.digest")
    moment: str = ""  # before, after
    anonymous: bool
    audiences: list[str] = json_column(list)
    stage: str = ""
    activity: str = ""
    opens: dt.date
    closes: dt.date
    closed_on: dt.date | None = None
    cancelled_on: dt.date | None = None
    created_by: str
    created_at: dt.datetime = instant(nullable=False)


class SurveyAsked(SQLModel, table=True):
    """Somebody who is asked. `opened` and `answered` are marks without a time: a time could be set beside an answer.

    `submission` is the answer of a named survey; of an anonymous one it stays empty for ever.
    """

    __tablename__ = "survey_asked"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (references_programme(), Index("ix_survey_asked_survey", "survey", "subject"))

    id: int | None = Field(default=None, primary_key=True)
    survey: int = Field(foreign_key="survey.id", ondelete="CASCADE")
    programme: str
    audience: str
    subject: str = ""
    name: str | None = None  # None on an unnamed slip
    email: str | None = None
    asked_on: dt.date
    mailed_on: dt.date | None = None
    reminded_on: dt.date | None = None
    opened: bool = False
    answered: bool = False
    revoked: bool = False
    submission: int | None = Field(default=None, foreign_key="submission.id", ondelete="SET NULL")


class SurveyToken(SQLModel, table=True):
    """One address given to somebody who is asked: in a letter, on a slip, once more with the reminder."""

    __tablename__ = "survey_token"  # pyright: ignore[reportAssignmentType]

    token: str = Field(primary_key=True)  # SHA-256 of what stands in the address
    asked: int = Field(foreign_key="survey_asked.id", ondelete="CASCADE", index=True)


class SurveyAnswer(SQLModel, table=True):
    """An anonymous answer. SQLite keeps no hidden number of the row beside the random key."""

    __tablename__ = "survey_answer"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        references_programme(),
        Index("ix_survey_answer_survey", "survey"),
        BY_KEY,
    )

    id: str = Field(primary_key=True, sa_type=Text)
    survey: int = Field(foreign_key="survey.id", ondelete="CASCADE")
    programme: str
    audience: str
    data: dict[str, Any] = json_column()
