"""Types of columns: what goes in comes out, alike in both databases."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import select

from vekha.bootstrap import App
from vekha.storage.tables import Outbox


def stored(app: App, instant: dt.datetime) -> dt.datetime:
    with app.work() as work:
        work.session.add(Outbox(kind="k", key="k", queued_at=instant, ready_at=instant))
    with app.work(writes=False) as work:
        return work.session.exec(select(Outbox.queued_at)).one()


def test_an_instant_comes_back_aware_and_in_utc(any_app: App) -> None:
    found = stored(any_app, dt.datetime(2026, 9, 1, 5, 30, 15, 123456, tzinfo=ZoneInfo("Asia/Yekaterinburg")))
    assert found == dt.datetime(2026, 9, 1, 0, 30, 15, 123456, tzinfo=dt.UTC)
    assert found.tzinfo is dt.UTC


def test_a_naive_instant_is_refused(any_app: App) -> None:
    with pytest.raises((ValueError, StatementError), match="aware"):
        stored(any_app, dt.datetime(2026, 9, 1))
