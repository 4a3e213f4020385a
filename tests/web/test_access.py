"""Every route, every role, at home and elsewhere, against the table in `access.py`; and what attackers try."""

import datetime as dt
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.web.access import FAMILIES, FILLED, LOGGED_IN, VISITORS, Row
from tests.web.conftest import KEY, ROOT
from tests.web.test_forms import ANSWER
from vekha.bootstrap import App
from vekha.domain import accounts as rules
from vekha.domain.access import Grant
from vekha.domain.people import Introduce, Role
from vekha.domain.reporting.collection import Terms
from vekha.domain.reporting.practice import Card
from vekha.domain.tokens import Scope
from vekha.services.access import accounts, tokens
from vekha.services.office import documents, prints
from vekha.services.office.contexts import DocumentPlace
from vekha.services.reporting import collecting, practices
from vekha.storage.tables import LoginSession
from vekha.web.app import create_app
from vekha.web.visitors import COOKIE

PDF = b"%PDF-1.7 a paper"
TOWN = "Примерск"
TODAY = dt.date(2026, 5, 4)
HOME, AWAY = {"region": "02", "institution": "school-12"}, {"region": "02", "institution": "school-99"}
GRANTS = {
    "administrator": Grant(role="administrator"),
    "operator": Grant(role="operator", region="02"),
    "operator_elsewhere": Grant(role="operator", region="77"),
    "municipal": Grant(role="municipal_curator", region="02", municipality=TOWN),
    "municipal_elsewhere": Grant(role="municipal_curator", region="02", municipality="Заречье"),
    "director": Grant(role="director", **HOME),
    "director_elsewhere": Grant(role="director", **AWAY),
    "curator": Grant(role="curator", **HOME),
    "curator_elsewhere": Grant(role="curator", **AWAY),
}
ROWS = [row for rows in FAMILIES.values() for row in rows]


def routes(web: FastAPI) -> set[tuple[str, str]]:
    """(method, path) of everything the console answers, the API apart: its keys have tests of their own."""
    found: set[tuple[str, str]] = set()
    for route in web.routes:
        for each in getattr(getattr(route, "original_router", None), "routes", [route]):
            methods = set(getattr(each, "methods", None) or ()) - {"HEAD"}
            found |= {(method, each.path) for method in methods if not each.path.startswith("/api/")}
    return found


class World:
    """A school, everybody logged in, and a database that is as it was before each request."""

    def __init__(self, app: App) -> None:
        self.web = create_app(app)
        self.clients = {who: self._client() for who in VISITORS}
        for who, grant in GRANTS.items():
            with app.work(ROOT) as work:  # a password each would cost more than all requests together
                accounts.invite(work, f"{who}@example.org", f"Тестов {who.title()}", grant)
                account = accounts.by_login(work, f"{who}@example.org").id or 0
                times = {"created_at": work.now, "seen_at": work.now, "expires_at": work.now + rules.SESSION}
                work.session.add(LoginSession(token=accounts.digest(who), account=account, **times))
            self.clients[who].cookies.set(COOKIE, who)
        with app.work(ROOT) as work:
            owner = accounts.by_login(work, "operator@example.org").id
            tokens.create(work, "operator@example.org", "Учёт", [Scope.READ_STATUSES], 30, asking=owner)
        with app.work() as work:
            [row] = documents.approve(work, KEY, [DocumentPlace("prepare", "legal_basis", "order_launch")])
            self.document = str(row.id)
        with app.work() as work:
            prints.record_print(work, int(self.document), prints.make_print(work, int(self.document)) or "")
        self.live = sqlite3.connect(Path(app.settings.home) / "vekha.db")
        self.live.execute("PRAGMA synchronous = OFF")
        self.snapshot = sqlite3.connect(":memory:")
        self.live.backup(self.snapshot)
        self.touched, self.version = False, self._version()

    def _version(self) -> int:
        """Another one as soon as anybody else has written."""
        return self.live.execute("PRAGMA data_version").fetchone()[0]

    def _client(self) -> TestClient:
        return TestClient(self.web, follow_redirects=False, raise_server_exceptions=False)

    def ask(self, row: Row, who: str) -> str:
        """«in», «denied» or «login»; what is wrong with the request itself is the business of other tests."""
        if self.touched and self._version() != self.version:
            self.snapshot.backup(self.live)
        self.touched, self.version = row.method != "GET", self._version()
        filled = {**FILLED, "document": self.document, **row.fill}
        address = re.sub(r"{(\w+)(?::\w+)?}", lambda part: filled[part[1]], row.path) + row.query
        client = self.clients[who]
        cookies = dict(client.cookies)
        data = {name: value for name, value in row.data.items() if value != "*"}
        files = {name: ("скан.pdf", PDF) for name, value in row.data.items() if value == "*"}
        answer = client.request(row.method, address, data=data or None, files=files or None)
        client.cookies.clear()
        client.cookies.update(cookies)
        if answer.status_code == 303 and answer.headers["location"].startswith("/login?"):
            return "login"
        if answer.status_code == 401:  # the login page that takes along what was typed
            return "login"
        assert answer.status_code < 500, (row.method, address, who, answer.status_code)
        refused = 404 if row.hidden else 403
        return "denied" if answer.status_code == refused else "in"


@pytest.fixture
def world(app: App, add_institution: Callable[..., str]) -> Iterator[World]:
    from vekha.services.dates import extensions, shifts  # noqa: PLC0415
    from vekha.services.launch import campaigns  # noqa: PLC0415
    from vekha.services.mentoring import people  # noqa: PLC0415
    from vekha.services.process import forms, stages  # noqa: PLC0415
    from vekha.services.region import institutions  # noqa: PLC0415
    from vekha.services.surveys import life  # noqa: PLC0415

    add_institution(app, municipality=TOWN)
    with app.work() as work:
        institutions.add_region(work, "77", "Другая область", "Europe/Moscow")
        campaigns.create(work, campaigns.CampaignData(code="c-2027", title="Цикл", region="02", year=2027))
        dates = {"since": TODAY, "on": TODAY, "opens": TODAY, "closes": TODAY}
        collecting.create(work, "s-2026", "02", Terms(title="Сбор", plan={}, **dates))
        key = campaigns.start_one(work, institutions.one(work, "school-12"), 2026)
        stages.open_due(work, key)
        practices.create(work, key, Card(title="Опыт", problem="", done="", result=""))
        forms.submit(work, key, "prelim_request", ANSWER)
        for name, role in (("Белов Лев Ильич", Role.MENTEE), ("Чернова Ия Львовна", Role.MENTOR)):
            people.carry_out(work, key, [Introduce(name=name, role=role)])
        first = extensions.ask(work, key, "prepare", "", TODAY + dt.timedelta(days=60), "Ремонт")
        life.create(work, key, life.SurveyData(form="programme_opinion"))
        shifts.apply(work, extensions.grant(work, [first]), None, shifts.Order("Согласовано", ""))
        extensions.ask(work, key, "prepare", "", TODAY + dt.timedelta(days=90), "Ремонт")  # waits
    made = World(app)
    with ExitStack() as stack:
        for client in made.clients.values():
            stack.enter_context(client)  # one event loop for all requests of somebody
        yield made
    made.live.close()


def test_every_route_has_a_row_and_every_row_a_route(app: App) -> None:
    told = {(row.method, row.path) for row in ROWS}
    there = routes(create_app(app))
    assert (sorted(there - told), sorted(told - there)) == ([], []), "tests/web/access.py says how to add a row"
    assert len(told) == len(ROWS)


def test_only_those_named_are_let_in(world: World) -> None:
    wrong: list[str] = []
    for row in ROWS:
        for who in VISITORS:
            expected = "in" if who in row.who else "denied" if who in LOGGED_IN else "login"
            if (got := world.ask(row, who)) != expected:
                wrong.append(f"{row.method} {row.path} {who}: {got}, а должно быть {expected}")
    assert wrong == []
