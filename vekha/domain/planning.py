"""From phrases to dates: what a roadmap means for one cycle, one working calendar and the operator's overrides.

Effective due date = rule → override (institution over municipality over type over campaign) → roll to a working day
(ГК РФ art. 193: forward unless the campaign says otherwise). Equal inputs give equal plans, so one plan serves every
institution that shares them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from vekha.domain.calendar import Roll, WorkingCalendar
from vekha.domain.deadlines import Cycle, Kind, Resolution, problem_of, resolve
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.roadmap import Activity, Roadmap, Stage

Key = tuple[str, str]  # (stage code, activity code)
Overrides = Mapping[Key, str]  # a phrase or a date, as people write it; an empty activity: every one of the stage


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedActivity:
    """`dues` are the dates by which something is due (several for «ежеквартально» or waves); the last one is `due`.

    `stated` are the same before days off moved them; empty when none was moved.
    """

    stage: str
    code: str
    opens: date
    due: date
    dues: tuple[date, ...]
    stated: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStage:
    """Opens with its first activity; due with the last one that its closing needs."""

    code: str
    opens: date
    due: date
    activities: tuple[PlannedActivity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    cycle: Cycle
    stages: tuple[PlannedStage, ...]
    warnings: tuple[Problem, ...] = ()


def merge_overrides(levels: Iterable[Overrides]) -> dict[Key, str]:
    """Levels from the widest to the nearest (campaign, type, municipality, institution): the nearest one wins."""
    merged: dict[Key, str] = {}
    for level in levels:
        merged.update(level)
    return merged


def spread(level: Overrides, roadmap: Roadmap) -> dict[Key, str]:
    """A level with the deadlines of whole stages given to their activities; an activity's own one wins.

    A deadline that was given to a stage or an activity under its code in an earlier version holds for what it is now.
    """
    level = {**_renamed(level, roadmap), **level}
    whole = {
        (stage.code, activity.code): level[stage.code, ""]
        for stage, activity in roadmap.rows()
        if (stage.code, "") in level
    }
    return {**whole, **{place: phrase for place, phrase in level.items() if place[1]}}


def _renamed(level: Overrides, roadmap: Roadmap) -> dict[Key, str]:
    rows = {(stage.code, activity.code) for stage, activity in roadmap.rows()}
    stages = {stage.code for stage in roadmap.stages}
    if all(place in rows or (not place[1] and place[0] in stages) for place in level):
        return {}
    stage_now = {was: stage.code for stage in roadmap.stages for was in stage.was if was not in stages}
    place_now = {was: (stage.code, activity.code) for stage, activity in roadmap.rows() for was in activity.was}
    found: dict[Key, str] = {}
    for (stage, activity), phrase in level.items():
        place = stage_now.get(stage, stage), activity
        if (stage, activity) not in rows and activity in place_now and place not in rows:
            place = place_now[activity]
        if place != (stage, activity):
            found[place] = phrase
    return found


def plan(
    roadmap: Roadmap,
    cycle: Cycle,
    calendar: WorkingCalendar,
    overrides: Overrides | None = None,
    roll: Roll = Roll.FORWARD,
) -> Plan:
    """Dates every stage and activity. Raises VekhaError with every phrase that cannot be dated at once."""
    problems: list[Problem] = []
    warnings: list[Problem] = []
    stages: list[PlannedStage] = []
    for stage in roadmap.stages:
        planned: list[PlannedActivity] = []
        for activity in stage.activities:
            override = (overrides or {}).get((stage.code, activity.code))
            phrases = (override,) if override is not None else activity.phrases
            where = f"{stage.code}.{activity.code}"
            resolutions = [resolve(phrase, cycle) for phrase in phrases]
            wrong = [problem_of(phrase, found, where) for phrase, found in zip(phrases, resolutions, strict=True)]
            if any(wrong):
                problems += [each for each in wrong if each is not None]
                continue
            planned.append(_dated(stage, activity, resolutions, cycle, calendar, roll))
            warnings += _provisional(planned[-1], calendar, where)
        if planned:
            stages.append(_stage(stage, planned))
    if problems:
        raise VekhaError(problems)
    return Plan(cycle=cycle, stages=tuple(stages), warnings=tuple(warnings))


def _dated(
    stage: Stage,
    activity: Activity,
    resolutions: list[Resolution],
    cycle: Cycle,
    calendar: WorkingCalendar,
    roll: Roll,
) -> PlannedActivity:
    """Several phrases are waves: the first opens, each is due, the last one ends. What has no date has the cycle."""
    opens = min((_opens(each, cycle) for each in resolutions), default=cycle.starts)
    raw = tuple(sorted({due for each in resolutions for due in _dues(each)})) or (cycle.ends,)
    dues = tuple(sorted({calendar.roll(due, roll) for due in raw}))
    return PlannedActivity(
        stage=stage.code,
        code=activity.code,
        opens=min(opens, dues[-1]),
        due=dues[-1],
        dues=dues,
        stated=raw if raw != dues else (),
    )


def _opens(resolution: Resolution, cycle: Cycle) -> date:
    return resolution.opens or cycle.starts


def _dues(resolution: Resolution) -> tuple[date, ...]:
    if resolution.kind is Kind.RECURRING:
        return resolution.dues
    return (resolution.due,) if resolution.due is not None else ()


def _provisional(activity: PlannedActivity, calendar: WorkingCalendar, where: str) -> Iterable[Problem]:
    """A due date that leans on a year whose transfers the government has not decreed yet may still move."""
    if calendar.day(activity.due).provisional:
        yield problem("calendar.provisional_year", where, date=f"{activity.due:%d.%m.%Y}", year=activity.due.year)


def _stage(stage: Stage, planned: list[PlannedActivity]) -> PlannedStage:
    blocking = [each.due for each in planned if stage.activity(each.code).gate.blocks_stage]
    return PlannedStage(
        code=stage.code,
        opens=min(each.opens for each in planned),
        due=max(blocking or [each.due for each in planned]),
        activities=tuple(planned),
    )
