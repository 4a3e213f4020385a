"""Two entries of one person that are made one after both were asked."""

from typing import Any

import pytest
from sqlmodel import select

from tests.services.surveys.conftest import KEY, NOBODY, School
from vekha.services.mentoring import merging
from vekha.services.surveys import answering, life, results
from vekha.storage.tables import Submission, SurveyAsked, SurveyToken

FEEDBACK = {"comfort": 8, "progress": 7}


def rows(school: School) -> list[list[Any]]:
    tables = (SurveyAsked, SurveyToken, Submission)
    return [sorted((each.model_dump() for each in school.rows(table)), key=str) for table in tables]


@pytest.mark.parametrize("first", [None, "p5", "p6"])
def test_whoever_was_asked_twice_is_asked_once(any_school: School, first: str | None) -> None:
    """Both addresses lead to the one who is left, and the answer given under either name stays the only one."""
    number = any_school.create("feedback")
    links = any_school.invite(number)
    if first:
        any_school.answer(links[first], FEEDBACK)
    before = rows(any_school)
    merge = any_school.does(merging.merge, KEY, "p5", "p6")
    left = [row for row in any_school.rows(SurveyAsked) if row.subject in ("p5", "p6")]
    assert [(row.subject, row.answered) for row in left] == [("p5", bool(first))]
    if not first:
        with any_school.app.work(NOBODY, writes=False) as work:
            assert {answering.opened(work, links[code]).asked.subject for code in ("p5", "p6")} == {"p5"}
        any_school.answer(links["p6"], FEEDBACK)
    for code in ("p5", "p6"):
        assert any_school.refused(answering.answer, links[code], FEEDBACK, who=NOBODY) == ["survey.link_answered"]
    assert any_school.does(results.results, KEY, number).total.answered == 1
    if first:
        any_school.does(merging.undo, KEY, merge.id)
        assert rows(any_school) == before


def test_anonymous_answers_of_both_stay(any_school: School) -> None:
    """Nobody knows which of the answers are theirs."""
    number = any_school.create()
    links = any_school.invite(number, ["p5", "p6"])
    opinion = {"clarity": 8, "organisation": 7, "help": 9, "safety": 6, "recommend": True}
    for code in ("p5", "p6"):
        any_school.answer(links[code], opinion)
    any_school.does(merging.merge, KEY, "p5", "p6")
    with any_school.app.work(writes=False) as work:
        asked = work.session.exec(select(SurveyAsked.subject, SurveyAsked.answered)).all()
        assert list(asked) == [("p5", True), ("p5", True)]
        assert results.total(work, life.known(work, KEY, number)).answered == 2
