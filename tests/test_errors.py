"""The catalogue of errors: every code is used and known, the words keep the form of the house, the page is current.

That some test raises each code is checked at the end of a full run: tests/error_codes.py.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.error_codes import every_code, untested
from vekha.docs import PAGES, pages, plugin_texts, traps
from vekha.settings import CHECKOUT
from vekha.texts.catalogue import CORE, Entry, families

SOURCES = ("vekha", "flows", "tasks", "plugins")
ENTRIES = [entry for family in families([CORE, *plugin_texts()]) for entry in family.entries]
CODE = re.compile(r"[a-z_]+\.[a-z_0-9]+")


@cache
def _trees() -> list[tuple[Path, ast.Module]]:
    paths = [path for each in SOURCES for path in (CHECKOUT / each).rglob("*.py") if not path.name.startswith("test_")]
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def _literals() -> Iterator[str]:
    """Every text in the code that could be an error code."""
    for _, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                yield node.value


def _patterns() -> Iterator[str]:
    """Codes put together: f"stage.cannot_{action}" as a regular expression."""
    for _, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                parts = [
                    re.escape(str(each.value)) if isinstance(each, ast.Constant) else "[a-z_0-9]+"
                    for each in node.values
                ]
                yield "".join(parts)


def _raised() -> Iterator[tuple[str, str]]:
    """(place, code) of every `problem("…")` with the code in full."""
    for path, tree in _trees():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in ("problem", "Problem")
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield f"{path.relative_to(CHECKOUT)}:{node.lineno}", str(node.args[0].value)


def test_every_code_raised_is_in_the_catalogue() -> None:
    known = set(every_code())
    assert [(place, code) for place, code in _raised() if code not in known] == []


def test_every_code_of_the_catalogue_is_used() -> None:
    literals = set(_literals())
    families_ = {code.partition(".")[0] for code in every_code()}
    patterns = [re.compile(each) for each in set(_patterns()) if re.split(r"\\?\.", each)[0] in families_]
    unused = [c for c in every_code() if c not in literals and not any(each.fullmatch(c) for each in patterns)]
    assert unused == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda each: each.code)
def test_words(entry: Entry) -> None:
    """A message is no sentence of its own (a place goes before it), a remedy is one; neither ends with a full stop."""
    assert not entry.message.endswith((".", " "))
    assert not entry.remedy.endswith((".", " "))
    assert entry.when
    assert entry.exit_code in (1, 2)
    first = entry.message[0]
    second = entry.message[1:2]
    assert not first.isupper() or second.isupper() or entry.message.startswith(("Prefect", "Веха ")), entry.message
    assert entry.remedy[0].isupper() or entry.remedy[0] in "{«"


def test_codes_are_single() -> None:
    assert sorted(every_code()) == sorted(set(every_code()))


def test_the_debt_is_of_codes_there_are() -> None:
    assert set(untested()) <= set(every_code())


def test_traps_name_codes_there_are() -> None:
    assert len(traps()) == 12
    assert [code for each in traps() for code in each["codes"] if code not in every_code()] == []


@pytest.mark.parametrize("page", ["errors.md", "commands.md"])
def test_page_is_current(page: str) -> None:
    assert (PAGES / page).read_text(encoding="utf-8") == pages()[PAGES / page], "выполните: python -m vekha.docs"
