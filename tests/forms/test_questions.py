"""What of a form is counted: its questions, and neither who answers nor whom the answer names."""

from typing import Any

from vekha.domain.surveys import Kind, Question
from vekha.forms import standard
from vekha.forms.questions import questions_of
from vekha.forms.schema import schema_of


def kinds(form: Any, *leaving_out: str) -> dict[str, Kind]:
    return {each.name: each.kind for each in questions_of(schema_of(form), leaving_out)}


def test_each_field_is_a_question_of_its_kind() -> None:
    assert kinds(standard.BeforeAfter, "moment") == {
        "usefulness": Kind.SCALE,
        "comfort": Kind.SCALE,
        "support": Kind.SCALE,
        "experience": Kind.YES_NO,
        "expectations": Kind.TEXT,
        "results": Kind.TEXT,
        "contests": Kind.NUMBER,
    }
    assert kinds(standard.NeedsSurvey)["areas"] is Kind.CHOICES
    assert kinds(standard.Satisfaction)["role"] is Kind.CHOICE


def test_names_dates_and_files_are_no_questions() -> None:
    assert set(kinds(standard.MutualChoice)) & {"respondent", "preferred", "helpers"} == set()
    assert "signed" not in kinds(standard.ConsentAdult)


def test_options_stand_in_the_order_of_the_form() -> None:
    first = questions_of(schema_of(standard.SkillTest))[0]
    assert first == Question(
        name="listening", title="Слушаю и задаю вопросы", kind=Kind.SCALE, options=("1", "2", "3", "4", "5")
    )
