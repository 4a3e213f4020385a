from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.forms.world import context, problems
from vekha.domain.errors import VekhaError
from vekha.forms import standard
from vekha.forms.base import Form
from vekha.forms.schema import fields, schema_of
from vekha.forms.sheet import LONGEST, example_yaml, load_answer
from vekha.forms.validation import parse_answer


@pytest.mark.parametrize("form", standard.FORMS, ids=lambda form: form.code)
def test_the_sheet_is_a_valid_answer(form: type[Form]) -> None:
    loaded = load_answer(example_yaml(form))
    assert problems(form, loaded) == []
    assert parse_answer(form, loaded, context()) == parse_answer(form, form.example, context())


@pytest.mark.parametrize("form", standard.FORMS, ids=lambda form: form.code)
def test_a_comment_stands_above_every_field(form: type[Form]) -> None:
    lines = example_yaml(form).splitlines()
    for name, facts in fields(schema_of(form)):
        if facts.get("readOnly"):
            continue
        place = next(number for number, line in enumerate(lines) if line.startswith(f"{name}:"))
        assert lines[place - 1].startswith(f"# {facts['title']}")


@pytest.mark.parametrize("form", standard.FORMS, ids=lambda form: form.code)
def test_any_other_reader_of_yaml_reads_the_sheet(form: type[Form]) -> None:
    assert list(YAML(typ="safe").load(example_yaml(form))) == list(load_answer(example_yaml(form)))


def test_a_whole_sheet() -> None:
    assert example_yaml(standard.EventLog) == (
        "# Журнал мероприятий (event_log, версия 1)\n"
        "# Запись о событии программы без отдельной пары: занятие с наставниками, семинар, общая встреча.\n"
        "# Без пометки «обязательно» поле можно оставить пустым.\n"
        "\n"
        "# Дата мероприятия (обязательно). День, месяц и год: 10.09.2026. Не позже сегодняшней\n"
        "held_on: 08.10.2026\n"
        "# Вид мероприятия (обязательно). Одно из: «обучение наставников», «семинар», "
        "«встреча для формирования пар», «консультация», «итоговое мероприятие»\n"
        "kind: обучение наставников\n"
        "# Тема (обязательно)\n"
        "topic: Как ставить цели вместе с наставляемым\n"
        "# Сколько человек участвовало\n"
        "present: 6\n"
        "# Длительность, минут\n"
        "minutes: 90\n"
        "# Итоги\n"
        "summary: Каждый составил черновик плана на первый месяц\n"
    )


def test_values_stay_as_they_were_written() -> None:
    assert load_answer('a: 0123\nb: 10.09.2026\nc: да\nd: "07"\ne: 1.10\nf:\ng: ~\nh: [1, two]\n') == {
        "a": "0123",
        "b": "10.09.2026",
        "c": "да",
        "d": "07",
        "e": "1.10",
        "f": None,
        "g": None,
        "h": ["1", "two"],
    }


def test_json_is_known_by_its_name_or_by_its_first_sign() -> None:
    assert load_answer('{"a": 1, "b": ["x"], "c": true}', "a.json") == {"a": 1, "b": ["x"], "c": True}
    assert load_answer(' {"a": 1}', "-") == {"a": 1}


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "filename", "expected"),
    [
        ("", "a.yaml", [("form.not_a_mapping", "a.yaml:1")]),
        ("- a\n- b\n", "a.yaml", [("form.not_a_mapping", "a.yaml:1")]),
        ("[]", "a.json", [("form.not_a_mapping", "a.json:1")]),
        ("a: 1\nb: [1, 2\nc: 3\n", "a.yaml", [("form.broken_yaml", "a.yaml:3")]),
        ("a: 1\n\tb: 2\n", "a.yaml", [("form.broken_yaml", "a.yaml:2")]),
        ("a: 1\nb: 2\na: 3\n", "a.yaml", [("form.duplicate_key", "a.yaml:3")]),
        ("a: !!python/object:os.system x\n", "a.yaml", [("form.tag", "a.yaml:1")]),
        ("a: 1\n---\nb: 2\n", "a.yaml", [("form.many_documents", "a.yaml:2")]),
        ("a: \x07\n", "a.yaml", [("form.bad_character", "a.yaml:1")]),
        ("[" * 100, "a.yaml", [("form.too_deep", "a.yaml:1")]),
        ('{"a": 1,\n "b": }', "a.json", [("form.broken_json", "a.json:2")]),
        ('{"a": 1, "a": 2}', "a.json", [("form.repeated_field", "a.json")]),
        ("[" * 100_000, "a.json", [("form.too_deep", "a.json:1")]),
        ("a" * (LONGEST + 1), "a.yaml", [("form.too_large", "a.yaml")]),
    ],
)
def test_a_file_that_cannot_be_read(text: str, filename: str, expected: list[tuple[str, str]]) -> None:
    with pytest.raises(VekhaError) as refusal:
        load_answer(text, filename)
    assert [(each.code, each.where) for each in refusal.value.problems] == expected


def test_aliases_are_refused_before_they_can_multiply() -> None:
    with pytest.raises(VekhaError) as refusal:
        load_answer(BOMB, "a.yaml")
    assert {each.code for each in refusal.value.problems} == {"form.anchor", "form.alias"}


def test_merge_and_complex_keys_are_refused() -> None:
    for text, code in (("<<: {a: 1}\n", "form.merge_key"), ("? [a, b]\n: 1\n", "form.complex_key")):
        with pytest.raises(VekhaError) as refusal:
            load_answer(text)
        assert [each.code for each in refusal.value.problems] == [code]


@pytest.mark.parametrize("value", ["a: b", "# тема", "- пункт", '"в кавычках"', "true", "*", "две\nстроки", "x ", "0"])
def test_a_value_with_signs_of_yaml_survives_the_sheet(value: str) -> None:
    class Odd(standard.Swot):
        example: ClassVar[Mapping[str, Any]] = {**standard.Swot.example, "strengths": value}

    assert load_answer(example_yaml(Odd))["strengths"] == value


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("[]{}:-&*!|>'\"#\n \t,?"), max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    for name in ("a.yaml", "a.json"):
        try:
            assert load_answer(text, name)
        except VekhaError as refusal:
            assert all(each.where.startswith(name) and each.message for each in refusal.problems)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1))
def test_any_value_survives_the_sheet(value: str) -> None:
    class Odd(standard.Swot):
        example: ClassVar[Mapping[str, Any]] = {**standard.Swot.example, "strengths": value}

    assert load_answer(example_yaml(Odd))["strengths"] == value
