"""One change of dates as its page shows it: what moved from when to when and in how many programmes."""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import col, func, select

from vekha.domain.access import Action
from vekha.domain.shifting import Place
from vekha.services.dates.batches import batch_of
from vekha.services.process.programmes import roadmaps
from vekha.services.work import Work
from vekha.storage.tables import Activity, DueBatch, DueChange, DueMove, Programme


@dataclass(frozen=True, slots=True)
class Moved:
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
        select(DueChange.move, func.count(), func.min(DueChange.programme))
        .where(DueChange.batch == number)
        .group_by(col(DueChange.move))
    )
    told = {move: (times, example) for move, times, example in work.session.exec(counts)}
    moves = select(DueMove).where(DueMove.batch == number, DueMove.activity != "").order_by(col(DueMove.number))
    rows = work.session.exec(moves).all()
    titles = _titles(work, {(row.stage, row.activity): told[row.number][1] for row in rows if row.number in told})
    made = tuple(
        Moved(*titles[row.stage, row.activity], row.old, row.new, told[row.number][0])
        for row in rows
        if row.number in told
    )
    undone = select(DueBatch).where(DueBatch.undoes == number).order_by(col(DueBatch.id).desc())
    return BatchSheet(
        batch=batch,
        rows=made,
        undone_by=None if batch.in_force else work.session.exec(undone).first(),
        may_undo=work.actor.may(Action.SCHEDULE, region=batch.region),
    )


def _titles(work: Work, examples: dict[Place, str]) -> dict[Place, tuple[str, str]]:
    """What stages and activities are called, by a programme that has each."""
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
    found: dict[Place, tuple[str, str]] = {}
    for (stage, code), key in examples.items():
        roadmap = roadmap_of(programmes[key].roadmap, programmes[key].roadmap_version)
        title = added.get((key, stage, code)) or roadmap.activity(stage, code).title
        found[stage, code] = roadmap.stage(stage).title, title
    return found
