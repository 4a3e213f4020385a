"""Strict reading: every mistake, at its line, in Russian, all at once."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vekha.domain.errors import VekhaError
from vekha.domain.roadmap import Gate, Roadmap, Scope
from vekha.domain.roadmap_file import parse_roadmap, places_of

GOOD = """\
code: school
version: 1
title: "Школа: «учитель – ученик»"
cycle: {kind: school_year, starts: май, length_months: 14}
roles:
  curator: куратор программы
  director: директор
  psychologist: педагог-психолог
documents:
  order_launch: {title: Приказ, kind: order, approves: director, annexes: [regulation], numbered: true}
  regulation: {title: Положение, kind: regulation, template: common/regulation.html}
stages:
  - code: prepare
    title: Подготовка условий
    activities:
      - code: legal_basis
        title: Подготовить локальные акты
        gate: required
        documents:
          - {code: order_launch, responsible: director, deadline: май}
          - {code: regulation, responsible: curator, deadline: май}
      - code: requests
        title: Собрать запросы
        responsible: [curator, psychologist]
        deadline: май–сентябрь
        forms: [preliminary_request, {code: needs_survey, each: mentee, at_least: 2}]
        gate: carries_on
  - code: mentees
    title: База наставляемых
    after: [prepare]
    activities:
      - {code: register, title: Собрать данные, number: "2.10", responsible: curator, deadline: первая декада сентября}
"""


def refused(text: str) -> list[str]:
    with pytest.raises(VekhaError) as refusal:
        parse_roadmap(text, "roadmap.yaml")
    return [str(each) for each in refusal.value.problems]


def with_(old: str, new: str) -> list[tuple[str, int]]:
    """The codes and lines that the good roadmap gives with one thing changed."""
    assert GOOD.count(old) == 1, old
    with pytest.raises(VekhaError) as refusal:
        parse_roadmap(GOOD.replace(old, new), "roadmap.yaml")
    return [(each.code, int(each.where.rpartition(":")[2])) for each in refusal.value.problems]


def test_former_codes_lead_to_one_thing_each() -> None:
    roadmap = parse_roadmap(
        GOOD.replace("code: requests\n", "code: requests\n        was: [asking, wishes]\n"), "roadmap.yaml"
    )
    assert (roadmap.activity("prepare", "requests").was, roadmap.stage("prepare").was) == (("asking", "wishes"), ())
    assert with_("code: requests\n", "code: requests\n        was: register\n") == [("roadmap.was_in_use", 23)]
    assert with_("code: mentees\n", "code: mentees\n    was: [prepare, old]\n") == [("roadmap.was_in_use", 29)]
    twice = GOOD.replace("code: requests\n", "code: requests\n        was: old\n").replace(
        "{code: register", "{code: register, was: old"
    )
    with pytest.raises(VekhaError) as refusal:
        parse_roadmap(twice, "roadmap.yaml")
    assert [(each.code, each.where) for each in refusal.value.problems] == [("roadmap.was_twice", "roadmap.yaml:33")]


def test_a_good_roadmap_is_read_whole() -> None:
    roadmap = parse_roadmap(GOOD, "roadmap.yaml")
    assert (roadmap.code, roadmap.version, roadmap.cycle.length_months) == ("school", 1, 14)
    assert [(stage.code, [row.code for row in stage.activities]) for stage in roadmap.stages] == [
        ("prepare", ["legal_basis", "requests"]),
        ("mentees", ["register"]),
    ]
    requests = roadmap.stage("prepare").activity("requests")
    assert (requests.gate, requests.responsible) == (Gate.CARRIES_ON, ("curator", "psychologist"))
    assert [(use.code, use.each, use.at_least) for use in requests.forms] == [
        ("preliminary_request", None, 1),
        ("needs_survey", Scope.MENTEE, 2),
    ]
    assert roadmap.stage("mentees").activity("register").number == "2.10"


def test_spelling_does_not_change_the_digest() -> None:
    respelt = GOOD.replace(
        "responsible: [curator, psychologist]", "responsible:\n        - curator\n        - psychologist"
    )
    assert parse_roadmap("# слова\n" + respelt).digest == parse_roadmap(GOOD).digest
    assert parse_roadmap(GOOD.replace("Собрать запросы", "Собрать все запросы")).digest != parse_roadmap(GOOD).digest


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("code: school", "code: Школа", [("roadmap.bad_code", 1)]),
        ("code: school", "code: " + "a" * 61, [("roadmap.bad_code", 1)]),
        ("version: 1", "version: один", [("roadmap.wrong_type", 2)]),
        ("version: 1", "version: 0", [("roadmap.out_of_range", 2)]),
        ("version: 1", "versoin: 1", [("roadmap.missing_key", 1), ("roadmap.unknown_key", 2)]),
        ('title: "Школа: «учитель – ученик»"', "title: ", [("roadmap.empty_value", 3)]),
        ('title: "Школа: «учитель – ученик»"', "title: ' '", [("roadmap.empty_value", 3)]),
        ("school_year", "shcool_year", [("roadmap.not_one_of", 4)]),
        ("length_months: 14", "length_months: 61", [("roadmap.out_of_range", 4)]),
        ("  director: директор\n", "  director: [директор]\n", [("roadmap.wrong_type", 7)]),
        ("  director: директор\n", "  Директор: директор\n", [
            ("roadmap.bad_code", 7), ("roadmap.unknown_role", 10), ("roadmap.unknown_role", 20)]),
        ("kind: order", "kind: ordr", [("roadmap.not_one_of", 10)]),
        ("approves: director", "approves: directr", [("roadmap.unknown_role", 10)]),
        ("annexes: [regulation]", "annexes: [regulations]", [("roadmap.unknown_document", 10)]),
        ("annexes: [regulation]", "annexes: [order_launch]", [("roadmap.own_annex", 10)]),
        ("numbered: true", "numbered: да", [("roadmap.wrong_type", 10)]),
        ("common/regulation.html", "../secret.html", [("roadmap.bad_template", 11)]),
        ("code: legal_basis", "code: requests", [("roadmap.duplicate_activity", 22)]),
        ("code: register", "code: requests", [("roadmap.duplicate_activity", 32)]),
        ("gate: required", "gate: requird", [("roadmap.not_one_of", 18)]),
        ("code: order_launch, responsible", "code: order_lunch, responsible", [("roadmap.unknown_document", 20)]),
        ("code: regulation, responsible", "code: order_launch, responsible", [("roadmap.duplicate_use", 21)]),
        ("responsible: [curator, psychologist]", "responsible: [curater]", [("roadmap.unknown_role", 24)]),
        ("responsible: [curator, psychologist]", "responsible: {a: b}", [
            ("roadmap.wrong_type", 24), ("roadmap.unknown_role", 24)]),
        ("each: mentee", "each: mentees", [("roadmap.not_one_of", 26)]),
        ("at_least: 2", "at_least: -1", [("roadmap.out_of_range", 26)]),
        ("deadline: май–сентябрь", "deadline: [май, ____]", [("deadline.blank", 25)]),
        ("        deadline: май–сентябрь\n", "", [("roadmap.no_deadline", 22)]),
        ("        deadline: май–сентябрь\n", "        deadline:\n", [("roadmap.empty_value", 25)]),
        ("code: mentees", "code: prepare", [("roadmap.duplicate_stage", 28), ("roadmap.after_itself", 30)]),
        ("after: [prepare]", "after: [prepar]", [("roadmap.unknown_stage", 30)]),
        ("after: [prepare]", "after: [mentees]", [("roadmap.after_itself", 30)]),
        ("after: [prepare]", "after: prepare", [("roadmap.wrong_type", 30)]),
        ("    title: Подготовка условий\n", "    title: Подготовка условий\n    after: [mentees]\n",
            [("roadmap.after_later", 15)]),
        ('number: "2.10"', "number: 2.10", [("roadmap.needs_quotes", 32)]),
        ("responsible: curator, deadline: перв", "deadlin: май, responsible: curator, deadline: перв",
            [("roadmap.unknown_key", 32)]),
    ],
)  # fmt: skip
def test_each_mistake_has_its_line(old: str, new: str, expected: list[tuple[str, int]]) -> None:
    assert with_(old, new) == expected


def test_the_tone_of_the_messages() -> None:
    text = GOOD.replace("gate: required", "gate: requird").replace("code: order_launch, responsible: director", (
        "code: order_lunch, responsible: directer"
    ))  # fmt: skip
    assert refused(text) == [
        "roadmap.yaml:18: «gate»: значение «requird» не предусмотрено. "
        "Допустимы: required, optional, carries_on, optional_carries_on; похоже на «required»",
        "roadmap.yaml:20: роль «directer» не описана. "
        "Добавьте её в roles или исправьте опечатку; есть: curator, director, psychologist; похоже на «director»",
        "roadmap.yaml:20: документ «order_lunch» не описан. "
        "Добавьте его в documents или исправьте опечатку; похоже на «order_launch»",
    ]


def test_a_phrase_nobody_understands() -> None:
    (only,) = refused(GOOD.replace("первая декада сентября", "1-я дикада сентября"))
    assert only.startswith("roadmap.yaml:32: ")
    assert "«1-я дикада сентября»" in only


TWENTY = """\
code: Школа
version: 0
titel: Карта
cycle: {kind: scholl_year, starts: маи, length_months: 100}
roles: {curator: куратор программы}
documents:
  order_launch: {title: Приказ, kind: ordr, approves: directr, annexes: [regulatin], template: Приказ.html}
stages:
  - code: prepare
    title:
    after: [mentees, prepare, nope]
    activities:
      - code: legal_basis
        title: Подготовить локальные акты
        gate: requird
        number: 1.10
        deadline: ____
        documents:
          - {code: order_lunch, responsible: curatr}
          - {code: order_launch, optional: да}
      - code: legal_basis
        title: Собрать запросы
        responsible: [curator, 5]
        forms: [{code: a, at_least: -1, each: pairs}, a]
        meetings: {training: 0}
  - code: mentees
    activities: []
"""


def test_more_than_twenty_mistakes_are_told_at_once() -> None:
    with pytest.raises(VekhaError) as refusal:
        parse_roadmap(TWENTY, "roadmap.yaml")
    told = [(int(each.where.rpartition(":")[2]), each.code.removeprefix("roadmap.")) for each in refusal.value.problems]
    assert told == sorted(told, key=lambda each: each[0])
    assert sorted(told) == [
        (1, "bad_code"), (1, "missing_key"), (2, "out_of_range"), (3, "unknown_key"),
        (4, "not_one_of"), (4, "not_one_of"), (4, "out_of_range"),
        (7, "bad_template"), (7, "not_one_of"), (7, "unknown_document"), (7, "unknown_role"),
        (10, "empty_value"), (11, "after_itself"), (11, "after_later"), (11, "unknown_stage"),
        (15, "not_one_of"), (16, "needs_quotes"), (17, "deadline.blank"),
        (19, "unknown_document"), (19, "unknown_role"), (20, "wrong_type"),
        (21, "duplicate_activity"), (21, "no_deadline"), (23, "needs_quotes"),
        (24, "duplicate_use"), (24, "not_one_of"), (24, "out_of_range"), (25, "out_of_range"),
        (26, "missing_key"), (27, "empty_list"),
    ]  # fmt: skip
    assert all(each.message and each.remedy for each in refusal.value.problems)


@pytest.mark.parametrize("text", ["", "# только слова\n", "просто текст\n", "- a\n- b\n"])
def test_a_file_without_a_roadmap(text: str) -> None:
    (only,) = refused(text)
    assert only.startswith("roadmap.yaml:1: в файле нет дорожной карты")


def test_broken_yaml_is_one_problem_with_its_line() -> None:
    (only,) = refused(GOOD.replace("cycle: {kind: school_year,", "cycle: {kind: school_year: x,"))
    assert only.startswith("roadmap.yaml:4: файл не читается как YAML: ")


def test_yaml_that_computes_is_refused_along_with_the_rest() -> None:
    text = GOOD.replace("version: 1", "version: &v 1").replace("deadline: май–сентябрь", "deadline: *v")
    assert [line.split(". ")[0] for line in refused(text)] == [
        "roadmap.yaml:2: якорь «&v» в дорожной карте не допускается",
        "roadmap.yaml:25: ссылка «*v» в дорожной карте не допускается",
    ]


_words = st.sampled_from(
    ["code", "stages", "a", "май", "", "1", "1.5", "true", "~", "*", "[", "]", "{", "}", ":", "- "]
)
_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.sampled_from(["curator", "май"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from([*Roadmap.model_fields, "activities", "deadline", "x"]), inner, max_size=4),
    ),
    max_leaves=12,
)


@given(st.lists(st.one_of(_words, st.sampled_from(["\n", "\n  ", ": ", ", "])), max_size=40))
def test_no_text_makes_the_reader_fail(pieces: list[str]) -> None:
    with pytest.raises(VekhaError):
        parse_roadmap("".join(pieces))


@given(st.dictionaries(st.sampled_from(list(Roadmap.model_fields)), _values))
def test_no_shape_makes_the_reader_fail(shape: dict[str, object]) -> None:
    with pytest.raises(VekhaError):
        parse_roadmap(json.dumps(shape))


def test_places_name_the_lines_of_rows() -> None:
    place = places_of(GOOD, "plugins/school/roadmap.yaml")
    assert place("prepare") == "plugins/school/roadmap.yaml:13"
    assert place("prepare", "requests") == "plugins/school/roadmap.yaml:22"
    assert place("nowhere") == "plugins/school/roadmap.yaml"


def test_reading_is_fast() -> None:
    row = "      - {{code: r{0}, title: Мероприятие, responsible: [curator], deadline: сентябрь, forms: [a, b]}}\n"
    text = GOOD + "".join(row.format(number) for number in range(60))
    begun = time.process_time()
    parse_roadmap(text)
    assert time.process_time() - begun < 0.5  # about 60 ms alone on one core; the bound only catches a disaster
