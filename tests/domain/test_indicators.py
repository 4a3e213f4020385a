"""Counts for the reports: each person once, shares of those who answered, lateness by the due date."""

from datetime import date
from typing import Any

from tests.domain.small import people, person
from vekha.domain.indicators import Measures, ReportFacts, measure
from vekha.domain.people import PairFact, People, Role, Standing

TODAY = date(2027, 5, 31)


def measured(known: People | None = None, activities: Any = (), **answers: Any) -> Measures:
    return measure(ReportFacts(people=known or People(), today=TODAY, activities=activities, answers=answers))


def test_nothing_yet() -> None:
    assert measured() == Measures(
        mentees=0, mentors=0, pairs=0, pairs_completed=0, unpaired=0, meetings=0, trainings=0, employers=0,
        activities=0, activities_done=0, activities_late=0, satisfied_mentees=None, satisfied_mentors=None,
    )  # fmt: skip


def test_people_pairs_and_meetings() -> None:
    known = people(
        person("p1", Role.MENTOR),
        person("p2", Role.MENTEE),
        person("p3", Role.MENTEE),
        person("p4", Role.MENTEE, Standing.CANDIDATE),
        pairs=[
            PairFact(code="n1", mentors=("p1",), mentees=("p2",), meetings={"trial": 1, "final": 1}),
            PairFact(code="n2", mentors=("p1",), mentees=("p2",), meetings={"trial": 2}),
            PairFact(code="n3", mentors=("p1",), mentees=("p2",), active=False),
        ],
        events={"training": 4, "seminar": 1},
        employers={"e1": "ООО «Река»", "e2": "ООО «Лес»"},
    )
    found = measured(known)
    assert (found.mentors, found.mentees, found.unpaired) == (1, 2, 1)
    assert (found.pairs, found.pairs_completed, found.meetings, found.trainings, found.employers) == (3, 1, 4, 4, 2)


def test_late_is_what_was_done_or_is_still_open_after_its_due_date() -> None:
    due = date(2027, 5, 30)
    found = measured(
        activities=[
            ("done", due, due),
            ("done", due, date(2027, 5, 31)),
            ("open", due, None),
            ("open", TODAY, None),
            ("planned", date(2027, 4, 1), None),
            ("waived", date(2027, 4, 1), TODAY),
        ]
    )
    assert (found.activities, found.activities_done, found.activities_late) == (6, 2, 3)


def test_satisfaction_is_the_share_of_respondents_by_their_last_answer() -> None:
    known = people(*(person(f"p{number}", Role.MENTEE) for number in range(2, 7)), person("p1", Role.MENTOR))
    good, bad = dict.fromkeys(("effectiveness", "comfort", "usefulness"), 7), {"effectiveness": 7, "comfort": 6}
    answers = [
        {"respondent": "p2", "effectiveness": 1, "comfort": 1, "usefulness": 1},
        *({"respondent": f"p{number}", **good} for number in (2, 3, 4)),
        *({"respondent": f"p{number}", **bad, "usefulness": None} for number in (5, 6)),
        {"respondent": "p9", "effectiveness": 10},
        {"effectiveness": 10},
    ]
    found = measured(known, satisfaction=answers)
    assert (found.satisfied_mentees, found.satisfied_mentors) == (60.0, None)
    assert (found.few_mentees, found.few_mentors) == (False, False)


def test_of_fewer_than_five_no_share_is_told() -> None:
    known = people(*(person(f"p{number}", Role.MENTOR) for number in range(1, 5)))
    answers = [{"respondent": f"p{number}", "effectiveness": 9} for number in range(1, 5)]
    found = measured(known, satisfaction=answers)
    assert (found.satisfied_mentors, found.few_mentors, found.few_mentees) == (None, True, False)


def test_before_and_after_are_two_measurements() -> None:
    answers = [
        {"moment": "до", "usefulness": 4, "comfort": 5, "support": 6},
        {"moment": "До начала", "usefulness": 5, "comfort": None},
        {"moment": "после", "usefulness": 9},
        {"moment": "когда-то", "usefulness": 1},
    ]
    found = measured(before_after=answers)
    assert found.before == {"Польза": 4.5, "Комфорт": 5.0, "Поддержка": 6.0}
    assert found.after == {"Польза": 9.0}
