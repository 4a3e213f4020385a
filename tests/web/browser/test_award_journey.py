"""Recognition in a real browser: the best mentor's poster and letter, a practice from its draft to the public page."""

from typing import Any

import pytest

from tests.web.browser.walker import Town, Walker, walking, words_of

pytestmark = pytest.mark.slow
AWARDS = "/programmes/college-1-2026/awards"
PRACTICES = "/programmes/school-1-2026/practices"
TITLE = "Дневник одной задачи"


def test_a_mentor_is_put_forward_and_gets_the_papers(town: Town, chromium: Any) -> None:
    with walking(chromium, town, "operator", name="awards") as head:
        head.go(AWARDS)
        row = head.page.locator("[name=chosen][value$=':best']").first
        person = row.evaluate("each => each.closest('tr').querySelector('th').innerText")
        line = head.within("main form[action$='/choose'] tr", person)
        for kind in ("best", "certificate"):
            line.locator(f"[name=chosen][value$=':{kind}']").check()
        head.press("Представить отмеченных")
        head.refused(f"{person}: результаты ниже, чем просят критерии")
        assert head.page.locator("[name=chosen][value$=':best']:checked").count() == 1
        head.fill(words="За терпение и точность")
        head.press("Представить отмеченных")
        head.sees(f"{person} «Лучший наставник» · За терпение и точность")
        head.press("Утвердить отмеченных")
        head.press("Выпустить приказ, письма и плакаты")
        head.sees("Выпущено документов: ")
        papers = words_of(head.takes("Скачать сертификаты и письма"))
        assert "За терпение и точность" in papers
    with walking(chromium, town, "operator", name="awards", width=390) as head:
        head.go(AWARDS)


def test_a_practice_from_its_draft_to_the_public_page(town: Town, chromium: Any) -> None:
    with (
        walking(chromium, town, "curator", name="practice") as curator,
        walking(chromium, town, "operator", name="review") as operator,
    ):
        number = _written(curator)
        operator.go(f"/practices/{number}")
        operator.open("Вернуть с замечаниями")
        operator.fill(operator.within("form:has([name=remarks])"), remarks="Напишите, что вышло в числах")
        operator.press("Вернуть с замечаниями", operator.within("form:has([name=remarks])"))
        curator.go(f"/practices/{number}")
        curator.sees("возвращена", "Замечания: Напишите, что вышло в числах")
        curator.fill(result="Восемь из десяти решают задачу до занятия")
        curator.press("Сохранить")
        curator.press("Послать на рассмотрение")
        operator.go(f"/practices/{number}")
        operator.press("Принять")
        operator.press("Опубликовать")
        operator.press("Отметить лучшей в регионе")
        operator.go("/practices?q=задачами")  # whatever the form of the word
        operator.sees(TITLE, "лучшая в регионе")
        operator.go("/practices?q=космодром")
        operator.sees("Ничего не найдено")
    with walking(chromium, town, name="public", width=390) as anybody:
        anybody.go("/public/school-1")
        anybody.sees(TITLE, "Восемь из десяти решают задачу до занятия")


def _written(curator: Walker) -> str:
    """A card without its result is not sent on; with it, it is."""
    curator.go(PRACTICES)
    curator.open("Рассказать о практике")
    new = curator.within("details.add form")
    curator.fill(new, title=TITLE, problem="Задачи забывали до занятия", done="Завели дневник одной задачи в неделю")
    curator.press("Создать карточку", new)
    if not curator.page.url.rpartition("/")[2].isdigit():
        curator.press(TITLE)
    curator.press("Послать на рассмотрение")
    curator.refused("часть карточки пуста")
    curator.fill(result="Решают до занятия")
    curator.press("Сохранить")
    curator.press("Послать на рассмотрение")
    curator.sees("на рассмотрении")
    return curator.page.url.rpartition("/")[2].partition("?")[0]
