"""One institution: where its programme stands and why, whom to call, who may log in, what happened."""

import re

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import KEY, Browser
from tests.web.test_board import region, words_of  # noqa: F401
from vekha.bootstrap import App

HERE = "/institutions/school-12"


@pytest.fixture
def operator(browser: Browser, region: App) -> TestClient:  # noqa: F811
    assert region
    browser("director")
    return browser("operator")


def test_an_institution_says_where_it_stands_and_why(operator: TestClient) -> None:
    page = operator.get(HERE)
    told = words_of(page.text)
    assert page.status_code == 200
    assert "Наставничество 2026/27 программа идёт" in told
    assert re.search(r"просрочен на \d+ д", told) and "Почему не завершён" in told
    assert re.search(r"Почему не завершён (Подготовить|Отметить|Получить|Заполнить|Утвердить)", told)
    assert page.text.count('<rect class="bar') == 7
    assert f'href="/programmes/{KEY}/stages/prepare"' in page.text
    assert "style=" not in page.text.partition("<main")[2]


def test_whom_to_call_and_who_may_log_in(operator: TestClient) -> None:
    told = words_of(operator.get(HERE).text)
    assert "+7 900 000-00-12" in told
    assert "Тестов Director руководитель организации director@example.org · заходил(а) 20 октября" in told
    assert "Этап открыт: Подготовка условий" in told and "Весь журнал организации" in told


def test_those_of_the_place_see_it_and_nobody_else(browser: Browser, region: App) -> None:  # noqa: F811
    assert region
    curator = browser("curator").get(HERE)
    assert curator.status_code == 200
    assert "Исправить сведения" not in curator.text and "@example.org ·" not in words_of(curator.text)
    assert "Весь журнал" not in curator.text
    assert browser("stranger").get(HERE).status_code == 403
    assert browser("uezd").get(HERE).status_code == 403
    assert browser("municipal").get(HERE).status_code == 200


def test_an_unknown_one_is_not_found(operator: TestClient) -> None:
    assert operator.get("/institutions/school-404").status_code == 404


def test_one_without_a_programme(operator: TestClient, region: App, add_institution: object) -> None:  # noqa: F811
    assert callable(add_institution)
    add_institution(region, number=44)
    told = words_of(operator.get("/institutions/school-44").text)
    assert "Программ пока нет" in told and "Учётных записей пока нет" in told
