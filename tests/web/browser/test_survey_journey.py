"""A survey in a real browser: a curator asks, people answer on their telephones, the results hide the few."""

import io
from typing import Any

import pytest
import python_calamine as calamine

from tests.web.browser.walker import Town, Walker, walking, words_of

pytestmark = pytest.mark.slow
SURVEYS = "/programmes/school-1-2026/surveys"
ANSWER = {"clarity": "8", "organisation": "7", "help": "9", "safety": "6", "recommend": "да"}


def test_from_a_survey_to_its_results(town: Town, chromium: Any) -> None:
    with walking(chromium, town, "curator", name="surveys") as curator:
        links = _asked(curator)
        assert len(links) == 10  # six mentees and four mentors
        with walking(chromium, town, name="survey-answer", width=390, scripts=False) as mentee:
            _answered(mentee, links[0])
        for each in links[1:-1]:
            sent = curator.page.request.post(each, form=ANSWER, max_redirects=0)
            assert sent.status == 303
        _counted(curator)
        with walking(chromium, town, name="survey-over", width=390, scripts=False) as late:
            late.go(links[-1])
            late.sees("Опрос завершён", "Ответы принимали до 14.10.2026")


def _asked(curator: Walker) -> list[str]:
    """A survey is made, after one mistake; the addresses for everybody who is asked, and the same on paper."""
    curator.go(SURVEYS)
    new = curator.within("form.stack")
    curator.fill(new, form="programme_opinion", opens="2026-10-14", closes="2026-10-01")
    for audience in ("mentee", "mentor"):
        new.locator(f"[name=audience][value={audience}]").check()
    curator.press("Создать опрос")
    curator.refused("опрос кончается 01.10.2026, раньше, чем начинается")
    assert curator.page.is_checked("[name=audience][value=mentor]")  # nothing typed is lost
    curator.fill(closes="2026-10-28")
    curator.press("Создать опрос")
    curator.sees("Опрос создан", "наставляемые 0 0 0 0")
    curator.press("Показать ссылки")
    links = curator.page.locator("dd.address code").all_inner_texts()
    slips = words_of(curator.takes("Распечатать с QR-кодами"))  # of the same ten: they stay ticked
    assert (slips.count("Опрос анонимный"), slips.count(f"{curator.address}/s/")) == (10, 10)
    curator.fill(count="3")
    drawn = words_of(curator.takes("Напечатать листки", curator.within("form[action$='/slips']")))
    assert ("листки перемешайте" in drawn, drawn.count(f"{curator.address}/s/")) == (True, 3)
    return links


def _answered(mentee: Walker, link: str) -> None:
    """On a telephone without scripts: an empty answer is sent back with reasons, the second one is refused kindly."""
    mentee.go(link)
    mentee.sees("Он анонимный: ответ хранится без имени")
    mentee.press("Ответить")
    mentee.refused("Насколько понятны цели")
    for name, value in ANSWER.items():
        mentee.page.check(f"[name={name}][value='{value}']")
    mentee.press("Ответить")
    mentee.sees("Спасибо, ответ получен")
    mentee.go(link)
    mentee.sees("Второй раз ответить нельзя")
    assert mentee.page.locator("form").count() == 0


def _counted(curator: Walker) -> None:
    """How many have answered is seen at once, what they said only after the end, of four mentors never."""
    curator.page.goto(curator.page.url.removesuffix("/ask"))
    curator.look()
    curator.sees("Итоги появятся после окончания опроса", "Всего 13 0 9 9")
    rows = curator.page.locator("section:has(h2:text('Ход опроса')) tbody tr")
    assert [row.inner_text().split()[-1] for row in rows.all()] == ["6", "3", "9"]
    curator.press("Завершить сейчас")
    curator.sees("Опрос завершён", "Показано не всё: ответы группы меньше 5 человек")
    curator.page.locator("[data-chart] canvas, [data-chart] svg").first.wait_for()
    table = curator.page.locator("table#t1")
    curator.open("Таблица по группам")
    assert "скрыто" in table.inner_text()
    curator.look()
    printed = words_of(curator.page.pdf())  # on paper there are no charts: the tables are unfolded
    assert [each for each in ("Среднее", "скрыто") if each not in printed] == []
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(curator.takes("Скачать XLSX")))
    first = book.get_sheet_by_name("Ответы").to_python()[1]
    assert first[:3] == ["Насколько понятны цели и порядок программы", "Ответили", 9]
    assert first[-2:] == ["скрыто", "скрыто"]
