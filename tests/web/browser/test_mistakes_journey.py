"""What people do wrong, typed into a real browser: the answer says what and what to do, and nothing typed is lost."""

import datetime as dt
from typing import Any

import pytest

from tests.web.browser.walker import Town, Walker, walking
from vekha.domain.people import GiveConsent, Introduce, Purpose, Register, Role
from vekha.services.mentoring import links, matching, people
from vekha.services.mentoring.askings import Recipient
from vekha.services.mentoring.matching import Change
from vekha.simulation.showcase import DAY

pytestmark = pytest.mark.slow
SCHOOL, COLLEGE = "school-1-2026", "college-1-2026"
CHILD, MOTHER = "Журавкин Кирилл Игоревич", "Журавкина Елена Павловна"
IDLE = "Юлдашев Артур Маратович"


def test_a_nine_year_old_is_no_mentor_in_a_college(town: Town, chromium: Any) -> None:
    with walking(chromium, town, "operator", name="young") as operator:
        operator.go(f"/programmes/{COLLEGE}/people")
        operator.open("Добавить человека")
        form = operator.within("details.add form")
        operator.fill(form, name="Латыпов Данис Айратович", role="mentor", gender="m", born="2017-01-10")
        operator.press("Добавить", form)
        operator.refused("наставник Латыпов Данис Айратович, полных лет: 9")
        assert operator.page.input_value("details.add [name=name]") == "Латыпов Данис Айратович"


def test_nobody_is_their_own_guardian_and_a_link_serves_once(town: Town, chromium: Any) -> None:
    with town.app.work() as work:
        place = links.place_of(work, SCHOOL, "consent_minor")
        people_asked = [Recipient("p1", MOTHER), Recipient("p2", "Звонарёва Инна Олеговна")]
        first, late = links.create(work, SCHOOL, place, "consent_minor", people_asked)
    with walking(chromium, town, name="guardian", width=390, scripts=False) as guardian:
        guardian.go(f"/f/{first.token}")
        _signs(guardian, CHILD)
        assert "аконным представителем указан сам участник" in guardian.page.inner_text("#guardian-p")  # at the field
        assert guardian.page.input_value("[name=authority]").endswith("518204")
        _signs(guardian, MOTHER)
        guardian.sees("Спасибо, ответ получен")
        guardian.go(f"/f/{first.token}")  # used already
        assert guardian.page.locator("form").count() == 0
        town.app.clock.day = DAY + dt.timedelta(days=200)  # type: ignore[attr-defined]
        guardian.go(f"/f/{late.token}")  # after its end
        assert guardian.page.locator("form").count() == 0


def _signs(guardian: Walker, name: str) -> None:
    guardian.fill(guardian=name, authority="свидетельство о рождении № 518204")
    relation = guardian.page.locator("[name=relation][value=мать]")
    relation.check() if relation.count() else guardian.page.select_option("[name=relation]", "мать")
    guardian.page.check("[name=data] >> nth=0")
    guardian.press("Отправить")


def test_no_place_and_everybody_forbidden_are_answers_with_reasons(town: Town, chromium: Any) -> None:
    """A mentor who takes nobody; then one who would, forbidden to the only one who waits."""
    _mentor(town, "p11", IDLE, places=0)
    with walking(chromium, town, "curator", name="nobody") as curator:
        curator.go(f"/programmes/{SCHOOL}/pairs")
        curator.press("Подобрать пары")
        curator.sees("Подобрать не удалось никого", "Без наставника 1 человек")
        _mentor(town, "p12", "Белякова Инна Львовна", places=1)
        with town.app.work() as work:
            matching.fix(work, SCHOOL, Change("forbid", "p6", "p12", "родственники"))
        curator.go(f"/programmes/{SCHOOL}/pairs")
        curator.press("Подобрать заново")
        curator.sees("Подобрать не удалось никого", "Запрещено куратором: Белякова Инна Львовна", "родственники")


def _mentor(town: Town, code: str, name: str, places: int) -> None:
    with town.app.work() as work:
        commands = (
            Introduce(name=name, role=Role.MENTOR),
            GiveConsent(subject=code, purpose=Purpose.PROCESSING, signed=DAY, until=dt.date(2027, 12, 31)),
            Register(person=code, role=Role.MENTOR, on=DAY, details={"places": places}),
        )
        people.carry_out(work, SCHOOL, commands)
