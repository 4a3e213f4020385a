"""What each kind of row in the outbox means: a run in this process, or a delivery."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
from prefect import tags
from prefect.client.schemas.objects import State
from prefect.flows import Flow

from flows import deliveries
from flows.campaign import launch_campaign
from flows.pack import render_documents
from flows.run import prefect_at_hand
from flows.stage import close_stage
from vekha.bootstrap import App
from vekha.domain.errors import VekhaError, problem
from vekha.services.office import prints
from vekha.services.process import stages
from vekha.services.reporting import collecting
from vekha.storage import outbox
from vekha.storage.outbox import LEASE, Job
from vekha.texts import text

BATCH = 50
URGENT = ("close_stage", "launch_campaign", "remind")
OWN_TAG = "dispatcher"  # on every run of ours: what a dead dispatcher left running is found by it
DOWN_DELAY = timedelta(seconds=2)

Outcome = dict[Job, str]  # why each row failed; empty when it is done
Handler = Callable[[App, Sequence[Job]], Outcome]


def work_off(app: App, owner: str) -> Outcome:
    """Takes a batch and works it off, what somebody waits for first.

    Raises VekhaError server.unreachable when Prefect does not answer; the rows are given back untried.
    """
    outcome: Outcome = {}
    with prefect_at_hand(), _leases_kept(app, owner):
        jobs = outbox.take(app.engine, owner, app.clock(), BATCH, URGENT)
        for handler, group in _grouped(jobs):
            try:
                found = _attempt(app, handler, group)
            except httpx.HTTPError:
                _give_back(app, [job for job in jobs if job not in outcome])
                raise
            _settle(app, found)
            outcome |= found
    return outcome


# --- kinds ------------------------------------------------------------------------------------------------------------


def _close(app: App, jobs: Sequence[Job]) -> Outcome:  # noqa: ARG001 — one shape for every kind
    return {job: _run(close_stage, job.payload) for job in jobs}


def _launch(app: App, jobs: Sequence[Job]) -> Outcome:  # noqa: ARG001
    return {job: _run(launch_campaign, job.payload) for job in jobs}


def _print(app: App, jobs: Sequence[Job]) -> Outcome:
    """One run for the documents of one programme; none when a closing has printed them meanwhile."""
    ids = [job.payload["document"] for job in jobs]
    with app.work(writes=False) as work:
        left = prints.unprinted(work, ids)
    error = _run(render_documents, {"programme": jobs[0].payload["programme"], "documents": left}) if left else ""
    return dict.fromkeys(jobs, error)


def _count(app: App, jobs: Sequence[Job]) -> Outcome:
    """The figures of a batch of institutions, in a transaction of its own."""
    for job in jobs:
        with app.work() as work:
            collecting.count(work, job.payload["collection"], job.payload["institutions"])
    return dict.fromkeys(jobs, "")


_HANDLERS: Mapping[str, Handler] = {  # in the order of working
    "close_stage": _close,
    "launch_campaign": _launch,
    "remind": deliveries.remind,
    "event": deliveries.announce,
    "mail": deliveries.post,
    "link": deliveries.ask,
    "survey": deliveries.poll,
    "reflection": deliveries.reflect,
    "render_document": _print,
    "figures": _count,
}


_TOGETHER = frozenset({"render_document", "event", "remind", "mail", "link", "survey", "reflection"})


def _grouped(jobs: Sequence[Job]) -> Iterator[tuple[Handler, Sequence[Job]]]:
    """Each run's rows together; deliveries of one kind go together too."""
    groups: dict[tuple[str, str], list[Job]] = defaultdict(list)
    for job in jobs:
        shared = job.payload.get("programme", "") if job.kind == "render_document" else ""
        groups[job.kind, shared if job.kind in _TOGETHER else job.key].append(job)
    order = list(_HANDLERS)
    for kind, _ in sorted(groups, key=lambda each: order.index(each[0]) if each[0] in order else len(order)):
        yield _HANDLERS.get(kind, _unknown), groups[kind, _]


def _unknown(app: App, jobs: Sequence[Job]) -> Outcome:  # noqa: ARG001
    """A row of a newer version of ours: it stays for that one."""
    return {job: str(problem("server.unknown_job", kind=job.kind)) for job in jobs}


# --- one attempt ------------------------------------------------------------------------------------------------------


def _run(flow: Flow[..., Any], parameters: Mapping[str, Any]) -> str:
    """Runs the flow here; returns why it failed, empty when it did not."""
    with tags(OWN_TAG):
        state: State[Any] = flow(**parameters, return_state=True)
    return "" if state.is_completed() else state.message or state.name or "?"


def _attempt(app: App, handler: Handler, group: Sequence[Job]) -> Outcome:
    try:
        return handler(app, group)
    except httpx.HTTPError:
        raise
    except VekhaError as refusal:
        return dict.fromkeys(group, str(refusal))
    except Exception as reason:  # noqa: BLE001 — whatever it is, it belongs on the row and the next row is due
        return dict.fromkeys(group, text("flows.unexpected", kind=type(reason).__name__, detail=reason))


def _settle(app: App, outcome: Outcome) -> None:
    """Marks rows as done or failed; a stage that could not be closed shows why."""
    with app.work() as work:
        for job, error in outcome.items():
            if not error:
                outbox.done(work.session, job, work.now)
                continue
            outbox.failed(work.session, job, work.now, error)
            if job.kind == "close_stage":
                stages.report_failure(work, job.payload["programme"], job.payload["stage"], error)


def _give_back(app: App, jobs: Iterable[Job]) -> None:
    with app.work() as work:
        for job in jobs:
            outbox.put_back(work.session, job, work.now, DOWN_DELAY)


@contextmanager
def _leases_kept(app: App, owner: str) -> Iterator[None]:
    """Renews the leases while the work goes on, however long a launch takes."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(LEASE.total_seconds() / 3):
            outbox.renew(app.engine, owner, app.clock())

    thread = threading.Thread(target=renew, name="vekha-leases", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
