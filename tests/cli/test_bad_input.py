"""What people, authors and machines do wrong, through the command line: a code, Russian words, exit 1 or 2, and the
installation as it was. One row for each kind of bad input that the product promises to meet."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings
from sqlalchemy import event

from tests.cli.conftest import Answer, Vekha
from vekha.bootstrap import App
from vekha.cli import office
from vekha.scaffold import create_plugin
from vekha.storage import engine as storage_engine

KEY = "school-12-2026"
CYCLE = ("--from", "2026-05-01", "--until", "2027-06-30")


def kept(home: Path) -> tuple[list[str], list[str]]:
    """Everything that must not change: each row of the database and each stored file."""
    with sqlite3.connect(home / "vekha.db") as connection:
        rows = list(connection.iterdump())
    connection.close()
    return rows, sorted(str(each) for each in (home / "files").rglob("*"))


def refused(told: Answer, *codes: str, code: int = 1) -> None:
    """These problems and no others, each with Russian words and a remedy; nothing of our insides."""
    assert (told.code, sorted(set(told.codes))) == (code, sorted(codes)), told
    for each in told.json["problems"]:
        words = f"{each['message']} {each['remedy']}"
        assert any("а" <= letter <= "я" for letter in words) and each["remedy"], each
        assert "Traceback" not in words + told.err


@pytest.fixture
def unchanged(vekha: Vekha, school: str, home: Path) -> Iterator[Vekha]:
    """Commands on a school at work; at the end the school is as it was."""
    assert school == KEY
    before = kept(home)
    yield vekha
    assert kept(home) == before


# --- people: phrases, files, codes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("авось в сентябре", "deadline.not_understood"),
        ("не менее 4 встреч", "deadline.not_a_deadline"),
        ("С 01.01.2024г. по 08.01.2023г.", "deadline.end_before_start"),
        ("00.00.0000", "deadline.blank"),
        ("31 июня", "deadline.impossible_date"),
    ],
)
def test_a_phrase(vekha: Vekha, phrase: str, code: str) -> None:
    told = vekha("deadline", phrase, *CYCLE)
    assert (told.code, told.out, f"[{code}]" in told.err) == (1, "", True), told.err


TWENTY = """
name: 5x
role: кто-то
occupation: никто
gender: х
birth_date: 00.00.0000
request: ""
form: иное
"""


@pytest.mark.parametrize(
    ("form", "text", "codes"),
    [
        ("prelim_request", "name: [Иванов\n  role: а\n", {"form.broken_yaml"}),
        ("prelim_request", "- раз\n- два\n", {"form.not_a_mapping"}),
        ("swot", "strengths: a\nfoe: 1\n", {"form.unknown_field"}),
    ],
)
def test_a_file_with_an_answer(unchanged: Vekha, tmp_path: Path, form: str, text: str, codes: set[str]) -> None:
    path = tmp_path / "answer.yaml"
    path.write_text(text, encoding="utf-8")
    told = unchanged("form", "fill", KEY, form, "--file", path, "--json")
    assert codes <= set(told.codes) and told.code == 1, told


def test_a_form_with_twenty_mistakes_tells_them_all(unchanged: Vekha, tmp_path: Path) -> None:
    path = tmp_path / "answer.yaml"
    extra = "\n".join(f"лишнее{number}: {number}" for number in range(16))
    path.write_text(f"{TWENTY}{extra}\n", encoding="utf-8")
    told = unchanged("form", "fill", KEY, "prelim_request", "--file", path, "--json")
    assert told.code == 1
    assert len(told.codes) >= 20 and len({each["message"] for each in told.json["problems"]}) >= 20
    assert {"form.wrong_choice", "form.unset", "form.missing", "form.unknown_field"} <= set(told.codes)


@pytest.mark.parametrize(
    ("command", "codes"),
    [
        (("programme", "start", "school-99", "--year", 2026), ["institution.unknown"]),
        (("stage", "status", "school-99-2026"), ["programme.unknown"]),
        (("stage", "complete", KEY, "prepere"), ["stage.unknown"]),
        (("form", "fill", KEY, "swott", "--file", "README.md"), ["file.not_found"]),
        (("campaign", "launch", "spring"), ["campaign.unknown"]),
    ],
)
def test_a_wrong_code(unchanged: Vekha, command: tuple[object, ...], codes: list[str]) -> None:
    refused(unchanged(*command, "--json"), *codes)


@pytest.mark.parametrize(
    "command", [("stage", "compleet", KEY), ("stage", "complete"), ("programme", "start", "school-12", "--year", "год")]
)
def test_wrong_use(unchanged: Vekha, command: tuple[object, ...]) -> None:
    told = unchanged(*command)
    assert (told.code, told.out) == (2, "")
    assert any("а" <= letter <= "я" for letter in told.err)


# --- authors: plugins -------------------------------------------------------------------------------------------------

TEMPLATE, ROADMAP = "templates/order_launch.html", "roadmap.yaml"


@dataclass(frozen=True)
class Spoilt:
    file: str
    edit: Callable[[str], str]
    code: str


def swap(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


FIRST = "deadline: первая декада сентября"
FAULTS = {
    "broken YAML": Spoilt(ROADMAP, swap("stages:", "stages: ["), "roadmap.broken_yaml"),
    "an unknown key": Spoilt(ROADMAP, swap("stages:", "stagess: []\nstages:"), "roadmap.unknown_key"),
    "an undated phrase": Spoilt(ROADMAP, swap(FIRST, "deadline: авось в сентябре"), "deadline.not_understood"),
    "an end before its start": Spoilt(
        ROADMAP, swap(FIRST, "deadline: с 01.01.2024г. по 08.01.2023г."), "deadline.end_before_start"
    ),
    "a blank date": Spoilt(ROADMAP, swap(FIRST, "deadline: 00.00.0000"), "deadline.blank"),
    "a missing template": Spoilt(ROADMAP, swap("order_launch.html", "order_lunch.html"), "document.template_missing"),
    "a broken template": Spoilt(TEMPLATE, swap("{% endblock %}", "{% endblok %}"), "document.template_syntax"),
    "a missing variable": Spoilt(TEMPLATE, swap("programme.starts", "programme.begins"), "document.missing_variable"),
    "a hostile expression": Spoilt(
        TEMPLATE, swap("{{ institution.short_title }}", "{{ ''.__class__ }}"), "document.forbidden_expression"
    ),
    "a hostile address": Spoilt(
        TEMPLATE, swap("<li>", '<li><img src="file:///etc/passwd" alt="">'), "document.forbidden_address"
    ),
    "an import that raises": Spoilt("plugin.py", lambda text: f"1 / 0\n{text}", "plugin.import_failed"),
}


@pytest.fixture
def club(tmp_path: Path) -> Path:
    """A sound plugin to spoil."""
    return create_plugin(tmp_path / "mine", "club", "Кружок")[0].parent


def spoil(club: Path, file: str, edit: Callable[[str], str]) -> None:
    text = (club / file).read_text(encoding="utf-8")
    (club / file).write_text(edit(text), encoding="utf-8")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_plugin(unchanged: Vekha, club: Path, fault: str) -> None:
    spoilt = FAULTS[fault]
    spoil(club, spoilt.file, spoilt.edit)
    told = unchanged("plugin", "check", "--plugins", club.parent, "--json")
    refused(told, spoilt.code)
    assert all(f"{club.name}/" in each["where"] for each in told.json["problems"])


def test_a_type_that_did_not_load_is_asked_for_by_its_code(unchanged: Vekha, club: Path) -> None:
    (club / ROADMAP).unlink()
    told = unchanged("plugin", "check", "club", "--plugins", club.parent, "--json")
    refused(told, "plugin.unknown_type", "roadmap.missing_file")


def test_two_plugins_with_one_code(unchanged: Vekha, club: Path) -> None:
    shutil.copytree(club, club.with_name("twin"))
    refused(unchanged("plugin", "check", "--plugins", club.parent, "--json"), "plugin.duplicate_code")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("{{ institution.titel }}", "document.missing_variable"),
        ("{{ ''.__class__.__mro__ }}", "document.forbidden_expression"),
        ("<img src='file:///etc/passwd' alt=''>", "document.forbidden_address"),
        ("<img src='http://example.org/a.png' alt=''>", "document.forbidden_address"),
    ],
)
def test_a_template(
    unchanged: Vekha, club: Path, home: Path, monkeypatch: pytest.MonkeyPatch, words: str, code: str
) -> None:
    spoil(club, TEMPLATE, swap("<li>Контроль", f"{words}<li>Контроль"))
    monkeypatch.setenv("VEKHA_PLUGINS_DIR", str(club.parent))
    refused(unchanged("document", "preview", "club/order_launch.html", "--json"), code)
    assert not list(home.glob("*.pdf"))


# --- machines: disk, database, Prefect --------------------------------------------------------------------------------


def test_a_full_disk(unchanged: Vekha, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    full = storage_engine.open_engine(app.settings.database)

    @event.listens_for(full, "connect")
    def fill(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    monkeypatch.setattr(office, "_opened", {app.settings.database: replace(app, engine=full)})
    refused(unchanged("programme", "start", "school-12", "--year", 2030, "--json"), "database.disk_full")
    full.dispose()


def test_a_locked_database(unchanged: Vekha, app: App, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_engine, "BUSY_SECONDS", 0.1)
    impatient = storage_engine.open_engine(app.settings.database)
    monkeypatch.setattr(office, "_opened", {app.settings.database: replace(app, engine=impatient)})
    other = sqlite3.connect(home / "vekha.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused(unchanged("programme", "start", "school-12", "--year", 2030, "--json"), "database.locked")
    other.close()
    impatient.dispose()


def test_a_prefect_server_that_is_down(vekha: Vekha, school: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked for is queued and stays so; only the waiting is refused."""
    told = vekha("programme", "list", "--json")
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        refused(vekha("sweep", "--wait", "--json"), "server.unreachable")
    assert vekha("programme", "list", "--json").json == told.json
    with sqlite3.connect(home / "vekha.db") as connection:
        assert connection.execute("SELECT count(*) FROM outbox WHERE owner IS NOT NULL").fetchone() == (0,)
    connection.close()
