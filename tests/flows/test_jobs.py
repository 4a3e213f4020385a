"""What the dispatcher refuses before any flow runs: work it does not know, a second one of its kind."""

import pytest

from flows import dispatcher, jobs
from vekha.bootstrap import App
from vekha.domain.errors import VekhaError
from vekha.storage.outbox import Job


def test_work_of_a_newer_version_stays(app: App) -> None:
    job = Job(id=1, kind="dance", key="dance:1", payload={}, queued_at=app.clock(), attempt=1)
    ((told_of, why),) = jobs._unknown(app, [job]).items()
    assert told_of is job
    assert "dance" in why


def test_one_dispatcher_works_on_an_embedded_database(app: App) -> None:
    with dispatcher._alone(app), pytest.raises(VekhaError) as refused, dispatcher._alone(app):
        raise AssertionError
    assert [each.code for each in refused.value.problems] == ["server.dispatcher_running"]
    with dispatcher._alone(app):
        pass  # the first one has gone
