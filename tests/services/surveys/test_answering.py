"""Handing in: once, by whoever was asked, in time; what a name stands beside and what it does not."""

import datetime as dt

import pytest

from tests.services.surveys.conftest import CURATOR, KEY, NOBODY, OPINION, PUPILS, School
from vekha.services.surveys import answering, asking, life
from vekha.storage.tables import Audit, Outbox, Submission, SurveyAnswer, SurveyAsked, SurveyToken

AFTER = {"moment": "после", "usefulness": 9, "comfort": 8, "support": 9}
BEFORE = {"usefulness": 7, "comfort": 6, "support": 6}


def test_a_named_answer_is_a_submission_of_the_activity_that_collects_it(any_school: School) -> None:
    number = any_school.create("before_after", moment="before")
    links = any_school.invite(number, ["p5"])
    any_school.answer(
        links["p5"], {**BEFORE, "moment": "после", "respondent": "p6"}
    )  # neither is the asked one's to say
    [row] = any_school.rows(Submission)
    assert (row.subject, row.data["moment"], row.form, row.stage) == ("p5", "до", "before_after", "mentees")
    assert row.who == "Учениковд Илья Сергеевич (по личной ссылке)"
    [asked] = any_school.rows(SurveyAsked)
    assert (asked.answered, asked.submission) == (True, row.id)


def test_a_link_takes_one_answer_whatever_tab_or_letter_it_comes_from(any_school: School) -> None:
    number = any_school.create()
    first = any_school.invite(number, ["p5"])["p5"]
    second = any_school.invite(number, ["p5"])["p5"]
    any_school.answer(second, OPINION)
    for token in (first, second):
        assert any_school.refused(answering.answer, token, OPINION, who=NOBODY) == ["survey.link_answered"]
    assert len(any_school.rows(SurveyAnswer)) == 1
    assert any_school.refused(asking.invite, KEY, number, _of(any_school, number, "p5")) == ["survey.all_answered"]


def _of(school: School, number: int, *codes: str) -> list[asking.Candidate]:
    with school.app.work(CURATOR) as work:
        return asking.chosen(work, life.known(work, KEY, number), codes)


def test_two_answers_at_once_are_one(any_school: School) -> None:
    """The second one has read the link before the first one was written."""
    number = any_school.create()
    token = any_school.invite(number, ["p5"])["p5"]
    with any_school.app.work(NOBODY, writes=False) as work:
        seen = answering.opened(work, token)
    any_school.answer(token, OPINION)
    assert any_school.refused(answering._claim, seen, who=NOBODY) == ["survey.link_answered"]


def test_an_anonymous_answer_leads_back_to_nobody(any_school: School) -> None:
    number = any_school.create()
    links = any_school.invite(number)
    assert len(links) > PUPILS
    for serial, token in enumerate(links.values()):
        any_school.answer(token, {**OPINION, "keep": f"слово {serial}"})
    assert len(any_school.rows(SurveyAnswer)) == len(links)
    assert {*SurveyAnswer.model_fields} == {"id", "survey", "programme", "audience", "data"}
    assert not any_school.rows(Submission)
    told = [(row.subject, row.new, row.why) for row in any_school.rows(Audit) if row.subject.startswith("survey")]
    assert told == [
        (f"survey:{number}", "created", "Анонимный отзыв о программе"),
        (f"survey:{number}", "asked", str(len(links))),
    ]
    assert all(row.submission is None and row.answered for row in any_school.rows(SurveyAsked))
    assert not any("слово" in str(row.payload) for row in any_school.rows(Outbox))


def test_closing_writes_the_answers_anew_in_another_order(any_school: School) -> None:
    number = any_school.create()
    tokens = [*any_school.invite(number).values()]
    said = [f"слово {serial}" for serial in range(len(tokens))]
    for token, keep in zip(tokens, said, strict=True):
        any_school.answer(token, {**OPINION, "keep": keep})
    before = {row.id: row.data for row in any_school.rows(SurveyAnswer)}
    any_school.does(life.close, KEY, number)
    after = {row.id: row.data for row in any_school.rows(SurveyAnswer)}
    assert not {*before} & {*after}
    assert sorted(map(str, before.values())) == sorted(map(str, after.values()))
    assert [data["keep"] for data in after.values()] != said  # the order of coming; one in 10^12 by chance


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        (lambda school, number: school.clock.to(dt.date(2026, 5, 4)), "survey.link_early"),
        (lambda school, number: school.clock.to(dt.date(2026, 5, 21)), "survey.link_over"),
        (lambda school, number: school.does(life.cancel, KEY, number), "survey.link_cancelled"),
        (lambda school, number: school.does(asking.revoke, KEY, number, ["p5"]), "survey.link_revoked"),
    ],
)
def test_a_link_that_takes_no_answer_says_why(school: School, happens: object, code: str) -> None:
    number = school.create(opens=dt.date(2026, 5, 6), closes=dt.date(2026, 5, 20))
    token = school.invite(number, ["p5"])["p5"]
    school.clock.to(dt.date(2026, 5, 7))
    happens(school, number)  # type: ignore[operator]
    assert school.refused(answering.answer, token, OPINION, who=NOBODY) == [code]
    assert school.refused(answering.opened, "made-up", who=NOBODY) == ["survey.link_unknown"]
    assert not school.rows(SurveyAnswer)


def test_a_wrong_answer_is_told_whole_and_takes_nothing(school: School) -> None:
    number = school.create()
    token = school.invite(number, ["p5"])["p5"]
    wrong = {**OPINION, "clarity": 11, "help": "", "extra": "1"}
    assert school.refused(answering.answer, token, wrong, who=NOBODY) == [
        "form.too_big",
        "form.missing",
        "form.unknown_field",
    ]
    school.answer(token, OPINION)


def test_a_withdrawn_consent_closes_the_link(school: School) -> None:
    from vekha.domain.people import Purpose, WithdrawConsent  # noqa: PLC0415
    from vekha.services.mentoring import people  # noqa: PLC0415

    number = school.create("feedback")
    token = school.invite(number, ["p5"])["p5"]
    command = WithdrawConsent(subject="p5", purpose=Purpose.PROCESSING, on=dt.date(2026, 5, 4))
    with school.app.work() as work:
        people.carry_out(work, KEY, [command])
    assert school.refused(answering.opened, token, who=NOBODY) == ["survey.link_revoked"]


def test_only_the_digest_of_an_address_is_kept(school: School) -> None:
    token = school.invite(school.create(), ["p5"])["p5"]
    [row] = school.rows(SurveyToken)
    assert len(row.token) == 64
    assert token not in row.token
