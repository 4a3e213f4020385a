"""What pairs owe: steps of plans that are due, meetings nobody has marked, signs of trouble, terms that are over.

It is the business of those who work at the institution; whoever looks after a whole region has other lists.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Date, Row, Select, and_, bindparam, func, or_, select
from sqlmodel import col

from vekha.domain.access import Action
from vekha.domain.meetings import MeetingState
from vekha.domain.people import Role
from vekha.domain.reflections import POOR
from vekha.services.work import Work
from vekha.storage.tables import (
    Institution,
    Pair,
    PairMember,
    Person,
    PlanMove,
    PlannedMeeting,
    PlanStep,
    Programme,
    Reflection,
)
from vekha.texts import text

Rows = Select[*tuple[Any, ...]]
AHEAD = 7  # days: what is due later is on the pair's own page


@dataclass(frozen=True, slots=True, kw_only=True)
class PairItem:
    """Something to do about a pair; `left` are the days until `due`, negative when it is past."""

    programme: str
    institution: str
    pair: str
    members: str
    title: str
    due: dt.date
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDesk:
    """What a curator's desk shows of pairs, each list by date."""

    trouble: tuple[PairItem, ...] = ()
    unmarked: tuple[PairItem, ...] = ()
    steps: tuple[PairItem, ...] = ()
    over: tuple[PairItem, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.trouble or self.unmarked or self.steps or self.over)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDue:
    """An open step of a pair at work; `moves` counts the changes of its date."""

    programme: str
    campaign: str | None
    institution: str
    short_title: str
    region: str
    timezone: str
    pair: str
    number: int
    title: str
    due: dt.date
    moves: int


def open_steps(work: Work, institutions: Collection[str], until: dt.date = dt.date.max) -> Iterator[StepDue]:
    """Every step that somebody still has to do, of pairs at work in running programmes; `until` bounds the dates."""
    for row in _read(work, _steps(), institutions, until):
        yield StepDue(
            programme=row.programme,
            campaign=row.campaign,
            institution=row.institution,
            short_title=row.short_title,
            region=row.region,
            timezone=row.timezone,
            pair=row.pair,
            number=row.number,
            title=text("pair.step_title", task=row.task),
            due=row.due,
            moves=row.moves,
        )


def desk(work: Work) -> PairDesk:
    """In a constant number of queries, however many pairs there are."""
    mine = {each.institution for each in work.actor.granting(Action.WORK) if each.institution}
    if not mine:
        return PairDesk()
    latest = work.now.date() + dt.timedelta(days=AHEAD + 1)  # somewhere it is tomorrow already
    found = {
        "trouble": _trouble(work, mine),
        "unmarked": _unmarked(work, mine),
        "over": _over(work, mine),
        "steps": [
            (each.programme, each.pair, each.short_title, each.timezone, each.title, each.due)
            for each in open_steps(work, mine, latest)
        ],
    }
    members = _members(work, {(row[0], row[1]) for rows in found.values() for row in rows})
    made = {name: tuple(_item(work, row, members) for row in rows) for name, rows in found.items()}
    made["steps"] = tuple(each for each in made["steps"] if each.left <= AHEAD)
    made["unmarked"] = tuple(each for each in made["unmarked"] if each.left <= 0)
    made["over"] = tuple(each for each in made["over"] if each.left < 0)
    return PairDesk(**made)


# --- parts: statements made once, since making one costs more than running it ----------------------------------------

_Found = tuple[str, str, str, str, str, dt.date]  # programme, pair, institution, zone, title, date
_UNTIL = bindparam("until", type_=Date)


def _read(work: Work, rows: Rows, institutions: Collection[str], until: dt.date) -> Sequence[Row[Any]]:
    work.session.flush()
    return work.session.connection().execute(rows, {"institutions": [*institutions], "until": until}).all()


def _of_pairs(table: Any, *columns: Any) -> Rows:
    """Rows of a table of pairs at work in `institutions`, with their programme and institution."""
    key = table.code if table is Pair else table.pair
    rows = select(
        col(Programme.key).label("programme"),
        col(Programme.campaign),
        col(Institution.code).label("institution"),
        col(Institution.short_title),
        col(Institution.region),
        col(Institution.timezone),
        *columns,
    ).select_from(table)
    if table is not Pair:
        rows = rows.join(Pair, and_(col(Pair.programme) == table.programme, col(Pair.code) == key))
    return (
        rows.join(Programme, col(Programme.key) == table.programme)
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .where(col(Programme.state) == "running", col(Pair.ended_on).is_(None))
        .where(col(Institution.code).in_(bindparam("institutions", expanding=True)))
    )


@cache
def _steps() -> Rows:
    # Counted for each of these steps: gathered for all, the changes of a whole region would be read for one desk.
    moved = select(func.count()).where(
        col(PlanMove.programme) == col(PlanStep.programme),
        col(PlanMove.pair) == col(PlanStep.pair),
        col(PlanMove.number) == col(PlanStep.number),
    )
    columns = (col(PlanStep.pair), col(PlanStep.number), col(PlanStep.task), col(PlanStep.due))
    rows = _of_pairs(PlanStep, *columns, moved.scalar_subquery().label("moves"))
    rows = rows.where(*(col(each).is_(None) for each in (PlanStep.done_on, PlanStep.dropped_on, PlanStep.handed)))
    rows = rows.where(col(PlanStep.due) <= _UNTIL)
    return rows.order_by(col(PlanStep.due), col(PlanStep.programme), col(PlanStep.pair))


@cache
def _reflections() -> Rows:
    columns = (col(Reflection.pair), col(Reflection.wants_curator), col(Reflection.answered_at), col(Person.name))
    rows = _of_pairs(Reflection, *columns)
    rows = rows.join(
        Person, and_(col(Person.institution) == col(Institution.code), col(Person.code) == col(Reflection.person))
    )
    rows = rows.where(col(Reflection.answered_at).is_not(None), col(Reflection.settled_at).is_(None))
    rows = rows.where(or_(col(Reflection.wants_curator), col(Reflection.useful) <= POOR))
    return rows.order_by(col(Reflection.answered_at), col(Reflection.person))


@cache
def _meetings() -> Rows:
    rows = _of_pairs(PlannedMeeting, *(col(each) for each in (PlannedMeeting.pair, PlannedMeeting.kind)), _ON)
    rows = rows.where(col(PlannedMeeting.state) == MeetingState.PLANNED.value, _ON <= _UNTIL)
    return rows.order_by(_ON, col(PlannedMeeting.id))


_ON = col(PlannedMeeting.on)


@cache
def _terms() -> Rows:
    rows = _of_pairs(Pair, col(Pair.code).label("pair"), col(Pair.ends)).where(col(Pair.ends) <= _UNTIL)
    return rows.order_by(col(Pair.ends), col(Pair.programme), col(Pair.ordinal))


def _trouble(work: Work, institutions: Collection[str]) -> list[_Found]:
    return [
        (
            *_place(row),
            text("pair.desk.wants_curator" if row.wants_curator else "pair.desk.poor", name=row.name),
            work.local_day(row.timezone) if row.answered_at is None else row.answered_at.date(),
        )
        for row in _read(work, _reflections(), institutions, dt.date.max)
    ]


def _unmarked(work: Work, institutions: Collection[str]) -> list[_Found]:
    tomorrow = work.now.date() + dt.timedelta(days=1)
    return [
        (*_place(row), text(f"process.meeting.{row.kind}").capitalize(), row.on)
        for row in _read(work, _meetings(), institutions, tomorrow)
    ]


def _over(work: Work, institutions: Collection[str]) -> list[_Found]:
    found = _read(work, _terms(), institutions, work.now.date())
    return [(*_place(row), text("pair.desk.over"), row.ends) for row in found]


def _place(row: Row[Any]) -> tuple[str, str, str, str]:
    return (row.programme, row.pair, row.short_title, row.timezone)


def _members(work: Work, pairs: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    if not pairs:
        return {}
    rows = (
        select(col(PairMember.programme), col(PairMember.pair), col(PairMember.role), col(Person.name))
        .join(Programme, col(Programme.key) == col(PairMember.programme))
        .join(
            Person,
            and_(col(Person.institution) == col(Programme.institution), col(Person.code) == col(PairMember.person)),
        )
        .where(col(PairMember.programme).in_({key for key, _ in pairs}))
        .order_by(col(Person.code))
    )
    sides = defaultdict[tuple[str, str], dict[str, list[str]]](lambda: {Role.MENTOR: [], Role.MENTEE: []})
    for programme, pair, role, name in work.session.execute(rows):
        if (programme, pair) in pairs:
            sides[programme, pair][role].append(name)
    return {place: " – ".join(", ".join(side) for side in found.values()) for place, found in sides.items()}


def _item(work: Work, row: _Found, members: Mapping[tuple[str, str], str]) -> PairItem:
    programme, pair, home, zone, title, due = row
    left = (due - work.local_day(zone)).days
    known = members.get((programme, pair), pair)
    return PairItem(programme=programme, institution=home, pair=pair, members=known, title=title, due=due, left=left)
