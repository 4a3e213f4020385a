"""Dates of running programmes moved, seen first, undone exactly; on SQLite and PostgreSQL."""

import datetime as dt
import threading
from typing import Any

import pytest

from tests.services.conftest import CURATOR, NEIGHBOUR, OPERATOR, VIEWER, Club, actor
from tests.services.dates.moves import (
    MEET,
    PREPARE,
    SECOND,
    WHY,
    Make,
    done,
    due,
    launched,
    refused,
    seen,
    shift,
    state,
    undone,
    window,
)
from vekha.domain.aims import ByDays, Selection, To
from vekha.domain.errors import VekhaError
from vekha.services.dates import batches, schedules, shifts
from vekha.services.dates.shifts import Order
from vekha.services.launch import campaigns
from vekha.storage.tables import Activity, DueBatch, Programme

# --- seeing and doing -------------------------------------------------------------------------------------------------


def test_a_preview_writes_nothing_and_says_everything(region: Club) -> None:
    before = state(region)
    found = seen(region, shift(PREPARE, ByDays(7)))
    assert state(region) == before
    assert (found.programmes, found.activities, found.left, found.conflicts) == (3, 9, {}, ())
    assert [(each.activity, each.title, each.old, each.new, each.programmes) for each in found.rows] == [
        ("papers", "Издать приказы", dt.date(2026, 6, 1), dt.date(2026, 6, 8), 3),
        ("wishes", "Собрать заявки", dt.date(2026, 9, 30), dt.date(2026, 10, 7), 3),
        ("site", "Рассказать на сайте", dt.date(2026, 6, 30), dt.date(2026, 7, 7), 3),
    ]


def test_applied_as_seen_kept_with_its_reason_and_undone_exactly(region: Club) -> None:
    before = state(region)
    found = seen(region, shift(PREPARE, ByDays(7)))
    batch = done(region, shift(PREPARE, ByDays(7)), found.token)
    assert due(region, "club-2-2026", "prepare", "papers") == dt.date(2026, 6, 8)
    assert window(region, "club-2-2026", "prepare") == (dt.date(2026, 5, 8), dt.date(2026, 6, 8))
    assert due(region, "club-1-2026", "prepare", "papers") == dt.date(2026, 6, 1)  # of no campaign
    with region.work(OPERATOR, writes=False) as work:
        row = batches.changes(work, "club-2-2026")[0]
    told = {"batch": batch, "who": "operator", "why": "Карантин", "order_number": "12-од", "activity": "papers"}
    assert {name: row[name] for name in told} == told
    assert (row["old"], row["new"]) == (dt.date(2026, 6, 1), dt.date(2026, 6, 8))
    after = state(region)
    back = undone(region, batch)
    assert state(region) == before
    again = undone(region, back)  # a redo
    assert state(region) == after
    undone(region, again)
    assert state(region) == before
    assert [(row.kind, row.in_force) for row in region.rows(DueBatch)] == [
        ("shift", False), ("undo", True), ("undo", False), ("undo", True)
    ]  # fmt: skip


def test_filters_and_states_narrow_a_shift(region: Club) -> None:
    region.clock.to(dt.date(2026, 5, 20))
    region.prepare("club-1-2026")
    found = seen(region, shift(PREPARE, ByDays(7), municipalities=("Уфа",)))
    assert found.programmes == 2
    assert seen(region, shift(PREPARE, ByDays(7), institutions=("club-4",))).programmes == 1
    assert seen(region, shift(PREPARE, ByDays(7), types=("circus",))).programmes == 0
    late = Selection(only_late=True)
    assert seen(region, shift(late, ByDays(7))).programmes == 0
    region.clock.to(dt.date(2026, 6, 2))
    assert [each.activity for each in seen(region, shift(late, ByDays(7))).rows] == ["papers"]


def test_the_second_operator_sees_what_the_first_did(region: Club) -> None:
    found = seen(region, shift(PREPARE, ByDays(7)))
    first = done(region, shift(PREPARE, ByDays(14)))
    with pytest.raises(VekhaError) as caught:
        done(region, shift(PREPARE, ByDays(7)), found.token, SECOND)
    told = [(each.code, dict(each.params).get("batch")) for each in caught.value.problems]
    assert told == [("shift.stale", None), ("shift.stale_by", first)]
    assert due(region, "club-2-2026", "prepare", "papers") == dt.date(2026, 6, 15)
    new = seen(region, shift(PREPARE, ByDays(7)), SECOND)
    done(region, shift(PREPARE, ByDays(7)), new.token, SECOND)
    assert due(region, "club-2-2026", "prepare", "papers") == dt.date(2026, 6, 22)


def test_work_done_since_the_preview_makes_it_stale(region: Club) -> None:
    found = seen(region, shift(PREPARE, ByDays(7)))
    with region.work() as work:
        work.session.get_one(Activity, ("club-2-2026", "prepare", "site")).state = "done"  # type: ignore[assignment]
    assert refused(region, shift(PREPARE, ByDays(7)), found.token) == ["shift.stale"]


@pytest.mark.postgres
def test_two_operators_at_once(pg_club: Club) -> None:
    """Both have seen the same; the later one waits, then is told; nothing is moved twice."""
    club = launched(pg_club)
    token = seen(club, shift(PREPARE, ByDays(7))).token
    start, outcomes = threading.Barrier(2), list[Any]()

    def apply() -> None:
        start.wait()
        try:
            outcomes.append(done(club, shift(PREPARE, ByDays(7)), token))
        except VekhaError as refusal:
            outcomes.append([each.code for each in refusal.problems])

    threads = [threading.Thread(target=apply) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    (batch,) = [each for each in outcomes if isinstance(each, int)]
    assert [each for each in outcomes if each != batch] == [["shift.stale", "shift.stale_by"]]
    assert due(club, "club-2-2026", "prepare", "papers") == dt.date(2026, 6, 8)


@pytest.mark.parametrize(
    ("make", "order", "codes"),
    [
        (shift(PREPARE, ByDays(0)), WHY, ["shift.nowhere"]),
        (shift(PREPARE, To("когда-нибудь потом")), WHY, ["deadline.not_a_deadline"]),
        (shift(Selection(stages=frozenset({"nowhere"})), ByDays(7)), WHY, ["campaign.unknown_row"]),
        (shift(PREPARE, ByDays(7)), Order("  "), ["shift.reason_needed"]),
        (shift(PREPARE, ByDays(7), types=("circus",)), WHY, ["shift.nothing"]),
        (shift(MEET, To("20.09.2026")), WHY, ["shift.ends_before_start"]),
        (shift(MEET, ByDays(400)), WHY, ["shift.outside_cycle"]),
        (shift(MEET, To("до 1 апреля 2026 года")), WHY, ["shift.ends_before_start", "shift.outside_cycle"]),
    ],
)
def test_what_is_refused_changes_nothing(sqlite_region: Club, make: Make, order: Order, codes: list[str]) -> None:
    before = state(sqlite_region)
    assert refused(sqlite_region, make, None, OPERATOR, order) == codes
    assert state(sqlite_region) == before
    assert sqlite_region.rows(DueBatch) == []


def test_rights(sqlite_region: Club) -> None:
    assert refused(sqlite_region, shift(PREPARE, ByDays(7)), who=NEIGHBOUR) == ["access.denied"]
    assert refused(sqlite_region, shift(PREPARE, ByDays(7)), who=VIEWER) == ["access.denied"]
    batch = done(sqlite_region, shift(PREPARE, ByDays(7)))
    assert refused(sqlite_region, lambda work: batches.undo(work, batch), who=NEIGHBOUR) == ["access.denied"]
    assert refused(sqlite_region, lambda work: batches.undo(work, batch), who=VIEWER) == ["access.denied"]
    municipal = actor("municipal_curator", region="02", municipality="Уфа")
    for who, found in ((municipal, [batch]), (VIEWER, [batch]), (NEIGHBOUR, []), (CURATOR, [])):
        with sqlite_region.work(who, writes=False) as work:
            assert [each["id"] for each in batches.history(work, "autumn")] == found
    assert sqlite_region.codes(batches.undo, 99, who=OPERATOR) == ["shift.unknown_batch"]
    assert sqlite_region.codes(schedules.deadlines, "autumn", who=CURATOR) == ["access.denied"]


def test_what_deserves_a_look_stops_nothing(sqlite_region: Club) -> None:
    found = seen(sqlite_region, shift(PREPARE, ByDays(120)))
    facts = [(each.code, each.where, dict(each.params)["count"]) for each in found.warnings]
    assert ("shift.before_predecessor", "Внести данные", 3) in facts
    assert found.conflicts == ()
    with sqlite_region.work() as work:
        told = {"code": "far", "title": "Потом", "region": "02", "year": 2035, "chosen": {"institutions": ["club-4"]}}
        campaigns.create(work, campaigns.CampaignData(**told))
    with sqlite_region.work() as work:
        campaigns.launch_batch(work, "far", ["club-4"])
    far = seen(sqlite_region, lambda work: shifts.bulk_shift(work, "far", MEET, ByDays(-7)))
    assert "shift.provisional" in [each.code for each in far.warnings]


# --- undo -------------------------------------------------------------------------------------------------------------


def test_an_overlapping_undo_is_refused_and_says_by_whom(region: Club) -> None:
    first = done(region, shift(PREPARE, ByDays(7)))
    second = done(region, shift(PREPARE, ByDays(7), institutions=("club-3",)), order=Order("Ещё неделя"))
    after = state(region)
    with pytest.raises(VekhaError) as caught:
        undone(region, first)
    assert {each.code for each in caught.value.problems} == {"shift.overlaps", "shift.overlapped_by"}
    (later,) = [dict(each.params) for each in caught.value.problems if each.code == "shift.overlapped_by"]
    assert (later["batch"], later["why"]) == (second, "Ещё неделя")
    assert state(region) == after
    undone(region, second)
    undone(region, first)
    assert due(region, "club-3-2026", "prepare", "papers") == dt.date(2026, 6, 1)
    assert refused(region, lambda work: batches.undo(work, first)) == ["shift.already_undone"]


def test_what_came_between_elsewhere_does_not_stop_an_undo(region: Club) -> None:
    first = done(region, shift(Selection(activities=frozenset({("prepare", "papers")})), ByDays(14)))
    done(region, shift(Selection(activities=frozenset({("prepare", "site")})), ByDays(7)))
    with region.work() as work:
        work.session.get_one(Activity, ("club-2-2026", "prepare", "papers")).state = "done"  # type: ignore[assignment]
        work.session.get_one(Programme, "club-3-2026").state = "finished"
    undone(region, first)
    for key in ("club-2-2026", "club-3-2026", "club-4-2026"):
        assert due(region, key, "prepare", "papers") == dt.date(2026, 6, 1)
        assert due(region, key, "prepare", "site") == dt.date(2026, 7, 7)
        assert window(region, key, "prepare") == (dt.date(2026, 5, 1), dt.date(2026, 6, 1))


def test_a_change_there_and_back_still_stands_in_the_way(sqlite_region: Club) -> None:
    """The dates are what the first shift left, but two later ones lean on them."""
    first = done(sqlite_region, shift(MEET, ByDays(-14)))
    done(sqlite_region, shift(MEET, ByDays(7)))
    done(sqlite_region, shift(MEET, ByDays(-7)))
    codes = refused(sqlite_region, lambda work: batches.undo(work, first))
    assert sorted(set(codes)) == ["shift.overlapped_by", "shift.overlaps"]


# --- in one go --------------------------------------------------------------------------------------------------------


def test_the_number_of_statements_does_not_grow_with_the_region(sqlite_region: Club) -> None:
    counts = []
    for number in (5, 6, 7, 8):
        sqlite_region.add(number)
        with sqlite_region.work() as work:
            campaigns.campaign_of(work, "autumn").filter = {}
        with sqlite_region.work() as work:
            campaigns.launch_batch(work, "autumn", [f"club-{number}"])
        with sqlite_region.counting() as sent:
            done(sqlite_region, shift(PREPARE, ByDays(1, working=True)))
        counts.append(len(sent))
    assert len(set(counts)) == 1
