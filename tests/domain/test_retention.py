"""Terms of keeping: what their words mean, and the last day."""

import datetime as dt

import pytest

from vekha.domain.retention import Term, read_term


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("постоянно", Term(for_ever=True)),
        ("Постоянно", Term(for_ever=True)),
        ("до ликвидации организации", Term(for_ever=True)),
        ("5 лет", Term(years=5)),
        ("1 год", Term(years=1)),
        ("5 лет ЭПК", Term(years=5, experts=True)),
        ("50/75 лет ЭПК", Term(years=75, experts=True)),
        (
            "3 года после окончания срока согласия или его отзыва",
            Term(years=3, event="после окончания срока согласия или его отзыва"),
        ),
        (
            "5 лет ЭПК после истечения срока действия договора",
            Term(years=5, event="после истечения срока действия договора", experts=True),
        ),
        ("до замены новыми", Term(event="до замены новыми")),
    ],
)
def test_terms(words: str, term: Term) -> None:
    assert read_term(words) == term


def test_years_count_from_the_january_after() -> None:
    assert read_term("5 лет").keep_until(dt.date(2026, 5, 24)) == dt.date(2031, 12, 31)
    assert read_term("1 год").keep_until(dt.date(2026, 12, 31)) == dt.date(2027, 12, 31)
    for words in ("постоянно", "до замены новыми", "3 года после окончания срока согласия"):
        assert read_term(words).keep_until(dt.date(2026, 5, 24)) is None
