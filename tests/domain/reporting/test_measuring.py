"""Figures on a day: from recorded dates alone, people once, ages of that day."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from vekha.domain.people import Role
from vekha.domain.reporting.history import Contact, Course, History, Opinion, Pairing, Poll, Stay, Task
from vekha.domain.reporting.indicators import INDICATORS, Figure, Kind
from vekha.domain.reporting.measuring import Window, ages_unknown, measure, mid_cycle

D = dt.date
AUTUMN = D(2026, 9, 1)
YEAR = Window(since=D(2026, 1, 1), on=D(2026, 12, 31))


def stay(person: str, role: Role = Role.MENTEE, programme: str = "a", since: D = AUTUMN, **rest: object) -> Stay:
    return Stay(person=person, role=role, programme=programme, since=since, **rest)  # type: ignore[arg-type]


def pairing(code: str = "n1", **rest: object) -> Pairing:
    told: dict[str, object] = {"programme": "a", "mentors": ("m",), "mentees": ("p",), "starts": D(2026, 9, 10)}
    return Pairing(code=code, **{**told, **rest})  # type: ignore[arg-type]


def test_every_indicator_is_counted_and_has_its_words() -> None:
    assert list(measure(History(), YEAR)) == list(INDICATORS)
    for each in INDICATORS.values():
        assert each.words["definition"] and each.words["numerator"] and each.words["source"]
        assert bool(each.words["denominator"]) == (each.kind is not Kind.COUNT)


def test_somebody_in_two_programmes_is_one_person_and_in_both_roles_one_in_each() -> None:
    history = History(
        stays=(stay("p"), stay("p", programme="b"), stay("p", Role.MENTOR), stay("q", Role.MENTOR)),
    )
    found = measure(history, YEAR)
    assert [found[each].numerator for each in ("mentees", "mentors", "both_roles")] == [1, 2, 1]


def test_who_left_is_not_there_on_the_day_but_was_in_the_period() -> None:
    history = History(
        stays=(stay("p", left=D(2026, 12, 31)), stay("q", left=D(2027, 1, 1)), stay("r", since=D(2027, 1, 5)))
    )
    found = measure(history, YEAR)
    assert (found["mentees"].numerator, found["mentees_period"].numerator) == (1, 2)
    before = measure(history, Window(since=YEAR.since, on=D(2026, 12, 30)))
    assert before["mentees"].numerator == 2


def test_age_is_that_of_the_reporting_day() -> None:
    births = {"p": D(2016, 12, 31), "q": D(2017, 1, 1), "r": D(2006, 12, 31), "s": D(2007, 1, 1), "t": None}
    history = History(births=births, stays=tuple(stay(each) for each in births))
    assert measure(history, YEAR, {"children": 8})["children_share"] == Figure(2, 8)  # ten today, nineteen still
    assert ages_unknown(history, YEAR) == 1
    assert measure(history, YEAR)["children_share"].value(Kind.SHARE) is None  # nobody told what to divide by


def test_a_pair_is_at_work_until_its_end_whatever_is_known_now() -> None:
    history = History(
        stays=(stay("p"), stay("q"), stay("r")),
        pairings=(
            pairing("n1", finished=D(2027, 5, 20)),
            pairing("n2", mentees=("q",), ended=D(2026, 11, 1)),
            pairing("n3", mentees=("r",), ended=D(2026, 10, 1), replaced=True),
            pairing("n4", mentees=("r",), starts=D(2026, 10, 1), finished=D(2026, 12, 20)),
        ),
    )
    found = measure(history, YEAR)
    counts = {each: found[each].numerator for each in ("pairs", "pairs_started", "pairs_finished", "unpaired")}
    assert counts == {"pairs": 1, "pairs_started": 4, "pairs_finished": 1, "unpaired": 1}
    assert found["completion"] == Figure(1, 2)  # the replaced one goes on: it is no broken one


def test_meetings_of_pairs_and_trainings_are_counted_apart() -> None:
    contacts = tuple(Contact(programme="a", kind="series", on=D(2026, 10, day), pair="n1") for day in (1, 8, 15))
    contacts += (
        Contact(programme="a", kind="training", on=D(2026, 10, 2)),
        Contact(programme="a", kind="final_event", on=D(2026, 10, 3)),
    )
    contacts += (Contact(programme="a", kind="series", on=D(2027, 1, 2), pair="n1"),)
    found = measure(History(pairings=(pairing(), pairing("n2")), contacts=contacts), YEAR)
    assert (found["meetings"].numerator, found["trainings"].numerator) == (3, 1)
    assert found["meetings_per_pair"] == Figure(3, 2)


def test_tasks_by_the_dates_and_states_of_the_day() -> None:
    tasks = (
        Task(programme="a", due=D(2026, 10, 1), states=((D(2026, 9, 30), "done"),)),
        Task(programme="a", due=D(2026, 10, 1), states=((D(2026, 10, 2), "done"),)),
        Task(
            programme="a",
            due=D(2026, 10, 1),
            states=((D(2026, 9, 1), "done"), (D(2026, 9, 5), "open"), (D(2027, 1, 9), "done")),
        ),
        Task(programme="a", due=D(2026, 10, 1), states=((D(2026, 9, 1), "waived"),)),
        Task(programme="a", due=D(2027, 2, 1), moved=((D(2027, 1, 15), D(2026, 11, 1)),)),
        Task(programme="a", due=D(2026, 12, 31)),
    )
    found = measure(History(tasks=tasks), YEAR)
    assert (found["tasks_done"], found["tasks_in_time"]) == (Figure(2, 5), Figure(1, 5))
    assert found["tasks_late"].numerator == 2  # the last one is due today


def test_answers_once_for_each_person_and_the_first_before_counts() -> None:
    def said(person: str, moment: str, on: D, mark: float) -> Opinion:
        return Opinion(person=person, programme="a", moment=moment, on=on, mark=mark)

    history = History(
        stays=(stay("p"), stay("q"), stay("m", Role.MENTOR)),
        opinions=(
            said("p", "satisfaction", D(2026, 11, 1), 3.0),
            said("p", "satisfaction", D(2026, 12, 1), 8.0),
            said("q", "satisfaction", D(2026, 12, 1), 6.9),
            said("m", "satisfaction", D(2026, 12, 1), 7.0),
            said("p", "before", D(2026, 9, 1), 5.0),
            said("p", "before", D(2026, 9, 20), 1.0),
            said("p", "after", D(2026, 12, 1), 7.0),
            said("q", "before", D(2026, 9, 1), 6.0),
            said("q", "after", D(2027, 1, 1), 9.0),
        ),
    )
    found = measure(history, YEAR)
    assert (found["satisfied_mentees"], found["satisfied_mentors"]) == (Figure(1, 2), Figure(1, 1))
    assert (found["improved"], found["growth"]) == (Figure(1, 1), Figure(2.0, 1))


def test_before_and_after_of_the_same_form_are_compared_and_each_person_counts_once() -> None:
    def said(person: str, form: str, moment: str, day: int, mark: float) -> Opinion:
        return Opinion(person=person, programme="a", form=form, moment=moment, on=D(2026, 11, day), mark=mark)

    history = History(
        opinions=(
            said("p", "one", "before", 1, 4.0),
            said("p", "one", "after", 20, 8.0),
            said("p", "other", "before", 1, 6.0),
            said("p", "other", "after", 20, 4.0),
            said("q", "one", "before", 1, 4.0),
            said("q", "other", "after", 20, 9.0),
        )
    )
    found = measure(history, YEAR)
    assert (found["improved"], found["growth"]) == (Figure(1, 1), Figure(1.0, 1))


def test_surveys_that_ended_in_the_period() -> None:
    polls = (
        Poll(programme="a", over=D(2026, 10, 1), asked=10, answered=8, recommended=6, told=8),
        Poll(programme="a", over=D(2026, 12, 31), asked=4, answered=3),
        Poll(programme="a", over=D(2027, 1, 1), asked=9, answered=9, recommended=1, told=9),
    )
    found = measure(History(polls=polls), YEAR)
    assert (found["survey_response"], found["recommended"]) == (Figure(11, 14), Figure(6, 8))


def test_a_programme_that_goes_on_is_in_the_middle_of_its_cycle() -> None:
    going = Course(key="a", starts=D(2026, 5, 1), planned_end=D(2027, 6, 30))
    over = Course(key="b", starts=D(2025, 5, 1), planned_end=D(2026, 6, 30), ended=D(2026, 6, 1))
    assert mid_cycle(History(courses=(going, over)), YEAR) == 1
    assert mid_cycle(History(courses=(going, over)), Window(since=D(2027, 1, 1), on=D(2027, 6, 30))) == 0


days = st.dates(D(2025, 6, 1), D(2027, 6, 1))


@st.composite
def lives(draw: st.DrawFn) -> History:
    stays = []
    for person in draw(st.lists(st.sampled_from("pqrs"), max_size=8)):
        since = draw(days)
        stayed = draw(st.none() | st.integers(0, 700))
        left = None if stayed is None else since + dt.timedelta(days=stayed)
        stays.append(stay(person, draw(st.sampled_from(Role)), draw(st.sampled_from("ab")), since, left=left))
    return History(stays=tuple(stays))


@given(lives(), days)
def test_what_happens_later_never_changes_the_figures_of_a_day(history: History, later: D) -> None:
    on = D(2026, 6, 30)
    window = Window(since=D(2026, 1, 1), on=on)
    after = max(later, on + dt.timedelta(days=1))
    changed = History(
        stays=(
            *(Stay(**{**_fields(each), "left": each.left or after}) for each in history.stays),
            stay("z", since=after),
        )
    )
    assert measure(changed, window) == measure(history, window)


def _fields(each: Stay) -> dict[str, object]:
    return {name: getattr(each, name) for name in Stay.__slots__}
