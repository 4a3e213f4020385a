"""Forms in a real browser: a guardian with a link on a telephone, two at one form at once."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from tests.conftest import VirtualClock
from tests.web.browser.console import enter
from tests.web.browser.test_curator_journey import invite
from tests.web.conftest import KEY, PASSWORD
from vekha.bootstrap import App
from vekha.domain.people import Introduce, Role
from vekha.services.mentoring import links, people
from vekha.services.mentoring.askings import Recipient
from vekha.storage.tables import Consent

pytestmark = pytest.mark.slow
CHILD, MOTHER = "Журавлёв Илья Сергеевич", "Журавлёва Ольга Николаевна"
SHARED = f"/programmes/{KEY}/stages/prepare/activities/legal_basis/forms/swot"


def log_in(app: App, chromium: Any, address: str, who: str) -> Any:
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    enter(page, address, invite(app, who), PASSWORD)
    return page


@pytest.mark.parametrize("scripts", [False, True], ids=["without JavaScript", "with"])
def test_a_guardian_consents_by_a_link_on_a_telephone(
    app: App, programme: str, address: str, chromium: Any, scripts: bool, tmp_path: Path
) -> None:
    with app.work() as work:
        people.carry_out(work, programme, [Introduce(name=CHILD, role=Role.MENTEE, birth_date=dt.date(2012, 2, 28))])
        place = links.place_of(work, programme, "consent_minor")
        [made] = links.create(work, programme, place, "consent_minor", [Recipient("p1", MOTHER)])
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
    page = context.new_page()
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 — Playwright takes no built-in method
    page.goto(f"{address}/f/{made.token}", wait_until="networkidle")
    sizes = [len(answer.body()) for answer in answers if "font" not in answer.url]
    page.screenshot(path=tmp_path / "link.png", full_page=True)
    assert CHILD in page.inner_text("main")
    assert sum(sizes) < 80_000  # an old telephone on a slow line
    page.click("button.primary")
    page.locator(".problems a[href='#guardian']").click()
    page.fill("[name=guardian]", MOTHER)
    page.check("[name=relation][value=мать]") if page.locator("[name=relation][type=radio]").count() else (
        page.select_option("[name=relation]", "мать")
    )
    page.fill("[name=authority]", "свидетельство о рождении № 518204")
    page.check("[name=data] >> nth=0")
    page.click("button.primary")
    page.locator("h1", has_text="Спасибо, ответ получен").wait_for()
    with app.work(writes=False) as work:
        [consent] = work.session.exec(select(Consent))
    assert (consent.person, consent.guardian, consent.until) == ("p1", MOTHER, dt.date(2027, 6, 30))
    context.close()


def test_two_at_one_form_at_once_lose_nothing(
    app: App, programme: str, address: str, chromium: Any, tmp_path: Path
) -> None:
    assert programme == KEY
    one, other = (log_in(app, chromium, address, who) for who in ("curator", "director"))
    for page in (one, other):
        page.goto(address + SHARED)
    first, second = (one.locator("textarea").nth(number).get_attribute("name") for number in (0, 1))
    other.fill(f"[name={first}]", "Опытные учителя")
    other.fill(f"[name={second}]", "Мало времени")
    other.locator("#draft", has_text="Черновик сохранён").wait_for()
    one.fill(f"[name={first}]", "Сильная команда")
    one.locator("#draft a", has_text="Сравнить и выбрать").wait_for()
    assert one.input_value(f"[name={first}]") == "Сильная команда"
    one.screenshot(path=tmp_path / "overtaken.png", full_page=True)
    one.locator("#draft a").click()
    one.locator("h1", has_text="Двое заполняли одну форму").wait_for()
    one.screenshot(path=tmp_path / "conflict.png", full_page=True)
    assert "Опытные учителя" in one.inner_text("main")
    with one.expect_navigation():
        one.locator("button", has_text="Оставить выбранное").click()
    assert [one.input_value(f"[name={name}]") for name in (first, second)] == ["Сильная команда", "Мало времени"]
    other.reload()
    assert other.input_value(f"[name={first}]") == "Сильная команда"
    other.fill(f"[name={second}]", "Мало времени и людей")
    other.locator("#draft", has_text="Черновик сохранён").wait_for()
    for page in (one, other):
        page.context.close()


@pytest.mark.parametrize("scripts", [False, True], ids=["without JavaScript", "with"])
def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(
    app: App, programme: str, address: str, chromium: Any, clock: VirtualClock, scripts: bool, tmp_path: Path
) -> None:
    assert programme == KEY
    page = chromium.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=scripts).new_page()
    enter(page, address, invite(app, "curator"), PASSWORD)
    page.goto(address + SHARED)
    first, second = (page.locator("textarea").nth(number).get_attribute("name") for number in (0, 1))
    clock.pass_days(4)
    page.fill(f"[name={first}]", "Сильная команда\nи опыт")
    if scripts:
        page.locator("#draft", has_text="Черновик не сохранён: вход закончился").wait_for()
        page.screenshot(path=tmp_path / "gone.png", full_page=True)
    page.fill(f"[name={second}]", 'Мало "времени" <b>')
    with page.expect_navigation():
        page.click("button.primary:visible")
    page.screenshot(path=tmp_path / "ended.png", full_page=True)
    assert "Вход закончился, пока вы писали" in page.inner_text("main")
    for password in ("не тот пароль", PASSWORD):
        page.fill("[name=login]", "curator@example.org")
        page.fill("[name=password]", password)
        with page.expect_navigation():
            page.click("button.primary")
    page.screenshot(path=tmp_path / "resumed.png", full_page=True)
    with page.expect_navigation():
        page.click("button.primary")
    assert page.url == address + SHARED
    assert page.locator(".kept-draft").inner_text().startswith("Черновик")
    texts = [page.input_value(f"[name={name}]").replace("\r", "") for name in (first, second)]
    assert texts == ["Сильная команда\nи опыт", 'Мало "времени" <b>']
    page.context.close()


def test_a_session_that_ends_under_a_stage_leaves_the_reason_on_the_page(
    app: App, programme: str, address: str, chromium: Any, clock: VirtualClock, tmp_path: Path
) -> None:
    page = log_in(app, chromium, address, "curator")
    page.goto(f"{address}/programmes/{programme}/stages/prepare")
    waive = page.locator("form[action$='/activities/requests/waive']")
    waive.locator("xpath=ancestor::details").first.locator("summary").first.click()
    waive.locator("[name=reason]").fill("Запросы собраны в прошлом году")
    clock.pass_days(4)
    waive.locator("button").click()
    told = page.locator(".failure", has_text="Вход закончился, действие не выполнено")
    told.wait_for()
    page.screenshot(path=tmp_path / "over.png")
    with page.context.expect_page() as opened:
        told.locator("a").click()
    beside = opened.value
    beside.fill("[name=login]", "curator@example.org")
    beside.fill("[name=password]", PASSWORD)
    with beside.expect_navigation():
        beside.click("button.primary")
    assert waive.locator("[name=reason]").input_value() == "Запросы собраны в прошлом году"
    waive.locator("button").click()
    told.wait_for(state="detached")
    assert "Запросы собраны в прошлом году" in page.inner_text("main")
    page.context.close()
