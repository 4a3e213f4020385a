"""Who is told what of named answers: whoever works with the people reads them, nobody else can work them out."""

import datetime as dt

import pytest

from tests.services.surveys.conftest import CURATOR, KEY, TODAY, School
from vekha.domain.access import Actor, Grant
from vekha.domain.reporting.indicators import Figure
from vekha.domain.reporting.swot import Quarter, Silence
from vekha.services.process import forms
from vekha.services.reporting import monitoring_report, swots
from vekha.services.reporting.monitoring_report import Monitoring
from vekha.services.surveys import life, results, sheet, workbook
from vekha.services.surveys.results import Results

WATCHER = Actor(name="Муниципалитет", grants=(Grant(role="municipal_curator"),))
SAID = {"comfort": 8, "progress": 6, "difficulties": "Мало времени"}
PLEASED = {"role": "наставляемый", "effectiveness": 9, "comfort": 9, "usefulness": 9, "go_on": True}
DAY = dt.timedelta(days=1)


def seen(school: School, number: int, who: Actor = WATCHER, least: int | None = None) -> Results:
    with school.app.work(who, writes=False) as work:
        return results.results(work, KEY, number, least=least)


def answered(school: School, number: int, people: list[str]) -> None:
    for token in school.invite(number, people).values():
        school.answer(token, SAID)


def monitoring(school: School, who: Actor, on: dt.date | None = None, since: dt.date | None = None) -> Monitoring:
    with school.app.work(who, writes=False) as work:
        return monitoring_report.monitoring(work, KEY, on, since)


def figure(found: Monitoring, code: str) -> Figure | None:
    return next((each.figure for each in found.figures if each.indicator.code == code), None)


def test_a_watcher_sees_nothing_of_named_answers_before_the_end_and_of_a_few(school: School) -> None:
    number = school.create("feedback")
    answered(school, number, ["p5", "p6"])
    assert [bool(seen(school, number, who).tallies) for who in (CURATOR, WATCHER)] == [True, False]
    assert workbook.note_of(seen(school, number)).startswith("Итоги появятся после окончания опроса")
    school.does(life.close, KEY, number)
    found = seen(school, number)
    assert (found.few, found.tallies) == (True, ())
    assert [len([*each.rows]) for each in workbook.tables(found)] == [4]  # how it went, and why there is no more


@pytest.mark.parametrize("late", [1, 5])
def test_what_came_after_a_survey_was_opened_again_is_told_when_it_is_not_of_a_few(
    any_school: School, late: int
) -> None:
    """On paper, to other systems and to watchers; a survey that ran out before the round has closed it is over too."""
    number = any_school.create("feedback", closes=TODAY)
    answered(any_school, number, ["p5", "p6", "p7", "p13", "p14"])
    any_school.clock.to(TODAY + DAY)
    assert len(seen(any_school, number).tallies[0].groups) == 2
    any_school.does(life.lasts_until, KEY, number, TODAY + 3 * DAY)
    any_school.clock.to(TODAY + 2 * DAY)
    answered(any_school, number, ["p8", "p9", "p10", "p11", "p15"][:late])
    any_school.does(life.close, KEY, number)
    told = 5 if late == 1 else 10
    watched = seen(any_school, number)
    [paper] = any_school.does(results.finished, KEY)
    for found in (watched, paper, seen(any_school, number, CURATOR, least=5)):
        assert found.total.answered == 5 + late
        assert [each.whole.n for each in found.tallies if each.whole] == [told, told, told, 0]  # the last one is empty
        assert found.waiting == 5 + late - told
        assert not any(each.groups for each in found.tallies) or told == 5
    assert seen(any_school, number, CURATOR).tallies[0].whole.n == 5 + late  # type: ignore[union-attr]
    assert workbook.note_of(watched).startswith("Ответы, которые пришли после") is (late == 1)


def test_before_and_after_is_for_those_who_read_the_answers(school: School) -> None:
    number = school.create("feedback", moment="before")
    answered(school, number, ["p5", "p6", "p7", "p8", "p9"])
    school.does(life.close, KEY, number)
    shown = []
    for who in (CURATOR, WATCHER):
        with school.app.work(who, writes=False) as work:
            shown.append((len(sheet.overview(work, KEY).effects), len(monitoring_report.monitoring(work, KEY).effects)))
    assert shown == [(1, 1), (0, 0)]


def test_two_days_of_monitoring_do_not_tell_a_watcher_one_answer(any_school: School) -> None:
    """Five are pleased on one day, one more on the next: the curator sees six, a watcher five until four more come."""
    for days, people in ((0, range(5, 10)), (1, [10]), (2, [1, 2, 3, 11])):
        any_school.clock.to(TODAY + days * DAY)
        for number in people:
            any_school.does(forms.submit, KEY, "satisfaction", {**PLEASED, "respondent": f"p{number}"})
    on = [TODAY + days * DAY for days in range(3)]
    told = [
        [(each := figure(monitoring(any_school, who, day), "satisfied_mentees")) and each.denominator for day in on]
        for who in (CURATOR, WATCHER)
    ]
    assert told == [[5, 6, 10], [5, 5, 10]]
    later = monitoring(any_school, WATCHER, since=TODAY + DAY)
    assert [figure(later, code) is None for code in ("satisfied_mentees", "improved", "recommended")] == [
        True,
        True,
        False,
    ]
    assert figure(monitoring(any_school, CURATOR, since=TODAY + DAY), "satisfied_mentees") == Figure(5, 5)


def test_what_answers_make_of_the_swot_is_seen_when_the_curator_has_saved_it(school: School) -> None:
    for number in range(5, 10):
        said = {**PLEASED, "respondent": f"p{number}", "valued": "Беседы"}
        school.does(forms.submit, KEY, "satisfaction", said)
    assert monitoring(school, CURATOR).swot.texts[Quarter.STRENGTHS].startswith("Беседы")
    hushed = monitoring(school, WATCHER).swot
    assert (hushed.reads, set(hushed.texts.values())) == (False, {""})
    school.does(swots.save, KEY, {each.value: f"Сказано: {each.value}" for each in Quarter}, 0)
    assert monitoring(school, WATCHER).swot.texts[Quarter.STRENGTHS] == "Сказано: strengths"


def test_the_curators_own_marks_stand_in_while_participants_are_few(school: School) -> None:
    assert monitoring(school, CURATOR).swot.silence is Silence.NOBODY
    report = {
        "pairs_started": 1,
        "pairs_ended": 1,
        "meetings": 3,
        **dict.fromkeys(
            ("goals_met", "principles", "technologies", "climate", "logic", "satisfaction", "partners", "engagement"), 1
        ),
        "application": 2,
        "partners": 0,
    }
    school.does(forms.submit, KEY, "curator_report", report)
    school.does(forms.submit, KEY, "satisfaction", {**PLEASED, "respondent": "p5", "valued": "Беседы"})
    found = monitoring(school, CURATOR).swot
    assert found.silence is Silence.FEW
    strong, weak = (
        [each.words for each in found.points[quarter] if each.source == "curator_report"]
        for quarter in (Quarter.STRENGTHS, Quarter.WEAKNESSES)
    )
    assert strong == ["По оценке куратора, удалось: «Наставляемые применяют новые знания и опыт»"]
    assert weak == ["По оценке куратора, пока не удалось: «Партнёры довольны программой»"]
    assert "Беседы" not in str(found.points)
    for number in range(6, 10):
        school.does(forms.submit, KEY, "satisfaction", {**PLEASED, "respondent": f"p{number}", "valued": "Беседы"})
    heard = monitoring(school, CURATOR).swot
    assert heard.silence is None
    assert "curator_report" not in {each.source for each in heard.points[Quarter.STRENGTHS]}
