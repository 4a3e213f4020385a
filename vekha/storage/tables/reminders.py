"""Who is told of due dates, what was said of each, the messages themselves, and the calendars people subscribe to."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, SmallInteger, Text
from sqlmodel import Field, SQLModel

from vekha.storage.tables.columns import instant, json_column, state_column


def _addressee() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["addressee"], ["addressee.id"], ondelete="CASCADE")


class Contact(SQLModel, table=True):
    """Who looks after a region (the operator) or one municipality of it (its curator)."""

    region: str = Field(primary_key=True, foreign_key="region.code")
    municipality: str = Field(primary_key=True, default="")
    email: str = Field(primary_key=True)
    name: str
    added_at: dt.datetime = instant(nullable=False)


class Addressee(SQLModel, table=True):
    """Somebody who is told of due dates, once whatever the institutions and roles.

    `key` is the e-mail in lower case, else «institution:name» or «institution:role». The row is the lock of everything
    that is said to this person; `last_on` is the day of the last digest and never goes back. `institution` is empty
    for a contact.
    """

    __table_args__ = (Index("ix_addressee_waiting", "timezone", "last_on"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    email: str | None = None
    region: str
    institution: str = ""
    timezone: str
    last_on: dt.date | None = None


class Duty(SQLModel, table=True):
    """What an addressee answers for: a role in an institution, a municipality or a whole region; the rest is empty."""

    __table_args__ = (_addressee(), Index("ix_duty_institution", "institution"))

    addressee: int = Field(primary_key=True)
    role: str = Field(primary_key=True)
    region: str = Field(primary_key=True, default="")
    municipality: str = Field(primary_key=True, default="")
    institution: str = Field(primary_key=True, default="")


class Said(SQLModel, table=True):
    """The last mark said to somebody of one due date of one activity; it only goes down."""

    __table_args__ = (_addressee(),)

    addressee: int = Field(primary_key=True)
    programme: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    activity: str = Field(primary_key=True)
    due: dt.date = Field(primary_key=True)
    mark: int = Field(sa_type=SmallInteger)


class Notice(SQLModel, table=True):
    """A digest in somebody's list, one for each person and day. `mail` is the state of its letter, '' when none goes.

    `body` is a digest (vekha.domain.reminders) as JSON.
    """

    __table_args__ = (_addressee(), Index("ix_notice_addressee", "addressee", "on"), Index("ix_notice_mail", "mail"))

    key: str = Field(primary_key=True)  # «17:2026-05-18»
    addressee: int
    on: dt.date
    at: dt.datetime = instant(nullable=False)
    subject: str
    body: dict[str, Any] = json_column()
    mail: str = state_column("")  # waiting, sent, failed, dropped
    mail_error: str | None = Field(default=None, sa_type=Text)
    mailed_at: dt.datetime | None = instant()


class Feed(SQLModel, table=True):
    """A calendar behind a secret address; the address itself is not kept, only its SHA-256."""

    __table_args__ = (_addressee(), Index("ix_feed_addressee", "addressee"))

    token: str = Field(primary_key=True)
    addressee: int
    created_at: dt.datetime = instant(nullable=False)
    revoked_at: dt.datetime | None = instant()
