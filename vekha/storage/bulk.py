"""Many rows into one table as fast as the database takes them: executemany on SQLite, COPY on PostgreSQL.

For rows that cannot be there yet; nothing of the ORM stands between. The session's transaction holds them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Table
from sqlmodel import Session, SQLModel


def insert(session: Session, model: type[SQLModel], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes rows whose values stand in the order of `columns`; columns left out get the database's defaults."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 — names of ours
    cursor = driver.cursor()
    cursor.executemany(statement, _bound(rows, [_binder(table, name, connection.dialect) for name in columns]))
    cursor.close()


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
