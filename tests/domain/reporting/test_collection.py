"""When a collection is open, what is wrong with its terms, who may confirm when."""

import datetime as dt
from typing import Any

import pytest

from vekha.domain.reporting.collection import Phase, Standing, Terms, confirm_problems, phase, term_problems

D = dt.date
GOOD: dict[str, Any] = {
    "title": "Итоги",
    "since": D(2026, 1, 1),
    "on": D(2026, 12, 31),
    "opens": D(2026, 12, 15),
    "closes": D(2027, 1, 20),
    "plan": {"mentees": 100, "completion": 90},
}


def test_the_window_of_a_collection() -> None:
    opens, closes = D(2026, 12, 15), D(2027, 1, 20)
    days = {D(2026, 12, 14): Phase.AHEAD, opens: Phase.OPEN, closes: Phase.OPEN, D(2027, 1, 21): Phase.OVERDUE}
    assert {day: phase(opens, closes, day, closed=False) for day in days} == days
    assert phase(opens, closes, opens, closed=True) is Phase.CLOSED


def test_good_terms_are_good() -> None:
    assert list(term_problems(Terms(**GOOD))) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"title": " "}, "collection.no_title"),
        ({"since": D(2027, 1, 1)}, "collection.period_reversed"),
        ({"since": D(2024, 1, 1)}, "collection.period_too_long"),
        ({"opens": D(2027, 2, 1)}, "collection.window_reversed"),
        ({"opens": D(2026, 11, 1), "closes": D(2026, 12, 1)}, "collection.closes_before_state"),
        ({"plan": {"fame": 3}}, "collection.unknown_indicator"),
        ({"plan": {"completion": 101}}, "collection.bad_plan"),
        ({"plan": {"mentees": -1}}, "collection.bad_plan"),
    ],
)
def test_each_slip_has_its_code(changed: dict[str, Any], code: str) -> None:
    assert [each.code for each in term_problems(Terms(**{**GOOD, **changed}))] == [code]


@pytest.mark.parametrize(
    ("now", "today", "given", "standing", "reason", "codes"),
    [
        (Phase.OPEN, D(2026, 12, 31), {"children": 0}, Standing.WAITED, "", []),
        (Phase.OVERDUE, D(2027, 2, 1), {}, Standing.CONFIRMED, "нашли ошибку", []),
        (Phase.AHEAD, D(2026, 12, 1), {}, Standing.WAITED, "", ["collection.not_open", "collection.day_ahead"]),
        (Phase.CLOSED, D(2027, 2, 1), {}, Standing.WAITED, "", ["collection.closed"]),
        (Phase.OPEN, D(2027, 1, 1), {}, Standing.CORRECTED, " ", ["collection.reason_needed"]),
        (Phase.OPEN, D(2027, 1, 1), {"children": -1}, Standing.WAITED, "", ["collection.bad_number"]),
        (Phase.OPEN, D(2027, 1, 1), {"pupils": 1}, Standing.WAITED, "", ["collection.bad_number"]),
    ],
)
def test_who_may_confirm(
    now: Phase, today: D, given: dict[str, int], standing: Standing, reason: str, codes: list[str]
) -> None:
    found = confirm_problems(now, D(2026, 12, 31), today, given, standing, reason)
    assert [each.code for each in found] == codes
