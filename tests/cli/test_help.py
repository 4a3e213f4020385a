"""Help is in Russian on every page, the pages are complete, and showing them imports nothing heavy."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from vekha.cli import main
from vekha.cli.root import MODULES
from vekha.cli.root import vekha as root
from vekha.texts import section

ENGLISH = re.compile(
    r"\b(usage|options|arguments|commands?|default|required|missing|error|show this|exit|env var|install|invalid)\b",
    re.I,
)
HEAVY = (
    "pydantic", "sqlmodel", "sqlalchemy", "alembic", "prefect", "weasyprint", "jinja2", "lark", "numpy", "holidays",
    "rich", "pluggy", "ruamel", "babel",
)  # fmt: skip


def _pages(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    if hasattr(command, "list_commands"):
        context = command.context_class(command, info_name=" ".join(("vekha", *path)))
        for name in command.list_commands(context):
            yield from _pages(command.get_command(context, name), (*path, name))


PAGES = dict(_pages(typer.main.get_command(root)))


def test_every_command_of_the_design_is_there() -> None:
    leaves = {" ".join(path) for path, command in PAGES.items() if not hasattr(command, "list_commands")}
    assert leaves == {
        "demo", "up", "doctor", "simulate", "deadline", "calendar", "sweep", "notices", "audit",
        "account invite", "account reset", "account grant", "account disable", "account list",
        "contact add", "contact list", "contact remove", "mail list", "mail retry", "mail drop",
        "survey forms", "survey create", "survey list", "survey show", "survey send", "survey link", "survey remind",
        "survey revoke", "survey prolong", "survey close", "survey cancel", "survey results",
        "feed create", "feed revoke", "feed show",
        "plugin list", "plugin check", "plugin new", "plugin schema",
        "institution add", "institution list", "institution import", "institution template", "institution export",
        "programme start", "programme list", "programme show",
        "campaign create", "campaign preview", "campaign launch", "campaign status", "campaign list",
        "campaign pause", "campaign resume", "campaign cancel", "campaign add", "campaign late", "campaign forecast",
        "campaign shift", "campaign undo", "campaign shifts", "campaign calendar",
        "campaign deadlines list", "campaign deadlines set", "campaign deadlines clear",
        "roadmap preview", "roadmap migrate", "roadmap undo",
        "extension ask", "extension list", "extension grant", "extension decline",
        "stage status", "stage open", "stage complete", "stage withdraw", "stage reopen", "stage skip",
        "activity done", "activity waive", "activity reopen", "activity add",
        "form fill", "form show", "form template", "form print", "form list",
        "person list", "person add", "person withdraw", "person support", "person forms", "person confirm",
        "person reset", "person erase", "person import", "person export", "person template", "person correct",
        "duty list", "duty give", "duty end", "person doubles", "person apart",
        "person merge", "person merges", "person unmerge",
        "collection list", "collection new", "collection count", "collection answers", "collection confirm",
        "collection remind", "collection close", "collection reopen", "collection show", "collection report",
        "monitoring show", "monitoring report", "award list", "award choose", "award approve", "award decline",
        "award issue", "award papers", "practice list", "practice add", "practice step", "practice pin",
        "practice search", "practice show",
        "document preview", "report log", "institution page",
        "link create", "link list", "link revoke", "token create", "token list", "token revoke",
        "match propose", "match show", "match pin", "match unpin", "match forbid", "match cost", "match confirm",
        "match discard", "match speed",
        "pair list", "pair add", "pair end", "pair show", "pair finish", "pair extend", "pair replace", "pair undo",
        "pair step-add", "pair step-done", "pair step-move", "pair step-drop", "pair step-reopen",
        "pair feed", "pair journal",
        "meeting add", "meeting list", "meeting plan", "meeting hold", "meeting move", "meeting cancel",
        "meeting restore", "meeting ask", "consent withdraw",
        "document list", "document render", "document docx", "document approve", "document attach", "document export",
        "document void", "document sign-mark", "document edited", "document history", "document pending",
        "document diff", "document verify", "document disposal",
        "journal list", "journal set", "journal print", "law list", "law add",
        "db upgrade", "db current",
    }  # fmt: skip


@pytest.mark.parametrize("path", PAGES, ids=" ".join)
def test_page_is_russian(path: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*path, "--help"]) == 0
    page = capsys.readouterr().out
    without_names = re.sub(r"--[a-z-]+|vekha [a-z ]+|\([^)]*\)", "", page)
    assert not ENGLISH.search(without_names), page
    assert page.startswith("Использование: vekha")
    assert "Показать эту подсказку" in page


@pytest.mark.parametrize("path", [path for path, page in PAGES.items() if not hasattr(page, "commands")], ids=" ".join)
def test_every_command_answers_in_json(path: tuple[str, ...]) -> None:
    assert any("--json" in each.opts for each in PAGES[path].params)


@pytest.mark.parametrize("path", PAGES, ids=" ".join)
def test_every_option_is_explained(path: tuple[str, ...]) -> None:
    assert [each.name for each in PAGES[path].params if not each.help] == []


def test_no_help_without_a_command() -> None:
    assert set(MODULES) == set(section("cli.help")) - {"metavars", "arguments"}


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys, json, vekha.cli; code = vekha.cli.main(['--help']);"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert sorted(set(HEAVY) & set(json.loads(done.stderr))) == []


@pytest.mark.parametrize("path", [("stage",), ("deadline",), ("demo",), ("up",)])
def test_a_command_s_help_imports_no_prefect(path: tuple[str, ...]) -> None:
    program = (
        f"import sys, vekha.cli; vekha.cli.main([*{path!r}, '--help']);"
        "sys.exit(bool({'prefect', 'weasyprint'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)


def test_a_deadline_needs_neither_database_nor_plugins() -> None:
    program = (
        "import sys, vekha.cli; vekha.cli.main(['deadline', 'май', '--from', '2026-05-01', '--until', '2027-06-30']);"
        "sys.exit(bool({'sqlmodel', 'sqlalchemy', 'prefect', 'jinja2', 'pluggy', 'rich'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
