"""«Просьбы»: seen, granted for one or for all, refused with a reason, granted back when undone."""

import datetime as dt
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from tests.web.conftest import ROOT, Browser
from tests.web.test_campaigns import Add, launched
from tests.web.test_campaigns import region as region  # noqa: PLC0414 — the same three schools
from tests.web.test_shifts import dues, moved
from vekha.bootstrap import App
from vekha.services.dates import extension_list, extensions
from vekha.storage.tables import Extension

LATER = dt.date(2026, 7, 15)


@pytest.fixture
def client(region: App, browser: Browser) -> TestClient:
    """The operator's browser; two schools ask for more time."""
    made = browser("operator")
    launched(region, made)
    for number in (12, 13):
        ask(region, f"school-{number}-2026")
    return made


def ask(app: App, key: str, activity: str = "") -> None:
    with app.work(ROOT) as work:
        extensions.ask(work, key, "prepare", activity, LATER, "Ремонт школы")


def states(app: App) -> list[str]:
    with app.work(writes=False) as work:
        return [row.state for row in work.session.query(Extension).order_by(Extension.id)]  # type: ignore[arg-type]


def test_one_is_granted_and_waits_again_when_undone(region: App, client: TestClient) -> None:
    page, before = client.get("/extensions").text, dues(region)
    assert ["2 просьбы" in page, "Ремонт школы" in page, "→ 15 июля" in page] == [True, True, True]
    batch = moved(client, "/extensions/grant?id=1", "Согласовано")
    assert (states(region), dues(region) != before) == (["granted", "asked"], True)
    page = client.get("/extensions").text
    assert ["1 просьба" in page, "продлено" in page, "Согласовано" in page] == [True, True, True]
    moved(client, f"{batch}/undo", "Передумали")
    assert (states(region), dues(region)) == (["asked", "asked"], before)


def test_all_are_granted_at_once_and_until_another_day(region: App, client: TestClient) -> None:
    seen = client.get("/extensions/grant?until=2026-07-01").text
    [address] = re.findall(r'action="(/extensions/grant[^"]+)"', seen)
    assert ["2 просьбы" in seen, "id=1&amp;id=2&amp;until=2026-07-01" in address] == [True, True]
    moved(client, address.replace("&amp;", "&"), "Согласовано")
    assert states(region) == ["granted", "granted"]
    assert "Просьб нет" in client.get("/extensions").text
    assert "нет ни одной просьбы" in client.get("/extensions/grant").text
    assert "не похоже на дату" in client.get("/extensions/grant?id=1&until=летом").text


def test_a_refusal_needs_a_reason(region: App, client: TestClient) -> None:
    refused = client.post("/extensions/refuse", data={"id": ["1"], "reason": ""})
    assert (refused.status_code, "не указана причина" in refused.text) == (422, True)
    assert client.post("/extensions/refuse", data={"id": ["1"], "reason": "Уже продлевали"}).status_code == 303
    assert (states(region), "Уже продлевали" in client.get("/extensions").text) == (["declined", "asked"], True)
    again = client.post("/extensions/refuse", data={"id": ["1"], "reason": "Ещё раз"})
    assert "на эту просьбу уже ответили" in again.text
    assert client.post("/extensions/refuse", data={"reason": "Никому"}).status_code == 422


@pytest.mark.parametrize("who", ["municipal", "director", "curator", "stranger"])
def test_only_the_operator_answers(region: App, client: TestClient, browser: Browser, who: str) -> None:
    other = browser(who)
    page = other.get("/extensions").text
    assert ("Ремонт школы" in page, "Продлить отмеченные" in page) == (who != "stranger", False)
    assert other.get("/extensions/grant?id=1").status_code == 403
    assert other.post("/extensions/grant?id=1", data={"token": "", "reason": "?"}).status_code == 403
    assert other.post("/extensions/refuse", data={"id": ["1"], "reason": "?"}).status_code == 403
    assert states(region) == ["asked", "asked"]


def test_requests_are_read_as_often_for_many_as_for_one(region: App, client: TestClient, add_institution: Add) -> None:
    asked: list[str] = []
    event.listen(region.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    def count() -> int:
        with region.work(ROOT, writes=False) as work:
            asked.clear()
            rows: Any = extension_list.requests(work, waiting=True)
            assert rows
            return len([each for each in asked if each.startswith("SELECT")])

    few = count()
    ask(region, "school-14-2026")
    assert count() == few
