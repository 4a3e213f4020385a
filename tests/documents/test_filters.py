import datetime as dt

import pytest

from vekha.documents.filters import FILTERS

DAY = dt.date(2026, 9, 1)


@pytest.mark.parametrize(
    ("title", "accusative", "dative"),
    [
        ("Положение о наставничестве", "Положение о наставничестве", "Положению о наставничестве"),
        ("Дорожная карта программы", "Дорожную карту программы", "Дорожной карте программы"),
        ("Индивидуальный план развития", "Индивидуальный план развития", "Индивидуальному плану развития"),
        (
            "План мероприятий (дорожная карта) на год",
            "План мероприятий (дорожную карту) на год",
            "Плану мероприятий (дорожной карте) на год",
        ),
    ],
)
def test_titles_decline_with_their_kind(title: str, accusative: str, dative: str) -> None:
    assert FILTERS["title"](title, "accusative") == accusative
    assert FILTERS["title"](title, "dative") == dative


def test_days_of_answers_are_texts() -> None:
    for name in ("long_date", "short_date", "contract_date", "month"):
        assert FILTERS[name](DAY.isoformat()) == FILTERS[name](DAY)
    assert FILTERS["short_date"](None) is None


@pytest.mark.parametrize(
    ("text", "small"),
    [("Подготовиться к олимпиаде", "подготовиться к олимпиаде"), ("ЕГЭ без страха", "ЕГЭ без страха")],
)
def test_a_first_letter_after_a_colon(text: str, small: str) -> None:
    assert FILTERS["small"](text) == small
