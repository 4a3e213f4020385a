"""A running programme meets a new version of its roadmap: what changes, and what stays of what has been done.

Stages and activities are the same by their code, or by a code named in `was`. Codes of activities are single in a
roadmap, so one that stands in another stage has moved. What is settled keeps its state and its date; what was removed
with something done in it stays as the programme's own activity; deadlines whose phrase is the same keep their dates,
shifts and extensions with them.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from vekha.domain.planning import Plan, PlannedActivity
from vekha.domain.programme import OVER, SETTLED, ActivityState, StageState
from vekha.domain.roadmap import Activity, Gate, Roadmap, Stage
from vekha.texts import text

Place = tuple[str, str]  # (stage, activity)
GRACE = timedelta(days=14)  # what is new and already past is due so many days after the change


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """A stage of a programme as its row keeps it."""

    code: str
    ordinal: int
    state: StageState
    opens: date
    due: date
    opened_on: date | None = None
    closed_on: date | None = None
    closing_by: str | None = None
    error: str | None = None
    pack: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRow:
    """An activity of a programme as its row keeps it."""

    stage: str
    code: str
    ordinal: int
    state: ActivityState
    opens: date
    due: date
    dues: str | None = None
    stated: str | None = None
    pinned: bool = False
    done_on: date | None = None
    reason: str | None = None
    own: bool = False
    title: str | None = None
    gate: str | None = None
    responsible: str | None = None

    @property
    def place(self) -> Place:
        return self.stage, self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A programme's stages and activities, in order."""

    stages: tuple[StageRow, ...]
    activities: tuple[ActivityRow, ...]


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    MOVED = "moved"
    TITLE = "title"
    DEADLINE = "deadline"
    GATE = "gate"
    DOCUMENTS = "documents"
    FORMS = "forms"
    RESPONSIBLE = "responsible"
    CHECKS = "checks"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two versions have apart; without an activity it is the stage's."""

    kind: Kind
    stage: str
    activity: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """The rows of the new version, what has changed its place (old → new), and what was kept as the programme's own."""

    rows: Rows
    moved: Mapping[Place, Place]
    kept: tuple[Place, ...]
    waived: tuple[Place, ...]
    redated: tuple[Place, ...]


# --- two versions -----------------------------------------------------------------------------------------------------


def counterparts(old: Roadmap, new: Roadmap) -> dict[Place, Place]:
    """Where each activity of the old version stands in the new one; those that are gone are left out."""
    homes = {activity.code: stage.code for stage, activity in old.rows()}
    found: dict[Place, Place] = {}
    for stage, activity in new.rows():
        code = _source(activity, homes)
        if code is not None:
            found[homes[code], code] = (stage.code, activity.code)
    return found


def stage_counterparts(old: Roadmap, new: Roadmap) -> dict[str, str]:
    """The same for stages."""
    known = {stage.code for stage in old.stages}
    return {code: stage.code for stage in new.stages if (code := _source(stage, known)) is not None}


def _source(each: Stage | Activity, known: Container[str]) -> str | None:
    """The old code of a new stage or activity: its own, else the first one in `was` that the old version has.

    One comes from one: where two old ones became one, the first goes on, and the other is removed.
    """
    return next((code for code in (each.code, *each.was) if code in known), None)


def differences(old: Roadmap, new: Roadmap) -> tuple[Difference, ...]:
    """Everything that two versions of a roadmap have apart, in the order of the new one, what is gone at the end."""
    stages, places = stage_counterparts(old, new), counterparts(old, new)
    before = {place: old_place for old_place, place in places.items()}
    stage_before = {code: old_code for old_code, code in stages.items()}
    found: list[Difference] = []
    for stage in new.stages:
        was = stage_before.get(stage.code)
        if was is None:
            found.append(Difference(Kind.ADDED, stage.code, "", new=stage.title))
        elif was != stage.code:
            found.append(Difference(Kind.RENAMED, stage.code, "", was, stage.code))
        for activity in stage.activities:
            old_place = before.get((stage.code, activity.code))
            if old_place is None:
                found.append(Difference(Kind.ADDED, stage.code, activity.code, new=activity.title))
            else:
                found += _changes(stage.code, activity, old_place, old, stages)
    found += [Difference(Kind.REMOVED, each.code, "", each.title) for each in old.stages if each.code not in stages]
    found += [
        Difference(Kind.REMOVED, stage.code, activity.code, activity.title)
        for stage, activity in old.rows()
        if (stage.code, activity.code) not in places
    ]
    return tuple(found)


def _changes(
    stage: str, new: Activity, old_place: Place, roadmap: Roadmap, stages: Mapping[str, str]
) -> Iterator[Difference]:
    old = roadmap.activity(*old_place)
    if stages.get(old_place[0]) != stage:
        yield Difference(Kind.MOVED, stage, new.code, old_place[0], stage)
    told = (
        (Kind.RENAMED, old.code, new.code),
        (Kind.TITLE, old.title, new.title),
        (Kind.DEADLINE, ", ".join(old.phrases), ", ".join(new.phrases)),
        (Kind.GATE, old.gate.value, new.gate.value),
        (Kind.DOCUMENTS, _told(each.code for each in old.documents), _told(each.code for each in new.documents)),
        (Kind.FORMS, _told(each.code for each in old.forms), _told(each.code for each in new.forms)),
        (Kind.RESPONSIBLE, ", ".join(old.roles), ", ".join(new.roles)),
        (Kind.CHECKS, _needs(old), _needs(new)),
    )
    for kind, before, after in told:
        if before != after:
            yield Difference(kind, stage, new.code, before, after)


def _told(codes: Iterator[str]) -> str:
    return ", ".join(codes)


def _needs(activity: Activity) -> str:
    return ", ".join([*activity.checks, *(f"{kind} × {number}" for kind, number in activity.meetings.items())])


# --- a programme ------------------------------------------------------------------------------------------------------


def migrate(rows: Rows, old: Roadmap, new: Roadmap, made: Plan, results: Set[Place], today: date) -> Migration:
    """The programme's rows under the new version, dated by `made`, the plan of the new one for this programme.

    `results` are the places where something has been handed in or issued: what stands there is never dropped.
    """
    return _Change(rows, old, new, made, results, today).migration()


class _Change:
    """One programme's change of version."""

    def __init__(self, rows: Rows, old: Roadmap, new: Roadmap, made: Plan, results: Set[Place], today: date) -> None:
        self.rows, self.old, self.new, self.results, self.today = rows, old, new, results, today
        self.places, self.stages = counterparts(old, new), stage_counterparts(old, new)
        self.planned = {(each.stage, each.code): each for stage in made.stages for each in stage.activities}
        self.windows = {stage.code: (stage.opens, stage.due) for stage in made.stages}
        self.reason = text("versions.removed", version=new.version)
        self.kept: list[Place] = []
        self.waived: list[Place] = []
        self.redated: list[Place] = []
        self.moved: dict[Place, Place] = {}

    def migration(self) -> Migration:
        stages = tuple(self._stage(number, stage.code) for number, stage in enumerate(self.new.stages))
        over = {stage.code for stage in stages if stage.state in OVER}
        from_roadmap = [self._activity(stage.code, each, over) for stage, each in self.new.rows()]
        taken = {each.place for each in from_roadmap}
        own = [made for each in self.rows.activities if (made := self._own(each, over, taken)) is not None]
        every = [replace(each, ordinal=number) for number, each in enumerate([*from_roadmap, *own])]
        return Migration(
            rows=Rows(stages=tuple(self._window(each, every) for each in stages), activities=tuple(every)),
            moved={old: new for old, new in self.moved.items() if old != new},
            kept=tuple(self.kept),
            waived=tuple(self.waived),
            redated=tuple(self.redated),
        )

    def _stage(self, number: int, code: str) -> StageRow:
        found = next((row for row in self.rows.stages if self.stages.get(row.code) == code), None)
        if found is not None:
            return replace(found, code=code, ordinal=number)
        opens, due = self.windows[code]
        return StageRow(code=code, ordinal=number, state=StageState.PLANNED, opens=opens, due=due)

    def _activity(self, stage: str, spec: Activity, over: Set[str]) -> ActivityRow:
        place = stage, spec.code
        found = next((row for row in self.rows.activities if not row.own and self.places.get(row.place) == place), None)
        if found is None:
            return self._settle(self._added(self.planned[place]), spec.gate, over)
        self.moved[found.place] = place
        row = replace(found, stage=stage, code=spec.code)
        if row.state not in SETTLED and self.old.activity(*found.place).phrases != spec.phrases and not found.pinned:
            row = self._redated(row, self.planned[place])
        return self._settle(row, spec.gate, over)

    def _added(self, planned: PlannedActivity) -> ActivityRow:
        """Nothing new is late on the day that it comes."""
        row = ActivityRow(
            stage=planned.stage, code=planned.code, ordinal=0, state=ActivityState.PLANNED, opens=planned.opens,
            due=planned.due, dues=_dates(planned.dues), stated=_dates(planned.stated, least=1),
        )  # fmt: skip
        return row if row.due >= self.today else replace(row, due=self.today + GRACE, dues=None, stated=None)

    def _redated(self, row: ActivityRow, planned: PlannedActivity) -> ActivityRow:
        dated = self._added(planned)
        if (dated.opens, dated.due) != (row.opens, row.due):
            self.redated.append(row.place)
        return replace(row, opens=dated.opens, due=dated.due, dues=dated.dues, stated=dated.stated)

    def _settle(self, row: ActivityRow, gate: Gate, over: Set[str]) -> ActivityRow:
        """In a stage that is over only what carries on is left to do: nobody could work on anything else there."""
        if row.state in SETTLED or row.stage not in over:
            return row
        if gate.carries_on:
            return replace(row, state=ActivityState.OPEN)
        self.waived.append(row.place)
        reason = text("versions.stage_over", version=self.new.version)
        return replace(row, state=ActivityState.WAIVED, reason=reason, done_on=self.today)

    def _own(self, row: ActivityRow, over: Set[str], taken: set[Place]) -> ActivityRow | None:
        """A curator's own activity goes on; a removed one stays as the programme's own where something was done."""
        if not row.own and (row.place in self.places or not self._worth_keeping(row)):
            return None
        stage = self._stage_for(row.stage)
        place = _free((stage, row.code), taken)
        taken.add(place)
        self.moved[row.place] = place
        made = replace(row, stage=stage, code=place[1])
        if not row.own:
            made = self._archived(made, self.old.activity(*row.place))
            self.kept.append(place)
        return self._settle(made, Gate(made.gate or Gate.OPTIONAL), over)

    def _worth_keeping(self, row: ActivityRow) -> bool:
        return row.state in SETTLED or row.place in self.results

    def _archived(self, row: ActivityRow, spec: Activity) -> ActivityRow:
        settled = row.state in SETTLED
        return replace(
            row,
            own=True,
            title=spec.title,
            gate=Gate.OPTIONAL.value,
            responsible=next(iter(spec.roles), None),
            state=row.state if settled else ActivityState.WAIVED,
            done_on=row.done_on if settled else self.today,
            reason=row.reason or self.reason,
        )

    def _stage_for(self, code: str) -> str:
        """Its stage, or where that is gone the nearest one above it that is still there, else the first."""
        codes = [stage.code for stage in self.old.stages]
        above = reversed(codes[: codes.index(code) + 1])
        return next((self.stages[each] for each in above if each in self.stages), self.new.stages[0].code)

    def _window(self, stage: StageRow, activities: list[ActivityRow]) -> StageRow:
        """A stage spans its activities, as a plan has it; where none of their dates changed, it keeps its own."""
        before = next((row for row in self.rows.stages if self.stages.get(row.code) == stage.code), None)
        span = _span(stage.code, activities, self.new)
        if stage.state in OVER or (before is not None and span == _span(before.code, self.rows.activities, self.old)):
            return stage
        return replace(stage, opens=span[0], due=span[1])


def _span(stage: str, activities: Iterable[ActivityRow], roadmap: Roadmap) -> tuple[date, date]:
    rows = [each for each in activities if each.stage == stage and not each.own]
    blocking = [each.due for each in rows if roadmap.activity(stage, each.code).gate.blocks_stage]
    return min(each.opens for each in rows), max(blocking or [each.due for each in rows])


def worked_on(after: Rows, now: Rows) -> tuple[str, ...]:
    """The stages and activities that somebody has changed since a migration wrote `after`.

    What the engine opens by itself is no work: it opens again.
    """
    wrote = {**{row.code: _asleep(row) for row in after.stages}, **{row.place: row for row in _quiet(after)}}
    found = {**{row.code: _asleep(row) for row in now.stages}, **{row.place: row for row in _quiet(now)}}
    changed = [key for key in {**wrote, **found} if wrote.get(key) != found.get(key)]
    return tuple(key if isinstance(key, str) else ".".join(key) for key in changed)


def _asleep(row: StageRow) -> StageRow:
    return replace(row, state=StageState.PLANNED, opened_on=None) if row.state is StageState.OPEN else row


def _quiet(rows: Rows) -> Iterator[ActivityRow]:
    for row in rows.activities:
        yield replace(row, state=ActivityState.PLANNED) if row.state is ActivityState.OPEN else row


def _dates(days: tuple[date, ...], least: int = 2) -> str | None:
    return " ".join(each.isoformat() for each in days) if len(days) >= least else None


def _free(place: Place, taken: Set[Place]) -> Place:
    """The place itself, or one with a number where the code is taken by something else."""
    stage, code = place
    numbers = (f"{code[:55]}_{number}" for number in range(2, 1000))
    return place if place not in taken else next((stage, each) for each in numbers if (stage, each) not in taken)
