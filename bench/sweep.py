"""The round of a region: a stage opens everywhere, a hundred thousand dates fall due at once, dispatchers are killed.

Run from the checkout: `.venv/bin/python -m bench.sweep [institutions]`. It writes its section of
docs/performance.md. Every reminder and escalation is compared with a list made by hand from the roadmap, one by one.
"""

import compileall
import datetime as dt
import json
import os
import random
import resource
import signal
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import create_engine, make_url, text
from sqlmodel import select

from bench.region10k import CAMPAIGN, MUNICIPALITIES, installation, launch
from bench.remind_worker import MORNING, RunningClock, left
from bench.report import machine, peak_of, write_section
from vekha.bootstrap import App
from vekha.domain.programme import ActivityState
from vekha.services.delivery import addressees, notices, reminders
from vekha.services.process import sweep
from vekha.services.process.programmes import stored_roadmap
from vekha.services.process.stages import status
from vekha.settings import CHECKOUT, Settings
from vekha.storage.tables import Addressee, Institution, Notice, Outbox, Programme

DAY = dt.date(2026, 10, 20)
EACH = 10  # dates of one institution that fall due at once
KILLS = 20
ROLES = ("director", "curator", "methodologist", "psychologist", "web_editor", "social_pedagogue")


@dataclass
class Measured:
    """Seconds, counts and memory of one database."""

    facts: dict[str, str] = field(default_factory=dict)

    def __setitem__(self, name: str, value: object) -> None:
        self.facts[name] = f"{value:.1f}" if isinstance(value, float) else str(value)
        print(f"  {name}: {self.facts[name]}", flush=True)


# --- the region -------------------------------------------------------------------------------------------------------


def fill(app: App, count: int) -> None:
    """Schools with staff of their own, a contact for each municipality, two operators."""
    rows = []
    for number in range(1, count + 1):
        staff = {
            role: {"name": f"Имярек {role} {number}", "gender": "f", "email": f"{role}{number}@bench.example"}
            for role in ROLES
        }
        rows.append(
            {
                "code": f"school-{number}",
                "type": "school",
                "region": "02",
                "municipality": f"Район {number % MUNICIPALITIES + 1}",
                "title": f"Школа № {number}",
                "short_title": f"Школа № {number}",
                "timezone": "Asia/Yekaterinburg",
                "staff": staff,
                "created_at": app.clock(),
            }
        )
    with app.work() as work:
        for start in range(0, count, 500):
            work.insert_new(Institution, rows[start : start + 500])
    with app.work() as work:
        for number in range(1, MUNICIPALITIES + 1):
            contact = (f"Район {number}", f"mc{number}@bench.example", f"Муниципальный куратор {number}")
            work.session.merge(
                addressees.Contact(
                    region="02", municipality=contact[0], email=contact[1], name=contact[2], added_at=work.now
                )
            )
        for number in (1, 2):
            addressees.add_contact(work, "02", "", f"operator{number}@bench.example", f"Оператор {number}")


def fall_due(app: App) -> None:
    """Ten required activities of each programme are open: one late for 14 days, one for 7, eight are due today."""
    with app.work() as work:
        row = work.session.exec(select(Programme)).first()
        assert row is not None
        roadmap = stored_roadmap(work.session, row.roadmap, row.roadmap_version)
        places = [(s.code, a.code) for s in roadmap.stages for a in s.activities if a.gate.required][:EACH]
        stages = sorted({stage for stage, _ in places})
        for stage in stages:
            work.session.execute(text("UPDATE stage SET state='open', opened_on=opens WHERE code=:s"), {"s": stage})
        work.session.execute(text("UPDATE activity SET state='planned' WHERE state='open'"))
        for number, (stage, code) in enumerate(places):
            due = DAY - dt.timedelta(days={0: 14, 1: 7}.get(number, 0))
            told = {"s": stage, "c": code, "due": due, "state": ActivityState.OPEN.value}
            statement = "UPDATE activity SET state=:state, due=:due, dues=NULL WHERE stage=:s AND code=:c"
            work.session.execute(text(statement), told)


def forget(app: App) -> None:
    """As if nobody had been told of anything."""
    with app.work() as work:
        for statement in (
            "DELETE FROM said",
            "DELETE FROM notice",
            "DELETE FROM outbox",
            "UPDATE addressee SET last_on = NULL",
        ):
            work.session.execute(text(statement))


def expected(app: App) -> Counter[tuple[str, str, str, str]]:
    """(who, programme, stage, activity) of every reminder and escalation, by hand."""
    with app.work(writes=False) as work:
        row = work.session.exec(select(Programme)).first()
        assert row is not None
        roadmap = stored_roadmap(work.session, row.roadmap, row.roadmap_version)
        homes = work.session.exec(select(Programme.key, Programme.institution)).all()
    places = [(s.code, a) for s in roadmap.stages for a in s.activities if a.gate.required][:EACH]
    found: Counter[tuple[str, str, str, str]] = Counter()
    for key, home in homes:
        number = int(home.removeprefix("school-"))
        for position, (stage, activity) in enumerate(places):
            roles = [role for role in activity.roles if role in ROLES] or ["curator"]
            who = {f"{role}{number}@bench.example" for role in roles}
            if position < 2:
                who.add(f"mc{number % MUNICIPALITIES + 1}@bench.example")
            if position == 0:
                who |= {"operator1@bench.example", "operator2@bench.example"}
            found.update((each, key, stage, activity.code) for each in who)
    return found


def said(app: App) -> Counter[tuple[str, str, str, str]]:
    """What the digests hold. A digest counts the activities of a watched programme: their places are in `said`."""
    query = """SELECT a.key, s.programme, s.stage, s.activity FROM said s JOIN addressee a ON a.id = s.addressee"""
    with app.work(writes=False) as work:
        rows = Counter(tuple(row) for row in work.session.execute(text(query)))
        people = dict(work.session.exec(select(Addressee.id, Addressee.key)).all())
        digests = work.session.exec(select(Notice.addressee, Notice.body)).all()
    own = Counter(
        (people[who], each["programme"], each["stage"], each["activity"])
        for who, body in digests
        for part in ("late", "today", "soon")
        for each in body[part]
    )
    watched = Counter(
        {(people[who], each["programme"]): each["count"] for who, body in digests for each in body["watched"]}
    )
    by_programme = Counter((who, key) for who, key, *_ in (rows - own).elements())
    assert by_programme == watched, "дайджесты и записи о сказанном расходятся"
    assert len({who for who, _ in digests}) == len(digests), "кому-то пришло два дайджеста"
    return rows


# --- workers that are killed ------------------------------------------------------------------------------------------


def spawn(settings: Settings, since: float) -> subprocess.Popen[str]:
    given = json.dumps({"home": str(settings.home), "url": settings.database_url, "since": since})
    command = [sys.executable, "-m", "bench.remind_worker", given]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def drain(app: App, since: float, processes: int, kills_wanted: int) -> tuple[float, int, int]:
    """Seconds until every reminder is said, how often a worker was killed meanwhile, megabytes of the largest."""
    chance, started = random.Random(20), time.monotonic()
    workers = [spawn(app.settings, since) for _ in range(processes)]
    total, kills, peak = left(app), 0, 0
    moments = sorted(chance.uniform(0.02, 0.98) for _ in range(kills_wanted))  # as shares of the work
    while left(app):
        share = 1 - left(app) / total
        if kills < kills_wanted and share >= moments[kills]:
            victim = chance.randrange(processes)
            workers[victim].send_signal(signal.SIGKILL)
            workers[victim].wait()
            workers[victim] = spawn(app.settings, since)
            kills += 1
        peak = max(peak, *(peak_of(each.pid) for each in workers))
        time.sleep(0.05)
    seconds = time.monotonic() - started
    for each in workers:
        each.wait()
    return seconds, kills, peak


@contextmanager
def asking(app: App, keys: list[str]) -> Iterator[list[float]]:
    """Opens a programme and somebody's list ten times a second meanwhile; the seconds that each took."""
    over, took, chance = threading.Event(), list[float](), random.Random(7)

    def ask() -> None:
        while not over.wait(0.1):
            key = chance.choice(keys)
            began = time.perf_counter()
            with app.work(writes=False) as work:
                status(work, key)
                number = key.split("-")[1]
                notices.of_person(work, f"curator{number}@bench.example", 5)
            took.append(time.perf_counter() - began)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    yield took
    over.set()
    thread.join()


# --- the measurements -------------------------------------------------------------------------------------------------


def measure(count: int, url: str | None) -> Measured:
    found = Measured()
    with installation(url) as (made, clock, _home):
        fill(made, count)
        launch(made)
        seconds, cpu = open_everywhere(made)
        found["этап открыт во всех организациях, с"] = seconds
        found["из них работы процессора, с"] = cpu
        fall_due(made)
        clock.now = MORNING
        keys = [f"school-{number}-2026" for number in range(1, count + 1)]
        since = time.time()
        app = App(made.settings, made.engine, made.tools, RunningClock(MORNING, since))
        largest = 0
        for kills in (0, KILLS):
            forget(app)
            began = time.perf_counter()
            with app.work() as work:
                people = reminders.queue(work)
            queued, before = time.perf_counter() - began, cpu_of_children()
            with asking(app, keys) as took:
                seconds, killed, peak = drain(app, since, 2 if url else 1, kills)
            largest = max(largest, peak)
            how = f"диспетчер убит {killed} раз" if kills else "никто не мешал"
            found[f"всем сказано, {how}, с"] = seconds
            found[f"работы процессора, {how}, с"] = cpu_of_children() - before
        found["очередь поставлена, с"] = queued
        found["память диспетчера, МБ"] = largest
        found["память всего остального (запуск, обход, очередь), МБ"] = peak_of()
        found["сроков в один момент"] = count * EACH
        found["людей"] = people
        wanted, heard = expected(app), said(app)
        found["напоминаний и эскалаций"] = sum(wanted.values())
        found["каждое ровно один раз"] = "да" if wanted == heard else "НЕТ"
        found["чтение тем временем, p95, мс"] = 1000 * statistics.quantiles(took, n=20)[-1]
        began = time.perf_counter()
        with app.work() as work:
            assert reminders.queue(work) <= len(wanted)
            assert work.session.exec(select(Outbox).where(Outbox.kind == "mail")).first() is None
        found["следующий обход (никому ничего), с"] = time.perf_counter() - began
    return found


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def open_everywhere(app: App) -> tuple[float, float]:
    """Finds and opens what is due, in batches as the flow does; seconds by the clock and of the processor."""
    began, cpu = time.perf_counter(), time.process_time()
    with app.work(writes=False) as work:
        keys = sweep.programmes_to_sweep(work)
    for start in range(0, len(keys), sweep.BATCH):
        with app.work() as work:
            sweep.open_due(work, keys[start : start + sweep.BATCH])
    assert len(keys) > 0
    return time.perf_counter() - began, time.process_time() - cpu


@contextmanager
def postgres() -> Iterator[str]:
    server = make_url(os.environ.get("VEKHA_TEST_POSTGRES") or "postgresql:///postgres").set(
        drivername="postgresql+psycopg"
    )
    name = f"vekha_bench_{uuid.uuid4().hex[:8]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


def apart(count: int, url: str) -> Measured:
    """The measurements of one database in a process of its own: the memory of one is not counted for the other."""
    command = [sys.executable, "-m", "bench.sweep", "measure", str(count), url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        last = "{}"
        for line in process.stdout:
            if not line.startswith("{"):
                print(line, end="", flush=True)
            last = line
    if process.returncode:
        raise SystemExit(process.returncode)
    return Measured(json.loads(last))


def main() -> None:
    # As script/setup leaves it: a dispatcher that starts compiles nothing.
    compileall.compile_dir(CHECKOUT / "vekha", quiet=1)
    compileall.compile_dir(CHECKOUT / "bench", quiet=1)
    count = next((int(each) for each in sys.argv[1:] if each.isdigit()), 10_000)
    print("SQLite", flush=True)
    sqlite = apart(count, "")
    print("PostgreSQL", flush=True)
    with postgres() as url:
        shared = apart(count, url)
    load = os.getloadavg()[2]
    lines = [
        "## Обход и напоминания",
        "",
        f"`python -m bench.sweep {count}`: {machine()}, средняя загрузка {load:.0f}, запуск {CAMPAIGN};",
        "диспетчеров: на SQLite один, на PostgreSQL два. Список ожидаемых напоминаний составлен отдельно, по карте.",
        "Время по часам зависит от соседей по машине, работа процессора – нет.",
        "",
        "| | SQLite | PostgreSQL |",
        "|---|---|---|",
        *(f"| {name} | {value} | {shared.facts.get(name, '—')} |" for name, value in sqlite.facts.items()),
    ]
    write_section("sweep", "\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        print(json.dumps(measure(int(sys.argv[2]), sys.argv[3] or None).facts))
    else:
        main()
