"""The stages and activities of roadmaps, to choose from."""

from collections.abc import Iterable
from dataclasses import dataclass

from vekha.registry import Registry


@dataclass(frozen=True, slots=True)
class StagePlace:
    """A stage with its activities: «stage.activity» → title."""

    code: str
    title: str
    activities: dict[str, str]


def places(registry: Registry, types: Iterable[str]) -> tuple[StagePlace, ...]:
    """Those of the roadmaps of some types. A code that several of them use is told by all its titles."""
    stages: dict[str, dict[str, None]] = {}
    rows: dict[str, dict[str, dict[str, None]]] = {}
    for kind in types:
        for stage, activity in registry.roadmap(kind).rows():
            stages.setdefault(stage.code, {})[stage.title] = None
            titles = rows.setdefault(stage.code, {}).setdefault(f"{stage.code}.{activity.code}", {})
            titles[activity.title] = None
    return tuple(
        StagePlace(code, _joined(titles), {place: _joined(each) for place, each in rows[code].items()})
        for code, titles in stages.items()
    )


def titles(registry: Registry, types: Iterable[str]) -> dict[str, str]:
    """Every place by its title: «stage» and «stage.activity»."""
    found: dict[str, str] = {}
    for each in places(registry, types):
        found[each.code] = each.title
        found |= each.activities
    return found


def _joined(titles: Iterable[str]) -> str:
    return " / ".join(titles)
