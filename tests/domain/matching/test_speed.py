"""The rotation of speed mentoring is fair whatever the numbers."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vekha.domain.errors import VekhaError
from vekha.domain.matching import rotation
from vekha.domain.matching.speed import full_rounds


def names(letter: str, number: int) -> list[str]:
    return [f"{letter}{each}" for each in range(number)]


@given(st.integers(1, 14), st.integers(1, 14), st.integers(1, 16))
def test_no_repeats_nobody_in_two_places_nobody_waits_more(here: int, there: int, rounds: int) -> None:
    plan = rotation(names("p", here), names("m", there), rounds)
    assert len(plan.rounds) == min(rounds, full_rounds(here, there))
    met = Counter(link for each in plan.rounds for link in each)
    assert all(times == 1 for times in met.values())
    for each in plan.rounds:
        assert (
            len({mentee for mentee, _ in each}) == len({mentor for _, mentor in each}) == len(each) == min(here, there)
        )
    for place, side in ((0, names("p", here)), (1, names("m", there))):
        meetings = Counter(link[place] for link in met)
        assert max(meetings[each] for each in side) - min(meetings[each] for each in side) <= 1


@given(st.integers(1, 14), st.integers(1, 14))
def test_in_all_rounds_everybody_meets_everybody(here: int, there: int) -> None:
    plan = rotation(names("p", here), names("m", there))
    assert sum(len(each) for each in plan.rounds) == here * there


def test_who_must_not_meet_waits() -> None:
    plan = rotation(["p1", "p2"], ["m1", "m2"], apart=frozenset({("p1", "m1")}))
    assert ("p1", "m1") not in [link for each in plan.rounds for link in each]
    assert sorted(plan.of_mentee("p1"), key=str) == [None, "m2"]


def test_bad_input_is_told_at_once() -> None:
    with pytest.raises(VekhaError) as caught:
        rotation([], ["m1", "m1"], 0)
    assert [each.code for each in caught.value.problems] == [
        "matching.no_mentees",
        "matching.twice",
        "matching.bad_rounds",
    ]
    with pytest.raises(VekhaError) as caught:
        rotation(["p1"], [])
    assert [each.code for each in caught.value.problems] == ["matching.no_mentors"]
