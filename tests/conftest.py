"""Installations to test on: each test has its own, on SQLite, on PostgreSQL or on both, with a clock it can move."""

import datetime as dt
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from vekha.bootstrap import App, build
from vekha.domain.access import Actor, Grant
from vekha.services.access import accounts
from vekha.settings import Settings
from vekha.storage import engine as storage_engine
from vekha.storage import schema
from vekha.storage.engine import open_engine

START = dt.datetime(2026, 5, 4, 6, 0, tzinfo=dt.UTC)  # a Monday, 11 o'clock in Ufa


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that wait for servers and browsers go first: begun last, they would end long after everything else.

    What waits for other processes may fail once because the machine was busy: it is tried again, and the end of the
    run tells of it. Everything else fails at once.
    """

    def patience(item: pytest.Item) -> int:
        waits_for_browser = "chromium" in getattr(item, "fixturenames", ())
        return 0 if item.get_closest_marker("prefect") else 1 if waits_for_browser else 2

    files: dict[Path, int] = {}
    for item in items:
        waits = patience(item)
        files[item.path] = min(files.get(item.path, 2), waits)
        if waits < 2:
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: files[item.path])


class VirtualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: dt.datetime = START) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def to(self, day: dt.date) -> None:
        """The same time of another day."""
        self.now = self.now.replace(year=day.year, month=day.month, day=day.day)

    def pass_days(self, days: int) -> None:
        self.now += dt.timedelta(days=days)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


# --- passwords --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def dear_passwords() -> Iterator[PasswordHash]:
    """Passwords are kept the same way but cheaply: the real fifth of a second is most of a page's test. The real ones
    are what it yields."""
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        real = accounts._hasher()
        patch.setattr(accounts, "_hasher", lambda: cheap)
        yield real


# --- who acts ---------------------------------------------------------------------------------------------------------


def _actor(name: str, role: str, **place: str) -> Actor:
    return Actor(name=name, grants=(Grant(role=role, **place),))


@pytest.fixture
def administrator() -> Actor:
    return _actor("Администратор", "administrator")


@pytest.fixture
def operator() -> Actor:
    return _actor("Оператор", "operator", region="02")


@pytest.fixture
def director() -> Actor:
    return _actor("Директор", "director", institution="school-12")


@pytest.fixture
def curator() -> Actor:
    return _actor("Куратор", "curator", institution="school-12")


@pytest.fixture
def stranger() -> Actor:
    """Somebody whose role is elsewhere."""
    return _actor("Посторонний", "curator", institution="school-99")


# --- engines ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def one_compiler() -> Iterator[None]:
    """Every test has engines of its own, and each would compile the same few hundred queries anew, a fifth of a test:
    they share what is compiled. A dialect that has met its database is shared with its cache, for it is a part of the
    cache's keys."""
    create = storage_engine.create_engine
    met: dict[str, Engine] = {}

    def sharing(url: URL, **options: Any) -> Engine:
        engine = create(url, **options)
        first = met.setdefault(engine.dialect.name, engine)
        if not hasattr(first.dialect, "server_version_info"):
            met[engine.dialect.name] = engine  # the one before has not met its database
        else:
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage_engine, "create_engine", sharing)
        yield


# --- SQLite -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def _prepared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of today's schema: copying it takes a millisecond, making it half a second."""
    path = tmp_path_factory.mktemp("template") / "vekha.db"
    engine = open_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def home(tmp_path: Path, _prepared_sqlite: Path) -> Path:
    """The folder of an installation with a prepared embedded database."""
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(_prepared_sqlite, folder / "vekha.db")
    return folder


@pytest.fixture
def app(home: Path, clock: VirtualClock) -> Iterator[App]:
    made = build(Settings(home=home, database_url=None), clock)
    yield made
    made.engine.dispose()


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def postgres_address() -> URL:
    """A database to connect to for creating others: VEKHA_TEST_POSTGRES, else the local socket's."""
    given = os.environ.get("VEKHA_TEST_POSTGRES") or "postgresql:///postgres"
    return make_url(given).set(drivername="postgresql+psycopg")


def _run(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def _prepared_postgres() -> Iterator[str]:
    """The name of a template database; skipped where no PostgreSQL answers, except in CI, which must have one."""
    server, name = postgres_address(), f"vekha_template_{uuid.uuid4().hex[:12]}"
    try:
        _run(server, f'CREATE DATABASE "{name}"')
    except OperationalError as reason:
        told = f"PostgreSQL не отвечает по адресу {server}: {str(reason.orig).strip()}"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    engine = open_engine(server.set(database=name).render_as_string(hide_password=False))
    schema.upgrade(engine)
    engine.dispose()
    yield name
    _run(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _postgres(template: str) -> Iterator[str]:
    server, name = postgres_address(), f"vekha_test_{uuid.uuid4().hex[:12]}"
    _run(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield server.set(database=name).render_as_string(hide_password=False)
    _run(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_url(_prepared_postgres: str) -> Iterator[str]:
    """The address of a database of one's own, prepared and empty: a quarter of a second."""
    with _postgres(_prepared_postgres) as url:
        yield url


@pytest.fixture(scope="session")
def _shared_postgres(_prepared_postgres: str) -> Iterator[Engine]:
    with _postgres(_prepared_postgres) as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def emptied_postgres(_shared_postgres: Engine) -> str:
    """The address of a database that tests use one after the other, emptied before: a hundredth of a second."""
    tables = reversed(SQLModel.metadata.sorted_tables)
    with _shared_postgres.begin() as connection:
        connection.execute(text(";".join(f'DELETE FROM "{table.name}"' for table in tables)))
    return _shared_postgres.url.render_as_string(hide_password=False)


@pytest.fixture
def pg_app(tmp_path: Path, emptied_postgres: str, clock: VirtualClock) -> Iterator[App]:
    made = build(Settings(home=tmp_path, database_url=emptied_postgres), clock)
    yield made
    made.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_app(request: pytest.FixtureRequest) -> App:
    """The same test on both databases."""
    return request.getfixturevalue("app" if request.param == "sqlite" else "pg_app")


# --- what programmes run on -------------------------------------------------------------------------------------------


@pytest.fixture
def add_institution() -> Callable[..., str]:
    """Adds an invented institution of a type to an app: `add_institution(app, "school")` → its code."""
    from vekha.services.region import institutions  # noqa: PLC0415

    def add(app: App, kind: str = "school", number: int = 12, **changed: str) -> str:
        cast = app.registry.type(kind).cast(number)
        staff = {
            role: {"name": each.name, "gender": each.gender, "position": each.position or ""}
            for role, each in cast.staff.items()
        }
        data = institutions.InstitutionData(
            code=changed.pop("code", f"{kind}-{number}"),
            type=kind,
            region="02",
            title=cast.title,
            short_title=cast.short_title,
            timezone="Asia/Yekaterinburg",
            city=cast.city,
            address=cast.address,
            staff=staff,
            details=dict(cast.institution),
            **changed,
        )
        with app.work() as work:
            institutions.add_region(work, "02", "Примерная область", "Asia/Yekaterinburg")
            institutions.put(work, data)
        return data.code

    return add
