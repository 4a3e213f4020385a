"""Saving half-filled forms: whoever comes second overwrites nobody."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vekha.domain.drafts import Kept, Verdict, chosen, differing, judge, same

DATA = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", " ", "x", "y"]) | st.lists(st.just("x")))


def kept(version: int = 2, page: str = "theirs", *, sent: bool = False, **data: Any) -> Kept:
    return Kept(version=version, page=page, data=data, sent=sent)


@pytest.mark.parametrize(
    ("stored", "base", "shared", "verdict"),
    [
        (None, 0, True, Verdict.SAVE),
        (kept(a="x"), 2, True, Verdict.SAVE),  # nobody has saved since
        (kept(a="x"), 1, True, Verdict.CONFLICT),
        (kept(a="x"), 1, False, Verdict.CONFLICT),  # two pages of one's own
        (kept(a="mine"), 1, True, Verdict.SAVE),  # the same words
        (kept(page="mine", a="x"), 1, True, Verdict.SAVE),  # an answer of the server is still on its way
        (kept(page="mine", sent=True), 1, True, Verdict.LATE),
        (kept(sent=True), 1, True, Verdict.CONFLICT),
        (kept(sent=True), 1, False, Verdict.SAVE),  # another answer of one's own
        (kept(sent=True), 2, True, Verdict.SAVE),  # a new answer, begun after the last one
    ],
)
def test_who_may_save(stored: Kept | None, base: int, shared: bool, verdict: Verdict) -> None:
    assert judge(stored, base, "mine", {"a": "mine"}, shared=shared) is verdict


@given(DATA, DATA)
def test_what_differs_is_what_a_person_would_see(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    names = differing(mine, theirs)
    assert (names == ()) is same(mine, theirs) is same(theirs, mine)
    assert same(chosen(mine, theirs, [*mine]), {**theirs, **mine})
    assert same(chosen(mine, theirs, ()), theirs)
    assert set(names) == set(differing(theirs, mine))


def test_blanks_say_nothing() -> None:
    assert same({"rows": [{"a": ""}, {"a": "x "}], "b": None}, {"rows": [{"a": "x"}]})
    assert differing({"n": 0}, {}) == ("n",)
