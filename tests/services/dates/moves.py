"""Dates moved by tests: what is asked, what was seen, done and undone, how everything stands."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.services.conftest import OPERATOR, Club, actor
from vekha.domain.access import Actor
from vekha.domain.aims import Selection
from vekha.domain.errors import VekhaError
from vekha.services.dates import batches, shifts
from vekha.services.dates.shifts import Change, Filter, Order
from vekha.services.launch import campaigns
from vekha.services.work import Work
from vekha.storage.tables import Activity, Campaign, Stage

WHY = Order("Карантин", "12-од")
SECOND = actor("operator", region="02")
PREPARE = Selection(stages=frozenset({"prepare"}))
MEET = Selection(activities=frozenset({("work", "meet")}))
Make = Callable[[Work], Change]


def launched(club: Club) -> Club:
    for number, municipality in ((2, "Уфа"), (3, "Уфа"), (4, "Бирск")):
        club.add(number, municipality=municipality)
    only = {"institutions": ["club-2", "club-3", "club-4"]}
    with club.work() as work:
        told = {"code": "autumn", "title": "Осень", "region": "02", "year": 2026, "chosen": only}
        campaigns.create(work, campaigns.CampaignData(**told))
    with club.work() as work:
        campaigns.launch_batch(work, "autumn", only["institutions"])
        campaigns.finish_launch(work, "autumn")
    return club


def shift(selection: Selection, by: Any, **chosen: tuple[str, ...]) -> Make:
    return lambda work: shifts.bulk_shift(work, "autumn", selection, by, Filter(**chosen))


def seen(club: Club, make: Make, who: Actor = OPERATOR) -> shifts.Preview:
    with club.work(who, writes=False) as work:
        return shifts.preview(work, make(work))


def done(club: Club, make: Make, token: str | None = None, who: Actor = OPERATOR, order: Order = WHY) -> int:
    with club.work(who) as work:
        return shifts.apply(work, make(work), token, order).id or 0


def undone(club: Club, batch: int) -> int:
    return done(club, lambda work: batches.undo(work, batch), order=Order("Отмена"))


def refused(club: Club, make: Make, token: str | None = None, who: Actor = OPERATOR, order: Order = WHY) -> list[str]:
    with pytest.raises(VekhaError) as caught:
        done(club, make, token, who, order)
    return [each.code for each in caught.value.problems]


def state(club: Club) -> list[Any]:
    """Every date there is, and the operator's deadlines."""
    rows = [
        (row.programme, row.stage, row.code, row.opens, row.due, row.dues, row.stated, row.pinned)
        for row in club.rows(Activity)
    ]
    return [*rows, *((row.programme, row.code, row.opens, row.due) for row in club.rows(Stage)), *(
        row.overrides for row in club.rows(Campaign)
    )]  # fmt: skip


def due(club: Club, key: str, stage: str, code: str) -> dt.date:
    return next(row.due for row in club.rows(Activity) if (row.programme, row.stage, row.code) == (key, stage, code))


def window(club: Club, key: str, code: str) -> tuple[dt.date, dt.date]:
    return next((row.opens, row.due) for row in club.rows(Stage) if (row.programme, row.code) == (key, code))
