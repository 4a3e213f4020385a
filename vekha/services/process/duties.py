"""Which activities are whose: rows of many programmes at once, what their roadmaps say of them, who answers."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlmodel import col

from vekha.domain.programme import ActivityState, StageState
from vekha.domain.reminders import Policy
from vekha.domain.roadmap import Gate
from vekha.services.delivery.addressees import CURATOR
from vekha.services.process.programmes import stored_roadmap
from vekha.services.work import Work
from vekha.storage.tables import Activity, Duty, Institution, Programme, Stage

Rows = Select[*tuple[Any, ...]]
Holders = Mapping[tuple[str, str], Sequence[int]]  # (institution, role) → people


@dataclass(frozen=True, slots=True)
class Spec:
    """What the roadmap says of an activity."""

    title: str
    required: bool
    roles: tuple[str, ...]


@cache  # a statement costs more to make than to run, and every desk begins with this one
def activities_at_work(*states: ActivityState, by_due: bool = False) -> Rows:
    """Activities of running programmes that are in one of these states and that somebody may work on.

    Planned ones count in a stage that is still to open; others in a stage that is open or has left them over. With
    `by_due` the database reads what is due by a day in a whole region; else it goes from an institution to its
    programme and activities.
    """
    state, stage = col(Activity.state), col(Stage.state)
    if not by_due:
        state, stage = unindexed(state), unindexed(stage)
    at_work = stage.in_([StageState.OPEN.value, StageState.CLOSED.value])
    to_come = and_(state == ActivityState.PLANNED.value, stage.in_([StageState.PLANNED.value, StageState.OPEN.value]))
    return (
        select(
            col(Activity.programme),
            col(Activity.stage),
            col(Activity.code),
            col(Activity.due),
            col(Activity.dues),
            col(Activity.own),
            col(Activity.title),
            col(Activity.gate),
            col(Activity.responsible),
            col(Programme.campaign),
            col(Programme.roadmap),
            col(Programme.roadmap_version),
            col(Institution.code).label("institution"),
            col(Institution.short_title),
            col(Institution.region),
            col(Institution.timezone),
        )
        .join(Programme, col(Programme.key) == col(Activity.programme))
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .join(Stage, and_(col(Stage.programme) == col(Activity.programme), col(Stage.code) == col(Activity.stage)))
        .where(
            col(Programme.state) == "running",
            or_(at_work, to_come) if ActivityState.PLANNED in states else at_work,
            state.in_([each.value for each in states]),
        )
    )


def unindexed(column: Any) -> ColumnElement[str]:
    """A column's value that no index serves: for questions that begin at an institution.

    The states have indices, for the round of a whole region. By one of them SQLite would read every open stage, or
    every due activity, of the region to answer one curator.
    """
    return func.coalesce(column, "")


def read(work: Work, rows: Rows) -> Iterator[tuple[Row[Any], Spec, Policy, dt.date]]:
    """Each row with what its roadmap says of it, the policy of reminders that applies, and the day it is there."""
    of_roadmap = _specs(work)
    days: dict[str, dt.date] = {}
    policies: dict[tuple[str, str | None], Policy] = {}
    for row in work.session.execute(rows):
        today = days.get(row.timezone) or days.setdefault(row.timezone, work.local_day(row.timezone))
        place = (row.region, row.campaign)
        policy = policies.get(place) or policies.setdefault(place, work.tools.policies.of(*place))
        yield row, _own_spec(row) if row.own else of_roadmap(row), policy, today


def dues_of(row: Row[Any]) -> list[dt.date]:
    """Every date by which the row is due, when there are several."""
    return [dt.date.fromisoformat(each) for each in (row.dues or "").split()]


def holders_in(work: Work, institutions: set[str]) -> Holders:
    """Who holds each role in these institutions."""
    found = defaultdict[tuple[str, str], list[int]](list)
    rows = select(col(Duty.institution), col(Duty.role), col(Duty.addressee))
    for institution, role, who in work.session.execute(rows.where(col(Duty.institution).in_(institutions))):
        found[institution, role].append(who)
    return found


def responsible(holders: Holders, institution: str, roles: Sequence[str]) -> set[int]:
    """The holders of the roles; the curator where nobody holds any of them."""
    people = {who for role in roles for who in holders.get((institution, role), ())}
    return people or set(holders.get((institution, CURATOR), ()))


def _specs(work: Work) -> Callable[[Row[Any]], Spec]:
    known: dict[tuple[str, int], dict[tuple[str, str], Spec]] = {}

    def spec(row: Row[Any]) -> Spec:
        version = (row.roadmap, row.roadmap_version)
        if version not in known:
            known[version] = {
                (stage.code, each.code): Spec(each.title, each.gate.required, each.roles or (CURATOR,))
                for stage in stored_roadmap(work.session, *version).stages
                for each in stage.activities
            }
        return known[version][row.stage, row.code]

    return spec


def _own_spec(row: Row[Any]) -> Spec:
    """An activity that a curator added."""
    required = Gate(row.gate or Gate.OPTIONAL).required
    return Spec(row.title or row.code, required, (row.responsible or CURATOR,))
