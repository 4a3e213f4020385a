"""Opening a database: SQLite embedded, PostgreSQL for a region; the same tables and the same promises on both."""

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from vekha.domain.errors import VekhaError, WrongUseError, problem, why
from vekha.texts import section

BUSY_SECONDS = 30  # how long a writer waits for another one before it gives up


def open_engine(url: str) -> Engine:
    """An engine for `url`; raises WrongUseError for an address of no database we know."""
    try:
        parsed = make_url(url)
    except ArgumentError as reason:
        raise WrongUseError(problem("database.bad_address", "VEKHA_DATABASE_URL")) from reason
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite(parsed)
    if backend == "postgresql":
        try:
            return _postgresql(parsed)
        except (NoSuchModuleError, ImportError) as reason:
            raise VekhaError(problem("database.no_driver")) from reason
    raise WrongUseError(problem("database.bad_address", "VEKHA_DATABASE_URL"))


def _postgresql(url: URL) -> Engine:
    # The same promise as SQLite's: whoever waits too long for a lock, or for a server, is told so.
    # Compiling pays for queries of many seconds; ours are short, and a plan made without statistics looks expensive.
    told = {"connect_timeout": 10, "options": f"-c lock_timeout={BUSY_SECONDS}s -c jit=off"}
    return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=10, connect_args=told)


def _sqlite(url: URL) -> Engine:
    file = url.database
    if file and file != ":memory:" and not file.startswith("file:"):
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        except OSError as reason:
            raise VekhaError(problem("database.unreachable", detail=f"{why(reason)} ({Path(file).parent})")) from reason
    engine = create_engine(
        url.set(drivername="sqlite"), connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-65536")
        cursor.execute("PRAGMA secure_delete=ON")  # an erased name is not left in what the file has freed
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A transaction that will write takes the lock at once: a reader that turns writer half-way can only fail.
        writes = connection.get_execution_options().get("vekha_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def database_problem(error: DBAPIError) -> VekhaError:
    """What went wrong with the database, in a user's words."""
    detail = str(error.orig).splitlines()[0] if error.orig else ""
    lowered = detail.lower()
    known = (
        ("database is locked", "database.locked"),
        ("lock timeout", "database.locked"),
        ("deadlock detected", "database.locked"),
        ("disk is full", "database.disk_full"),
        ("no space left", "database.disk_full"),
        ("no such table", "database.not_prepared"),
        ("no such column", "database.not_prepared"),
        ("connection failed", "database.unreachable"),  # before what follows: «role … does not exist»
        ('database "', "database.unreachable"),
        ("does not exist", "database.not_prepared"),
        ("readonly", "database.read_only"),
        ("read-only", "database.read_only"),
        ("not a database", "database.damaged"),
        ("malformed", "database.damaged"),
        ("unable to open", "database.unreachable"),
        ("connection", "database.unreachable"),
    )
    code = next((code for sign, code in known if sign in lowered), "database.failed")
    detail = next((words for sign, words in section("machine.database").items() if sign in lowered), detail)
    return VekhaError(problem(code, detail=detail))
