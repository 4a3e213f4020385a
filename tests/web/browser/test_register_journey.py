"""Registers in a real browser: a person is entered once, a table brings a double, two entries become one, on paper."""

from pathlib import Path
from typing import Any

import pytest

from tests.web.browser.walker import Town, Walker, walking
from vekha.domain.people_rows import LAYOUT
from vekha.spreadsheet import Table, write_xlsx

pytestmark = pytest.mark.slow
HERE = "/programmes/school-1-2026"
NEW, TYPO = "Хабибуллина Айгуль Рустемовна", "Хабибулина Айгуль Рустемовна"
COLUMNS = ("name", "role", "born", "consent", "registered", "contact")
BORN = "1988-03-09"


def test_a_person_is_entered_once_and_a_double_is_merged(town: Town, chromium: Any, tmp_path: Path) -> None:
    with walking(chromium, town, "curator", name="registers") as curator:
        _entered_in_two_roles(curator)
        _table_loaded(curator, tmp_path)
        _merged(curator)
        _printed(curator)
    with walking(chromium, town, "curator", name="registers", width=390) as curator:
        curator.go(f"{HERE}/registers?register=mentors&search=назар")
        curator.sees("Назарова Зульфия Маратовна", "Строк: 1")
        curator.go(f"{HERE}/doubles")


def _entered_in_two_roles(curator: Walker) -> None:
    """The second role is of the same person; a name that is nearly known is asked about, and nothing typed is lost."""
    for role in ("mentor", "mentee"):
        curator.go(f"{HERE}/people")
        curator.open("Добавить человека")
        curator.fill(curator.within("details.add form"), name=NEW, role=role, gender="f", born=BORN)
        curator.press("Добавить", curator.within("details.add form"))
    entries = [each.get_attribute("id") for each in curator.page.locator("li", has_text=NEW).all()]
    assert sorted(each.partition("-")[0] for each in entries) == ["mentee", "mentor"]
    assert len({each.partition("-")[2] for each in entries}) == 1
    curator.open("Добавить человека")
    curator.fill(curator.within("details.add form"), name=TYPO, role="mentor", born=BORN)
    curator.press("Добавить", curator.within("details.add form"))
    curator.refused(TYPO, NEW)
    assert curator.page.input_value("details.add [name=name]") == TYPO
    curator.refused("если другой человек, отметьте «Это другой человек».")


def _table_loaded(curator: Walker, folder: Path) -> None:
    """A table with the same mistake and a date that is none: the rest is taken, a double only when it is said to be."""
    rows = [
        (TYPO, "наставник", "09.03.1988", "01.09.2026", "02.09.2026", "+7 900 000-77-01"),
        ("Гилязов Тимур Ильдарович", "наставник", "31.02.1990", "", "", ""),
        ("Назарова Зульфия Маратовна", "наставник", "17.05.1979", "01.09.2026", "02.09.2026", "+7 900 000-77-03"),
    ]
    write_xlsx(folder / "участники.xlsx", [Table("Участники", [(LAYOUT.title_of(key), 30) for key in COLUMNS], rows)])
    curator.press("Загрузить из таблицы")
    curator.page.set_input_files("[name=file]", folder / "участники.xlsx")
    curator.press("Проверить")
    curator.sees("строка 2, колонка A", f"похож на того, кто уже есть: {NEW}", "дата «31.02.1990» не понята")
    assert curator.takes("Скачать все ошибки таблицей").startswith(b"PK")
    curator.press("Загрузить остальное")
    curator.sees("Назарова Зульфия Маратовна")
    curator.open("Добавить человека")
    curator.fill(curator.within("details.add form"), name=TYPO, role="mentor", gender="f", born=BORN)
    curator.press("Добавить", curator.within("details.add form"))
    curator.page.locator("label", has_text="Это другой человек").click()
    curator.press("Добавить", curator.within("details.add form"))
    curator.sees("Есть похожие записи (1)")


def _merged(curator: Walker) -> None:
    """The merge is shown before it is done, and can be taken back."""
    curator.press("Посмотреть")
    curator.sees(NEW, TYPO)
    keep = curator.page.locator("section:has(form[action$='/apart']) .hint").first.inner_text()
    curator.press(f"Объединить, оставить {keep}")
    curator.sees("Пока ничего не изменено")
    curator.press("Объединить", curator.within("#tried"))
    curator.sees("Похожих записей нет", f"стала частью {keep}", f"{TYPO} → {NEW}")
    curator.press("Отменить")
    curator.sees("Похоже, это один человек")
    curator.press(f"Объединить, оставить {keep}")
    curator.press("Объединить", curator.within("#tried"))


def _printed(curator: Walker) -> None:
    """The register of mentors: on the page, as a table and as the document that the roadmap has of it."""
    curator.go(f"{HERE}/registers?register=mentors")
    curator.sees("Назарова Зульфия Маратовна")
    assert curator.takes("Сохранить в XLSX").startswith(b"PK")
    curator.press("Документ для печати")
    curator.sees("Реестр наставников")
    assert "Нагорнова" in curator.page.frame_locator("iframe").locator("body").inner_text()
