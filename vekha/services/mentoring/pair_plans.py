"""The steps of a pair's plan: set by the plan's form, added, done, moved and dropped one by one; every change of a date
is kept."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem, refuse
from vekha.domain.pairs import PairTerm
from vekha.domain.plans import (
    StepNow,
    add_problems,
    done_problems,
    drop_problems,
    mark_problems,
    merged,
    move_problems,
    reopen_problems,
)
from vekha.domain.steps import SetPlan, Step
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import Pair, PlanMove, PlanStep
from vekha.texts import text


def set_plan(work: Work, loaded: Loaded, command: SetPlan) -> str:
    """What the answer to a plan's form says: known steps keep their history, new ones come, forgotten ones go."""
    key, pair, today = loaded.key, command.pair, loaded.now.today
    rows = {row.number: row for row in steps(work, key, pair)}
    found = merged([now_of(row) for row in rows.values()], command.steps)
    for number, step in found.kept:
        _update(work, rows[number], step, today)
    for number in found.dropped:
        rows[number].dropped_on, rows[number].reason = today, text("pair.step_not_in_plan")
        work.session.add(rows[number])
    last = max(rows, default=0)
    for number, step in enumerate(found.added, last + 1):
        work.session.add(_row(key, pair, number, step, today))
    work.session.flush()
    work.audit(f"plan:{pair}", programme=key, new="set", why=str(len(command.steps)))
    return pair


def add(work: Work, key: str, pair: str, step: Step) -> int:
    """A step by hand; returns its number. Raises VekhaError pair.step_empty, pair.step_outside_term …"""
    loaded, row = _pair(work, key, pair)
    refuse(add_problems(term_of(row), step.task, step.due))
    number = max((each.number for each in steps(work, key, pair)), default=0) + 1
    work.session.add(_row(key, pair, number, step, loaded.now.today))
    work.session.flush()
    work.audit(f"plan:{pair}", programme=key, new="added", why=step.task)
    return number


def done(work: Work, key: str, pair: str, number: int, on: dt.date, actual: str = "", mark: int | None = None) -> None:
    """The step is done. Raises VekhaError pair.step_settled, pair.step_ahead, pair.step_bad_mark."""
    found = _found(work, key, pair, number)
    row = found.row
    refuse([*done_problems(now_of(row), on, found.loaded.now.today), *mark_problems(mark)])
    row.done_on, row.actual, row.mark = on, actual.strip() or row.actual, mark or row.mark
    _save(work, row, "done")


def move(work: Work, key: str, pair: str, number: int, due: dt.date, why: str) -> None:
    """Another date for the step; the old one stays in its history."""
    found = _found(work, key, pair, number)
    refuse(move_problems(term_of(found.home), now_of(found.row), due, why))
    _moved(work, found.row, due, why.strip())
    _save(work, found.row, "moved", why)


def drop(work: Work, key: str, pair: str, number: int, why: str) -> None:
    """The step is not needed any more."""
    found = _found(work, key, pair, number)
    refuse(drop_problems(now_of(found.row), why))
    found.row.dropped_on, found.row.reason = found.loaded.now.today, why.strip()
    _save(work, found.row, "dropped", why)


def reopen(work: Work, key: str, pair: str, number: int) -> None:
    """Takes back that a step was done or dropped."""
    found = _found(work, key, pair, number)
    refuse(reopen_problems(now_of(found.row)))
    found.row.done_on = found.row.dropped_on = found.row.reason = None
    _save(work, found.row, "reopened")


def steps(work: Work, key: str, pair: str) -> Sequence[PlanStep]:
    rows = select(PlanStep).where(PlanStep.programme == key, PlanStep.pair == pair)
    return work.session.exec(rows.order_by(col(PlanStep.number))).all()


def moves(work: Work, key: str, pair: str) -> dict[int, list[PlanMove]]:
    """The changes of the date of each step, oldest first."""
    found: dict[int, list[PlanMove]] = {}
    rows = select(PlanMove).where(PlanMove.programme == key, PlanMove.pair == pair).order_by(col(PlanMove.id))
    for row in work.session.exec(rows):
        found.setdefault(row.number, []).append(row)
    return found


def term_of(row: Pair) -> PairTerm:
    return PairTerm(
        code=row.code,
        format=row.format,
        starts=row.starts,
        ends=row.ends,
        ended_on=row.ended_on,
        ending=row.ending,
        extended=row.extended_on is not None,
    )


def now_of(row: PlanStep) -> StepNow:
    return StepNow(
        number=row.number,
        task=row.task,
        due=row.due,
        done_on=row.done_on,
        dropped_on=row.dropped_on,
        handed=row.handed,
    )


# --- parts ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    loaded: Loaded
    home: Pair
    row: PlanStep


def _found(work: Work, key: str, pair: str, number: int) -> _Found:
    """Raises VekhaError pair.unknown_step, people.unknown_pair."""
    loaded, home = _pair(work, key, pair)
    row = work.session.get(PlanStep, (key, pair, number))
    if row is None:
        raise VekhaError(problem("pair.unknown_step", number=number, pair=pair))
    return _Found(loaded, home, row)


def _save(work: Work, row: PlanStep, new: str, why: str = "") -> None:
    work.session.add(row)
    work.session.flush()
    told = f"{row.task}: {why.strip()}" if why else row.task
    work.audit(f"plan:{row.pair}", programme=row.programme, new=new, why=told)


def _pair(work: Work, key: str, pair: str) -> tuple[Loaded, Pair]:
    loaded = load(work, key, Action.WORK)
    row = work.session.get(Pair, (key, pair))
    if row is None:
        raise VekhaError(problem("people.unknown_pair", pair=pair))
    return loaded, row


def _row(key: str, pair: str, number: int, step: Step, today: dt.date) -> PlanStep:
    return PlanStep(
        programme=key,
        pair=pair,
        number=number,
        task=" ".join(step.task.split()),
        due=step.due,
        expected=step.expected,
        actual=step.actual,
        mark=step.mark,
        done_on=min(step.due, today) if _told_done(step) else None,
    )


def _update(work: Work, row: PlanStep, step: Step, today: dt.date) -> None:
    if row.due != step.due and row.done_on is None:
        _moved(work, row, step.due, text("pair.plan_anew"))
    row.expected = step.expected or row.expected
    row.actual, row.mark = step.actual or row.actual, step.mark or row.mark
    if row.done_on is None and _told_done(step):
        row.done_on = today
    work.session.add(row)


def _moved(work: Work, row: PlanStep, due: dt.date, why: str) -> None:
    facts = {"programme": row.programme, "pair": row.pair, "number": row.number, "old": row.due, "new": due}
    work.session.add(PlanMove(**facts, why=why, who=work.actor.name, at=work.now))
    row.due = due


def _told_done(step: Step) -> bool:
    """A result that was achieved, or a mark, says that the step is done."""
    return bool(step.actual or step.mark)
