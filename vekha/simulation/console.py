"""The finished demo in the browser: an account for each role, the console and the dispatcher, until Ctrl-C."""

import datetime as dt
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlmodel import col, func, select

from vekha import bootstrap
from vekha.bootstrap import App
from vekha.domain.access import Actor, Grant
from vekha.domain.errors import VekhaError, problem
from vekha.services.access import accounts
from vekha.settings import Settings
from vekha.simulation.institution import REGION
from vekha.storage.tables import Account, Institution, Stage
from vekha.supervisor import HOST, embedded_server, free_port
from vekha.texts import section, text

ROOT = Actor(name="Администратор", grants=(Grant(role="administrator"),))
NAMES = {
    "administrator": "Администратор",
    "operator": "Сафина Гульнара Маратовна",
    "municipal_curator": "Белов Андрей Петрович",
}
START_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody to log in as; the password is told once and kept nowhere but as a hash."""

    role: str
    name: str
    place: str
    login: str
    password: str


@dataclass(frozen=True, slots=True)
class GoingOn:
    """The demo's year goes on from its last day, at the pace of this machine's clock."""

    day: dt.date
    began: float

    def __call__(self) -> dt.datetime:
        morning = dt.datetime.combine(self.day, dt.time(6), dt.UTC)
        return morning + dt.timedelta(seconds=time.monotonic() - self.began)


def serve(
    folder: Path, port: int, say: Callable[[str], None], show: Callable[[list[Login]], None], stop: threading.Event
) -> None:
    """Opens the console on the demo in `folder` and returns when `stop` is set or on Ctrl-C.

    Raises VekhaError server.did_not_start.
    """
    home = folder / "var"
    port = port if port and _is_free(port) else free_port()
    address = f"http://{HOST}:{port}"
    app = bootstrap.build(Settings(home=home, database_url=None, files_dir=None, public_url=address), _clock(home))
    bootstrap.use(app)
    logins = people(app)
    with _stopping(stop), embedded_server(home) as prefect, _console(app, port):
        prefect.wait()
        dispatcher = threading.Thread(target=_dispatch, args=(app, stop), name="vekha-demo-dispatcher")
        dispatcher.start()
        show(logins)
        say(text("demo.console.open", address=address))
        stop.wait()
        say(text("demo.console.stopping"))
        dispatcher.join()
    app.engine.dispose()
    say(text("demo.console.stopped"))


def people(app: App) -> list[Login]:
    """An account for each role, with a new password each time; director and curator are those of the first school."""
    with app.work(writes=False) as work:
        homes = work.session.exec(select(Institution).order_by(col(Institution.type).desc())).all()
        known = set(work.session.exec(select(Account.login)))
    home = next((each for each in homes if each.type == "school"), homes[0])
    bound = {"region": REGION, "institution": home.code}
    places = {
        "administrator": (Grant(role="administrator"), text("demo.console.everything")),
        "operator": (Grant(role="operator", region=REGION), text("demo.console.region")),
        "municipal_curator": (
            Grant(role="municipal_curator", region=REGION, municipality=home.municipality),
            home.municipality,
        ),
        "director": (Grant(role="director", **bound), home.short_title),
        "curator": (Grant(role="curator", **bound), home.short_title),
    }
    made: list[Login] = []
    for role, (grant, place) in places.items():
        login, password = f"{role.replace('_', '-')}@vekha.example", secrets.token_urlsafe(9)
        name = NAMES.get(role) or str(home.staff[role]["name"])
        with app.work(ROOT) as work:
            given = accounts.reset(work, login) if login in known else accounts.invite(work, login, name, grant)
            accounts.accept(work, given, password)
        made.append(Login(section("web.roles")[role], name, place, login, password))
    return made


def _clock(home: Path) -> GoingOn:
    """The day after the last stage was closed."""
    app = bootstrap.build(Settings(home=home, database_url=None, files_dir=None))
    with app.work(writes=False) as work:
        last = work.session.exec(select(func.max(col(Stage.closed_on)))).one()
    app.engine.dispose()
    return GoingOn((last or dt.date.today()) + dt.timedelta(days=1), time.monotonic())  # noqa: DTZ011


@contextmanager
def _console(app: App, port: int) -> Iterator[None]:
    """The web server in a thread of its own; the core reaches the console only by name."""
    import uvicorn  # noqa: PLC0415

    web = import_module("vekha.web.app").create_app(app)
    server: Any = uvicorn.Server(uvicorn.Config(web, host=HOST, port=port, log_level="warning", server_header=False))
    thread = threading.Thread(target=server.run, name="vekha-demo-console")
    thread.start()
    try:
        until = time.monotonic() + START_SECONDS
        while not server.started:
            if time.monotonic() > until or not thread.is_alive():
                name = text("demo.console.name")
                raise VekhaError(problem("server.did_not_start", name=name, seconds=round(START_SECONDS), log="–"))
            time.sleep(0.05)
        yield
    finally:  # also when Prefect's server has not started: a thread left here would keep the command from ending
        server.should_exit = True
        thread.join()


def _dispatch(app: App, stop: threading.Event) -> None:
    try:
        import_module("flows.dispatcher").run(app, stop)
    finally:
        stop.set()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


@contextmanager
def _stopping(stop: threading.Event) -> Iterator[None]:
    """Ctrl-C and SIGTERM ask to stop; outside of the main thread whoever started it does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.signal(each, lambda *_: stop.set()) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
