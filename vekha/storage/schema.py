"""The version of the database's schema, by Alembic: upgrade, downgrade, and whether it is current."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from vekha.storage.engine import database_problem

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"


def configuration(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 — not needed to serve a request

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Brings the schema to `revision`; nothing happens when it is there."""
    from alembic import command  # noqa: PLC0415

    try:
        with engine.execution_options(vekha_writes=True).begin() as connection:
            command.upgrade(configuration(connection), revision)
    except DBAPIError as reason:
        raise database_problem(reason) from reason


def downgrade(engine: Engine, revision: str) -> None:
    from alembic import command  # noqa: PLC0415

    with engine.execution_options(vekha_writes=True).begin() as connection:
        command.downgrade(configuration(connection), revision)


def current(engine: Engine) -> str | None:
    """The revision the database is at; None for an empty one."""
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except DBAPIError as reason:
        raise database_problem(reason) from reason


def stored_revision(engine: Engine) -> str | None:
    """`current` without Alembic, for a command that must answer at once."""
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError as reason:
        raise database_problem(reason) from reason


def newest_revision() -> str:
    """`head` without Alembic: migrations are one line of files «0001.py», «0002_….py», a test holds the two equal."""
    return max(path.stem.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def head() -> str:
    """The revision this code needs."""
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return ScriptDirectory.from_config(config).get_current_head() or ""
