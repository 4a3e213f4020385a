"""Lists cost as many queries for six schools as for two: on every page that has an address of its own."""

import datetime as dt
from collections.abc import Callable, Iterable

from fastapi.testclient import TestClient
from sqlalchemy import update

from tests.conftest import VirtualClock
from tests.web.access import FAMILIES
from tests.web.conftest import Browser
from tests.web.test_board import launch, statements
from vekha.bootstrap import App
from vekha.services.launch import campaigns
from vekha.services.process import stages
from vekha.storage.tables import Programme

FILES = (".pdf", ".xlsx", ".csv", "/export")
PAGES = sorted(
    {
        each.path
        for rows in FAMILIES.values()
        for each in rows
        if each.method == "GET" and "{" not in each.path and not each.path.endswith(FILES)
    }
)


def costs(app: App, client: TestClient, pages: Iterable[str]) -> dict[str, int]:
    return {page: statements(app, lambda page=page: client.get(page)) for page in pages}


def test_queries_of_lists_do_not_grow(
    app: App, add_institution: Callable[..., str], browser: Browser, clock: VirtualClock
) -> None:
    launch(app, add_institution, 12, 13)
    clock.to(dt.date(2026, 10, 20))
    operator = browser("operator")
    shown = [page for page in PAGES if operator.get(page).status_code == 200]  # and what is kept between two is warm
    few = costs(app, operator, shown)
    more = [f"school-{number}" for number in (14, 15, 16, 17)]
    for code in more:
        add_institution(app, number=int(code.removeprefix("school-")))
    with app.work() as work:
        data = campaigns.CampaignData(code="late", title="Догоняющие", region="02", year=2026)
        campaigns.create(work, data)
        campaigns.launch_batch(work, "late", more)
    with app.work() as work:
        work.session.execute(update(Programme).values(campaign="region-2026"))
        for code in more:
            stages.open_due(work, f"{code}-2026")
    assert {"/desk", "/board", "/board/late", "/board/forecast", "/institutions", "/journal"} <= {*shown}
    assert costs(app, operator, shown) == few
