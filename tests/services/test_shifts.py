"""Dates of running programmes moved, seen first, undone exactly; on SQLite and PostgreSQL."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.services.conftest import CURATOR, NEIGHBOUR, OPERATOR, VIEWER, Club, actor
from vekha.domain.access import Actor
from vekha.domain.aims import ByDays, Selection, To
from vekha.domain.calendar import Override, Overrides
from vekha.domain.errors import VekhaError
from vekha.services import activities, batches, campaigns, decrees, extensions, institutions, schedules, shifts
from vekha.services.shifts import Change, Filter, Order
from vekha.services.work import Work
from vekha.storage.tables import Activity, Audit, Campaign, DueBatch, Extension, Programme, Stage

WHY = Order("Карантин", "12-од")
SECOND = actor("operator", region="02")
PREPARE = Selection(stages=frozenset({"prepare"}))
MEET = Selection(activities=frozenset({("work", "meet")}))
Make = Callable[[Work], Change]


@pytest.fixture
def region(any_club: Club) -> Club:
    """Three clubs of two municipalities, launched by the campaign «autumn» and opened."""
    return _launched(any_club)


@pytest.fixture
def sqlite_region(club: Club) -> Club:
    return _launched(club)


def _launched(club: Club) -> Club:
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
    club = _launched(pg_club)
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


# --- more time --------------------------------------------------------------------------------------------------------


def ask(club: Club, key: str, stage: str, activity: str, wanted: dt.date) -> int:
    with club.work(actor("curator", institution=key.removesuffix("-2026"))) as work:
        return extensions.ask(work, key, stage, activity, wanted, "Болели")


def asked(club: Club, who: Actor = OPERATOR, **chosen: Any) -> list[tuple[int, str]]:
    with club.work(who, writes=False) as work:
        return [(each["id"], each["state"]) for each in extensions.listing(work, **chosen)]


def test_asked_granted_to_all_undone_and_granted_again(region: Club) -> None:
    before = state(region)
    numbers = [
        ask(region, "club-2-2026", "prepare", "papers", dt.date(2026, 6, 20)),
        ask(region, "club-3-2026", "prepare", "", dt.date(2026, 7, 20)),
    ]
    batch = done(region, lambda work: extensions.grant(work, numbers))
    assert due(region, "club-2-2026", "prepare", "papers") == dt.date(2026, 6, 22)  # a Saturday rolls on
    assert due(region, "club-3-2026", "prepare", "site") == dt.date(2026, 7, 20)
    assert due(region, "club-3-2026", "prepare", "wishes") == dt.date(2026, 9, 30)  # it had more time already
    assert asked(region) == [(number, "granted") for number in numbers]
    moved = done(region, shift(PREPARE, ByDays(7)))
    assert due(region, "club-2-2026", "prepare", "papers") == dt.date(2026, 6, 22)
    undone(region, moved)
    back = undone(region, batch)
    assert state(region) == before
    assert asked(region) == [(number, "asked") for number in numbers]
    undone(region, back)
    assert asked(region) == [(number, "granted") for number in numbers]
    assert asked(region, state="asked") == []
    assert asked(region, actor("curator", institution="club-3")) == [(numbers[1], "granted")]
    assert asked(region, campaign="autumn", key="club-2-2026") == [(numbers[0], "granted")]


def test_another_date_than_wanted(sqlite_region: Club) -> None:
    number = ask(sqlite_region, "club-2-2026", "prepare", "papers", dt.date(2026, 6, 20))
    done(sqlite_region, lambda work: extensions.grant(work, [number], dt.date(2026, 6, 10)))
    assert due(sqlite_region, "club-2-2026", "prepare", "papers") == dt.date(2026, 6, 10)


def test_declined_with_a_reason(sqlite_region: Club) -> None:
    number = ask(sqlite_region, "club-2-2026", "prepare", "papers", dt.date(2026, 6, 20))
    assert sqlite_region.codes(extensions.decline, [number], " ", who=OPERATOR) == ["extension.reason_needed"]
    assert sqlite_region.codes(extensions.decline, [number], "Нет", who=CURATOR) == ["access.denied"]
    with sqlite_region.work(OPERATOR) as work:
        extensions.decline(work, [number], "Срок задан сверху")
    (row,) = sqlite_region.rows(Extension)
    assert (row.state, row.answer, row.decided_by) == ("declined", "Срок задан сверху", "operator")
    assert [row.why for row in sqlite_region.rows(Audit) if row.new == "declined"] == ["Срок задан сверху"]
    assert sqlite_region.codes(extensions.grant, [number, 99], who=OPERATOR) == [
        "extension.decided",
        "extension.unknown",
    ]
    assert sqlite_region.codes(extensions.grant, [], who=OPERATOR) == ["extension.none"]


def test_what_cannot_be_asked_for(sqlite_region: Club) -> None:
    def codes(
        stage: str, activity: str, wanted: dt.date, reason: str = "Болели", key: str = "club-2-2026"
    ) -> list[str]:
        return sqlite_region.codes(extensions.ask, key, stage, activity, wanted, reason)

    later = dt.date(2026, 6, 20)
    assert codes("nowhere", "", later) == ["stage.unknown"]
    assert codes("prepare", "nothing", later) == ["activity.unknown"]
    assert codes("prepare", "papers", dt.date(2026, 6, 1), " ") == ["extension.reason_needed", "extension.not_later"]
    assert codes("prepare", "papers", dt.date(2028, 6, 1)) == ["activity.outside_cycle"]
    ask(sqlite_region, "club-2-2026", "prepare", "papers", later)
    assert codes("prepare", "papers", later) == ["extension.asked_already"]
    with sqlite_region.work() as work:
        activities.waive(work, "club-1-2026", "prepare", "site", "Сайта нет")
    assert codes("prepare", "site", dt.date(2026, 7, 20), key="club-1-2026") == ["extension.over"]


def test_requests_of_two_regions_are_answered_apart(sqlite_region: Club) -> None:
    numbers = [ask(sqlite_region, "club-2-2026", "prepare", "papers", dt.date(2026, 6, 20))]
    with sqlite_region.work() as work:
        institutions.add_region(work, "77", "Другая область", "Europe/Moscow")
    sqlite_region.add(9, region="77")
    key = sqlite_region.start("club-9")
    numbers.append(ask(sqlite_region, key, "prepare", "papers", dt.date(2026, 6, 20)))
    assert sqlite_region.codes(extensions.grant, numbers) == ["extension.several_regions"]


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
