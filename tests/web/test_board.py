"""The operator's board as a browser without JavaScript shows it."""

import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
import python_calamine as calamine
from fastapi.testclient import TestClient
from sqlalchemy import event, update
from sqlmodel import col

from tests.conftest import VirtualClock
from tests.web.conftest import Browser
from vekha.bootstrap import App
from vekha.services.launch import campaigns
from vekha.services.process import stages
from vekha.storage.tables import Activity, Institution, Stage

CAMPAIGN = "region-2026"


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).replace("\xa0", " ").split())


def names_of(page: str) -> list[str]:
    return re.findall(r'href="/institutions/([\w-]+)"', page)


def statements(app: App, act: Callable[[], object]) -> int:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(app.engine, "before_cursor_execute", note)
    act()
    event.remove(app.engine, "before_cursor_execute", note)
    return len(sent)


def launch(app: App, add_institution: Callable[..., str], *numbers: int) -> None:
    """A campaign of these schools; the 13th is in another municipality."""
    for number in numbers:
        add_institution(app, number=number)
    with app.work() as work:
        for number in numbers:
            home = work.session.get_one(Institution, f"school-{number}")
            home.short_title, home.municipality = f"Школа № {number}", "Иной район" if number == 13 else "Уфа"
            home.details = {**home.details, "phone": f"+7 900 000-00-{number}"}
            work.session.add(home)
    with app.work() as work:
        data = campaigns.CampaignData(code=CAMPAIGN, title="Наставничество 2026/27", region="02", year=2026)
        campaigns.create(work, data)
        campaigns.launch_batch(work, CAMPAIGN, [f"school-{number}" for number in numbers])
        campaigns.finish_launch(work, CAMPAIGN)
    with app.work() as work:
        for number in numbers:
            stages.open_due(work, f"school-{number}-2026")


@pytest.fixture
def region(app: App, add_institution: Callable[..., str], clock: VirtualClock) -> App:
    """Three schools in October: the 9th has done everything until then, the 12th and 13th nothing."""
    launch(app, add_institution, 9, 12, 13)
    clock.to(dt.date(2026, 10, 20))
    with app.work() as work:
        today = clock().date()
        done = update(Activity).where(col(Activity.programme) == "school-9-2026", col(Activity.due) <= today)
        work.session.execute(done.values(state="done", done_on=col(Activity.due)))
        closed = update(Stage).where(col(Stage.programme) == "school-9-2026", col(Stage.due) <= today)
        work.session.execute(closed.values(state="closed", closed_on=col(Stage.due)))
        for number in (9, 12, 13):
            stages.open_due(work, f"school-{number}-2026")
    return app


@pytest.fixture
def operator(browser: Browser, region: App) -> TestClient:
    assert region
    return browser("operator")


# --- institutions -----------------------------------------------------------------------------------------------------


def test_the_board_says_who_stands_where_the_late_ones_first(operator: TestClient) -> None:
    page = operator.get("/board")
    told = words_of(page.text)
    assert page.status_code == 200
    assert names_of(page.text) == ["school-12", "school-13", "school-9"]
    assert "Запуск «Наставничество 2026/27» · сегодня 20 октября, вт" in told
    assert "3 организации в запуске" in told
    assert re.search(r"\d+ этап\w* просрочен\w*, в 2 организациях", told)
    assert re.search(r"Просрочен на \d+ д\w+ · 0 из \d", told)
    assert "Завершён" in told
    assert 'href="/programmes/school-12-2026/stages/prepare"' in page.text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("municipality=Уфа", ["school-12", "school-9"]),
        ("search=школа 13", ["school-13"]),
        ("search=ШКОЛА&sort=title", ["school-9", "school-12", "school-13"]),
        ("sort=municipality", ["school-13", "school-9", "school-12"]),
        ("late=1", ["school-12", "school-13"]),
        ("sort=nonsense&page=-5", ["school-12", "school-13", "school-9"]),
        ("page=99999999999999", ["school-12", "school-13", "school-9"]),
        ("search=%25", []),
        ("type=college", []),
    ],
)
def test_the_filter_stands_in_the_address(operator: TestClient, query: str, names: list[str]) -> None:
    page = operator.get(f"/board?{query}")
    assert (page.status_code, names_of(page.text)) == (200, names)
    if not names:
        assert "Никого не нашлось" in page.text


def test_pages_follow_each_other_with_the_same_filter(operator: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vekha.services.watch.board.PAGE", 2)
    first = operator.get("/board?sort=title&municipality=").text
    assert (names_of(first), "1–2 из 3" in words_of(first)) == (["school-9", "school-12"], True)
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    last = operator.get(following.replace("&amp;", "&")).text
    assert names_of(last) == ["school-13"]
    assert 'rel="prev"' in last and 'rel="next"' not in last


def test_htmx_gets_the_results_alone(operator: TestClient) -> None:
    part = operator.get("/board?search=13", headers={"HX-Request": "true"}).text
    assert "<html" not in part and names_of(part) == ["school-13"]


def test_the_same_number_of_queries_for_one_institution_and_for_three(app: App, operator: TestClient) -> None:
    def ask(search: str) -> int:
        return statements(app, lambda: operator.get(f"/board?search={search}"))

    assert ask("13") == ask("")


def test_municipalities_are_told_as_sums(operator: TestClient) -> None:
    page = operator.get("/board/municipalities")
    told = words_of(page.text)
    assert "Всего" in told and re.search(r"Просрочен 2 из 3, до \d+ д\w+", told)
    assert re.search(r"Уфа Просрочен 1 из 2", told)
    assert "municipality=%D0%98%D0%BD%D0%BE%D0%B9+%D1%80%D0%B0%D0%B9%D0%BE%D0%BD" in page.text


def test_the_table_is_taken_away_with_the_filter(operator: TestClient) -> None:
    answer = operator.get("/board/export?municipality=Уфа")
    assert answer.content[:2] == b"PK"
    assert "filename*=UTF-8''%D0%9D%D0%B0%D1%81" in answer.headers["content-disposition"]
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    codes = [row[0] for row in book.get_sheet_by_index(0).to_python()[1:]]
    assert codes == ["school-12", "school-9"]


# --- who may look -----------------------------------------------------------------------------------------------------


def test_before_the_first_campaign_it_says_what_to_do(browser: Browser, app: App) -> None:
    assert app
    told = browser("operator").get("/board").text
    assert "Запусков пока нет" in told and 'href="/campaigns"' in told
    assert 'href="/campaigns"' not in browser("municipal").get("/board").text.partition("<main")[2]


def test_somebody_of_one_institution_has_no_board(browser: Browser, region: App) -> None:
    assert region
    for who in ("curator", "director"):
        assert browser(who).get("/board").status_code == 403


def test_a_municipal_curator_sees_the_own_municipality_and_changes_nothing(browser: Browser, region: App) -> None:
    assert region
    page = browser("uezd").get("/board")
    assert names_of(page.text) == ["school-13"]
    assert "только просмотр" in page.text and "Перенести сроки" not in page.text


def test_an_unknown_campaign_is_not_found(operator: TestClient) -> None:
    assert operator.get("/board?campaign=nothing").status_code == 404
