"""Calendars: what a subscriber gets, as the icalendar library reads it back."""

import datetime as dt
from typing import Any

import pytest
from icalendar import Calendar

from tests.services.conftest import KEY, OPERATOR, STRANGER, Club
from tests.services.delivery.rounds import staff, to
from vekha.services.delivery import addressees, feeds
from vekha.services.process import activities, stages
from vekha.storage.tables import Activity, DueBatch, DueChange, DueMove, Feed

NOW = dt.datetime(2026, 5, 4, 6, 0, tzinfo=dt.UTC)
WHO = "director@club.example"


@pytest.fixture
def subscribed(any_club: Club) -> Club:
    any_club.add(staff=staff(director=WHO, curator="curator@club.example"))
    return any_club


def feed(club: Club, person: str = WHO) -> str:
    with club.work() as work:
        return feeds.create(work, person)


def rendered(club: Club, token: str, now: dt.datetime = NOW) -> bytes:
    with club.work(writes=False) as work:
        return feeds.render(work, token, now)


def events(content: bytes) -> list[tuple[str, dt.date, int]]:
    """(UID, day, sequence) of every event."""
    found: Any = Calendar.from_ical(content)
    return [(str(each["uid"]), each["dtstart"].dt, int(each["sequence"])) for each in found.walk("VEVENT")]


def test_what_one_answers_for_and_nothing_else(subscribed: Club) -> None:
    assert events(rendered(subscribed, feed(subscribed))) == [
        (f"{KEY}.prepare.papers.0@vekha", dt.date(2026, 6, 1), 0),
        (f"{KEY}.people.data.0@vekha", dt.date(2026, 9, 10), 0),
    ]
    curator = events(rendered(subscribed, feed(subscribed, "curator@club.example")))
    assert [uid.split(".")[2] for uid, _, _ in curator] == ["site", "data", "wishes", "meet"]


def test_an_event_is_a_whole_day_with_alarms(subscribed: Club) -> None:
    calendar: Any = Calendar.from_ical(rendered(subscribed, feed(subscribed)))
    assert str(calendar["x-wr-timezone"]) == "Asia/Yekaterinburg"
    assert str(calendar["x-wr-calname"]) == "Сроки наставничества: Иванова Анна Петровна"
    event = calendar.walk("VEVENT")[0]
    assert (str(event["summary"]), event["dtstamp"].dt) == ("Издать приказы", NOW)
    assert (event["dtstart"].dt, event["dtend"].dt) == (dt.date(2026, 6, 1), dt.date(2026, 6, 2))
    assert event["dtstart"].params["VALUE"] == "DATE"
    triggers = [alarm["trigger"].dt for alarm in event.walk("VALARM")]
    assert triggers == [dt.timedelta(days=-days, hours=9) for days in (14, 7, 3, 1, 0)]


def test_the_same_moment_gives_the_same_bytes_with_the_lines_of_the_standard(subscribed: Club) -> None:
    token = feed(subscribed)
    content = rendered(subscribed, token)
    assert content == rendered(subscribed, token)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_what_is_settled_disappears(subscribed: Club) -> None:
    token = feed(subscribed)
    with subscribed.work() as work:
        activities.waive(work, KEY, "prepare", "papers", "не нужно")
    assert [uid for uid, _, _ in events(rendered(subscribed, token))] == [f"{KEY}.people.data.0@vekha"]
    with subscribed.work() as work:
        stages.skip(work, KEY, "people", "проба")
    assert events(rendered(subscribed, token)) == []


def test_a_move_keeps_the_event_and_raises_its_sequence(subscribed: Club) -> None:
    token = feed(subscribed)
    before = events(rendered(subscribed, token))[0]
    dates = {"old": dt.date(2026, 6, 1), "new": dt.date(2026, 6, 15)}
    opens = {"old_opens": dt.date(2026, 5, 1), "new_opens": dt.date(2026, 5, 1)}
    with subscribed.work() as work:
        batch = DueBatch(kind="shift", region="02", who="О", at=work.now, why="перенос", programmes=1, activities=1)
        work.session.add(batch)
        work.session.flush()
        assert batch.id is not None
        work.session.add(DueMove(batch=batch.id, number=0, stage="prepare", activity="papers", **dates, **opens))
        work.session.flush()
        work.session.add(DueChange(batch=batch.id, programme=KEY, stage="prepare", activity="papers", move=0))
        work.session.get_one(Activity, (KEY, "prepare", "papers")).due = dates["new"]
    after = events(rendered(subscribed, token))[0]
    assert (before[0], before[2], after) == (after[0], 0, (before[0], dt.date(2026, 6, 15), 1))


def test_each_of_several_dates_is_an_event(subscribed: Club) -> None:
    with subscribed.work() as work:
        work.session.get_one(Activity, (KEY, "prepare", "papers")).dues = "2026-05-15 2026-06-01"
    assert events(rendered(subscribed, feed(subscribed)))[:2] == [
        (f"{KEY}.prepare.papers.0@vekha", dt.date(2026, 5, 15), 0),
        (f"{KEY}.prepare.papers.1@vekha", dt.date(2026, 6, 1), 0),
    ]


def test_a_contact_sees_when_stages_end(any_club: Club) -> None:
    any_club.add(municipality="Северный")
    any_club.start(any_club.add(2, municipality="Северный"))
    any_club.start(any_club.add(3, municipality="Южный"))
    with any_club.work() as work:
        addressees.add_contact(work, "02", "Северный", "north@region.example", "Северова Нина Павловна")
        addressees.add_contact(work, "02", "", "all@region.example", "Оператор")
    content = rendered(any_club, feed(any_club, "north@region.example"))
    calendar: Any = Calendar.from_ical(content)
    assert [(str(each["summary"]), str(each["description"])) for each in calendar.walk("VEVENT")][:1] == [
        ("Подготовка", "2 организации")
    ]
    assert events(content)[0][:2] == ("02.Северный.club.1.prepare.2026-06-01@vekha", dt.date(2026, 6, 1))
    everywhere: Any = Calendar.from_ical(rendered(any_club, feed(any_club, "all@region.example")))
    assert {str(each["description"]) for each in everywhere.walk("VEVENT")} == {"3 организации"}


# --- the secret -------------------------------------------------------------------------------------------------------


def test_the_secret_is_not_kept(subscribed: Club) -> None:
    token = feed(subscribed)
    (row,) = subscribed.rows(Feed)
    assert len(token) >= 43
    assert token not in row.token
    assert feed(subscribed) != token


def test_a_revoked_calendar_is_gone_and_so_is_one_that_never_was(subscribed: Club) -> None:
    tokens = [feed(subscribed), feed(subscribed)]
    other = feed(subscribed, "curator@club.example")
    with subscribed.work() as work:
        assert feeds.revoke(work, WHO) == 2
    for token in (*tokens, "нет такого", ""):
        assert subscribed.codes(feeds.render, token, NOW) == ["reminder.unknown_feed"]
    assert events(rendered(subscribed, other)) != []
    with subscribed.work() as work:
        assert feeds.revoke(work, WHO) == 0


def test_whose_calendar_one_may_make(subscribed: Club) -> None:
    to(subscribed, "2026-05-04")
    feed(subscribed)
    assert subscribed.codes(feeds.create, WHO, who=STRANGER) == ["access.denied"]
    assert subscribed.codes(feeds.revoke, WHO, who=STRANGER) == ["access.denied"]
    assert subscribed.codes(feeds.create, "nobody@club.example") == ["reminder.unknown_person"]
    with subscribed.work(OPERATOR) as work:
        shown = feeds.show(work, WHO)
    assert events(shown) == events(rendered(subscribed, feed(subscribed)))
