"""The state machine: each transition with its exact changes, each refusal with all of its problems, and what never
happens whatever is commanded."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.domain import small
from tests.domain.small import DATES, ROADMAP, applied, programme, with_states
from vekha.domain.errors import Problem, VekhaError
from vekha.domain.gate import gate
from vekha.domain.people import Role
from vekha.domain.programme import OVER, SETTLED, ActivityState, DocumentState, ProgrammeNow, StageState
from vekha.domain.progress import (
    Change,
    CloseStage,
    Command,
    CompleteActivity,
    FinishClosing,
    OpenStage,
    ReopenActivity,
    ReopenStage,
    SkipStage,
    WaiveActivity,
    WithdrawClosing,
    decide,
    due_openings,
    finished,
)

READY = {
    ("prepare", "papers", "order"): {"": DocumentState.APPROVED},
    ("prepare", "papers", "scan"): {"": DocumentState.SIGNED},
}


def refused(command: Command, now: ProgrammeNow) -> list[Problem]:
    with pytest.raises(VekhaError) as caught:
        decide(command, now)
    return list(caught.value.problems)


def codes(command: Command, now: ProgrammeNow) -> list[str]:
    return [each.code for each in refused(command, now)]


# --- opening ----------------------------------------------------------------------------------------------------------


def test_a_stage_opens_with_the_activities_whose_day_has_come() -> None:
    assert decide(OpenStage("prepare"), programme()) == (
        Change("prepare", None, "planned", "open"),
        Change("prepare", "papers", "planned", "open"),
        Change("prepare", "wishes", "planned", "open"),
    )


def test_opening_early_needs_a_reason_and_keeps_it() -> None:
    now = programme()
    assert refused(OpenStage("mentees"), now) == [
        Problem("stage.window_not_begun", "База", (("opens", "01.03.2026"),)),
        Problem("stage.waits", "База", (("stage", "Подготовка"),)),
        Problem("stage.reason_needed", "База"),
    ]
    assert codes(OpenStage("mentees", "  "), now) == codes(OpenStage("mentees"), now)
    assert decide(OpenStage("mentees", "приказ № 7"), now) == (
        Change("mentees", None, "planned", "open", "приказ № 7"),
    )


def test_what_opens_by_itself() -> None:
    assert due_openings(programme(date(2026, 1, 31))) == ()
    now = applied(programme(), due_openings(programme()))
    assert now.stages["prepare"].state is StageState.OPEN
    assert due_openings(now) == ()
    later = replace(now, today=date(2026, 2, 15))
    assert due_openings(later) == (Change("prepare", "site", "planned", "open"),)


def test_a_stage_waits_for_its_predecessor_to_be_over() -> None:
    march = with_states(programme(date(2026, 3, 1)), prepare="closing")
    assert due_openings(march) == ()
    for over in ("closed", "skipped"):
        assert due_openings(with_states(march, prepare=over)) == (
            Change("mentees", None, "planned", "open"),
            Change("mentees", "data", "planned", "open"),
        )


# --- closing ----------------------------------------------------------------------------------------------------------


def test_closing_is_asked_for_once_the_gate_is_clear() -> None:
    now = with_states(programme(), prepare="open", prepare__papers="done")
    assert decide(CloseStage("prepare"), now) == (Change("prepare", None, "open", "closing"),)


def test_the_gate_answers_with_everything() -> None:
    now = with_states(programme(), prepare="open", prepare__papers="open")
    assert refused(CloseStage("prepare"), now) == list(gate("prepare", now))
    assert codes(CloseStage("prepare"), now) == ["gate.document_missing", "gate.upload_missing"]


def test_a_closing_can_be_withdrawn() -> None:
    now = with_states(programme(), prepare="closing")
    assert decide(WithdrawClosing("prepare"), now) == (Change("prepare", None, "closing", "open"),)


def test_a_closed_stage_drops_what_is_optional_and_carries_the_rest_on() -> None:
    now = with_states(programme(), prepare="closing", prepare__papers="done")
    why = "не выполнялось: этап завершён"
    assert decide(FinishClosing("prepare"), now) == (
        Change("prepare", "site", "planned", "waived", why),
        Change("prepare", "wishes", "planned", "open"),
        Change("prepare", None, "closing", "closed"),
    )


# --- back and aside ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("over", ["closed", "skipped"])
def test_a_stage_that_is_over_can_be_reopened_with_a_reason(over: str) -> None:
    now = with_states(programme(), prepare=over)
    assert decide(ReopenStage("prepare", "ошибка"), now) == (Change("prepare", None, over, "open", "ошибка"),)
    assert codes(ReopenStage("prepare", " "), now) == ["stage.reason_needed"]


def test_skipping_waives_what_is_left() -> None:
    now = with_states(programme(), prepare="open", prepare__papers="done", prepare__wishes="open")
    assert decide(SkipStage("prepare", "нет кадров"), now) == (
        Change("prepare", "wishes", "open", "waived", "нет кадров"),
        Change("prepare", "site", "planned", "waived", "нет кадров"),
        Change("prepare", None, "open", "skipped", "нет кадров"),
    )


@pytest.mark.parametrize(
    ("command", "state", "code"),
    [
        (OpenStage("prepare"), "open", "stage.cannot_open"),
        (OpenStage("prepare", "причина"), "closed", "stage.cannot_open"),
        (CloseStage("prepare"), "planned", "stage.cannot_close"),
        (CloseStage("prepare"), "closing", "stage.cannot_close"),
        (WithdrawClosing("prepare"), "open", "stage.cannot_withdraw"),
        (WithdrawClosing("prepare"), "closed", "stage.cannot_withdraw"),
        (FinishClosing("prepare"), "open", "stage.cannot_finish"),
        (FinishClosing("prepare"), "closed", "stage.cannot_finish"),
        (ReopenStage("prepare", "причина"), "open", "stage.cannot_reopen"),
        (ReopenStage("prepare", "причина"), "closing", "stage.cannot_reopen"),
        (SkipStage("prepare", "причина"), "closing", "stage.cannot_skip"),
        (SkipStage("prepare", "причина"), "closed", "stage.cannot_skip"),
    ],
)
def test_a_stage_in_another_state_says_so(command: Command, state: str, code: str) -> None:
    assert codes(command, with_states(programme(), prepare=state)) == [code]


def test_a_wrong_state_and_a_missing_reason_come_together() -> None:
    now = with_states(programme(), prepare="closing")
    assert codes(SkipStage("prepare", ""), now) == ["stage.reason_needed", "stage.cannot_skip"]
    assert codes(ReopenStage("prepare", ""), now) == ["stage.reason_needed", "stage.cannot_reopen"]


def test_unknown_codes_are_answered_with_the_known_ones() -> None:
    assert refused(CloseStage("nowhere"), programme()) == [
        Problem("stage.unknown", "", (("stage", "nowhere"), ("known", "prepare, mentees, pairs")))
    ]
    assert refused(CompleteActivity("prepare", "nothing"), programme()) == [
        Problem("activity.unknown", "", (("activity", "nothing"), ("known", "papers, wishes, site")))
    ]
    assert codes(CompleteActivity("nowhere", "nothing"), programme()) == ["stage.unknown"]


# --- activities -------------------------------------------------------------------------------------------------------


def test_an_activity_is_done_when_it_lacks_nothing() -> None:
    now = with_states(programme(documents=READY), prepare="open", prepare__papers="open")
    assert decide(CompleteActivity("prepare", "papers"), now) == (Change("prepare", "papers", "open", "done"),)
    lacking = with_states(programme(), prepare="open", prepare__papers="open")
    assert codes(CompleteActivity("prepare", "papers"), lacking) == ["gate.document_missing", "gate.upload_missing"]


def test_work_done_before_its_window_opens_the_activity_on_the_way() -> None:
    now = with_states(programme(), prepare="open")
    assert decide(CompleteActivity("prepare", "site"), now) == (
        Change("prepare", "site", "planned", "open"),
        Change("prepare", "site", "open", "done"),
    )


def test_an_activity_is_waived_with_a_reason() -> None:
    now = with_states(programme(), prepare="open", prepare__papers="open")
    assert decide(WaiveActivity("prepare", "papers", "есть с прошлого года"), now) == (
        Change("prepare", "papers", "open", "waived", "есть с прошлого года"),
    )
    settled = with_states(now, prepare="closed", prepare__papers="done")
    assert codes(WaiveActivity("prepare", "papers", ""), settled) == [
        "stage.reason_needed",
        "activity.already_settled",
        "activity.stage_not_open",
    ]


@pytest.mark.parametrize("settled", ["done", "waived"])
def test_a_settled_activity_can_be_reopened_with_a_reason(settled: str) -> None:
    now = with_states(programme(), prepare="open", prepare__papers=settled)
    assert decide(ReopenActivity("prepare", "papers", "ошибка"), now) == (
        Change("prepare", "papers", settled, "open", "ошибка"),
    )
    unsettled = with_states(programme(), prepare="closed", prepare__papers="open")
    assert codes(ReopenActivity("prepare", "papers", ""), unsettled) == [
        "stage.reason_needed",
        "activity.not_settled",
        "activity.stage_not_open",
    ]


@pytest.mark.parametrize("stage", ["closing", "closed"])
def test_what_carries_on_is_worked_on_after_its_stage(stage: str) -> None:
    answered = programme(answers={("prepare", "wishes", "wish"): ("", "")})
    now = with_states(answered, prepare=stage, prepare__wishes="open")
    assert decide(CompleteActivity("prepare", "wishes"), now) == (Change("prepare", "wishes", "open", "done"),)
    done = with_states(now, prepare__wishes="done")
    assert decide(ReopenActivity("prepare", "wishes", "ещё"), done) == (
        Change("prepare", "wishes", "done", "open", "ещё"),
    )


@pytest.mark.parametrize("stage", ["planned", "skipped"])
def test_nothing_is_worked_on_in_a_stage_that_is_not_at_work(stage: str) -> None:
    """What carries on would stay open for ever in a skipped stage: nobody could finish it."""
    now = with_states(programme(), prepare=stage, prepare__wishes="waived")
    assert codes(ReopenActivity("prepare", "wishes", "ещё"), now) == ["activity.stage_not_open"]
    now = with_states(now, prepare__wishes="planned")
    assert codes(CompleteActivity("prepare", "wishes"), now) == ["activity.stage_not_open"]


# --- the end ----------------------------------------------------------------------------------------------------------


def test_a_programme_is_finished_when_nothing_required_is_left() -> None:
    now = with_states(programme(), prepare="closed", mentees="skipped", pairs="closed")
    now = with_states(now, prepare__papers="done", prepare__wishes="done", mentees__data="waived", pairs__work="done")
    assert finished(now)
    assert not finished(with_states(now, prepare__wishes="open"))
    assert not finished(with_states(now, pairs="closing"))
    assert finished(with_states(now, pairs__help="open"))


# --- whatever is commanded --------------------------------------------------------------------------------------------

STAGE_ARROWS = {
    ("planned", "open"), ("open", "closing"), ("closing", "open"), ("closing", "closed"),
    ("planned", "skipped"), ("open", "skipped"), ("closed", "open"), ("skipped", "open"),
}  # fmt: skip
ACTIVITY_ARROWS = {
    ("planned", "open"), ("open", "done"), ("planned", "waived"), ("open", "waived"),
    ("done", "open"), ("waived", "open"),
}  # fmt: skip

stages = st.sampled_from([stage.code for stage in ROADMAP.stages])
places = st.sampled_from(list(DATES))
reasons = st.sampled_from(["", " ", "причина"])


class Journey(RuleBasedStateMachine):
    """Random commands over a year; the clock only goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.now = programme(date(2026, 1, 20))

    def carry_out(self, command: Command) -> None:
        try:
            changes = decide(command, self.now)
        except VekhaError as refusal:
            assert refusal.problems
            return
        assert changes
        self.write(changes)

    def write(self, changes: tuple[Change, ...]) -> None:
        for change in changes:
            if change.activity is None:
                assert change.old == self.now.stages[change.stage].state
                assert (change.old, change.new) in STAGE_ARROWS
                if change.new == "closing":
                    assert gate(change.stage, self.now) == ()
            else:
                assert change.old == self.now.activities[change.stage, change.activity].state
                assert (change.old, change.new) in ACTIVITY_ARROWS
            self.now = applied(self.now, [change])

    @rule(days=st.integers(1, 60))
    def time_passes(self, days: int) -> None:
        self.now = replace(self.now, today=self.now.today + timedelta(days=days))
        self.write(due_openings(self.now))

    @rule(stage=stages, reason=reasons)
    def open_stage(self, stage: str, reason: str) -> None:
        self.carry_out(OpenStage(stage, reason))

    @rule(stage=stages, reason=reasons)
    def skip_stage(self, stage: str, reason: str) -> None:
        self.carry_out(SkipStage(stage, reason))

    @rule(stage=stages, reason=reasons)
    def reopen_stage(self, stage: str, reason: str) -> None:
        self.carry_out(ReopenStage(stage, reason))

    @rule(stage=stages)
    def withdraw(self, stage: str) -> None:
        self.carry_out(WithdrawClosing(stage))

    @rule(stage=stages)
    def finish_closing(self, stage: str) -> None:
        self.carry_out(FinishClosing(stage))

    @rule(stage=stages)
    def close_stage(self, stage: str) -> None:
        """A refusal names everything: with all of it waived, the stage can be closed."""
        try:
            changes = decide(CloseStage(stage), self.now)
        except VekhaError as refusal:
            if self.now.stages[stage].state is StageState.OPEN:
                named = {each.where for each in refusal.problems}
                mended = self.now
                for each in self.now.of_stage(stage):
                    if each.title in named:
                        mended = applied(mended, decide(WaiveActivity(stage, each.code, "не нужно"), mended))
                assert len(decide(CloseStage(stage), mended)) == 1
        else:
            self.write(changes)

    @rule(place=places)
    def complete(self, place: tuple[str, str]) -> None:
        self.carry_out(CompleteActivity(*place))

    @rule(place=places, reason=reasons)
    def waive(self, place: tuple[str, str], reason: str) -> None:
        self.carry_out(WaiveActivity(*place, reason))

    @rule(place=places, reason=reasons)
    def reopen_activity(self, place: tuple[str, str], reason: str) -> None:
        self.carry_out(ReopenActivity(*place, reason))

    @rule()
    def write_papers(self) -> None:
        self.now = replace(self.now, documents={**self.now.documents, **READY})

    @rule()
    def tell_wishes(self) -> None:
        self.now = replace(self.now, answers={**self.now.answers, ("prepare", "wishes", "wish"): ("", "")})

    @precondition(lambda self: not self.now.people.persons)
    @rule()
    def people_come(self) -> None:
        everybody = small.paired(meetings={"trial": 1})
        self.now = replace(self.now, people=replace(everybody, events={"training": 2}))
        self.now = replace(self.now, answers={**self.now.answers, ("mentees", "data", "entry"): ("p2",)})
        assert everybody.registered(Role.MENTEE)
        self.now = replace(
            self.now, documents={**self.now.documents, ("pairs", "work", "plan"): {"n1": DocumentState.APPROVED}}
        )

    @invariant()
    def nothing_is_left_open_in_a_stage_that_is_over(self) -> None:
        for stage in self.now.stages.values():
            for each in self.now.of_stage(stage.code):
                if stage.state is StageState.CLOSED:
                    assert each.state in SETTLED or (each.gate.carries_on and each.state is ActivityState.OPEN)
                elif stage.state is StageState.SKIPPED:
                    assert each.state in SETTLED
                elif stage.state is StageState.PLANNED:
                    assert each.state is ActivityState.PLANNED

    @invariant()
    def finished_says_what_it_says(self) -> None:
        over = {stage.state for stage in self.now.stages.values()} <= OVER
        left = [each for each in self.now.activities.values() if each.gate.required and each.state not in SETTLED]
        assert finished(self.now) is (over and not left)


Journey.TestCase.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
TestJourney = Journey.TestCase
