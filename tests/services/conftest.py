"""A club, its programme of 2026 and its people, on SQLite or on both databases."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import SQLModel, select

from tests.conftest import VirtualClock
from vekha.bootstrap import App, build
from vekha.domain.access import ENGINE, Actor, Grant
from vekha.domain.errors import Problem, VekhaError
from vekha.domain.people import (
    FormPair,
    GiveConsent,
    Introduce,
    People,
    PeopleCommand,
    Purpose,
    Register,
    Role,
)
from vekha.services.launch import campaigns
from vekha.services.mentoring import people
from vekha.services.office import documents
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process import activities, stages
from vekha.services.process.programmes import load
from vekha.services.region import institutions
from vekha.services.work import Work
from vekha.settings import Settings
from vekha.storage.tables import Audit, Outbox

TOY = Path(__file__).parent / "toy"
KEY = "club-1-2026"
MENTEE, MENTOR = "Журавлёв Илья Сергеевич", "Соколова Анна Викторовна"
ORDER = DocumentPlace("prepare", "papers", "order")
DECISION = DocumentPlace("prepare", "papers", "decision")
SCAN = DocumentPlace("prepare", "papers", "scan")
REGISTER = DocumentPlace("people", "data", "register")
PDF = b"%PDF-1.7 a signed paper"


def actor(role: str, **place: str) -> Actor:
    return Actor(name=role, grants=(Grant(role=role, **place),))


CURATOR = actor("curator", institution="club-1")
DIRECTOR = actor("director", institution="club-1")
STRANGER = actor("curator", institution="club-2")
OPERATOR = actor("operator", region="02")
NEIGHBOUR = actor("operator", region="77")
VIEWER = actor("municipal_curator", region="02")


def letter(person: str) -> DocumentPlace:
    return DocumentPlace("people", "data", "letter", person)


@dataclass(frozen=True)
class Club:
    """An installation with clubs, a clock to move, and shortcuts for what tests do all the time."""

    app: App
    clock: VirtualClock

    def add(self, number: int = 1, **changed: Any) -> str:
        cast = self.app.registry.type("club").cast(number)
        staff = {role: {"name": each.name, "gender": each.gender} for role, each in cast.staff.items()}
        told = {"code": f"club-{number}", "type": "club", "region": "02", "timezone": "Asia/Yekaterinburg"}
        told |= {"title": cast.title, "short_title": cast.short_title, "staff": staff, **changed}
        with self.app.work() as work:
            if told["region"] == "02":
                institutions.add_region(work, "02", "Примерная область", "Asia/Yekaterinburg")
            institutions.put(work, institutions.InstitutionData(**told))
        return told["code"]

    def start(self, code: str = "club-1", year: int = 2026) -> str:
        with self.app.work() as work:
            key = campaigns.start_one(work, institutions.one(work, code), year)
            stages.open_due(work, key)
        return key

    @contextmanager
    def work(self, who: Actor = ENGINE, **options: Any) -> Iterator[Work]:
        with self.app.work(who, **options) as work:
            yield work

    def refused(self, service: Any, *arguments: Any, who: Actor = ENGINE, **named: Any) -> list[Problem]:
        """The problems a service refuses with."""
        with pytest.raises(VekhaError) as caught, self.app.work(who) as work:
            service(work, *arguments, **named)
        return list(caught.value.problems)

    def codes(self, service: Any, *arguments: Any, who: Actor = ENGINE, **named: Any) -> list[str]:
        return [each.code for each in self.refused(service, *arguments, who=who, **named)]

    def people(self, key: str = KEY) -> People:
        """What the database holds."""
        with self.app.work(writes=False) as work:
            return load(work, key).now.people

    def carry_out(self, *commands: PeopleCommand, key: str = KEY) -> None:
        with self.app.work() as work:
            people.carry_out(work, key, commands)

    def come_together(self, key: str = KEY) -> None:
        """A pupil and a mentor, with consents, in the registers, in a pair: p1, p2, n1."""
        today = self.clock().date()
        dates = {"signed": today, "until": dt.date(2027, 6, 30), "purpose": Purpose.PROCESSING}
        self.carry_out(
            Introduce(name=MENTEE, role=Role.MENTEE, birth_date=dt.date(2012, 2, 28), contact="+7 900 000-00-01"),
            Introduce(name=MENTOR, role=Role.MENTOR),
            GiveConsent(subject="p1", guardian="Журавлёва Мария Петровна", **dates),
            GiveConsent(subject="p2", **dates),
            Register(person="p1", role=Role.MENTEE, on=today),
            Register(person="p2", role=Role.MENTOR, on=today),
            FormPair(mentors=("p2",), mentees=("p1",), format="пара", starts=today, ends=dt.date(2027, 5, 31)),
            key=key,
        )

    def prepare(self, key: str = KEY) -> None:
        """Everything of the first stage is done and its completion is asked for."""
        with self.app.work() as work:
            documents.approve(work, key, [ORDER, DECISION])
            documents.attach(work, key, SCAN, PDF, "скан.pdf")
            activities.done(work, key, "prepare", "papers")
            stages.complete(work, key, "prepare")

    def audit(self, subject: str, key: str | None = KEY) -> list[tuple[str | None, str, str | None]]:
        """(old, new, why) of every change of one thing."""
        return [
            (row.old, row.new, row.why) for row in self.rows(Audit) if (row.subject, row.programme) == (subject, key)
        ]

    def queued(self, kind: str) -> list[str]:
        return [row.key for row in self.rows(Outbox) if row.kind == kind]

    def rows(self, table: type[SQLModel]) -> list[Any]:
        order = list(table.__table__.primary_key)  # type: ignore[attr-defined]
        with self.app.work(writes=False) as work:
            return list(work.session.exec(select(table).order_by(*order)))

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """The statements sent to the database meanwhile."""
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            sent.append(statement)

        event.listen(self.app.engine, "before_cursor_execute", note)
        yield sent
        event.remove(self.app.engine, "before_cursor_execute", note)

    @contextmanager
    def plans(self) -> Iterator[list[str]]:
        """How SQLite reads for each question asked meanwhile, step by step; an empty database has no statistics, so
        the plan depends on nothing but the question and the indices."""
        sent: list[tuple[str, Any]] = []
        steps: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            sent.append((statement, parameters))

        event.listen(self.app.engine, "before_cursor_execute", note)
        yield steps
        event.remove(self.app.engine, "before_cursor_execute", note)
        with self.app.engine.connect() as connection:
            for statement, parameters in sent:
                if statement.startswith("SELECT"):
                    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                    steps += [str(row[-1]) for row in rows]


def _club(home: Path, url: str | None, clock: VirtualClock) -> Iterator[Club]:
    app = build(Settings(home=home, database_url=url, plugins_dir=TOY), clock)
    club = Club(app, clock)
    club.add()
    assert club.start() == KEY
    yield club
    app.engine.dispose()


@pytest.fixture
def club(home: Path, clock: VirtualClock) -> Iterator[Club]:
    yield from _club(home, None, clock)


@pytest.fixture
def pg_club(tmp_path: Path, emptied_postgres: str, clock: VirtualClock) -> Iterator[Club]:
    yield from _club(tmp_path, emptied_postgres, clock)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_club(request: pytest.FixtureRequest) -> Club:
    """The same test on both databases."""
    return request.getfixturevalue("club" if request.param == "sqlite" else "pg_club")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def clubs(request: pytest.FixtureRequest, tmp_path: Path, clock: VirtualClock) -> Iterator[Club]:
    """An installation on both databases where no club has been added yet."""
    if request.param == "sqlite":
        app = build(Settings(home=request.getfixturevalue("home"), database_url=None, plugins_dir=TOY), clock)
    else:
        url = request.getfixturevalue("emptied_postgres")
        app = build(Settings(home=tmp_path, database_url=url, plugins_dir=TOY), clock)
    yield Club(app, clock)
    app.engine.dispose()
