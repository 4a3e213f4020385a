"""What no journey walks through: the keyboard alone, paper, a wide window, an impatient hand, the way back."""

import datetime as dt
from typing import Any

import pytest

from tests.web.browser.pages import PAGES
from tests.web.browser.walker import Town, walking

pytestmark = pytest.mark.slow

PRINTED = {  # page → how wide its sheet of paper is, in pixels of a screen without the margins
    "desk": 700,
    "stage-late": 700,
    "stage-closed": 700,
    "document": 700,
    "collection": 700,
    "monitoring": 700,
    "board-plan": 700,
    "board": 1030,
    "registers": 1030,
}
KEYS = ("desk", "stage-late", "form", "board")
MOST_STOPS = 400  # of a page: whoever presses Tab must come to its end
FOCUSED = """() => {
  const each = document.activeElement, style = getComputedStyle(each), box = each.getBoundingClientRect();
  const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
  const name = each.getAttribute("aria-label") || each.innerText || each.name || each.title || "";
  const ringed = style.outlineStyle === "solid" && style.outlineWidth === "3px";
  return each === document.body ? null : [name.trim(), seen, ringed];
}"""
DARK = """() => [...document.querySelectorAll("body, .card, .table th, .problems")].filter((each) => {
  const found = getComputedStyle(each).backgroundColor.match(/[\\d.]+/g).map(Number);
  return found[3] !== 0 && Math.min(...found.slice(0, 3)) < 200;
}).map((each) => each.className || each.tagName)"""
CLICKABLE = """() => [...document.querySelectorAll("button:not(.tick), .top, input[type=file]")]
  .filter((each) => each.getClientRects().length && !each.closest("form.card, .card.stack"))
  .map((each) => each.outerHTML.slice(0, 80))"""


OVER = "document.documentElement.scrollWidth > innerWidth"
CUT = "[...document.querySelectorAll('.scroll, .stages')].filter(e => e.scrollWidth > e.clientWidth + 2).length"


def of(name: str) -> Any:
    return next(page for page in PAGES if page.name == name)


def test_on_paper_it_is_light_whole_and_without_buttons(town: Town, chromium: Any) -> None:
    found: dict[str, Any] = {}
    for role in sorted({of(name).role for name in PRINTED}):
        with walking(chromium, town, role, name="paper") as walker:
            for name, width in PRINTED.items():
                if of(name).role == role:
                    walker.page.set_viewport_size({"width": width, "height": 1000})
                    walker.page.goto(f"{town.address}{of(name).address(town.made)}")
                    walker.page.emulate_media(media="print", color_scheme="dark")
                    found[name] = [walker.page.evaluate(each) for each in (DARK, CLICKABLE, OVER, CUT)]
    assert found == {name: [[], [], False, 0] for name in PRINTED}


@pytest.mark.parametrize("name", KEYS)
def test_the_keyboard_alone_comes_everywhere_and_is_seen(town: Town, chromium: Any, name: str) -> None:
    page = of(name)
    with walking(chromium, town, page.role, name=f"{name}-keys") as walker:
        walker.page.goto(f"{town.address}{page.address(town.made)}")
        stops = []
        for _ in range(MOST_STOPS):
            walker.page.keyboard.press("Tab")
            found = walker.page.evaluate(FOCUSED)
            if found is None:
                break
            stops.append(found)
        else:
            pytest.fail(f"{name}: Tab has not come to the end")
        assert stops[0][0] == "К содержанию"
        assert [told for told, seen, ringed in stops if not (told and seen and ringed)] == []
        walker.page.keyboard.press("Tab")  # from the end to the beginning
        walker.page.keyboard.press("Enter")
        walker.page.keyboard.press("Tab")
        assert walker.page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("width", [1280, 1920])
def test_a_square_of_the_board_fills_its_place(town: Town, chromium: Any, width: int) -> None:
    with walking(chromium, town, "operator", name="board", width=width) as walker:
        walker.go("/board")
        narrow = """() => [...document.querySelectorAll(".heat td:has(.state)")].filter((each) =>
          each.clientWidth - each.querySelector(".state").offsetWidth > 12).length"""
        assert walker.page.evaluate(narrow) == 0
        menu = walker.page.locator("header nav:visible a").evaluate_all(
            "all => new Set(all.map(e => e.offsetTop)).size"
        )
        assert menu == 1 or width < 1900


def test_back_after_a_filter_shows_what_the_address_says(town: Town, chromium: Any) -> None:
    with walking(chromium, town, "operator", name="back") as walker:
        page = walker.page
        page.goto(f"{town.address}/board")
        rows = page.locator("tbody th a[href^='/institutions/']")
        everybody = rows.count()
        page.select_option("[name=type]", "school")
        page.wait_for_url("**type=school**")
        page.wait_for_function(
            f"document.querySelectorAll('tbody th a[href^=\"/institutions/\"]').length < {everybody}"
        )
        rows.first.click()
        page.wait_for_url("**/institutions/**")
        page.go_back()
        page.wait_for_url("**type=school**")
        assert (page.input_value("[name=type]"), rows.count() < everybody) == ("school", True)
        page.go_back()
        page.wait_for_function(
            f"document.querySelectorAll('tbody th a[href^=\"/institutions/\"]').length == {everybody}"
        )
        assert page.input_value("[name=type]") == ""


def test_an_impatient_hand_does_a_thing_once_and_a_reload_does_not_do_it_again(town: Town, chromium: Any) -> None:
    page_of_stage = of("stage-late")
    title = f"Чай с родителями {dt.date(2026, 10, 14):%d.%m}"
    with walking(chromium, town, "curator", name="twice") as walker:
        page = walker.page
        page.goto(f"{town.address}{page_of_stage.address(town.made)}")
        walker.open("Добавить своё мероприятие")
        form = walker.within("form[action$='/activities']")
        walker.fill(form, title=title, due="2026-10-30")
        form.locator("button").dblclick()
        page.locator(".items", has_text=title).first.wait_for()
        page.reload()
        assert page.locator(".items > li", has_text=title).count() == 1
        done = page.locator(".items > li", has_text=title).locator("button.tick")
        done.dblclick()
        page.locator(".items > li", has_text=title).locator(".tick.on").wait_for()
        page.go_back()
        page.go_forward()
        assert page.locator(".items > li", has_text=title).locator(".tick.on").count() == 1


SENT = """(button) => {  // Playwright looks at no page that is being left: the form stays here
  button.form.addEventListener("submit", (event) => event.preventDefault());
  button.click();
  const told = document.querySelector(".busy[role=status]");
  return told && told.querySelector("progress") ? told.innerText.trim() : "";
}"""


def test_a_big_table_says_that_it_is_on_its_way(town: Town, chromium: Any) -> None:
    rows = "".join(f"school-{number};Школа;Школа № {number}\n" for number in range(1000, 1500))
    table = {"name": "школы.csv", "mimeType": "text/csv", "buffer": f"Код;Тип;Полное название\n{rows}".encode()}
    with walking(chromium, town, "operator", name="import") as walker:
        button = walker.page.locator("button.primary")
        walker.go("/institutions/import")
        walker.page.set_input_files("[name=file]", table)
        assert button.evaluate(SENT) == "Загружаем и проверяем таблицу…"
        walker.go("/institutions/import")
        walker.page.set_input_files("[name=file]", table)
        walker.press("Проверить")
        report = walker.page.url.removeprefix(town.address)
        assert button.evaluate(SENT) == "Записываем…"
        walker.go(report)
        walker.press("Загрузить")
        walker.sees("добавлено 500")


def test_a_form_that_answers_with_a_file_can_be_sent_again(town: Town, chromium: Any) -> None:
    """The page stays after a download: its button must not be dead for ever."""
    with walking(chromium, town, "operator", name="again") as walker:
        walker.page.clock.install()
        walker.page.goto(f"{town.address}/institutions/import")
        walker.page.evaluate("""() => { window.passed = 0; document.addEventListener("submit", (event) => {
          if (!event.defaultPrevented) window.passed += 1;
          event.preventDefault();
        }); document.querySelector("[name=file]").required = false; }""")
        press = "() => { document.querySelector('main button.primary').click(); return window.passed; }"
        assert [walker.page.evaluate(press) for _ in range(2)] == [1, 1]
        walker.page.clock.fast_forward(5000)
        assert walker.page.evaluate(press) == 2


def test_a_refusal_leaves_on_the_page_what_was_typed(town: Town, chromium: Any) -> None:
    with walking(chromium, town, "curator", name="refused") as walker:
        walker.go(of("stage-late").address(town.made))
        walker.open("Не успеваете?")
        form = walker.within(".closing ~ .hint form[action$='/extension'], .hint form[action$='/extension']")
        walker.fill(form, wanted="2020-01-01", reason="Ремонт крыла")
        form.locator("button").click()
        told = form.locator(".failure")
        told.wait_for()
        assert "не позже" in told.inner_text()
        assert told.evaluate("each => each === document.activeElement")
        assert form.locator("[name=reason]").input_value() == "Ремонт крыла"
        walker.look()
        walker.fill(form, wanted="2026-12-01")
        form.locator("button").click()
        walker.page.locator("dd", has_text="1 декабря").first.wait_for()
