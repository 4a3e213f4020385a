"""Stages and activities in the database: rows, audit and outbox of each change; errors; who may."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.services.conftest import (
    CURATOR,
    DIRECTOR,
    KEY,
    NEIGHBOUR,
    OPERATOR,
    STRANGER,
    VIEWER,
    Club,
)
from vekha.domain.access import Actor
from vekha.domain.errors import VekhaError
from vekha.services.process import activities, stages
from vekha.services.process.programmes import load
from vekha.storage.tables import Activity, Outbox, Programme, Stage

NOW = "2026-05-04T06:00:00+00:00"
TODAY = dt.date(2026, 5, 4)


def stage(club: Club, code: str = "prepare") -> Stage:
    return next(row for row in club.rows(Stage) if row.code == code)


def activity(club: Club, code: str, of: str = "prepare") -> Activity:
    return next(row for row in club.rows(Activity) if (row.stage, row.code) == (of, code))


# --- stages -----------------------------------------------------------------------------------------------------------


def test_a_started_programme_has_opened_what_is_due(any_club: Club) -> None:
    assert {row.code: row.state for row in any_club.rows(Stage)} == {
        "prepare": "open",
        "people": "planned",
        "work": "planned",
    }
    assert any_club.audit("programme") == [(None, "running", None)]
    assert any_club.audit("stage:prepare") == [("planned", "open", None)]
    assert any_club.audit("activity:prepare/papers") == [("planned", "open", None)]
    assert stage(any_club).opened_on == TODAY
    assert any_club.queued("event") == [f"event:stage.opened:{KEY}:prepare:{NOW}"]


def test_completing_answers_at_once_and_queues_the_closing(any_club: Club) -> None:
    any_club.prepare()
    row = stage(any_club)
    assert (row.state, row.closing_by, row.error, row.closed_on) == ("closing", "Веха", None, None)
    assert any_club.audit("stage:prepare")[-1] == ("open", "closing", None)
    (queued,) = [row for row in any_club.rows(Outbox) if row.kind == "close_stage"]
    assert (queued.key, queued.payload) == (
        f"close_stage:{KEY}:prepare:{NOW}",
        {"programme": KEY, "stage": "prepare"},
    )


def test_a_stage_that_lacks_something_says_everything_and_stays(any_club: Club) -> None:
    assert any_club.codes(stages.complete, KEY, "prepare") == [
        "gate.document_missing",
        "gate.document_missing",
        "gate.upload_missing",
    ]
    assert stage(any_club).state == "open"
    assert any_club.queued("close_stage") == []


def test_closing_files_the_pack_and_opens_what_is_next(any_club: Club) -> None:
    any_club.prepare()
    any_club.clock.to(dt.date(2026, 9, 1))
    with any_club.work() as work:
        assert stages.is_closing(work, KEY, "prepare")
        assert stages.finish_closing(work, KEY, "prepare", "abc")
    with any_club.work() as work:
        assert not stages.finish_closing(work, KEY, "prepare", "def")
        assert not stages.is_closing(work, KEY, "prepare")
    row = stage(any_club)
    assert (row.state, row.closed_on, row.pack) == ("closed", dt.date(2026, 9, 1), "abc")
    assert stage(any_club, "people").state == "open"
    assert activity(any_club, "site").state == "waived"
    assert activity(any_club, "wishes").state == "open"
    assert any_club.audit("activity:prepare/site")[-1] == ("open", "waived", "не выполнялось: этап завершён")
    assert any_club.queued("event")[-2:] == [
        f"event:stage.closed:{KEY}:prepare:2026-09-01T06:00:00+00:00",
        f"event:stage.opened:{KEY}:people:2026-09-01T06:00:00+00:00",
    ]


def test_a_failure_stays_in_sight_until_the_next_try(club: Club) -> None:
    club.prepare()
    with club.work() as work:
        stages.report_failure(work, KEY, "prepare", "нет места")
    assert stage(club).error == "нет места"
    with club.work(CURATOR) as work:
        stages.withdraw(work, KEY, "prepare")
    row = stage(club)
    assert (row.state, row.error, row.closing_by) == ("open", None, None)
    with club.work() as work:
        stages.report_failure(work, KEY, "prepare", "поздно")
    assert stage(club).error is None


def test_asked_again_is_queued_again(club: Club) -> None:
    club.prepare()
    club.clock.pass_days(1)
    with club.work() as work:
        stages.withdraw(work, KEY, "prepare")
        stages.complete(work, KEY, "prepare")
    assert len(club.queued("close_stage")) == 2


def test_reopened_and_skipped(club: Club) -> None:
    with pytest.raises(VekhaError) as refusal, club.work(CURATOR) as work:
        stages.skip(work, KEY, "prepare", "нет кадров")
    assert [each.code for each in refusal.value.problems] == ["access.denied"]
    with club.work(DIRECTOR) as work:
        stages.skip(work, KEY, "prepare", "нет кадров")
    assert (stage(club).state, stage(club).closed_on) == ("skipped", TODAY)
    assert activity(club, "papers").reason == "нет кадров"
    with club.work(CURATOR) as work:
        stages.reopen(work, KEY, "prepare", "кадры нашлись")
    assert (stage(club).state, stage(club).closed_on) == ("open", None)
    assert club.audit("stage:prepare")[-2:] == [
        ("open", "skipped", "нет кадров"),
        ("skipped", "open", "кадры нашлись"),
    ]


def test_opening_early_is_for_those_who_approve(club: Club) -> None:
    assert club.codes(stages.open_early, KEY, "people", "приказ", who=CURATOR) == ["access.denied"]
    assert club.codes(stages.open_early, KEY, "people", " ", who=DIRECTOR) == [
        "stage.window_not_begun",
        "stage.waits",
        "stage.reason_needed",
    ]
    with club.work(DIRECTOR) as work:
        stages.open_early(work, KEY, "people", "приказ № 7")
    assert club.audit("stage:people") == [("planned", "open", "приказ № 7")]


def test_the_status_shows_what_is_missing_and_how_late(club: Club) -> None:
    club.clock.to(dt.date(2026, 7, 7))
    with club.work(VIEWER, writes=False) as work:
        prepare, people, _ = stages.status(work, KEY)
    assert (prepare.code, prepare.title, prepare.state) == ("prepare", "Подготовка", "open")
    assert (prepare.opens, prepare.due, prepare.opened_on) == ("2026-05-01", "2026-06-01", "2026-05-04")
    assert prepare.days_late == 36
    assert [each.code for each in prepare.problems] == [
        "gate.document_missing",
        "gate.document_missing",
        "gate.upload_missing",
    ]
    assert (people.state, people.problems, people.days_late) == ("planned", (), 0)


@pytest.mark.parametrize(
    "service", [stages.complete, stages.withdraw, stages.is_closing, activities.done, stages.finish_closing]
)
def test_a_stage_nobody_knows(club: Club, service: Any) -> None:
    more = {activities.done: ("papers",), stages.finish_closing: ("",)}.get(service, ())
    assert club.codes(service, KEY, "nowhere", *more) == ["stage.unknown"]


def test_a_programme_nobody_knows(club: Club) -> None:
    assert club.codes(stages.complete, "club-9-2026", "prepare") == ["programme.unknown"]


# --- activities -------------------------------------------------------------------------------------------------------


def test_an_activity_is_done_waived_and_reopened(any_club: Club) -> None:
    with any_club.work(CURATOR) as work:
        activities.done(work, KEY, "prepare", "site")
        activities.waive(work, KEY, "prepare", "papers", "есть с прошлого года")
    assert (activity(any_club, "site").state, activity(any_club, "site").done_on) == ("done", TODAY)
    assert (activity(any_club, "papers").state, activity(any_club, "papers").reason) == (
        "waived",
        "есть с прошлого года",
    )
    with any_club.work(CURATOR) as work:
        activities.reopen(work, KEY, "prepare", "site", "не всё")
    row = activity(any_club, "site")
    assert (row.state, row.done_on, row.reason) == ("open", None, "не всё")
    assert any_club.audit("activity:prepare/site") == [
        ("planned", "open", None),
        ("open", "done", None),
        ("done", "open", "не всё"),
    ]


def test_an_activity_of_ones_own_holds_the_stage(any_club: Club) -> None:
    with any_club.work(CURATOR) as work:
        activities.waive(work, KEY, "prepare", "papers", "не нужно")
        activities.add(work, KEY, "prepare", "open_day", "День открытых дверей", dt.date(2026, 5, 29), required=True)
        assert [each.code for each in load(work, KEY).now.of_stage("prepare")][-1] == "open_day"
    assert any_club.codes(stages.complete, KEY, "prepare") == ["gate.not_marked"]
    with any_club.work(CURATOR) as work:
        activities.done(work, KEY, "prepare", "open_day")
        stages.complete(work, KEY, "prepare")
    assert any_club.audit("activity:prepare/open_day") == [
        (None, "open", "День открытых дверей"),
        ("open", "done", None),
    ]


def test_an_activity_added_to_a_stage_to_come_begins_with_it(club: Club) -> None:
    with club.work() as work:
        activities.add(work, KEY, "people", "trip", "Поездка", dt.date(2026, 9, 30))
    assert activity(club, "trip", "people").state == "planned"
    club.prepare()
    club.clock.to(dt.date(2026, 9, 1))
    with club.work() as work:
        stages.finish_closing(work, KEY, "prepare", "")
    assert activity(club, "trip", "people").state == "open"


def test_what_cannot_be_added(club: Club) -> None:
    late = dt.date(2027, 7, 1)
    assert club.codes(activities.add, KEY, "nowhere", "День", "День", late) == [
        "stage.unknown",
        "activity.bad_code",
        "activity.outside_cycle",
    ]
    assert club.codes(activities.add, KEY, "prepare", "papers", "Ещё приказы", TODAY) == ["activity.code_taken"]
    club.prepare()
    assert club.codes(activities.add, KEY, "prepare", "open_day", "День", TODAY) == ["activity.stage_not_open"]


# --- the end ----------------------------------------------------------------------------------------------------------


def test_a_programme_ends_with_its_last_required_activity_and_starts_again(club: Club) -> None:
    with club.work() as work:
        for code in ("prepare", "people", "work"):
            stages.skip(work, KEY, code, "проба")
    (programme,) = club.rows(Programme)
    assert (programme.state, programme.finished_at) == ("finished", club.clock())
    assert club.queued("event")[-1] == f"event:programme.finished:{KEY}:{NOW}"
    with club.work() as work:
        stages.reopen(work, KEY, "work", "продолжаем")
    (programme,) = club.rows(Programme)
    assert (programme.state, programme.finished_at) == ("running", None)
    assert club.audit("programme") == [
        (None, "running", None),
        ("running", "finished", None),
        ("finished", "running", None),
    ]


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [STRANGER, NEIGHBOUR, VIEWER])
def test_others_change_nothing(club: Club, who: Actor) -> None:
    for service, arguments in (
        (stages.complete, ("prepare",)),
        (stages.withdraw, ("prepare",)),
        (stages.skip, ("prepare", "причина")),
        (stages.reopen, ("prepare", "причина")),
        (stages.open_early, ("people", "причина")),
        (stages.open_due, ()),
        (stages.finish_closing, ("prepare", "")),
        (stages.report_failure, ("prepare", "")),
        (activities.done, ("prepare", "site")),
        (activities.waive, ("prepare", "site", "причина")),
        (activities.reopen, ("prepare", "site", "причина")),
        (activities.add, ("prepare", "own", "Своё", TODAY)),
    ):
        assert club.codes(service, KEY, *arguments, who=who) == ["access.denied"], service


@pytest.mark.parametrize(("who", "seen"), [(OPERATOR, True), (VIEWER, True), (STRANGER, False), (NEIGHBOUR, False)])
def test_who_sees_the_status(club: Club, who: Actor, seen: bool) -> None:
    if seen:
        with club.work(who, writes=False) as work:
            assert len(stages.status(work, KEY)) == 3
    else:
        assert club.codes(stages.status, KEY, who=who) == ["access.denied"]


# --- two at once ------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_a_stage_asked_for_by_several_at_once_closes_once(pg_club: Club) -> None:
    pg_club.prepare()
    with pg_club.work() as work:
        stages.withdraw(work, KEY, "prepare")

    def ask(_: int) -> list[str]:
        try:
            with pg_club.work(CURATOR) as work:
                stages.complete(work, KEY, "prepare")
        except VekhaError as refusal:
            return [each.code for each in refusal.problems]
        return []

    def close(number: int) -> bool:
        with pg_club.work() as work:
            return stages.finish_closing(work, KEY, "prepare", f"pack {number}")

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(ask, range(4))) == [[], *[["stage.cannot_close"]] * 3]
        assert sorted(pool.map(close, range(4))) == [False, False, False, True]
    states = [new for _, new, _ in pg_club.audit("stage:prepare")]
    assert states == ["open", "closing", "open", "closing", "closed"]
