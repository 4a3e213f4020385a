"""`vekha roadmap preview|migrate|undo` as an operator sees them."""

import pytest

from tests.cli.conftest import Vekha
from vekha.bootstrap import App
from vekha.domain.roadmap import Roadmap


def _install(app: App) -> None:
    """The school's plugin has a second version, where «inform» is called «tell»."""
    told = app.registry.roadmap("school").model_dump(mode="json")
    (row,) = [each for each in told["stages"][0]["activities"] if each["code"] == "inform"]
    row |= {"code": "tell", "was": ["inform"], "deadline": ["май–август"]}
    roadmaps = app.registry.roadmaps(app.registry.type("school"))
    changed = Roadmap.model_validate({**told, "version": told["version"] + 1})
    app.registry._roadmaps["school"] = (changed, *roadmaps[1:])


@pytest.fixture
def second(app: App, school: str) -> str:
    """A programme of the first version, while the plugin has the second."""
    _install(app)
    return school


def _codes(vekha: Vekha, key: str) -> set[str]:
    return {each["activity"] for each in vekha("programme", "show", key, "--json").json["activities"]}


def test_seen_then_done_then_taken_back(vekha: Vekha, second: str) -> None:
    shown = vekha("roadmap", "preview", "--all")
    assert "версия 2 → 3: 1 программа" in shown.out
    assert "новый код" in shown.out
    (step,) = vekha("roadmap", "preview", second, "--json").json["programmes"]
    assert [each["kind"] for each in step["differences"]] == ["renamed", "deadline"]
    assert "inform" in _codes(vekha, second)
    assert vekha("roadmap", "migrate", "--all").out == "Переведено: 1 программа.\n"
    assert {"tell"} <= _codes(vekha, second)
    assert vekha("roadmap", "migrate", second).out == ("Переведено: 0 программ.\nВсе программы уже на нужной версии.\n")
    assert vekha("roadmap", "undo", second, "--json").json == {"programmes": [second], "problems": []}
    assert "inform" in _codes(vekha, second)
    assert vekha("roadmap", "undo", second, "--json").codes == ["version.nothing_to_undo"]
    assert vekha("roadmap", "undo", "--all", "--json").json["programmes"] == []


def test_one_refused_does_not_keep_the_others_back(vekha: Vekha, app: App, school: str) -> None:
    vekha("institution", "add", "school-13", "--type", "school", "--region", "02", "--title", "Школа № 13")
    other = vekha("programme", "start", "school-13", "--year", 2026, "--json").json["programme"]
    _install(app)
    assert vekha("roadmap", "migrate", "--all", "--json").json["programmes"] == [school, other]
    assert vekha("activity", "waive", school, "prepare", "tell", "--reason", "на сайте").code == 0
    done = vekha("roadmap", "undo", "--all", "--json").json
    assert done["programmes"] == [other]
    assert [(each["code"], each["where"]) for each in done["problems"]] == [("version.worked_since", school)]


@pytest.mark.parametrize("whom", [[], ["school-12-2026", "--all"], ["--all", "--campaign", "x"]])
def test_whom_has_to_be_said(vekha: Vekha, whom: list[str]) -> None:
    told = vekha("roadmap", "migrate", *whom, "--json")
    assert (told.code, told.codes) == (2, ["version.whom"])
