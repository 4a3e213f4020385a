"""`/programmes/{key}/surveys`: how surveys went and what they came to, in counts alone."""

from typing import Annotated, Any

from fastapi import APIRouter

from vekha.domain.surveys import LEAST, Figures, Tally
from vekha.domain.tokens import Scope
from vekha.services.surveys import results, sheet
from vekha.services.surveys.life import Known
from vekha.services.surveys.results import Counted
from vekha.services.work import Work
from vekha.web.api.keys import reads
from vekha.web.api.models import CountOut, Name, Number, QuestionOut, SurveyOut, SurveyWhole

router = APIRouter(prefix="/programmes/{key}/surveys", tags=["surveys"])


@router.get("", summary="Опросы программы")
def listing(key: Name, work: Annotated[Work, reads(Scope.READ_SURVEYS)]) -> list[SurveyOut]:
    return [SurveyOut(**_facts(each.survey, each.total)) for each in sheet.overview(work, key).entries]


@router.get("/{number}", summary="Итоги опроса в числах")
def one(key: Name, number: Number, work: Annotated[Work, reads(Scope.READ_SURVEYS)]) -> SurveyWhole:
    """Ответы меньше пяти человек не выдаются; того, что написано словами, здесь нет."""
    found = results.results(work, key, number, least=LEAST)
    questions = [_question(each) for each in found.tallies if each.question.kind != "text"]
    return SurveyWhole(
        **_facts(found.survey, found.total), secret=found.secret, withheld=found.few, questions=questions
    )


def _facts(survey: Known, total: Counted) -> dict[str, Any]:
    row = survey.row
    return {
        "number": survey.number,
        "programme": row.programme,
        "form": row.form,
        "title": survey.form.title,
        "moment": row.moment or None,
        "anonymous": row.anonymous,
        "state": survey.state.value,
        "opens": row.opens,
        "closes": row.closed_on or row.closes,
        "asked": total.asked,
        "opened": total.opened,
        "answered": total.answered,
    }


def _question(each: Tally) -> QuestionOut:
    figures = each.whole or Figures(n=0)
    return QuestionOut(
        name=each.question.name,
        title=each.question.title,
        kind=each.question.kind.value,
        withheld=each.whole is None,
        answered=figures.n if each.whole else None,
        mean=figures.mean,
        counts=[CountOut(answer=answer, count=count) for answer, count in figures.counts],
    )
