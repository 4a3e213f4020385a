"""Dates of a whole region: planning, shifting, undo, on both databases; writes its section of docs/performance.md.

Run from the checkout: `.venv/bin/python -m bench.scheduling [institutions]`. Every measurement has a process and an
empty database of its own and is repeated; the best of each counts, since noise only slows. The peers start the same
roadmap (bench/peers.py) in an environment of their own.
"""

import datetime as dt
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from bench.peers import PEERS, starts_per_second
from bench.report import machine, write_section
from vekha.bootstrap import App, build
from vekha.domain.access import Actor, Grant
from vekha.domain.aims import ByDays, Selection
from vekha.services.dates import batches, shifts
from vekha.services.dates.shifts import Filter, Order
from vekha.services.launch import campaigns
from vekha.services.region import institutions
from vekha.settings import Settings
from vekha.storage import bulk
from vekha.storage.tables import Activity, Audit, Institution, Programme, Stage
from vekha.texts import plural

ROOT = Path(__file__).parent.parent
ROUNDS = 3
REGION, YEAR = "02", 2026
OPERATOR = Actor(name="Оператор", grants=(Grant(role="operator", region=REGION),))
NOW = dt.datetime(2026, 5, 4, 6, tzinfo=dt.UTC)
TARGET_PLAN, TARGET_PEER, TARGET_PREVIEW, TARGET_APPLY, TARGET_MB = 1.5, 10, 1.0, 5.0, 400


# --- a region -----------------------------------------------------------------------------------------------------


@contextmanager
def installation(database: str) -> Iterator[App]:
    """An empty installation on a database that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        if database == "sqlite":
            app = build(Settings(home=Path(folder), database_url=None), lambda: NOW)
            app.prepare()
            yield app
            app.engine.dispose()
            return
        server = make_url(os.environ.get("VEKHA_TEST_POSTGRES") or "postgresql:///postgres")
        server, name = server.set(drivername="postgresql+psycopg"), f"vekha_bench_{uuid.uuid4().hex[:8]}"
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        url = server.set(database=name).render_as_string(hide_password=False)
        app = build(Settings(home=Path(folder), database_url=url), lambda: NOW)
        app.prepare()
        try:
            yield app
        finally:
            app.engine.dispose()
            with admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def settle(app: App, count: int) -> list[str]:
    """So many schools in forty municipalities and a campaign for them."""
    columns = ("code", "type", "region", "municipality", "title", "short_title", "timezone", "city", "address")
    columns = (*columns, "staff", "details", "days", "created_at")
    rest = ("Asia/Yekaterinburg", "", "", "{}", "{}", "{}", NOW)
    if app.engine.dialect.name == "sqlite":
        rest = ("Asia/Yekaterinburg", "", "", {}, {}, {}, NOW)
    with app.work() as work:
        institutions.add_region(work, REGION, "Примерная область", "Asia/Yekaterinburg")
        rows = (
            (f"school-{n}", "school", REGION, f"М{n % 40}", f"Школа {n}", f"Школа {n}", *rest) for n in range(count)
        )
        bulk.insert(work.session, Institution, columns, rows)
        campaigns.create(work, campaigns.CampaignData(code="bench", title="Проба", region=REGION, year=YEAR))
    return [f"school-{n}" for n in range(count)]


def launch(app: App, codes: list[str]) -> None:
    for first in range(0, len(codes), campaigns.BATCH):
        with app.work() as work:
            campaigns.launch_batch(work, "bench", codes[first : first + campaigns.BATCH])
    with app.work() as work:
        campaigns.finish_launch(work, "bench")


def digest(app: App) -> str:
    """One hash of every date there is."""
    found = hashlib.sha256()
    dates = "opens, due, dues, stated, pinned"
    with app.engine.connect() as connection:
        for query in (
            f"SELECT programme, stage, code, {dates} FROM activity ORDER BY programme, stage, code",
            "SELECT programme, code, opens, due FROM stage ORDER BY programme, code",
        ):
            for row in connection.execute(text(query)):
                found.update(repr(tuple(row)).encode())
    return found.hexdigest()


# --- measurements, each in a process of its own -------------------------------------------------------------------


def planning(database: str, count: int) -> dict[str, Any]:
    """Seconds to plan and commit a campaign in batches."""
    with installation(database) as app:
        codes = settle(app, count)
        launch(app, codes[:1])  # the grammar is loaded, the roadmap frozen
        began = time.perf_counter()
        launch(app, codes[1:])
        return {"seconds": time.perf_counter() - began}


def raw(database: str, count: int) -> dict[str, Any]:
    """Seconds to write the same rows, made before, by the driver alone: executemany or COPY, one transaction."""
    tables = (Programme, Stage, Activity, Audit)
    with installation(database) as app:
        launch(app, settle(app, count))
        saved: list[tuple[str, list[str], list[Any]]] = []
        with app.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            for model in tables:
                name = model.__table__.name  # type: ignore[attr-defined]
                cursor = driver.execute(f"SELECT * FROM {name}")
                saved.append((name, [each[0] for each in cursor.description], cursor.fetchall()))
        with app.engine.begin() as connection:
            for name, _, _ in reversed(saved):
                connection.execute(text(f"DELETE FROM {name}"))
        with app.engine.execution_options(vekha_writes=True).connect() as connection, connection.begin():
            driver = connection.connection.driver_connection
            began = time.perf_counter()
            for name, columns, rows in saved:
                _write(driver, database, name, columns, rows)
            connection.commit()
            return {"seconds": time.perf_counter() - began}


def _write(driver: Any, database: str, name: str, columns: list[str], rows: list[Any]) -> None:
    cursor = driver.cursor()
    if database == "sqlite":
        cursor.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)
        return
    with cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def shifting(database: str, count: int, activities: int, among: int) -> dict[str, Any]:
    """Seconds of preview, apply and undo for `activities` dates of `among` institutions."""
    with installation(database) as app:
        codes = settle(app, count)
        launch(app, codes)
        before, loaded = digest(app), _peak()
        every = [(stage.code, row.code) for stage, row in app.registry.roadmap("school").rows()]
        selection = Selection(activities=frozenset(every[:activities]))
        chosen = Filter(municipalities=tuple(f"М{n}" for n in range(40 * among // count)))

        def change(work: Any) -> shifts.Change:
            return shifts.bulk_shift(work, "bench", selection, ByDays(-1), chosen)

        def preview() -> Any:
            with app.work(OPERATOR, writes=False) as work:
                return shifts.preview(work, change(work))

        def apply(make: Callable[[Any], shifts.Change], token: str | None) -> Any:
            with app.work(OPERATOR) as work:
                return shifts.apply(work, make(work), token, Order("Проба скорости", "1"))

        preview()
        seen, seeing = _timed(preview)
        batch, applying = _timed(lambda: apply(change, seen.token))
        moved = digest(app) != before
        _, undoing = _timed(lambda: apply(lambda work: batches.undo(work, batch.id), None))
        return {
            "preview": seeing,
            "apply": applying,
            "undo": undoing,
            "activities": batch.activities,
            "equal": moved and digest(app) == before,
            "peak": max(_peak(), loaded),
        }


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    found = work()
    return found, time.perf_counter() - began


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


WAYS: dict[str, Callable[..., dict[str, Any]]] = {each.__name__: each for each in (planning, raw, shifting)}


def apart(way: str, *told: object) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "bench.scheduling", way, *map(str, told)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(result.stderr)
    return json.loads(result.stdout.splitlines()[-1])


def best(rounds: int, way: str, *told: object) -> dict[str, Any]:
    """The best of each number (the worst of memory and of equality)."""
    found = [apart(way, *told) for _ in range(rounds)]
    pick = {"peak": max, "equal": min}
    return {name: pick.get(name, min)(each[name] for each in found) for name in found[0]}


# --- the page -----------------------------------------------------------------------------------------------------


def section(count: int, plans: dict[str, Any], moves: dict[Any, Any], curve: dict[int, float], peers: Any) -> str:
    speed = {name: count / found["ours"] for name, found in plans.items()}
    fastest = max(peers.values(), default=0.0)
    lines = [
        "## Сроки целой области",
        "",
        f"`python -m bench.scheduling {count}`: {machine()}, лучший из {ROUNDS} прогонов, у каждого своя пустая база;"
        f" средняя нагрузка машины во время прогона {os.getloadavg()[2]:.1f}.",
        f" {count} школ, у каждой 7 этапов и 31 мероприятие; записываются программы, этапы, мероприятия и журнал.",
        "",
        "| планирование с записью | Веха, с | те же строки драйвером, с | отношение | цель | достигнута |",
        "|---|---|---|---|---|---|",
    ]
    for name, found in plans.items():
        ratio = found["ours"] / found["raw"]
        title = {"sqlite": "SQLite (executemany)", "postgresql": "PostgreSQL (COPY)"}[name]
        facts = f"{found['ours']:.2f} | {found['raw']:.2f} | {ratio:.2f}"
        lines.append(f"| {title} | {facts} | ≤ {TARGET_PLAN} | {_yes(ratio <= TARGET_PLAN)} |")
    lines += [
        "",
        "| перенос | мероприятий | предпросмотр, с | применение, с | отмена, с | прежние даты вернулись | память, МБ |",
    ]
    lines += ["|---|---|---|---|---|---|---|"]
    for (name, title), found in moves.items():
        times = " | ".join(f"{found[each]:.2f}" for each in ("preview", "apply", "undo"))
        lines.append(
            f"| {name}, {title} | {found['activities']} | {times} | {_yes(found['equal'])} | {found['peak']:.0f} |"
        )
    small = [found for (_, title), found in moves.items() if "12" in title]
    reached = all(
        each["preview"] <= TARGET_PREVIEW and max(each["apply"], each["undo"]) <= TARGET_APPLY for each in small
    )
    restored, peak = all(each["equal"] for each in moves.values()), max(each["peak"] for each in moves.values())
    lines += [
        "",
        f"Цель для половины области и 12 дат: предпросмотр ≤ {TARGET_PREVIEW:.0f} с, применение и отмена ≤"
        f" {TARGET_APPLY:.0f} с, хеш всех дат после отмены прежний: {_yes(reached and restored)}."
        f" Память ≤ {TARGET_MB} МБ: {_yes(peak <= TARGET_MB)}.",
        "",
        "Рост (SQLite, планирование): " + ", ".join(f"{n} – {seconds:.2f} с" for n, seconds in curve.items()) + ".",
        "",
        "| кто начинает ту же карту с сохранением состояния | программ в секунду | Веха быстрее |",
        "|---|---|---|",
        *(f"| Веха, {name} | {each:.0f} | |" for name, each in speed.items()),
        *(f"| {PEERS[name]} | {each:.0f} | {_times(speed['sqlite'] / each)} |" for name, each in peers.items()),
        "",
        f"Цель – не менее чем в {TARGET_PEER} раз быстрее лучшего: {_yes(speed['sqlite'] >= TARGET_PEER * fastest)}.",
    ]
    return "\n".join(lines)


def _times(ratio: float) -> str:
    return f"в {ratio:.0f} {plural(round(ratio), 'раз', 'раза', 'раз')}"


def _yes(reached: object) -> str:
    return "да" if reached else "**нет**"


def main(count: int) -> None:
    databases = ("sqlite", "postgresql")
    plans = {
        each: {
            "ours": best(ROUNDS, "planning", each, count)["seconds"],
            "raw": best(ROUNDS, "raw", each, count)["seconds"],
        }
        for each in databases
    }
    moves: dict[tuple[str, str], Any] = {}
    for each in databases:
        moves[each, f"{count // 2} × 12"] = best(ROUNDS, "shifting", each, count, 12, count // 2)
        moves[each, f"{count} × 31"] = best(1, "shifting", each, count, 31, count)
    curve = {n: best(ROUNDS, "planning", "sqlite", n)["seconds"] for n in (count // 10, count * 3 // 10)}
    curve[count] = plans["sqlite"]["ours"]
    text = section(count, plans, moves, curve, starts_per_second())
    write_section("scheduling", text)
    print(text)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        told = [int(each) if each.isdigit() else each for each in sys.argv[2:]]
        print(json.dumps(WAYS[sys.argv[1]](*told)))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
