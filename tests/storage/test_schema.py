"""Migrations: up, down and up again on both databases, and equal to the models."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel

from tests.conftest import VirtualClock
from vekha.bootstrap import build
from vekha.domain.errors import VekhaError
from vekha.services.launch import campaigns
from vekha.services.process import activities, stages
from vekha.services.region import institutions
from vekha.settings import Settings
from vekha.storage import schema
from vekha.storage.engine import open_engine


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, home: Path) -> Iterator[Engine]:
    """A database whose schema nobody else uses."""
    sqlite = request.param == "sqlite"
    made = open_engine(f"sqlite:///{home}/vekha.db" if sqlite else request.getfixturevalue("postgres_url"))
    yield made
    made.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_down_and_up_again(engine: Engine) -> None:
    everything = {*SQLModel.metadata.tables, "alembic_version"}
    assert tables(engine) == everything
    schema.downgrade(engine, "base")
    assert tables(engine) == {"alembic_version"}
    assert (schema.current(engine), schema.stored_revision(engine)) == (None, None)
    schema.upgrade(engine)
    schema.upgrade(engine)
    assert tables(engine) == everything
    assert schema.current(engine) == schema.stored_revision(engine) == schema.head() == schema.newest_revision()


def test_each_step_goes_down_and_up(engine: Engine) -> None:
    schema.downgrade(engine, "-1")
    assert schema.current(engine) != schema.head()
    schema.upgrade(engine, "+1")
    assert schema.current(engine) == schema.head()


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_data_go_down_and_up_with_the_schema(
    engine: Engine, tmp_path: Path, add_institution: Callable[..., str], revision: str
) -> None:
    """A school at work: what the older schema knows of it is still there afterwards, and it works on."""
    url = engine.url.render_as_string(hide_password=False)
    app = build(Settings(home=tmp_path / "of-data", database_url=url), VirtualClock())
    institution = add_institution(app)
    with app.work() as work:
        key = campaigns.start_one(work, institutions.one(work, institution), 2026)
        stages.open_due(work, key)
    schema.downgrade(engine, revision)
    older = {name: counted(engine, name) for name in tables(engine)}
    assert min(older[name] for name in ("institution", "programme", "stage", "activity", "audit")) > 0
    schema.upgrade(engine)
    assert {name: counted(engine, name) for name in older} == older
    with app.work() as work:
        activities.waive(work, key, "prepare", "legal_basis", "проба")
        assert stages.status(work, key)[0].state == "open"
    app.engine.dispose()


def counted(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()


def test_the_models_equal_the_migrations(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_rows_lie_in_the_order_of_their_key_where_the_models_say_so(home: Path) -> None:
    """Alembic does not compare it."""
    made = open_engine(f"sqlite:///{home}/vekha.db")
    with made.connect() as connection:
        found = connection.execute(text("SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'")).scalars()
        wanted = {
            name for name, each in SQLModel.metadata.tables.items() if each.kwargs.get("sqlite_with_rowid") is False
        }
        assert {"stage", "activity"} <= set(found.all()) == wanted
    made.dispose()


def test_an_empty_database_has_no_revision(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/empty.db")
    assert (schema.current(engine), schema.stored_revision(engine)) == (None, None)
    engine.dispose()


def test_a_failed_migration_leaves_nothing_half_done(engine: Engine) -> None:
    schema.downgrade(engine, "base")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE outbox (id INTEGER)"))
    with pytest.raises(VekhaError) as refused:
        schema.upgrade(engine)
    assert [each.code for each in refused.value.problems] == ["database.failed"]
    assert tables(engine) == {"alembic_version", "outbox"}
