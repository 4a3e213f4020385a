"""«Журнал»: what was done is told in sentences, to whom it may be told."""

import datetime as dt
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import Browser
from tests.web.test_board import region, statements, words_of  # noqa: F401
from vekha.bootstrap import App
from vekha.domain.access import Actor, Grant
from vekha.domain.reporting.collection import Terms
from vekha.services.process import activities
from vekha.services.process.programmes import load
from vekha.services.reporting import collecting
from vekha.services.watch.trail import KINDS
from vekha.texts import section

CURATOR = Actor(name="Орлова Вера Павловна", grants=(Grant(role="curator", institution="school-12"),))
STATE = re.compile(r"\b(?:open|done|closed|waived|stage|school-\d|known|running|None)\b")


@pytest.fixture
def worked(region: App) -> App:  # noqa: F811
    with region.work(CURATOR) as work:
        first, *_ = load(work, "school-12-2026").now.of_stage("prepare")
        activities.waive(work, "school-12-2026", "prepare", first.code, "сделано в прошлом году")
        activities.reopen(work, "school-12-2026", "prepare", first.code, "ошиблись")
    return region


def test_changes_are_sentences_without_codes(browser: Browser, worked: App) -> None:
    assert worked
    page = browser("operator").get("/journal").text
    told = words_of(page)
    assert "Мероприятие снято: " in told and "Почему: сделано в прошлом году" in told
    assert "Орлова Вера Павловна" in told and "Этап открыт: Подготовка" in told
    assert "Запуск идёт: Наставничество 2026/27" in told
    assert "20 октября, вт, 11:00" in told  # the clock of Ufa
    assert STATE.findall(told) == []
    assert "Вход в систему" not in told


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("kind=activities", "Мероприятие снято", "Этап открыт"),
        ("kind=campaigns", "Запуск идёт", "Этап открыт"),
        ("person=Орлова", "Мероприятие снято", "Этап открыт"),
        ("institution=school-13", "Этап открыт", "Мероприятие снято"),
        ("since=2026-10-20", "Мероприятие снято", "Создан запуск"),
        ("until=19.10.2026", "Создан запуск", "Мероприятие снято"),
        ("since=вчера", "Дату нужно указать так", "нет такого"),
        ("kind=nonsense&before=x", "Мероприятие снято", "нет такого"),
    ],
)
def test_what_is_asked_for(browser: Browser, worked: App, query: str, there: str, absent: str) -> None:
    assert worked
    told = words_of(browser("operator").get(f"/journal?{query}").text).partition("Показать")[2]
    assert there in told
    assert absent not in told


def test_pages_go_back_in_time_and_miss_nothing(browser: Browser, worked: App, monkeypatch: pytest.MonkeyPatch) -> None:
    assert worked
    client = browser("operator")
    whole = re.findall(r"<tr><td.*?</tr>", client.get("/journal").text, re.DOTALL)
    monkeypatch.setattr("vekha.services.watch.trail.PAGE", 5)
    address, seen = "/journal", []
    for _ in range(40):
        page = client.get(address).text
        seen += re.findall(r"<tr><td.*?</tr>", page, re.DOTALL)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        if found is None:
            break
        address = found[1].replace("&amp;", "&")
    assert seen == whole or seen[: len(whole)] == whole


def test_each_sees_the_own_place(browser: Browser, worked: App) -> None:
    assert worked
    municipal = words_of(browser("uezd").get("/journal").text)
    assert "Школа № 13" in municipal and "Школа № 12" not in municipal and "Запуск идёт" not in municipal
    assert "Вход в систему" in words_of(browser("administrator").get("/journal").text)
    assert browser("curator").get("/journal").status_code == 403


def test_the_number_of_queries_does_not_grow(browser: Browser, worked: App) -> None:
    client: TestClient = browser("operator")
    few = statements(worked, lambda: client.get("/journal?kind=activities"))
    many = statements(worked, lambda: client.get("/journal"))
    assert few == many


def test_whatever_is_written_down_has_words_and_a_kind_to_be_found_by() -> None:
    """A new family of changes would be told as «Прочее изменение»."""
    folder = Path(__file__).parents[2] / "vekha"
    written = {
        found
        for path in folder.rglob("*.py")
        for found in re.findall(r"(?:audit\(|subject = )f?\"([a-z_]+)[:\"]", path.read_text(encoding="utf-8"))
    }
    assert {"stage", "collected", "match", "survey"} <= written
    assert sorted(written - set(section("web.happened"))) == []
    assert sorted(written - {family for families in KINDS.values() for family in families}) == []
    assert list(section("web.trail.kinds")) == list(KINDS)


def test_a_collection_is_told_to_the_operator_who_announced_it(browser: Browser, worked: App) -> None:
    operator = Actor(name="Юсупова Дина", grants=(Grant(role="operator", region="02"),))
    day = dt.date(2026, 10, 20)
    with worked.work(operator) as work:
        terms = Terms(
            title="Осень 2026", since=day.replace(month=9), on=day, opens=day, closes=day.replace(day=30), plan={}
        )
        collecting.create(work, "autumn", "02", terms)
    with worked.work(CURATOR) as work:
        collecting.confirm(work, "autumn", "school-12", {})
    told = words_of(browser("operator").get("/journal?kind=figures").text)
    assert "Объявлен сбор показателей: Осень 2026" in told
    assert "Показатели подтверждены: Осень 2026" in told and "Школа № 12" in told
    assert "Осень 2026" not in words_of(browser("uezd").get("/journal?kind=figures").text)
