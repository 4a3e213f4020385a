"""A curator in a real browser: from the invitation to a closed stage, without the page ever being loaded anew."""

import re
from typing import Any

import pytest

from tests.web.browser.console import enter
from tests.web.conftest import KEY, PASSWORD, PEOPLE, ROOT
from vekha.bootstrap import App
from vekha.services.access import accounts
from vekha.services.process import stages

pytestmark = pytest.mark.slow


def invite(app: App, who: str) -> str:
    with app.work(ROOT) as work:
        return accounts.invite(work, f"{who}@example.org", "Орлова Вера Павловна", PEOPLE[who])


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("width", [1280, 390])
def test_from_the_invitation_to_a_closed_stage(
    app: App, programme: str, address: str, chromium: Any, width: int, scripts: bool
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 844}, java_script_enabled=scripts)
    page, elsewhere, broken = context.new_page(), [], []
    page.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(address) else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda told: broken.append(told.text) if "Content Security" in told.text else None)

    enter(page, address, invite(app, "curator"), PASSWORD)
    assert page.url == f"{address}/desk"
    page.goto(f"{address}/programmes/{KEY}")
    assert page.locator("button", has_text="Завершить этап").is_disabled()
    if scripts:
        page.evaluate("window.stays = true")

    rows = [each.get_attribute("id") for each in page.locator(".items > li").all()]
    for row in rows:
        line = page.locator(f"#{row}")
        line.locator("summary", has_text="Не требуется").click()
        line.locator("form[action$='/waive'] [name=reason]").fill("проверка")
        line.locator("button", has_text="Снять мероприятие").click()
        line.locator(".tag", has_text="не требуется").wait_for()
    page.locator("button", has_text="Завершить этап").click()
    page.locator("h2", has_text="Этап завершается").wait_for()
    with app.work() as work:
        stages.finish_closing(work, KEY, "prepare", app.tools.files.put(b"PK a pack"))
    if not scripts:
        page.reload()
    page.locator("a", has_text="Скачать пакет документов").wait_for()
    if scripts:
        assert page.evaluate("window.stays") is True
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth") is True
    assert (elsewhere, broken) == ([], [])
    context.close()


def test_a_form_reports_at_the_field_and_keeps_what_was_typed(
    app: App, programme: str, address: str, chromium: Any
) -> None:
    page = chromium.new_context(viewport={"width": 390, "height": 844}).new_page()
    enter(page, address, invite(app, "curator"), PASSWORD)
    page.goto(f"{address}/programmes/{KEY}/stages/prepare")
    page.locator("a[href$='/forms/prelim_request']").first.click()
    page.fill("[name=request]", "Помочь с олимпиадой")
    page.locator("button.primary").click()
    page.locator(".problems").wait_for()
    assert page.input_value("[name=request]") == "Помочь с олимпиадой"
    assert re.fullmatch(r"name-(h name-)?p", page.get_attribute("[name=name]", "aria-describedby") or "")
    assert "не заполнено" in page.inner_text("#name-p")
