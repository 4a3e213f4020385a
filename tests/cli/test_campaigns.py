"""A campaign's life and how it stands, by commands."""

from pathlib import Path

import pytest

from tests.cli.conftest import Vekha
from tests.conftest import VirtualClock
from vekha.bootstrap import App
from vekha.services.launch import campaigns


@pytest.fixture
def running(vekha: Vekha, app: App, school: str) -> str:
    """A campaign of 2027 with the one school, launched."""
    created = vekha("campaign", "create", "next", "--title", "Год 2027", "--region", "02", "--year", 2027)
    assert created.code == 0, created.err
    with app.work() as work:
        campaigns.launch_batch(work, "next", ["school-12"])
        campaigns.finish_launch(work, "next")
    return "next"


def test_pause_resume_cancel(vekha: Vekha, running: str) -> None:
    told = vekha("campaign", "pause", running, "--reason", "ремонт")
    assert (told.code, told.out) == (0, "Приостановлено: 1 программа. Вернуть в работу: vekha campaign resume\n")
    assert vekha("campaign", "pause", running, "--reason", "ещё раз", "--json").codes == ["campaign.wrong_state"]
    assert "приостановлен" in vekha("campaign", "list").out
    assert vekha("campaign", "resume", running, "--json").json == {
        "campaign": "next", "state": "running", "programmes": 1,
    }  # fmt: skip
    assert vekha("campaign", "cancel", running, "--reason", " ", "--json").codes == ["campaign.reason_needed"]
    assert vekha("campaign", "cancel", running, "--reason", "слияние").code == 0
    (row,) = vekha("campaign", "list", "--json").json
    assert row["state"] == "cancelled"


def test_late_comers(vekha: Vekha, running: str) -> None:
    assert vekha("campaign", "add", running, "--json").codes == ["campaign.nobody_to_add"]
    vekha("institution", "add", "school-13", "--type", "school", "--region", "02", "--title", "Школа № 13")
    told = vekha("campaign", "add", running, "school-13", "--starts", "01.10.2027", "--json")
    assert told.json == {"campaign": "next", "programmes": ["school-13-2027"]}
    shown = vekha("programme", "show", "school-13-2027", "--json").json
    assert min(each["due"] for each in shown["activities"]) >= "2027-10-01"


def test_the_map_in_words(vekha: Vekha, running: str, clock: VirtualClock) -> None:
    clock.now = clock.now.replace(year=2027, month=10)
    shown = vekha("campaign", "status", running)
    assert "просрочен на " in shown.out
    assert "1 – Подготовка условий" in shown.out
    assert "просрочен: 1 из 1, до " in vekha("campaign", "status", running, "--by", "municipality").out
    (found,) = vekha("campaign", "status", running, "--json").json
    assert (found["type"], len(found["stages"]), [each["institution"] for each in found["lines"]]) == (
        "school", 7, ["school-12"],
    )  # fmt: skip
    assert found["lines"][0]["cells"]["prepare"]["state"] == "late"
    (found,) = vekha("campaign", "status", running, "--by", "municipality", "--json").json
    assert found["lines"][0]["cells"]["prepare"]["late"] == 1


def test_late_and_forecast(vekha: Vekha, running: str, clock: VirtualClock) -> None:
    assert vekha("campaign", "late", running).out == "Просроченного нет.\n"
    assert vekha("campaign", "forecast", running).out == "При нынешнем темпе не опоздает никто.\n"
    clock.now = clock.now.replace(year=2027, month=10)
    assert "Петрова Мария Ивановна, заместитель директора" in vekha("campaign", "late", running).out
    assert vekha("campaign", "late", running, "--json").json[0]["days"] > 100
    assert "Темп: до какого дня плана дошли" in vekha("campaign", "forecast", running).out
    assert vekha("campaign", "forecast", running, "--json").json[0]["pace"] < 1


def test_the_workbook(vekha: Vekha, running: str, tmp_path: Path) -> None:
    told = vekha("campaign", "status", running, "--out", tmp_path / "карта.xlsx", "--json")
    assert told.json == {"file": str(tmp_path / "карта.xlsx")}
    assert (tmp_path / "карта.xlsx").read_bytes()[:2] == b"PK"


def test_wrong_uses(vekha: Vekha, running: str) -> None:
    assert vekha("campaign", "status", running, "--by", "тип", "--json").codes == ["cli.unknown_choice"]
    assert vekha("campaign", "status", "x", "--json").codes == ["campaign.unknown"]


def test_a_municipal_curator_sees_their_own_and_moves_nothing(
    vekha: Vekha, running: str, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now = clock.now.replace(year=2027, month=10)
    where = ("--role", "municipal_curator", "--region", "02", "--municipality")
    assert vekha(*where, "Примерский район", "campaign", "late", running, "--json").json == []
    monkeypatch.setenv("VEKHA_MUNICIPALITY", "")  # an empty variable is none
    assert vekha(*where[:4], "campaign", "late", running, "--json").json != []
    moved = ("campaign", "shift", running, "--stage", "prepare", "--days", 3, "--json")
    assert vekha(*where[:4], *moved).codes == ["access.denied"]
    assert vekha("--role", "operator", "--region", "03", *moved).codes == ["access.denied"]
    assert vekha("--role", "operator", "--region", "02", *moved).code == 0
