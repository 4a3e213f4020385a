"""Calendars to subscribe to: what is due for one person, behind an address that nobody can guess.

A due date is a day without hours, so it stays that day in whichever zone it is looked at; the institution's own zone is
named for what a calendar shows beside it. An event keeps its UID whatever happens to its date, and its SEQUENCE counts
the moves, so that a subscribed calendar moves it and never shows it twice.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from icalendar import Alarm, Calendar, Event
from sqlalchemy import func, select
from sqlmodel import col

from vekha.domain.errors import VekhaError, problem
from vekha.domain.programme import ActivityState
from vekha.mail.wording import counted
from vekha.services.delivery.addressees import CURATOR, duties_of, find, sync
from vekha.services.mentoring import pair_feeds
from vekha.services.mentoring.pair_duties import open_steps
from vekha.services.process.duties import Holders, activities_at_work, dues_of, holders_in, read, responsible
from vekha.services.process.programmes import stored_roadmap
from vekha.services.work import Work
from vekha.storage.tables import Addressee, DueChange, Feed, Institution, Programme, Stage
from vekha.texts import text

ALARM_HOUR = 9  # of the day of an alarm


def create(work: Work, person: str) -> str:
    """Makes a calendar for somebody (e-mail or name) and returns its secret, which is kept nowhere; older ones go on.

    Raises VekhaError reminder.unknown_person or access.denied.
    """
    sync(work)
    row = find(work, person)
    token = secrets.token_urlsafe(32)
    work.session.add(Feed(token=_digest(token), addressee=row.id or 0, created_at=work.now))
    work.audit(f"feed:{row.key}", new="created")
    return token


def revoke(work: Work, person: str) -> int:
    """Closes every calendar of somebody; returns how many."""
    row = find(work, person)
    feeds = work.session.scalars(
        select(Feed).where(col(Feed.addressee) == row.id, col(Feed.revoked_at).is_(None))
    ).all()
    for feed in feeds:
        feed.revoked_at = work.now
        work.session.add(feed)
    if feeds:
        work.audit(f"feed:{row.key}", old="created", new="revoked")
    return len(feeds)


def render(work: Work, token: str, now: dt.datetime) -> bytes:
    """The calendar behind a secret, as text/calendar. Raises VekhaError reminder.unknown_feed."""
    feed = work.session.get(Feed, _digest(token))
    if feed is None:
        return pair_feeds.render(work, token, now)
    if feed.revoked_at is not None:
        raise VekhaError(problem("reminder.unknown_feed"))
    return _calendar(work, work.session.get_one(Addressee, feed.addressee), now)


def show(work: Work, person: str) -> bytes:
    """The same calendar for whoever may look at this person's things."""
    sync(work)
    return _calendar(work, find(work, person), work.now)


def _calendar(work: Work, person: Addressee, now: dt.datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Vekha//RU")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", text("reminder.feed.title", name=person.name or person.institution))
    calendar.add("x-wr-timezone", person.timezone)
    calendar.add("refresh-interval", dt.timedelta(hours=4), parameters={"VALUE": "DURATION"})
    for entry in sorted([*_own(work, person), *_watched(work, person)], key=lambda each: (each.due, each.uid)):
        calendar.add_component(_event(entry, now))
    return calendar.to_ical()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A day of the calendar; `sequence` counts its moves, `days` are the days before it with an alarm."""

    uid: str
    due: dt.date
    title: str
    about: str
    sequence: int = 0
    days: tuple[int, ...] = ()


def _own(work: Work, person: Addressee) -> Iterator[_Entry]:
    """What the person answers for and what is not settled, open or to come."""
    mine = {duty.institution for duty in duties_of(work, [person.id or 0]) if duty.institution}
    if not mine:
        return
    holders, moves = holders_in(work, mine), _moves(work, mine)
    rows = activities_at_work(ActivityState.PLANNED, ActivityState.OPEN).where(col(Institution.code).in_(mine))
    for row, spec, policy, _ in read(work, rows):
        if person.id not in responsible(holders, row.institution, spec.roles):
            continue
        place = (row.programme, row.stage, row.code)
        for serial, due in enumerate(dues_of(row) or [row.due]):
            yield _Entry(
                uid=".".join((*place, str(serial))),
                due=due,
                title=spec.title,
                about=text("reminder.feed.where", institution=row.short_title, programme=row.programme),
                sequence=moves.get(place, 0),
                days=tuple(each for each in policy.days if each >= 0),
            )
    yield from _steps(work, person, mine, holders)


def _steps(work: Work, person: Addressee, mine: set[str], holders: Holders) -> Iterator[_Entry]:
    """The steps of the plans of pairs, for their curator."""
    for step in open_steps(work, mine):
        if person.id in responsible(holders, step.institution, (CURATOR,)):
            policy = work.tools.policies.of(step.region, step.campaign)
            yield _Entry(
                uid=f"{step.programme}.{step.pair}.step{step.number}",
                due=step.due,
                title=step.title,
                about=text("reminder.feed.where", institution=step.short_title, programme=step.programme),
                sequence=step.moves,
                days=tuple(each for each in policy.days if each >= 0),
            )


def _moves(work: Work, institutions: set[str]) -> dict[tuple[str, str, str], int]:
    """How often the due date of each activity was moved."""
    place = (col(DueChange.programme), col(DueChange.stage), col(DueChange.activity))
    rows = select(*place, func.count()).join(Programme, col(Programme.key) == col(DueChange.programme))
    rows = rows.where(col(Programme.institution).in_(institutions)).group_by(*place)
    return {(row[0], row[1], row[2]): row[3] for row in work.session.execute(rows)}


def _watched(work: Work, person: Addressee) -> Iterator[_Entry]:
    """Ends of stages in the place that a contact looks after: one day for however many institutions."""
    for duty in duties_of(work, [person.id or 0]):
        if duty.institution:
            continue
        columns = (col(Programme.roadmap), col(Programme.roadmap_version), col(Stage.code), col(Stage.due))
        rows = select(*columns, func.count()).join(Programme, col(Programme.key) == col(Stage.programme))
        rows = rows.join(Institution, col(Institution.code) == col(Programme.institution))
        rows = rows.where(col(Programme.state) == "running", col(Stage.state).in_(["planned", "open", "closing"]))
        rows = rows.where(col(Institution.region) == duty.region)
        if duty.municipality:
            rows = rows.where(col(Institution.municipality) == duty.municipality)
        place = ".".join(filter(None, (duty.region, duty.municipality)))
        for roadmap, version, stage, due, count in work.session.execute(rows.group_by(*columns)):
            title = stored_roadmap(work.session, roadmap, version).stage(stage).title
            about = counted("count_institutions", count)
            yield _Entry(uid=f"{place}.{roadmap}.{version}.{stage}.{due}", due=due, title=title, about=about)


def _event(entry: _Entry, now: dt.datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@vekha")
    event.add("dtstamp", now)
    event.add("sequence", entry.sequence)
    event.add("summary", entry.title)
    event.add("description", entry.about)
    event.add("dtstart", entry.due)
    event.add("dtend", entry.due + dt.timedelta(days=1))
    event.add("transp", "TRANSPARENT")  # a deadline keeps nobody busy
    for days in entry.days:
        event.add_component(_alarm(entry, days))
    return event


def _alarm(entry: _Entry, days: int) -> Alarm:
    """At nine in the morning, `days` before the due date."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text("reminder.feed.alarm", title=entry.title, due=f"{entry.due:%d.%m.%Y}"))
    alarm.add("trigger", dt.timedelta(days=-days, hours=ALARM_HOUR))
    return alarm


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
