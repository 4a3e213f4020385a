"""The best set of pairs: against brute force, whatever the order, with every wish of the curator kept."""

from collections import Counter
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.domain.matching.world import best, mentee, mentor, possible, requests, shuffled
from vekha.domain.errors import VekhaError
from vekha.domain.matching import Aspect, Model, Proposal, Request, Rules, cost, propose
from vekha.domain.matching.flow import assign
from vekha.domain.matching.grading import Grader
from vekha.domain.matching.scores import fit
from vekha.domain.matching.solving import solve

SOLVED = (Model.ONE_TO_ONE, Model.PEER, Model.GROUP, Model.FLASH, Model.REVERSE)


def links(proposal: Proposal) -> list[tuple[str, str]]:
    return [(tie.mentee, tie.mentor) for pair in proposal.pairs for tie in pair.ties]


@given(requests(SOLVED))
@settings(max_examples=80, deadline=None)
def test_the_most_are_paired_and_then_the_best_score_is_taken(request: Request) -> None:
    found = propose(request)
    assert (found.matched, found.score) == best(request)


@given(requests(SOLVED))
@settings(max_examples=40, deadline=None)
def test_nobody_is_paired_twice_beyond_places_or_against_a_bar(request: Request) -> None:
    found = propose(request)
    paired = links(found)
    assert all(times == 1 for times in Counter(each for each, _ in paired).values())
    taken = Counter(each for _, each in paired)
    assert all(taken[each.code] <= each.free for each in request.mentors)
    assert set(paired) <= possible(request).keys()
    assert {each for each, _ in paired} | {each.mentee for each in found.left} == {
        each.code for each in request.mentees
    }
    assert all(each.reasons for each in found.left)
    assert all(tie.reasons for pair in found.pairs for tie in pair.ties)


@given(requests(SOLVED, most=6), st.randoms())
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_lists_changes_nothing(request: Request, seed: Any) -> None:
    assert propose(shuffled(request, seed)) == propose(request)


@given(requests((*SOLVED, Model.SELF_DIRECTED)), st.data())
@settings(max_examples=40, deadline=None)
def test_a_pin_is_kept_and_the_rest_is_the_best_around_it(request: Request, data: st.DataObject) -> None:
    allowed = [link for link in possible(request) if {each.code: each.free for each in request.mentors}[link[1]]]
    assume(allowed)
    pin = data.draw(st.sampled_from(sorted(allowed)))
    pinned = replace(request, pins=frozenset({pin}))
    found = propose(pinned)
    assert pin in links(found)
    assert next(tie for pair in found.pairs for tie in pair.ties if tie.mentee == pin[0]).pinned
    if request.rules.model is not Model.SELF_DIRECTED:
        assert (found.matched, found.score) == best(pinned)


@given(requests((*SOLVED, Model.SELF_DIRECTED)))
@settings(max_examples=40, deadline=None)
def test_all_pairs_at_once_are_judged_as_each_of_them_alone(request: Request) -> None:
    block = Grader(request).block(range(len(request.mentees)))
    for row, left in enumerate(request.mentees):
        for column, right in enumerate(request.mentors):
            link = (left.code, right.code)
            alone = fit(left, right, request.rules, forbidden=link in request.forbids, apart=link in request.apart)
            assert int(block.scores[row, column]) == alone.score
            assert {bar for bar, cells in block.barred.items() if cells[row, column]} == set(alone.bars)


@given(requests(most=6))
@settings(max_examples=30, deadline=None)
def test_what_a_change_costs_is_what_the_two_proposals_differ_in(request: Request) -> None:
    paired = links(propose(request))
    assume(paired)
    after = replace(request, forbids=request.forbids | {paired[0]})
    found, old, new = cost(request, after), propose(request), propose(after)
    assert found.matched == new.matched - old.matched
    assert found.score == new.score - old.score
    before, behind = dict(links(old)), dict(links(new))
    assert set(found.lose) == before.keys() - behind.keys()
    assert set(found.gain) == behind.keys() - before.keys()
    assert found.move == {
        code: (before[code], behind[code]) for code in before.keys() & behind if before[code] != behind[code]
    }
    assert cost(request, request).nothing


def test_equal_scores_spread_the_load() -> None:
    world = Request(mentees=tuple(mentee(n) for n in range(6)), mentors=tuple(mentor(n, capacity=6) for n in range(3)))
    assert sorted(Counter(each for _, each in links(propose(world))).values()) == [2, 2, 2]


def test_whoever_has_mentees_already_gets_fewer_of_the_new_ones() -> None:
    mentors = (mentor(1, capacity=4, busy=2), mentor(2, capacity=4))
    world = Request(mentees=(mentee(1), mentee(2)), mentors=mentors)
    assert {each for _, each in links(propose(world))} == {"m2"}


def test_one_who_suits_few_is_not_lost_to_one_who_suits_many() -> None:
    """The greedy choice would give the physicist to the first and leave the second alone."""
    world = Request(
        mentees=(mentee(1, topics=frozenset({"физика", "проекты"})), mentee(2, topics=frozenset({"физика"}))),
        mentors=(mentor(1, topics=frozenset({"физика", "проекты"})), mentor(2, topics=frozenset({"проекты"}))),
    )
    assert links(propose(world)) == [("p1", "m2"), ("p2", "m1")]


@pytest.mark.parametrize("keep", [3, 8])
def test_too_many_candidates_are_cut_to_the_best_in_turns(keep: int) -> None:
    world = Request(mentees=tuple(mentee(n) for n in range(20)), mentors=tuple(mentor(n) for n in range(20)))
    graph = Grader(world).graph(whole=10, keep=keep)
    assert len(graph.rows) == 20 * keep
    assert len(set(graph.columns.tolist())) == 20  # equal mentors: everybody asks for others
    assert assign(graph, 20, [1] * 20).min() >= 0


def test_the_flow_takes_what_no_float_could_tell_apart() -> None:
    rng = np.random.default_rng(7)
    for _ in range(20):
        scores = rng.integers(0, 5, size=(4, 4))
        rows, columns = np.nonzero(scores >= 0)
        from vekha.domain.matching.grading import Graph  # noqa: PLC0415

        partner = assign(Graph(rows, columns, scores[rows, columns].astype(np.int64)), 4, [1] * 4)
        most = max(sum(scores[n, order[n]] for n in range(4)) for order in permutations(range(4)))
        assert scores[np.arange(4), partner].sum() == most


# --- models -----------------------------------------------------------------------------------------------------------


def test_a_group_is_one_leader_with_all_mentees_and_a_second_mentor_who_suits_them() -> None:
    told = frozenset({"физика"})
    world = Request(
        mentees=tuple(mentee(n, topics=told) for n in range(4)),
        mentors=(mentor(1, topics=told, capacity=4), mentor(2, topics=told, capacity=0, busy=0), mentor(3, capacity=4)),
        rules=Rules(model=Model.GROUP),
    )
    found = propose(world)
    assert [(each.mentors, each.mentees) for each in found.pairs] == [(("m1", "m3"), ("p0", "p1", "p2", "p3"))]
    assert [each.code for each in found.aside.values()] == ["matching.no_capacity"]


def test_reverse_mentors_are_younger_and_a_minors_peers_are_of_an_age() -> None:
    world = Request(mentees=(mentee(1, age=15),), mentors=(mentor(1, age=14), mentor(2, age=40)))
    assert links(propose(replace(world, rules=Rules(model=Model.REVERSE)))) == [("p1", "m1")]
    far = replace(world, mentors=world.mentors[1:], rules=Rules(model=Model.PEER))
    assert [each.code for each in propose(far).left[0].reasons] == ["left.not_peers"]
    older = replace(world, mentors=world.mentors[1:], rules=Rules(model=Model.REVERSE))
    assert [each.code for each in propose(older).left[0].reasons] == ["left.not_older"]


def test_a_flash_meeting_needs_a_common_topic_and_a_common_hour() -> None:
    left = mentee(1, topics=frozenset({"физика"}), times=frozenset({"утро"}))
    right = mentor(1, topics=frozenset({"физика"}), times=frozenset({"вечер"}))
    world = Request(mentees=(left,), mentors=(right,), rules=Rules(strict=frozenset()))
    assert propose(world).matched == 1
    flash = propose(replace(world, rules=Rules(model=Model.FLASH, strict=frozenset())))
    assert [each.code for each in flash.left[0].reasons] == ["left.times"]


@given(requests((Model.SELF_DIRECTED,)))
@settings(max_examples=50, deadline=None)
def test_no_mentee_and_mentor_would_both_rather_have_each_other(request: Request) -> None:
    from vekha.domain.matching.choosing import liking, wishes  # noqa: PLC0415

    found = solve(request).partner
    with_whom = {each.code: [code for code, mentor in found.items() if mentor == each.code] for each in request.mentors}
    mentees = {each.code: each for each in request.mentees}
    links_open = possible(request)
    for left in request.mentees:
        wanted = [code for code in wishes(left) if (left.code, code) in links_open]
        assert found.get(left.code) is None or found[left.code] in wanted
        better = wanted[: wanted.index(found[left.code])] if left.code in found else wanted
        for right in (each for each in request.mentors if each.code in better):
            assert len(with_whom[right.code]) == right.free  # no place stands empty
            least = min((liking(right, mentees[code], request) for code in with_whom[right.code]), default=None)
            assert least is None or liking(right, left, request) <= least


# --- why --------------------------------------------------------------------------------------------------------------


def told(world: Request) -> list[list[str]]:
    names = {each.code: each.name for each in (*world.mentees, *world.mentors)}
    return [[reason.say(names) for reason in each.reasons] for each in propose(world).left]


def test_a_pair_says_what_they_share() -> None:
    shared = {"topics": frozenset({"физика"}), "times": frozenset({"утро"})}
    left = mentee(1, **shared, languages=frozenset({"татарский"}), formats=frozenset({"очно"}), age=14, first=("m1",))
    right = mentor(
        1, **shared, languages=frozenset({"татарский"}), formats=frozenset({"очно"}), ages=(13, 17), first=("p1",)
    )
    (pair,) = propose(Request(mentees=(left,), mentors=(right,))).pairs
    assert [each.say({}) for each in pair.ties[0].reasons] == [
        "выбрали друг друга",
        "темы (физика)",
        "удобное время (утро)",
        "язык (татарский)",
        "формат встреч (очно)",
        "возраст, с которым наставник хочет работать",
    ]


@pytest.mark.parametrize(
    ("first", "answered", "code"),
    [(("m1",), (), "pair.chose"), ((), ("p1",), "pair.chosen"), ((), (), "pair.nothing")],
)
def test_a_choice_is_a_reason(first: tuple[str, ...], answered: tuple[str, ...], code: str) -> None:
    world = Request(mentees=(mentee(1, first=first),), mentors=(mentor(1, second=answered),))
    assert [each.code for each in propose(world).pairs[0].ties[0].reasons] == [code]


def test_one_name_is_worth_a_look() -> None:
    world = Request(
        mentees=(mentee(1, name="Галиева Алина Маратовна"),), mentors=(mentor(1, name="Галиев Марат Ильдарович"),)
    )
    assert "pair.namesake" in [each.code for each in propose(world).pairs[0].ties[0].reasons]


def test_the_one_left_over_is_told_what_was_missing() -> None:
    physics = frozenset({"физика"})
    left = mentee(1, topics=physics, languages=frozenset({"татарский"}), times=frozenset({"утро"}))
    world = Request(mentees=(left,), mentors=(mentor(1, topics=frozenset({"проекты"})),))
    assert told(world) == [["нет наставника по теме: физика"]]
    world = replace(world, mentors=(mentor(1, topics=physics, languages=frozenset({"русский"})), *world.mentors[:0]))
    assert told(world) == [["подходят по теме 1, но ни с кем нет общего языка (татарский)"]]
    strict = Rules(strict=frozenset({Aspect.AGE}))
    aged = replace(world, mentees=(mentee(1, age=9),), mentors=(mentor(1, ages=(12, 14)),), rules=strict)
    assert told(aged) == [["подходят по теме 1, но все хотят работать с другим возрастом"]]
    formats = Rules(strict=frozenset({Aspect.FORMATS}))
    apart = (mentee(1, formats=frozenset({"очно"})),), (mentor(1, formats=frozenset({"дистанционно"})),)
    assert told(Request(mentees=apart[0], mentors=apart[1], rules=formats)) == [
        ["подходят по теме 1, но ни с кем не совпал формат встреч (очно)"]
    ]


def test_the_one_left_over_is_told_who_took_the_places() -> None:
    wanted = mentee(1, first=("m1",))
    world = Request(mentees=(wanted, mentee(2)), mentors=(mentor(1),))
    assert told(world) == [["подходит Наставник1 Анна, но все места заняты: Ученик1 Пётр"]]
    busy = Request(mentees=(mentee(1),), mentors=tuple(mentor(n, capacity=1, busy=1) for n in range(5)))
    said = told(busy)[0]
    assert said[0] == "подходит Наставник0 Анна, но все места заняты уже работающими парами"
    assert said[-1] == "и ещё подходящих, но занятых наставников: 2"


def test_everyone_excluded_from_everyone_is_said_of_each() -> None:
    world = Request(mentees=(mentee(1), mentee(2)), mentors=(mentor(1), mentor(2)))
    links_ = frozenset((left.code, right.code) for left in world.mentees for right in world.mentors)
    found = told(replace(world, forbids=links_))
    assert found == [["запрещено куратором: Наставник1 Анна, Наставник2 Анна"]] * 2
    assert told(replace(world, apart=links_))[0] == [
        "работали вместе, и пара распалась: Наставник1 Анна, Наставник2 Анна"
    ]


def test_relatives_tutors_and_oneself_are_out() -> None:
    family = frozenset({"наставник1  АННА"})
    relative = Request(mentees=(mentee(1, guardians=family),), mentors=(mentor(1),))
    assert told(relative) == [["исключён законный представитель: Наставник1 Анна"]]
    own = Request(
        mentees=(mentee(1, unit="8б"),),
        mentors=(mentor(1, leads=frozenset({"8б"})),),
        rules=Rules(tutor_excluded=True),
    )
    assert told(own) == [["исключён свой классный руководитель: Наставник1 Анна"]]
    assert propose(replace(own, rules=Rules())).matched == 1
    same = Request(mentees=(mentee(1),), mentors=(mentor(1, code="p1"),))
    assert told(same) == [["не может быть наставником себе самому"]]


def test_who_chose_nobody_is_told_so() -> None:
    rules = Rules(model=Model.SELF_DIRECTED)
    world = Request(
        mentees=(mentee(1), mentee(2, first=("m1",)), mentee(3, first=("m1",))), mentors=(mentor(1),), rules=rules
    )
    assert told(world) == [
        ["наставляемый никого не выбрал"],
        ["подходит Наставник1 Анна, но все места заняты: Ученик2 Пётр"],
    ]


# --- bad input --------------------------------------------------------------------------------------------------------


def refused(request: Request) -> list[str]:
    with pytest.raises(VekhaError) as caught:
        propose(request)
    return [each.code for each in caught.value.problems]


def test_every_contradiction_is_told_at_once() -> None:
    world = Request(
        mentees=(
            mentee(1),
            mentee(1),
            mentee(2),
            mentee(3, guardians=frozenset({"Наставник3 Анна"}), unit="7а"),
        ),
        mentors=(mentor(1), mentor(2), mentor(3, leads=frozenset({"7а"})), mentor(4, code="p2")),
        rules=Rules(tutor_excluded=True),
        pins=frozenset(
            {("p1", "m1"), ("p2", "m1"), ("p2", "m2"), ("p3", "m3"), ("p2", "p2"), ("p9", "m1"), ("p1", "m9")}
        ),
        forbids=frozenset({("p1", "m1")}),
    )
    assert set(refused(world)) == {
        "matching.twice",
        "matching.pinned_twice",
        "matching.pinned_over",
        "matching.pinned_forbidden",
        "matching.pinned_self",
        "matching.pinned_guardian",
        "matching.pinned_tutor",
        "matching.pin_unknown",
    }
    assert refused(Request(mentees=(), mentors=())) == ["matching.no_mentees", "matching.no_mentors"]


def test_who_cannot_take_part_is_set_aside_and_the_others_are_matched() -> None:
    world = Request(
        mentees=(mentee(1), mentee(2, guardians=frozenset({"Ученик2 Пётр"}))),
        mentors=(mentor(1), mentor(2, capacity=0), mentor(3, age=9)),
        rules=Rules(mentor_from=14),
        pins=frozenset({("p2", "m1")}),
    )
    found = propose(world)
    assert links(found) == [("p1", "m1")]
    assert {code: each.code for code, each in found.aside.items()} == {
        "m2": "matching.no_capacity",
        "m3": "matching.mentor_too_young",
        "p2": "matching.own_guardian",
    }


def test_all_mentors_aside_leave_everybody_with_that_reason() -> None:
    world = Request(mentees=(mentee(1),), mentors=(mentor(1, capacity=0),))
    assert told(world) == [["в реестре нет ни одного наставника со свободным местом"]]


def test_everyone_forbidden_to_everyone_is_an_answer_and_loses_nobody() -> None:
    people = range(1, 6)
    every = frozenset((f"p{one}", f"m{other}") for one in people for other in people)
    world = Request(mentees=tuple(map(mentee, people)), mentors=tuple(map(mentor, people)), forbids=every)
    found = propose(world)
    assert links(found) == []
    assert all(reasons for reasons in told(world))
    assert len(told(world)) == len(people)
