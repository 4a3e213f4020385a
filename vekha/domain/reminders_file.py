"""Reads the policy of reminders from YAML, strictly: every mistake at once, each with its line.

    days: [14, 7, 3, 1, 0, -1, -7]
    municipality_after: 7
    region_after: 14
    quiet: 20:00–08:00
    regions:
      "02": {region_after: 10}
    campaigns:
      god-2026: {days: [7, 1, 0], municipality_after: нет}

Days are those left until the due date, negative = after it. A region or a campaign has from above what it does not
name itself.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time
from typing import Any

from vekha.domain.errors import VekhaError, problem
from vekha.domain.reminders import Policies, Policy, Quiet
from vekha.domain.yaml_tree import Node, Tree, read_tree

FURTHEST = 365  # days before or after a due date
NEVER = "нет"

_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–—]\s*([01]?\d|2[0-3]):([0-5]\d)")
_PLACES = ("regions", "campaigns")


class _BadValueError(Exception):
    """A value is not what its key wants."""


def parse_policies(source: str, filename: str) -> Policies:
    """The policies written in `source`. Raises VekhaError with every problem (`reminder.*`, `roadmap.*`), by line."""
    tree = read_tree(source, filename)
    root = tree.root
    if root is None or not isinstance(root.value, dict):
        raise VekhaError(tree.problems or [problem("reminder.empty", f"{filename}:1")])
    base = _changes(tree, root, (*_READERS, *_PLACES))
    regions = _named(tree, root.value.get("regions"), tuple(_READERS))
    campaigns = _named(tree, root.value.get("campaigns"), tuple(each for each in _READERS if each != "quiet"))
    if tree.problems:
        raise VekhaError(tree.problems)
    return Policies(replace(Policy(), **base), regions, campaigns)


def _named(tree: Tree, node: Node | None, keys: tuple[str, ...]) -> dict[str, Mapping[str, Any]]:
    """The policies of places by their codes."""
    if node is None or node.blank:
        return {}
    if not isinstance(node.value, dict):
        tree.report("reminder.not_a_map", node.line)
        return {}
    return {code: _changes(tree, each, keys) for code, each in node.value.items()}


def _changes(tree: Tree, node: Node, keys: tuple[str, ...]) -> dict[str, Any]:
    """What one policy says otherwise, under the names of Policy's fields."""
    if not isinstance(node.value, dict):
        tree.report("reminder.not_a_map", node.line)
        return {}
    found: dict[str, Any] = {}
    for key, value in node.value.items():
        if key not in keys:
            tree.report("reminder.unknown_key", value.line, key=key, known=", ".join(keys))
        elif key in _READERS:
            try:
                found[key] = _READERS[key](value)
            except _BadValueError:
                tree.report(f"reminder.bad_{'delay' if key.endswith('_after') else key}", value.line, value=value.raw)
    return found


def _days(node: Node) -> tuple[int, ...]:
    """Different whole days, the furthest before first."""
    values = [each.value for each in node.value] if isinstance(node.value, list) else [None]
    days = [each for each in values if type(each) is int and abs(each) <= FURTHEST]
    if len(days) != len(values) or len(set(days)) != len(days):
        raise _BadValueError
    return tuple(sorted(days, reverse=True))


def _delay(node: Node) -> int | None:
    if node.value == NEVER:
        return None
    if type(node.value) is int and 1 <= node.value <= FURTHEST:
        return node.value
    raise _BadValueError


def _quiet(node: Node) -> Quiet:
    if node.value == NEVER:
        return Quiet(time(0), time(0))
    match = _HOURS.fullmatch(node.raw.strip())
    if match is None:
        raise _BadValueError
    hours = [int(each) for each in match.groups()]
    return Quiet(time(hours[0], hours[1]), time(hours[2], hours[3]))


_READERS: Mapping[str, Callable[[Node], Any]] = {
    "days": _days,
    "municipality_after": _delay,
    "region_after": _delay,
    "quiet": _quiet,
}
