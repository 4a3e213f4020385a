"""Running programmes step to the version of their roadmap that the plugin has now, and back.

Each programme changes in one transaction that keeps the rows as they were, so that an undo restores them exactly.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Table, delete, insert, update
from sqlmodel import SQLModel, col, select

from vekha.domain.access import Action
from vekha.domain.calendar import Roll
from vekha.domain.campaign import ProgrammeState, late_start
from vekha.domain.deadlines import Cycle
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.domain.planning import Plan, plan
from vekha.domain.programme import ActivityState, StageState
from vekha.domain.roadmap import Roadmap
from vekha.domain.versions import (
    ActivityRow,
    Difference,
    Migration,
    Place,
    Rows,
    StageRow,
    differences,
    migrate,
    worked_on,
)
from vekha.services.access.scope import within
from vekha.services.launch.campaigns import levels_of, plan_for
from vekha.services.launch.starting import changed, freeze_roadmap
from vekha.services.process.programmes import Loaded, load
from vekha.services.region.calendars import calendar_of
from vekha.services.work import Work
from vekha.storage.tables import (
    Activity,
    Campaign,
    Document,
    DueChange,
    Extension,
    FormDraft,
    Institution,
    PersonalLink,
    Programme,
    Said,
    Stage,
    Submission,
    VersionChange,
)

AT_WORK = (ProgrammeState.RUNNING.value, ProgrammeState.PAUSED.value)
RESULTS = (Submission, Document, Extension)  # what people have done at an activity
PLACED = (*RESULTS, FormDraft, PersonalLink, Said, DueChange)  # everything that moves with it
_ROWS: TypeAdapter[Rows] = TypeAdapter(Rows)
_STAGE = tuple(StageRow.__dataclass_fields__)
_ACTIVITY = tuple(ActivityRow.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a change of version does, or would do, to one programme."""

    programme: str
    roadmap: str
    old: int
    new: int
    differences: tuple[Difference, ...]
    kept: tuple[Place, ...]
    waived: tuple[Place, ...]
    redated: tuple[Place, ...]


def outdated(work: Work, campaign: str | None = None) -> list[str]:
    """The programmes at work that the actor schedules and whose roadmap has another version now, by key."""
    rows = select(Programme.key, Programme.roadmap, Programme.roadmap_version, Institution.type)
    rows = rows.join(Institution, col(Institution.code) == col(Programme.institution))
    rows = rows.where(within(work.actor, Action.SCHEDULE), col(Programme.state).in_(AT_WORK))
    if campaign is not None:
        rows = rows.where(Programme.campaign == campaign)
    versions = {each.code: each.version for kind in _kinds(work) for each in kind}
    found = work.session.exec(rows.order_by(col(Programme.key)))
    return [key for key, roadmap, version, _ in found if versions.get(roadmap, version) != version]


def changed_programmes(work: Work, campaign: str | None = None) -> list[str]:
    """The programmes the actor schedules whose last change of version can be undone, by key."""
    rows = select(Programme.key).join(Institution, col(Institution.code) == col(Programme.institution))
    rows = rows.join(VersionChange, col(VersionChange.programme) == col(Programme.key))
    rows = rows.where(within(work.actor, Action.SCHEDULE), col(VersionChange.undone_at).is_(None))
    if campaign is not None:
        rows = rows.where(Programme.campaign == campaign)
    return list(work.session.exec(rows.distinct().order_by(col(Programme.key))))


def _kinds(work: Work) -> Iterator[Sequence[Roadmap]]:
    registry = work.tools.registry
    return (registry.roadmaps(each) for each in registry.types.values())


def preview(work: Work, key: str) -> Step | None:
    """What `step` would do; None when the programme has the version already. Raises VekhaError as `step` does."""
    found = _decided(work, key)
    return found and _told(found[0], found[1], found[2])


def step(work: Work, key: str) -> Step | None:
    """Brings one programme to the version its plugin has now; None when it is there already.

    Raises VekhaError version.closing while a stage is closing, version.finished, version.older,
    programme.roadmap_changed, programme.cancelled.
    """
    found = _decided(work, key)
    if found is None:
        return None
    loaded, new, made = found
    freeze_roadmap(work, new)
    told = _told(loaded, new, made)
    before, programme = rows_of(loaded), loaded.programme
    change = VersionChange(
        programme=key,
        roadmap=new.code,
        old=programme.roadmap_version,
        new=new.version,
        who=work.actor.name,
        at=work.now,
        before={**_ROWS.dump_python(before, mode="json"), "cycle": _cycle(programme)},
        after=_ROWS.dump_python(made.rows, mode="json"),
        moved=[[*old, *new_] for old, new_ in made.moved.items()],
    )
    work.session.add(change)
    starts, ends = new.cycle.dates(programme.year)
    programme.roadmap_version, programme.cycle_starts, programme.cycle_ends = new.version, starts, ends
    _rewrite(work, loaded, made.rows, made.moved)
    work.audit("programme", programme=key, old=f"{new.code} {told.old}", new=f"{new.code} {told.new}")
    return told


def undo(work: Work, key: str) -> int:
    """Takes the last change of version back, to exactly the rows before it; returns the version it is at again.

    Raises VekhaError version.nothing_to_undo, version.closing, or version.worked_since with what was changed since.
    """
    loaded = load(work, key, Action.SCHEDULE)
    rows = select(VersionChange).where(VersionChange.programme == key, col(VersionChange.undone_at).is_(None))
    change = work.session.exec(rows.order_by(col(VersionChange.id).desc())).first()
    if change is None:
        raise VekhaError(problem("version.nothing_to_undo", key))
    before = _ROWS.validate_python({name: change.before[name] for name in ("stages", "activities")})
    back = {(new, activity): (stage, old) for stage, old, new, activity in change.moved}
    refuse([*_closing(loaded), *_worked_since(work, loaded, change, before, back)])
    change.undone_at, change.undone_by = work.now, work.actor.name
    programme, cycle = loaded.programme, change.before["cycle"]
    restored = TypeAdapter(Cycle).validate_python(cycle)
    programme.roadmap_version, programme.cycle_starts, programme.cycle_ends = change.old, restored.starts, restored.ends
    work.session.add(change)
    _rewrite(work, loaded, before, back)
    work.audit("programme", programme=key, old=f"{change.roadmap} {change.new}", new=f"{change.roadmap} {change.old}")
    return change.old


def rows_of(loaded: Loaded) -> Rows:
    """A programme's rows as values."""
    return Rows(
        stages=tuple(StageRow(**_values(row, _STAGE, StageState)) for row in loaded.stages.values()),
        activities=tuple(ActivityRow(**_values(row, _ACTIVITY, ActivityState)) for row in loaded.activities.values()),
    )


def _values(row: SQLModel, names: Iterable[str], state: type[StageState | ActivityState]) -> dict[str, Any]:
    """The columns by name; a state is read from the database as plain text."""
    values = {name: getattr(row, name) for name in names}
    return {**values, "state": state(values["state"])}


# --- deciding ---------------------------------------------------------------------------------------------------------


def _decided(work: Work, key: str) -> tuple[Loaded, Roadmap, Migration] | None:
    loaded = load(work, key, Action.SCHEDULE)
    programme = loaded.programme
    new = work.tools.registry.roadmap(loaded.institution.type, programme.roadmap)
    if new.version == programme.roadmap_version:
        return None
    refuse([*_obstacles(loaded, new), *_closing(loaded), *changed(work, new)])
    made = migrate(
        rows_of(loaded), loaded.roadmap, new, _plan(work, loaded, new), _results(work, key), loaded.now.today
    )
    return loaded, new, made


def _told(loaded: Loaded, new: Roadmap, made: Migration) -> Step:
    return Step(
        programme=loaded.key,
        roadmap=new.code,
        old=loaded.programme.roadmap_version,
        new=new.version,
        differences=differences(loaded.roadmap, new),
        kept=made.kept,
        waived=made.waived,
        redated=made.redated,
    )


def _obstacles(loaded: Loaded, new: Roadmap) -> Iterator[Problem]:
    if loaded.programme.state == ProgrammeState.FINISHED:
        yield problem("version.finished", loaded.key)
    if new.version < loaded.programme.roadmap_version:
        yield problem("version.older", loaded.key, have=loaded.programme.roadmap_version, found=new.version)


def _closing(loaded: Loaded) -> Iterator[Problem]:
    for row in loaded.stages.values():
        if row.state == StageState.CLOSING:
            yield problem("version.closing", loaded.key, stage=loaded.roadmap.stage(row.code).title)


def _plan(work: Work, loaded: Loaded, new: Roadmap) -> Plan:
    """The plan of the new version for this programme: its campaign's deadlines, its own calendar, its own start."""
    programme, home = loaded.programme, loaded.institution
    calendar = calendar_of(work, home.region, home.days)
    campaign = work.session.get(Campaign, programme.campaign) if programme.campaign else None
    if campaign is None:
        made, roll = plan(new, Cycle(*new.cycle.dates(programme.year)), calendar), Roll.FORWARD
    else:
        levels = levels_of(campaign.overrides, home.municipality, home.code)
        made, roll = plan_for(work, campaign, home.type, levels, new, calendar), Roll(campaign.roll)
    return late_start(new, made, programme.own_start, calendar, roll) if programme.own_start else made


def _results(work: Work, key: str) -> set[Place]:
    return {(stage, activity) for table in RESULTS for stage, activity in _places(work, table, key)}


def _places(work: Work, table: type[Any], key: str) -> Iterator[Place]:
    rows = select(table.stage, table.activity).where(table.programme == key).distinct()
    yield from work.session.exec(rows)


def _worked_since(
    work: Work, loaded: Loaded, change: VersionChange, before: Rows, back: Mapping[Place, Place]
) -> Iterator[Problem]:
    """Work that the former version has no place for, or that the rows before know nothing of."""
    after = _ROWS.validate_python(change.after)
    found = worked_on(after, rows_of(loaded))
    known = {row.place for row in before.activities} | {(row.code, "") for row in before.stages}
    lost = {".".join(each) for each in _results(work, loaded.key) if back.get(each, each) not in known}
    if what := ", ".join(dict.fromkeys([*found, *sorted(lost)])):
        yield problem("version.worked_since", loaded.key, what=what)


# --- writing ----------------------------------------------------------------------------------------------------------


def _cycle(programme: Programme) -> dict[str, str]:
    return {"starts": programme.cycle_starts.isoformat(), "ends": programme.cycle_ends.isoformat()}


def _rewrite(work: Work, loaded: Loaded, rows: Rows, moved: Mapping[Place, Place]) -> None:
    """Puts the rows in place of those there are, and moves what stands at them."""
    session, key = work.session, loaded.key
    session.add(loaded.programme)
    session.flush()
    for row in (*loaded.stages.values(), *loaded.activities.values()):
        session.expunge(row)
    for table, values in ((Stage, rows.stages), (Activity, rows.activities)):
        session.execute(delete(table).where(col(table.programme) == key))
        session.execute(insert(table), [{"programme": key, **asdict(each)} for each in values])
    for placed in PLACED:
        _move(work, placed.__table__, key, moved)  # type: ignore[attr-defined]
    work.programmes.pop(key, None)


def _move(work: Work, table: Table, key: str, moved: Mapping[Place, Place]) -> None:
    """In two steps, so that two that change places do not meet."""
    aside = {old: ("~", str(number)) for number, old in enumerate(moved)}
    for old, new in (*aside.items(), *((aside[old], new) for old, new in moved.items())):
        here = (table.c.programme == key, table.c.stage == old[0], table.c.activity == old[1])
        work.session.execute(update(table).where(*here).values(stage=new[0], activity=new[1]))
