"""From rows to the histories of institutions: for many at once, with as many queries as for one.

Days that no row keeps (when somebody left, when an activity was done and reopened) are told by the journal of changes.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlmodel import col

from vekha.domain.people import FINAL, Role, Standing
from vekha.domain.reporting.history import SETTLED, Contact, Course, History, Pairing, Poll, Stay, Task
from vekha.domain.roadmap import Gate
from vekha.services.process.programmes import roadmaps
from vekha.services.reporting.polls import Measuring, counting, measuring, moments_of, opinions, polls_of
from vekha.services.work import Work
from vekha.storage.tables import (
    Activity,
    Audit,
    DueBatch,
    DueChange,
    DueMove,
    Institution,
    Meeting,
    Pair,
    PairMember,
    Participation,
    Person,
    Programme,
    Submission,
)

Rows = Sequence[Any]
_ENDED = frozenset({"finished", "cancelled"})


@dataclass(frozen=True, slots=True)
class _Home:
    """An institution's programmes by key, and its clock."""

    type: str
    zone: ZoneInfo
    programmes: Mapping[str, Any]

    def day(self, at: dt.datetime) -> dt.date:
        return at.astimezone(self.zone).date()


def histories(work: Work, institutions: Sequence[str]) -> dict[str, History]:
    """Everything recorded of these institutions. What the transaction has not written yet is written first."""
    work.flush()
    homes = _homes(work, institutions)
    return {code: history for group in _chunks(list(homes)) for code, history in _read(work, homes, group).items()}


def _chunks(codes: list[str], size: int = 100) -> Iterable[list[str]]:
    return (codes[start : start + size] for start in range(0, len(codes), size))


def _homes(work: Work, institutions: Sequence[str]) -> dict[str, _Home]:
    found: dict[str, _Home] = {}
    for group in _chunks(list(institutions)):
        zones = select(col(Institution.code), col(Institution.type), col(Institution.timezone))
        zones = zones.where(col(Institution.code).in_(group))
        programmes = defaultdict[str, dict[str, Any]](dict)
        rows = select(*Programme.__table__.columns).where(col(Programme.institution).in_(group))  # type: ignore[attr-defined]
        for row in work.session.execute(rows.order_by(col(Programme.key))):
            programmes[row.institution][row.key] = row
        for code, kind, zone in work.session.execute(zones.order_by(col(Institution.code))):
            found[code] = _Home(kind, ZoneInfo(zone), programmes[code])
    return found


def _read(work: Work, homes: Mapping[str, _Home], group: list[str]) -> dict[str, History]:
    keys = [key for code in group for key in homes[code].programmes]
    told = _Told(work, keys, measuring(work, {homes[code].type for code in group}))
    persons = select(col(Person.institution), col(Person.code), col(Person.birth_date), col(Person.merged_into))
    births = defaultdict[str, dict[str, dt.date | None]](dict)
    merged = defaultdict[str, dict[str, str]](dict)
    for home, code, born, into in work.session.execute(persons.where(col(Person.institution).in_(group))):
        births[home][code] = born
        if into is not None:
            merged[home][code] = into
    return {code: _history(work, homes[code], told, births[code], merged[code]) for code in group}


class _Told:
    """The rows of some programmes, by programme."""

    def __init__(self, work: Work, keys: list[str], measured: Measuring) -> None:
        self._session, self._keys, self.measured = work.session, keys, measured
        self.audit = self._rows(Audit, "subject new at", Audit.id, _of_interest())
        self.parts = self._rows(Participation, "person role standing registered_on employer", Participation.person)
        self.pairs = self._rows(Pair, "code starts ended_on ending", Pair.ordinal)
        self.members = self._rows(PairMember, "pair person role", PairMember.person)
        self.meetings = self._rows(Meeting, "pair kind on", Meeting.id, col(Meeting.absent).is_(False))
        self.activities = self._rows(Activity, "stage code due state done_on own gate", Activity.ordinal)
        self.moments = moments_of(work, keys)
        asked = counting(measured, keys)
        self.answers = self._rows(Submission, "id form subject on data", Submission.id, asked)
        self._polls = polls_of(work, keys)
        self.moves = self._moves()

    def _rows(self, table: Any, names: str, order: Any, *where: Any) -> Mapping[str, Rows]:
        columns = [col(table.programme), *(col(getattr(table, name)) for name in names.split())]
        rows = select(*columns).where(col(table.programme).in_(self._keys), *where).order_by(col(order))
        found = defaultdict[str, list[Any]](list)
        for row in self._session.connection().execute(rows):
            found[row.programme].append(row)
        return found

    def polls(self, key: str, today: dt.date) -> Iterable[Poll]:
        """Those that are over: closed, or past their last day although the round has not closed them yet."""
        return (poll for closed, poll in self._polls[key] if closed or poll.over < today)

    def _moves(self) -> Mapping[str, Rows]:
        """The due dates that activities had, the oldest change first."""
        rows = (
            select(
                *(
                    col(each)
                    for each in (DueChange.programme, DueChange.stage, DueChange.activity, DueMove.old, DueBatch.at)
                )
            )
            .join(DueMove, and_(col(DueMove.batch) == col(DueChange.batch), col(DueMove.number) == col(DueChange.move)))
            .join(DueBatch, col(DueBatch.id) == col(DueChange.batch))
            .where(col(DueChange.programme).in_(self._keys), col(DueChange.activity) != "")
            .order_by(col(DueChange.batch))
        )
        found = defaultdict[str, list[Any]](list)
        for row in self._session.connection().execute(rows):
            found[row.programme].append(row)
        return found


def _of_interest() -> Any:
    subjects = (col(Audit.subject).like(f"{kind}:%") for kind in ("activity", "person"))
    return or_(col(Audit.subject) == "programme", *subjects)


def _history(
    work: Work, home: _Home, told: _Told, births: Mapping[str, dt.date | None], merged: Mapping[str, str]
) -> History:
    roadmap_of, today = roadmaps(work.session), home.day(work.now)
    courses, stays, pairings, contacts, tasks, said, polls = [], [], [], [], [], [], []
    for key, row in home.programmes.items():
        course = _course(home, row, told.audit[key])
        optional = {
            (stage.code, each.code)
            for stage, each in roadmap_of(row.roadmap, row.roadmap_version).rows()
            if not each.gate.required
        }
        courses.append(course)
        stays += _stays(home, course, told.parts[key], told.audit[key], merged)
        pairings += _pairings(course, told.pairs[key], told.members[key], told.meetings[key])
        contacts += [Contact(programme=key, kind=each.kind, on=each.on, pair=each.pair) for each in told.meetings[key]]
        tasks += _tasks(home, key, told, optional) if row.state != "cancelled" else []
        said += opinions(key, home.type, told.answers[key], told.measured, told.moments)
        polls += told.polls(key, today)
    return History(
        births=births,
        courses=tuple(courses),
        stays=tuple(stays),
        pairings=tuple(pairings),
        contacts=tuple(contacts),
        tasks=tuple(tasks),
        opinions=tuple(said),
        polls=tuple(polls),
    )


def _course(home: _Home, row: Any, audit: Rows) -> Course:
    """A programme that ended has its day in its row, or in the journal; one that was taken up again goes on."""
    ended = home.day(row.finished_at) if row.finished_at else None
    if row.state in _ENDED and ended is None:
        days = [home.day(each.at) for each in audit if each.subject == "programme" and each.new in _ENDED]
        ended = days[-1] if days else row.cycle_starts
    starts = min(row.cycle_starts, home.day(row.started_at))
    return Course(key=row.key, starts=starts, planned_end=row.cycle_ends, ended=ended)


def _stays(home: _Home, course: Course, parts: Rows, audit: Rows, merged: Mapping[str, str]) -> Iterable[Stay]:
    """Nobody takes part in a programme that is over, whatever the register says. The journal keeps the code of an entry
    that has become part of another."""
    gone: dict[str, dt.date] = {}
    for each in audit:
        if each.subject.startswith("person:") and each.new.rpartition(":")[2] == Standing.WITHDRAWN:
            person = each.subject.removeprefix("person:")
            gone[merged.get(person, person)] = home.day(each.at)
    for row in parts:
        if row.registered_on is None:
            continue
        left = (gone.get(row.person) or row.registered_on) if row.standing == Standing.WITHDRAWN else None
        ends = min((each for each in (left, course.ended) if each is not None), default=None)
        yield Stay(
            person=row.person,
            role=Role(row.role),
            programme=course.key,
            since=row.registered_on,
            left=ends,
            employer=row.employer,
        )


def _pairings(course: Course, pairs: Rows, members: Rows, meetings: Rows) -> Iterable[Pairing]:
    """A pair that nobody ended ends with its programme."""
    sides = defaultdict[tuple[str, Role], list[str]](list)
    for row in members:
        sides[row.pair, Role(row.role)].append(row.person)
    finals = {row.pair: row.on for row in sorted(meetings, key=lambda each: each.on) if row.kind == FINAL}
    for row in (each for each in pairs if each.ending != "cancelled"):
        said = row.ended_on if row.ending == "finished" else None
        finished = min((each for each in (finals.get(row.code), said) if each is not None), default=None)
        yield Pairing(
            programme=course.key,
            code=row.code,
            mentors=tuple(sides[row.code, Role.MENTOR]),
            mentees=tuple(sides[row.code, Role.MENTEE]),
            starts=row.starts,
            ended=row.ended_on or (course.ended if finished is None else None),
            finished=finished,
            replaced=row.ending == "replaced",
        )


def _tasks(home: _Home, key: str, told: _Told, optional: set[tuple[str, str]]) -> Iterable[Task]:
    states = defaultdict[str, list[tuple[dt.date, str]]](list)
    for row in told.audit[key]:
        if row.subject.startswith("activity:"):
            states[row.subject].append((home.day(row.at), row.new))
    moved = defaultdict[tuple[str, str], list[tuple[dt.date, dt.date]]](list)
    for row in told.moves[key]:
        moved[row.stage, row.activity].append((home.day(row.at), row.old))
    for row in told.activities[key]:
        required = Gate(row.gate or Gate.OPTIONAL).required if row.own else (row.stage, row.code) not in optional
        if required:
            known = states[f"activity:{row.stage}/{row.code}"] or _as_it_is(row)
            yield Task(programme=key, due=row.due, states=tuple(known), moved=tuple(moved[row.stage, row.code]))


def _as_it_is(row: Any) -> list[tuple[dt.date, str]]:
    """Where the journal says nothing (an installation taken over), what the row says."""
    return [(row.done_on, str(row.state))] if row.state in SETTLED and row.done_on else []
