"""What the pages promise of the project: every dependency has its reason, every link leads somewhere."""

import re
import tomllib
from pathlib import Path

import pytest

from vekha.settings import CHECKOUT

PAGES = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def _names(requirements: list[str]) -> list[str]:
    return [re.split(r"[\[<>=!~ ]", each)[0] for each in requirements]


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (CHECKOUT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([a-z0-9-]+)` \| .+ \|$", page, re.MULTILINE)
    wanted = _names(project["dependencies"]) + [
        each for extra in project["optional-dependencies"].values() for each in _names(extra)
    ]
    assert sorted(told) == sorted(dict.fromkeys(wanted))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [each for each in targets if not (page.parent / each).exists()] == []


def test_the_readme_names_its_two_commands() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert "script/demo" in readme
    assert "script/test" in readme


def test_every_decision_is_listed() -> None:
    page = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [each.name for each in sorted((CHECKOUT / "docs" / "adr").glob("*.md")) if each.name not in page] == []


def test_every_room_is_on_the_map() -> None:
    page = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {each.stem for each in (CHECKOUT / "vekha").iterdir() if each.name[0] not in "._"}
    assert sorted(each for each in rooms if not re.search(rf"\b{each}\b", page)) == []
