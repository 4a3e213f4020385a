"""The daily round: by the local day of each institution, each reminder once."""

import datetime as dt

import pytest

from tests.services.conftest import (
    KEY,
    NEIGHBOUR,
    OPERATOR,
    STRANGER,
    VIEWER,
    Club,
    actor,
)
from vekha.domain.access import Actor
from vekha.services import activities, institutions, stages, sweep
from vekha.storage.tables import Notice, Outbox, Stage


def due(club: Club, who: Actor | None = None) -> list[str]:
    with club.work(who or actor("engine"), writes=False) as work:
        return list(sweep.programmes_to_sweep(work))


def go_round(club: Club) -> dict[str, int]:
    changed: dict[str, int] = {}
    for key in due(club):
        with club.work() as work:
            changed[key] = sweep.sweep_one(work, key)
    return changed


def opened(club: Club, key: str, stage: str) -> bool:
    return next(row for row in club.rows(Stage) if (row.programme, row.code) == (key, stage)).state == "open"


def to(club: Club, moment: str) -> None:
    club.clock.now = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)


@pytest.fixture
def two(any_club: Club) -> Club:
    """The first stage of two clubs is over; the second opens on the first of September, where each of them is."""
    with any_club.work() as work:
        institutions.add_region(work, "39", "Западная область", "Europe/Kaliningrad")
        institutions.add_region(work, "41", "Восточная область", "Asia/Kamchatka")
    any_club.add(2, region="39", timezone="Europe/Kaliningrad")
    any_club.add(3, region="41", timezone="Asia/Kamchatka")
    for number in (2, 3):
        key = any_club.start(f"club-{number}")
        with any_club.work() as work:
            stages.skip(work, key, "prepare", "проба")
    return any_club


def test_what_is_due_opens_by_the_local_day(two: Club) -> None:
    west, east = "club-2-2026", "club-3-2026"
    to(two, "2026-08-31T11:59")
    go_round(two)
    assert [opened(two, key, "people") for key in (west, east)] == [False, False]
    to(two, "2026-08-31T12:00")  # midnight in Kamchatka
    assert go_round(two)[east] == 2
    assert [opened(two, key, "people") for key in (west, east)] == [False, True]
    to(two, "2026-08-31T22:00")  # midnight in Kaliningrad
    assert go_round(two)[west] == 2
    assert [opened(two, key, "people") for key in (west, east)] == [True, True]


def test_a_second_round_changes_nothing(any_club: Club) -> None:
    any_club.clock.to(dt.date(2026, 5, 18))
    assert go_round(any_club) == {KEY: 0}
    before = any_club.rows(Outbox)
    assert go_round(any_club) == {KEY: 0}
    assert any_club.rows(Outbox) == before


def test_each_reminder_is_queued_once(club: Club) -> None:
    """«Издать приказы» is due on the first of June, since the 31st of May is a Sunday."""
    for day in range(4, 32):
        club.clock.to(dt.date(2026, 5, day))
        go_round(club)
        go_round(club)
    for day in range(1, 11):
        club.clock.to(dt.date(2026, 6, day))
        go_round(club)
    reminders = [key.rpartition(":") for key in club.queued("reminder")]
    assert {place for place, _, _ in reminders} == {f"reminder:{KEY}:prepare/papers:2026-06-01"}
    assert [days for _, _, days in reminders] == ["14", "7", "3", "1", "0", "-1", "-7"]
    missed = [key for key in club.queued("event") if "missed" in key]
    assert missed == [f"event:deadline.missed:{KEY}:prepare/papers:2026-06-01"]


def test_what_is_settled_or_optional_reminds_nobody(club: Club) -> None:
    with club.work() as work:
        activities.waive(work, KEY, "prepare", "papers", "не нужно")
    club.clock.to(dt.date(2026, 6, 1))
    go_round(club)
    assert club.queued("reminder") == []


def test_what_carries_on_is_reminded_of_after_its_stage(club: Club) -> None:
    club.prepare()
    with club.work() as work:
        stages.finish_closing(work, KEY, "prepare", "")
    club.clock.to(dt.date(2026, 9, 30))
    go_round(club)
    assert f"reminder:{KEY}:prepare/wishes:2026-09-30:0" in club.queued("reminder")


def test_a_reminder_reaches_each_of_those_responsible_once(any_club: Club) -> None:
    with any_club.work() as work:
        stages.skip(work, KEY, "prepare", "проба")
    any_club.clock.to(dt.date(2026, 9, 3))
    go_round(any_club)
    (row,) = [row for row in any_club.rows(Outbox) if row.kind == "reminder"]
    for _ in range(2):
        with any_club.work() as work:
            sweep.deliver_reminder(work, row.payload, row.key)
    notices = [(each.key, each.role, each.on) for each in any_club.rows(Notice)]
    day = dt.date(2026, 9, 3)
    assert notices == [(f"{row.key}:curator", "curator", day), (f"{row.key}:director", "director", day)]
    assert all("Внести данные" in each.text and "10.09.2026" in each.text for each in any_club.rows(Notice))


def test_what_was_done_meanwhile_reminds_nobody(club: Club) -> None:
    club.clock.to(dt.date(2026, 6, 1))
    go_round(club)
    (row,) = [row for row in club.rows(Outbox) if row.kind == "reminder"]
    with club.work() as work:
        activities.waive(work, KEY, "prepare", "papers", "не нужно")
    with club.work() as work:
        sweep.deliver_reminder(work, row.payload, row.key)
    assert club.rows(Notice) == []


def test_a_finished_programme_is_left_alone(club: Club) -> None:
    with club.work() as work:
        for code in ("prepare", "people", "work"):
            stages.skip(work, KEY, code, "проба")
    assert due(club) == []


def test_whose_round_it_is(club: Club) -> None:
    club.add(2)
    club.start("club-2")
    assert due(club) == due(club, OPERATOR) == [KEY, "club-2-2026"]
    assert due(club, STRANGER) == ["club-2-2026"]
    assert due(club, NEIGHBOUR) == due(club, VIEWER) == []
    assert club.codes(sweep.sweep_one, KEY, who=VIEWER) == ["access.denied"]


def test_the_round_asks_the_same_number_of_queries_whatever_the_number_of_programmes(club: Club) -> None:
    with club.counting() as one:
        due(club)
    for number in (2, 3):
        club.add(number)
        club.start(f"club-{number}")
    with club.counting() as three:
        assert len(due(club)) == 3
    assert len(three) == len(one)
