"""The round: what falls due opens. Who hears of it is the business of `vekha.services.delivery.reminders`."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import and_, select
from sqlmodel import col

from vekha.domain.access import Action
from vekha.domain.programme import OVER, ActivityState, StageState
from vekha.domain.progress import due_openings
from vekha.services.process.programmes import apply_all, load_to_open, roadmaps
from vekha.services.work import EARLIEST_TZ, Work
from vekha.storage.tables import Activity, Institution, Programme, Stage

BATCH = 100  # programmes in one transaction


def programmes_to_sweep(work: Work) -> Sequence[str]:
    """Running programmes of the actor's where something opens today by their own calendars, in the order of keys.

    Those of a type whose plugin is not loaded wait for it, and nobody else waits with them.
    """
    found = {*_with_activities_to_open(work), *_with_stages_to_open(work)}
    return sorted(found)


def open_due(work: Work, keys: Sequence[str]) -> int:
    """Opens every stage and activity whose time has come; returns how many. Raises VekhaError for all or none."""
    running = [loaded for loaded in load_to_open(work, keys) if loaded.programme.state == "running"]
    decided = [(loaded, due_openings(loaded.now)) for loaded in running]
    apply_all(work, [(loaded, changes) for loaded, changes in decided if changes])
    return sum(len(changes) for _, changes in decided)


def _with_activities_to_open(work: Work) -> Iterator[str]:
    rows = select(col(Programme.key), *_PLACE, col(Activity.opens)).join(*_HOME)
    rows = rows.join(Activity, col(Activity.programme) == col(Programme.key))
    rows = rows.join(
        Stage, and_(col(Stage.programme) == col(Activity.programme), col(Stage.code) == col(Activity.stage))
    )
    rows = rows.where(
        col(Programme.state) == "running",
        col(Stage.state) == StageState.OPEN.value,
        col(Activity.state) == ActivityState.PLANNED.value,
        col(Activity.opens) <= _latest_day(work),
    )
    for key, *place, timezone, opens in work.session.execute(rows):
        if opens <= work.local_day(timezone) and _may(work, *place):
            yield key


def _with_stages_to_open(work: Work) -> Iterator[str]:
    """Where a stage's window has begun and the stages it waits for are over."""
    begun = and_(col(Stage.state) == StageState.PLANNED.value, col(Stage.opens) <= _latest_day(work))
    columns = (col(Stage.code), col(Stage.opens), col(Programme.roadmap), col(Programme.roadmap_version))
    rows = select(col(Programme.key), *_PLACE, *columns).join(*_HOME)
    rows = rows.join(Stage, col(Stage.programme) == col(Programme.key)).where(col(Programme.state) == "running", begun)
    over, roadmap_of = _stages_over(work), roadmaps(work.session)
    for key, *place, timezone, stage, opens, roadmap, version in work.session.execute(rows):
        if opens <= work.local_day(timezone) and _may(work, *place):
            after = roadmap_of(roadmap, version).stage(stage).after
            if over[key].issuperset(after):
                yield key


def _stages_over(work: Work) -> dict[str, set[str]]:
    found = defaultdict[str, set[str]](set)
    rows = select(col(Stage.programme), col(Stage.code)).join(Programme, col(Programme.key) == col(Stage.programme))
    over = [each.value for each in OVER]
    for key, code in work.session.execute(rows.where(col(Programme.state) == "running", col(Stage.state).in_(over))):
        found[key].add(code)
    return found


_PLACE = (
    col(Institution.type),
    col(Institution.region),
    col(Institution.municipality),
    col(Institution.code),
    col(Institution.timezone),
)
_HOME = (Institution, col(Institution.code) == col(Programme.institution))


def _may(work: Work, kind: str, region: str, municipality: str, institution: str) -> bool:
    return kind in work.tools.registry.types and work.actor.may(
        Action.WORK, region=region, municipality=municipality, institution=institution
    )


def _latest_day(work: Work) -> dt.date:
    """The latest day anywhere on Earth; each programme is then judged by its own."""
    return (work.now + EARLIEST_TZ).date()
