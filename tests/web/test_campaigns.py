"""«Запуски»: planned, seen, launched, paused, joined, cancelled; the operator's own deadlines."""

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import Browser
from vekha.bootstrap import App
from vekha.domain.errors import VekhaError
from vekha.services.launch import campaigns
from vekha.storage.tables import Activity, Campaign, Outbox, Programme

Add = Callable[..., str]


@pytest.fixture
def region(app: App, add_institution: Add) -> App:
    """Three schools of two municipalities."""
    for number, municipality in ((12, "Уфа"), (13, "Уфа"), (14, "Бирск")):
        add_institution(app, number=number, municipality=municipality)
    return app


def drafted(client: TestClient, **told: object) -> str:
    """The address of a new draft."""
    form = client.get("/campaigns/new").text
    [code] = re.findall(r'name="code" value="([^"]+)"', form)
    data = {"code": code, "title": "Наставничество 2026", "region": "02", "year": "2026", "types": ["school"], **told}
    answer = client.post("/campaigns/new", data=data)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def run_launch(app: App, address: str) -> None:
    """What the flow does with the outbox."""
    code = address.rpartition("/")[2]
    with app.work() as work:
        campaigns.launch_batch(work, code, ["school-12", "school-13", "school-14"])
        campaigns.finish_launch(work, code)


def launched(app: App, client: TestClient, **told: object) -> str:
    address = drafted(client, **told)
    assert client.post(f"{address}/launch").status_code == 303
    run_launch(app, address)
    return address


def states(app: App) -> dict[str, str]:
    with app.work(writes=False) as work:
        return {row.institution: row.state for row in work.session.query(Programme)}


def test_a_campaign_is_planned_seen_and_launched(region: App, browser: Browser) -> None:
    client = browser("operator")
    assert "Запусков ещё нет" in client.get("/campaigns").text
    address = drafted(client)
    seen = client.get(address).text
    assert ["Школа: 3 организации" in seen, "начнутся в 3 организациях" in seen, states(region)] == [True, True, {}]
    assert client.post(f"{address}/launch").status_code == 303
    going = client.get(address).text
    assert ["Запуск идёт" in going, "Начато 0 из 3" in going, 'hx-trigger="every 2s"' in going] == [True, True, True]
    assert [row.kind for row in _outbox(region)] == ["launch_campaign"]
    run_launch(region, address)
    through = client.get(f"{address}/progress").text
    assert ["Запуск идёт" in through, "Перенести сроки" in through] == [False, True]
    assert list(states(region).values()) == ["running"] * 3
    assert "Наставничество 2026" in client.get("/campaigns").text


def _outbox(app: App) -> list[Outbox]:
    with app.work(writes=False) as work:
        return list(work.session.query(Outbox))


def test_a_launch_that_fails_says_so_where_its_result_will_be(region: App, browser: Browser) -> None:
    client = browser("operator")
    address = drafted(client)
    client.post(f"{address}/launch")
    with region.work() as work:
        row = work.session.query(Outbox).one()
        row.error, row.attempts = "нет связи", 1
        work.session.add(row)
    assert "Пока не получилось" in client.get(address).text


def test_a_form_sent_twice_is_one_campaign(region: App, browser: Browser) -> None:
    client = browser("operator")
    assert drafted(client, code="c-1") == drafted(client, code="c-1")
    refused = client.post("/campaigns/new", data={"code": "c-1", "title": "Другой", "region": "02", "year": "2027"})
    assert (refused.status_code, "уже создан с другими условиями" in refused.text) == (422, True)


def test_what_is_wrong_with_a_campaign_is_told_at_once_and_what_was_typed_stays(region: App, browser: Browser) -> None:
    data = {
        "code": "c",
        "title": " ",
        "region": "02",
        "year": "скоро",
        "only": "Школа, которой нет",
        "types": ["school"],
    }
    answer = browser("operator").post("/campaigns/new", data=data)
    told = ("не год цикла", "нет названия", "«Школа, которой нет» не нашлась", 'value="school" checked')
    assert (answer.status_code, [each in answer.text for each in told]) == (422, [True] * 4)
    assert "страница устарела" in browser("administrator").post("/campaigns/new", data={**data, "code": ""}).text


def test_a_campaign_for_nobody_cannot_be_launched(region: App, browser: Browser) -> None:
    client = browser("operator")
    address = drafted(client, types=["college"])
    page = client.get(address).text
    assert ["не подходит ни одна организация" in page, 'disabled aria-describedby="seen"' in page] == [True, True]
    assert client.post(f"{address}/launch").status_code == 422


def test_a_campaign_is_narrowed_down_by_names(region: App, browser: Browser) -> None:
    client = browser("operator")
    address = drafted(client, municipalities=["Уфа"], only="school-12\nSCHOOL-14\n")
    assert "Школа: 1 организация" in client.get(address).text


def test_paused_resumed_joined_and_cancelled(region: App, browser: Browser, add_institution: Add) -> None:
    client = browser("operator")
    address = launched(region, client)
    assert "нужна причина" in client.post(f"{address}/pause").text
    assert client.post(f"{address}/pause", data={"reason": "Карантин"}).status_code == 303
    assert set(states(region).values()) == {"paused"}
    assert client.post(f"{address}/resume").status_code == 303
    add_institution(region, number=15, municipality="Бирск")
    wrong = client.post(f"{address}/add", data={"only": "nobody", "starts": ""})
    assert (wrong.status_code, "«nobody» не нашлась" in wrong.text) == (422, True)
    assert "не похоже на дату" in client.post(f"{address}/add", data={"starts": "осенью"}).text
    joined = client.post(f"{address}/add", data={"only": "school-15", "starts": "2026-10-12"})
    assert "Добавлено: 1 программа" in client.get(joined.headers["location"]).text
    assert client.post(f"{address}/cancel", data={"reason": "Ошибка"}).status_code == 303
    assert set(states(region).values()) == {"cancelled"}
    assert "нельзя приостановить" in client.post(f"{address}/pause", data={"reason": "?"}).text


def test_a_deadline_in_a_draft_is_written_at_once(region: App, browser: Browser) -> None:
    client = browser("operator")
    address = drafted(client)
    told = {"place": "prepare", "phrase": "до 20 мая", "level": "campaign", "only": "school-12"}
    assert client.post(f"{address}/deadline/draft", data=told).status_code == 303
    page = client.get(address).text
    assert ["до 20 мая" in page, "организация: " in page, "institution:" in page.partition("deadline/draft")[0]] == [
        True,
        True,
        False,
    ]
    assert client.post(f"{address}/deadline/draft", data={**told, "phrase": "когда-нибудь"}).status_code == 422
    cleared = {"place": "prepare", "phrase": "", "level": "institution:school-12"}
    assert client.post(f"{address}/deadline/draft", data=cleared).status_code == 303
    assert "Своих сроков нет" in client.get(address).text


def test_a_deadline_of_a_running_campaign_is_seen_first(region: App, browser: Browser) -> None:
    client = browser("operator")
    address = launched(region, client)
    refused = client.post(f"{address}/deadline/draft", data={"place": "prepare", "phrase": "15.06.2026"})
    assert "запуск уже не черновик" in refused.text
    with region.work(writes=False) as work:
        place = next(row.code for row in work.session.query(Activity) if row.stage == "prepare")
    query = f"{address}/deadline?place=prepare.{place}&phrase=15.06.2026&level=municipality:Уфа"
    seen = client.get(query).text
    assert ["муниципалитет: Уфа" in seen, "в 2 программах" in seen] == [True, True]
    [token] = re.findall(r'name="token" value="([^"]+)"', seen)
    done = client.post(query, data={"token": token, "reason": "Приказ", "order": "7"})
    assert done.status_code == 303
    assert "Сроки уже новые" in client.get(done.headers["location"]).text
    with region.work(writes=False) as work:
        assert list(work.session.get_one(Campaign, address.rpartition("/")[2]).overrides) == ["municipality:Уфа"]
    assert "«такой» не нашлась" in client.get(f"{query}&only=такой").text


@pytest.mark.parametrize("who", ["municipal", "director", "curator", "stranger"])
def test_campaigns_are_the_operators(region: App, browser: Browser, who: str) -> None:
    address = launched(region, browser("operator"))
    client = browser(who)
    for place in (
        "/campaigns/new",
        address,
        f"{address}/progress",
        f"{address}/shift",
        f"{address}/deadline?place=prepare",
    ):
        assert client.get(place).status_code == 403, place
    for place in ("launch", "pause", "resume", "cancel", "add", "deadline/draft", "shift?how=days&number=3"):
        assert client.post(f"{address}/{place}", data={"reason": "?"}).status_code == 403, place
    assert client.post("/campaigns/new", data={"code": "c-9", "title": "Мой", "year": "2026"}).status_code == 403
    assert set(states(region).values()) == {"running"}


def test_a_campaign_that_is_not_there(region: App, browser: Browser) -> None:
    assert browser("operator").get("/campaigns/nowhere").status_code == 404
    with pytest.raises(VekhaError), region.work() as work:
        campaigns.campaign_of(work, "nowhere")
