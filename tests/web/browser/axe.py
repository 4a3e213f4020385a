"""What axe-core finds wrong on a page that is open in the browser: WCAG 2.2 AA and good practice."""

import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest

CHECKERS = Path(__file__).parents[1] / "checkers/node_modules"
AXE = CHECKERS / "axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"


def violations(tab: Any, rules: Any = RULES) -> list[str]:
    """A line for each place, no more than three of a rule."""
    tab.evaluate(_script())
    return [
        f"{each['id']} – {each['help']}: {node['html'][:160]}"
        for each in tab.evaluate(RUN, rules)["violations"]
        for node in each["nodes"][:3]
    ]


@cache
def _script() -> str:
    if not AXE.is_file():
        absent(missing(AXE))
    return AXE.read_text(encoding="utf-8")


def missing(what: Path) -> str:
    return f"нет {what.name}: script/setup --dev ставит его, если есть npm"


def absent(reason: str) -> None:
    if os.environ.get("CI") == "true" and shutil.which("npm"):
        pytest.fail(reason)
    pytest.skip(reason)
