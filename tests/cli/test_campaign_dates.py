"""Commands of dates: shift, undo, history, deadlines by level, decree, requests for more time."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Vekha
from vekha.bootstrap import App
from vekha.services.launch import campaigns

INFORM = ("--activity", "prepare.inform")
WHY = ("--reason", "Карантин", "--order", "12-од")


@pytest.fixture
def region(vekha: Vekha, school: str, app: App) -> str:
    """The campaign «autumn» of one school more; returns its programme."""
    told = ("--type", "school", "--region", "02", "--title", "Школа № 13", "--short-title", "Школа № 13")
    added = vekha("institution", "add", "school-13", *told, "--timezone", "Asia/Yekaterinburg", "--city", "Примерск")
    assert added.code == 0, added.err
    created = vekha(
        "campaign", "create", "autumn", "--title", "Осень", "--region", "02", "--year", 2026, "--only", "school-13"
    )
    assert created.code == 0, created.err
    return "school-13-2026"


@pytest.fixture
def running(vekha: Vekha, region: str, app: App) -> str:
    with app.work() as work:
        campaigns.launch_batch(work, "autumn", ["school-13"])
        campaigns.finish_launch(work, "autumn")
    return region


def due(vekha: Vekha, programme: str, activity: str) -> str:
    rows: list[dict[str, Any]] = vekha("programme", "show", programme, "--json").json["activities"]
    return next(row["due"] for row in rows if row["activity"] == activity)


def test_seen_applied_undone(vekha: Vekha, running: str) -> None:
    before = due(vekha, running, "inform")
    seen = vekha("campaign", "shift", "autumn", "--days", 7, *INFORM, "--json").json
    (row,) = seen["rows"]
    assert (row["old"], row["programmes"], seen["conflicts"]) == (before, 1, [])
    shown = vekha("campaign", "shift", "autumn", "--days", 7, *INFORM)
    assert shown.code == 0
    assert f"--apply {seen['token']}" in shown.out
    applied = vekha("campaign", "shift", "autumn", "--days", 7, *INFORM, "--apply", seen["token"], *WHY, "--json")
    assert (applied.code, applied.json["id"], applied.json["activities"]) == (0, 1, 1)
    assert due(vekha, running, "inform") == row["new"]
    assert vekha("campaign", "undo", 1, "--preview", "--json").json["rows"][0]["new"] == before
    undone = vekha("campaign", "undo", 1, "--reason", "Ошибка")
    assert undone.code == 0, undone.err
    assert "Перенос № 1 отменён, отмена № 2: 1 мероприятие, 1 программа" in undone.out
    assert due(vekha, running, "inform") == before
    told = [(row["id"], row["kind"], row["in_force"]) for row in vekha("campaign", "shifts", "autumn", "--json").json]
    assert told == [(2, "undo", True), (1, "shift", False)]
    assert "отмена" in vekha("campaign", "shifts").out
    changes = vekha("campaign", "shifts", "--programme", running, "--json").json
    assert {row["order_number"] for row in changes} == {"12-од", None}
    assert "Карантин" in vekha("campaign", "shifts", "--programme", running).out


def test_a_stale_preview_shows_a_new_one(vekha: Vekha, running: str) -> None:
    shift = ("campaign", "shift", "autumn", "--days", 7, *INFORM)
    token = vekha(*shift, "--json").json["token"]
    first = vekha(*shift, "--apply", token, *WHY)
    assert first.code == 0, first.err
    refused = vekha(*shift, "--apply", token, *WHY, "--json")
    assert (refused.code, refused.codes) == (1, ["shift.stale", "shift.stale_by"])
    told = vekha(*shift, "--apply", token, *WHY)
    assert f"--apply {refused.json['preview']['token']}" in told.out
    assert "Карантин" in told.err


def test_conflicts_are_told_with_the_preview(vekha: Vekha, running: str) -> None:
    refused = vekha("campaign", "shift", "autumn", "--to", "01.01.2020", *INFORM, "--json")
    assert refused.code == 1
    assert set(refused.codes) == {"shift.ends_before_start", "shift.outside_cycle"}
    assert vekha("campaign", "shift", "autumn", "--to", "01.01.2020", *INFORM).code == 1
    nothing = vekha("campaign", "shift", "autumn", "--late", "--working-days", -1)
    assert (nothing.code, "Ни один срок не меняется" in nothing.out) == (0, True)


@pytest.mark.parametrize("wrong", [(), ("--days", 7, "--to", "май"), ("--days", 7, "--activity", "inform")])
def test_wrong_use(vekha: Vekha, running: str, wrong: tuple[object, ...]) -> None:
    assert vekha("campaign", "shift", "autumn", *wrong).code == 2


def test_deadlines_of_a_draft_and_of_what_runs(vekha: Vekha, region: str, app: App) -> None:
    at = ("--level", "type:school")
    assert "черновик" in vekha("campaign", "deadlines", "set", "autumn", "prepare.inform", "до 10 июня", *at).out
    with app.work() as work:
        campaigns.launch_batch(work, "autumn", ["school-13"])
        campaigns.finish_launch(work, "autumn")
    assert due(vekha, region, "inform") == "2026-06-10"
    assert vekha("campaign", "deadlines", "list", "autumn", "--json").json == [
        {"level": "type:school", "place": "prepare.inform", "deadline": "до 10 июня"}
    ]
    clear = ("campaign", "deadlines", "clear", "autumn", "prepare.inform", *at)
    token = vekha(*clear, "--json").json["token"]
    assert due(vekha, region, "inform") == "2026-06-10"
    assert vekha(*clear, "--apply", token, "--reason", "Не нужно").code == 0
    assert due(vekha, region, "inform") == "2026-06-01"
    assert "Своих сроков у запуска нет" in vekha("campaign", "deadlines", "list", "autumn").out


def test_a_decree(vekha: Vekha, running: str, tmp_path: Path) -> None:
    decree = tmp_path / "2026.csv"
    decree.write_text("дата;день;причина\n01.06.2026;выходной;перенос\n", encoding="utf-8")
    seen = vekha("campaign", "calendar", "02", "--file", decree, "--json").json
    assert {(row["old"], row["new"]) for row in seen["rows"]} == {("2026-06-01", "2026-06-02")}
    applied = vekha("campaign", "calendar", "02", "--file", decree, "--apply", seen["token"], *WHY)
    assert applied.code == 0, applied.err
    assert due(vekha, running, "inform") == "2026-06-02"
    assert vekha("campaign", "calendar", "02", "--json").json["activities"] > 0  # the calendar itself knows no decree


def test_more_time(vekha: Vekha, running: str) -> None:
    asked = vekha("extension", "ask", running, "prepare.inform", "--until", "10.06.2026", "--reason", "Болели")
    assert "Просьба № 1" in asked.out
    assert vekha("extension", "ask", running, "mentees", "--until", "10.10.2026", "--reason", "Болели").code == 0
    assert "ждёт ответа" in vekha("extension", "list").out
    assert vekha("extension", "decline", 2, "--reason", "Срок задан сверху").code == 0
    assert vekha("extension", "grant", "--all", "--of", "autumn", "--preview", "--json").json["activities"] == 1
    granted = vekha("extension", "grant", "--all", "--of", "autumn", *WHY)
    assert granted.code == 0, granted.err
    assert due(vekha, running, "inform") == "2026-06-10"
    states = [row["state"] for row in vekha("extension", "list", "--programme", running, "--json").json]
    assert states == ["granted", "declined"]
    assert vekha("extension", "list", "--waiting", "--json").json == []
    assert vekha("extension", "grant", "--json").codes == ["extension.none"]
