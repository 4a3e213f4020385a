"""What answers of surveys become: figures, SWOT, the reports of the institution and of the region; nothing of a few."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from tests.services.surveys.conftest import CURATOR, KEY, OPINION, TODAY, School
from vekha.domain.access import Actor, Grant
from vekha.domain.people import Purpose, WithdrawConsent
from vekha.domain.reporting.collection import Terms
from vekha.domain.reporting.indicators import Figure
from vekha.domain.reporting.swot import Quarter
from vekha.services.mentoring import merging, people
from vekha.services.reporting import collecting, monitoring_report, region_report
from vekha.services.reporting.monitoring_report import Monitoring
from vekha.services.surveys import life

OPERATOR = Actor(name="Оператор", grants=(Grant(role="operator", region="02"),))
AFTER = TODAY + dt.timedelta(days=40)


def monitoring(school: School) -> Monitoring:
    with school.app.work(CURATOR, writes=False) as work:
        return monitoring_report.monitoring(work, KEY)


def figure(found: Monitoring, code: str) -> Any:
    return next(each for each in found.figures if each.indicator.code == code)


def ask(school: School, number: int, answers: Mapping[str, Mapping[str, Any]]) -> None:
    links = school.invite(number, list(answers))
    for person, data in answers.items():
        school.answer(links[person], data)


def opinions(count: int, **said: Any) -> dict[str, dict[str, Any]]:
    return {f"p{number}": {**OPINION, **said} for number in range(5, 5 + count)}


@pytest.mark.parametrize("count", [4, 5])
def test_an_anonymous_opinion_enters_everything_when_five_have_given_it(any_school: School, count: int) -> None:
    number = any_school.create()
    ask(any_school, number, opinions(count, keep="Встречи раз в неделю", change="Переносы", organisation=10, safety=3))
    assert figure(monitoring(any_school), "recommended").figure.denominator == 0  # while it goes on nothing is told
    any_school.does(life.close, KEY, number)
    found = monitoring(any_school)
    told = count == 5
    assert figure(found, "survey_response").figure == Figure(count, count)
    assert figure(found, "recommended").figure == (Figure(5, 5) if told else Figure(0, 0))
    strong, weak = (
        [each.words for each in found.swot.points[quarter] if each.source != "figures"]
        for quarter in (Quarter.STRENGTHS, Quarter.WEAKNESSES)
    )
    marked = "«Насколько хорошо она организована» – 10,0 из 10"
    assert strong == (["Встречи раз в неделю", f"Высоко оценено: {marked}",
                       "Высоко оценено: «Насколько легко получить помощь, когда она нужна» – 9,0 из 10"]
                      if told else [])  # fmt: skip
    assert weak == (
        ["Переносы", "Низко оценено: «Насколько свободно можно говорить о трудностях» – 3,0 из 10"] if told else []
    )
    [survey] = found.surveys
    assert (survey.withheld, bool(survey.questions)) == (not told, told)
    with any_school.app.work(CURATOR, writes=False) as work:
        paper = monitoring_report.pdf(work, found)
    assert paper.startswith(b"%PDF-")


@pytest.mark.parametrize("form", ["before_after", "feedback"])
def test_marks_of_surveys_before_and_after_are_the_effect(any_school: School, form: str) -> None:
    """A form that asks for the moment, and one that is sent before and after: `effects` and the figures agree."""
    scales: tuple[str, ...] = (
        ("usefulness", "comfort", "support") if form == "before_after" else ("comfort", "progress")
    )
    people = [f"p{number}" for number in range(5, 10)]
    before = any_school.create(form, moment="before", closes=TODAY + dt.timedelta(days=3))
    ask(any_school, before, {each: dict.fromkeys(scales, 4) for each in people})
    any_school.clock.to(AFTER)
    after = any_school.create(form, moment="after", opens=AFTER, closes=AFTER)
    marks: dict[str, Any] = {each: dict.fromkeys(scales, 3 if each == "p5" else 8) for each in people}
    ask(any_school, after, marks)
    found = monitoring(any_school)
    assert (figure(found, "improved").figure, figure(found, "growth").figure) == (Figure(4, 5), Figure(15.0, 5))
    [effect] = found.effects
    assert (effect.n, {each.better for each in effect.changes}, effect.withheld) == (5, {4}, False)


def test_the_first_before_counts_in_the_table_as_in_the_figures(school: School) -> None:
    """A second measurement before the work does not lower the first one."""
    for mark in (6, 1):
        number = school.create("feedback", moment="before")
        ask(school, number, {f"p{each}": {"comfort": mark, "progress": mark} for each in range(5, 10)})
        school.does(life.close, KEY, number)
    school.clock.to(AFTER)
    number = school.create("feedback", moment="after", opens=AFTER, closes=AFTER)
    ask(school, number, {f"p{each}": {"comfort": 6, "progress": 6} for each in range(5, 10)})
    found = monitoring(school)
    assert figure(found, "improved").figure == Figure(0, 5)
    assert [(each.before, each.after) for each in found.effects[0].changes] == [(6.0, 6.0), (6.0, 6.0)]


def test_the_region_sees_answers_of_five_and_none_of_four(any_school: School) -> None:
    for count in (4, 5):
        number = any_school.create()
        ask(any_school, number, opinions(count))
        any_school.does(life.close, KEY, number)
    any_school.clock.to(AFTER)
    terms = Terms(title="Сбор", since=TODAY, on=AFTER, opens=AFTER, closes=AFTER, plan={})
    with any_school.app.work(OPERATOR) as work:
        collecting.create(work, "c", "02", terms)
        collecting.count(work, "c", ["school-12"])
        found = {each.indicator.code: each for each in region_report.report(work, "c").summary}
    assert found["recommended"].figure == Figure(5, 5)  # the four are not even within the sum
    assert found["survey_response"].figure == Figure(9, 9)


def test_whoever_left_stays_gone_under_the_code_of_another_entry(any_school: School) -> None:
    """The journal of changes keeps the code of the entry given up; figures of past days do not change by a merge."""
    any_school.clock.to(AFTER)
    command = WithdrawConsent(subject="p6", purpose=Purpose.PROCESSING, on=AFTER)
    any_school.does(people.carry_out, KEY, [command])
    before = figure(monitoring(any_school), "mentees_period").figure
    any_school.does(merging.merge, KEY, "p4", "p6")  # the one in no register becomes the one who left
    assert figure(monitoring(any_school), "mentees_period").figure == before
