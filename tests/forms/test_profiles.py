"""What people write, as matching reads it."""

import datetime as dt

import pytest

from vekha.domain.people import PersonFact, Role
from vekha.forms.profile import Answers
from vekha.forms.standard import profiles


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("среда и пятница после 15:00", {"среда", "пятница"}),
        ("вт, чт", {"вторник", "четверг"}),
        ("по выходным", {"суббота", "воскресенье"}),
        ("в будни и в субботу", {"понедельник", "вторник", "среда", "четверг", "пятница", "суббота"}),
        ("после уроков", set()),
        (None, set()),
    ],
)
def test_days(told: str | None, found: set[str]) -> None:
    assert profiles.days(told) == found


def test_any_day_is_every_day() -> None:
    assert len(profiles.days("в любой день")) == 7


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("13–17 лет", (13, 17)),
        ("от 14 до 16", (14, 16)),
        ("от 14", (14, profiles.OLDEST)),
        ("до 12 лет", (0, 12)),
        ("подростки", None),
        (None, None),
    ],
)
def test_ages(told: str | None, found: tuple[int, int] | None) -> None:
    assert profiles.ages(told) == found


@pytest.mark.parametrize(
    ("told", "found"),
    [("8 «Б» класс", ("8б",)), ("10а", ("10а",)), ("11 класс", ("11",)), ("учитель физики", ())],
)
def test_classes(told: str, found: tuple[str, ...]) -> None:
    assert profiles.classes(told) == found


def answers(role: Role, position: str = "", details: dict | None = None, **latest: dict) -> Answers:
    person = PersonFact(code="p1", name="Журавлёв Илья Сергеевич", birth_date=None, standings={})
    facts = {"position": position, "details": details or {}, "latest": latest}
    return Answers(person=person, role=role, today=dt.date(2026, 9, 1), **facts)


def test_a_mentee() -> None:
    needs = {"areas": ["проекты"], "times": "среда", "languages": "русский и Татарский", "meetings": "очно"}
    choice = {"mentors_preferred": ["p2"], "mentors_helpful": ["p3"]}
    found = profiles.profile(answers(Role.MENTEE, "8 «Б» класс", needs_survey=needs, mutual_choice=choice))
    assert found.topics == {"проекты"}
    assert found.times == {"среда"}
    assert found.languages == {"русский", "татарский"}
    assert found.formats == {"очно"}
    assert (found.first, found.second, found.unit) == (("p2",), ("p3",), "8б")


def test_a_mentor() -> None:
    details = {"competences": ["проекты"], "mentee_age": "13–17 лет", "places": 3, "hours": 6}
    offer = {"help_areas": ["общение"], "meetings": "как удобнее другой стороне"}
    found = profiles.profile(answers(Role.MENTOR, "классный руководитель 8 «Б»", details, offer_form=offer))
    assert found.topics == {"проекты", "общение"}
    assert found.formats == {"очно", "дистанционно"}
    assert (found.ages, found.places, found.leads) == ((13, 17), 3, {"8б"})


def test_no_hours_are_no_places_and_kinds_of_mentees_are_ages() -> None:
    offer = {"mentees": ["подростки", "старшеклассники"]}
    found = profiles.profile(answers(Role.MENTOR, "", {"hours": 0}, offer_form=offer))
    assert (found.places, found.ages) == (0, (11, 18))
