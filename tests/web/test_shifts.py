"""«Переносы»: a shift asked for, seen, applied with a reason, listed, undone; two operators at once."""

import html
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from tests.web.conftest import ROOT, Browser
from tests.web.test_campaigns import Add, drafted, launched
from tests.web.test_campaigns import region as region  # noqa: PLC0414 — the same three schools
from vekha.bootstrap import App
from vekha.services.dates import batch_sheet, batches
from vekha.services.launch import campaigns
from vekha.storage.tables import Activity, DueBatch


@pytest.fixture
def client(region: App, browser: Browser) -> TestClient:
    return browser("operator")


@pytest.fixture
def address(region: App, client: TestClient) -> str:
    return launched(region, client)


def query(address: str, **asked: Any) -> str:
    return f"{address}/shift?{urlencode({'how': 'days', 'number': '14', 'where': 'prepare', **asked}, doseq=True)}"


def token_of(page: str) -> str:
    [token] = re.findall(r'name="token" value="([^"]+)"', page)
    return token


def moved(client: TestClient, place: str, reason: str = "Карантин") -> str:
    """Applies what the page shows and returns where it leads."""
    told = {"token": token_of(client.get(place).text), "reason": reason, "order": "12-од"}
    answer = client.post(place, data=told)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def dues(app: App) -> dict[tuple[str, str, str], Any]:
    with app.work(writes=False) as work:
        return {(row.programme, row.stage, row.code): row.due for row in work.session.query(Activity)}


def test_a_shift_is_seen_applied_and_undone_exactly(region: App, client: TestClient, address: str) -> None:
    before = dues(region)
    empty = client.get(f"{address}/shift").text
    assert ['id="preview"' in empty, "Посмотреть, что изменится" in empty] == [False, True]
    seen = client.get(query(address)).text
    assert ["в 3 программах" in seen, "Причина" in seen, dues(region) == before] == [True, True, True]
    batch = moved(client, query(address))
    assert dues(region) != before
    page = client.get(f"{batch}?done=true").text
    told = ("Сроки уже новые", "на +14 дн.", "Карантин", "приказ 12-од", "Отменить перенос")
    assert [each in page for each in told] == [True] * 5
    assert "на +14 дн." in client.get("/shifts").text
    assert "Все сроки вернутся" in client.get(f"{batch}/undo").text
    undo = moved(client, f"{batch}/undo", "Передумали")
    assert dues(region) == before
    assert "Передумали" in client.get(batch).text
    assert "отменён" in client.get("/shifts").text
    again = moved(client, f"{undo}/undo", "Всё-таки нужен")
    assert (dues(region) != before, "Отменяет перенос" in client.get(again).text) == (True, True)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"number": ""}, "не сказано, на сколько или куда переносить"),
        ({"number": "скоро"}, "не число дней"),
        ({"number": "9" * 5}, "не число дней"),
        ({"number": "0"}, "перенос на 0 дней"),
        ({"how": "to", "number": "", "phrase": ""}, "не сказано"),
        ({"how": "to", "phrase": "1-я дикада мая"}, "не понят"),
        ({"where": "nowhere"}, "такого мероприятия нет"),
        ({"only": "Школа Которой Нет"}, "не нашлась"),
        ({"number": "-3000"}, "вне цикла"),
        ({"municipalities": "Казань"}, "Ни один срок не меняется"),
    ],
)
def test_what_cannot_be_moved_is_told(client: TestClient, address: str, asked: dict[str, str], told: str) -> None:
    page = client.get(query(address, **asked)).text
    assert (told in page, 'name="token"' in page) == (True, False), page


@pytest.mark.parametrize(
    ("asked", "programmes"),
    [
        ({"municipalities": ["Уфа"]}, "в 2 программах"),
        ({"only": "school-14"}, "в 1 программе"),
        ({"how": "working", "number": "5"}, "в 3 программах"),
        ({"how": "to", "number": "", "phrase": "15.10.2026"}, "в 3 программах"),
        ({"types": ["school"], "flags": ["open", "own"]}, "Ни один срок"),
    ],
)
def test_a_shift_is_narrowed_down(client: TestClient, address: str, asked: dict[str, Any], programmes: str) -> None:
    assert programmes in client.get(query(address, **asked)).text


def test_without_a_reason_nothing_moves(region: App, client: TestClient, address: str) -> None:
    before, place = dues(region), query(address)
    refused = client.post(place, data={"token": token_of(client.get(place).text), "reason": " ", "order": "5"})
    assert (refused.status_code, "не указана причина" in refused.text, 'value="5"' in refused.text) == (422, True, True)
    assert (client.post(f"{address}/shift", data={"reason": "?"}).status_code, dues(region)) == (422, before)


def test_the_second_operator_sees_what_the_first_did(
    region: App, client: TestClient, address: str, browser: Browser
) -> None:
    second, place = browser("administrator"), query(address)
    old = token_of(second.get(place).text)
    moved(client, query(address, number="7"), "Паводок")
    after = dues(region)
    refused = second.post(place, data={"token": old, "reason": "Карантин", "order": ""})
    told = (
        "с предпросмотра сроки или состояние мероприятий изменились",
        "Тестов Operator",
        "Паводок",
        'value="Карантин"',
    )
    assert (refused.status_code, [each in refused.text for each in told]) == (422, [True] * 4)
    assert dues(region) == after
    new = token_of(refused.text)
    assert (new != old, second.post(place, data={"token": new, "reason": "Карантин"}).status_code) == (True, 303)


def test_an_older_shift_waits_for_the_undo_of_the_newer(region: App, client: TestClient, address: str) -> None:
    first = moved(client, query(address, number="7"))
    moved(client, query(address, number="5"), "Паводок")
    page = client.get(f"{first}/undo").text
    assert ["более поздний перенос" in page, "Паводок" in page, 'name="token"' in page] == [True, True, False]


def test_watchers_look_and_move_nothing(region: App, client: TestClient, address: str, browser: Browser) -> None:
    batch, municipal = moved(client, query(address)), browser("municipal")
    page = municipal.get(batch).text
    assert ["Карантин" in page, "Отменить перенос" in page] == [True, False]
    assert municipal.post(f"{batch}/undo", data={"token": "", "reason": "?"}).status_code == 403
    for who in ("curator", "stranger"):
        assert browser(who).get(batch).status_code == 403
    assert "Карантин" not in browser("director").get("/shifts").text
    assert client.get("/shifts/999").status_code == 404


def test_the_list_is_turned_page_by_page(region: App, client: TestClient, address: str, monkeypatch: Any) -> None:
    monkeypatch.setattr("vekha.web.pages.shifts.PAGE", 2)
    for number in (1, 2, 3):
        moved(client, query(address, number=str(number)))
    first = client.get("/shifts").text
    [older] = re.findall(r'href="(/shifts\?before=\d+)"', first)
    assert [first.count("<tr>"), client.get(older).text.count("<tr>")] == [3, 2]
    assert client.get("/shifts?before=many").status_code == 422


def test_a_shift_is_read_as_often_for_many_programmes_as_for_one(
    region: App, client: TestClient, address: str, add_institution: Add
) -> None:
    asked: list[str] = []
    event.listen(region.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    def count(number: int) -> int:
        with region.work(ROOT, writes=False) as work:
            asked.clear()
            batch_sheet.sheet(work, number)
            return len([each for each in asked if each.startswith("SELECT")])

    one = int(moved(client, query(address, only="school-12")).rpartition("/")[2])
    every = int(moved(client, query(address, where=["prepare", "mentees"], number="3")).rpartition("/")[2])
    assert (count(one), count(every)) == (count(every), count(one))


def test_history_is_of_the_regions_watched(region: App, client: TestClient, address: str) -> None:
    moved(client, query(address))
    with region.work(ROOT, writes=False) as work:
        [row] = batches.history(work, limit=5)
        assert (row["region"], work.session.get_one(DueBatch, row["id"]).order_number) == ("02", "12-од")
        assert batches.history(work, before=row["id"]) == []


def test_types_that_share_a_code_are_moved_apart(app: App, browser: Browser, add_institution: Add) -> None:
    """A school's «prepare» and a kindergarten's are two stages with two names: each row says whose it is."""
    for kind in ("school", "kindergarten"):
        add_institution(app, kind, municipality="Уфа")
    client = browser("operator")
    address = drafted(client, types=["school", "kindergarten"])
    code = address.rpartition("/")[2]
    with app.work() as work:
        campaigns.launch_batch(work, code, ["school-12", "kindergarten-12"])
        campaigns.finish_launch(work, code)
    stages = {kind: app.registry.roadmap(kind).stages[0] for kind in ("school", "kindergarten")}
    assert {each.code for each in stages.values()} == {"prepare"}
    place = query(address)
    sheet = client.get(moved(client, place)).text
    for page in (client.get(place).text.partition('id="preview"')[2], sheet):
        parts = re.split(r'<th scope="rowgroup" colspan="4">([^<]+)</th>', page)
        assert parts[1::2] == ["Детский сад", "Школа"]
        for kind, part in zip(("kindergarten", "school"), parts[2::2], strict=True):
            titles = [html.unescape(each) for each in re.findall(r'<th scope="row">([^<]+)<', part)]
            assert titles and set(titles) <= {each.title for each in stages[kind].activities}
