"""An operator in a real browser: from a table of schools to a launch, a shift and its undo."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.web.browser.console import enter
from tests.web.conftest import PASSWORD, PEOPLE, ROOT
from vekha.bootstrap import App
from vekha.services.access import accounts
from vekha.services.launch import campaigns
from vekha.services.region import institutions
from vekha.storage.tables import Activity

pytestmark = pytest.mark.slow
TABLE = "Код;Тип;Полное название;Краткое название;Муниципалитет\n" + "".join(
    f"school-{number};Школа;Муниципальная школа № {number};Школа № {number};Уфа\n" for number in range(1, 6)
)


@pytest.fixture
def region(app: App) -> App:
    with app.work(ROOT) as work:
        institutions.add_region(work, "02", "Примерная область", "Asia/Yekaterinburg")
    return app


def dues(app: App) -> dict[tuple[str, str, str], dt.date]:
    with app.work(writes=False) as work:
        return {(row.programme, row.stage, row.code): row.due for row in work.session.query(Activity)}


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("width", [1280, 390])
def test_from_a_table_to_a_launch_a_shift_and_its_undo(
    region: App, address: str, chromium: Any, tmp_path: Path, width: int, scripts: bool
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 844}, java_script_enabled=scripts)
    page, elsewhere, broken = context.new_page(), [], []
    page.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(address) else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda told: broken.append(told.text) if "Content Security" in told.text else None)
    with region.work(ROOT) as work:
        link = accounts.invite(work, "operator@example.org", "Соколова Мария Игоревна", PEOPLE["operator"])
    enter(page, address, link, PASSWORD)

    # the table, with a bad row that is left out
    table = tmp_path / "школы.csv"
    table.write_text(TABLE + "school 6;Школа;Школа № 6;;Уфа\n", encoding="utf-8")
    page.goto(f"{address}/institutions")
    page.click("text=Загрузить таблицу…")
    page.set_input_files("[name=file]", table)
    page.click("text=Проверить")
    page.locator("th", has_text="школы.csv, строка 7").wait_for()
    page.click("button.primary")
    page.locator(".note", has_text="добавлено 5, обновлено 0, пропущено строк 1").wait_for()

    # the campaign
    page.goto(f"{address}/campaigns/new")
    page.fill("[name=title]", "Наставничество 2026/27")
    page.locator("label", has_text="Школа: дорожная карта").click()
    page.click("button.primary")
    page.locator("h3", has_text="Школа: 5 организаций").wait_for()
    code = page.url.rpartition("/")[2]
    page.click("button.primary:has-text('Запустить')")
    page.locator("h2", has_text="Запуск идёт").wait_for()
    if scripts:
        page.evaluate("window.stays = true")
    with region.work() as work:  # the flow
        campaigns.launch_batch(work, code, [f"school-{number}" for number in range(1, 6)])
        campaigns.finish_launch(work, code)
    if not scripts:
        page.goto(f"{address}/campaigns/{code}")
    page.locator(".numbers li", has_text="идут").wait_for()
    if scripts:
        assert page.evaluate("window.stays") is True
        page.reload()

    # the shift and its undo
    before = dues(region)
    page.click("text=Перенести сроки…")
    page.fill("[name=number]", "14")
    page.locator("label", has_text="Подготовка условий").first.click()
    page.click("text=Посмотреть, что изменится")
    page.locator("#preview tbody tr").first.wait_for()
    assert page.input_value("[name=number]") == "14"
    page.fill("[name=reason]", "Карантин")
    page.fill("[name=order]", "12-од")
    page.click("#preview button.primary")
    page.locator(".note", has_text="Сроки уже новые").wait_for()
    assert dues(region) != before
    page.click("text=Отменить перенос…")
    page.fill("[name=reason]", "Карантин отменили")
    page.click("#preview button.primary")
    page.locator(".note", has_text="Сроки уже новые").wait_for()
    assert dues(region) == before
    if scripts:
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth") is True
    assert (elsewhere, broken) == ([], [])
    context.close()
