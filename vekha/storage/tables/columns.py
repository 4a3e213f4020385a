"""What the tables share: named constraints, aware instants, JSON, states."""

import datetime as dt
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, DateTime, Dialect, ForeignKeyConstraint, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

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


class StateText(TypeDecorator[StrEnum]):
    """A state as short text, so that a new one needs no migration of a type; it is read back as what it is."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002
        return None if value is None else self.kind(value)


def state_column(default: str) -> Any:
    """Short text in both databases; an enum's member when the default is one."""
    kind: Any = StateText(type(default)) if isinstance(default, StrEnum) else Text
    return Field(default=default, sa_type=kind, nullable=False)


def references_programme() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["programme"], ["programme.key"], ondelete="CASCADE")


# The last of `__table_args__`: on SQLite the rows lie in the order of their key, with no hidden number of their own.
# Without it a key of texts is an index beside the table: each row is written twice and found in two steps.
BY_KEY: Final = {"sqlite_with_rowid": False}
