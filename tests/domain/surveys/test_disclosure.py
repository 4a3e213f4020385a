"""No small group is shown, and none can be worked out from what is shown beside it."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from vekha.domain.surveys import LEAST, Answer, Kind, Question, shown, tally

SIZES = st.dictionaries(st.sampled_from("абвгдежз"), st.integers(min_value=0, max_value=12), max_size=8)
MARK = Question(name="mark", title="Отметка", kind=Kind.SCALE, options=("1", "2", "3"))


def test_a_single_small_group_takes_the_smallest_other_one_with_it() -> None:
    assert shown({"a": 3, "b": 9, "c": 6}) == {"b"}
    assert shown({"a": 3, "b": 2, "c": 6}) == {"c"}  # the two hidden ones together are five
    assert shown({"a": 4, "b": 9}) == frozenset()
    assert shown({"a": 5, "b": 0}) == {"a", "b"}
    assert shown({"a": 2, "b": 2}) == frozenset()


@given(SIZES)
@settings(max_examples=400)
def test_nothing_that_can_be_subtracted_is_small(sizes: dict[str, int]) -> None:
    """Whatever is known of the shown groups and of the total, every difference is of nobody or of enough people."""
    total, open_to_all = sum(sizes.values()), shown(sizes)
    assert all(sizes[group] == 0 or sizes[group] >= LEAST for group in open_to_all)
    if not any(sizes[group] for group in open_to_all) or total < LEAST:
        return
    for count in range(len(open_to_all) + 1):
        for some in combinations(sorted(open_to_all), count):
            left = total - sum(sizes[group] for group in some)
            assert left == 0 or left >= LEAST, (sizes, some)


@given(SIZES)
def test_as_much_as_can_be_is_shown(sizes: dict[str, int]) -> None:
    """Not one group more could be shown in its place without one less."""
    open_to_all = shown(sizes)
    hidden = sum(size for group, size in sizes.items() if group not in open_to_all)
    for group, size in sizes.items():
        if group not in open_to_all and size >= LEAST and sum(sizes.values()) >= LEAST:
            assert hidden - size == 0 or hidden - size < LEAST


answers = st.lists(
    st.tuples(st.sampled_from("абвг"), st.one_of(st.none(), st.integers(min_value=1, max_value=3))), max_size=40
)


@given(answers)
@settings(max_examples=300)
def test_a_tally_tells_of_no_small_group(given_answers: list[tuple[str, int | None]]) -> None:
    """By a count of one's own: each figure shown, and each difference of figures shown, is of enough people."""
    [found] = tally([MARK], [Answer(group, {"mark": mark}) for group, mark in given_answers])
    sizes = {group: sum(1 for other, mark in given_answers if other == group and mark) for group, _ in given_answers}
    total = sum(sizes.values())
    if 0 < total < LEAST:
        assert (found.whole, [each for each in found.groups.values() if each and each.n]) == (None, [])
        return
    assert found.whole is not None
    assert (found.whole.n, sum(count for _, count in found.whole.counts)) == (total, total)
    shown_groups = {group: each.n for group, each in found.groups.items() if each is not None}
    assert all(shown_groups[group] == sizes[group] for group in shown_groups)
    assert all(size == 0 or size >= LEAST for size in shown_groups.values())
    left = total - sum(shown_groups.values())
    assert left == 0 or left >= LEAST
