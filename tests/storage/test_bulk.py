"""Rows in bulk come back as they were, on both databases."""

from sqlmodel import select

from tests.conftest import START
from vekha.bootstrap import App
from vekha.storage import bulk
from vekha.storage.tables import Audit

COLUMNS = ("who", "at", "subject", "new", "old", "why")
ODD = "таб\tи \\ слеш\\n, перевод\nстроки\r, \\N и \\."


def test_rows_shared_by_many_are_written_for_each(any_app: App) -> None:
    shared = [(START, "a", "x", None, ODD), (START, "b", "y", "", "да")]
    with any_app.work() as work:
        bulk.insert_alike(work.session, Audit, COLUMNS, ((who, shared) for who in ("Анна", "Пётр\tИ.")))
        bulk.insert_alike(work.session, Audit, COLUMNS, iter(()))
    with any_app.work(writes=False) as work:
        rows = [(row.who, row.at, row.subject, row.new, row.old, row.why) for row in work.session.exec(select(Audit))]
    assert sorted(rows) == sorted((who, *row) for who in ("Анна", "Пётр\tИ.") for row in shared)
