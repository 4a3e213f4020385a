"""docs/templates.md says what there is: every filter, macro and block, and its example works."""

import re
from pathlib import Path

from tests.documents.example import ROOT, context
from vekha.documents import Renderer
from vekha.documents.environment import JINJA_FILTERS
from vekha.documents.filters import FILTERS, TESTS

PAGE = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
LAYOUTS = ROOT / "templates/documents"


def test_the_filters_are_all_there_and_no_others() -> None:
    table = PAGE.partition("## Filters")[2]
    documented = {
        name for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert documented == {*FILTERS, "blank"}
    jinja = re.search(r"the filters `([^`]+)`", PAGE)
    assert jinja is not None
    assert set(jinja[1].split()) == set(JINJA_FILTERS)
    assert all(f"`is {name}`" in PAGE for name in TESTS)


def test_the_macros_are_all_there_with_their_arguments() -> None:
    source = (LAYOUTS / "macros.html").read_text(encoding="utf-8")
    macros = set(re.findall(r"{% macro (\w+)\(", source))
    assert set(re.findall(r"\bm\.(\w+)", PAGE)) == macros


def test_the_blocks_of_every_layout_are_all_there() -> None:
    rows = re.findall(r"^\| `base/(\w+\.html)` \| (.+) \|$", PAGE, re.MULTILINE)
    for name, text in rows:
        blocks = re.findall(r"{% block (\w+) %}({% endblock %})?", (LAYOUTS / name).read_text(encoding="utf-8"))
        documented = re.findall(r"(\*\*)?`([a-z_]+)`", text)
        shown = {(block, not empty) for block, empty in blocks if block not in ("body", "page")}
        assert {(block, not bold) for bold, block in documented} == shown, name
    extending = {
        path.name for path in LAYOUTS.glob("*.html") if "extends 'base/base.html'" in path.read_text(encoding="utf-8")
    }
    assert {name for name, _ in rows} == extending


def test_the_example_makes_an_order(tmp_path: Path) -> None:
    source = re.search(r"```jinja\n(.+?)```", PAGE, re.DOTALL)
    assert source is not None
    (tmp_path / "page.html").write_text(source[1], encoding="utf-8")
    renderer = Renderer({"base": LAYOUTS, "page": tmp_path})
    html = renderer.html("page/page.html", context("order"))
    assert html.blanks == ()
    assert "Назначить куратором программы заместителя директора" in html.text.replace("\u00a0", " ")
