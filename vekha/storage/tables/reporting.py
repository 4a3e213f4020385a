"""Figures that were collected and confirmed, SWOT, who is to be rewarded, cases of good practice."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlmodel import Field, SQLModel

from vekha.storage.tables.columns import instant, json_column, references_programme, state_column


class Collection(SQLModel, table=True):
    """An operator asks for figures: of the day `on`, over the period from `since`; taken from `opens` to `closes`.

    `plan` maps an indicator to the number that the region wants; `compared_with` is an earlier collection.
    """

    code: str = Field(primary_key=True)
    region: str = Field(foreign_key="region.code", index=True)
    title: str
    since: dt.date
    on: dt.date
    opens: dt.date
    closes: dt.date
    plan: dict[str, Any] = json_column()
    compared_with: str | None = Field(default=None, foreign_key="collection.code")
    created_by: str
    created_at: dt.datetime = instant(nullable=False)
    closed_at: dt.datetime | None = instant()


class Collected(SQLModel, table=True):
    """The figures of one institution. Version 0 is the engine's own count, made anew when asked; 1 is what the curator
    confirmed, 2 and so on are corrections with their reasons. From 1 on a row never changes.

    `figures` maps an indicator to [numerator, denominator]; `given` holds the numbers that only the institution knows.
    """

    __tablename__ = "collected"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        ForeignKeyConstraint(["collection"], ["collection.code"], ondelete="CASCADE"),
        Index("ix_collected_institution", "institution"),
    )

    collection: str = Field(primary_key=True)
    institution: str = Field(primary_key=True, foreign_key="institution.code")
    version: int = Field(primary_key=True)
    figures: dict[str, Any] = json_column()
    given: dict[str, Any] = json_column()
    mid_cycle: int = 0
    ages_unknown: int = 0
    who: str
    at: dt.datetime = instant(nullable=False)
    reason: str | None = Field(default=None, sa_type=Text)


class SwotAnalysis(SQLModel, table=True):
    """What the curator makes of the answers; `version` grows with each saving, so that two pages do not lose words."""

    __tablename__ = "swot_analysis"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (references_programme(),)

    programme: str = Field(primary_key=True)
    strengths: str = Field(default="", sa_type=Text)
    weaknesses: str = Field(default="", sa_type=Text)
    opportunities: str = Field(default="", sa_type=Text)
    threats: str = Field(default="", sa_type=Text)
    version: int = 1
    who: str
    saved_at: dt.datetime = instant(nullable=False)


class Award(SQLModel, table=True):
    """Somebody chosen for an award of a programme. `grounds` are the results as they stood on the day of the choice."""

    __table_args__ = (references_programme(),)

    programme: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)  # vekha.domain.reporting.nomination
    state: str = state_column("chosen")  # chosen → approved | declined
    grounds: dict[str, Any] = json_column()
    words: str = Field(default="", sa_type=Text)
    chosen_by: str
    chosen_at: dt.datetime = instant(nullable=False)
    decided_by: str | None = None
    decided_at: dt.datetime | None = instant()
    reason: str | None = Field(default=None, sa_type=Text)


class Practice(SQLModel, table=True):
    """A case of good practice: what the problem was, what was done, what came of it. `people` are codes of those named
    in it; `pinned_at` says that the region's operator has put it first."""

    __table_args__ = (Index("ix_practice_state", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    institution: str = Field(foreign_key="institution.code", index=True)
    programme: str | None = Field(default=None, foreign_key="programme.key", ondelete="SET NULL")
    title: str
    model: str = ""
    problem: str = Field(default="", sa_type=Text)
    done: str = Field(default="", sa_type=Text)
    result: str = Field(default="", sa_type=Text)
    people: list[str] = json_column(list)
    state: str = state_column("draft")  # vekha.domain.reporting.practice
    version: int = 1
    remarks: str | None = Field(default=None, sa_type=Text)
    created_by: str
    created_at: dt.datetime = instant(nullable=False)
    sent_at: dt.datetime | None = instant()
    reviewed_by: str | None = None
    reviewed_at: dt.datetime | None = instant()
    published_at: dt.datetime | None = instant()
    pinned_at: dt.datetime | None = instant()


class PracticeFile(SQLModel, table=True):
    """A material of a practice; `digest` is its SHA-256 in the file store."""

    __tablename__ = "practice_file"  # pyright: ignore[reportAssignmentType]

    practice: int = Field(primary_key=True, foreign_key="practice.id", ondelete="CASCADE")
    digest: str = Field(primary_key=True)
    name: str
    media_type: str


class PracticeWord(SQLModel, table=True):
    """The index of the search: a word of a practice in its dictionary form, heavier where it stands in the title.

    One index of our own for both databases: FTS5 knows no Russian endings, and two ways of searching find two things.
    """

    __tablename__ = "practice_word"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_practice_word_word", "word"),)

    practice: int = Field(primary_key=True, foreign_key="practice.id", ondelete="CASCADE")
    word: str = Field(primary_key=True)
    weight: int
