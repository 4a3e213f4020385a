"""What is worked off behind the pages: said in words, tried again, and what a curator sees while nobody works."""

import datetime as dt
import re

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from flows.heartbeat import heard
from tests.conftest import VirtualClock
from tests.flows.processes import wait_for
from tests.web.conftest import KEY, Browser
from tests.web.test_board import region, statements, words_of  # noqa: F401
from vekha.bootstrap import App
from vekha.storage import heartbeat
from vekha.storage.outbox import MAX_ATTEMPTS
from vekha.storage.tables import Outbox

STAGE = f"/programmes/{KEY}/stages/prepare"


def break_down(app: App, key: str, attempts: int, programme: str = "school-12-2026") -> int:
    """A piece of work that failed; returns its number."""
    with app.work() as work:
        payload = {"programme": programme, "stage": "prepare"}
        row = Outbox(kind="close_stage", key=key, payload=payload, queued_at=work.now, ready_at=work.now)
        row.attempts, row.error = attempts, "принтер не отвечает"
        work.session.add(row)
        work.session.flush()
        return row.id or 0


def row_of(app: App, number: int) -> Outbox:
    with app.work(writes=False) as work:
        return work.session.exec(select(Outbox).where(Outbox.id == number)).one()


@pytest.fixture
def operator(browser: Browser, region: App) -> TestClient:  # noqa: F811
    assert region
    return browser("operator")


def test_a_dispatcher_is_seen_while_it_works_and_gone_when_it_stops(
    region: App,  # noqa: F811
    operator: TestClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(heartbeat, "EVERY", 3600.0)  # what it says, it says at once and not with the next beat
    assert "Диспетчер не отвечает" in operator.get("/queue").text
    with heard(region, "d1") as voice:
        assert "Диспетчер работает" in operator.get("/queue").text
        voice.say("сервер Prefect не отвечает")
        wait_for(lambda: "Что мешает" in operator.get("/queue").text)
        told = words_of(operator.get("/queue").text)
    assert "Диспетчер работает Последний раз отозвался 20 октября, 11:00" in told
    assert "Что мешает: сервер Prefect не отвечает" in told
    assert "Диспетчер не отвечает" in operator.get("/queue").text


def test_one_that_was_killed_counts_as_dead_soon(region: App, operator: TestClient, clock: VirtualClock) -> None:  # noqa: F811
    heartbeat.beat(region.engine, "d1", clock())
    clock.now += heartbeat.SILENCE
    assert "Диспетчер работает" in operator.get("/queue").text
    clock.now += dt.timedelta(seconds=1)
    told = words_of(operator.get("/queue").text)
    assert "Диспетчер не отвечает" in told and "отозвался 20 октября, 11:00" in told
    heartbeat.beat(region.engine, "d2", clock() + dt.timedelta(minutes=5))
    assert "Диспетчер работает" in operator.get("/queue").text


def test_what_failed_is_told_and_tried_again(region: App, operator: TestClient) -> None:  # noqa: F811
    number = break_down(region, "one", MAX_ATTEMPTS)
    told = words_of(operator.get("/queue").text)
    assert "Завершение этапа Подготовка условий" in told and "Школа № 12" in told
    assert "Остановлена" in told and "принтер не отвечает" in told
    assert operator.post(f"/queue/{number}/retry").status_code == 303
    assert row_of(region, number).attempts == 0
    assert "Работа отправлена на повтор" in words_of(operator.get("/journal").text)
    assert operator.post("/queue/999999/retry").status_code == 303


def test_only_who_may_act_there_tries_again(region: App, browser: Browser) -> None:  # noqa: F811
    number = break_down(region, "one", 3)
    client = browser("uezd")
    assert "Школа № 12" not in client.get("/queue").text
    break_down(region, "two", 3, "school-13-2026")
    told = client.get("/queue").text
    assert "Школа № 13" in told and "Повторить" not in told
    assert client.post(f"/queue/{number}/retry").status_code == 403
    assert row_of(region, number).attempts == 3
    assert browser("curator").get("/queue").status_code == 403


def test_the_link_to_prefect_stays_on_its_machine(
    operator: TestClient,
    region: App,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def shown(address: str) -> bool:
        monkeypatch.setitem(region.settings.__dict__, "prefect_ui_url", address)
        return "Открыть Prefect" in operator.get("/queue").text

    assert [shown(each) for each in ("", "http://127.0.0.1:4200", "https://prefect.example.org", "javascript:x")] == [
        False,
        False,
        True,
        False,
    ]


def test_the_number_of_queries_does_not_grow(region: App, operator: TestClient) -> None:  # noqa: F811
    def ask() -> int:
        return statements(region, lambda: operator.get("/queue"))

    break_down(region, "one", 3)
    few = ask()
    for number in (9, 13):
        break_down(region, f"of {number}", 3, f"school-{number}-2026")
    assert ask() == few


def test_a_curator_is_told_when_nobody_closes_the_stage(app: App, programme: str, browser: Browser) -> None:
    curator = browser("curator")
    for row in re.findall(r'<li id="a-(\w+)"', curator.get(STAGE).text):
        assert curator.post(f"{STAGE}/activities/{row}/waive", data={"reason": "проверка"}).status_code == 303
    assert curator.post(f"{STAGE}/complete").status_code == 303
    down = "Диспетчер сейчас не работает; этап завершится, когда он вернётся"
    assert down in curator.get(STAGE).text
    assert curator.get(f"{STAGE}/progress?told=false&down=true").status_code == 204
    heartbeat.beat(app.engine, "d1", app.clock())
    back = curator.get(f"{STAGE}/progress?told=false&down=true")
    assert (back.status_code, down in back.text) == (200, False)
    assert curator.get(f"{STAGE}/progress?told=false&down=false").status_code == 204
    assert programme == KEY
