"""A director in a real browser: the list is there at once, looked through meanwhile, approved by a tick."""

from typing import Any

import pytest

from tests.web.browser.console import enter
from tests.web.browser.test_curator_journey import invite
from tests.web.conftest import KEY, PASSWORD
from vekha.bootstrap import App

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_the_list_is_there_at_once_and_a_tick_stays(
    app: App, programme: str, address: str, chromium: Any, scripts: bool
) -> None:
    assert programme == KEY
    page = chromium.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=scripts).new_page()
    asked: list[Any] = []
    if scripts:  # the answer comes when the director has ticked something already
        page.route("**/approvals?checked=true", lambda route: asked.append(route))  # noqa: PLW0108 — Playwright takes no built-in method
    enter(page, address, invite(app, "director"), PASSWORD)
    assert page.url == f"{address}/approvals"
    own = page.locator("[name=chosen][value$='|order_launch|']")
    assert page.locator("button", has_text="Утвердить всё готовое").is_visible()
    own.check()
    if scripts:
        page.wait_for_function("document.querySelector('#waiting.htmx-request')")
        for each in asked:
            each.continue_()
        page.locator("#waiting .lead", has_text="готовы к утверждению").wait_for()
        assert own.is_checked()
    else:
        page.locator("a", has_text="Проверить, всё ли заполнено").click()
        page.locator(".lead", has_text="готовы к утверждению").wait_for()
        own.check()
    with page.expect_navigation():
        page.locator("button", has_text="Утвердить отмеченные").click()
    assert (page.url, own.count()) == (f"{address}/approvals", 0)
    page.context.close()
