"""«Организации»: the list, a table uploaded in two steps, one institution added and corrected, the exports."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from tests.web.conftest import Browser
from vekha.bootstrap import App
from vekha.services.region import institution_list
from vekha.services.region.institution_list import Wanted
from vekha.storage.tables import Institution
from vekha.web import holding

Add = Callable[..., str]
HEAD = "Код;Тип;Полное название;Краткое название;Муниципалитет;ИНН\n"
GOOD = HEAD + "school-1;Школа;Муниципальная школа № 1;Школа № 1;Уфа;\nschool-2;Школа;Школа № 2;;Бирск;\n"
BAD = GOOD + "school 3;Школа;Школа № 3;;Уфа;12\n"


@pytest.fixture
def region(app: App, add_institution: Add) -> App:
    add_institution(app, municipality="Уфа")
    return app


def upload(client: TestClient, content: str | bytes, name: str = "школы.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post("/institutions/import", files={"file": (name, data)}, data={"region": "02"})


def codes(app: App) -> list[str]:
    with app.work(writes=False) as work:
        return [row.code for row in institution_list.listing(work, Wanted()).rows]


def test_the_list_is_searched_filtered_and_turned_page_by_page(region: App, add_institution: Add) -> None:
    for number in range(1, 8):
        add_institution(region, number=number, code=f"s-{number}", municipality="Бирск" if number % 2 else "Уфа")
    add_institution(region, "college", 3, municipality="Бирск")
    with region.work(writes=False) as work:
        first = institution_list.listing(work, Wanted(limit=4))
        second = institution_list.listing(work, Wanted(limit=4, after=first.next))
        third = institution_list.listing(work, Wanted(limit=4, after=second.next))
        seen = [row.code for part in (first, second, third) for row in part.rows]
        assert (seen, first.total, second.before, third.next) == (sorted(seen), 9, 4, "")
        assert len(set(seen)) == 9
        title = institution_list.listing(work, Wanted(search="s-3")).rows[0].short_title
        assert [row.code for row in institution_list.listing(work, Wanted(search=title.upper())).rows] == ["s-3"]
        assert institution_list.listing(work, Wanted(municipality="Бирск", kind="school")).total == 4
        assert institution_list.municipalities(work) == ["Бирск", "Уфа"]


def test_the_list_asks_the_database_as_often_for_ten_as_for_one(region: App, add_institution: Add) -> None:
    asked: list[str] = []
    event.listen(region.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    def count() -> int:
        asked.clear()
        with region.work(writes=False) as work:
            institution_list.listing(work, Wanted())
        return len([each for each in asked if each.startswith("SELECT")])

    one = count()
    for number in range(1, 11):
        add_institution(region, number=number, code=f"s-{number}")
    assert (one, count()) == (2, 2)


def test_each_sees_their_own(region: App, add_institution: Add, browser: Browser) -> None:
    add_institution(region, number=99)
    mine = browser("curator").get("/institutions").text
    assert ["school-12" in mine, "school-99" in mine, "Загрузить таблицу" in mine] == [True, False, False]
    assert "school-99" in browser("municipal").get("/institutions").text


@pytest.mark.parametrize("who", ["municipal", "director", "curator", "stranger"])
def test_only_who_keeps_institutions_changes_them(region: App, browser: Browser, who: str) -> None:
    client = browser(who)
    for address in ("/institutions/new", "/institutions/import", "/institutions/school-12/edit"):
        assert client.get(address).status_code == 403, address
    assert upload(client, GOOD).status_code == 403
    assert client.post("/institutions/new", data={"code": "school-5"}).status_code == 403
    assert client.post("/institutions/school-12/edit", data={"title": "Наша"}).status_code == 403
    assert codes(region) == ["school-12"]


def test_a_table_is_told_of_before_it_is_written(region: App, browser: Browser) -> None:
    client = browser("operator")
    answer = upload(client, GOOD)
    assert answer.status_code == 303
    report = client.get(answer.headers["location"])
    assert (report.status_code, "Ошибок нет" in report.text, codes(region)) == (200, True, ["school-12"])
    [place] = re.findall(r'action="(/institutions/import/[^"]+)"', report.text)
    done = client.post(place.replace("&amp;", "&"))
    assert (done.status_code, codes(region)) == (303, ["school-1", "school-12", "school-2"])
    assert "добавлено 2, обновлено 0" in client.get(done.headers["location"]).text
    assert "этой таблицы больше нет" in client.post(place).text  # confirmed once


def test_bad_rows_are_all_told_and_may_be_left_out(region: App, browser: Browser) -> None:
    client = browser("operator")
    place = upload(client, BAD).headers["location"]
    report = client.get(place).text
    assert "школы.csv, строка 4, колонка A («Код»)" in report
    assert "строка 4, колонка F («ИНН»)" in report
    refused = client.post(place)
    assert (refused.status_code, codes(region)) == (422, ["school-12"])
    assert client.post(place, data={"skip_bad": "true"}).status_code == 303
    assert codes(region) == ["school-1", "school-12", "school-2"]


def test_the_bad_rows_are_saved_as_a_table(region: App, browser: Browser) -> None:
    import python_calamine as calamine  # noqa: PLC0415

    client = browser("operator")
    path, _, query = upload(client, BAD).headers["location"].partition("?")
    answer = client.get(f"{path}/problems.xlsx?{query}")
    rows = calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert (rows[0], len(rows)) == (["Где", "Что не так", "Что сделать"], 3)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "файл не выбран"),
        (b"\xd0\xcf\x11\xe0 old", "xls"),
        (b"PK\x03\x04 broken", "повреждён"),
        (b"\x00\x01\x02", "кодировк"),
        ("Имя;Возраст\nВера;5\n", "строка заголовков не найдена"),
    ],
)
def test_what_is_no_table_is_refused(region: App, browser: Browser, content: str | bytes, told: str) -> None:
    answer = upload(browser("operator"), content)
    assert (answer.status_code, told in answer.text) == (422, True), answer.text


def test_an_oversized_table_is_not_read(region: App, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("vekha.spreadsheet", "vekha.web.pages.institution_import"):
        monkeypatch.setattr(f"{module}.MAX_BYTES", 40)
    assert "слишком большой" in upload(browser("operator"), GOOD).text


def test_a_formula_is_refused(region: App, browser: Browser) -> None:
    client = browser("operator")
    told = client.get(upload(client, GOOD + "school-4;Школа;=1+1;;;\n").headers["location"]).text
    assert "строка 4, колонка C («Полное название»)" in told


def test_nobody_confirms_the_table_of_somebody_else(region: App, browser: Browser) -> None:
    place = upload(browser("operator"), GOOD).headers["location"]
    other = browser("administrator")
    assert ["больше нет" in other.get(place).text, other.post(place).status_code] == [True, 422]
    assert codes(region) == ["school-12"]


@pytest.mark.parametrize("token", ["short", "%2e%2e%2fvekha.db", "a" * 65, "1-" + "a" * 30])
def test_a_token_names_no_other_file(region: App, browser: Browser, token: str) -> None:
    assert browser("operator").get(f"/institutions/import/{token}").status_code in (404, 422)


def test_a_table_is_forgotten_after_a_day(region: App, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser("operator")
    place = upload(client, GOOD).headers["location"]
    monkeypatch.setattr(holding, "LASTS", -1)
    assert "больше нет" in client.get(place).text
    upload(client, GOOD)
    assert len(list((region.settings.home / "uploads").iterdir())) == 1  # the older one is swept away


def test_one_institution_is_added_and_corrected(region: App, browser: Browser) -> None:
    client = browser("operator")
    assert 'value="02" selected' in client.get("/institutions/new").text
    wrong = client.post("/institutions/new", data={"code": "Школа", "type": "school", "region": "02", "inn": "7"})
    assert (wrong.status_code, 'id="inn-p"' in wrong.text, 'id="title-p"' in wrong.text) == (422, True, True)
    told = {"code": "school-5", "type": "school", "region": "02", "title": "Школа № 5", "timezone": "МСК+2"}
    assert client.post("/institutions/new", data=told).status_code == 303
    assert "уже есть: Школа № 5" in client.post("/institutions/new", data=told).text
    shown = client.get("/institutions/school-5/edit").text
    assert ['value="Школа № 5"' in shown, 'name="code"' in shown] == [True, False]
    assert '<option value="МСК+2" selected>Екатеринбург (UTC+5)</option>' in shown
    changed = {**told, "code": "school-6", "municipality": "Уфа", "head_name": "Орлова Вера Павловна"}
    assert client.post("/institutions/school-5/edit", data=changed).status_code == 303
    with region.work(writes=False) as work:
        row = work.session.get_one(Institution, "school-5")
        assert (row.municipality, row.staff["director"]["name"]) == ("Уфа", "Орлова Вера Павловна")
        assert work.session.get(Institution, "school-6") is None
    assert client.get("/institutions/nobody/edit").status_code == 404


def test_a_name_with_markup_stays_a_name(region: App, browser: Browser) -> None:
    client = browser("operator")
    told = {"code": "school-5", "type": "school", "region": "02", "title": "<script>alert(1)</script>"}
    assert client.post("/institutions/new", data=told).status_code == 303
    for address in ("/institutions", "/institutions/school-5/edit"):
        assert "<script>alert" not in client.get(address).text


def test_the_list_is_exported(region: App, browser: Browser) -> None:
    client = browser("operator")
    text = client.get("/institutions/export.csv")
    assert ["school-12" in text.text, "attachment" in text.headers["content-disposition"]] == [True, True]
    assert client.get("/institutions/export.xlsx").content.startswith(b"PK")
    assert client.get("/institutions/import/template.xlsx").content.startswith(b"PK")
    assert "school-12" not in browser("stranger").get("/institutions/export.csv").text
