"""Figures in a real browser: an institution's with its SWOT, an operator's collection, the region's report."""

import io
from typing import Any

import pytest
import python_calamine as calamine

from tests.web.browser.walker import Town, Walker, walking, words_of
from vekha.services.reporting import collecting

pytestmark = pytest.mark.slow
HERE = "/programmes/school-1-2026/monitoring"
TITLE = "Показатели к совещанию"


def test_an_institution_looks_at_its_year(town: Town, chromium: Any) -> None:
    with walking(chromium, town, "curator", name="monitoring") as curator:
        curator.go(HERE)
        curator.sees("это середина пути, а не итог", "План и факт")
        curator.fill(on="2026-12-31")
        curator.press("Посчитать на эту дату")
        curator.refused("день 31.12.2026 ещё не наступил")
        curator.go(HERE)
        curator.open("Что это")
        curator.look()
        swot = curator.within("#swot")
        curator.fill(swot, opportunities="Партнёры готовы принять ещё одну группу")
        curator.press("Сохранить", swot)
        curator.sees("SWOT-анализ сохранён", "В отчёт о мониторинге войдут эти слова")
        assert "Партнёры готовы" in curator.page.input_value("[name=opportunities]")
        report = words_of(curator.takes("Отчёт о мониторинге (PDF)"))
        assert "Партнёры готовы принять ещё одну группу" in report
    with walking(chromium, town, "curator", name="monitoring", width=390) as curator:
        curator.go(HERE)


def test_a_collection_from_its_announcement_to_the_report(town: Town, chromium: Any) -> None:
    with walking(chromium, town, "operator", name="collection") as operator:
        code = _announced(operator)
        with town.app.work() as work:  # the flow
            collecting.count(work, code, collecting.asked(work, collecting.watched(work, code)))
        with walking(chromium, town, "curator", name="figures") as curator:
            _confirmed(curator, code)
        _reported(operator, code)
    with walking(chromium, town, "operator", name="collection", width=390) as operator:
        operator.go(f"/collections/{code}")


def _announced(operator: Walker) -> str:
    """The window of a calendar year, wrong at first; with a plan, compared with the spring."""
    operator.go("/collections/new")
    operator.fill(title=TITLE, since="2026-12-01", on="2026-10-14", opens="2026-10-14", closes="2026-10-28")
    operator.page.select_option("[name=compared]", label="Показатели на 30.06.2026")
    operator.press("Объявить", operator.within("main form"))
    operator.refused("период начинается 01.12.2026, а отчётная дата – 14.10.2026")
    assert operator.page.input_value("[name=title]") == TITLE
    operator.fill(since="2026-01-01")
    operator.open("План региона")
    operator.fill(plan_mentees="много")
    operator.press("Объявить", operator.within("main form"))
    operator.refused("план «много» не подходит")
    assert operator.page.input_value("[name=plan_mentees]:visible") == "много"
    operator.fill(plan_mentees="10")
    operator.press("Объявить", operator.within("main form"))
    operator.sees(TITLE, "Ещё считаются: 3")
    return operator.page.url.rpartition("/")[2]


def _confirmed(curator: Walker, code: str) -> None:
    """What only the institution knows is typed in; words in place of a number are sent back."""
    curator.go(HERE)
    curator.press(TITLE)
    curator.sees("Показатели ещё не подтверждены", "Возраст – число полных лет на отчётную дату 14.10.2026")
    curator.fill(children="около 400", youth="96")
    curator.press("Подтвердить", curator.within("main form"))
    curator.refused("«около 400» не подходит")
    assert curator.page.input_value("[name=youth]") == "96"
    curator.fill(children="420")
    curator.press("Подтвердить", curator.within("main form"))
    curator.sees("Подтверждено: ")


def _reported(operator: Walker, code: str) -> None:
    """Plan, actual and the earlier collection; down to a municipality and an institution; the same on paper."""
    operator.go(f"/collections/{code}")
    operator.sees("Организаций: 3, подтвердили 1", "Сравнение – со сбором «Показатели на 30.06.2026»", "план выполнен")
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(operator.takes("Скачать XLSX")))
    assert len(book.sheet_names) > 1
    assert TITLE in words_of(operator.takes("Скачать PDF"))
    operator.page.locator("#figures-table tbody a").first.click()
    operator.page.wait_for_url("**municipality=**")
    operator.page.locator("#figures-chart canvas, #figures-chart svg").first.wait_for()
    operator.look()
    operator.sees("По организациям", "Весь регион")
    operator.page.locator("#figures-table tbody a").first.click()
    operator.page.wait_for_url("**/institutions/**")
    operator.look()
    operator.go(f"/collections/{code}/answers")
    operator.sees("Не подтвердили: 2")
