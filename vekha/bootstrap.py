"""The one composition root: Settings → App. Everything else is handed what it needs."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from vekha.domain.access import ENGINE, Actor
from vekha.domain.calendar import Override, Overrides, WorkingCalendar, load_overrides
from vekha.domain.errors import VekhaError, problem
from vekha.domain.reminders import Policies
from vekha.domain.reminders_file import parse_policies
from vekha.files import FileStore
from vekha.plugin_verdicts import recall
from vekha.registry import Registry, load_plugins
from vekha.services.mentoring.traces import clear
from vekha.services.work import Tools, Work
from vekha.settings import CHECKOUT, Settings
from vekha.storage import schema
from vekha.storage.engine import database_problem, open_engine

if TYPE_CHECKING:
    from vekha.documents.engine import Renderer
    from vekha.mail.letter import Letters
    from vekha.mail.post import Server

PLANNED_YEARS = range(2020, 2041)  # the years for which plugins are asked about a region's own days
Clock = Callable[[], dt.datetime]


def system_clock() -> dt.datetime:
    """The only place that asks what time it is."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class App:
    """An installation, ready to work."""

    settings: Settings
    engine: Engine
    tools: Tools
    clock: Clock

    @contextmanager
    def work(self, actor: Actor = ENGINE, *, writes: bool = True) -> Iterator[Work]:
        """A unit of work: commits when the block ends, rolls everything back when it raises.

        With `writes=False` it only reads and takes no lock. Failures of the database become VekhaError.
        """
        bound = self.engine.execution_options(vekha_writes=writes)
        try:
            with Session(bound, expire_on_commit=False) as session:
                work = Work(session=session, actor=actor, now=self.clock(), tools=self.tools, writes=writes)
                yield work
                if writes:
                    work.flush()
                    session.commit()
            if work.traces is not None:
                clear(self.engine, map(self.tools.files.path, work.traces), self.settings.home / "uploads")
        except DBAPIError as reason:
            raise database_problem(reason) from reason
        except OverflowError as reason:  # SQLite's driver says so before the database is asked
            if "SQLite" not in str(reason):
                raise
            raise VekhaError(problem("database.number_too_large")) from reason

    def prepare(self) -> None:
        """Brings the database's schema up to date."""
        schema.upgrade(self.engine)

    @property
    def registry(self) -> Registry:
        return self.tools.registry


def build(settings: Settings | None = None, clock: Clock = system_clock) -> App:
    """Puts an installation together; opens nothing slow (no Prefect, no WeasyPrint) before it is needed."""
    settings = settings or Settings()
    registry = load_plugins(settings.plugins_dir)
    recall(registry, settings.home)
    return App(
        settings=settings,
        engine=open_engine(settings.database),
        tools=Tools(
            registry=registry,
            files=FileStore(settings.files),
            public_url=settings.public_url,
            scan_command=settings.scan_command,
            make_renderer=lambda: _renderer(registry),
            make_calendar=lru_cache(maxsize=128)(lambda region: _calendar(settings, registry, region)),
            make_policies=lambda: read_policies(settings),
            make_letters=lambda: _letters(settings),
            make_mail_server=lambda: _mail_server(settings),
        ),
        clock=clock,
    )


@cache
def current() -> App:
    """The App of this process, from the environment: for flows and tasks, which Prefect starts."""
    return _CURRENT[-1] if _CURRENT else build()


_CURRENT: list[App] = []


def use(app: App) -> None:
    """Makes `app` the one that flows of this process work on (a virtual clock, a throw-away folder)."""
    _CURRENT.append(app)
    current.cache_clear()


def _renderer(registry: Registry) -> "Renderer":
    from vekha.documents.engine import Renderer  # noqa: PLC0415 — Jinja and WeasyPrint only when a document is made

    folders = {"base": CHECKOUT / "templates" / "documents"}
    folders |= {code: kind.folder / "templates" for code, kind in registry.types.items()}
    return Renderer(folders)


def _calendar(settings: Settings, registry: Registry, region: str) -> WorkingCalendar:
    """The calendar of all Russia, then the region's own days from plugins, then the operator's file on top of both."""
    days: dict[dt.date, Override] = {}
    for year in PLANNED_YEARS:
        days |= registry.working_calendar(region, year) or {}
    overrides = Overrides(days)
    if settings.calendar_file is not None:
        content = _text_of(settings.calendar_file)
        stated = load_overrides(content, settings.calendar_file.name)
        overrides = Overrides({**days, **stated.days}, stated.decreed)
    return WorkingCalendar(overrides)


def read_policies(settings: Settings) -> Policies:
    """When whom to remind. Raises VekhaError with everything that is wrong with the file of VEKHA_REMINDERS_FILE."""
    if settings.reminders_file is None:
        return Policies()
    return parse_policies(_text_of(settings.reminders_file), settings.reminders_file.name)


def _letters(settings: Settings) -> "Letters":
    from vekha.mail.letter import Letters  # noqa: PLC0415 — Jinja only when a letter is written

    return Letters(CHECKOUT / "templates" / "mail", settings.public_url)


def _mail_server(settings: Settings) -> "Server | None":
    from vekha.mail.post import read_server  # noqa: PLC0415

    return read_server(settings.smtp)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as reason:
        raise VekhaError(problem("file.not_found", path=str(path))) from reason
    except UnicodeDecodeError as reason:
        raise VekhaError(problem("cli.not_utf8", str(path))) from reason
