"""The daily round: what opens, by the local day of each institution."""

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
from vekha.services.process import stages, sweep
from vekha.services.process.programmes import load
from vekha.services.region import institutions
from vekha.storage.tables import Activity, Outbox, Programme, Stage


def due(club: Club, who: Actor | None = None) -> list[str]:
    with club.work(who or actor("engine"), writes=False) as work:
        return list(sweep.programmes_to_sweep(work))


def go_round(club: Club) -> int:
    with club.work() as work:
        return sweep.open_due(work, sweep.programmes_to_sweep(work))


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


def test_a_type_whose_plugin_is_gone_holds_up_nobody_else(two: Club) -> None:
    with two.work() as work:
        institutions.one(work, "club-2").type = "gone"
    to(two, "2026-09-02T12:00")
    assert go_round(two) > 0
    assert [opened(two, f"club-{number}-2026", "people") for number in (2, 3)] == [False, True]


def test_what_is_due_opens_by_the_local_day(two: Club) -> None:
    west, east = "club-2-2026", "club-3-2026"
    to(two, "2026-08-31T11:59")
    go_round(two)
    assert [opened(two, key, "people") for key in (west, east)] == [False, False]
    to(two, "2026-08-31T12:00")  # midnight in Kamchatka
    assert due(two) == [east]
    assert go_round(two) == 2
    assert [opened(two, key, "people") for key in (west, east)] == [False, True]
    to(two, "2026-08-31T22:00")  # midnight in Kaliningrad
    assert due(two) == [west]
    assert go_round(two) == 2
    assert [opened(two, key, "people") for key in (west, east)] == [True, True]


def test_a_second_round_changes_nothing(two: Club) -> None:
    to(two, "2026-09-01T06:00")
    assert go_round(two) == 4
    before = two.rows(Outbox)
    assert due(two) == []
    assert go_round(two) == 0
    assert two.rows(Outbox) == before


def test_a_stage_waits_for_those_before_it(club: Club) -> None:
    club.clock.to(dt.date(2026, 9, 1))
    assert due(club) == []
    with club.work() as work:
        stages.skip(work, KEY, "prepare", "проба")
    assert due(club) == [KEY]


def test_an_activity_opens_in_a_stage_that_is_open_already(any_club: Club) -> None:
    with any_club.work() as work:
        stages.skip(work, KEY, "prepare", "проба")
        stages.open_early(work, KEY, "people", "проба")
    assert due(any_club) == []
    any_club.clock.to(dt.date(2026, 9, 1))
    assert due(any_club) == [KEY]
    assert go_round(any_club) == 1
    assert [row.state for row in any_club.rows(Activity) if row.stage == "people"] == ["open"]


def test_many_programmes_open_as_each_would_alone(any_club: Club) -> None:
    """The same states, the same audit and the same events, whether they are read one by one or together."""
    keys = [KEY, *(any_club.start(any_club.add(number)) for number in (2, 3))]
    with any_club.work() as work:
        for key in keys:
            stages.skip(work, key, "prepare", "проба")
    any_club.clock.to(dt.date(2026, 9, 1))
    with any_club.work() as work:
        stages.open_due(work, keys[0])
        sweep.open_due(work, keys[1:])

    def story(key: str) -> tuple[list[str], list[tuple[str | None, str, str | None]], list[str]]:
        with any_club.work(writes=False) as work:
            loaded = load(work, key)
        states = [
            *(each.state for each in loaded.stages.values()),
            *(each.state for each in loaded.activities.values()),
        ]
        audit = [*any_club.audit("stage:people", key), *any_club.audit("activity:people/data", key)]
        return states, audit, [each.replace(key, "") for each in any_club.queued("event") if key in each]

    assert story(keys[0]) == story(keys[1]) == story(keys[2])


@pytest.mark.parametrize("state", ["paused", "cancelled", "finished"])
def test_what_does_not_run_is_left_alone(two: Club, state: str) -> None:
    with two.work() as work:
        for row in two.rows(Programme):
            row.state = state
            work.session.merge(row)
    to(two, "2026-09-01T06:00")
    assert due(two) == []
    with two.work() as work:
        assert sweep.open_due(work, ["club-2-2026", "club-3-2026"]) == 0


def test_whose_round_it_is(club: Club) -> None:
    club.start(club.add(2))
    with club.work() as work:
        for key in (KEY, "club-2-2026"):
            stages.skip(work, key, "prepare", "проба")
    club.clock.to(dt.date(2026, 9, 1))
    assert due(club) == due(club, OPERATOR) == [KEY, "club-2-2026"]
    assert due(club, STRANGER) == ["club-2-2026"]
    assert due(club, NEIGHBOUR) == due(club, VIEWER) == []
    assert club.codes(sweep.open_due, [KEY], who=VIEWER) == ["access.denied"]
    assert due(club) == [KEY, "club-2-2026"]


def test_the_round_asks_the_same_number_of_queries_whatever_the_number_of_programmes(club: Club) -> None:
    def asked(number: int) -> int:
        with club.work() as work:
            stages.skip(work, f"club-{number}-2026", "prepare", "проба")
        with club.counting() as sent, club.work(writes=False) as work:
            assert len(sweep.programmes_to_sweep(work)) == number
        return len(sent)

    for number in (2, 3):
        club.start(club.add(number))
    club.clock.to(dt.date(2026, 9, 1))
    assert asked(1) == asked(2) == asked(3)


def test_opening_asks_the_same_number_of_queries_whatever_the_number_of_programmes(club: Club) -> None:
    keys = [KEY, *(club.start(club.add(number)) for number in range(2, 8))]
    with club.work() as work:
        for key in keys:
            stages.skip(work, key, "prepare", "проба")
    club.clock.to(dt.date(2026, 9, 1))
    asked = []
    for some in (keys[:1], keys[1:3], keys[3:]):
        with club.counting() as sent, club.work() as work:
            assert sweep.open_due(work, some) == 2 * len(some)
        asked.append(len(sent))
    assert asked[0] == asked[1] == asked[2]
