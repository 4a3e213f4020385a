"""Reminders: for each person one digest a day of everything that is new to them, whichever process makes the round.

The row of the addressee is the lock: it is taken with SKIP LOCKED, so that several rounds share the people, and keeps
the day of the last digest, so that a second round, a restart or a clock that jumped back says nothing twice. What is
said, the digest and the letter to send are one transaction.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import Row, Table, and_, bindparam, or_, update
from sqlalchemy import select as columns
from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.programme import ActivityState
from vekha.domain.reminders import Audience, Digest, Item, News, Policy, digest, mark_to_say, may_speak, occurrences
from vekha.mail.wording import subject
from vekha.services.delivery import expiring
from vekha.services.delivery.addressees import CURATOR, duties_of, sync
from vekha.services.mentoring.pair_duties import StepDue, open_steps
from vekha.services.process.duties import Rows, activities_at_work, dues_of, holders_in, read, responsible
from vekha.services.work import EARLIEST_TZ, Work, institution_of
from vekha.storage import bulk
from vekha.storage.tables import Activity, Addressee, Duty, Institution, Notice, Said

BATCH = 200  # people told in one transaction

DIGEST = TypeAdapter(Digest)
_Place = tuple[str, str, str, dt.date]  # programme, stage, activity, due


def batches_to_tell(work: Work) -> list[list[int]]:
    """Those who may hear something now: awake, and without a digest of today; in batches for `tell`.

    Somebody who looks after a whole region is a batch alone.
    """
    sync(work)
    people: list[int] = []
    alone: list[list[int]] = []
    places = work.session.exec(select(Addressee.timezone, Addressee.region).distinct()).all()
    for timezone, region in places:
        local, quiet = work.now.astimezone(ZoneInfo(timezone)), work.tools.policies.of(region).quiet
        if quiet.covers(local.time()):
            continue
        rows = select(Addressee.id, Addressee.region, Addressee.institution)
        rows = rows.where(Addressee.timezone == timezone, Addressee.region == region)
        rows = rows.where(or_(col(Addressee.last_on).is_(None), col(Addressee.last_on) < local.date()))
        rows = rows.where(col(Addressee.id).in_(select(Duty.addressee)))
        for number, where, institution in work.session.exec(rows):
            if number is not None and work.actor.may(Action.WORK, region=where, institution=institution):
                people.append(number) if institution else alone.append([number])
    people.sort()
    return [*(people[start : start + BATCH] for start in range(0, len(people), BATCH)), *alone]


def queue(work: Work) -> int:
    """Leaves the round to the dispatchers, in batches that they share; returns how many people there are to look at."""
    batches = batches_to_tell(work)
    for batch in batches:
        work.queue("remind", f"remind:{batch[0]}:{work.now.isoformat()}", {"addressees": batch})
    return sum(map(len, batches))


def tell(work: Work, ids: Sequence[int]) -> int:
    """Gives each of these people their digest of today, if there is something new to say; returns how many got one."""
    people = _claim(work, ids)
    voices = {number: _Voice() for number in people}
    if people:
        duties = duties_of(work, list(people))
        mine = {duty.institution for duty in duties if duty.institution}
        _hear_own(work, voices, mine)
        _hear_of_consents(work, voices, mine)
        _hear_watched(work, voices, [duty for duty in duties if not duty.institution])
    return sum(map(len, _say_all(work, people, voices).values()))


def _say_all(work: Work, people: Mapping[int, Row[Any]], voices: "Mapping[int, _Voice]") -> dict[dt.date, list[int]]:
    """The digests of those who have something to hear; returns who got one, by their day."""
    told: dict[dt.date, list[int]] = defaultdict(list)
    for number, voice in voices.items():
        made = digest(voice.own, voice.watched, voice.known, voice.news)
        if not made.empty:
            today = work.local_day(people[number].timezone)
            _say(work, people[number], made, today)
            told[today].append(number)
    for today, numbers in told.items():
        work.session.execute(update(Addressee).where(col(Addressee.id).in_(numbers)).values(last_on=today))
    _write_said(work, voices)
    _announce(work, voices.values())
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """How many people got a digest, had one today already, are not to be disturbed now, have nothing due."""

    told: int
    heard: int
    quiet: int
    nothing: int


def remind_now(work: Work, institutions: Sequence[str]) -> Reminded:
    """Somebody asks that these institutions be reminded: all that is due, be it told before; once a day each person.

    Raises VekhaError institution.unknown or access.denied.
    """
    for code in institutions:
        work.demand(Action.SCHEDULE, institution_of(work.session, code))
        work.audit(f"institution:{code}", new="reminded")
    sync(work)
    mine = select(Duty.addressee).where(col(Duty.institution).in_(institutions))
    rows = columns(col(Addressee.id), col(Addressee.timezone), col(Addressee.last_on))
    known = work.session.execute(rows.where(col(Addressee.id).in_(mine))).all()
    heard = [row.id for row in known if row.last_on is not None and row.last_on >= work.local_day(row.timezone)]
    people = _claim(work, [row.id for row in known if row.id not in heard])
    voices = {number: _Voice() for number in people}
    if people:
        _hear_own(work, voices, set(institutions), anew=True)
    told = sum(map(len, _say_all(work, people, voices).values()))
    quiet = len(known) - len(heard) - len(people)
    return Reminded(told=told, heard=len(heard), quiet=quiet, nothing=len(people) - told)


@dataclass(slots=True)
class _Voice:
    """What one person is to hear; the marks are to be written, by place; `known` counts late things heard of before."""

    own: list[Item] = field(default_factory=list[Item])
    watched: list[Item] = field(default_factory=list[Item])
    first: dict[_Place, int] = field(default_factory=dict[_Place, int])  # of places that nothing was said of yet
    further: dict[_Place, int] = field(default_factory=dict[_Place, int])
    missed: list[Item] = field(default_factory=list[Item])  # late, and this person did not know
    news: list[News] = field(default_factory=list[News])
    known: int = 0

    def hear(self, item: Item, mark: int, before: int | None, heard: list[Item]) -> None:
        """Adds the item once, whatever it is heard as; the furthest mark is the one to remember."""
        place = (item.programme, item.stage, item.activity, item.due)
        marks = self.first if before is None else self.further
        if place not in marks:
            heard.append(item)
        marks[place] = min(mark, marks.get(place, mark))


def _claim(work: Work, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """Locks those of the people that nobody else is speaking to and who may still hear something today."""
    a = Addressee
    rows = columns(col(a.id), col(a.email), col(a.region), col(a.timezone), col(a.last_on)).where(col(a.id).in_(ids))
    return {
        row.id: row
        for row in work.session.execute(rows.order_by(col(a.id)).with_for_update(skip_locked=True))
        if may_speak(work.tools.policies.of(row.region).quiet, work.now.astimezone(ZoneInfo(row.timezone)), row.last_on)
    }


def _say(work: Work, person: Row[Any], made: Digest, today: dt.date) -> None:
    """The digest in the person's list and its letter in the queue."""
    key, mail = f"{person.id}:{today}", person.email is not None and work.tools.mail_server is not None
    row = {"key": key, "addressee": person.id, "on": today, "at": work.now, "subject": subject(made)}
    body = DIGEST.dump_python(made, mode="json")
    work.append(Notice, [{**row, "body": body, "mail": "waiting" if mail else ""}])
    if mail:
        work.queue("mail", f"mail:{key}", {"notice": key})


def _announce(work: Work, voices: Iterable[_Voice]) -> None:
    """One event for each programme, however many of its deadlines are missed; the same again is announced once."""
    missed = defaultdict[str, set[tuple[str, str, str]]](set)
    for item in (each for voice in voices for each in voice.missed):
        missed[item.programme].add((item.due.isoformat(), item.stage, item.activity))
    for programme, found in missed.items():
        rows = [{"stage": stage, "activity": activity, "due": due} for due, stage, activity in sorted(found)]
        mark = hashlib.sha256(repr(rows).encode()).hexdigest()[:16]
        payload = {"programme": programme, "activities": rows, "event": "deadline.missed"}
        work.queue("event", f"event:deadline.missed:{programme}:{mark}", payload)


def _write_said(work: Work, voices: Mapping[int, _Voice]) -> None:
    """New rows cannot be there yet: whoever else would write them waits for the addressee's row."""
    names = ("addressee", "programme", "stage", "activity", "due")
    first = [(number, *place, mark) for number, voice in voices.items() for place, mark in voice.first.items()]
    bulk.insert(work.session, Said, (*names, "mark"), first)
    further = [
        {**{f"its_{name}": value for name, value in zip(names, (number, *place), strict=True)}, "new": mark}
        for number, voice in voices.items()
        for place, mark in voice.further.items()
    ]
    if further:
        table: Table = Said.__table__  # type: ignore[attr-defined]
        where = [table.c[name] == bindparam(f"its_{name}") for name in names]
        work.session.connection().execute(update(table).where(*where).values(mark=bindparam("new")), further)


# --- one's own --------------------------------------------------------------------------------------------------------


def _hear_own(work: Work, voices: Mapping[int, _Voice], mine: set[str], *, anew: bool = False) -> None:
    """What those responsible hear of the activities of their institutions; `anew` also what they have heard."""
    if not mine:
        return
    holders = holders_in(work, mine)
    said = _said(work, list(voices))
    horizon = (work.now + EARLIEST_TZ).date() + dt.timedelta(days=work.tools.policies.horizon)
    rows = activities_at_work(ActivityState.OPEN).where(
        col(Institution.code).in_(mine), or_(col(Activity.due) <= horizon, col(Activity.dues).is_not(None))
    )
    for row, spec, policy, today in read(work, rows):
        if not spec.required:
            continue
        people = responsible(holders, row.institution, spec.roles) & voices.keys()
        for due in occurrences(row.due, dues_of(row), today):
            _hear(voices, people, _item(row, spec.title, due, today), policy, said, anew=anew)
    for step in open_steps(work, mine, horizon):
        today = work.local_day(step.timezone)
        people = responsible(holders, step.institution, (CURATOR,)) & voices.keys()
        policy = work.tools.policies.of(step.region, step.campaign)
        _hear(voices, people, _step_item(step, today), policy, said, anew=anew)


def _hear(
    voices: Mapping[int, _Voice],
    people: Iterable[int],
    item: Item,
    policy: Policy,
    said: Mapping[tuple[int, _Place], int],
    *,
    anew: bool,
) -> None:
    """Tells people of one due date, `anew` also those who heard; nobody else misses a step of a pair's plan."""
    for who in people:
        before = said.get((who, (item.programme, item.stage, item.activity, item.due)))
        mark = mark_to_say(item.left, policy.days, None if anew else before)
        if mark is not None:
            voices[who].hear(item, mark, before, voices[who].own)
            if item.left < 0 and item.stage and (before is None or before >= 0):
                voices[who].missed.append(item)
        elif item.left < 0:
            voices[who].known += 1


def _said(work: Work, ids: Sequence[int]) -> dict[tuple[int, _Place], int]:
    rows = columns(
        col(Said.addressee), col(Said.programme), col(Said.stage), col(Said.activity), col(Said.due), col(Said.mark)
    ).where(col(Said.addressee).in_(ids))
    return {(row[0], (row[1], row[2], row[3], row[4])): row[5] for row in work.session.execute(rows)}


# --- consents that run out --------------------------------------------------------------------------------------------


def _hear_of_consents(work: Work, voices: Mapping[int, _Voice], mine: set[str]) -> None:
    """Curators hear of consents to processing that will run out while the programme still goes on."""
    rows = expiring.soon(work, mine) if mine else ()
    if not rows:
        return
    holders = holders_in(work, mine)
    said = _said(work, list(voices))
    for row in rows:
        left = (row.until - work.local_day(row.timezone)).days
        place = (row.programme, "", f"consent:{row.person}", row.until)
        for who in responsible(holders, row.institution, (CURATOR,)) & voices.keys():
            before = said.get((who, place))
            mark = mark_to_say(left, expiring.MARKS, before)
            if mark is not None:
                voices[who].news.append(expiring.news(row, left))
                (voices[who].first if before is None else voices[who].further)[place] = mark


# --- looking after others ---------------------------------------------------------------------------------------------


def _hear_watched(work: Work, voices: Mapping[int, _Voice], duties: Sequence[Row[Any]]) -> None:
    """What contacts hear of delays in their municipality or region."""
    for duty in duties:
        audience = Audience.MUNICIPALITY if duty.municipality else Audience.REGION
        delay = work.tools.policies.delay(audience)
        if delay is None:
            continue
        voice = voices[duty.addressee]
        for row, spec, policy, today in read(work, _late_unsaid(work, duty, delay)):
            item = _item(row, spec.title, row.due, today)
            mark = mark_to_say(item.left, policy.marks(audience), row.mark)
            if spec.required and mark is not None:
                voice.hear(item, mark, row.mark, voice.watched)


def _late_unsaid(work: Work, duty: Row[Any], delay: int) -> Rows:
    """Activities late by at least `delay` days in the duty's place, less those that its holder has heard this late."""
    late = (work.now + EARLIEST_TZ).date() - dt.timedelta(days=delay)
    of_activity = and_(
        col(Said.addressee) == duty.addressee,
        col(Said.programme) == col(Activity.programme),
        col(Said.stage) == col(Activity.stage),
        col(Said.activity) == col(Activity.code),
        col(Said.due) == col(Activity.due),
    )
    rows = activities_at_work(ActivityState.OPEN, by_due=not duty.municipality)
    rows = rows.add_columns(col(Said.mark)).outerjoin(Said, of_activity)
    rows = rows.where(col(Institution.region) == duty.region, col(Activity.due) <= late)
    rows = rows.where(or_(col(Said.mark).is_(None), col(Said.mark) > -delay))
    return rows.where(col(Institution.municipality) == duty.municipality) if duty.municipality else rows


def _step_item(step: StepDue, today: dt.date) -> Item:
    """A step of a pair's plan stands in no stage."""
    return Item(
        programme=step.programme,
        institution=step.short_title,
        stage="",
        activity=f"{step.pair}/{step.number}",
        title=step.title,
        due=step.due,
        left=(step.due - today).days,
    )


def _item(row: Row[Any], title: str, due: dt.date, today: dt.date) -> Item:
    return Item(
        programme=row.programme,
        institution=row.short_title,
        stage=row.stage,
        activity=row.code,
        title=title,
        due=due,
        left=(due - today).days,
    )
