from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, field_validator

from tests.forms import world
from tests.forms.world import PUPIL, SECOND, TEACHER, changed, context, people, problems
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.people import Role
from vekha.domain.roadmap import Scope
from vekha.forms import standard
from vekha.forms.base import Count, Day, EmployerRef, Form, FormContext, Line, PairRef, PersonRef, Scale10, YesNo
from vekha.forms.validation import parse_answer, resolve_references


class Colour(StrEnum):
    RED = "красный"
    BLUE = "синий"


class Step(BaseModel):
    model_config = {"extra": "forbid"}

    task: Line = Field(title="Задача")
    until: Day = Field(title="Дата")


class Everything(Form):
    """Все виды полей."""

    code: ClassVar[str] = "everything"
    title: ClassVar[str] = "Проба"
    about: ClassVar[Scope] = Scope.PROGRAMME
    person_fields: ClassVar[tuple[str, ...]] = ("who", "others")

    who: PersonRef = Field(title="Кто")
    others: tuple[PersonRef, ...] = Field((), title="Другие")
    pair: PairRef | None = Field(None, title="Пара")
    employer: EmployerRef | None = Field(None, title="Работодатель")
    day: Day = Field(title="Дата")
    name: Annotated[Line, Field(max_length=5)] = Field("да", title="Имя")
    plate: Annotated[str, Field(pattern=r"^[а-я]\d{3}$")] | None = Field(None, title="Знак")
    code_word: Annotated[Line, Field(min_length=3)] | None = Field(None, title="Слово")
    mark: Scale10 = Field(5, title="Оценка")
    count: Count | None = Field(None, title="Сколько")
    share: Annotated[float, Field(gt=0, lt=1)] | None = Field(None, title="Доля")
    agreed: YesNo | None = Field(None, title="Согласен")
    colour: Colour | None = Field(None, title="Цвет")
    colours: Annotated[tuple[Colour, ...], Field(min_length=1, max_length=2)] | None = Field(None, title="Цвета")
    rows: tuple[Step, ...] = Field((), title="Строки плана")
    odd: int | None = Field(None, title="Чётное")

    @field_validator("odd")
    @classmethod
    def even(cls, value: int | None) -> int | None:
        if value is not None and value % 2:
            raise ValueError("число нечётное")
        return value

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        for number, row in enumerate(self.rows):
            if row.until > context.today:
                yield problem("form.date_ahead", f"rows.{number}.until", date=row.until, today=context.today)


GOOD: dict[str, Any] = {"who": PUPIL, "day": "10.09.2026"}
WRONG = [
    ({"day": None}, "form.missing", "Дата"),
    ({"day": "  "}, "form.missing", "Дата"),
    ({"day": "00.00.0000"}, "form.unset", "Дата"),
    ({"day": "«___» ______ 20__ г."}, "form.unset", "Дата"),
    ({"name": "____"}, "form.unset", "Имя"),
    ({"day": "31.06.2026"}, "form.not_a_date", "Дата"),
    ({"day": "завтра"}, "form.not_a_date", "Дата"),
    ({"name": "длинное"}, "form.too_long", "Имя"),
    ({"plate": "12"}, "form.wrong_value", "Знак"),
    ({"code_word": "да"}, "form.too_short", "Слово"),
    ({"name": ["а", "б"]}, "form.not_a_text", "Имя"),
    ({"mark": 0}, "form.too_small", "Оценка"),
    ({"mark": 11}, "form.too_big", "Оценка"),
    ({"mark": "много"}, "form.not_a_whole_number", "Оценка"),
    ({"count": 2.5}, "form.not_a_whole_number", "Сколько"),
    ({"share": "половина"}, "form.not_a_number", "Доля"),
    ({"share": 0}, "form.too_small", "Доля"),
    ({"share": 1}, "form.too_big", "Доля"),
    ({"agreed": "возможно"}, "form.not_yes_no", "Согласен"),
    ({"colour": "зелёный"}, "form.wrong_choice", "Цвет"),
    ({"colours": "красный"}, "form.not_a_list", "Цвета"),
    ({"colours": ["красный", "белый"]}, "form.wrong_choice", "Цвета, 2-е значение"),
    ({"colours": ["белый"]}, "form.wrong_choice", "Цвета, 1-е значение"),
    ({"colours": ["", "красный"]}, "form.missing", "Цвета, 1-е значение"),
    ({"colours": []}, "form.too_few", "Цвета"),
    ({"colours": ["красный", "синий", "синий"]}, "form.too_many", "Цвета"),
    ({"rows": ["вымыть"]}, "form.not_a_row", "Строки плана, 1-я строка"),
    ({"rows": [{"task": "а", "until": "01.10.2026"}, {"task": "б", "until": "нет"}]}, "form.not_a_date",
     "Строки плана, 2-я строка, дата"),
    ({"rows": [{"task": "а"}]}, "form.missing", "Строки плана, 1-я строка, дата"),
    ({"rows": [{"task": "а", "until": "01.10.2026", "taks": 1}]}, "form.unknown_field", "Строки плана, 1-я строка"),
    ({"rows": [{"task": "а", "until": "01.10.2027"}]}, "form.date_ahead", "Строки плана, 1-я строка, дата"),
    ({"odd": 3}, "form.refused", "Чётное"),
    ({"Дата": "10.09.2026"}, "form.unknown_field", "Проба"),
    ({"who": "Никто Никита"}, "people.unknown_person", "Кто"),
    ({"others": [TEACHER, "p9"]}, "people.unknown_person", "Другие, 2-е значение"),
    ({"pair": "pair7"}, "people.unknown_pair", "Пара"),
    ({"employer": "АО «Нет такого»"}, "people.unknown_employer", "Работодатель"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "code", "where"), WRONG, ids=[f"{code}-{n}" for n, (_, code, _) in enumerate(WRONG)])
def test_each_mistake_has_its_code_and_place(wrong: dict[str, Any], code: str, where: str) -> None:
    assert problems(Everything, {**GOOD, **wrong}) == [(code, where)]


@pytest.mark.parametrize(("wrong", "code"), [(wrong, code) for wrong, code, _ in WRONG])
def test_every_refusal_reads_as_russian(wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(VekhaError) as refusal:
        parse_answer(Everything, {**GOOD, **wrong}, context())
    for each in refusal.value.problems:
        assert "{" not in each.message + each.remedy
        assert "None" not in each.message + each.remedy


def test_all_mistakes_come_at_once() -> None:
    answer = {
        "who": "Никто Никита",
        "day": "00.00.0000",
        "mark": 12,
        "colour": "серый",
        "rows": [{"task": " "}, {"task": "а", "until": "01.13.2026"}, {"task": ""}],
        "colur": "красный",
    }
    assert problems(Everything, answer) == [
        ("form.unset", "Дата"),
        ("form.too_big", "Оценка"),
        ("form.wrong_choice", "Цвет"),
        ("form.missing", "Строки плана, 1-я строка, задача"),
        ("form.missing", "Строки плана, 1-я строка, дата"),
        ("form.not_a_date", "Строки плана, 2-я строка, дата"),
        ("form.unknown_field", "Проба"),
        ("people.unknown_person", "Кто"),
    ]


def test_words_of_a_refusal() -> None:
    with pytest.raises(VekhaError) as refusal:
        parse_answer(Everything, {**GOOD, "colur": "красный", "colour": "серый", "mark": 12}, context())
    assert sorted(str(each) for each in refusal.value.problems) == [
        "Оценка: число 12 слишком велико. Укажите число не больше 10",
        "Проба: поля «colur» в этой форме нет. Уберите его или исправьте опечатку. Похоже на поле colour",
        "Цвет: значения «серый» нет в списке. Выберите одно из: «красный», «синий»",
    ]


def test_what_people_write_is_understood() -> None:
    answer = parse_answer(
        Everything,
        {"who": f"  {PUPIL.upper()} ", "day": "1.9.2026 г.", "mark": "7", "agreed": "Да", "count": "", "share": None},
        context(),
    )
    assert (answer.who, answer.day, answer.mark, answer.agreed) == ("p1", date(2026, 9, 1), 7, True)
    assert (answer.count, answer.share) == (None, None)


def test_a_number_serves_where_a_text_is_meant() -> None:
    assert parse_answer(Everything, {**GOOD, "name": 42}, context()).name == "42"


def test_a_computed_field_that_was_sent_is_computed_anew() -> None:
    answer = parse_answer(standard.SkillTest, {**standard.SkillTest.example, "total": 1}, context())
    assert answer.total == 33


# --- references ------------------------------------------------------------------------------------------------------


def test_names_become_codes() -> None:
    given = {"who": PUPIL, "others": [TEACHER, "p3"], "pair": "n1", "employer": "ао «речной механический завод»"}
    assert resolve_references(Everything, given, people()) == {
        "who": "p1",
        "others": ["p2", "p3"],
        "pair": "n1",
        "employer": "e1",
    }


def test_resolving_twice_changes_nothing() -> None:
    once = resolve_references(Everything, {"who": PUPIL, "others": [TEACHER, SECOND]}, people())
    assert resolve_references(Everything, once, people()) == once


def test_namesakes_are_told_apart_by_code() -> None:
    known = people()
    twice = replace(known, persons={**known.persons, "p4": world.person("p4", PUPIL, Role.MENTEE)})
    with pytest.raises(VekhaError) as refusal:
        resolve_references(Everything, {"who": PUPIL}, twice)
    (found,) = refusal.value.problems
    assert (found.code, found.where, dict(found.params)["codes"]) == ("people.namesakes", "Кто", "p1, p4")
    assert resolve_references(Everything, {"who": "p4"}, twice) == {"who": "p4"}


def test_refusals_wait_until_the_fields_are_right() -> None:
    late = changed(standard.PlanForm, starts="01.06.2027", ends="01.02.2027")
    assert problems(standard.PlanForm, late) == [("form.reversed_term", "Окончание")]
    assert problems(standard.PlanForm, {**late, "goal": " "}) == [("form.missing", "Цель")]


# --- whatever comes --------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["p1", PUPIL, "n1", "да", "5"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from([Everything, *standard.FORMS]), st.data())
@settings(max_examples=150, deadline=None)
def test_anything_is_accepted_or_refused_in_words(form: type[Form], data: st.DataObject) -> None:
    names = st.sampled_from([*form.model_fields, "лишнее"])
    changes = data.draw(st.dictionaries(names, JSON, max_size=6))
    example = GOOD if form is Everything else form.example
    try:
        assert isinstance(parse_answer(form, {**example, **changes}, context()), form)
    except VekhaError as refusal:
        assert refusal.problems
        for each in refusal.problems:
            assert each.where
            assert each.message
            assert each.remedy
