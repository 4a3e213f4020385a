"""Deadlines of an operator by level, and a decree that moves what it touches."""

import datetime as dt
from typing import Any

from tests.services.conftest import OPERATOR, VIEWER, Club
from tests.services.dates.moves import (
    PREPARE,
    Make,
    done,
    due,
    refused,
    seen,
    shift,
    state,
    undone,
    window,
)
from vekha.domain.aims import ByDays
from vekha.domain.calendar import Override, Overrides
from vekha.services.dates import batches, decrees, schedules
from vekha.services.launch import campaigns
from vekha.services.work import Work
from vekha.storage.tables import Activity, Campaign

# --- deadlines by level -----------------------------------------------------------------------------------------------


def deadline(level: str, place: str, phrase: str | None) -> Make:
    return lambda work: schedules.set_deadline(work, "autumn", level, place, phrase)


def test_the_nearest_level_holds_and_an_undo_takes_the_deadline_along(region: Club) -> None:
    before = state(region)
    made = [
        done(region, deadline("municipality:Уфа", "prepare.papers", "15 июня 2026 года")),
        done(region, deadline("institution:club-3", "prepare.papers", "до 22.06.2026")),
        done(region, deadline("campaign", "prepare", "до 10 июля")),
    ]
    keys = ("club-2-2026", "club-3-2026", "club-4-2026")
    assert [due(region, key, "prepare", "papers").day for key in keys] == [15, 22, 10]
    assert [due(region, key, "prepare", "site") for key in keys] == [dt.date(2026, 7, 10)] * 3
    assert window(region, "club-4-2026", "prepare")[1] == dt.date(2026, 7, 10)
    with region.work(VIEWER, writes=False) as work:
        assert schedules.deadlines(work, "autumn") == [
            {"level": "campaign", "place": "prepare", "deadline": "до 10 июля"},
            {"level": "municipality:Уфа", "place": "prepare.papers", "deadline": "15 июня 2026 года"},
            {"level": "institution:club-3", "place": "prepare.papers", "deadline": "до 22.06.2026"},
        ]
    moved = done(region, shift(PREPARE, ByDays(7)))
    assert due(region, "club-3-2026", "prepare", "papers") == dt.date(2026, 6, 22)  # its own date survives
    for batch in (moved, *reversed(made)):
        undone(region, batch)
    assert state(region) == before


def test_a_deadline_taken_away_gives_way_to_the_next(region: Club) -> None:
    done(region, deadline("institution:club-3", "prepare.papers", "до 22.06.2026"))
    done(region, deadline("institution:club-3", "prepare.papers", None))
    assert due(region, "club-3-2026", "prepare", "papers") == dt.date(2026, 6, 1)
    assert not any(row.pinned for row in region.rows(Activity))
    assert refused(region, deadline("institution:club-3", "prepare.papers", None)) == ["schedule.not_set"]


def test_a_draft_is_changed_at_once(sqlite_region: Club) -> None:
    def write(work: Work, *told: Any) -> bool:
        return schedules.write_in_draft(work, "draft", *told)

    with sqlite_region.work(OPERATOR) as work:
        campaigns.create(work, campaigns.CampaignData(code="draft", title="Черновик", region="02", year=2027))
        assert write(work, "type:club", "prepare.papers", "июнь")
    with sqlite_region.work(OPERATOR) as work:
        assert write(work, "type:club", "work", "декабрь")
        assert write(work, "type:club", "prepare.papers", None)
        assert [each["place"] for each in schedules.deadlines(work, "draft")] == ["work"]
        assert not schedules.write_in_draft(work, "autumn", "type:club", "work", "декабрь")
        assert schedules.deadlines(work, "autumn") == []
    unknown = sqlite_region.codes(write, "city:Уфа", "nowhere", "май", who=OPERATOR)
    assert unknown == ["campaign.unknown_level", "campaign.unknown_row"]
    assert sqlite_region.codes(write, "campaign", "work.meet", "31 июня", who=OPERATOR) == ["deadline.impossible_date"]
    assert sqlite_region.codes(schedules.deadlines, "nothing", who=OPERATOR) == ["campaign.unknown"]


def test_a_deadline_changed_by_somebody_else_since(sqlite_region: Club) -> None:
    first = done(sqlite_region, deadline("type:club", "work.meet", "апрель Х+1 года"))
    with sqlite_region.work() as work:
        row = work.session.get_one(Campaign, "autumn")
        row.overrides = {"type:club": {"work.meet": "март Х+1 года"}}
    assert refused(sqlite_region, lambda work: batches.undo(work, first)) == ["schedule.changed"]


# --- a decree ---------------------------------------------------------------------------------------------------------


def test_a_decree_moves_what_it_touches_and_can_be_undone(region: Club) -> None:
    """1 June is made a day off; 31 May 2026, a Sunday, from which «май» was rolled, a working one."""
    before = state(region)
    decree = Overrides({
        dt.date(2026, 5, 31): Override(True, "рабочее воскресенье"),
        dt.date(2026, 9, 30): Override(False, "выходной"),
    })  # fmt: skip
    found = seen(region, lambda work: decrees.recheck(work, "02", "2026.csv", decree))
    assert {(each.activity, each.old, each.new, each.programmes) for each in found.rows} == {
        ("papers", dt.date(2026, 6, 1), dt.date(2026, 5, 31), 4),
        ("wishes", dt.date(2026, 9, 30), dt.date(2026, 10, 1), 4),
    }
    batch = done(region, lambda work: decrees.recheck(work, "02", "2026.csv", decree), found.token)
    assert due(region, "club-1-2026", "prepare", "papers") == dt.date(2026, 5, 31)
    undone(region, batch)
    assert state(region) == before
    assert seen(region, lambda work: decrees.recheck(work, "02", "—")).activities == 0
