"""An operator in a real browser: finds who is late, looks at one institution, reminds them, reads the journal."""

from typing import Any

import pytest

from tests.web.browser.console import enter
from tests.web.conftest import PASSWORD, PEOPLE, ROOT
from tests.web.test_board import region  # noqa: F401
from vekha.bootstrap import App
from vekha.services.access import accounts

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("width", [1280, 390])
def test_from_the_board_to_a_reminder(
    region: App,  # noqa: F811
    address: str,
    chromium: Any,
    width: int,
) -> None:
    with region.work(ROOT) as work:
        link = accounts.invite(work, "op@example.org", "Ильина Ольга Петровна", PEOPLE["operator"])
    context = chromium.new_context(viewport={"width": width, "height": 844})
    page, elsewhere, broken = context.new_page(), [], []
    page.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(address) else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda told: broken.append(told.text) if "Content Security" in told.text else None)
    enter(page, address, link, PASSWORD)
    assert page.url == f"{address}/board"

    page.evaluate("window.stays = true")
    page.select_option("[name=municipality]", "Иной район")
    page.locator("tbody th a", has_text="Школа № 12").wait_for(state="detached")
    assert page.evaluate("window.stays") is True  # only the results were swapped
    assert "municipality=" in page.url
    page.reload()
    assert page.locator("tbody th a[href^='/institutions/']").all_inner_texts() == ["Школа № 13"]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth") is True
    shown = page.locator("tbody tr .state:visible")
    assert shown.count() == (7 if width > 640 else 1)  # a phone shows the worst stage alone

    page.locator("a[href='/institutions/school-13']").first.click()
    page.locator("summary", has_text="Почему не завершён").first.click()
    assert page.locator("details[open] .left li").count() > 0
    page.goto(f"{address}/board/late")
    page.locator("[name=chosen][value=school-13]").first.check()
    page.locator("button", has_text="Напомнить выбранным").click()
    page.locator("[role=status]", has_text="Напомнили").first.wait_for()
    page.goto(f"{address}/board/pace")
    page.locator("#pace-chart canvas").wait_for()
    page.goto(f"{address}/journal?kind=institutions")
    assert "Организации напомнили о сроках: Школа № 13" in page.inner_text("main")
    assert (elsewhere, broken) == ([], [])
    context.close()
