"""People entered wrongly, by each command that lets them in: refused with every reason, in Russian, nothing is lost;
somebody known is entered once, and a slip of the pen is never doubled in silence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlmodel import select

from tests.cli.conftest import Answer, Vekha
from tests.cli.test_people import table
from vekha.bootstrap import App
from vekha.storage.tables import Consent

KNOWN = {"name": "Журавлёв Илья Сергеевич", "role": "наставляемый", "born": "28.02.2010"}
SLIP = {**KNOWN, "name": "Журавлев Илия Сергеевич"}


@dataclass
class College:
    """A college's running programme and the three commands by which people come in."""

    run: Vekha
    key: str
    folder: Path

    def add(self, person: dict[str, str]) -> Answer:
        words = {"наставник": "mentor", "наставляемый": "mentee"}
        options = ("--role", words[person["role"]], "--born", person["born"])
        return self.run("person", "add", self.key, "--name", person["name"], *options, "--json")

    def imported(self, person: dict[str, str]) -> Answer:
        return self.run("person", "import", self.key, table(self.folder / "people.csv", person), "--json")

    def form(self, person: dict[str, str]) -> Answer:
        answer = {"name": person["name"], "role": person["role"], "birth_date": person["born"]}
        return self.fill("prelim_request", {**answer, "occupation": "обучающийся", "request": "Хочу учиться вместе"})

    def fill(self, form: str, answer: dict[str, Any]) -> Answer:
        path = self.folder / "answer.yaml"
        path.write_text(yaml.safe_dump(answer, allow_unicode=True), encoding="utf-8")
        return self.run("form", "fill", self.key, form, "--file", path, "--json")

    def names(self) -> list[str]:
        return [each["name"] for each in self.run("person", "list", self.key, "--json").json]

    def doubles(self) -> str:
        return self.run("person", "doubles", self.key).out


DOORS: dict[str, Callable[[College, dict[str, str]], Answer]] = {
    "add": College.add,
    "import": College.imported,
    "form": College.form,
}
every_door = pytest.mark.parametrize("door", DOORS)


@pytest.fixture
def college(vekha: Vekha, tmp_path: Path) -> College:
    told = ("--title", "Колледж связи", "--short-title", "Колледж", "--city", "Примерск", "--address", "Примерск, 1")
    place = ("--region", "02", "--region-title", "Примерная область", "--timezone", "Asia/Yekaterinburg")
    staff = (
        "--staff",
        "director=Иванова Анна Петровна, ж, директор",
        "--staff",
        "curator=Петрова Анна Ивановна, ж, зам",
    )
    added = vekha("institution", "add", "college-1", "--type", "college", *place, *told, *staff)
    assert added.code == 0, added.err
    started = vekha("programme", "start", "college-1", "--year", 2026, "--json")
    assert started.code == 0, started.err
    return College(vekha, started.json["programme"], tmp_path)


@every_door
def test_somebody_known_is_entered_once(college: College, door: str) -> None:
    assert college.add(KNOWN).code == 0
    assert DOORS[door](college, {**KNOWN, "name": "журавлёв  Илья Сергеевич"}).code == 0
    assert college.names() == [KNOWN["name"]]
    assert "Похожих записей нет" in college.doubles()


@every_door
def test_a_slip_of_the_pen_is_asked_about(college: College, door: str) -> None:
    college.add(KNOWN)
    told = DOORS[door](college, SLIP)
    if door == "form":  # whoever answers a form may be far from the register: the entry waits among the doubles
        assert college.names() == [KNOWN["name"], SLIP["name"]]
        assert KNOWN["name"] in college.doubles() and SLIP["name"] in college.doubles()
        return
    code = {"add": "people.looks_like_known", "import": "people.looks_like"}[door]
    assert (told.code, told.codes, college.names()) == (1, [code], [KNOWN["name"]])
    assert f"{KNOWN['name']} (p1)" in told.json["problems"][0]["message"]
    assert told.json["problems"][0]["remedy"]


@every_door
def test_a_mentor_of_nine_years_in_a_college_is_refused(college: College, door: str) -> None:
    told = DOORS[door](college, {"name": "Белов Пётр Ильич", "role": "наставник", "born": "01.02.2017"})
    assert (told.code, told.codes, college.names()) == (1, ["people.too_young_mentor"], [])
    [found] = told.json["problems"]
    assert [each in found["message"] for each in ("Белов Пётр Ильич", "9", "15")] == [True] * 3
    assert found["remedy"]


@pytest.mark.parametrize("door", ["import", "form"])
def test_nobody_is_the_own_guardian(college: College, app: App, door: str) -> None:
    college.add(KNOWN)
    name = KNOWN["name"].upper()
    if door == "import":
        told = college.imported({**KNOWN, "consent": "01.01.2026", "guardian": name, "relation": "мать"})
    else:
        consent = {
            "child": KNOWN["name"], "guardian": name, "relation": "мать", "authority": "свидетельство о рождении",
            "operator": "Колледж", "purpose": "участие в программе наставничества", "data": ["фамилия, имя, отчество"],
            "term": "30.06.2027", "signed": "04.05.2026",
        }  # fmt: skip
        told = college.fill("consent_minor", consent)
    assert (told.code, told.codes) == (1, ["people.own_guardian"])
    with app.work(writes=False) as work:
        assert work.session.exec(select(Consent)).all() == []


def test_nought_places_and_everybody_forbidden_are_told_as_reasons(college: College) -> None:
    """Neither is a mistake: the answer says why somebody has no mentor and what to do."""
    mentor = {"name": "Соколова Анна Викторовна", "role": "наставник", "born": "01.02.1980", "consent": "01.05.2026"}
    pupil = {**KNOWN, "born": "28.02.2006", "consent": "01.05.2026", "registered": "02.05.2026"}
    for person in (mentor, pupil):
        assert college.imported(person).code == 0
    nought = college.imported({**mentor, "places": "0"})
    assert (nought.code, nought.codes) == (1, ["people.row_number"])
    entry = {"name": mentor["name"], "registered": "02.05.2026", "base": "В", "hours": 0, "consent": True}
    assert college.fill("mentor_entry", entry).code == 0
    told = college.run("match", "propose", college.key)
    assert (told.code, "Соколова Анна Викторовна: наставник готов взять 0 наставляемых" in told.out) == (0, True)
    assert college.fill("mentor_entry", {**entry, "hours": 6}).code == 0
    assert "с наставником 1" in college.run("match", "propose", college.key).out
    assert college.run("match", "forbid", college.key, KNOWN["name"], mentor["name"], "--reason", "родня").code == 0
    told = college.run("match", "propose", college.key)
    assert (told.code, f"{KNOWN['name']}" in told.out, "без наставника 1" in told.out) == (0, True, True)
