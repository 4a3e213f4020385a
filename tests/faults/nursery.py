"""A process that has read everything and bears others by forking: a dispatcher's life costs a tenth of a second.

Commands come as JSON lines: {"what": "dispatcher" | "flow", …}; the answer is the child's pid. A child writes a byte
to `ready` (a file) when its work begins, and kills itself with SIGKILL at the point it was given: the n-th time it
comes before or after a function of ours.
"""

import datetime as dt
import gc
import importlib
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import weasyprint  # noqa: F401 — read once, here

import flows.dispatcher
import flows.jobs
import flows.stage
from tests.flows.story import TOY
from vekha.bootstrap import App, build, use
from vekha.settings import Settings
from vekha.storage import outbox


def plant(place: str, when: str, nth: int, ready: Path) -> None:
    """Makes `module:attribute.path` deadly: `before` or `after` its n-th call."""
    module, _, path = place.partition(":")
    owner: Any = importlib.import_module(module)
    *way, name = path.split(".")
    for part in way:
        owner = getattr(owner, part)
    original: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def deadly(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if when == "before" and calls == nth:
            die()
        result = original(*args, **kwargs)
        if when == "after" and calls == nth:
            die()
        return result

    def die() -> None:
        ready.write_text("dead")  # here, and not of something else
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, deadly)


def live(order: dict[str, Any]) -> None:
    os.environ.update(order["environment"])
    quick = dt.timedelta(seconds=2)
    outbox.LEASE = flows.jobs.LEASE = quick  # a dead taker's rows are free soon
    flows.dispatcher._warm_up = lambda app: None
    flows.dispatcher.PAUSE = 0.3
    start, shift = dt.datetime.now(dt.UTC), dt.datetime.fromisoformat(order["now"])
    clock = lambda: shift + (dt.datetime.now(dt.UTC) - start)  # noqa: E731
    app = build(Settings(home=Path(order["home"]), database_url=order["database"], plugins_dir=TOY), clock)
    ready = Path(order["ready"])
    if order["point"]:
        plant(*order["point"], ready)
    ready.write_text("alive")
    if order["what"] == "flow":
        _flow(app, order)
    else:
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        flows.dispatcher.run(app, stop)


def _flow(app: App, order: dict[str, Any]) -> None:
    use(app)
    with flows.dispatcher.quick_runs():
        flows.stage.complete_stage(**order["parameters"], return_state=True)


def main() -> None:
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(log, 1)
            os.dup2(log, 2)
            code = 1
            try:
                live(order)
                code = 0
            except BaseException:  # noqa: BLE001 — the child's last words
                traceback.print_exc()
            finally:
                os._exit(code)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
