"""Due dates of many programmes at once: read in chunks, decided once for all that are alike, written in bulk.

`survey` reads and decides, `commit` writes what was decided as one batch. Every change of a due date goes this way.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, TypeVar

from sqlalchemy import Select, Table, select, update
from sqlmodel import SQLModel, col

from vekha.domain.calendar import Roll, WorkingCalendar
from vekha.domain.deadlines import Cycle
from vekha.domain.programme import ActivityState, StageState
from vekha.domain.roadmap import Roadmap
from vekha.domain.shifting import (
    ActivityDates,
    Aim,
    Dates,
    Left,
    Move,
    Note,
    Outcome,
    Place,
    ProgrammeDates,
    StageDates,
    decide,
)
from vekha.services.launch.starting import dates_text
from vekha.services.process.programmes import stored_roadmap
from vekha.services.region.calendars import calendar_of
from vekha.services.work import Work
from vekha.storage import bulk
from vekha.storage.tables import Activity, Campaign, DueBatch, DueChange, DueMove, Institution, Programme, Stage

T = TypeVar("T")

CHUNK = 500  # programmes read by one query
AT_WORK = ("running", "paused")  # states of programmes whose dates still matter


def _table(model: type[SQLModel]) -> Table:
    return model.__table__  # type: ignore[attr-defined]


_A, _S = _table(Activity), _table(Stage)
_STAGE = [_S.c[name] for name in ("programme", "code", "state", "opens", "due")]
_ACTIVITY = [
    _A.c[name] for name in ("programme", "stage", "code", "state", "own", "opens", "due", "dues", "stated", "pinned")
]
_MOVE = (
    *("batch", "number", "stage", "activity"),
    *("old_opens", "old", "old_dues", "old_stated", "old_pinned"),
    *("new_opens", "new", "new_dues", "new_stated", "new_pinned"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose dates: the programmes of a region, narrowed down by what is not empty.

    `batch`: those that this batch touched, whatever their state.
    """

    region: str
    campaign: str = ""
    types: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """A programme and where it runs."""

    key: str
    institution: str
    type: str
    municipality: str
    title: str
    roadmap: Roadmap
    cycle: Cycle
    today: date
    roll: Roll
    calendar: WorkingCalendar
    days: Mapping[str, bool]  # its own days of the working calendar
    own_start: date | None  # of a late-comer


@dataclass(frozen=True, slots=True)
class Aimed:
    """The aim for one programme; equal keys mean equal aims."""

    aim: Aim
    key: Hashable = None


Aiming = Callable[[Sequence[Home]], Callable[[Home], Aimed]]  # asked once for each chunk of programmes


@dataclass(slots=True)
class _Alike:
    """Programmes that stand alike and are decided alike."""

    outcome: Outcome
    mark: str
    first: Home
    times: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What would happen: to whom, how often each move, what stays, what deserves a look.

    `digest` is equal for equal moves of the same programmes; `example` is a programme for each note. `of_type` has the
    moves apart by type of institution: roadmaps of two types may call two things by one code, so `titles` are by type.
    """

    touched: Sequence[tuple[str, Outcome]]  # programme key, outcome
    moves: Counter[Move]
    of_type: Mapping[str, Counter[Move]]
    stages: Counter[Move]
    left: Counter[tuple[Left, str, str]]
    notes: Counter[Note]
    example: Mapping[Note, Home]
    titles: Mapping[str, Mapping[Place, str]]
    digest: str


def survey(work: Work, scope: Scope, aiming: Aiming, stages: Iterable[str] = (), *, judged: bool = True) -> Survey:
    """Decides for every programme of the scope; in a unit that writes, the programmes are locked first.

    `stages`: those where something may move; none: everywhere.
    """
    work.flush()
    homes = _homes(work, scope)
    read = _to_read(homes, frozenset(stages))
    known: dict[Hashable, _Alike] = {}
    touched: list[tuple[str, Outcome]] = []
    digest = hashlib.sha256()
    for start in range(0, len(homes), CHUNK):
        chunk = homes[start : start + CHUNK]
        aimed_for, rows = aiming(chunk), _rows(work, [each.key for each in chunk], read)
        for home in chunk:
            aimed, there = aimed_for(home), rows[home.key]
            profile = (home.roadmap.digest, home.cycle, home.today, home.roll, id(home.calendar), aimed.key, there)
            alike = known.get(profile)
            if alike is None:
                outcome = decide(_dates(home, *there), aimed.aim, home.calendar, judged=judged)
                mark = hashlib.sha256(repr(outcome.moves).encode()).hexdigest()
                alike = known[profile] = _Alike(outcome, mark, home)
            alike.times += 1
            if alike.outcome.moves:
                touched.append((home.key, alike.outcome))
                digest.update(f"{home.key} {alike.mark}\n".encode())
    return _summed(touched, known.values(), homes, digest.hexdigest())


def _summed(
    touched: Sequence[tuple[str, Outcome]], known: Iterable[_Alike], homes: Sequence[Home], digest: str
) -> Survey:
    moves, stages = Counter[Move](), Counter[Move]()
    left, notes = Counter[tuple[Left, str, str]](), Counter[Note]()
    of_type = defaultdict[str, Counter[Move]](Counter)
    example: dict[Note, Home] = {}
    for alike in known:
        _count(moves, alike.outcome.moves, alike.times)
        _count(of_type[alike.first.type], alike.outcome.moves, alike.times)
        _count(stages, alike.outcome.stages, alike.times)
        _count(left, alike.outcome.left, alike.times)
        _count(notes, alike.outcome.notes, alike.times)
        for note in alike.outcome.notes:
            example.setdefault(note, alike.first)
    return Survey(
        touched=touched,
        moves=moves,
        of_type={kind: found for kind, found in of_type.items() if found},
        stages=stages,
        left=left,
        notes=notes,
        example=example,
        titles=_titles({(home.type, home.roadmap.digest): home.roadmap for home in homes}),
        digest=digest,
    )


def _count(counter: Counter[T], items: Iterable[T], times: int) -> None:
    for each in items:
        counter[each] += times


def _titles(roadmaps: Mapping[tuple[str, str], Roadmap]) -> dict[str, dict[Place, str]]:
    """What stages (with an empty activity) and activities are called, by type of institution."""
    found = defaultdict[str, dict[Place, str]](dict)
    for (kind, _), roadmap in roadmaps.items():
        for stage, activity in roadmap.rows():
            found[kind].setdefault((stage.code, ""), stage.title)
            found[kind].setdefault((stage.code, activity.code), activity.title)
    return dict(found)


# --- reading ----------------------------------------------------------------------------------------------------------


def _homes(work: Work, scope: Scope) -> list[Home]:
    """The programmes by key; locked where the unit writes, in this order, so that two never wait for each other."""
    p, i = Programme, Institution
    rows = (
        select(
            *(col(each) for each in (p.key, p.roadmap, p.roadmap_version, p.cycle_starts, p.cycle_ends, p.own_start)),
            *(col(each) for each in (i.code, i.type, i.municipality, i.short_title, i.timezone, i.days)),
            col(Campaign.roll),
        )
        .join_from(p, i, col(i.code) == col(p.institution))
        .outerjoin(Campaign, col(Campaign.code) == col(p.campaign))
        .where(col(i.region) == scope.region)
        .order_by(col(p.key))
    )
    if scope.batch is None:
        rows = rows.where(col(p.state).in_(AT_WORK))
    else:
        rows = rows.where(col(p.key).in_(select(col(DueChange.programme)).where(col(DueChange.batch) == scope.batch)))
    narrowed = ((p.campaign, scope.campaign and (scope.campaign,)), (i.type, scope.types), (i.code, scope.institutions))
    for column, values in (*narrowed, (i.municipality, scope.municipalities), (p.key, scope.programmes)):
        if values:
            rows = rows.where(col(column).in_(values))
    if work.writes:
        rows = rows.with_for_update(of=p)
    today = cache(work.local_day)
    version = cache(lambda code, number: stored_roadmap(work.session, code, number))
    return [
        Home(
            key=row.key,
            institution=row.code,
            type=row.type,
            municipality=row.municipality,
            title=row.short_title,
            roadmap=version(row.roadmap, row.roadmap_version),
            cycle=Cycle(row.cycle_starts, row.cycle_ends),
            today=today(row.timezone),
            roll=Roll(row.roll or Roll.FORWARD),
            calendar=calendar_of(work, scope.region, row.days),
            days=row.days,
            own_start=row.own_start,
        )
        for row in work.session.execute(rows)
    ]


def _to_read(homes: Iterable[Home], stages: frozenset[str]) -> frozenset[str]:
    """The stages and those that wait for them, where an order of dates may be upset; none means all."""
    if not stages:
        return stages
    roadmaps = {home.roadmap.digest: home.roadmap for home in homes}.values()
    waiting = {stage.code for each in roadmaps for stage in each.stages if stages & set(stage.after)}
    return stages | waiting


_Rows = tuple[tuple[Any, ...], tuple[Any, ...]]  # rows of stages, rows of activities, without the programme


def _rows(work: Work, keys: Sequence[str], read: frozenset[str]) -> dict[str, _Rows]:
    """The rows of each programme as the driver gives them: most are only compared, so nothing is converted for them."""
    stages: dict[str, list[Any]] = {key: [] for key in keys}
    activities: dict[str, list[Any]] = {key: [] for key in keys}
    for row in _raw(work, select(*_STAGE).where(_S.c.programme.in_(keys)).order_by(_S.c.ordinal)):
        stages[row[0]].append(row[1:])
    wanted = select(*_ACTIVITY).where(_A.c.programme.in_(keys)).order_by(_A.c.programme, _A.c.ordinal)
    for row in _raw(work, wanted.where(_A.c.stage.in_(read)) if read else wanted):
        activities[row[0]].append(row[1:])
    return {key: (tuple(stages[key]), tuple(activities[key])) for key in keys}


def _raw(work: Work, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """Straight from the driver: on SQLite a date is a text and a flag a number."""
    cursor: Any = work.session.connection().execute(statement).cursor
    return cursor.fetchall()


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _dates(home: Home, stages: tuple[Any, ...], activities: tuple[Any, ...]) -> ProgrammeDates:
    after = {each.code: each.after for each in home.roadmap.stages}
    return ProgrammeDates(
        cycle=home.cycle,
        today=home.today,
        stages={
            code: StageDates(
                code=code, state=StageState(state), opens=_day(opens), due=_day(due), after=after.get(code, ())
            )
            for code, state, opens, due in stages
        },
        activities=tuple(
            ActivityDates(
                stage=stage,
                code=code,
                state=ActivityState(state),
                dates=dates_of(_day(opens), _day(due), *rest),
                own=bool(own),
                holds=not own and home.roadmap.activity(stage, code).gate.blocks_stage,
            )
            for stage, code, state, own, opens, due, *rest in activities
        ),
    )


def dates_of(opens: date, due: date, dues: str | None, stated: str | None, pinned: bool) -> Dates:  # noqa: FBT001 — columns in their order
    """The columns of a row as the domain has them."""
    every = _parsed(dues) if dues else (due,)
    return Dates(opens, every, _parsed(stated) if stated else every, bool(pinned))


@lru_cache(maxsize=4096)
def _parsed(text: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(each) for each in text.split(" "))


def columns_of(dates: Dates) -> tuple[date, date, str | None, str | None, bool]:
    """The inverse of `dates_of`."""
    several = dates_text(dates.dues) if len(dates.dues) > 1 else None
    stated = dates_text(dates.stated) if dates.stated != dates.dues else None
    return dates.opens, dates.due, several, stated, dates.pinned


# --- writing ----------------------------------------------------------------------------------------------------------


def commit(work: Work, batch: DueBatch, found: Survey) -> DueBatch:
    """Writes the moves of a survey made in this unit as one batch; gives the batch its number and counts."""
    batch.programmes, batch.activities = len(found.touched), found.moves.total()
    work.session.add(batch)
    work.session.flush()
    number = {move: place for place, move in enumerate((*found.moves, *found.stages))}
    moves = (
        (batch.id, place, move.stage, move.activity, *columns_of(move.old), *columns_of(move.new))
        for move, place in number.items()
    )
    bulk.insert(work.session, DueMove, _MOVE, moves)
    columns = ("batch", "programme", "stage", "activity", "move")
    bulk.insert(work.session, DueChange, columns, _change_rows(batch.id or 0, found, number))
    _move_rows(work, batch.id or 0)
    work.programmes.clear()
    work.audit(f"due_batch:{batch.id}", new=batch.kind, why=batch.why)
    return batch


def _change_rows(batch: int, found: Survey, number: Mapping[Move, int]) -> Iterator[tuple[Any, ...]]:
    prepared: dict[int, list[tuple[str, str, int]]] = {}
    for key, outcome in found.touched:
        rows = prepared.get(id(outcome))
        if rows is None:
            every = sorted((*outcome.moves, *outcome.stages), key=lambda move: move.place)
            rows = prepared[id(outcome)] = [(*move.place, number[move]) for move in every]
        for row in rows:
            yield (batch, key, *row)


def _move_rows(work: Work, batch: int) -> None:
    """Lays the new dates of a batch over the activities, then over the stages: two statements, whatever the size."""
    c, m = _table(DueChange).c, _table(DueMove).c
    ours = (c.batch == batch, m.batch == batch, m.number == c.move)
    values = {"opens": m.new_opens, "due": m.new}
    rest = {"dues": m.new_dues, "stated": m.new_stated, "pinned": m.new_pinned}
    same = (_A.c.programme == c.programme, _A.c.stage == c.stage, _A.c.code == c.activity)
    work.session.execute(update(_A).values({**values, **rest}).where(*ours, *same))
    same = (_S.c.programme == c.programme, _S.c.code == c.stage, c.activity == "")
    work.session.execute(update(_S).values(values).where(*ours, *same))
    work.session.expire_all()
