"""What a region of the showcase has to report: a collection that some have confirmed, awards put forward, practices."""

import datetime as dt

from vekha.bootstrap import App
from vekha.domain.access import ENGINE, Actor
from vekha.domain.people import Role
from vekha.domain.reporting.collection import Terms
from vekha.domain.reporting.practice import Card, Step
from vekha.services.reporting import awards, collecting, practices
from vekha.simulation.institution import REGION
from vekha.texts import section, text

COLLECTION, EARLIER = "figures-2026", "figures-spring"
PLAN = {"mentees": 60.0, "tasks_in_time": 80.0, "completion": 90.0}


def report(app: App, programmes: list[str], institutions: list[str], curator: Actor, day: dt.date) -> None:
    """`programmes` and `institutions` stand in one order; the first belongs to `curator`."""
    _collect(app, institutions, curator, day)
    _award(app, programmes[1])
    _write(app, programmes[0], curator)


def _collect(app: App, institutions: list[str], curator: Actor, day: dt.date) -> None:
    spring = dt.date(day.year, 6, 30)
    announced = ((EARLIER, _terms(spring, {}), ""), (COLLECTION, _terms(day, PLAN), EARLIER))
    for code, terms, compared in announced:
        with app.work(ENGINE) as work:
            row = collecting.create(work, code, REGION, terms, compared)
            collecting.count(work, code, collecting.asked(work, row))
    with app.work(curator) as work:
        collecting.confirm(work, COLLECTION, institutions[0], {"children": 420, "youth": 96})
    for institution in institutions[1::3]:
        with app.work(ENGINE) as work:
            collecting.confirm(work, COLLECTION, institution, {})


def _terms(on: dt.date, plan: dict[str, float]) -> Terms:
    """The calendar year up to a day, taken for two weeks."""
    dates = {"since": dt.date(on.year, 1, 1), "on": on, "opens": on, "closes": on + dt.timedelta(weeks=2)}
    return Terms(title=text("demo.collection", on=f"{on:%d.%m.%Y}"), plan=plan, **dates)


def _award(app: App, programme: str) -> None:
    """Whoever has results is put forward for a letter; the best one is approved."""
    with app.work(ENGINE) as work:
        worthy = [each for each in awards.sheet(work, programme).of(Role.MENTOR) if "thanks" in each.worthy]
        awards.choose(work, programme, [(each.code, "thanks") for each in worthy])
        if worthy:
            awards.decide(work, programme, [(worthy[0].code, "thanks")], approve=True)


def _write(app: App, programme: str, curator: Actor) -> None:
    """The first practice is published and pinned, the second a draft."""
    numbers: list[int] = []
    for told in section("demo")["practices"]:
        with app.work(curator) as work:
            numbers.append(practices.create(work, programme, Card(**told)).id or 0)
    for step in (Step.SEND, Step.ACCEPT, Step.PUBLISH):
        with app.work(ENGINE) as work:
            practices.step(work, numbers[0], step)
    with app.work(ENGINE) as work:
        practices.pin(work, numbers[0], pinned=True)
