"""The policy of reminders from YAML: what it says, and every mistake at once with its line."""

from datetime import time

import pytest

from vekha.domain.errors import VekhaError
from vekha.domain.reminders import Policies, Policy, Quiet
from vekha.domain.reminders_file import parse_policies


def problems(source: str) -> list[tuple[str, str]]:
    with pytest.raises(VekhaError) as refused:
        parse_policies(source, "reminders.yaml")
    return [(each.code, each.where) for each in refused.value.problems]


def test_a_whole_file() -> None:
    source = """\
days: [0, 30, -1]
municipality_after: 3
region_after: нет
quiet: 19:30 – 7:00
regions:
  "02": {region_after: 10, quiet: нет}
campaigns:
  spring: {days: [1]}
"""
    base = Policy(days=(30, 0, -1), municipality_after=3, region_after=None, quiet=Quiet(time(19, 30), time(7)))
    assert parse_policies(source, "x.yaml") == Policies(
        base, {"02": {"region_after": 10, "quiet": Quiet(time(0), time(0))}}, {"spring": {"days": (1,)}}
    )


def test_what_is_not_named_is_as_usual() -> None:
    assert parse_policies("region_after: 20", "x.yaml") == Policies(Policy(region_after=20))
    assert parse_policies("days: []\nregions:\n", "x.yaml") == Policies(Policy(days=()))


def test_every_mistake_has_its_line() -> None:
    source = """\
days: [7, 7]
municipality_after: неделя
region_after: 0
quiet: ночью
dayz: [1]
regions: [02]
campaigns:
  spring: {quiet: 20:00–08:00}
  autumn: потом
"""
    assert problems(source) == [
        ("reminder.bad_days", "reminders.yaml:1"),
        ("reminder.bad_delay", "reminders.yaml:2"),
        ("reminder.bad_delay", "reminders.yaml:3"),
        ("reminder.bad_quiet", "reminders.yaml:4"),
        ("reminder.unknown_key", "reminders.yaml:5"),
        ("reminder.not_a_map", "reminders.yaml:6"),
        ("reminder.unknown_key", "reminders.yaml:8"),
        ("reminder.not_a_map", "reminders.yaml:9"),
    ]


@pytest.mark.parametrize("days", ["7", "[7.5]", "[true]", "[неделя]", "[366]", "[-366]", "{a: 1}"])
def test_days_are_a_list_of_whole_days_within_a_year(days: str) -> None:
    assert problems(f"days: {days}") == [("reminder.bad_days", "reminders.yaml:1")]


@pytest.mark.parametrize("quiet", ["24:00–08:00", "20:60–08:00", "20–8", "20:00", "[20, 8]"])
def test_hours_are_hours(quiet: str) -> None:
    assert problems(f"quiet: {quiet}") == [("reminder.bad_quiet", "reminders.yaml:1")]


@pytest.mark.parametrize(
    ("source", "code"), [("", "reminder.empty"), ("7", "reminder.empty"), ("days: [", "roadmap.broken_yaml")]
)
def test_a_file_of_something_else(source: str, code: str) -> None:
    assert [each for each, _ in problems(source)] == [code]
