import json
from typing import ClassVar

import pytest
from pydantic import Field

from vekha.domain.roadmap import Scope
from vekha.forms import standard
from vekha.forms.base import Form, Line
from vekha.forms.schema import at, choices, digest, fields, schema_of, show_answer


@pytest.mark.parametrize("form", standard.FORMS, ids=lambda form: form.code)
def test_every_field_has_a_russian_title_and_the_schema_is_plain_json(form: type[Form]) -> None:
    schema = schema_of(form)
    assert json.loads(json.dumps(schema)) == schema
    for name, facts in fields(schema):
        assert any("а" <= letter <= "я" for letter in str(facts["title"]).lower()), name
    assert "description" not in str(schema.get("$defs", {}).values()) or form.code == "plan_form"


@pytest.mark.parametrize("form", standard.FORMS, ids=lambda form: form.code)
def test_the_named_fields_exist(form: type[Form]) -> None:
    names = {name for name, _ in fields(schema_of(form))}
    assert set(form.person_fields) <= names
    assert form.subject_field is None or form.subject_field in names
    assert (form.subject_field is None) == (form.about is Scope.PROGRAMME)


@pytest.mark.parametrize("form", standard.FORMS, ids=lambda form: form.code)
def test_person_fields_are_exactly_those_drawn_as_people(form: type[Form]) -> None:
    drawn = [
        name
        for name, facts in fields(schema_of(form))
        if "person" in (facts.get("widget"), facts.get("items", {}).get("widget"))
    ]
    assert tuple(drawn) == form.person_fields


def test_our_facts() -> None:
    schema = schema_of(standard.MeetingLog)
    assert (schema["title"], schema["description"]) == (
        "Журнал встреч",
        "Запись о состоявшейся встрече пары или группы: что обсудили и что сказали друг другу.",
    )
    assert schema["x-vekha"] == {
        "code": "meeting_log",
        "version": 1,
        "filled_by": ["mentor"],
        "about": "pair",
        "subject_field": "pair",
        "person_fields": [],
        "anonymous": False,
        "digest": digest(standard.MeetingLog),
    }


def test_the_digest_follows_every_title() -> None:
    def form(words: str) -> type[Form]:
        class Small(Form):
            """Проба."""

            code: ClassVar[str] = "small"
            title: ClassVar[str] = "Проба"
            name: Line = Field(title=words)

        return Small

    assert digest(form("Имя")) == digest(form("Имя"))
    assert digest(form("Имя")) != digest(form("Название"))


def test_no_two_forms_share_a_code_or_a_digest() -> None:
    assert len({each.code for each in standard.FORMS}) == len(standard.FORMS) == 22
    assert len({digest(each) for each in standard.FORMS}) == 22


def test_a_path_in_words() -> None:
    schema = schema_of(standard.PlanForm)
    assert at(schema, ("rows", 1, "until"))[0] == "Строки плана, 2-я строка, дата"
    assert at(schema, ("goal",))[0] == "Цель"
    assert at(schema, ())[0] == ""
    assert at(schema_of(standard.EmployerCard), ("inn",))[0] == "ИНН"


def test_choices_in_their_order() -> None:
    _, facts = at(schema_of(standard.BeforeAfter), ("moment",))
    assert choices(facts) == ("до", "после")
    assert choices(at(schema_of(standard.Swot), ("threats",))[1]) == ()


def test_an_answer_is_shown_by_its_schema() -> None:
    answer = {
        "pair": "n1",
        "goal": "Цель",
        "strengths": None,
        "starts": "2026-10-01",
        "ends": "2027-05-31",
        "rows": [
            {"task": "Прочитать", "until": "2026-12-01", "expected": None, "mark": 4},
            {"task": "Написать", "until": "2027-01-15"},
        ],
    }
    assert show_answer(schema_of(standard.PlanForm), answer, {"n1": "Соколова – Журавлёв"}.__getitem__) == [
        ("Пара", "Соколова – Журавлёв"),
        ("Цель", "Цель"),
        ("Начало", "01.10.2026"),
        ("Окончание", "31.05.2027"),
        (
            "Строки плана",
            "1. задача: Прочитать; дата: 01.12.2026; оценка: 4 из 5\n2. задача: Написать; дата: 15.01.2027",
        ),
    ]


def test_an_old_answer_is_shown_whatever_its_schema_was() -> None:
    old = {
        "properties": {
            "happy": {"title": "Доволен", "type": "boolean"},
            "tags": {"title": "Метки", "type": "array", "items": {"type": "string"}},
        }
    }
    answer = {"tags": ["а", "б"], "happy": False, "lost": 3, "empty": []}
    assert show_answer(old, answer) == [("Доволен", "нет"), ("Метки", "а; б"), ("lost", "3")]


def test_a_stored_answer_shows_its_total() -> None:
    answer = standard.SkillTest.model_validate(standard.SkillTest.example)
    assert show_answer(schema_of(standard.SkillTest), answer.model_dump(mode="json"))[-1] == ("Сумма баллов", "33")
