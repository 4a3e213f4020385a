"""Drains the outbox: each queued piece of work becomes a run in this very process, or a delivery.

A run costs about 0.1 s here; a subprocess for each would cost seconds. What dies half-way is leased to nobody after a
minute, or at the next embedded start, and taken again: every run finishes what is left and does nothing twice.
"""

import fcntl
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from prefect import tags
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType, FlowRunFilterTags
from prefect.client.schemas.objects import StateType
from prefect.context import SettingsContext, get_settings_context
from prefect.settings import (
    PREFECT_CLIENT_MAX_RETRIES,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    Settings,
    get_current_settings,
)
from prefect.states import Crashed

from flows.heartbeat import heard
from flows.jobs import OWN_TAG, work_off
from flows.run import prefect_at_hand
from flows.sweep import sweep
from vekha.bootstrap import App, current, use
from vekha.domain.errors import VekhaError, problem
from vekha.memory import tune_memory
from vekha.plugin_verdicts import judge
from vekha.services.office import prints
from vekha.storage import outbox
from vekha.texts import text

POLL = 0.1  # seconds between two looks at an empty outbox
HOUR = 3600.0
PAUSE = 2.0  # seconds between two looks for what does not answer

log = logging.getLogger("vekha.dispatcher")


@dataclass(frozen=True)
class Drained:
    """What a draining did; `errors` maps the key of a row that failed to why."""

    done: int
    errors: dict[str, str] = field(default_factory=dict[str, str])


def drain(app: App) -> Drained:
    """Works until nothing in the outbox is ready. Raises VekhaError server.unreachable when Prefect does not answer."""
    use(app)
    done, errors = 0, dict[str, str]()
    with quick_runs():
        while outbox.ready(app.engine, app.clock()):
            for job, error in work_off(app, _owner()).items():
                if error:
                    errors[job.key] = error
                else:
                    done += 1
    return Drained(done, errors)


def run(app: App, stop: threading.Event) -> None:
    """Drains the outbox until `stop` is set; what is begun is finished. Faults are told once and waited out.

    Raises VekhaError server.dispatcher_running when another one works on the same embedded database.
    """
    use(app)
    judge(app.registry, app.settings.home, log.warning)
    rounds = Rounds() if app.settings.embedded else None
    with _alone(app), quick_runs(), heard(app, _owner()) as voice:
        _warm_up(app)
        while not stop.is_set():
            try:
                if not _look(app, rounds):
                    stop.wait(POLL)
                if voice.trouble:
                    log.warning(text("flows.going_on"))
                    voice.say("")
            except VekhaError as refusal:
                if str(refusal) != voice.trouble:
                    log.warning(str(refusal))
                    voice.say(str(refusal))
                stop.wait(PAUSE)


def _look(app: App, rounds: "Rounds | None") -> bool:
    """Makes the round when its hour has come and works off a batch; False when there was nothing to do."""
    hour = rounds is not None and rounds.due
    if not hour and not outbox.ready(app.engine, app.clock()):
        return False
    if rounds is not None and hour:
        rounds.make()
    work_off(app, _owner())
    return True


@dataclass(slots=True)
class Rounds:
    """The hourly round of an embedded installation, the first one right after the start.

    Made here and not on Prefect's schedule: hours that the machine was off must not pile up as late runs.
    """

    _next: float = 0.0
    _made: bool = False

    @property
    def due(self) -> bool:
        return time.monotonic() >= self._next

    def make(self) -> None:
        with prefect_at_hand() as client, tags(OWN_TAG):
            if not self._made:
                _bury_dead_runs(client)
            sweep(return_state=True)  # a failed one stands in Prefect; the next hour tries again
        self._next, self._made = time.monotonic() + HOUR, True


@contextmanager
def quick_runs() -> Iterator[None]:
    """Runs inside cost little: no heartbeat thread to wait for, and a server that is down is noticed soon."""
    profile = get_settings_context().profile
    with SettingsContext(profile=profile, settings=_quick(get_current_settings())):
        yield


_known: list[tuple[Settings, Settings]] = []


def _quick(settings: Settings) -> Settings:
    """Worked out once: it costs as much as a run."""
    if not _known or _known[-1][0] is not settings:
        quick = settings.copy_with_update({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None, PREFECT_CLIENT_MAX_RETRIES: 2})
        _known[:] = [(settings, quick)]
    return _known[-1][1]


def _warm_up(app: App) -> None:
    """Reads fonts and styles before somebody waits for them; whatever is wrong with them is said on a document."""
    with suppress(VekhaError), app.work(writes=False) as work:
        prints.print_pdf(work, "", "<p>Веха</p>", None)
        tune_memory()


def _owner() -> str:
    return f"{socket.gethostname()}-{os.getpid()}"


def _bury_dead_runs(client: SyncPrefectClient) -> None:
    """What a killed dispatcher left as running is marked as crashed; its rows are worked off by new runs."""
    left = FlowRunFilter(
        tags=FlowRunFilterTags(all_=[OWN_TAG]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING])),
    )
    for each in client.read_flow_runs(flow_run_filter=left):
        client.set_flow_run_state(each.id, Crashed(message=text("flows.interrupted")), force=True)


@contextmanager
def _alone(app: App) -> Iterator[None]:
    """On the embedded database one dispatcher works at a time, so it may take over what a dead one has left."""
    if not app.settings.embedded:
        yield
        return
    path = app.settings.home / "dispatcher.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as reason:
            raise VekhaError(problem("server.dispatcher_running", home=str(app.settings.home))) from reason
        outbox.release_all(app.engine)
        yield


def _speak() -> None:
    """Our own words go to the terminal whatever Prefect has made of the root logger."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%d.%m.%Y %H:%M:%S"))
    log.addHandler(handler)
    log.propagate = False


def main() -> int:
    """The process: SIGTERM and Ctrl-C let it finish what it is at. The work goes on in a thread, for Prefect takes
    the main thread's signals to itself while a flow runs."""
    _speak()
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    with ThreadPoolExecutor(1) as pool:
        try:
            pool.submit(run, current(), stop).result()
        except VekhaError as refusal:
            print(refusal, file=sys.stderr)  # noqa: T201
            return refusal.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
