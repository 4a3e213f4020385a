"""Rows in bulk come back as they were, on both databases."""

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from tests.conftest import START
from vekha.bootstrap import App
from vekha.domain.errors import VekhaError
from vekha.storage import bulk
from vekha.storage.tables import Audit, FormSchema, Outbox

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


def test_a_refusal_of_the_driver_is_told_in_words_and_leaves_nothing(any_app: App) -> None:
    good, bad = (START, "a", "x", None, None), (START, "a", None, None, None)  # `new` may not be empty
    for write in (
        lambda session: bulk.insert(session, Audit, COLUMNS, [("Анна", *good), ("Анна", *bad)]),
        lambda session: bulk.insert_alike(session, Audit, COLUMNS, [("Анна", [good, bad])]),
    ):
        with pytest.raises(VekhaError) as refusal, any_app.work() as work:
            write(work.session)
        assert [each.code for each in refusal.value.problems] == ["database.failed"]
    with any_app.work(writes=False) as work:
        assert work.session.exec(select(Audit)).all() == []


def test_the_database_is_told_how_much_a_large_table_holds(any_app: App) -> None:
    row = (START, "a", "x" * 100, None, None)
    with any_app.work() as work:
        if any_app.engine.dialect.name == "postgresql":  # the database of other tests: their rows left it large
            work.session.execute(text("TRUNCATE audit CASCADE"))
        for more, told in ((100, -1), (2900, 3000)):
            bulk.insert(work.session, Audit, COLUMNS, [("Анна", *row)] * more)
            bulk.weigh(work.session, Audit)
            if any_app.engine.dialect.name == "postgresql":
                query = text("SELECT reltuples FROM pg_class WHERE oid = 'audit'::regclass")
                assert work.session.execute(query).scalar_one() == told


def test_only_rows_that_are_not_there_yet_are_written(any_app: App) -> None:
    body = {"слова": ODD, "пусто": None, "список": [1, {"да": True}]}
    rows = [
        {"kind": "mail", "key": f"{n} {ODD}", "payload": body, "queued_at": START, "ready_at": START} for n in (1, 2)
    ]
    with any_app.work() as work:
        written = [work.insert_new(Outbox, each) for each in (rows[:1], [*rows, rows[1]], rows)]
    with any_app.work(writes=False) as work:
        found = work.session.exec(select(Outbox).order_by(col(Outbox.id))).all()
    assert [*written[0], *written[1]] == [row.id for row in found]
    assert written[2] == []
    facts = [(row.key, row.payload, row.queued_at, row.ready_at, row.attempts, row.done_at) for row in found]
    assert facts == [(f"{n} {ODD}", body, START, START, 0, None) for n in (1, 2)]


def test_a_row_without_a_moment_of_this_world_is_refused(any_app: App) -> None:
    naive = START.replace(tzinfo=None)
    row = {"kind": "mail", "key": "a", "payload": {}, "queued_at": naive, "ready_at": START}
    with pytest.raises(Exception, match="instants are aware"), any_app.work() as work:
        work.insert_new(Outbox, [row])


def test_one_row_gets_the_defaults_it_leaves_out(any_app: App) -> None:
    given = {"kind": "mail", "key": ODD, "queued_at": START, "ready_at": START}
    with any_app.work() as work:
        serial = work.insert(Outbox, given)
        key = work.insert(FormSchema, {"digest": "d", "code": "c", "version": 1, "content": {"что": [1]}})
    with any_app.work(writes=False) as work:
        row = work.session.get_one(Outbox, serial)
        assert (row.key, row.queued_at, row.payload, row.attempts, row.owner) == (ODD, START, {}, 0, None)
        assert work.session.get_one(FormSchema, key).content == {"что": [1]}
    with pytest.raises(VekhaError) as refusal, any_app.work() as work:
        work.insert(FormSchema, {"digest": "d", "code": "c", "version": 1, "content": {}})
    assert [each.code for each in refusal.value.problems] == ["database.failed"]
