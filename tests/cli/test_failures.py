"""Whatever goes wrong: words, a code, an exit code, no traceback; the traceback is in the log."""

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Vekha
from vekha.bootstrap import App
from vekha.cli import main, office
from vekha.services.region import institutions
from vekha.storage import engine as storage_engine


def _run(home: Path, *arguments: str, **environment: str) -> Answer:
    """In a process of its own, as a user runs it."""
    program = "import sys, vekha.cli; sys.exit(vekha.cli.main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "VEKHA_HOME": str(home), **environment},
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def test_a_fault_of_ours(vekha: Vekha, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(institutions, "every", broken)
    told = vekha("institution", "list", "--json")
    assert (told.code, told.codes, told.err) == (1, ["cli.unexpected"], "")
    log = home / "logs" / "vekha.log"
    assert str(log) in told.json["problems"][0]["remedy"]
    assert "ZeroDivisionError: secret" in log.read_text(encoding="utf-8")
    assert "Traceback" not in vekha("institution", "list").err


def test_a_fault_of_ours_without_a_log(vekha: Vekha, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(institutions, "every", lambda *_: 1 / 0)
    (home / "logs").write_text("a file where the folder should be", encoding="utf-8")
    assert vekha("institution", "list", "--json").codes == ["cli.unexpected_unlogged"]


def test_a_full_disk(vekha: Vekha, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(institutions, "every", full)
    assert vekha("institution", "list", "--json").codes == ["file.disk_full"]


def test_interrupted(vekha: Vekha, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(institutions, "every", stopped)
    told = vekha("institution", "list")
    assert (told.code, told.out, told.err) == (130, "", "Прервано. Незавершённое не записано.\n")


# --- the database -----------------------------------------------------------------------------------------------------


def test_a_new_embedded_database_is_made(tmp_path: Path) -> None:
    told = _run(tmp_path / "new", "programme", "list", "--json")
    assert (told.code, told.json, told.err) == (0, [], "")


def test_an_empty_postgres_is_not_touched(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from vekha.storage import schema  # noqa: PLC0415

    engine = storage_engine.open_engine(postgres_url)
    schema.downgrade(engine, "base")
    monkeypatch.setenv("VEKHA_HOME", str(tmp_path))
    monkeypatch.setenv("VEKHA_DATABASE_URL", postgres_url)
    monkeypatch.setattr(office, "_opened", {})
    assert main(["programme", "list"]) == 1
    refusal = capsys.readouterr().err
    assert "[database.not_prepared]" in refusal
    assert "vekha db upgrade" in refusal
    assert main(["db", "current"]) == 0
    assert "База пуста" in capsys.readouterr().out
    assert main(["db", "upgrade"]) == 0
    assert main(["db", "upgrade", "--json"]) == 0
    assert main(["programme", "list"]) == 0
    engine.dispose()
    office._opened.popitem()[1].engine.dispose()


def test_a_database_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "vekha.db").write_text("not a database at all " * 100, encoding="utf-8")
    told = _run(tmp_path, "programme", "list", "--json")
    assert (told.code, told.codes) == (1, ["database.damaged"])


def test_a_server_that_is_down(tmp_path: Path) -> None:
    address = "postgresql://nobody@127.0.0.1:1/vekha"
    told = _run(tmp_path, "programme", "list", "--json", VEKHA_DATABASE_URL=address)
    assert (told.code, told.codes) == (1, ["database.unreachable"])


@pytest.mark.parametrize("address", ["mysql://localhost/vekha", "база"])
def test_an_address_of_nothing(tmp_path: Path, address: str) -> None:
    told = _run(tmp_path, "programme", "list", "--json", VEKHA_DATABASE_URL=address)
    assert (told.code, told.codes) == (2, ["database.bad_address"])


def test_no_driver(tmp_path: Path, vekha: Vekha, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(*_: object, **__: object) -> None:
        raise ImportError

    monkeypatch.setattr(storage_engine, "create_engine", lacking)
    monkeypatch.setenv("VEKHA_DATABASE_URL", "postgresql://localhost/vekha")
    assert vekha("programme", "list", "--json").codes == ["database.no_driver"]


def test_a_locked_database(vekha: Vekha, app: App, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = sqlite3.connect(home / "vekha.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(storage_engine, "BUSY_SECONDS", 0.1)
    impatient = storage_engine.open_engine(app.settings.database)
    monkeypatch.setattr(office, "_opened", {app.settings.database: App(app.settings, impatient, app.tools, app.clock)})
    told = vekha("programme", "start", "school-12", "--year", 2026, "--json")
    other.close()
    impatient.dispose()
    assert (told.code, told.codes) == (1, ["database.locked"])


def test_a_folder_without_rights(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = _run(tmp_path / "file" / "home", "programme", "list", "--json")
    assert told.code == 1
    assert "Traceback" not in told.err


# --- plugins ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    """A copy of one real plugin to break."""
    from vekha.settings import CHECKOUT  # noqa: PLC0415

    folder = tmp_path / "plugins"
    shutil.copytree(CHECKOUT / "plugins" / "kindergarten", folder / "kindergarten")
    return folder


def test_a_broken_plugin_leaves_the_others(tmp_path: Path, plugins: Path) -> None:
    (plugins / "broken").mkdir()
    (plugins / "broken" / "plugin.py").write_text("1 / 0\n", encoding="utf-8")
    told = _run(tmp_path, "plugin", "list", "--json", VEKHA_PLUGINS_DIR=str(plugins))
    assert told.code == 0
    assert [each["code"] for each in told.json] == ["kindergarten"]
    assert "broken/plugin.py:1" in told.err
    checked = _run(tmp_path, "plugin", "check", "--json", VEKHA_PLUGINS_DIR=str(plugins))
    assert checked.code == 1
    assert "plugin.import_failed" in checked.codes
    assert "Плагин не загружен" in _run(tmp_path, "programme", "list", VEKHA_PLUGINS_DIR=str(plugins)).err


def test_two_plugins_with_one_code(tmp_path: Path, plugins: Path) -> None:
    shutil.copytree(plugins / "kindergarten", plugins / "nursery")
    told = _run(tmp_path, "programme", "list", "--json", VEKHA_PLUGINS_DIR=str(plugins))
    assert (told.code, told.codes) == (1, ["plugin.duplicate_code"])


def test_a_command_of_a_plugin(tmp_path: Path, plugins: Path) -> None:
    (plugins / "extra").mkdir()
    (plugins / "extra" / "plugin.py").write_text(
        "from vekha.plugin import hookimpl\n\n"
        "@hookimpl\ndef vekha_register_commands(cli):\n"
        "    @cli.command('hello', help='Поздороваться')\n"
        "    def hello() -> None:\n        print('Здравствуйте')\n",
        encoding="utf-8",
    )
    told = _run(tmp_path, "hello", VEKHA_PLUGINS_DIR=str(plugins))
    assert (told.code, told.out) == (0, "Здравствуйте\n")
    assert "Поздороваться" in _run(tmp_path, "--help", VEKHA_PLUGINS_DIR=str(plugins)).out
