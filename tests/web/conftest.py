"""The console on a school's installation, and browsers of different people (FastAPI's TestClient)."""

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from vekha.bootstrap import App
from vekha.domain.access import Actor, Grant
from vekha.services.access import accounts
from vekha.services.launch import campaigns
from vekha.services.process import stages
from vekha.services.region import institutions
from vekha.web.app import create_app

PASSWORD = "четыре зелёных трамвая"
KEY = "school-12-2026"
ROOT = Actor(name="Администратор", grants=(Grant(role="administrator"),))
OWN = {"region": "02", "institution": "school-12"}
PEOPLE = {
    "administrator": Grant(role="administrator"),
    "operator": Grant(role="operator", region="02"),
    "municipal": Grant(role="municipal_curator", region="02"),
    "uezd": Grant(role="municipal_curator", region="02", municipality="Иной район"),
    "director": Grant(role="director", **OWN),
    "curator": Grant(role="curator", **OWN),
    "stranger": Grant(role="curator", region="02", institution="school-99"),
}
Browser = Callable[..., TestClient]


@pytest.fixture
def programme(app: App, add_institution: Callable[..., str]) -> str:
    """The key of a running programme of «school-12», its first stages open."""
    add_institution(app)
    with app.work() as work:
        key = campaigns.start_one(work, institutions.one(work, "school-12"), 2026)
        stages.open_due(work, key)
    return key


@pytest.fixture
def anonymous(app: App) -> Iterator[TestClient]:
    """A browser without a session."""
    with TestClient(create_app(app), follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def browser(app: App) -> Iterator[Browser]:
    """`browser("curator")`: the browser of somebody logged in."""
    opened: list[TestClient] = []

    def log_in(who: str) -> TestClient:
        login = f"{who}@example.org"
        with app.work(ROOT) as work:
            link = accounts.invite(work, login, f"Тестов {who.title()}", PEOPLE[who])
        client = TestClient(create_app(app), follow_redirects=False, raise_server_exceptions=False)
        opened.append(client)
        answer = client.post(f"/welcome/{link}", data={"password": PASSWORD, "again": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client

    yield log_in
    for client in opened:
        client.close()
