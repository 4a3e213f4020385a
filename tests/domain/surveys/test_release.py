"""Two looks at results never differ by the answers of a few: whatever comes, in any order, whenever one looks."""

import datetime as dt
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from vekha.domain.people import Role
from vekha.domain.reporting.history import History, Opinion, Stay
from vekha.domain.reporting.measuring import Window, measure
from vekha.domain.surveys import LEAST, Answer, Kind, Question, SurveyState, released, secret, tally, told

DAY = dt.date(2026, 5, 4)
MARK = Question(name="mark", title="Отметка", kind=Kind.SCALE, options=("1", "2", "3"))
WORDS = Question(name="words", title="Слова", kind=Kind.TEXT)


def few(number: int) -> bool:
    return 0 < number < LEAST


def test_a_few_wait_for_those_who_come_after_them() -> None:
    assert [told([set("абвгд")]), told([set("абвг")]), told([])] == [1, 0, 0]
    assert [told([set("абвгд"), set("е")]), told([set("абвгд"), set("е"), set("жзий")])] == [1, 3]
    assert told([set("аб"), set("аб"), set("вгд")]) == 3  # whoever answers anew is not another person
    assert told([set("аб"), set("аб"), set("ав")]) == 0


def test_what_is_secret_until_the_end() -> None:
    assert [secret(each, reads=False) for each in SurveyState] == [True, True, False, True]
    assert not any(secret(each, reads=True) for each in SurveyState)


# --- a survey that is closed and opened again -------------------------------------------------------------------------

portions = st.lists(
    st.lists(st.tuples(st.sampled_from("аб"), st.one_of(st.none(), st.integers(1, 3))), max_size=9), max_size=6
)


@given(portions)
@settings(max_examples=300)
def test_two_ends_of_a_survey_differ_by_nobody_or_by_enough(said: list[list[tuple[str, int | None]]]) -> None:
    """By counts of one's own: of all who answered, and question by question."""
    answers = [
        Answer(group, {"mark": mark, "words": f"{number}/{place}"}, number)
        for number, portion in enumerate(said)
        for place, (group, mark) in enumerate(portion)
    ]
    looks = [[each for each in answers if each.portion < end] for end in range(1, len(said) + 1)]
    for find in (_who, _marked, _written):
        sizes = [find(look) for look in looks]
        assert not any(few(other - one) for one, other in combinations(sizes, 2)), (find, sizes)
        assert sizes == sorted(sizes)
    for look in looks:
        [mark] = tally([MARK], look)
        assert not mark.groups or not any(each.portion for each in look)  # of a group a few may have come anew


def _who(look: list[Answer]) -> int:
    kept = released(look, LEAST)
    return 0 if few(len(look)) else len(kept)


def _marked(look: list[Answer]) -> int:
    [found] = tally([MARK], look)
    return found.whole.n if found.whole else 0


def _written(look: list[Answer]) -> int:
    [found] = tally([WORDS], look)
    return len(found.whole.texts) if found.whole else 0


# --- figures of any day -----------------------------------------------------------------------------------------------

PEOPLE = [f"p{number}" for number in range(1, 13)]
MOMENTS = ("satisfaction", "before", "after")
opinions = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(MOMENTS), st.integers(0, 9), st.integers(1, 10)), max_size=40
)


@given(opinions)
@settings(max_examples=300, deadline=None)
def test_any_two_days_differ_by_the_answers_of_nobody_or_of_enough(said: list[tuple[str, str, int, int]]) -> None:
    """Each look is attacked as a reader would: two figures, subtracted. A mark is read off by making it unmistakable:
    whose answer counts on a day and whose does not is told by giving each person in turn another mark."""
    history = _history(said)
    for code in ("satisfied_mentees", "satisfied_mentors", "improved"):
        seen = [_counted(said, code, day) for day in range(10)]
        for one, other in combinations(seen, 2):
            assert not few(len({who for who, _ in one ^ other})), (code, said)
    last = measure(history, Window(since=DAY, on=DAY + dt.timedelta(days=9)), in_portions=True)
    every = measure(history, Window(since=DAY, on=DAY + dt.timedelta(days=9)))
    assert all((last[code].denominator or 0) <= (every[code].denominator or 0) for code in last)


def _counted(said: list[tuple[str, str, int, int]], code: str, day: int) -> frozenset[tuple[str, int]]:
    """(person, the answer of theirs by its place) that the figure of a day rests on: those whose loss changes it."""
    window = Window(since=DAY, on=DAY + dt.timedelta(days=day))
    kind = "after" if code == "improved" else "satisfaction"
    found: set[tuple[str, int]] = set()
    for place, (person, moment, _, _) in enumerate(said):
        if moment != kind:
            continue
        high, low = ([*said[:place], (person, moment, said[place][2], mark), *said[place + 1 :]] for mark in (11, -1))
        if (
            measure(_history(high), window, in_portions=True)[code]
            != (measure(_history(low), window, in_portions=True)[code])
        ):
            found.add((person, place))
    return frozenset(found)


def _history(said: list[tuple[str, str, int, int]]) -> History:
    roles = {each: Role.MENTEE if number < 8 else Role.MENTOR for number, each in enumerate(PEOPLE)}
    return History(
        births=dict.fromkeys(PEOPLE),
        stays=tuple(Stay(person=each, role=role, programme="k", since=DAY) for each, role in roles.items()),
        opinions=tuple(
            Opinion(person=person, programme="k", moment=moment, on=DAY + dt.timedelta(days=day), mark=float(mark))
            for person, moment, day, mark in said
        ),
    )


def test_whoever_reads_the_answers_is_told_of_all_at_once() -> None:
    history = _history([("p1", "satisfaction", 0, 9), *((each, "satisfaction", 1, 5) for each in PEOPLE[1:5])])
    window = Window(since=DAY, on=DAY)
    assert measure(history, window)["satisfied_mentees"].denominator == 1
    assert measure(history, window, in_portions=True)["satisfied_mentees"].denominator == 0
    next_day = Window(since=DAY, on=DAY + dt.timedelta(days=1))
    assert measure(history, next_day, in_portions=True)["satisfied_mentees"].denominator == 5
