"""A curator's desk among a million open activities, on both databases; writes its section of docs/performance.md.

Run from the checkout: `.venv/bin/python -m bench.inbox [activities]`. One school is launched as usual and its rows are
copied to all the others by the database; then curators of schools chosen at random open their desks one by one.
"""

import datetime as dt
import random
import resource
import statistics
import sys
import time
from typing import Any

from sqlalchemy import text

from bench.plans import plans_of
from bench.report import machine, write_section
from bench.scheduling import installation, launch, settle
from vekha.bootstrap import App
from vekha.domain.access import Actor, Grant
from vekha.services.process.desk import Desk, desk
from vekha.storage import bulk
from vekha.storage.tables import Activity, Institution, Programme, Stage

TODAY = dt.datetime(2026, 10, 20, 6, 0, tzinfo=dt.UTC)
EACH = 31  # activities of a school
ASKED = 1000
TARGET_MS = 20


def fill(app: App, schools: int) -> int:
    """Every school with every activity open; returns how many there are."""
    first = settle(app, schools)[:1]
    launch(app, first)
    key = "i.code || '-2026'"
    with app.work() as work:
        for model, changed, source in (
            (Programme, {"key": key, "institution": "i.code"}, "key"),
            (Stage, {"programme": key}, "programme"),
            (Activity, {"programme": key}, "programme"),
        ):
            _copy(work, model, changed, source, first[0])
        for statement in ("UPDATE stage SET state='open'", "UPDATE activity SET state='open', opens='2026-05-04'"):
            work.session.execute(text(statement))
        bulk.weigh(work.session, Institution, Programme, Stage, Activity)  # as a launch does
    with app.engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM activity WHERE state='open'")).scalar_one()


def _copy(work: Any, model: Any, changed: dict[str, str], source: str, first: str) -> None:
    """The rows of the first school for each of the others."""
    names = [each.name for each in model.__table__.columns]
    values = ", ".join(changed.get(name, f"t.{name}") for name in names)
    statement = f"INSERT INTO {model.__table__.name} ({', '.join(names)}) SELECT {values}"
    where = f"t.{source} = '{first}-2026' AND i.code <> '{first}'"
    work.session.execute(text(f"{statement} FROM {model.__table__.name} t, institution i WHERE {where}"))


def open_desk(app: App, school: int) -> Desk:
    actor = Actor(name="Куратор", grants=(Grant(role="curator", region="02", institution=f"school-{school}"),))
    with app.work(actor, writes=False) as work:
        return desk(work)


def measure(database: str, wanted: int) -> dict[str, Any]:
    schools = -(-wanted // EACH)
    with installation(database) as made:
        count = fill(made, schools)
        app = App(made.settings, made.engine, made.tools, lambda: TODAY)
        chance = random.Random(20)
        found = open_desk(app, 1)
        assert len(found.late + found.today + found.week + found.later) == EACH
        took: list[float] = []
        for school in (chance.randrange(schools) for _ in range(ASKED)):
            began = time.perf_counter()
            open_desk(app, school)
            took.append(1000 * (time.perf_counter() - began))
        cuts = statistics.quantiles(took, n=100)
        plan = plans_of(app.engine, lambda: open_desk(app, 1))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"count": count, "p50": cuts[49], "p99": cuts[98], "plan": plan, "peak": peak}


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    every = {title: measure(name, wanted) for title, name in (("SQLite", "sqlite"), ("PostgreSQL", "postgresql"))}
    lines = [
        "## Рабочий стол куратора среди миллиона мероприятий",
        "",
        f"`python -m bench.inbox {wanted}`: {machine()}; по {ASKED} обращений кураторов случайных школ.",
        "",
        "| | открытых мероприятий | p50, мс | p99, мс | цель | достигнута | память, МБ |",
        "|---|---|---|---|---|---|---|",
    ]
    for title, each in every.items():
        reached = "да" if each["p99"] <= TARGET_MS else "**нет**"
        times = f"{each['p50']:.1f} | {each['p99']:.1f} | ≤ {TARGET_MS}"
        lines.append(f"| {title} | {each['count']} | {times} | {reached} | {each['peak']} |")
    for title, each in every.items():
        lines += ["", f"Планы запросов, {title}:", "", "```", *each["plan"], "```"]
    write_section("inbox", "\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
