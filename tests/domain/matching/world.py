"""Small worlds of mentees and mentors for tests of matching."""

from dataclasses import replace
from itertools import product
from typing import Any

from hypothesis import strategies as st

from vekha.domain.matching import Aspect, Mentee, Mentor, Model, Request, Rules
from vekha.domain.matching.scores import fit

TOPICS = ("физика", "проекты", "общение")
TIMES = ("утро", "вечер")
LANGUAGES = ("русский", "татарский", "башкирский")


def mentee(number: int, **told: Any) -> Mentee:
    return Mentee(**{"code": f"p{number}", "name": f"Ученик{number} Пётр", **told})


def mentor(number: int, **told: Any) -> Mentor:
    return Mentor(**{"code": f"m{number}", "name": f"Наставник{number} Анна", **told})


def sets(words: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(words))


@st.composite
def requests(draw: st.DrawFn, models: tuple[Model, ...] = (Model.ONE_TO_ONE,), most: int = 5) -> Request:
    """Requests small enough for brute force, with everything that can matter in them."""
    here, there = (draw(st.integers(1, most)), draw(st.integers(1, 4)))
    mentees = [f"p{number}" for number in range(here)]
    mentors = [f"m{number}" for number in range(there)]
    ages = st.none() | st.integers(9, 25)

    def side(others: list[str]) -> dict[str, Any]:
        return {
            "topics": draw(sets(TOPICS)),
            "times": draw(sets(TIMES)),
            "languages": draw(sets(LANGUAGES)),
            "formats": draw(sets(("очно", "дистанционно"))),
            "age": draw(ages),
            "first": tuple(draw(st.lists(st.sampled_from(others), unique=True, max_size=3))),
            "second": tuple(draw(st.lists(st.sampled_from(others), unique=True, max_size=2))),
        }

    links = st.frozensets(st.tuples(st.sampled_from(mentees), st.sampled_from(mentors)), max_size=3)
    rules = Rules(
        model=draw(st.sampled_from(models)),
        strict=draw(st.frozensets(st.sampled_from(list(Aspect)))),
        tutor_excluded=draw(st.booleans()),
    )
    return Request(
        mentees=tuple(
            Mentee(
                code=code,
                name=f"Ученик {code}",
                guardians=draw(st.sampled_from([frozenset(), frozenset({"Наставник m0"})])),
                unit=draw(st.sampled_from(["", "7а"])),
                **side(mentors),
            )
            for code in mentees
        ),
        mentors=tuple(
            Mentor(
                code=code,
                name=f"Наставник {code}",
                capacity=draw(st.integers(1, 3)),
                busy=draw(st.integers(0, 1)),
                ages=draw(st.sampled_from([None, (10, 14), (15, 30)])),
                leads=draw(st.sampled_from([frozenset(), frozenset({"7а"})])),
                **side(mentees),
            )
            for code in mentors
        ),
        rules=rules,
        forbids=draw(links),
        apart=draw(links),
    )


def possible(request: Request) -> dict[tuple[str, str], int]:
    """The score of every pair that nothing keeps apart, one by one."""
    found = {}
    for left, right in product(request.mentees, request.mentors):
        link = (left.code, right.code)
        one = fit(left, right, request.rules, forbidden=link in request.forbids, apart=link in request.apart)
        if not one.bars:
            found[link] = one.score
    return found


def best(request: Request) -> tuple[int, int]:
    """(matched, score) of the best assignment, by trying all of them."""
    links, mentors = possible(request), {each.code: each for each in request.mentors}
    places = {each.code: each.free for each in request.mentors}
    fixed = 0
    for left in request.mentees:
        for right in (mentors[code] for mentee_code, code in request.pins if mentee_code == left.code):
            places[right.code] -= 1
            fixed += fit(left, right, request.rules).score
    free = tuple(each for each in request.mentees if each.code not in dict(request.pins))

    def go(rest: tuple[Mentee, ...], places: dict[str, int]) -> tuple[int, int]:
        if not rest:
            return (0, 0)
        first, *others = rest
        outcomes = [go(tuple(others), places)]
        for code in (code for code in places if (first.code, code) in links and places[code]):
            after = go(tuple(others), {**places, code: places[code] - 1})
            outcomes.append((after[0] + 1, after[1] + links[first.code, code]))
        return max(outcomes)

    matched, score = go(free, places)
    return matched + len(request.pins), score + fixed


def shuffled(request: Request, seed: Any) -> Request:
    mentees, mentors = list(request.mentees), list(request.mentors)
    seed.shuffle(mentees)
    seed.shuffle(mentors)
    return replace(request, mentees=tuple(mentees), mentors=tuple(mentors))
