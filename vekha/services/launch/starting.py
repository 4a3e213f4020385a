"""What a launch writes: programmes with their stages and activities, in bulk and only those that are not there yet."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from vekha.domain.errors import Problem, problem, refuse
from vekha.domain.planning import Key, Plan
from vekha.domain.programme import ActivityState, StageState
from vekha.domain.roadmap import Roadmap
from vekha.services.process.programmes import stored_roadmap
from vekha.services.process.queries import ROADMAP_DIGEST
from vekha.services.work import Work
from vekha.storage import bulk
from vekha.storage.tables import Activity, Audit, Programme, RoadmapVersion, Stage

_STAGE = ("programme", "code", "ordinal", "state", "opens", "due")
_ACTIVITY = ("programme", "stage", "code", "ordinal", "state", "opens", "due", "dues", "stated", "pinned", "own")


@dataclass(frozen=True, slots=True)
class Start:
    """One institution's programme to be; `pinned` are the places whose deadline is the institution's own, `own_start`
    is the day a late-comer begins.

    Institutions that share a plan share the object: its rows are made once.
    """

    institution: str
    type: str
    roadmap: Roadmap
    made: Plan
    pinned: Set[Key] = field(default_factory=frozenset[Key])
    own_start: date | None = None


def start(work: Work, starts: Sequence[Start], year: int, campaign: str | None) -> list[str]:
    """Writes the programmes that are not there yet and returns their keys: of two launches at once, one writes each."""
    for roadmap in {each.roadmap.digest: each.roadmap for each in starts}.values():
        freeze_roadmap(work, roadmap)
    default = work.tools.registry.roadmap
    wanted = {programme_key(each.institution, year, each.roadmap, default(each.type)): each for each in starts}
    new = work.insert_new(Programme, [_programme_row(work, key, each, year, campaign) for key, each in wanted.items()])
    alike = {(id(each.made), id(each.pinned)): each for each in starts}
    stages = {id(each.made): list(_stage_rows(each.made)) for each in alike.values()}
    rows = {key: list(_activity_rows(each.made, each.pinned)) for key, each in alike.items()}
    started = [(key, wanted[key]) for key in new]
    bulk.insert_alike(work.session, Stage, _STAGE, ((key, stages[id(each.made)]) for key, each in started))
    bulk.insert_alike(
        work.session, Activity, _ACTIVITY, ((key, rows[id(each.made), id(each.pinned)]) for key, each in started)
    )
    bulk.insert(
        work.session,
        Audit,
        ("at", "who", "programme", "subject", "new", "why"),
        ((work.now, work.actor.name, key, "programme", "running", campaign) for key in new),
    )
    return new


def programme_key(institution: str, year: int, roadmap: Roadmap, default: Roadmap) -> str:
    """«school-12-2026»; a variant's code is added when it is not the type's default roadmap."""
    suffix = "" if roadmap.code == default.code else f"-{roadmap.code}"
    return f"{institution}-{year}{suffix}"


def freeze_roadmap(work: Work, roadmap: Roadmap) -> None:
    """Stores the version once; raises VekhaError programme.roadmap_changed when its content differs now."""
    refuse(changed(work, roadmap))
    row = {"code": roadmap.code, "version": roadmap.version, "digest": roadmap.digest, "stored_at": work.now}
    work.insert_new(RoadmapVersion, [{**row, "content": roadmap.model_dump_json()}])


def changed(work: Work, roadmap: Roadmap) -> Iterator[Problem]:
    """A version that was frozen with another content.

    What an older Vekha has frozen is read by this one first: keys that roadmaps have learned since change no content.
    """
    version = {"code": roadmap.code, "version": roadmap.version}
    stored = work.session.execute(ROADMAP_DIGEST, version).scalar_one_or_none()
    if stored in (None, roadmap.digest):
        return
    if stored_roadmap(work.session, roadmap.code, roadmap.version).digest != roadmap.digest:
        yield problem("programme.roadmap_changed", roadmap.code, roadmap=roadmap.code, version=roadmap.version)


def dates_text(days: Sequence[date]) -> str:
    """Several dates as the tables keep them: ISO, with a space between."""
    return " ".join(each.isoformat() for each in days)


def _programme_row(work: Work, key: str, start: Start, year: int, campaign: str | None) -> Mapping[str, Any]:
    return {
        "key": key,
        "institution": start.institution,
        "campaign": campaign,
        "roadmap": start.roadmap.code,
        "roadmap_version": start.roadmap.version,
        "year": year,
        "cycle_starts": start.made.cycle.starts,
        "cycle_ends": start.made.cycle.ends,
        "own_start": start.own_start,
        "state": "running",
        "started_at": work.now,
    }


def _stage_rows(made: Plan) -> Iterator[tuple[Any, ...]]:
    for ordinal, stage in enumerate(made.stages):
        yield stage.code, ordinal, StageState.PLANNED.value, stage.opens, stage.due


def _activity_rows(made: Plan, pinned: Set[Key]) -> Iterator[tuple[Any, ...]]:
    every = (each for stage in made.stages for each in stage.activities)
    for ordinal, each in enumerate(every):
        several = dates_text(each.dues) if len(each.dues) > 1 else None
        stated = dates_text(each.stated) if each.stated else None
        dates = (each.opens, each.due, several, stated, (each.stage, each.code) in pinned, False)
        yield each.stage, each.code, ordinal, ActivityState.PLANNED.value, *dates
