"""What the operator's pages and the API read, on SQLite and PostgreSQL alike."""

import datetime as dt
from collections.abc import Callable

import pytest

from tests.conftest import VirtualClock
from vekha.bootstrap import App
from vekha.domain.access import Actor, Grant
from vekha.domain.aims import ByDays, Selection
from vekha.services.access import account_admin, accounts, tokens
from vekha.services.dates import batch_sheet, batches, extension_list, extensions, shifts
from vekha.services.dates.shifts import Order
from vekha.services.launch import campaign_sheet, campaigns
from vekha.services.region import exchange, institution_list
from vekha.services.region.exchange import Sought
from vekha.services.region.institution_list import Wanted

ROOT = Actor(name="Администратор", grants=(Grant(role="administrator"),))
SCHOOLS = ["school-12", "school-13"]


@pytest.fixture
def region(any_app: App, add_institution: Callable[..., str]) -> App:
    """Two schools in a running campaign; one asks for more time."""
    for number in (12, 13):
        add_institution(any_app, number=number, municipality="Уфа")
    with any_app.work(ROOT) as work:
        data = campaigns.CampaignData(code="god", title="Год", region="02", year=2026)
        campaigns.create(work, data)
        campaigns.request_launch(work, "god")
    with any_app.work(ROOT) as work:
        assert campaign_sheet.sheet(work, "god").progress == campaign_sheet.Progress(0, 2, None)
        campaigns.launch_batch(work, "god", SCHOOLS)
        campaigns.finish_launch(work, "god")
    with any_app.work(ROOT) as work:
        extensions.ask(work, "school-12-2026", "prepare", "", dt.date(2026, 7, 15), "Ремонт")
    return any_app


def test_what_the_pages_read(region: App) -> None:
    with region.work(ROOT) as work:
        change = shifts.bulk_shift(work, "god", Selection(stages=frozenset({"prepare"})), ByDays(3))
        number = shifts.apply(work, change, None, Order("Карантин")).id or 0
    with region.work(ROOT, writes=False) as work:
        assert [row.code for row in institution_list.listing(work, Wanted(search="уФа", after="")).rows] == []
        assert [row.code for row in institution_list.listing(work, Wanted(limit=1)).rows] == SCHOOLS[:1]
        assert institution_list.codes_of(work, [" SCHOOL-13 ", "Нет такой"]) == (SCHOOLS[1:], ["Нет такой"])
        assert campaign_sheet.sheet(work, "god").states == {"running": 2}
        [request] = extension_list.requests(work, waiting=True)
        assert (request.title, request.may_answer, request.due > dt.date(2026, 5, 1)) == ("", True, True)
        found = batch_sheet.sheet(work, number)
        assert (found.rows != (), {row.programmes for row in found.rows}, found.may_undo) == (True, {2}, True)
        assert [row["id"] for row in batches.history(work, limit=1)] == [number]
        assert [each.row.key for each in exchange.programmes(work, Sought(limit=5), "school-12-2026")] == [
            "school-13-2026"
        ]
        assert exchange.documents(work, Sought(campaign="god")) == []


def test_a_key_stands_for_its_account(region: App, clock: VirtualClock) -> None:
    with region.work(ROOT) as work:
        accounts.invite(work, "op@example.org", "Соколова Мария", Grant(role="operator", region="02"))
        secret = tokens.create(work, "op@example.org", "Сайт", ["statuses:read"], 5)
    with region.work(ROOT, writes=False) as work:
        found = tokens.caller(work, secret)
        assert (found.actor.name, found.scopes, found.stale) == ("Соколова Мария (Сайт)", {"statuses:read"}, True)
        [kept] = account_admin.listing(work, "соколова")
        assert (kept.state, account_admin.places(work, [kept])) == ("invited", {"02": "Примерная область"})
    with region.work(ROOT) as work:
        tokens.remember_use(work, secret)
    with region.work(ROOT, writes=False) as work:
        assert (tokens.caller(work, secret).stale, len(tokens.listing(work))) == (False, 1)
