"""Who may log in: accounts, what is granted to them, sessions, one-time links, personal links without an account.

Secrets are never stored: passwords as argon2 hashes, tokens as SHA-256 of a long random text.
"""

import datetime as dt

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from vekha.storage.tables.columns import instant, json_column


class Account(SQLModel, table=True):
    """`login` is an e-mail in lower case. Without a password hash nobody has accepted the invitation yet."""

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True)
    name: str
    password_hash: str | None = None
    created_at: dt.datetime = instant(nullable=False)
    disabled_at: dt.datetime | None = instant()
    failures: int = 0
    locked_until: dt.datetime | None = instant()


class AccountGrant(SQLModel, table=True):
    """A role and where it holds; `until` ends a substitution (inclusive, a local date)."""

    __tablename__ = "account_grant"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_account_grant_account", "account"),)

    id: int | None = Field(default=None, primary_key=True)
    account: int = Field(foreign_key="account.id", ondelete="CASCADE")
    role: str
    region: str = ""
    municipality: str = ""
    institution: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    given_by: str
    why: str | None = None


class LoginSession(SQLModel, table=True):
    __tablename__ = "login_session"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_login_session_account", "account"),)

    token: str = Field(primary_key=True)  # SHA-256 of the cookie
    account: int = Field(foreign_key="account.id", ondelete="CASCADE")
    created_at: dt.datetime = instant(nullable=False)
    seen_at: dt.datetime = instant(nullable=False)
    expires_at: dt.datetime = instant(nullable=False)
    agent: str = ""
    revoked_at: dt.datetime | None = instant()


class OneTimeLink(SQLModel, table=True):
    """An invitation or a password reset: works once, until it expires."""

    __tablename__ = "one_time_link"  # pyright: ignore[reportAssignmentType]

    token: str = Field(primary_key=True)
    purpose: str  # invite, reset
    account: int = Field(foreign_key="account.id", ondelete="CASCADE")
    expires_at: dt.datetime = instant(nullable=False)
    used_at: dt.datetime | None = instant()


class PersonalLink(SQLModel, table=True):
    """Opens one form for somebody without an account: a mentor, a mentee, a guardian, an employer.

    `name` is who is asked, `subject` whom the answer is about. Several links may lead the same person to the same form
    (one on paper, one in a letter, one more with the reminder): answering by one of them answers for all.
    """

    __tablename__ = "personal_link"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_personal_link_programme", "programme"),
        Index("ix_personal_link_place", "programme", "stage", "activity", "form"),
    )

    token: str = Field(primary_key=True)
    programme: str = Field(foreign_key="programme.key", ondelete="CASCADE")
    stage: str
    activity: str
    form: str
    subject: str = ""
    name: str | None = None
    email: str | None = None
    created_by: str
    created_at: dt.datetime = instant(nullable=False)
    expires_at: dt.datetime = instant(nullable=False)
    revoked_at: dt.datetime | None = instant()
    opened_at: dt.datetime | None = instant()
    mailed_at: dt.datetime | None = instant()
    answered_at: dt.datetime | None = instant()
    submission: int | None = Field(default=None, foreign_key="submission.id", ondelete="SET NULL")


class ApiToken(SQLModel, table=True):
    """A key of another system: acts with the roles of its account, within its own scopes (vekha.domain.tokens).

    `shown` are the first characters of the secret, by which people recognise it.
    """

    __tablename__ = "api_token"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_api_token_account", "account"),)

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    shown: str
    name: str
    account: int = Field(foreign_key="account.id", ondelete="CASCADE")
    scopes: list[str] = json_column(list)
    created_at: dt.datetime = instant(nullable=False)
    expires_at: dt.datetime = instant(nullable=False)
    used_at: dt.datetime | None = instant()
    revoked_at: dt.datetime | None = instant()
