"""One transaction of one actor at one moment: what a service is handed instead of a session, a clock and a user.

Rows that are only ever appended (audit, changes of due dates, outbox, notices) are gathered and written in bulk when
the unit commits, after everything else.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Insert, Table, insert
from sqlmodel import Session, SQLModel

from vekha.domain.access import Actor
from vekha.storage.bulk import insert_new, insert_one
from vekha.storage.tables import Audit, Outbox


@dataclass(slots=True)
class UnitOfWork:
    session: Session
    actor: Actor
    now: dt.datetime
    _pending: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)

    def append(self, table: type[SQLModel], rows: Iterable[Mapping[str, Any]]) -> None:
        """Queues new rows for one bulk insert at the commit; nobody reads them back in this transaction."""
        self._pending.setdefault(table.__table__, []).extend(dict(row) for row in rows)  # type: ignore[attr-defined]

    def audit(
        self, subject: str, *, new: str, old: str | None = None, why: str | None = None, programme: str | None = None
    ) -> None:
        row = {"at": self.now, "who": self.actor.name, "programme": programme, "subject": subject}
        self.append(Audit, [{**row, "old": old, "new": new, "why": why}])

    def queue(self, kind: str, key: str, payload: Mapping[str, Any], ready_at: dt.datetime | None = None) -> None:
        """Asks for work once: the same key again changes nothing."""
        row = {"kind": kind, "key": key, "payload": dict(payload), "queued_at": self.now, "attempts": 0}
        self.append(Outbox, [{**row, "ready_at": ready_at or self.now}])

    def insert_new(self, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Writes at once the rows that are not there yet; returns the first column of each key written.

        Two transactions that write the same row do not fail: the later one waits and finds it there.
        """
        return insert_new(self.session.connection(), table.__table__, rows) if rows else []  # type: ignore[attr-defined]

    def insert(self, table: type[SQLModel], row: Mapping[str, Any]) -> Any:
        """Writes at once one row that cannot be there yet, past the ORM, and returns the first column of its key.

        For what is written once and never changed through what was written: a row of the ORM costs four times as much.
        Every column without a default of the database is in `row`.
        """
        self.session.flush()  # what the row refers to
        target: Table = table.__table__  # type: ignore[attr-defined]
        connection = self.session.connection()
        if connection.dialect.name == "sqlite":
            return insert_one(connection, target, row)
        key = connection.execute(_insert(target), dict(row)).inserted_primary_key
        return key[0] if key else None

    def flush(self) -> None:
        """Writes what is gathered; rows whose key is already there are left as they are."""
        self.session.flush()
        connection = self.session.connection()
        for table, rows in self._pending.items():
            if rows:
                insert_new(connection, table, rows)
        self._pending.clear()


@cache
def _insert(table: Table) -> Insert:
    return insert(table)
