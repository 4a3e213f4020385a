"""A person goes from every text in any case; what is counted stays."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vekha.domain.erasure import Eraser, Json, NameForms, choices_of, eraser, year_only

FORMS = NameForms(
    frozenset({"Соловьёв", "Соловьёва", "Соловьёву", "Соловьёвым"}),
    frozenset({"Иван", "Ивана", "Ивану", "Иваном"}),
    frozenset({"Петрович", "Петровича", "Петровичу", "Петровичем"}),
)
GONE = "участник p3"


def of(*, alone: bool = True, exact: tuple[str, ...] = ()) -> Eraser:
    return eraser([FORMS], exact, GONE, surname_alone=alone)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Соловьёв Иван Петрович", GONE),
        ("приз вручён Соловьёву И. П. и другим", f"приз вручён {GONE} и другим"),
        ("И.П. Соловьёва похвалили", f"{GONE} похвалили"),
        ("с Иваном Соловьёвым", f"с {GONE}"),
        ("СОЛОВЬЕВ ИВАН", GONE),
        ("Соловьёва И. П., 7А", f"{GONE}, 7А"),
        ("Ивана Петровича ждали", f"{GONE} ждали"),
        ("в Соловьёвском парке", "в Соловьёвском парке"),
        ("Иванова Соловьёвка", "Иванова Соловьёвка"),
        ("", ""),
    ],
)
def test_a_name_in_any_case_and_order(words: str, left: str) -> None:
    assert of().text(words) == left
    assert of(alone=False).text(words) == left


def test_a_surname_alone_goes_only_when_nobody_else_bears_it() -> None:
    assert of().text("Соловьёву легче") == f"{GONE} легче"
    assert (
        of(alone=False).text("Соловьёву легче, а Соловьёва Мария болеет") == "Соловьёву легче, а Соловьёва Мария болеет"
    )


def test_contacts_go_as_they_stand() -> None:
    erase = of(exact=("+7 900", "+7 900 000-00-01", ""))
    assert erase.text("звонить +7 900 000-00-01") == f"звонить {GONE}"


def test_an_answer_about_the_person_keeps_what_is_counted() -> None:
    answer: Json = {
        "respondent": "p3",
        "marks": [7, 8.5, True, None],
        "moment": "до",
        "wishes": "хочет в цирк",
        "nested": {"pair": "n12", "about": "живёт с бабушкой", "empty": ""},
    }
    assert of().own(answer, frozenset({"до", "после"})) == {
        "respondent": "p3",
        "marks": [7, 8.5, True, None],
        "moment": "до",
        "wishes": GONE,
        "nested": {"pair": "n12", "about": GONE, "empty": ""},
    }


def test_in_an_answer_of_many_only_the_row_of_the_person_goes() -> None:
    rows: Json = [
        {"name": "Соловьёв Иван Петрович", "class": "7А", "age": 13},
        {"name": "Белов Пётр", "class": "7Б"},
    ]
    answer: Json = {"about": {"title": "Список 7А", "note": "друзья"}, "rows": rows}
    assert of().answer(answer, frozenset()) == {
        "about": {"title": "Список 7А", "note": "друзья"},
        "rows": [{"name": GONE, "class": GONE, "age": 13}, {"name": "Белов Пётр", "class": "7Б"}],
    }


def test_the_choices_of_a_form_are_found_wherever_they_stand() -> None:
    schema: Json = {
        "properties": {"a": {"enum": ["до", "после", 3]}, "b": {"anyOf": [{"const": "да"}, {"type": "string"}]}},
        "$defs": {"Row": {"properties": {"c": {"enum": ["очно"]}}}},
    }
    assert choices_of(schema) == {"до", "после", "да", "очно"}


def test_of_a_birthday_the_year_stays() -> None:
    assert year_only(dt.date(2012, 2, 28)) == dt.date(2012, 1, 1)
    assert year_only(None) is None


words = st.text("абвё .,\n", max_size=12)
names = st.sampled_from(
    [f"{last} {first} {middle}" for last in FORMS.last for first in FORMS.first for middle in FORMS.middle]
)
jsons: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | words | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)


@given(jsons)
def test_nothing_of_the_name_is_left_anywhere(value: Json) -> None:
    erase = of()
    for left in (erase.value(value), erase.own(value, frozenset()), erase.answer(value, frozenset())):
        assert "оловь" not in str(left)
        assert erase.value(left) == left


@given(jsons)
def test_numbers_stay_where_they_were(value: Json) -> None:
    def numbers(each: Json) -> list[int]:
        if isinstance(each, dict):
            return [number for inner in each.values() for number in numbers(inner)]
        if isinstance(each, list):
            return [number for inner in each for number in numbers(inner)]
        return [each] if isinstance(each, int) else []

    assert numbers(of().own(value, frozenset())) == numbers(value) == numbers(of().answer(value, frozenset()))
