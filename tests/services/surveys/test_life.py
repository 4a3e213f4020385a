"""Surveys from their beginning to their end, and whom they ask."""

import datetime as dt

from tests.services.surveys.conftest import CURATOR, KEY, MENTORS, OPINION, PUPILS, School
from vekha.domain.access import Actor, Grant
from vekha.domain.people import Introduce, Role, Standing
from vekha.services.mentoring import erasure, people
from vekha.services.surveys import asking, life, results, sheet
from vekha.services.surveys.audience import Candidate
from vekha.services.surveys.life import SurveyData
from vekha.storage.tables import Participation, Survey, SurveyAsked

DIRECTOR = Actor(name="Директор", grants=(Grant(role="director", institution="school-12"),))


def candidates(school: School, number: int) -> dict[str, Candidate]:
    with school.app.work(CURATOR, writes=False) as work:
        return {each.code: each for each in asking.candidates(work, life.known(work, KEY, number))}


def test_everything_wrong_with_a_new_survey_is_told_at_once(school: School) -> None:
    wrong = SurveyData(
        form="before_after", audiences=["employer"], opens=dt.date(2026, 5, 20), closes=dt.date(2026, 5, 1)
    )
    assert school.refused(life.create, KEY, wrong) == [
        "survey.ends_before_start",
        "survey.over_already",
        "survey.unknown_audience",
        "survey.moment_needed",
    ]
    assert school.refused(life.create, KEY, SurveyData(form="feedback", moment="soon")) == ["survey.unknown_moment"]
    twice = SurveyData(form="programme_opinion", moment="after")
    assert school.refused(life.create, KEY, twice) == ["survey.nobody_to_compare"]
    assert school.refused(life.create, KEY, SurveyData(form="swot")) == ["survey.not_a_survey"]
    assert school.refused(life.create, KEY, SurveyData(form="made_up")) == ["form.unknown"]
    assert school.rows(Survey) == []


def test_the_same_people_are_not_asked_the_same_thing_twice_at_a_time(school: School) -> None:
    first = school.create("feedback", audiences=["mentor"])
    assert school.refused(life.create, KEY, SurveyData(form="feedback")) == ["survey.going_on"]
    school.create("feedback", audiences=["mentee"])
    school.does(life.close, KEY, first)
    school.create("feedback", audiences=["mentor"])


def test_who_is_asked_and_for_whom_a_guardian_answers(school: School) -> None:
    found = candidates(school, school.create("feedback"))
    assert len(found) == PUPILS + MENTORS
    small, big, nobody, unasked = (found[code] for code in ("p1", "p5", "p3", "p4"))
    assert (small.name, small.about, small.email) == (
        "Родитель1 Мария Петровна",
        "Учеников\N{CYRILLIC SMALL LETTER A} Илья Сергеевич",
        "g1@example.org",
    )
    assert (big.name, big.about, big.email) == ("Учениковд Илья Сергеевич", "", "p5@example.org")
    assert (nobody.email, unasked.consent) == ("g3@example.org", False)
    opinion = candidates(school, school.create())
    assert {each.audience.value for each in opinion.values()} == {"mentee", "mentor", "guardian", "teacher"}


def test_both_roles_are_asked_once(school: School) -> None:
    with school.app.work() as work:
        people.carry_out(
            work, KEY, [Introduce(name="Учениковд Илья Сергеевич", role=Role.MENTOR, birth_date=dt.date(2010, 2, 5))]
        )
    found = candidates(school, school.create("feedback"))
    assert (len(found), found["p5"].audience.value) == (PUPILS + MENTORS, "mentee")


def test_slips_and_refusals_of_asking(school: School) -> None:
    named, opinion = school.create("feedback"), school.create(audiences=["mentee"])
    assert school.refused(asking.slips, KEY, named, "mentee", 3) == ["survey.slips_are_anonymous"]
    assert school.refused(asking.slips, KEY, opinion, "mentor", 3) == ["survey.unknown_audience"]
    assert school.refused(asking.slips, KEY, opinion, "mentee", 0) == ["survey.too_many_slips"]
    assert school.refused(asking.invite, KEY, named, []) == ["survey.nobody"]
    nobody = Candidate(candidates(school, named)["p5"].audience, "p5", "Кто-то")
    assert school.refused(asking.send, KEY, named, [nobody]) == ["survey.no_addresses"]
    with school.app.work(CURATOR, writes=False) as work:
        survey = life.known(work, KEY, named)
    assert school.refused(asking.chosen, survey, ["p4", "p99"]) == ["survey.no_consent", "survey.unknown_person"]
    school.does(life.cancel, KEY, opinion)
    assert school.refused(asking.slips, KEY, opinion, "mentee", 3) == ["survey.cancelled"]


def test_a_survey_ends_on_the_round_and_only_a_signed_one_goes_on(school: School) -> None:
    named, opinion = school.create("feedback"), school.create()
    token = school.invite(named, ["p5"])["p5"]
    school.clock.to(dt.date(2026, 5, 18))
    assert school.does(life.close_due) == 0
    school.clock.to(dt.date(2026, 5, 19))
    assert (school.does(life.close_due), school.does(life.close_due)) == (2, 0)
    assert school.refused(life.lasts_until, KEY, opinion, dt.date(2026, 5, 30)) == ["survey.anonymous_over"]
    assert school.refused(life.close, KEY, named) == ["survey.over"]
    school.does(life.lasts_until, KEY, named, dt.date(2026, 5, 30))
    school.answer(token, {"comfort": 8, "progress": 7})
    assert school.refused(life.cancel, KEY, named) == ["survey.has_answers"]


def test_figures_of_a_named_survey_are_all_shown_but_on_paper(school: School) -> None:
    number = school.create("feedback")
    for token in school.invite(number, ["p5", "p6", "p13"]).values():
        school.answer(token, {"comfort": 8, "progress": 6, "difficulties": "Мало времени"})
    comfort, *_ = school.does(results.results, KEY, number).tallies
    assert (comfort.whole.mean, comfort.groups["mentor"].n) == (8.0, 1)
    school.does(life.close, KEY, number)
    [paper] = school.does(results.finished, KEY)
    assert (paper.few, paper.tallies, paper.total.answered) == (True, (), 3)


def test_the_curator_never_sees_who_has_answered_without_a_name(school: School) -> None:
    number = school.create()
    links = school.invite(number)
    school.answer(links["p5"], OPINION)
    shown = school.does(sheet.sheet, KEY, number)
    assert {each.state for each in shown.lines} == {"asked", "no_consent"}
    assert (shown.results.secret, shown.results.total.answered) == (True, 1)


def test_erasure_takes_the_name_from_the_list_and_leaves_the_count(school: School) -> None:
    number = school.create("feedback")
    school.answer(school.invite(number, ["p5"])["p5"], {"comfort": 8, "progress": 6})
    with school.app.work() as work:
        row = work.session.get_one(Participation, (KEY, "p5", Role.MENTEE))
        row.standing = Standing.WITHDRAWN
        work.session.add(row)
    with school.app.work(DIRECTOR) as work:
        erasure.erase(work, KEY, "p5", "по заявлению")
    [asked] = school.rows(SurveyAsked)
    assert (asked.name, asked.email, asked.answered, asked.revoked) == (None, None, True, True)
    assert school.does(results.results, KEY, number).total.answered == 1
