"""Requests for more time as their page shows them: what for, until when now and until when then."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlmodel import col

from vekha.domain.access import Action
from vekha.services.access.scope import within
from vekha.services.dates.extensions import ASKED
from vekha.services.process.programmes import roadmaps
from vekha.services.work import Work
from vekha.storage.tables import Activity, Extension, Institution, Programme, Stage


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `due` is the date that holds now."""

    row: Extension
    institution: str
    region: str
    stage_title: str
    title: str  # of the activity; empty when it is about the whole stage
    due: dt.date
    may_answer: bool


def requests(work: Work, *, waiting: bool, limit: int = 200) -> Sequence[Request]:
    """Those that wait for an answer, oldest first, or those answered, newest first; in a constant number of queries."""
    order = col(Extension.id) if waiting else col(Extension.decided_at).desc()
    state = col(Extension.state) == ASKED if waiting else col(Extension.state) != ASKED
    at_stage = and_(col(Stage.programme) == col(Extension.programme), col(Stage.code) == col(Extension.stage))
    at_activity = and_(
        col(Activity.programme) == col(Extension.programme),
        col(Activity.stage) == col(Extension.stage),
        col(Activity.code) == col(Extension.activity),
    )
    rows = (
        select(Extension, Institution, Programme, col(Stage.due), col(Activity.due), col(Activity.title))
        .join(Programme, col(Programme.key) == col(Extension.programme))
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .join(Stage, at_stage)
        .outerjoin(Activity, at_activity)
        .where(within(work.actor), state)
        .order_by(order)
        .limit(limit)
    )
    roadmap_of = roadmaps(work.session)
    found: list[Request] = []
    for row, home, programme, stage_due, due, own_title in work.session.execute(rows):
        roadmap = roadmap_of(programme.roadmap, programme.roadmap_version)
        title = own_title or (roadmap.activity(row.stage, row.activity).title if row.activity else "")
        place = {"region": home.region, "municipality": home.municipality, "institution": home.code}
        may = work.actor.may(Action.SCHEDULE, **place)
        stage = roadmap.stage(row.stage).title
        found.append(Request(row, home.short_title, home.region, stage, title, due or stage_due, may))
    return found
