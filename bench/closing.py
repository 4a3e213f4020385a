"""How soon a stage is closed: our dispatcher against the same flow through `serve()` and through a process worker.

Run from the checkout: `.venv/bin/python -m bench.closing`. One Prefect server and one SQLite installation of small
circles (two orders in the first stage) serve all three, one after another; each closing starts when nothing is at work.
Writes its section of docs/performance.md.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import select

from bench.report import machine, write_section
from tests.flows.story import TOY, add_campaign, add_circles, complete, do_stage, states, toy_app
from vekha.bootstrap import App
from vekha.settings import CHECKOUT
from vekha.storage.tables import Outbox, Stage
from vekha.supervisor import embedded_server
from vekha.texts import plural

OURS, OTHERS = 40, 3
TARGET_REQUEST, TARGET_CLOSED = 0.050, 2.0  # seconds, p95
PATIENCE = 90.0


@dataclass(frozen=True)
class Measured:
    """Seconds of each closing: of the request's transaction, and from the request to the next stage open."""

    requests: list[float]
    closings: list[float]


def share(values: Sequence[float], percent: int) -> float:
    """The percentile of a handful of values: the smallest that so many of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("не дождались")
        time.sleep(0.005)


def idle(app: App) -> bool:
    with app.work(writes=False) as work:
        return work.session.exec(select(Outbox.id).where(Outbox.done_at == None)).first() is None  # noqa: E711


def closed(app: App, key: str) -> bool:
    """Closed, the pack filed, the next stage open."""
    with app.work(writes=False) as work:
        stage, following = (work.session.get_one(Stage, (key, code)) for code in ("prepare", "work"))
        return (stage.state, stage.pack is not None, following.state) == ("closed", True, "open")


def measure(app: App, keys: Sequence[str], ask: Callable[[str], float], *, prints: bool) -> Measured:
    """`ask` requests a closing and tells how long its transaction took; with `prints` papers are printed before it."""
    found = Measured([], [])
    for key in keys:
        do_stage(app, key, "prepare")
        if prints:
            wait_until(lambda: idle(app))
            time.sleep(0.3)
        started = time.perf_counter()
        found.requests.append(ask(key))
        wait_until(lambda key=key: closed(app, key))
        found.closings.append(time.perf_counter() - started)
        print(f"{key}: {found.requests[-1] * 1000:.0f} мс, {found.closings[-1]:.2f} с", file=sys.stderr)
    return found


@contextmanager
def process(*module: str) -> Iterator[None]:
    """A Python process for the time of a measurement."""
    with subprocess.Popen([sys.executable, "-m", *module], cwd=CHECKOUT, stdout=-3, stderr=-3) as started:
        try:
            yield
        finally:
            started.terminate()


def by_dispatcher(app: App, keys: Sequence[str]) -> Measured:
    def ask(key: str) -> float:
        started = time.perf_counter()
        complete(app, key, "prepare")
        return time.perf_counter() - started

    with process("flows.dispatcher"):
        wait_until(lambda: all(states(app, each).get("prepare") == "open" for each in keys))
        wait_until(lambda: idle(app))
        do_stage(app, keys[0], "prepare")  # the first one waits for Python's imports
        complete(app, keys[0], "prepare")
        wait_until(lambda: closed(app, keys[0]))
        return measure(app, keys[1:], ask, prints=True)


def deployed() -> bool:
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        return any(each.name == "vekha" for each in client.read_deployments())


def by_deployment(app: App, keys: Sequence[str]) -> Measured:
    """The whole of it is Prefect's: request, start of a subprocess, the flow."""
    from prefect.deployments import run_deployment  # noqa: PLC0415

    def ask(key: str) -> float:
        started = time.perf_counter()
        given = {"institution": key.rsplit("-", 1)[0], "stage": "prepare"}
        run_deployment("complete-stage/vekha", parameters=given, timeout=0, as_subflow=False)
        return time.perf_counter() - started

    wait_until(deployed)
    measure(app, keys[:1], ask, prints=False)  # a warm-up: it waits for the runner to be ready too
    return measure(app, keys[1:], ask, prints=False)


def prefect(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "prefect", "--no-prompt", *arguments], cwd=CHECKOUT, check=True, stdout=-3)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        home = Path(folder)
        given = {"HOME": home, "PLUGINS_DIR": TOY}
        os.environ |= {f"VEKHA_{name}": str(value) for name, value in given.items()}
        os.environ |= {"PREFECT_RUNNER_POLL_FREQUENCY": "1", "PREFECT_WORKER_QUERY_SECONDS": "1"}
        server = stack.enter_context(embedded_server(home))
        app = toy_app(home)
        keys = add_circles(app, OURS + 1 + 2 * (OTHERS + 1))
        add_campaign(app)
        server.wait()
        ours = by_dispatcher(app, keys[: OURS + 1])
        with process("flows.serve"):
            served = by_deployment(app, keys[OURS + 1 : OURS + OTHERS + 2])
        prefect("work-pool", "create", "vekha", "--type", "process")
        prefect("deploy", "--all")
        with process("prefect", "worker", "start", "--pool", "vekha"):
            worked = by_deployment(app, keys[OURS + OTHERS + 2 :])
    write_section("closing", report(ours, served, worked))


def report(ours: Measured, served: Measured, worked: Measured) -> str:
    request, whole = share(ours.requests, 95), share(ours.closings, 95)
    usual = statistics.median(ours.closings)

    def line(name: str, found: Measured) -> str:
        times = round(statistics.median(found.closings) / usual)
        slower = "" if found is ours else f"в {times} {plural(times, 'раз', 'раза', 'раз')}"
        shown = f"{share(found.closings, 50):.2f} с | {share(found.closings, 95):.2f} с"
        return f"| {name} | {len(found.closings)} | {shown} | {slower} |"

    return "\n".join(
        [
            "## Завершение этапа",
            "",
            f"`python -m bench.closing`: SQLite и встроенный сервер Prefect; {machine()}. Этап с двумя приказами: от "
            "просьбы завершить его до «завершён, пакет подшит, следующий этап открыт». Каждое завершение начинается, "
            "когда больше ничего не делается; опрос `serve()` и рабочего процесса – раз в секунду.",
            "",
            "| | завершений | p50 | p95 | медленнее |",
            "|---|---|---|---|---|",
            line("диспетчер Вехи", ours),
            line("`serve()`", served),
            line("рабочий процесс (process worker)", worked),
            "",
            "| цель | получилось | достигнута |",
            "|---|---|---|",
            f"| транзакция просьбы, p95 ≤ {TARGET_REQUEST * 1000:.0f} мс | {request * 1000:.0f} мс "
            f"(p50 {share(ours.requests, 50) * 1000:.0f} мс) | {'да' if request <= TARGET_REQUEST else 'нет'} |",
            f"| от просьбы до следующего этапа, p95 ≤ {TARGET_CLOSED:.0f} с | {whole:.2f} с "
            f"| {'да' if whole <= TARGET_CLOSED else 'нет'} |",
        ]
    )


if __name__ == "__main__":
    main()
