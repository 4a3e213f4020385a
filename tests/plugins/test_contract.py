"""The contract kit, run over the three types of the checkout as an installation loads them."""

from pathlib import Path

from vekha.registry import load_plugins
from vekha.testing import PluginContract

REGISTRY = load_plugins(Path(__file__).parents[2] / "plugins", entry_points=False)


def test_the_three_types_load() -> None:
    assert [*REGISTRY.types] == ["college", "kindergarten", "school"]
    assert REGISTRY.problems == ()


class TestCollege(PluginContract):
    institution_type = REGISTRY.type("college")


class TestKindergarten(PluginContract):
    institution_type = REGISTRY.type("kindergarten")


class TestSchool(PluginContract):
    institution_type = REGISTRY.type("school")
