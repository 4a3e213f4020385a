"""Stages: what the curator asks for, and what the flows carry out."""

from dataclasses import dataclass

from vekha.domain.access import Action
from vekha.domain.campaign import ProgrammeState
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.gate import gate
from vekha.domain.programme import StageState
from vekha.domain.progress import (
    CloseStage,
    Command,
    FinishClosing,
    OpenStage,
    ReopenStage,
    SkipStage,
    WithdrawClosing,
    decide,
    due_openings,
)
from vekha.services.process.programmes import Loaded, apply, load
from vekha.services.work import Work
from vekha.storage.tables import Stage


@dataclass(frozen=True, slots=True)
class StageSummary:
    """Where one stage stands. `problems` is what keeps an open one from closing."""

    code: str
    title: str
    state: str
    opens: str
    due: str
    opened_on: str | None
    closed_on: str | None
    days_late: int
    problems: tuple[Problem, ...]
    error: str | None


def _carry_out(work: Work, key: str, command: Command) -> None:
    loaded = load(work, key)
    apply(work, loaded, decide(command, loaded.now))


def _row(loaded: Loaded, stage: str) -> Stage:
    """Raises VekhaError stage.unknown."""
    if stage not in loaded.stages:
        raise VekhaError(problem("stage.unknown", stage=stage, known=", ".join(loaded.stages)))
    return loaded.stages[stage]


def open_early(work: Work, key: str, stage: str, reason: str) -> None:
    """Opens a stage before its time: with a reason, and by somebody who may approve (operator, director)."""
    work.demand(Action.APPROVE, load(work, key).institution)
    _carry_out(work, key, OpenStage(stage, reason))


def complete(work: Work, key: str, stage: str) -> None:
    """«Завершить этап»: one transaction that answers at once; the flow makes the pack and closes."""
    _carry_out(work, key, CloseStage(stage))


def withdraw(work: Work, key: str, stage: str) -> None:
    """Takes the request back while the flow has not closed the stage."""
    _carry_out(work, key, WithdrawClosing(stage))


def reopen(work: Work, key: str, stage: str, reason: str) -> None:
    _carry_out(work, key, ReopenStage(stage, reason))


def skip(work: Work, key: str, stage: str, reason: str) -> None:
    """Leaves a stage out: with a reason, and by somebody who may approve (operator, director)."""
    work.demand(Action.APPROVE, load(work, key).institution)
    _carry_out(work, key, SkipStage(stage, reason))


def finish_closing(work: Work, key: str, stage: str, pack: str) -> bool:
    """Closes a stage whose pack is filed and opens what is due next. False when there was nothing left to do."""
    loaded = load(work, key)
    row = _row(loaded, stage)
    if row.state != StageState.CLOSING:
        return False
    row.pack = pack
    apply(work, loaded, decide(FinishClosing(stage), loaded.now))
    open_due(work, key)
    return True


def open_due(work: Work, key: str) -> int:
    """Opens every stage and activity whose time has come; returns how many. In a paused programme nothing opens."""
    loaded = load(work, key)
    changes = due_openings(loaded.now) if loaded.programme.state != ProgrammeState.PAUSED else ()
    apply(work, loaded, changes)
    return len(changes)


def report_failure(work: Work, key: str, stage: str, error: str) -> None:
    """Leaves the stage in «завершается» with the error in sight; the flow is tried again."""
    loaded = load(work, key)
    row = _row(loaded, stage)
    if row.state == StageState.CLOSING:
        row.error = error
        work.session.add(row)


def is_closing(work: Work, key: str, stage: str) -> bool:
    loaded = load(work, key, Action.VIEW)
    return _row(loaded, stage).state == StageState.CLOSING and loaded.programme.state != ProgrammeState.CANCELLED


def status(work: Work, key: str) -> tuple[StageSummary, ...]:
    """Every stage in order, with what is missing in the open ones."""
    loaded = load(work, key, Action.VIEW)
    return tuple(_summary(loaded, code) for code in loaded.stages)


def _summary(loaded: Loaded, code: str) -> StageSummary:
    row, now = loaded.stages[code], loaded.now
    state = StageState(row.state)
    running = state in (StageState.PLANNED, StageState.OPEN, StageState.CLOSING)
    end = now.today if running else row.closed_on or now.today
    return StageSummary(
        code=code,
        title=loaded.roadmap.stage(code).title,
        state=state.value,
        opens=row.opens.isoformat(),
        due=row.due.isoformat(),
        opened_on=row.opened_on.isoformat() if row.opened_on else None,
        closed_on=row.closed_on.isoformat() if row.closed_on else None,
        days_late=0 if state is StageState.SKIPPED else max(0, (end - row.due).days),
        problems=gate(code, now) if state is StageState.OPEN else (),
        error=row.error,
    )
