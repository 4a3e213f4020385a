from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from plugins.school.cast import cast
from vekha.domain.people import People
from vekha.forms import standard
from vekha.forms.base import Day, Line, LongText, SampleRequest, YesNo, is_unset
from vekha.forms.cast import Cast


@pytest.mark.parametrize("blank", ["00.00.0000", "________", "«___» ______ 20__ г.", "__.__.20__", "…", " – "])
def test_the_blanks_of_paper_forms_are_not_values(blank: str) -> None:
    assert is_unset(blank)
    for kind in (Day, Line):
        with pytest.raises(ValidationError, match="unset"):
            TypeAdapter(kind).validate_python(blank)


@pytest.mark.parametrize("value", ["", "10.09.2026", "а", "№ 5", "2026"])
def test_values_are_not_blanks(value: str) -> None:
    assert not is_unset(value)


def test_a_long_text_may_be_a_dash_but_not_a_blank_line() -> None:
    assert TypeAdapter(LongText).validate_python("—") == "—"
    with pytest.raises(ValidationError, match="unset"):
        TypeAdapter(LongText).validate_python("________________")


@given(st.dates(date(1000, 1, 1)))
def test_a_day_in_russian_or_iso(day: date) -> None:
    read = TypeAdapter(Day).validate_python
    written = f"{day.day:02}.{day.month:02}.{day.year:04}"
    short = f"{day.day}.{day.month}.{day.year}"
    assert {read(each) for each in (written, f"{short} г.", f" {short}г.", day.isoformat(), day)} == {day}


@pytest.mark.parametrize(
    ("value", "meant"), [("да", True), (" Нет ", False), ("true", True), (False, False), (1, True)]
)
def test_yes_and_no(value: object, meant: bool) -> None:
    assert TypeAdapter(YesNo).validate_python(value) is meant


def request(story: Cast, subject: str | None) -> SampleRequest:
    days = {"today": date(2026, 9, 1), "cycle_starts": date(2026, 5, 1), "cycle_ends": date(2027, 6, 30)}
    return SampleRequest(**days, serial=0, subject=subject, people=People(), cast=story)


def test_a_sample_is_the_example_about_its_subject() -> None:
    class Plain(standard.Feedback):
        """Проба."""

        sample = classmethod(super(standard.Feedback, standard.Feedback).sample.__func__)

    assert Plain.sample(request(cast(0), "p7")) == {**standard.Feedback.example, "respondent": "p7"}
    assert Plain.sample(request(cast(0), None)) == dict(standard.Feedback.example)
    assert Plain.sample_count(cast(0)) == 1
