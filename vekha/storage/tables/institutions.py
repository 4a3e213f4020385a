"""Who there is: regions, institutions and the people and employers they know."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from vekha.domain.people import Purpose
from vekha.storage.tables.columns import instant, json_column, state_column


class Region(SQLModel, table=True):
    code: str = Field(primary_key=True)
    title: str
    timezone: str


class Institution(SQLModel, table=True):
    """`staff` maps a role to {name, gender, position, email}; `details` holds requisites (phone, email, site, inn,
    ogrn); `days` are its own days of the working calendar, ISO date → working or not, on top of those of its region."""

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
    days: dict[str, bool] = json_column()
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
    """Somebody an institution knows, entered once whatever the roles; after `erased_on` nothing tells who it was.

    `merged_into` is the entry that this one, the same person, has become part of. `graduated` is the year in which an
    alumnus left the institution.
    """

    institution: str = Field(primary_key=True, foreign_key="institution.code")
    code: str = Field(primary_key=True)  # p1, p2, …
    name: str  # «Фамилия Имя Отчество»
    gender: str | None = None
    birth_date: dt.date | None = None
    position: str | None = None
    contact: str | None = None
    graduated: int | None = None
    merged_into: str | None = None
    erased_on: dt.date | None = None


class CaseForms(SQLModel, table=True):
    """How a name or a position stands in the cases, as somebody of the institution has confirmed it.

    By what it is in the nominative, so that it holds for whoever bears it: a participant, a guardian, the head.
    """

    __tablename__ = "case_forms"  # pyright: ignore[reportAssignmentType]

    institution: str = Field(primary_key=True, foreign_key="institution.code")
    kind: str = Field(primary_key=True)  # name, position
    nominative: str = Field(primary_key=True)
    gender: str = Field(primary_key=True)  # «» when nobody told; a position has none
    forms: dict[str, str] = json_column()  # case → words
    confirmed_by: str
    confirmed_at: dt.datetime = instant(nullable=False)


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
