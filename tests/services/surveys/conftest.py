"""A school with a dozen pupils, some mentors and their consents, on SQLite or on both databases."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from tests.conftest import VirtualClock
from vekha.bootstrap import App
from vekha.domain.access import Actor, Grant
from vekha.domain.errors import VekhaError
from vekha.domain.people import GiveConsent, Introduce, Purpose, Register, Role
from vekha.services.launch import campaigns
from vekha.services.mentoring import people
from vekha.services.process import stages
from vekha.services.region import institutions
from vekha.services.surveys import answering, asking, life
from vekha.services.surveys.life import SurveyData

KEY = "school-12-2026"
PUPILS, MENTORS = 12, 4
CURATOR = Actor(name="Куратор", grants=(Grant(role="curator", institution="school-12"),))
NOBODY = Actor(name="", grants=())
TODAY = dt.date(2026, 5, 4)
OPINION: Mapping[str, Any] = {"clarity": 8, "organisation": 7, "help": 9, "safety": 6, "recommend": True}


@dataclass(frozen=True)
class School:
    """An installation with one running programme, and shortcuts for what tests do all the time."""

    app: App
    clock: VirtualClock

    def create(self, form: str = "programme_opinion", **changed: Any) -> int:
        with self.app.work(CURATOR) as work:
            return life.create(work, KEY, SurveyData(form=form, **changed))

    def invite(self, number: int, codes: list[str] | None = None) -> dict[str, str]:
        """Code of everybody who may be asked, or of these → the secret of a link."""
        with self.app.work(CURATOR) as work:
            survey = life.known(work, KEY, number)
            wanted = asking.waited_for(work, survey) if codes is None else asking.chosen(work, survey, codes)
            made = asking.invite(work, KEY, number, wanted)
        return {one.code: each.token for one, each in zip(wanted, made, strict=True)}

    def answer(self, token: str, data: Mapping[str, Any]) -> None:
        with self.app.work(NOBODY) as work:
            answering.answer(work, token, data)

    def refused(self, service: Any, *arguments: Any, who: Actor = CURATOR, **named: Any) -> list[str]:
        with pytest.raises(VekhaError) as caught, self.app.work(who) as work:
            service(work, *arguments, **named)
        return [each.code for each in caught.value.problems]

    def does(self, service: Any, *arguments: Any, **named: Any) -> Any:
        with self.app.work(CURATOR) as work:
            return service(work, *arguments, **named)

    def rows(self, table: type[SQLModel]) -> list[Any]:
        with self.app.work(writes=False) as work:
            return list(work.session.exec(select(table)))


def settle(app: App, add_institution: Callable[..., str]) -> None:
    add_institution(app)
    with app.work() as work:
        campaigns.start_one(work, institutions.one(work, "school-12"), 2026)
        stages.open_due(work, KEY)
    people_of_school(app)


def people_of_school(app: App) -> None:
    with app.work() as work:
        dates = {"signed": TODAY, "until": dt.date(2027, 6, 30), "purpose": Purpose.PROCESSING}
        for number in range(1, PUPILS + MENTORS + 1):
            pupil = number <= PUPILS
            role = Role.MENTEE if pupil else Role.MENTOR
            name = f"{'Ученик' if pupil else 'Наставник'}ов{'абвгдежзиклмнопр'[number - 1]} Илья Сергеевич"
            born = dt.date(2010 if number > 2 else 2015, 2, number)  # the first two are too young to answer themselves
            contact = f"p{number}@example.org" if number != 3 else "+7 900 000-00-03"
            commands: list[Any] = [
                Introduce(name=name, role=role, birth_date=born if pupil else dt.date(1980, 3, 1), contact=contact)
            ]
            if number != 4:  # whose consent nobody has given
                guardian = {
                    "guardian": f"Родитель{number} Мария Петровна",
                    "guardian_contact": f"g{number}@example.org",
                }
                commands.append(GiveConsent(subject=f"p{number}", **(guardian if pupil else {}), **dates))
                commands.append(Register(person=f"p{number}", role=role, on=TODAY))
            people.carry_out(work, KEY, commands)


@pytest.fixture
def school(app: App, clock: VirtualClock, add_institution: Callable[..., str]) -> School:
    settle(app, add_institution)
    return School(app, clock)


@pytest.fixture
def any_school(any_app: App, clock: VirtualClock, add_institution: Callable[..., str]) -> School:
    """The same test on both databases."""
    settle(any_app, add_institution)
    return School(any_app, clock)
