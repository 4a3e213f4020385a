"""kill -9 at injected and at random points of dispatchers, flows and the Prefect server; then the work finishes.

Nothing is lost and nothing is done twice: each stage closes once, each number is given once and none is left out, each
event reaches the listener, each reminder lies in the list once. VEKHA_TEST_SEED repeats or changes the randomness.
"""

import datetime as dt
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import col, select

from tests.flows.processes import alive, kill, wait_for
from tests.flows.story import (
    STAGES,
    add_campaign,
    add_circles,
    closings,
    complete,
    do_stage,
    is_done,
    states,
    told,
    toy_app,
)
from vekha.bootstrap import App
from vekha.settings import CHECKOUT
from vekha.storage.tables import Document, JournalEntry, Outbox, Stage
from vekha.supervisor import Server, embedded_server

pytestmark = [pytest.mark.slow, pytest.mark.prefect, pytest.mark.timeout(1200)]

SEED = int(os.environ.get("VEKHA_TEST_SEED", "20261121"))
NOW = dt.datetime(2026, 5, 18, 6, tzinfo=dt.UTC)  # two weeks before the first due date: a day to remind
CIRCLES = 12

Point = tuple[str, str, int]  # module:function, before or after, which call

COMMIT = "sqlalchemy.orm.session:Session.commit"
AT_THE_LAUNCH: tuple[Point, ...] = (
    ("vekha.services.launch.campaigns:launch_batch", "after", 1),
    ("vekha.services.launch.campaigns:finish_launch", "before", 1),
    ("tasks.sweep:sweep_batch", "after", 1),
    (COMMIT, "before", 8),
    (COMMIT, "after", 11),
    ("vekha.services.delivery.reminders:tell", "after", 1),
)
AT_A_CLOSING: tuple[Point, ...] = (
    ("vekha.storage.outbox:take", "after", 1),
    ("vekha.files:FileStore.put", "before", 1),
    ("vekha.files:FileStore.put", "after", 1),
    ("vekha.services.office.packs:file_pack", "after", 1),
    ("vekha.services.process.stages:finish_closing", "before", 1),
    ("vekha.services.process.stages:finish_closing", "after", 1),
    ("flows.stage:_show", "before", 1),
    ("flows.stage:_show", "after", 1),
    ("flows.jobs:_settle", "before", 1),
    ("flows.jobs:_settle", "after", 1),
    ("flows.jobs:_settle", "before", 2),
    ("flows.deliveries:_tell_prefect", "after", 1),
    ("vekha.registry:Registry.notify", "after", 1),
    ("vekha.registry:Registry.notify", "after", 2),
)
AT_A_PRINTING: tuple[Point, ...] = (
    ("vekha.services.office.prints:make_prints", "before", 1),
    ("vekha.services.office.prints:make_prints", "after", 1),
    ("vekha.services.office.prints:record_print", "after", 2),
)


@dataclass
class World:
    """An installation under fire, and the nursery that bears its dispatchers."""

    app: App
    server: Server
    nursery: subprocess.Popen[str]
    keys: list[str]
    rng: random.Random
    deaths: list[str] = field(default_factory=list)
    born: list[int] = field(default_factory=list)

    def bear(self, what: str = "dispatcher", point: Point | None = None, **parameters: str) -> int:
        """A new child, at work already."""
        home = self.app.settings.home
        ready = home / "ready"
        ready.unlink(missing_ok=True)
        order = {
            "what": what,
            "point": point,
            "parameters": parameters,
            "home": str(home),
            "database": self.app.settings.database_url,
            "now": self.app.clock().isoformat(),
            "ready": str(ready),
            "log": str(home / "children.log"),
            "environment": {"TOY_EVENTS": str(home / "events.tsv")},
        }
        assert self.nursery.stdin is not None and self.nursery.stdout is not None
        self.nursery.stdin.write(json.dumps(order) + "\n")
        self.nursery.stdin.flush()
        pid = int(self.nursery.stdout.readline())
        self.born.append(pid)
        wait_for(lambda: ready.exists() or not alive(pid), what="рождение")
        assert ready.exists(), (home / "children.log").read_text()
        return pid

    def die_at(self, point: Point) -> None:
        """The child must come to the point by itself and die there."""
        pid = self.bear(point=point)
        try:
            wait_for(lambda: not alive(pid), what=f"{point}; seed {SEED}")
        finally:
            kill(pid)
        home = self.app.settings.home
        told = (home / "children.log").read_text()[-2000:]
        assert (home / "ready").read_text() == "dead", f"умер не там: {point}; seed {SEED}\n{told}"
        self.deaths.append(str(point))

    def die_anywhere(self, seconds: float, what: str = "dispatcher", **parameters: str) -> None:
        """At a random moment; on PostgreSQL two at once share the work, and each has its own moment."""
        shared = what == "dispatcher" and not self.app.settings.embedded
        for pid in [self.bear(what, **parameters) for _ in range(1 + shared)]:
            time.sleep(self.rng.uniform(0, seconds))
            kill(pid)
            wait_for(lambda: not alive(pid))  # noqa: B023 — called at once
            self.deaths.append(what)

    def kill_server(self) -> None:
        """The server goes in the middle of the work and comes back; the dispatcher lives through it."""
        pid = self.bear()
        time.sleep(self.rng.uniform(0.1, 0.8))
        kill(self.server.process.pid)
        wait_for(lambda: not self.server.process.alive)
        self.deaths.append("server")
        self.server.process.stop()
        self.server.process.start()
        self.server.wait()
        assert alive(pid), (self.app.settings.home / "children.log").read_text()
        kill(pid)

    def someone_works(self, *, only_print: bool = False) -> str | None:
        """People do the open stage of some circle and ask to complete it; returns the circle's key."""
        for key in self.rng.sample(self.keys, len(self.keys)):
            for stage in [code for code, state in states(self.app, key).items() if state == "open"]:
                done = is_done(self.app, key, stage)
                if only_print and (done or stage != "prepare"):
                    continue
                if not done:
                    do_stage(self.app, key, stage)
                if not only_print:
                    complete(self.app, key, stage)
                return key
        return None

    def rows(self) -> list[Outbox]:
        with self.app.work(writes=False) as work:
            return list(work.session.exec(select(Outbox).order_by(col(Outbox.id))))

    def settle(self) -> None:
        """Whatever is queued gets done, and then the dispatcher dies in its idleness."""
        pid = self.bear()
        self._wait_for_all(pid)
        kill(pid)

    def finish(self) -> None:
        """A clean dispatcher works off everything, while people complete what is left."""
        pid = self.bear()
        for _ in range(len(STAGES) * 2):
            self._wait_for_all(pid)
            for key in self.keys:
                for stage in [code for code, state in states(self.app, key).items() if state == "open"]:
                    if not is_done(self.app, key, stage):
                        do_stage(self.app, key, stage)
                    complete(self.app, key, stage)
        os.kill(pid, signal.SIGTERM)
        wait_for(lambda: not alive(pid), what="остановка диспетчера")

    def _wait_for_all(self, pid: int) -> None:
        def done() -> bool:
            assert alive(pid), (self.app.settings.home / "children.log").read_text()
            return all(row.done_at for row in self.rows())

        wait_for(done, what=f"очередь; seed {SEED}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with embedded_server(tmp_path_factory.mktemp("prefect")) as made:
        yield made


@pytest.fixture(scope="module")
def nursery(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """It reads its code while the server starts, and knows the server from the environment."""
    command, pipe = [sys.executable, "-m", "tests.faults.nursery"], subprocess.PIPE
    with (tmp_path_factory.mktemp("nursery") / "nursery.log").open("wb") as log:
        made = subprocess.Popen(command, cwd=CHECKOUT, stdin=pipe, stdout=pipe, stderr=log, text=True)
        server.wait()
        yield made
        made.kill()
        made.communicate()


@pytest.fixture
def world(
    request: pytest.FixtureRequest, tmp_path: Path, server: Server, nursery: subprocess.Popen[str]
) -> Iterator[World]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    started = dt.datetime.now(dt.UTC)
    app = toy_app(tmp_path, url, lambda: NOW + (dt.datetime.now(dt.UTC) - started))
    keys = add_circles(app, CIRCLES)
    add_campaign(app)
    made = World(app, server, nursery, keys, random.Random(SEED))
    yield made
    for pid in filter(alive, made.born):  # a failed test leaves nobody behind
        kill(pid)
    app.engine.dispose()


def check(world: World) -> None:
    """What must be true whatever was killed."""
    app = world.app
    for key in world.keys:
        assert closings(app, key) == list(STAGES), f"{key}; seed {SEED}"
    with app.work(writes=False) as work:
        session = work.session
        papers = session.exec(select(Document).order_by(col(Document.id))).all()
        assert Counter(row.programme for row in papers) == dict.fromkeys(world.keys, 2)
        assert {(row.state, row.file is not None) for row in papers} == {("approved", True)}
        for row in papers:
            assert app.tools.files.get(row.file or "").startswith(b"%PDF-")
        serials: dict[str, list[int]] = {}
        for entry in session.exec(select(JournalEntry).order_by(col(JournalEntry.serial))):
            serials.setdefault(entry.institution, []).append(entry.serial)
        assert list(serials.values()) == [[1, 2]] * CIRCLES
        for stage in session.exec(select(Stage).where(Stage.code == "prepare")):
            pack = zipfile.ZipFile(io.BytesIO(app.tools.files.get(stage.pack or "")))
            assert pack.namelist() == [
                "Опись.pdf",
                "Опись.txt",
                "01 Приказ о запуске № 1.pdf",
                "02 Приказ об итогах № 2.pdf",
            ]
        assert {row.error for row in session.exec(select(Stage))} == {None}
        rows = world.rows()
    assert told(app) == {f"milestone-{number}": 1 for number in range(1, CIRCLES + 1)}
    heard = {line.split("\t")[0] for line in (app.settings.home / "events.tsv").read_text().splitlines()}
    asked = {row.key for row in rows if row.kind == "event"}
    assert heard == asked
    assert Counter(row.payload["event"] for row in rows if row.kind == "event") == {
        "stage.opened": 3 * CIRCLES,
        "stage.closing": 3 * CIRCLES,
        "stage.closed": 3 * CIRCLES,
        "programme.finished": CIRCLES,
    }


def faults(
    world: World, closing: int, random_dispatchers: int, random_flows: int, servers: int
) -> list[Callable[[], None]]:
    """The deaths after the launch, shuffled by the seed."""

    def death(point: Point) -> None:
        world.someone_works(only_print=point in AT_A_PRINTING)
        world.die_at(point)

    def any_death() -> None:
        world.someone_works()
        world.die_anywhere(1.2)

    def flow_death() -> None:
        key = world.someone_works()
        if key is not None:
            stage = next(code for code, state in states(world.app, key).items() if state == "closing")
            world.die_anywhere(0.8, "flow", institution=key.rsplit("-", 1)[0], stage=stage)

    def server_death() -> None:
        world.someone_works()
        world.kill_server()

    points = world.rng.sample(AT_A_CLOSING, closing)
    every: list[Callable[[], None]] = [partial(death, each) for each in points] + [any_death] * random_dispatchers
    every += [flow_death] * random_flows + [server_death] * servers
    world.rng.shuffle(every)
    return [*[partial(death, each) for each in AT_A_PRINTING], *every]


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_killed_at_thirty_points_the_work_finishes_once(world: World) -> None:
    for point in AT_THE_LAUNCH:
        world.die_at(point)
    world.settle()  # everybody is reminded before anything is done
    for fault in faults(world, len(AT_A_CLOSING), random_dispatchers=10, random_flows=4, servers=1):
        fault()
    assert len(world.deaths) >= 30, world.deaths
    world.finish()
    check(world)


@pytest.mark.postgres
@pytest.mark.parametrize("world", ["postgresql"], indirect=True)
def test_on_postgresql_dispatchers_that_share_the_work_are_killed(world: World) -> None:
    world.settle()
    for fault in faults(world, 4, random_dispatchers=3, random_flows=1, servers=0):
        fault()
    assert len(world.deaths) >= 8, world.deaths
    world.finish()
    check(world)
