"""The state machine of a programme: what may change, what must be true first, and every problem at once.

Stage: planned → open → closing → closed; skipped (with a reason); closed or skipped → open (reopened, with a reason).
Activity: planned → open → done, or waived (with a reason); done or waived → open (with a reason).
Overdue is never stored: it follows from the due date and the day. `decide` looks at a snapshot and answers with the
changes, or raises with everything in the way.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.gate import gate, missing
from vekha.domain.programme import OVER, SETTLED, ActivityNow, ActivityState, ProgrammeNow, StageNow, StageState
from vekha.texts import text

# --- commands and the change they make --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenStage:
    """`reason` is needed only before the window has begun or before the stages it waits for are closed."""

    stage: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CloseStage:
    """«Завершить этап»: asked for by the curator; a flow then makes the pack and finishes."""

    stage: str


@dataclass(frozen=True, slots=True)
class WithdrawClosing:
    stage: str


@dataclass(frozen=True, slots=True)
class FinishClosing:
    """The pack is filed: the stage is closed."""

    stage: str


@dataclass(frozen=True, slots=True)
class ReopenStage:
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class SkipStage:
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class CompleteActivity:
    stage: str
    activity: str


@dataclass(frozen=True, slots=True)
class WaiveActivity:
    stage: str
    activity: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReopenActivity:
    stage: str
    activity: str
    reason: str


Command = (
    OpenStage
    | CloseStage
    | WithdrawClosing
    | FinishClosing
    | ReopenStage
    | SkipStage
    | CompleteActivity
    | WaiveActivity
    | ReopenActivity
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of state; without an activity it is the stage's."""

    stage: str
    activity: str | None
    old: str
    new: str
    why: str = ""


def decide(command: Command, programme: ProgrammeNow) -> tuple[Change, ...]:
    """The changes that `command` makes. Raises VekhaError with every problem that stands in the way."""
    if unknown := tuple(_unknown(command, programme)):
        raise VekhaError(unknown)
    changes, problems = _DECISIONS[type(command)](command, programme)
    if problems:
        raise VekhaError(problems)
    return changes


def due_openings(programme: ProgrammeNow) -> tuple[Change, ...]:
    """What opens by itself today: stages whose window has begun and whose predecessors are over, activities in them."""
    changes: list[Change] = []
    for stage in programme.stages.values():
        if stage.state is StageState.PLANNED and not tuple(_too_early(stage, programme)):
            changes += _opening(stage, programme, "")
        elif stage.state is StageState.OPEN:
            changes += _activities_opening(stage.code, programme)
    return tuple(changes)


def finished(programme: ProgrammeNow) -> bool:
    """Every stage is over and no required activity that carried on is left."""
    return all(stage.state in OVER for stage in programme.stages.values()) and not any(
        each.gate.required and each.state not in SETTLED for each in programme.activities.values()
    )


# --- decisions, one for each command ----------------------------------------------------------------------------------

_Decision = tuple[tuple[Change, ...], tuple[Problem, ...]]


def _open_stage(command: OpenStage, programme: ProgrammeNow) -> _Decision:
    stage = programme.stages[command.stage]
    if stage.state is not StageState.PLANNED:
        return (), (_wrong_state(stage, "open", programme),)
    early = tuple(_too_early(stage, programme))
    if early and not command.reason.strip():
        return (), (*early, problem("stage.reason_needed", _title(stage.code, programme)))
    return tuple(_opening(stage, programme, command.reason)), ()


def _close_stage(command: CloseStage, programme: ProgrammeNow) -> _Decision:
    stage = programme.stages[command.stage]
    if stage.state is not StageState.OPEN:
        return (), (_wrong_state(stage, "close", programme),)
    return (Change(stage.code, None, stage.state, StageState.CLOSING),), gate(stage.code, programme)


def _withdraw_closing(command: WithdrawClosing, programme: ProgrammeNow) -> _Decision:
    stage = programme.stages[command.stage]
    if stage.state is not StageState.CLOSING:
        return (), (_wrong_state(stage, "withdraw", programme),)
    return (Change(stage.code, None, stage.state, StageState.OPEN),), ()


def _finish_closing(command: FinishClosing, programme: ProgrammeNow) -> _Decision:
    stage = programme.stages[command.stage]
    if stage.state is not StageState.CLOSING:
        return (), (_wrong_state(stage, "finish", programme),)
    why = text("process.waived_with_stage")
    dropped = tuple(
        Change(each.stage, each.code, each.state, ActivityState.WAIVED, why)
        for each in programme.of_stage(stage.code)
        if each.state not in SETTLED and not each.gate.carries_on
    )
    carried = tuple(
        Change(each.stage, each.code, each.state, ActivityState.OPEN)
        for each in programme.of_stage(stage.code)
        if each.state is ActivityState.PLANNED and each.gate.carries_on
    )
    return (*dropped, *carried, Change(stage.code, None, stage.state, StageState.CLOSED)), ()


def _reopen_stage(command: ReopenStage, programme: ProgrammeNow) -> _Decision:
    stage = programme.stages[command.stage]
    problems = list(_reason_needed(command.reason, _title(stage.code, programme)))
    if stage.state not in OVER:
        problems.append(_wrong_state(stage, "reopen", programme))
    return (Change(stage.code, None, stage.state, StageState.OPEN, command.reason),), tuple(problems)


def _skip_stage(command: SkipStage, programme: ProgrammeNow) -> _Decision:
    stage = programme.stages[command.stage]
    problems = list(_reason_needed(command.reason, _title(stage.code, programme)))
    if stage.state not in (StageState.PLANNED, StageState.OPEN):
        problems.append(_wrong_state(stage, "skip", programme))
    waived = tuple(
        Change(each.stage, each.code, each.state, ActivityState.WAIVED, command.reason)
        for each in programme.of_stage(stage.code)
        if each.state not in SETTLED
    )
    return (*waived, Change(stage.code, None, stage.state, StageState.SKIPPED, command.reason)), tuple(problems)


def _complete_activity(command: CompleteActivity, programme: ProgrammeNow) -> _Decision:
    activity = programme.activities[command.stage, command.activity]
    problems = tuple(_may_work_on(activity, programme)) or missing(activity, programme)
    changes = [Change(activity.stage, activity.code, ActivityState.OPEN, ActivityState.DONE)]
    if activity.state is ActivityState.PLANNED:  # done before its window has begun
        changes.insert(0, Change(activity.stage, activity.code, ActivityState.PLANNED, ActivityState.OPEN))
    return tuple(changes), problems


def _waive_activity(command: WaiveActivity, programme: ProgrammeNow) -> _Decision:
    activity = programme.activities[command.stage, command.activity]
    problems = (*_reason_needed(command.reason, activity.title), *_may_work_on(activity, programme))
    return (Change(activity.stage, activity.code, activity.state, ActivityState.WAIVED, command.reason),), problems


def _reopen_activity(command: ReopenActivity, programme: ProgrammeNow) -> _Decision:
    activity = programme.activities[command.stage, command.activity]
    problems = list(_reason_needed(command.reason, activity.title))
    if activity.state not in SETTLED:
        problems.append(problem("activity.not_settled", activity.title))
    problems += _stage_at_work(activity, programme)
    return (Change(activity.stage, activity.code, activity.state, ActivityState.OPEN, command.reason),), tuple(problems)


_DECISIONS: Mapping[type, Callable[[Any, ProgrammeNow], _Decision]] = {
    OpenStage: _open_stage,
    CloseStage: _close_stage,
    WithdrawClosing: _withdraw_closing,
    FinishClosing: _finish_closing,
    ReopenStage: _reopen_stage,
    SkipStage: _skip_stage,
    CompleteActivity: _complete_activity,
    WaiveActivity: _waive_activity,
    ReopenActivity: _reopen_activity,
}


# --- parts of the decisions -------------------------------------------------------------------------------------------


def _unknown(command: Command, programme: ProgrammeNow) -> Iterator[Problem]:
    if command.stage not in programme.stages:
        yield problem("stage.unknown", stage=command.stage, known=", ".join(programme.stages))
        return
    code = getattr(command, "activity", None)
    if code is not None and (command.stage, code) not in programme.activities:
        known = ", ".join(each.code for each in programme.of_stage(command.stage))
        yield problem("activity.unknown", activity=code, known=known)


def _reason_needed(reason: str, where: str) -> Iterator[Problem]:
    if not reason.strip():
        yield problem("stage.reason_needed", where)


def _title(stage: str, programme: ProgrammeNow) -> str:
    return programme.roadmap.stage(stage).title


def _wrong_state(stage: StageNow, action: str, programme: ProgrammeNow) -> Problem:
    return problem(
        f"stage.cannot_{action}", _title(stage.code, programme), state=text(f"process.stage_state.{stage.state.value}")
    )


def _too_early(stage: StageNow, programme: ProgrammeNow) -> Iterator[Problem]:
    where = _title(stage.code, programme)
    if programme.today < stage.opens:
        yield problem("stage.window_not_begun", where, opens=f"{stage.opens:%d.%m.%Y}")
    for code in programme.roadmap.stage(stage.code).after:
        if programme.stages[code].state not in OVER:
            yield problem("stage.waits", where, stage=_title(code, programme))


def _opening(stage: StageNow, programme: ProgrammeNow, reason: str) -> Iterator[Change]:
    yield Change(stage.code, None, stage.state, StageState.OPEN, reason)
    yield from _activities_opening(stage.code, programme)


def _activities_opening(stage: str, programme: ProgrammeNow) -> Iterator[Change]:
    for each in programme.of_stage(stage):
        if each.state is ActivityState.PLANNED and each.opens <= programme.today:
            yield Change(each.stage, each.code, each.state, ActivityState.OPEN)


def _may_work_on(activity: ActivityNow, programme: ProgrammeNow) -> Iterator[Problem]:
    if activity.state in SETTLED:
        yield problem(
            "activity.already_settled", activity.title, state=text(f"process.activity_state.{activity.state.value}")
        )
    yield from _stage_at_work(activity, programme)


def _stage_at_work(activity: ActivityNow, programme: ProgrammeNow) -> Iterator[Problem]:
    """The activity's stage is open, or the activity carries on after it."""
    stage = programme.stages[activity.stage].state
    carried = activity.gate.carries_on and stage in (StageState.CLOSED, StageState.CLOSING)
    if stage is not StageState.OPEN and not carried:
        yield problem("activity.stage_not_open", activity.title, stage=_title(activity.stage, programme))
