"""The calendar of a pair, or of all that one person does in a programme, behind an address that nobody can guess.

A meeting keeps its UID whatever happens to its day, and its SEQUENCE counts the moves; a cancelled one stays as
cancelled, so that a subscribed calendar strikes it out instead of forgetting it.
"""

import datetime as dt
import secrets
from collections.abc import Collection, Iterator
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event
from sqlmodel import col, select

from vekha.domain.access import ENGINE, Action
from vekha.domain.errors import VekhaError, problem
from vekha.domain.meetings import MeetingState
from vekha.domain.people import People
from vekha.domain.programme import name_of
from vekha.services.access.accounts import digest
from vekha.services.mentoring.people import code_of
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import PairFeed, PlanMove, PlannedMeeting, PlanStep
from vekha.texts import text

USUAL = dt.timedelta(hours=1)  # how long a meeting lasts where nobody said
BEFORE = dt.timedelta(hours=-2)  # of the alarm


def create(work: Work, key: str, *, pair: str | None = None, person: str | None = None) -> str:
    """Makes a calendar of a pair, or of a person by code or full name; returns its secret, which is kept nowhere.

    Raises VekhaError people.unknown_pair, people.unknown_person, access.denied.
    """
    people = load(work, key, Action.WORK).now.people
    pair, person = _whose(people, pair, person)
    token = secrets.token_urlsafe(32)
    work.session.add(PairFeed(token=digest(token), programme=key, created_at=work.now, pair=pair, person=person))
    work.audit(f"pair_feed:{pair or person}", programme=key, new="created")
    return token


def revoke(work: Work, key: str, *, pair: str | None = None, person: str | None = None) -> int:
    """Closes every such calendar; returns how many."""
    pair, person = _whose(load(work, key, Action.WORK).now.people, pair, person)
    rows = select(PairFeed).where(PairFeed.programme == key, col(PairFeed.revoked_at).is_(None))
    found = work.session.exec(rows.where(PairFeed.pair == pair, PairFeed.person == person)).all()
    for each in found:
        each.revoked_at = work.now
        work.session.add(each)
    if found:
        work.audit(f"pair_feed:{pair or person}", programme=key, old="created", new="revoked")
    return len(found)


def render(work: Work, token: str, now: dt.datetime) -> bytes:
    """The calendar behind a secret, as text/calendar. Raises VekhaError reminder.unknown_feed."""
    feed = work.session.get(PairFeed, digest(token))
    if feed is None or feed.revoked_at is not None:
        raise VekhaError(problem("reminder.unknown_feed"))
    work.actor = ENGINE  # the secret is the right to look
    loaded = load(work, feed.programme, Action.VIEW)
    people = loaded.now.people
    if feed.pair:
        pairs, name = {feed.pair}, text("pair.feed.title_pair", members=name_of(feed.pair, people))
    else:
        person = feed.person or ""
        pairs = {each.code for each in people.pairs.values() if person in (*each.mentors, *each.mentees)}
        name = text("pair.feed.title_person", name=people.persons[person].name)
    return _calendar(work, loaded, pairs, name, now)


def _whose(people: People, pair: str | None, person: str | None) -> tuple[str | None, str | None]:
    if pair is not None:
        if pair not in people.pairs:
            raise VekhaError(problem("people.unknown_pair", pair=pair))
        return pair, None
    return None, code_of(people, person or "")


def _calendar(work: Work, loaded: Loaded, pairs: Collection[str], name: str, now: dt.datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Vekha//RU")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", loaded.institution.timezone)
    calendar.add("refresh-interval", dt.timedelta(hours=4), parameters={"VALUE": "DURATION"})
    for event in (*_meetings(work, loaded, pairs, now), *_steps(work, loaded, pairs, now)):
        calendar.add_component(event)
    return calendar.to_ical()


def _meetings(work: Work, loaded: Loaded, pairs: Collection[str], now: dt.datetime) -> Iterator[Event]:
    rows = select(PlannedMeeting).where(PlannedMeeting.programme == loaded.key, col(PlannedMeeting.pair).in_(pairs))
    for row in work.session.exec(rows.order_by(col(PlannedMeeting.on), col(PlannedMeeting.id))):
        members = name_of(row.pair, loaded.now.people)
        title = text("pair.feed.meeting", kind=text(f"process.meeting.{row.kind}").capitalize(), members=members)
        off = row.state in (MeetingState.CANCELLED, MeetingState.MISSED)
        event = _event(f"meeting-{row.id}.{loaded.key}", len(row.moves) + off, now)
        event.add("summary", text("pair.feed.cancelled", title=title) if off else title)
        event.add(
            "description",
            row.topic or text("pair.feed.about", institution=loaded.institution.short_title, members=members),
        )
        event.add("status", "CANCELLED" if off else "CONFIRMED")
        if row.place:
            event.add("location", row.place)
        _dated(event, row, loaded.institution.timezone)
        if not off and row.at:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", title)
            alarm.add("trigger", BEFORE)
            event.add_component(alarm)
        yield event


def _dated(event: Event, row: PlannedMeeting, timezone: str) -> None:
    """An hour of the institution's zone where one is named, else the whole day."""
    if row.at is None:
        event.add("dtstart", row.on)
        event.add("dtend", row.on + dt.timedelta(days=1))
        return
    starts = dt.datetime.combine(row.on, dt.time.fromisoformat(row.at), ZoneInfo(timezone)).astimezone(dt.UTC)
    event.add("dtstart", starts)
    event.add("dtend", starts + USUAL)


def _steps(work: Work, loaded: Loaded, pairs: Collection[str], now: dt.datetime) -> Iterator[Event]:
    """What is still to do of the plans."""
    moved: dict[tuple[str, int], int] = {}
    for move in work.session.exec(select(PlanMove).where(PlanMove.programme == loaded.key)):
        moved[move.pair, move.number] = moved.get((move.pair, move.number), 0) + 1
    rows = select(PlanStep).where(PlanStep.programme == loaded.key, col(PlanStep.pair).in_(pairs))
    rows = rows.where(*(col(each).is_(None) for each in (PlanStep.done_on, PlanStep.dropped_on, PlanStep.handed)))
    for row in work.session.exec(rows.order_by(col(PlanStep.due), col(PlanStep.pair), col(PlanStep.number))):
        event = _event(f"step-{row.pair}-{row.number}.{loaded.key}", moved.get((row.pair, row.number), 0), now)
        event.add("summary", text("pair.feed.step", task=row.task))
        members = name_of(row.pair, loaded.now.people)
        event.add("description", text("pair.feed.about", institution=loaded.institution.short_title, members=members))
        event.add("dtstart", row.due)
        event.add("dtend", row.due + dt.timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        yield event


def _event(uid: str, sequence: int, now: dt.datetime) -> Event:
    event = Event()
    event.add("uid", f"{uid}@vekha")
    event.add("dtstamp", now)
    event.add("sequence", sequence)
    return event
