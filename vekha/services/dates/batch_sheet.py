"""One change of dates as its page shows it: what moved from when to when and in how many programmes."""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import col, func, select

from vekha.domain.access import Action
from vekha.services.dates.batches import batch_of
from vekha.services.process.programmes import roadmaps
from vekha.services.work import Work
from vekha.storage.tables import Activity, DueBatch, DueChange, DueMove, Institution, Programme


@dataclass(frozen=True, slots=True)
class Moved:
    kind: str  # the title of the type of institution
    stage_title: str
    title: str
    old: dt.date
    new: dt.date
    programmes: int


@dataclass(frozen=True, slots=True)
class BatchSheet:
    """`undone_by` is the batch that took this one back, while it does."""

    batch: DueBatch
    rows: tuple[Moved, ...]
    undone_by: DueBatch | None
    may_undo: bool


def sheet(work: Work, number: int) -> BatchSheet:
    """In a constant number of queries. Raises VekhaError shift.unknown_batch or access.denied."""
    batch = batch_of(work, number)
    counts = (
        select(Institution.type, DueChange.move, func.count(), func.min(DueChange.programme))
        .join(Programme, col(Programme.key) == col(DueChange.programme))
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .where(DueChange.batch == number, DueChange.activity != "")
        .group_by(col(Institution.type), col(DueChange.move))
        .order_by(col(Institution.type), col(DueChange.move))
    )
    told = work.session.exec(counts).all()
    moves = {row.number: row for row in work.session.exec(select(DueMove).where(DueMove.batch == number))}
    places = {(kind, moves[move].stage, moves[move].activity): example for kind, move, _, example in told}
    titles = _titles(work, places)
    made = tuple(
        Moved(*titles[kind, row.stage, row.activity], row.old, row.new, times)
        for kind, move, times, _ in told
        for row in (moves[move],)
    )
    undone = select(DueBatch).where(DueBatch.undoes == number).order_by(col(DueBatch.id).desc())
    return BatchSheet(
        batch=batch,
        rows=made,
        undone_by=None if batch.in_force else work.session.exec(undone).first(),
        may_undo=work.actor.may(Action.SCHEDULE, region=batch.region),
    )


def _titles(work: Work, examples: dict[tuple[str, str, str], str]) -> dict[tuple[str, str, str], tuple[str, str, str]]:
    """What types, stages and activities are called, by a programme that has each; types may share codes."""
    keys = set(examples.values())
    programmes = {row.key: row for row in work.session.exec(select(Programme).where(col(Programme.key).in_(keys)))}
    own = select(Activity.programme, Activity.stage, Activity.code, Activity.title)
    added = {
        (key, stage, code): title or code
        for key, stage, code, title in work.session.exec(
            own.where(col(Activity.programme).in_(keys), col(Activity.own).is_(True))
        )
    }
    roadmap_of = roadmaps(work.session)
    types = work.tools.registry.types
    found: dict[tuple[str, str, str], tuple[str, str, str]] = {}
    for (kind, stage, code), key in examples.items():
        roadmap = roadmap_of(programmes[key].roadmap, programmes[key].roadmap_version)
        title = added.get((key, stage, code)) or roadmap.activity(stage, code).title
        known = types[kind].title if kind in types else kind
        found[kind, stage, code] = known, roadmap.stage(stage).title, title
    return found
