"""What has been done to due dates, batch by batch, and how it is undone."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.aims import restore
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.shifting import Move, Place
from vekha.services.access.watching import demand_watching, may_watch
from vekha.services.dates import extensions, schedules
from vekha.services.dates.duedates import Aimed, Home, Scope, dates_of
from vekha.services.dates.shifts import Change, told
from vekha.services.process.programmes import demand_at
from vekha.services.work import Work
from vekha.storage.tables import DueBatch, DueChange, DueMove, Region

Row = dict[str, Any]

# What a batch carries besides dates, by its kind: written when it is in force, taken back when it is not.
_CARRIED: dict[str, Callable[..., None]] = {"schedule": schedules.carry, "extension": extensions.carry}


def history(work: Work, campaign: str | None = None, before: int | None = None, limit: int | None = None) -> list[Row]:
    """The batches of the regions the actor may watch, newest first; with a campaign only its own.

    A page of them: at most `limit`, older than the batch `before`.
    """
    watched = [code for code in work.session.exec(select(Region.code)) if may_watch(work, code)]
    rows = select(DueBatch).where(col(DueBatch.region).in_(watched)).order_by(col(DueBatch.id).desc()).limit(limit)
    if campaign is not None:
        rows = rows.where(DueBatch.campaign == campaign)
    if before is not None:
        rows = rows.where(col(DueBatch.id) < before)
    names = ("id", "kind", "region", "campaign", "at", "who", "why", "order_number", "programmes", "activities")
    names = (*names, "undoes", "in_force", "request")
    return [{name: getattr(row, name) for name in names} for row in work.session.exec(rows)]


def changes(work: Work, key: str) -> list[Row]:
    """Every change of a due date of one programme, oldest first; an empty activity is a stage's own."""
    demand_at(work, key, Action.VIEW)
    rows = (
        select(DueBatch, DueMove)
        .join(DueChange, col(DueChange.batch) == col(DueBatch.id))
        .join(DueMove, (col(DueMove.batch) == col(DueChange.batch)) & (col(DueMove.number) == col(DueChange.move)))
        .where(DueChange.programme == key)
        .order_by(col(DueBatch.id), col(DueMove.number))
    )
    return [
        {
            "batch": batch.id,
            "at": batch.at,
            "who": batch.who,
            "why": batch.why,
            "order_number": batch.order_number,
            "stage": move.stage,
            "activity": move.activity,
            "old": move.old,
            "new": move.new,
        }
        for batch, move in work.session.exec(rows)
    ]


def batch_of(work: Work, number: int) -> DueBatch:
    """Raises VekhaError shift.unknown_batch or access.denied."""
    lock = True if work.writes else None  # of two who undo it at once, the later one finds it undone
    row = work.session.get(DueBatch, number, populate_existing=True, with_for_update=lock)
    if row is None:
        raise VekhaError(problem("shift.unknown_batch", batch=number))
    demand_watching(work, row.region)
    return row


def undo(work: Work, number: int) -> Change:
    """Back to exactly the dates before a batch; undoing an undo does the batch again.

    Raises VekhaError shift.already_undone. What a later batch in force has moved on cannot go back: the change then
    has conflicts that say what and by whom.
    """
    batch = batch_of(work, number)
    if batch.campaign is not None and work.writes:
        schedules.locked(work, batch.campaign)  # a campaign before its programmes, as whoever sets a deadline does
    if not batch.in_force:
        by = _undone_by(work, number)
        raise VekhaError(problem("shift.already_undone", f"№ {number}", **(told(by) if by else {})))
    later, met = _later(work, batch), set[int]()
    return Change(
        kind="undo",
        scope=Scope(region=batch.region, campaign="", batch=number),
        aiming=lambda homes: _aimed(work, number, homes, [each.id or 0 for each in later], met),
        request={"batch": number, "kind": batch.kind},
        judged=False,
        undoes=number,
        hollow=True,
        campaign=batch.campaign,
        follow=_toggle,
        objections=lambda: _objections([each for each in later if each.id in met]),
    )


def _objections(later: Sequence[DueBatch]) -> list[Problem]:
    return [problem("shift.overlapped_by", f"№ {each.id}", **told(each)) for each in later]


def _undone_by(work: Work, number: int) -> DueBatch | None:
    rows = select(DueBatch).where(DueBatch.undoes == number).order_by(col(DueBatch.id).desc())
    return work.session.exec(rows).first()


def _later(work: Work, batch: DueBatch) -> list[DueBatch]:
    """Batches in force that came after: not those of its own chain of undos, nor an undo of what came after too."""
    rows = select(DueBatch).where(DueBatch.region == batch.region).order_by(col(DueBatch.id))
    every = {row.id or 0: row for row in work.session.exec(rows)}
    own = _root(batch, every).id
    found: list[DueBatch] = []
    for number, row in every.items():
        root = _root(row, every)
        net_zero = root is not row and (root.id or 0) > (batch.id or 0)
        if number > (batch.id or 0) and row.in_force and root.id != own and not net_zero:
            found.append(row)
    return found


def _root(batch: DueBatch, every: dict[int, DueBatch]) -> DueBatch:
    while batch.undoes is not None:
        batch = every[batch.undoes]
    return batch


def _aimed(
    work: Work, number: int, homes: Sequence[Home], later: Sequence[int], met: set[int]
) -> Callable[[Home], Aimed]:
    """For each programme of the chunk its own moves back; `met` gathers the later batches in the way."""
    keys = [each.key for each in homes]
    c = DueChange
    rows = columns(col(c.batch), col(c.programme), col(c.stage), col(c.activity), col(c.move))
    rows = rows.where(col(c.programme).in_(keys), col(c.activity) != "")
    moved: dict[str, list[tuple[Place, int]]] = {key: [] for key in keys}
    for _, key, stage, activity, move in work.session.execute(rows.where(col(c.batch) == number)):
        moved[key].append(((stage, activity), move))
    since: dict[str, dict[Place, int]] = {key: {} for key in keys}
    if later:
        for batch, key, stage, activity, _ in work.session.execute(rows.where(col(c.batch).in_(later))):
            since[key][stage, activity] = batch
    moves = _moves(work, number)
    made: dict[Any, Aimed] = {}

    def aimed_for(home: Home) -> Aimed:
        ours = dict(sorted(moved[home.key]))
        overlap = {place: batch for place, batch in since[home.key].items() if place in ours}
        met.update(overlap.values())
        key = (tuple(ours.items()), tuple(sorted(overlap)))
        if key not in made:
            made[key] = Aimed(restore({place: moves[move] for place, move in ours.items()}, frozenset(overlap)), key)
        return made[key]

    return aimed_for


def _moves(work: Work, number: int) -> dict[int, Move]:
    found: dict[int, Move] = {}
    for row in work.session.exec(select(DueMove).where(DueMove.batch == number)):
        old = dates_of(row.old_opens, row.old, row.old_dues, row.old_stated, row.old_pinned)
        new = dates_of(row.new_opens, row.new, row.new_dues, row.new_stated, row.new_pinned)
        found[row.number] = Move(row.stage, row.activity, old, new)
    return found


def _toggle(work: Work, undo_batch: DueBatch) -> None:
    """What is undone is out of force, what that had undone is in force again, and so on down to the first batch."""
    batch, on = batch_of(work, undo_batch.undoes or 0), False
    while True:
        batch.in_force = on
        work.session.add(batch)
        if batch.undoes is None:
            break
        batch, on = batch_of(work, batch.undoes), not on
    if carry := _CARRIED.get(batch.kind):
        carry(work, batch, on=on)
