"""`vekha up`: the Prefect server, the dispatcher and whatever else belongs to an embedded installation, as one tree.

Every process is ours to end: in order on Ctrl-C or SIGTERM, by itself when the parent was killed (`vekha.watched`).
One that dies is started again. The core imports no flow: processes are named by their modules.
"""

import fcntl
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from vekha.bootstrap import build
from vekha.domain.errors import VekhaError, problem
from vekha.plugin_verdicts import judge
from vekha.settings import CHECKOUT, Settings
from vekha.texts import text

HOST = "127.0.0.1"
START_SECONDS = 180.0  # a bare, busy machine reads Prefect's code for the first time
STOP_SECONDS = 20.0
STEADY_SECONDS = 60.0  # having run so long, a process that dies is not a failing one
MAX_PAUSE = 30.0  # seconds between two starts of a failing process


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the tree: a Python module with its arguments; `name` also names its log."""

    name: str
    module: str
    args: tuple[str, ...] = ()


@dataclass(slots=True)
class Process:
    """A part as it runs: its own session, so that the terminal's Ctrl-C reaches only us and we end it in order."""

    part: Part
    environment: Mapping[str, str]
    log: Path
    failures: int = 0
    _popen: subprocess.Popen[bytes] | None = None
    _lifeline: int = -1
    _started: float = 0.0

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        reading, self._lifeline = os.pipe()
        command = [sys.executable, "-m", "vekha.watched", str(reading), self.part.module, *self.part.args]
        with self.log.open("ab") as log:
            self._popen = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(reading,),
                start_new_session=True,
            )
        os.close(reading)
        self._started = time.monotonic()

    @property
    def pid(self) -> int:
        return self._popen.pid if self._popen else 0

    @property
    def alive(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    @property
    def pause(self) -> float:
        """How long to wait before the next start: longer each time it dies soon after one."""
        self.failures = 0 if time.monotonic() - self._started > STEADY_SECONDS else self.failures + 1
        return min(0.5 * 2**self.failures, MAX_PAUSE)

    def stop(self) -> None:
        """Asks it to finish, waits, and ends what is left of it."""
        if self._popen is None:
            return
        if self.alive:
            self._popen.send_signal(signal.SIGTERM)
            try:
                self._popen.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self._popen.pid, signal.SIGKILL)
                self._popen.wait()
        os.close(self._lifeline)
        self._popen = None


@dataclass(frozen=True, slots=True)
class Server:
    """An embedded Prefect server that starts in the background."""

    process: Process
    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/api"

    def wait(self, stop: threading.Event | None = None) -> None:
        """Returns when it answers. Raises VekhaError server.did_not_start with the place of its log."""
        _wait(self.process, f"{self.url}/health", stop or threading.Event())


def _wait(process: Process, url: str, stop: threading.Event) -> None:
    """Until it answers, or somebody does not want it any more."""
    until = time.monotonic() + START_SECONDS
    while not stop.is_set() and not _answers(url):
        if time.monotonic() > until or not process.alive:
            name, log = text(f"up.names.{process.part.name.partition('-')[0]}"), str(process.log)
            raise VekhaError(problem("server.did_not_start", name=name, seconds=round(START_SECONDS), log=log))
        stop.wait(0.05)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 — our own loopback address
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


# --- a server to lean on ----------------------------------------------------------------------------------------------


@contextmanager
def embedded_server(home: Path, port: int | None = None) -> Iterator[Server]:
    """A Prefect server of one's own for a demo or a test, without its console; runs of this process go to it.

    It starts while the block already works: call `wait()` before the first run. Its data and log are in `home`.
    """
    server = _server(home, port or free_port(), ui=False)
    with ExitStack() as stack:
        stack.callback(server.process.stop)
        server.process.start()
        stack.enter_context(_environment({**server.process.environment, "PREFECT_API_URL": server.url}))
        if "prefect" in sys.modules:  # its settings were read when it was imported
            from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415

            stack.enter_context(temporary_settings({PREFECT_API_URL: server.url}))
        yield server
        _send_logs()


def _send_logs() -> None:
    """What runs of this process have written must reach the server before it goes."""
    if "prefect.logging.handlers" in sys.modules:
        from prefect.logging.handlers import APILogHandler  # noqa: PLC0415

        APILogHandler().flush()


@contextmanager
def _environment(changes: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _server(home: Path, port: int, *, ui: bool) -> Server:
    args = ("--factory", "prefect.server.api.server:create_app", "--host", HOST, "--port", str(port))
    part = Part("prefect", "uvicorn", (*args, "--log-level", "warning"))
    return Server(Process(part, _prefect_environment(home, ui=ui), home / "logs" / "prefect.log"), port)


def _prefect_environment(home: Path, *, ui: bool) -> dict[str, str]:
    """Prefect's settings in an embedded installation: its own folder, nothing sent anywhere."""
    folder = home.resolve() / "prefect"
    return {
        "PREFECT_HOME": str(folder),
        "PREFECT_PROFILES_PATH": str(folder / "profiles.toml"),
        "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{folder / 'prefect.db'}",
        "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # Steps are written down by the lot, each second: one by one they cost the server half of its time.
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
        "PREFECT_SERVER_UI_ENABLED": str(ui).lower(),
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",  # runs tell Prefect, not the terminal
        "PREFECT__SERVER_FINAL": "1",
    }


def free_port() -> int:
    """A port that stays free until its server comes, seconds later.

    Those that the system itself picks (bind to 0) it also gives to outgoing connections in the meantime: Linux from
    32768 on, others still higher.
    """
    ports = list(range(20_000, 32_000))
    random.SystemRandom().shuffle(ports)
    for port in ports:
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port
    raise OSError("no port is free")


# --- the tree ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Tree:
    """The processes in the order of starting; the last one started is the first to stop."""

    settings: Settings
    port: int
    processes: list[Process] = field(default_factory=list[Process])

    def start(self, say: Callable[[str], None], extra: Sequence[Part], stop: threading.Event) -> None:
        """Starts the server and the console together, the rest when the server answers; says so when both answer."""
        home, prefect = self.settings.home.resolve(), f"http://{HOST}:{self.port}"
        server = _server(home, self.port, ui=True)
        environment = {
            **server.process.environment,
            "PREFECT_API_URL": server.url,
            "PREFECT_UI_URL": prefect,
            **_own_environment(self.settings),
        }

        def process(part: Part) -> Process:
            return Process(part, environment, home / "logs" / f"{part.name}.log")

        consoles = [process(each) for each in _consoles(self.settings)]
        self._start(server.process, *consoles)
        say(text("up.starting", seconds=15))
        server.wait(stop)
        if not stop.is_set():
            self._start(*map(process, (Part("dispatcher", "flows.dispatcher"), Part("runner", "flows.serve"), *extra)))
            for console in consoles:
                _wait(console, f"http://{HOST}:{self.settings.console_port}/health", stop)
        if not stop.is_set():
            say(text("up.running", console=self.settings.console_url, url=prefect, home=home, logs=home / "logs"))

    def watch(self, stop: threading.Event, say: Callable[[str], None]) -> None:
        """Starts again what dies, until `stop` is set."""
        while not stop.wait(0.5):
            for each in self.processes:
                if not each.alive:
                    say(text("up.restarting", name=each.part.name, log=each.log))
                    if stop.wait(each.pause):
                        return
                    each.start()

    def stop(self) -> None:
        while self.processes:
            self.processes.pop().stop()

    def _start(self, *processes: Process) -> None:
        for each in processes:
            each.start()
            self.processes.append(each)


def _consoles(settings: Settings) -> list[Part]:
    """As many as told, else two where there are processors for two: a page in work keeps nobody else waiting."""
    count = settings.console_processes or min(2, os.cpu_count() or 1)
    names = ["console", *(f"console-{number}" for number in range(2, count + 1))]
    return [Part(name, "vekha.web.serve", (HOST, str(settings.console_port))) for name in names]


def run(settings: Settings, port: int = 4200, say: Callable[[str], None] = print, extra: Sequence[Part] = ()) -> None:
    """Runs the whole installation until Ctrl-C or SIGTERM, then stops every part of it.

    Raises VekhaError server.already_up, server.port_in_use, server.did_not_start, or what is wrong with the database.
    """
    stop = threading.Event()
    with _only_one(settings.home):
        _demand_port(port)
        _demand_port(settings.console_port)
        app = build(settings)
        app.prepare()
        judge(app.registry, settings.home, say)
        tree = Tree(settings, port)
        with _stopping_on_signals(stop):
            try:
                tree.start(say, extra, stop)
                tree.watch(stop, say)
            finally:
                say(text("up.stopping"))
                tree.stop()
    say(text("up.stopped"))


def _own_environment(settings: Settings) -> dict[str, str]:
    """The same installation for the children, whatever directory they are started in."""
    given = settings.model_dump(exclude_none=True)
    paths = {name: value.resolve() if isinstance(value, Path) else value for name, value in given.items()}
    return {f"VEKHA_{name.upper()}": str(value) for name, value in paths.items()}


def _demand_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as reason:
            raise VekhaError(problem("server.port_in_use", port=port, other=free_port())) from reason


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    with (home / "up.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as reason:
            raise VekhaError(problem("server.already_up", home=str(home))) from reason
        yield


@contextmanager
def _stopping_on_signals(stop: threading.Event) -> Iterator[None]:
    def ask(_signal: int, _frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt  # asked twice: do not wait for anything
        stop.set()

    before = {each: signal.signal(each, ask) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
