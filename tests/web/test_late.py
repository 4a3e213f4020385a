"""Who is late, who will be, and reminding them."""

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import Browser
from tests.web.test_board import names_of, region, statements, words_of  # noqa: F401
from vekha.bootstrap import App


@pytest.fixture
def operator(browser: Browser, region: App) -> TestClient:  # noqa: F811
    assert region
    return browser("operator")


def test_late_ones_are_told_with_whom_to_call(operator: TestClient) -> None:
    page = operator.get("/board/late")
    told = words_of(page.text)
    assert set(names_of(page.text)) == {"school-12", "school-13"}
    assert "+7 900 000-00-12" in told and "1 июня 2026" in told
    assert names_of(operator.get("/board/late?search=13").text) == ["school-13"] * page.text.count("school-13-2026")


def test_nobody_late_is_said(operator: TestClient) -> None:
    assert "Никто не опаздывает" in operator.get("/board/late?search=9").text


def test_the_forecast_says_how_it_is_made(operator: TestClient) -> None:
    told = words_of(operator.get("/board/forecast").text)
    assert "Как это посчитано" in told and "При таком темпе" in told and "позже на" in told
    assert "Школа № 12" in told and "Школа № 9" not in told


def test_reminding_writes_to_each_person_once_a_day(operator: TestClient) -> None:
    first = operator.post("/board/remind?search=школа", data={"chosen": ["school-12", "school-12"], "view": "late"})
    assert first.status_code == 200
    assert "Напомнили: " in words_of(first.text)
    again = words_of(operator.post("/board/remind", data={"chosen": ["school-12"], "view": "forecast"}).text)
    assert "Сегодня уже получали напоминание: " in again and "Напомнили: " not in again
    assert "Организации напомнили о сроках: Школа № 12" in words_of(operator.get("/journal").text)


def test_nobody_chosen_is_told(operator: TestClient) -> None:
    answer = operator.post("/board/remind", data={"view": "late"})
    assert (answer.status_code, "ничего не отмечено" in answer.text) == (422, True)


def test_who_only_looks_reminds_nobody(browser: Browser, region: App) -> None:  # noqa: F811
    assert region
    client = browser("uezd")
    assert "Напомнить" not in client.get("/board/late").text
    assert client.post("/board/remind", data={"chosen": ["school-13"]}).status_code == 403


@pytest.mark.parametrize("view", ["late", "forecast"])
def test_the_number_of_queries_does_not_grow(operator: TestClient, region: App, view: str) -> None:  # noqa: F811
    few = statements(region, lambda: operator.get(f"/board/{view}?search=13"))
    assert statements(region, lambda: operator.get(f"/board/{view}")) == few
