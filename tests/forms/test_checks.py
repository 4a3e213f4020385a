from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.forms.world import ENDS, STARTS, TODAY, context
from vekha.domain.errors import Problem
from vekha.forms.checks import in_cycle, in_order, in_term, not_ahead, unique

DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
DAY = timedelta(days=1)


def places(found: object) -> list[tuple[str, str]]:
    assert not isinstance(found, Problem)
    return [(each.code, each.where) for each in found]  # type: ignore[attr-defined]


def test_today_is_not_ahead_and_tomorrow_is() -> None:
    assert places(not_ahead(TODAY, "day", context())) == []
    assert places(not_ahead(TODAY + DAY, "day", context())) == [("form.date_ahead", "day")]


@given(DAYS, DAYS)
def test_order(one: date, other: date) -> None:
    assert places(in_order(one, other, "ends")) == ([("form.reversed_term", "ends")] if other < one else [])
    assert places(in_order(None, other, "ends")) == places(in_order(one, None, "ends")) == []


@given(DAYS)
def test_the_cycle_includes_both_its_ends(day: date) -> None:
    inside = STARTS <= day <= ENDS
    assert places(in_cycle(day, "day", context())) == ([] if inside else [("form.outside_cycle", "day")])


def test_rows_are_numbered_by_their_place() -> None:
    days = [STARTS - DAY, STARTS, ENDS, ENDS + DAY]
    assert places(in_term(days, STARTS, ENDS, "rows.{row}.until")) == [
        ("form.outside_term", "rows.0.until"),
        ("form.outside_term", "rows.3.until"),
    ]


@given(st.lists(st.sampled_from("абвг")))
def test_each_repetition_is_reported_once(values: list[str]) -> None:
    assert len(places(unique(values, "names"))) == len(values) - len(set(values))
