"""The machine of consents with real runs: stages are closed and the round is made by Prefect, letters go out."""

import json

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


def test_prefect_keeps_nobodys_name(prefect_server: Server) -> None:
    """Runs hear of people by codes alone: an erasure has nothing to look for in Prefect's database and its logs."""
    machine, name = ConsentsByRuns(), "Незабудкин Павел Андреевич"
    machine.open()
    try:
        key = "club-1-2026"
        machine.row(key, name, None, None)
        with machine.club.work() as work:
            work.queue("link", "link:none", {"programme": key, "link": "none", "name": name})
        machine.close_stages(key)
        machine.run_the_round()
    finally:
        machine.teardown()
    home = prefect_server.process.log.parent.parent  # its database beside its logs
    words = [each.encode() for word in name.split()[:1] for each in (word, word.upper(), json.dumps(word)[1:-1])]
    contents = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert any(b"club-1-2026" in content for content in contents.values())  # here is where its runs lie
    assert [path.name for path, content in contents.items() if any(word in content for word in words)] == []
