"""More time: asked for by curators, granted to one or to all who asked."""

import datetime as dt
from typing import Any

from tests.services.conftest import CURATOR, OPERATOR, Club, actor
from tests.services.dates.moves import (
    PREPARE,
    done,
    due,
    shift,
    state,
    undone,
)
from vekha.domain.access import Actor
from vekha.domain.aims import ByDays
from vekha.services.dates import extensions
from vekha.services.process import activities
from vekha.services.region import institutions
from vekha.storage.tables import Audit, Extension


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
