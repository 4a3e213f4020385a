"""The console on a region: each page and each saving, the first load, fifty curators; a section of docs/performance.md.

Run from the checkout: `.venv/bin/python -m bench.console [institutions]`. The region is made once (`bench.region10k`).
Of the pages the time is that of the processor: the machine is shared, and what neighbours take is not ours. The crowd
is measured by the clock, so it wants a quiet machine; what the server's processor took stands beside it.
"""

import asyncio
import os
import resource
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import text

from bench import crowd
from bench.crowd import ANSWER, PLACE, REQUEST, ROOT, SWOT, TYPING, hidden
from bench.region10k import CAMPAIGN, lived_in
from bench.report import machine, write_section
from vekha.bootstrap import App
from vekha.domain.access import Grant
from vekha.services.access import accounts
from vekha.web.app import create_app
from vekha.web.serve import settle

PASSWORD = "четыре зелёных трамвая"
TIMES = 40
SAVE_TARGET, LOAD_TARGET, CROWD_TARGET = 60, 250, 300  # milliseconds, kilobytes, milliseconds
CURATORS, ROUNDS, VOLLEYS = 50, 4, 20
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


def line(title: str, told: list[float], target: int, size: int) -> str:
    p95 = told[int(len(told) * 0.95) - 1]
    made = f"| {title} | {median(told):.0f} | {p95:.0f} | {target or '–'} | {size / 1024:.0f} |"
    print(made, flush=True)
    return made


def pages(clients: dict[str, TestClient], stage: str) -> list[str]:
    rows: list[str] = []
    for title, who, address, target in PAGES:
        client, place = clients[who], address.replace("/stages/pairs", f"/stages/{stage}")
        answer = client.get(place)
        assert answer.status_code == 200, (place, answer.status_code)
        told = times_of(lambda client=client, place=place: client.get(place), TIMES if target else TIMES // 4)
        rows.append(line(title, told, target, len(answer.content)))
    return rows


def savings(client: TestClient) -> list[str]:
    """A draft is kept, an answer is handed in: each time another text, as somebody types."""
    base = PLACE.format(key="school-77-2026")
    count = iter(range(1000))
    drawn = {address: client.get(base + address).text for address in (SWOT, REQUEST)}

    def saved(wanted: int, address: str, data: dict[str, Any], **given: Any) -> None:
        answer = client.post(base + address, data=data, follow_redirects=False, **given)
        assert answer.status_code == wanted, (address, answer.status_code)
        drawn[address] = answer.text

    def draft() -> None:
        data = {**hidden(drawn[SWOT]), "strengths": f"Опытные учителя, {next(count)}"}
        answer = client.post(f"{base}{SWOT}/draft", data=data, headers=TYPING)
        assert answer.status_code == 200, answer.status_code
        drawn[SWOT] = answer.text

    def answer() -> None:
        told = {"_version": "0", "_page": f"bench{next(count)}", **ANSWER, "request": f"Помочь, {next(count)}"}
        saved(303, REQUEST, told)

    return [
        line("черновик формы сохранён", times_of(draft, TIMES), SAVE_TARGET, len(drawn[SWOT])),
        line("ответ на форму принят", times_of(answer, TIMES), SAVE_TARGET, len(drawn[REQUEST])),
    ]


def many(app: App) -> list[str]:
    """The first load and the crowd, at a console in a process of its own."""
    codes = [f"school-{number}" for number in range(101, 101 + CURATORS)]
    people = dict(zip(codes, crowd.sessions(app, codes), strict=True))
    rows: list[str] = []
    with crowd.console(app) as (address, pids):
        token = people[codes[0]]
        loads = crowd.first_load(address, token, "/desk")
        size = sum(loads.values()) / 1024
        for title, ask, rounds in (
            ("каждый щёлкает раз в секунду", crowd.crowd, ROUNDS),
            ("все щёлкают в один миг", crowd.volleys, VOLLEYS),
        ):
            before, began = crowd.cpu_of(pids), time.perf_counter()
            heard = asyncio.run(ask(address, people, rounds))
            seconds, cpu, every = time.perf_counter() - began, crowd.cpu_of(pids) - before, heard.every
            what = "; ".join(f"{name} {heard.p95(name):.0f}" for name in heard.times)
            facts = (title, len(every), f"{len(every) / seconds:.0f}", f"{median(every):.0f}", f"{heard.p95():.0f}")
            rows.append(
                f"| {' | '.join(map(str, facts))} | {what} | {1000 * cpu / len(every):.1f} | {len(heard.errors)} |"
            )
            print(rows[-1], *heard.errors[:5], flush=True)
    print(f"{size:.0f} KB", loads)
    return [
        "",
        f"Первая загрузка («мои дела», стили, сценарии, все шрифты, сжато): {size:.0f} КБ, цель – {LOAD_TARGET}.",
        "",
        f"{CURATORS} кураторов у консоли, какую запускает `vekha up`; p95 по часам, цель – {CROWD_TARGET} мс и ни",
        f"одной ошибки; средняя загрузка машины {os.getloadavg()[0]:.0f}:",
        "",
        "| | ответов | в секунду | медиана, мс | p95, мс | p95 по видам, мс | процессора на ответ, мс | ошибок |",
        "|---|---|---|---|---|---|---|---|",
        *rows,
    ]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with lived_in(count) as (app, _clock, _home):
        clients = {"curator": logged_in(app, "curator", CURATOR), "operator": logged_in(app, "operator", OPERATOR)}
        settle()
        rows = pages(clients, stage_of(app)) + savings(clients["curator"])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        of_many = many(app)
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
        *of_many,
    ]
    write_section("console", "\n".join(lines))


if __name__ == "__main__":
    main()
