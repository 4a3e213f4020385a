"""One person through every door of the console, in another programme of the institution: entered once when the name is
the same; with a slip of the pen offered as a double, never doubled in silence and never made one in silence.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from tests.web.conftest import KEY, Browser
from vekha.bootstrap import App
from vekha.domain.access import Actor, Grant
from vekha.domain.people import Introduce, Role
from vekha.domain.people_rows import LAYOUT
from vekha.services.launch import campaigns
from vekha.services.mentoring import doubles, links, people, people_import
from vekha.services.mentoring.askings import Recipient
from vekha.services.process import stages
from vekha.services.region import institutions
from vekha.spreadsheet import write_xlsx
from vekha.storage.tables import Participation, Person

NEXT = "school-12-2027"
KNOWN, BORN = "Журавлёв Илья Сергеевич", dt.date(2012, 2, 28)
SLIP, NAMESAKE_BORN = "Журавлев Илия Сергеевич", dt.date(2015, 11, 3)
CURATOR = Actor(name="Куратор", grants=(Grant(role="curator", institution="school-12"),))
FORM = "/programmes/{key}/stages/{stage}/activities/{activity}/forms/prelim_request"


@dataclass
class House:
    """A school with a programme over last year, where the person is known, and one of this year with every door."""

    app: App
    curator: TestClient
    anonymous: TestClient
    folder: Path

    def everybody(self) -> list[tuple[str, str]]:
        with self.app.work(writes=False) as work:
            return [(row.code, row.name) for row in work.session.exec(select(Person).order_by(col(Person.code)))]

    def taking_part(self) -> list[str]:
        with self.app.work(writes=False) as work:
            return sorted(work.session.exec(select(Participation.person).where(Participation.programme == NEXT)))

    def offered(self) -> list[tuple[str, str]]:
        with self.app.work(CURATOR) as work:
            return [(each.one.code, each.other.code) for each in doubles.suspects(work, NEXT)]

    # Each door lets somebody in and returns what it said.

    def page(self, name: str, born: dt.date) -> str:
        typed = {"name": name, "role": "mentee", "gender": "m", "born": f"{born}", "contact": ""}
        return self.curator.post(f"/programmes/{NEXT}/people", data=typed).text

    def table(self, name: str, born: dt.date) -> str:
        cells = {"name": name, "role": "наставляемый", "born": f"{born:%d.%m.%Y}"}
        row = [cells.get(each.key, "") for each in LAYOUT.columns()]
        path = self.folder / "people.xlsx"
        write_xlsx(path, [people_import.as_table([row])])
        sent = self.curator.post(
            f"/programmes/{NEXT}/people/import", files={"file": ("people.xlsx", path.read_bytes())}
        )
        if sent.status_code != 303:
            return sent.text
        told = self.curator.get(sent.headers["location"]).text
        self.curator.post(sent.headers["location"])
        return told

    def form(self, name: str, born: dt.date) -> str:
        return self.curator.post(self._address(), data=_request(name, born), follow_redirects=True).text

    def link(self, name: str, born: dt.date) -> str:
        with self.app.work(CURATOR) as work:
            place = links.place_of(work, NEXT, "prelim_request")
            [made] = links.create(work, NEXT, place, "prelim_request", [Recipient("", "Семья", "family@example.org")])
        return self.anonymous.post(f"/f/{made.token}", data=_request(name, born), follow_redirects=True).text

    def _address(self) -> str:
        with self.app.work(CURATOR) as work:
            stage, activity = links.place_of(work, NEXT, "prelim_request")
        return FORM.format(key=NEXT, stage=stage, activity=activity)


def _request(name: str, born: dt.date) -> dict[str, Any]:
    return {
        "name": name,
        "role": "наставляемый",
        "occupation": "обучающийся",
        "birth_date": f"{born}",
        "request": "Хочу подготовиться к олимпиаде по физике",
    }


DOORS: dict[str, Callable[[House, str, dt.date], str]] = {
    "page": House.page,
    "table": House.table,
    "form": House.form,
    "link": House.link,
}
ASKING = ("page", "table")  # here somebody who knows the people can be asked at once


@pytest.fixture
def house(app: App, programme: str, browser: Browser, anonymous: TestClient, tmp_path: Path) -> House:
    with app.work() as work:
        people.carry_out(work, KEY, [Introduce(name=KNOWN, role=Role.MENTEE, birth_date=BORN)])
        key = campaigns.start_one(work, institutions.one(work, "school-12"), 2027)
        stages.open_early(work, key, "prepare", "проверка")
    return House(app, browser("curator"), anonymous, tmp_path)


@pytest.mark.parametrize("door", DOORS)
def test_the_same_person_is_entered_once(house: House, door: str) -> None:
    DOORS[door](house, f"  {KNOWN.replace(' ', '  ')} ", BORN)
    assert (house.everybody(), house.taking_part()) == ([("p1", KNOWN)], ["p1"])


@pytest.mark.parametrize("door", DOORS)
def test_a_slip_of_the_pen_is_offered_as_a_double(house: House, door: str) -> None:
    told = DOORS[door](house, SLIP, BORN)
    if door in ASKING:
        assert KNOWN in told
        assert (house.everybody(), house.taking_part()) == ([("p1", KNOWN)], [])
    else:  # whoever answers does not know the register: the curator is asked afterwards
        assert house.everybody() == [("p1", KNOWN), ("p2", SLIP)]
        assert house.offered() == [("p1", "p2")]
        page = house.curator.get(f"/programmes/{NEXT}/people").text
        assert "/doubles" in page
        assert SLIP in house.curator.get(f"/programmes/{NEXT}/doubles").text


@pytest.mark.parametrize("door", ["form", "link"])
def test_a_namesake_of_another_age_is_somebody_else(house: House, door: str) -> None:
    DOORS[door](house, KNOWN, NAMESAKE_BORN)
    assert (house.everybody(), house.taking_part()) == ([("p1", KNOWN), ("p2", KNOWN)], ["p2"])


def test_through_the_api_nobody_comes_in(house: House) -> None:
    """Other systems read: none of its addresses takes a person in. A new one has to be added to the doors above."""
    told = house.curator.get("/api/v1/openapi.json").json()
    writing = {path for path, methods in told["paths"].items() if {"post", "put", "patch"} & methods.keys()}
    assert writing
    assert not [
        path for path in writing if not path.removeprefix("/api/v1").startswith(("/campaigns", "/institutions"))
    ]
