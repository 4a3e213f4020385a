"""What a service works with: one transaction of one actor at one moment, and the installation's tools."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import Session, select

from vekha.domain.access import Action, demand
from vekha.domain.calendar import WorkingCalendar
from vekha.domain.errors import VekhaError, problem
from vekha.domain.reminders import Policies
from vekha.files import FileStore
from vekha.registry import Registry
from vekha.storage.tables import Institution
from vekha.storage.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from vekha.documents.engine import Renderer
    from vekha.mail.letter import Letters
    from vekha.mail.post import Server

# Somebody an institution knows: name, birth date, the entry that this one has become part of.
Acquaintance = tuple[str, dt.date | None, str | None]
EARLIEST_TZ = dt.timedelta(hours=14)  # somewhere it is tomorrow already


@dataclass(frozen=True)
class Tools:
    """The parts of an installation that services use besides the database."""

    registry: Registry
    files: FileStore
    make_renderer: Callable[[], "Renderer"]
    make_calendar: Callable[[str], WorkingCalendar]
    make_policies: Callable[[], Policies]
    make_letters: Callable[[], "Letters"]
    make_mail_server: Callable[[], "Server | None"]
    public_url: str = ""  # where people reach the console; without one documents get no QR code
    scan_command: str = ""  # checks uploads for viruses; none is run where it is empty
    schemas_seen: set[str] = field(default_factory=set)  # digests known to be in the database
    blanks_seen: dict[bytes, tuple[str, ...]] = field(default_factory=dict)  # of drafts, by everything they are made of

    @cached_property
    def renderer(self) -> "Renderer":
        return self.make_renderer()

    @cached_property
    def policies(self) -> Policies:
        """When whom to remind. Raises VekhaError with everything that is wrong with the file."""
        return self.make_policies()

    @cached_property
    def letters(self) -> "Letters":
        return self.make_letters()

    @cached_property
    def mail_server(self) -> "Server | None":
        """None where none is set up. Raises WrongUseError with everything that is wrong with the settings."""
        return self.make_mail_server()

    def calendar(self, region: str) -> WorkingCalendar:
        return self.make_calendar(region)


@dataclass(slots=True, kw_only=True)
class Work(UnitOfWork):
    """A unit of work with the tools at hand."""

    tools: Tools
    writes: bool = True
    programmes: dict[str, object] = field(default_factory=dict)  # what `programmes.load` has read
    acquainted: dict[str, dict[str, Acquaintance]] = field(default_factory=dict)  # institution → whom it knows, by code
    locked: set[str] = field(default_factory=set)  # institutions that are ours until the transaction ends
    said_at_once: dict[str, int] = field(default_factory=dict)  # keys of messages of this moment → how many
    schemas_new: set[str] = field(default_factory=set)  # digests inserted here, which a rollback may take back
    traces: frozenset[str] | None = None  # somebody was erased: the files to be removed when that is written

    @contextmanager
    def attempt(self, programme: str | None = None) -> Iterator[None]:
        """Part of the transaction that may be refused: a refusal takes back all of the part and nothing else.

        What was loaded before is then stale and has to be loaded again: everything, or only what concerns the one
        `programme` that the part works on.
        """
        written = {table: len(rows) for table, rows in self._pending.items()}
        schemas = set(self.schemas_new)
        savepoint = self.session.begin_nested()
        try:
            yield
        except BaseException:
            savepoint.rollback()
            for table, rows in self._pending.items():
                del rows[written.get(table, 0) :]
            self.schemas_new.intersection_update(schemas)
            self._forget(programme)
            raise
        savepoint.commit()

    def _forget(self, programme: str | None) -> None:
        """What was read may be gone, and so may the locks taken since. A row that the refused part has put in past the
        session and then read is known to the session still, and SQLite gives its number to the next one.
        """
        self.session.expire_all()
        if programme is None:
            self.programmes.clear()
        else:
            self.programmes.pop(programme, None)
        self.acquainted.clear()
        self.locked.clear()

    def local_day(self, timezone: str) -> dt.date:
        """Today's date where the institution is."""
        return self.now.astimezone(ZoneInfo(timezone)).date()

    def may(self, action: Action, home: Institution) -> bool:
        """Whether the actor may do it at this institution."""
        return self.actor.may(action, region=home.region, municipality=home.municipality, institution=home.code)

    def demand(self, action: Action, institution: Institution) -> None:
        """Raises VekhaError access.denied unless the actor may do it at this institution."""
        demand(
            self.actor,
            action,
            region=institution.region,
            municipality=institution.municipality,
            institution=institution.code,
        )


def lock_institution(work: Work, code: str) -> None:
    """Whoever gives out codes or numbers of an institution does so alone until the transaction ends.

    Locks are taken from the programme to its institution, never the other way (PostgreSQL; SQLite has one writer).
    """
    if code not in work.locked:
        work.session.execute(_LOCK, {"code": code}).one()
        work.locked.add(code)


_LOCK = select(Institution.code).where(Institution.code == bindparam("code")).with_for_update(key_share=True)


def institution_of(session: Session, code: str) -> Institution:
    """Raises VekhaError institution.unknown."""
    found = session.get(Institution, code)
    if found is None:
        raise VekhaError(problem("institution.unknown", institution=code))
    return found
