"""A campaign over time: bars between dates, lines of plan and fact, each with its table."""

import datetime as dt
import re

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from tests.web.conftest import Browser
from tests.web.test_board import region, statements, words_of  # noqa: F401
from vekha.bootstrap import App
from vekha.services.watch import course
from vekha.services.watch.monitoring_queries import Chosen
from vekha.web.gantt import LEFT, WIDTH, Bar, draw

DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31))


@pytest.fixture
def operator(browser: Browser, region: App) -> TestClient:  # noqa: F811
    assert region
    return browser("operator")


@given(st.lists(st.tuples(DAYS, DAYS, st.floats(-1, 2)), min_size=1, max_size=8), DAYS)
def test_every_bar_stands_on_the_drawing_in_the_order_of_dates(
    told: list[tuple[dt.date, dt.date, float]], today: dt.date
) -> None:
    bars = [Bar("Этап", "", min(one, other), max(one, other), "going", share) for one, other, share in told]
    drawing = draw(bars, today)
    assert drawing is not None
    for box in drawing.boxes:
        assert box.x >= LEFT and box.x + box.width <= WIDTH and 0 <= box.done <= box.width
    by_start = sorted(drawing.boxes, key=lambda each: each.bar.starts)
    assert [each.x for each in by_start] == sorted(each.x for each in by_start)
    shown = min(each.starts for each in bars).replace(day=1) <= today <= max(each.ends for each in bars)
    assert (drawing.today is not None) is shown


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw([], dt.date(2026, 9, 1)) is None


def test_the_plan_is_a_picture_with_a_table(operator: TestClient) -> None:
    page = operator.get("/board/plan").text
    assert page.count('<rect class="bar') == 7
    assert re.search(r'<svg[^>]+role="img" aria-label="График этапов: Школа"', page)
    assert "style=" not in page
    assert "1 из 3" in words_of(page)


def test_plan_and_fact_by_weeks(operator: TestClient, region: App) -> None:  # noqa: F811
    page = operator.get("/board/pace").text
    assert 'id="pace-chart"' in page and page.count("<script") == page.count("defer")
    with region.work(writes=False) as work:
        weeks = course.weeks(work, "region-2026", Chosen())
    assert all(each.ends.weekday() == 6 for each in weeks)
    planned = [each.planned for each in weeks]
    assert planned == sorted(planned) and planned[-1] % 3 == 0
    acted = [each.done for each in weeks if each.done is not None]
    assert acted == sorted(acted) and 0 < acted[-1] < planned[len(acted) - 1]
    assert [each.done for each in weeks[len(acted) :]] == [None] * (len(weeks) - len(acted))
    assert weeks[len(acted) - 1].ends == dt.date(2026, 10, 25)


def test_nobody_is_no_mistake(operator: TestClient) -> None:
    assert "нет этапов" in operator.get("/board/plan?search=никого").text
    assert "нет мероприятий" in operator.get("/board/pace?search=никого").text


@pytest.mark.parametrize("view", ["plan", "pace"])
def test_the_number_of_queries_does_not_grow(operator: TestClient, region: App, view: str) -> None:  # noqa: F811
    few = statements(region, lambda: operator.get(f"/board/{view}?search=13"))
    assert statements(region, lambda: operator.get(f"/board/{view}")) == few
