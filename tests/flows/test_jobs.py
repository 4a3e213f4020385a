"""What the dispatcher refuses before any flow runs: work it does not know, a second one of its kind."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from flows import dispatcher, jobs
from vekha.bootstrap import App
from vekha.domain.errors import VekhaError
from vekha.domain.reporting.collection import Terms
from vekha.domain.reporting.indicators import INDICATORS
from vekha.services.launch import campaigns
from vekha.services.region import institutions
from vekha.services.reporting import collecting
from vekha.storage import outbox
from vekha.storage.outbox import Job
from vekha.storage.tables import Collected, Collection


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


def test_figures_are_counted_by_the_dispatcher_and_again_without_doubling(
    app: App, add_institution: Callable[..., str]
) -> None:
    """An announced collection waits in the outbox; working it off twice leaves one count of each institution."""
    add_institution(app)
    day = app.clock().date() + timedelta(days=200)
    with app.work() as work:
        campaigns.start_one(work, institutions.one(work, "school-12"), 2026)
        terms = Terms(title="Сбор", since=app.clock().date(), on=day, opens=day, closes=day, plan={})
        row = collecting.create(work, "spring", "02", terms)
    for _ in range(2):
        [job] = [each for each in outbox.take(app.engine, "test", app.clock(), 500) if each.kind == "figures"]
        [error] = jobs._attempt(app, jobs._HANDLERS[job.kind], [job]).values()
        assert (job.payload, error) == ({"collection": "spring", "institutions": ["school-12"]}, "")
        with app.work() as work:
            outbox.done(work.session, job, work.now)
            [counted] = work.session.exec(select(Collected)).all()
            assert (counted.version, set(counted.figures)) == (0, set(INDICATORS))
        app.clock.pass_days(1)  # type: ignore[attr-defined]
        with app.work() as work:
            collecting.count_later(work, work.session.get_one(Collection, row.code))
