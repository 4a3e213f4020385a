"""Counting answers, comparing before with after, and the days of a survey."""

import datetime as dt
from dataclasses import replace

import pytest

from vekha.domain.errors import VekhaError, refuse
from vekha.domain.surveys import (
    Answer,
    Effect,
    Figures,
    Kind,
    Question,
    SurveyState,
    date_problems,
    paired,
    state_of,
    tally,
)

DAY = dt.date(2026, 5, 4)
COMFORT = Question(name="comfort", title="Комфорт", kind=Kind.SCALE, options=tuple("12345"))
GO_ON = Question(name="go_on", title="Хочу продолжать", kind=Kind.YES_NO, options=("да", "нет"))
AREAS = Question(name="areas", title="Области", kind=Kind.CHOICES, options=("игры", "учёба"))
HOURS = Question(name="hours", title="Часов", kind=Kind.NUMBER)
WORDS = Question(name="words", title="Что ценно", kind=Kind.TEXT)
SAID = [
    Answer("mentee", {"comfort": 5, "go_on": True, "areas": ["игры", "учёба"], "hours": 2, "words": "Яркие встречи"}),
    Answer("mentee", {"comfort": 3, "go_on": False, "areas": ["учёба"], "hours": None, "words": ""}),
    Answer("mentor", {"comfort": 4, "go_on": None, "areas": [], "hours": 5, "words": "Беседы"}),
]


def test_every_kind_of_question_is_counted_in_its_own_way() -> None:
    found = {each.question.name: each.whole for each in tally([COMFORT, GO_ON, AREAS, HOURS, WORDS], SAID, least=1)}
    assert found == {
        "comfort": Figures(n=3, counts=(("1", 0), ("2", 0), ("3", 1), ("4", 1), ("5", 1)), mean=4.0),
        "go_on": Figures(n=2, counts=(("да", 1), ("нет", 1))),
        "areas": Figures(n=2, counts=(("игры", 1), ("учёба", 2))),
        "hours": Figures(n=2, mean=3.5),
        "words": Figures(n=2, texts=("Беседы", "Яркие встречи")),  # by the alphabet, not as they came
    }


def test_groups_are_shown_where_there_are_several_and_never_for_words() -> None:
    comfort, words = tally([COMFORT, WORDS], SAID, least=1)
    assert {group: figures and figures.mean for group, figures in comfort.groups.items()} == {
        "mentee": 4.0,
        "mentor": 4.0,
    }
    assert words.groups == {}
    [alone] = tally([COMFORT], SAID[:2], least=1)
    assert alone.groups == {}


def test_few_answers_are_withheld_question_by_question() -> None:
    six = [*SAID, *SAID]
    found = {each.question.name: each.whole for each in tally([COMFORT, HOURS], six)}
    assert (found["comfort"] is None, found["hours"] is None) == (False, True)


def test_a_word_that_the_form_no_longer_offers_is_still_counted() -> None:
    [found] = tally([replace(GO_ON, options=("да",))], SAID, least=1)
    assert found.whole is not None
    assert found.whole.counts == (("да", 1), ("нет", 1))


def test_only_those_measured_twice_are_compared() -> None:
    before = {"p1": {"comfort": 2}, "p2": {"comfort": 4}, "p3": {"comfort": 5}, "p4": {"comfort": 1}}
    after = {"p2": {"comfort": 5}, "p3": {"comfort": 3}, "p4": {"comfort": 1}, "p5": {"comfort": 5}, "p6": {}}
    effect = paired([COMFORT, GO_ON, WORDS], before, after)
    [change] = effect.changes
    assert (effect.n, effect.only_before, effect.only_after) == (3, 1, 2)
    assert (change.n, change.before, change.after) == (3, 10 / 3, 3.0)
    assert (change.better, change.same, change.worse) == (1, 1, 1)


def test_a_question_left_out_once_compares_nobody() -> None:
    assert paired([COMFORT], {"p1": {"comfort": 2}}, {"p1": {}}) == Effect(n=1, only_before=0, only_after=0, changes=())


@pytest.mark.parametrize(
    ("days", "changed", "state"),
    [
        (-1, {}, SurveyState.PLANNED),
        (0, {}, SurveyState.OPEN),
        (14, {}, SurveyState.OPEN),
        (15, {}, SurveyState.CLOSED),
        (3, {"closed_on": DAY}, SurveyState.CLOSED),
        (3, {"closed_on": DAY, "cancelled_on": DAY}, SurveyState.CANCELLED),
    ],
)
def test_both_days_belong_to_a_survey(days: int, changed: dict[str, dt.date], state: SurveyState) -> None:
    dates = {"opens": DAY, "closes": DAY + dt.timedelta(days=14), "closed_on": None, "cancelled_on": None, **changed}
    assert state_of(DAY + dt.timedelta(days=days), **dates) is state  # type: ignore[arg-type]


def test_everything_wrong_with_the_days_is_told_at_once() -> None:
    with pytest.raises(VekhaError) as caught:
        refuse(date_problems(DAY, DAY - dt.timedelta(days=1), DAY - dt.timedelta(days=3)))
    assert [each.code for each in caught.value.problems] == ["survey.ends_before_start", "survey.over_already"]
    [long] = date_problems(DAY, DAY, DAY + dt.timedelta(days=400))
    assert long.code == "survey.too_long"
