"""Sums, plan and another year, and answers of a few people that stay unseen whatever is subtracted."""

from hypothesis import given
from hypothesis import strategies as st

from vekha.domain.reporting.indicators import INDICATORS, Figure
from vekha.domain.reporting.totals import SMALL, compare, hidden, total


def test_counts_add_up_and_a_share_is_that_of_all_together() -> None:
    found = total(
        [{"mentees": Figure(3), "completion": Figure(1, 2)}, {"mentees": Figure(4), "completion": Figure(8, 8)}]
    )
    assert found == {"mentees": Figure(7), "completion": Figure(9, 10)}


def test_who_did_not_tell_the_denominator_is_left_out_of_the_share_and_not_of_the_people() -> None:
    found = total([{"children_share": Figure(5, 50)}, {"children_share": Figure(30)}])
    assert found == {"children_share": Figure(5, 50)}
    assert total([{"children_share": Figure(30)}]) == {"children_share": Figure(0.0)}


def test_an_indicator_of_another_version_is_passed_over() -> None:
    assert total([{"gone": Figure(3)}]) == {}


def test_plan_and_last_year() -> None:
    lines = {
        each.indicator.code: each
        for each in compare(
            {"mentees": Figure(12), "completion": Figure(3, 4), "unpaired": Figure(2)},
            {"mentees": 10, "completion": 80, "unpaired": 3},
            {"mentees": Figure(15), "completion": Figure(1, 2)},
        )
    }
    assert [lines[code].reached for code in ("mentees", "completion", "unpaired")] == [True, False, True]
    assert [lines[code].change for code in ("mentees", "completion", "unpaired")] == [-3, 25, None]


def test_few_answers_are_not_shown_even_alone() -> None:
    [line] = compare({"satisfied_mentees": Figure(3, SMALL - 1)}, {"satisfied_mentees": 80})
    assert (line.hidden, line.value, line.reached) == (True, None, None)
    [line] = compare({"satisfied_mentees": Figure(3, SMALL)}, {})
    assert (line.hidden, line.value) == (False, 60)


def test_one_hidden_place_takes_the_next_smallest_with_it() -> None:
    rows = {name: {"improved": Figure(1, number)} for name, number in (("a", 3), ("b", 9), ("c", 40))}
    assert hidden(rows, "improved") == {"a", "b"}
    assert hidden({"a": {"mentees": Figure(1)}}, "mentees") == frozenset()


sizes = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30), max_size=8)


@given(sizes)
def test_nothing_small_can_be_had_by_subtraction(numbers: dict[str, int]) -> None:
    """Whoever knows the total and every shown place learns a sum over all hidden ones: of five answers or more."""
    rows = {name: {"improved": Figure(0, number)} for name, number in numbers.items()}
    unseen = hidden(rows, "improved")
    shown = {name: number for name, number in numbers.items() if name not in unseen and number}
    assert all(number >= SMALL for number in shown.values())
    if sum(numbers.values()) >= SMALL and unseen:  # below that the total itself is hidden
        assert sum(numbers[name] for name in unseen) >= SMALL
        assert len(unseen) > 1


def test_every_survey_indicator_is_marked() -> None:
    assert {code for code, each in INDICATORS.items() if each.survey} == {
        "satisfied_mentees",
        "satisfied_mentors",
        "improved",
        "recommended",
        "growth",
    }
