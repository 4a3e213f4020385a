"""How a command gets to work: the installation, prepared, and the one who acts."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from vekha.bootstrap import App, build
from vekha.cli.output import waiting, warn, words
from vekha.cli.state import options
from vekha.domain.access import Actor, Grant, roles
from vekha.domain.errors import VekhaError, WrongUseError, problem
from vekha.services.process import lists
from vekha.services.work import Work
from vekha.settings import Settings
from vekha.storage import schema

PATIENCE = 120.0  # seconds to wait for the dispatcher of a running `vekha up`


@contextmanager
def work(*, writes: bool = True) -> Iterator[Work]:
    """A unit of work of the one who runs the command."""
    with installation().work(actor(), writes=writes) as unit:
        yield unit


def installation() -> App:
    """The installation of this environment, its database prepared.

    A new embedded database is made on the spot; any other must be brought up to date by `vekha db upgrade`, after a
    backup. Raises VekhaError database.not_prepared. Plugins that did not load are told of on the error stream.
    """
    settings = Settings()
    if settings.database not in _opened:
        _opened[settings.database] = _open(settings)
    return _opened[settings.database]


_opened: dict[str, App] = {}


def _open(settings: Settings) -> App:
    new = settings.embedded and not _file(settings).exists()
    app = build(settings)
    for each in app.registry.problems:
        warn(words("plugin_problem", problem=each))
    if new:
        app.prepare()
    elif schema.stored_revision(app.engine) != schema.newest_revision():
        raise VekhaError(problem("database.not_prepared"))
    return app


def _file(settings: Settings) -> Path:
    return Path(settings.database.removeprefix("sqlite:///"))


def actor() -> Actor:
    """Who acts and where: `--actor`, `--role` and the place, by default the administrator of this installation.

    Raises WrongUseError access.unknown_role.
    """
    if options.role not in roles():
        raise WrongUseError(problem("access.unknown_role", "--role", role=options.role, known=", ".join(roles())))
    name = options.actor or words("administrator")
    where = {"region": options.region, "municipality": options.municipality, "institution": options.institution}
    return Actor(name=name, grants=(Grant(role=options.role, **where),))


def finish_queued(*, wait: bool) -> bool:
    """Does what was queued here and now (`--wait`); else the dispatcher will. True when it is done.

    Raises VekhaError cli.not_finished with what each piece of work failed on.
    """
    if not wait:
        return False
    app = installation()
    with waiting(words("working")):
        if is_up(app.settings.home):
            _wait_for_dispatcher(app)
        elif os.environ.get("PREFECT_API_URL"):
            _drain(app)
        else:
            from vekha.supervisor import embedded_server  # noqa: PLC0415

            with embedded_server(app.settings.home) as server:
                server.wait()
                _drain(app)
    return True


def _drain(app: App) -> None:
    """The flows are reached by name: the core does not know them."""
    drained: Any = import_module("flows.dispatcher").drain(app)
    if drained.errors:
        raise VekhaError(problem("cli.not_finished", key, reason=reason) for key, reason in drained.errors.items())


def _wait_for_dispatcher(app: App) -> None:
    """`vekha up` works here already: the outbox is its business, ours is to wait."""
    until = time.monotonic() + PATIENCE
    while True:
        with app.work(writes=False) as unit:
            left = [row for row in lists.queue(unit) if row.ready_at <= unit.now]
        if not left:
            return
        if time.monotonic() > until:
            reasons = {row.key: row.error or words("still_working") for row in left}
            raise VekhaError(problem("cli.not_finished", key, reason=reason) for key, reason in reasons.items())
        time.sleep(0.2)


def is_up(home: Path) -> bool:
    """Whether `vekha up` runs this installation: it holds the lock of its folder."""
    try:
        with (home / "up.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
