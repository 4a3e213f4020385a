"""Pairs, meetings, figures and practices over the API: codes instead of names, nothing of a few, page by page."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.conftest import VirtualClock
from tests.services.surveys.conftest import KEY, OPINION, TODAY, School, settle
from tests.web.api.test_api import key_of
from vekha.bootstrap import App
from vekha.domain.access import Actor, Grant
from vekha.domain.people import FormPair, HoldMeeting
from vekha.domain.reporting.collection import Terms
from vekha.domain.reporting.practice import Card, Step
from vekha.services.mentoring import people
from vekha.services.reporting import collecting, practices
from vekha.services.surveys import life
from vekha.web.app import create_app

OPERATOR = Actor(name="Оператор", grants=(Grant(role="operator", region="02"),))
AFTER = TODAY + dt.timedelta(days=30)


@pytest.fixture
def school(app: App, clock: VirtualClock, add_institution: Callable[..., str]) -> School:
    settle(app, add_institution)
    found = School(app, clock)
    until = dt.date(2027, 5, 31)
    commands: list[Any] = [
        FormPair(mentors=(mentor,), mentees=(mentee,), format="один на один", starts=TODAY, ends=until)
        for mentor, mentee in (("p13", "p5"), ("p14", "p6"), ("p15", "p7"))
    ]
    commands.append(HoldMeeting(kind="introduction", on=TODAY, pair="n1", minutes=45, topic="Личное"))
    commands.append(HoldMeeting(kind="trial", on=TODAY, pair="n2", absent=True))
    found.does(people.carry_out, KEY, commands)
    return found


def asker(app: App, who: str) -> Callable[..., Any]:
    client = TestClient(create_app(app), raise_server_exceptions=False)
    headers = {"Authorization": f"Bearer {key_of(app, who)}"}
    return lambda path, **query: client.get(f"/api/v1{path}", headers=headers, params=query)


def test_pairs_and_meetings_come_page_by_page_without_names(app: App, school: School) -> None:
    get = asker(app, "operator")
    first = get(f"/programmes/{KEY}/pairs", limit=2).json()
    rest = get(f"/programmes/{KEY}/pairs", limit=2, after=first["next"]).json()
    told = [(each["code"], each["mentors"], each["mentees"]) for each in (*first["items"], *rest["items"])]
    assert told == [("n1", ["p13"], ["p5"]), ("n2", ["p14"], ["p6"]), ("n3", ["p15"], ["p7"])]
    assert rest["next"] is None
    met = get(f"/programmes/{KEY}/meetings").json()["items"]
    assert [(each["pair"], each["kind"], each["held"]) for each in met] == [
        ("n1", "introduction", True),
        ("n2", "trial", False),
    ]
    assert [each["pair"] for each in get(f"/programmes/{KEY}/meetings", pair="n2").json()["items"]] == ["n2"]
    assert "Личное" not in str(met)
    assert asker(app, "stranger")(f"/programmes/{KEY}/pairs").status_code == 403
    assert get("/programmes/no-such/meetings").status_code == 404


@pytest.mark.parametrize(("count", "value"), [(4, None), (5, 100.0)])
def test_figures_of_a_region_tell_nothing_of_a_few(app: App, school: School, count: int, value: float | None) -> None:
    number = school.create()
    for token in school.invite(number, [f"p{each}" for each in range(5, 5 + count)]).values():
        school.answer(token, OPINION)
    school.does(life.close, KEY, number)
    school.clock.to(AFTER)
    terms = Terms(title="Сбор", since=TODAY, on=AFTER, opens=AFTER, closes=AFTER, plan={"pairs": 3.0})
    with app.work(OPERATOR) as work:
        collecting.create(work, "spring", "02", terms)
        collecting.count(work, "spring", ["school-12"])
    get = asker(app, "operator")
    assert [each["code"] for each in get("/collections").json()["items"]] == ["spring"]
    found = get("/collections/spring").json()
    figures = {each["code"]: each for each in found["figures"]}
    assert (figures["pairs"]["value"], figures["pairs"]["plan"]) == (3.0, 3.0)
    assert figures["recommended"]["value"] == value
    [line] = found["lines"]
    assert {each["code"]: each["value"] for each in line["figures"]}["recommended"] == value
    assert get("/collections/autumn").status_code == 404
    assert asker(app, "director")("/collections").status_code == 403


def test_practices_are_those_that_are_published(app: App, school: School) -> None:
    card = Card(title="Разборы задач", model="", problem="Трудно", done="Разбирали вместе", result="Стало легче")
    row = school.does(practices.create, KEY, card)
    get = asker(app, "operator")
    assert get("/practices").json() == {"items": [], "next": None}
    director = Actor(name="Директор", grants=(Grant(role="director", institution="school-12"),))
    school.does(practices.step, row.id, Step.SEND)
    for step in (Step.ACCEPT, Step.PUBLISH):
        with app.work(director) as work:
            practices.step(work, row.id, step)
    [found] = get("/practices", search="задача").json()["items"]
    assert (found["title"], found["institution"]) == ("Разборы задач", "school-12")
