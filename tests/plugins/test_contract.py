"""The contract kit, run over the three types of the checkout as an installation loads them."""

from pathlib import Path

import pytest

from vekha.plugin_checks import run_checks
from vekha.registry import load_plugins
from vekha.testing import PluginContract

REGISTRY = load_plugins(Path(__file__).parents[2] / "plugins", entry_points=False)


def test_the_three_types_load() -> None:
    assert [*REGISTRY.types] == ["college", "kindergarten", "school"]
    assert REGISTRY.problems == ()


@pytest.mark.parametrize("code", REGISTRY.types)
def test_the_checks_find_no_errors(code: str) -> None:
    assert list(map(str, run_checks(REGISTRY.type(code), REGISTRY).errors)) == []


@pytest.mark.slow
class TestCollege(PluginContract):
    institution_type = REGISTRY.type("college")


@pytest.mark.slow
class TestKindergarten(PluginContract):
    institution_type = REGISTRY.type("kindergarten")


@pytest.mark.slow
class TestSchool(PluginContract):
    institution_type = REGISTRY.type("school")
