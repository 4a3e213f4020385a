"""Many rows into one table as fast as the database takes them: executemany on SQLite, COPY on PostgreSQL.

One row, too, in a place that writes many one by one. For rows that cannot be there yet; nothing of the ORM stands
between. The session's transaction holds them.
"""

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

WORTH_WEIGHING = 128 * 1024  # bytes of a table


def insert(session: Session, model: type[SQLModel], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes rows whose values stand in the order of `columns`; columns left out get the database's defaults."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        with _cursor(connection) as cursor, cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 — names of ours
    with _cursor(connection) as cursor:
        cursor.executemany(statement, _bound(rows, [_binder(table, name, connection.dialect) for name in columns]))


def insert_one(connection: Connection, table: Table, row: Mapping[str, Any]) -> Any:
    """One row, on SQLite; returns the first column of its key, a serial where the database gives it out."""
    how = _one(table, tuple(row), connection.dialect)
    given = [*row.values(), *(default(None) for default in how.defaults)]
    values = [value if binder is None else binder(value) for value, binder in zip(given, how.binders, strict=True)]
    with _cursor(connection) as cursor:
        cursor.execute(how.statement, values)
        return row.get(how.key, cursor.lastrowid)


@dataclass(frozen=True, slots=True)
class _One:
    """How a row of some columns is written; `defaults` make the values of the columns that are left out."""

    statement: str
    defaults: Sequence[Callable[[Any], Any]]
    binders: Sequence[Callable[[Any], Any] | None]
    key: str


@cache
def _one(table: Table, given: tuple[str, ...], dialect: Dialect) -> _One:
    left_out = _left_out(table, given)
    columns = [*given, *left_out]
    quoted = ", ".join(dialect.identifier_preparer.quote(name) for name in columns)
    return _One(
        f"INSERT INTO {table.name} ({quoted}) VALUES ({', '.join('?' * len(columns))})",  # noqa: S608 — names of ours
        list(left_out.values()),
        [_binder(table, name, dialect) for name in columns],
        next(iter(table.primary_key)).name,
    )


def _left_out(table: Table, given: Collection[str]) -> dict[str, Callable[[Any], Any]]:
    """What makes the values of the columns that a row leaves out, each called with no context."""

    def maker(default: Any) -> Callable[[Any], Any]:
        return default.arg if callable(default.arg) else lambda _: default.arg

    return {
        column.name: maker(column.default)
        for column in table.columns
        if column.name not in given and column.default is not None
    }


def insert_alike(
    session: Session,
    model: type[SQLModel],
    columns: Sequence[str],
    given: Iterable[tuple[str, Sequence[Sequence[Any]]]],
) -> None:
    """The same for rows that many share but for their key: each key with its rows, whose values are those of
    `columns` without the first one. Rows shared are made ready for the driver once."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    connection = session.connection()
    ready: dict[int, Any] = {}
    if connection.dialect.name == "postgresql":
        with _cursor(connection) as cursor, cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
            for key, rows in given:
                lines = ready.get(id(rows)) or ready.setdefault(
                    id(rows), ["\t".join(map(_copied, row)) for row in rows]
                )
                first = _copied(key)
                copy.write("".join([f"{first}\t{line}\n" for line in lines]))
        return
    binders = [_binder(table, name, connection.dialect) for name in columns[1:]]

    def bound(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        return ready.get(id(rows)) or ready.setdefault(id(rows), [tuple(row) for row in _bound(rows, binders)])

    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 — names of ours
    with _cursor(connection) as cursor:
        cursor.executemany(statement, ((key, *row) for key, rows in given for row in bound(rows)))


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Writes the rows that are not there yet; returns the first column of each key written.

    All rows have the columns of the first. PostgreSQL takes them as one JSON: a statement for each row, or one of
    thousands of parameters, costs far more.
    """
    columns = tuple(rows[0])
    added = {name: make(None) for name, make in _left_out(table, columns).items()}
    names = ", ".join(map(connection.dialect.identifier_preparer.quote, (*columns, *added)))
    key, rest = next(iter(table.primary_key)).name, list(added.values())
    if connection.dialect.name == "postgresql":
        told = json.dumps([{**added, **row} for row in rows], default=_in_json)
        source = f"SELECT {names} FROM json_populate_recordset(NULL::{table.name}, %(rows)s::json)"  # noqa: S608 — names of ours
        statement = f"INSERT INTO {table.name} ({names}) {source} ON CONFLICT DO NOTHING RETURNING {key}"
        return list(connection.exec_driver_sql(statement, {"rows": told}).scalars())
    binders = [_binder(table, name, connection.dialect) for name in (*columns, *added)]
    values = _bound(([*(row[name] for name in columns), *rest] for row in rows), binders)
    marks = ", ".join("?" * len(binders))
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 — names of ours
    with _cursor(connection) as cursor:
        written = [cursor.lastrowid if cursor.execute(statement, each).rowcount else None for each in values]
    return [row.get(key, number) for row, number in zip(rows, written, strict=True) if number is not None]


def _in_json(value: Any) -> str:
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        raise ValueError("instants are aware: pass a datetime with a time zone")
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"no column of ours holds a {type(value).__name__}")


def weigh(session: Session, *models: type[SQLModel]) -> None:
    """Tells PostgreSQL how much its tables hold after a bulk load. Its own housekeeping does so a minute later or not
    at all, and until then it plans as for tables that are next to empty. SQLite plans by the schema alone.

    Small tables are left out: a page with one row makes it believe that every page to come holds one, and it would
    check the foreign keys of the next load by reading whole tables.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        names = [model.__table__.name for model in models]  # type: ignore[attr-defined]
        large = "SELECT name FROM unnest(%(names)s::text[]) name WHERE pg_relation_size(name::regclass) >= %(least)s"
        found = connection.exec_driver_sql(large, {"names": names, "least": WORTH_WEIGHING}).scalars().all()
        if found:
            connection.exec_driver_sql(f"ANALYZE {', '.join(found)}")


@contextmanager
def _cursor(connection: Connection) -> Iterator[Any]:
    """The driver's own cursor. Its errors come as those of every other statement do: a full disk is told in words."""
    driver: Any = connection.connection.driver_connection
    error: Any = connection.dialect.loaded_dbapi.Error
    cursor = driver.cursor()
    try:
        yield cursor
    except error as reason:
        raise DBAPIError.instance("bulk", None, reason, error) from reason
    finally:
        cursor.close()


_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _copied(value: Any) -> str:
    """A value in the text format of COPY."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value).translate(_ESCAPED)


def _binder(table: Table, column: str, dialect: Any) -> Callable[[Any], Any] | None:
    """How SQLAlchemy would hand a value of the column to the driver; None: as it is."""
    return table.c[column].type.dialect_impl(dialect).bind_processor(dialect)


def _bound(rows: Iterable[Sequence[Any]], binders: Sequence[Callable[[Any], Any] | None]) -> Iterator[Sequence[Any]]:
    special = [(place, binder) for place, binder in enumerate(binders) if binder is not None]
    if not special:
        yield from rows
        return
    for row in rows:
        values = list(row)
        for place, binder in special:
            values[place] = binder(values[place])
        yield values
