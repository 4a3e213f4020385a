"""A curator in a real browser closes a stage while the dispatcher is down: the page says so, and finishes by itself."""

from typing import Any

import pytest

from tests.flows.story import do_stage, states
from tests.web.browser.conftest import chromium  # noqa: F401
from tests.web.browser.console import enter, serving
from tests.web.conftest import PASSWORD, ROOT
from vekha.bootstrap import App
from vekha.domain.access import Grant
from vekha.services.access import accounts
from vekha.storage import heartbeat

pytestmark = [pytest.mark.slow, pytest.mark.prefect]

KEY = "milestone-1-2026"
DOWN = "Диспетчер сейчас не работает; этап завершится, когда он вернётся"


def test_the_page_says_that_nobody_closes_and_finishes_when_the_dispatcher_is_back(
    launched: App,
    chromium: Any,  # noqa: F811
) -> None:
    from flows.dispatcher import drain  # noqa: PLC0415

    do_stage(launched, KEY, "prepare")
    with launched.work(ROOT) as work:
        link = accounts.invite(work, "curator@example.org", "Орлова Вера Павловна", Grant(role="curator"))
    with serving(launched) as address:
        page = chromium.new_context(viewport={"width": 390, "height": 844}).new_page()
        enter(page, address, link, PASSWORD)
        page.goto(f"{address}/programmes/{KEY}/stages/prepare")
        page.evaluate("window.stays = true")
        page.locator("button", has_text="Завершить этап").click()
        page.get_by_text(DOWN).wait_for()
        assert states(launched, KEY)["prepare"] == "closing"
        for _ in range(2):  # the page asks again, and still says so
            with page.expect_response(lambda answer: "/progress?" in answer.url):
                pass
        assert page.get_by_text(DOWN).is_visible()

        heartbeat.beat(launched.engine, "d1", launched.clock())  # it is back, and has not come to this stage yet
        page.get_by_text(DOWN).wait_for(state="detached")
        assert page.locator("h2", has_text="Этап завершается").is_visible()
        assert drain(launched).errors == {}
        page.locator("a", has_text="Скачать пакет документов").wait_for()
        assert page.evaluate("window.stays") is True  # the page was never loaded anew
        assert states(launched, KEY)["prepare"] == "closed"
        page.context.close()
