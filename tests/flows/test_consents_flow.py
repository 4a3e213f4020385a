"""The machine of consents with real runs: stages are closed and the round is made by Prefect, letters go out."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.services.mentoring.consents_machine import Consents
from vekha.services.process import stages
from vekha.supervisor import Server

pytestmark = [pytest.mark.slow, pytest.mark.prefect]

FEW = settings(
    max_examples=2,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


class ConsentsByRuns(Consents):
    """Everything the machine does, with the outbox drained by the dispatcher after it."""

    def run_closings(self, key: str) -> None:
        from flows.dispatcher import drain  # noqa: PLC0415 — Prefect, slow to import

        self.told = drain(self.club.app).errors

    def run_the_round(self) -> None:
        from flows.dispatcher import quick_runs  # noqa: PLC0415
        from flows.sweep import sweep  # noqa: PLC0415

        with quick_runs():
            state = sweep(return_state=True)
        assert state.is_completed(), state.message
        self.run_closings("")


def test_no_run_leaves_anybody_without_a_consent(prefect_server: Server) -> None:
    run_state_machine_as_test(ConsentsByRuns, settings=FEW)


def test_runs_close_the_stage_and_stop_whose_consent_is_over(prefect_server: Server) -> None:
    """A way known to pass both runs: what the machine finds by chance may pass neither."""
    machine = ConsentsByRuns()
    machine.open()
    try:
        key = "club-1-2026"
        machine.row(key, "Белов Павел Андреевич", None, None)
        machine.close_stages(key)
        with machine.club.work(writes=False) as work:
            assert [each.state for each in stages.status(work, key)][:1] == ["closed"]
        machine.nobody_is_there_without_a_consent()
        assert "registered" in str(machine.club.people(key).persons["p1"].standings)
        machine.clock.pass_days(500)
        machine.run_the_round()
        assert "registered" not in str(machine.club.people(key).persons["p1"].standings)
        machine.nobody_is_there_without_a_consent()
    finally:
        machine.teardown()
