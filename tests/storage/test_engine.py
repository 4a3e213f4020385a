"""What goes wrong with a database is said in a user's words, and nothing is half-done."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from tests.conftest import postgres_address
from vekha.bootstrap import App, build
from vekha.domain.errors import Problem, VekhaError, WrongUseError
from vekha.services.region import institutions
from vekha.settings import Settings
from vekha.storage import engine as engine_module
from vekha.storage import schema
from vekha.storage.engine import database_problem, open_engine
from vekha.storage.tables import Region

REGION = {"code": "02", "title": "Примерная область", "timezone": "Asia/Yekaterinburg"}


@pytest.fixture
def opened() -> Iterator[Any]:
    apps: list[App] = []

    def open_app(home: Path, url: str | None = None) -> App:
        apps.append(build(Settings(home=home, database_url=url)))
        return apps[-1]

    yield open_app
    for app in apps:
        app.engine.dispose()


def add_region(app: App) -> None:
    with app.work() as work:
        institutions.add_region(work, **REGION)


def refused(app: App) -> list[str]:
    with pytest.raises(VekhaError) as caught:
        add_region(app)
    return [each.code for each in caught.value.problems]


def regions(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM region")).scalar_one()


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["", "не адрес", "mysql://localhost/vekha", "http://x"])
def test_an_address_of_no_database_we_know(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WrongUseError) as caught:
        open_engine(url)
    assert caught.value.problems == (Problem("database.bad_address", "VEKHA_DATABASE_URL"),)


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/a/b/vekha.db")
    schema.upgrade(engine)
    assert regions(engine) == 0
    engine.dispose()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(VekhaError) as caught:
        open_engine(f"sqlite:///{tmp_path}/file/vekha.db")
    assert [each.code for each in caught.value.problems] == ["database.unreachable"]


@pytest.mark.parametrize("call", [schema.upgrade, schema.current, schema.stored_revision])
def test_a_postgresql_that_does_not_answer(call: Any) -> None:
    engine = open_engine("postgresql://nobody@127.0.0.1:1/vekha")
    with pytest.raises(VekhaError) as caught:
        call(engine)
    assert [each.code for each in caught.value.problems] == ["database.unreachable"]


@pytest.mark.postgres
def test_a_database_that_is_not_there(postgres_url: str) -> None:
    engine = open_engine(postgres_address().set(database="vekha_nowhere").render_as_string(hide_password=False))
    with pytest.raises(VekhaError) as caught:
        schema.current(engine)
    assert [each.code for each in caught.value.problems] == ["database.unreachable"]


# --- SQLite -----------------------------------------------------------------------------------------------------------


def test_a_file_of_something_else(tmp_path: Path, opened: Any) -> None:
    (tmp_path / "vekha.db").write_text("это не база данных, а письмо " * 100)
    app = opened(tmp_path)
    assert refused(app) == ["database.damaged"]
    with pytest.raises(VekhaError) as caught:
        schema.current(app.engine)
    assert [each.code for each in caught.value.problems] == ["database.damaged"]


def test_a_database_that_was_not_prepared(tmp_path: Path, opened: Any) -> None:
    assert refused(opened(tmp_path)) == ["database.not_prepared"]


def test_a_locked_database(home: Path, opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.01)
    app = opened(home)
    other = sqlite3.connect(home / "vekha.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert refused(app) == ["database.locked"]
    with app.work(writes=False) as work:  # whoever only reads waits for nobody
        assert institutions.every(work) == []
    other.close()
    add_region(app)
    assert regions(app.engine) == 1


def test_a_database_open_for_reading_only(home: Path, opened: Any, tmp_path: Path) -> None:
    app = opened(tmp_path, f"sqlite:///file:{home}/vekha.db?mode=ro&uri=true")
    assert refused(app) == ["database.read_only"]
    assert not list(tmp_path.glob("file*"))


def test_a_full_disk_leaves_nothing_half_done(home: Path, opened: Any) -> None:
    app = opened(home)

    @event.listens_for(app.engine, "connect")
    def fill(connection: Any, _record: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    with pytest.raises(VekhaError) as caught, app.work() as work:
        institutions.add_region(work, **REGION)
        for number in range(200):
            work.session.add(Region(code=f"r{number}", title="x" * 1000, timezone="Europe/Moscow"))
    assert [each.code for each in caught.value.problems] == ["database.disk_full"]
    assert regions(app.engine) == 0


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("database is locked", "locked"),
        ("canceling statement due to lock timeout", "locked"),
        ("deadlock detected", "locked"),
        ("database or disk is full", "disk_full"),
        ("could not extend file: No space left on device", "disk_full"),
        ("no such table: region", "not_prepared"),
        ('relation "region" does not exist', "not_prepared"),
        ('column region.x does not exist', "not_prepared"),
        ("no such column: region.x", "not_prepared"),
        ('database "vekha" does not exist', "unreachable"),
        ('connection failed: FATAL: role "vekha" does not exist', "unreachable"),
        ("attempt to write a readonly database", "read_only"),
        ("cannot execute INSERT in a read-only transaction", "read_only"),
        ("file is not a database", "damaged"),
        ("database disk image is malformed", "damaged"),
        ("unable to open database file", "unreachable"),
        ("server closed the connection unexpectedly", "unreachable"),
        ("UNIQUE constraint failed: region.code", "failed"),
    ],
)  # fmt: skip
def test_what_a_database_says(said: str, code: str) -> None:
    (found,) = database_problem(DBAPIError("SELECT 1", None, sqlite3.OperationalError(f"{said}\nподробности"))).problems
    assert found == Problem(f"database.{code}", "", (("detail", said),))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('connection to server at "127.0.0.1", port 9 failed: Connection refused', "никто не отвечает"),
        ('connection failed: FATAL: password authentication failed for user "x"', "имя или пароль не приняты"),
        ("disk I/O error", "диск отвечает с ошибкой, или на нём кончилось место"),
    ],
)
def test_what_happens_most_is_told_in_russian(said: str, told: str) -> None:
    (found,) = database_problem(DBAPIError("SELECT 1", None, sqlite3.OperationalError(said))).problems
    assert told in found.message and said not in found.message


@pytest.mark.postgres
def test_queries_of_ours_are_not_compiled(pg_app: App) -> None:
    with pg_app.work(writes=False) as work:
        assert work.session.execute(text("SHOW jit")).scalar_one() == "off"
