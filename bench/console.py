"""The console's pages on a region: process time of each request; writes its section of docs/performance.md.

Run from the checkout: `.venv/bin/python -m bench.console [institutions]`. The time is that of the processor: the
machine is shared, and what neighbours take is not ours. One reader asks after the other, so a request has a core.
"""

import resource
import sys
import time
from collections.abc import Callable
from statistics import median

from fastapi.testclient import TestClient
from sqlalchemy import text

from bench.region10k import CAMPAIGN, installation, launch, live, load, write_table
from bench.report import machine, write_section
from vekha.bootstrap import App
from vekha.domain.access import Actor, Grant
from vekha.services import accounts
from vekha.web.app import create_app
from vekha.web.rendering import environment

ROOT = Actor(name="Администратор", grants=(Grant(role="administrator"),))
PASSWORD = "четыре зелёных трамвая"
TIMES = 40
CURATOR = Grant(role="curator", region="02", institution="school-77")
OPERATOR = Grant(role="operator", region="02")
PAGES = (  # what it is, who looks, the address, the target in milliseconds
    ("мои дела", "curator", "/desk", 60),
    ("этап", "curator", "/programmes/school-77-2026/stages/pairs", 80),
    ("доска: 50 худших", "operator", "/board", 300),
    ("доска, по названию", "operator", "/board?sort=title", 300),
    ("доска муниципалитета", "operator", "/board?municipality=Район 7", 300),
    ("поиск на доске", "operator", "/board?search=школа 77", 300),
    ("муниципалитеты", "operator", "/board/municipalities", 0),
    ("опоздания", "operator", "/board/late", 0),
    ("прогноз", "operator", "/board/forecast", 0),
    ("план-график", "operator", "/board/plan", 0),
    ("план и факт", "operator", "/board/pace", 0),
    ("организация", "operator", "/institutions/school-77", 0),
    ("журнал", "operator", "/journal", 0),
    ("журнал организации", "operator", "/journal?institution=school-77", 0),
    ("обработка", "operator", "/queue", 0),
)


def logged_in(app: App, who: str, grant: Grant) -> TestClient:
    with app.work(ROOT) as work:
        link = accounts.invite(work, f"{who}@example.org", who, grant)
    client = TestClient(create_app(app))
    client.post(f"/welcome/{link}", data={"password": PASSWORD, "again": PASSWORD})
    return client


def times_of(act: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of the processor, the first (cold) one left out."""
    act()
    found: list[float] = []
    for _ in range(times):
        started = time.process_time()
        act()
        found.append((time.process_time() - started) * 1000)
    return sorted(found)


def stage_of(app: App) -> str:
    """An open stage of the curator's school."""
    with app.work(writes=False) as work:
        rows = "SELECT code FROM stage WHERE programme='school-77-2026' AND state='open' ORDER BY ordinal"
        return str(work.session.execute(text(rows)).scalar())


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rows: list[str] = []
    environment().auto_reload = False  # what is measured is the code that was loaded
    with installation() as (app, clock, folder):
        write_table(folder / "region.xlsx", count)
        load(app, folder / "region.xlsx")
        launch(app)
        live(app, clock)
        with app.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
        clients = {"curator": logged_in(app, "curator", CURATOR), "operator": logged_in(app, "operator", OPERATOR)}
        stage = stage_of(app)
        for title, who, address, target in PAGES:
            client, place = clients[who], address.replace("/stages/pairs", f"/stages/{stage}")
            answer = client.get(place)
            assert answer.status_code == 200, (place, answer.status_code)
            told = times_of(lambda client=client, place=place: client.get(place), TIMES if target else TIMES // 4)
            p95 = told[int(len(told) * 0.95) - 1]
            size = len(answer.content) // 1024
            rows.append(f"| {title} | {median(told):.0f} | {p95:.0f} | {target or '–'} | {size} |")
            print(rows[-1], flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    lines = [
        "## Консоль",
        "",
        f"`python -m bench.console {count}`: {count} школ кампании «{CAMPAIGN}», SQLite, {machine()}. Миллисекунды –",
        "время процессора на запрос вместе с клиентом проверки; p95 из 40 запросов (без цели – из 10).",
        "",
        "| страница | медиана, мс | p95, мс | цель, мс | КБ |",
        "|---|---|---|---|---|",
        *rows,
        "",
        f"Память процесса, наибольшая: {peak} МБ.",
    ]
    write_section("console", "\n".join(lines))


if __name__ == "__main__":
    main()
