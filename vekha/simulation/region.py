"""A whole region's year on a virtual clock: forms and gates for real, documents filed without making their PDFs.

Institutions are independent of each other, so each process takes a share into a database of its own. The result is a
hash over everything that was written: the same arguments replay to the same hash.
"""

import datetime as dt
import hashlib
import heapq
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sqlalchemy import type_coerce
from sqlalchemy.types import NullType
from sqlmodel import col, select

from vekha.bootstrap import App, build
from vekha.domain.errors import VekhaError, problem
from vekha.domain.programme import DocumentState
from vekha.memory import tune_memory
from vekha.services.launch import campaigns
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process import stages
from vekha.services.process.programmes import Loaded, load, load_all
from vekha.services.region import institutions
from vekha.services.work import Work
from vekha.settings import Settings
from vekha.simulation.clock import VirtualClock
from vekha.simulation.institution import REGION, REGION_TITLE, TIMEZONE, add_invented
from vekha.simulation.journey import Journey
from vekha.storage.tables import (
    Activity,
    Audit,
    Document,
    Outbox,
    Pair,
    Participation,
    Programme,
    Stage,
    Submission,
)

DATABASE = "vekha.db"
SHARE = 125  # institutions a process takes at a time: enough to pay for a new database
NEVER_SAME = {"id"}  # a serial of the database says nothing about what happened


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a simulated year came to."""

    institutions: int
    finished: int
    stages_closed: int
    activities_done: int
    activities_late: int
    answers: int
    digest: str


def run(
    count: int,
    year: int,
    *,
    types: Sequence[str] = ("school", "college", "kindergarten"),
    processes: int = 2,
    progress: Callable[[int], None] = lambda _: None,
) -> Result:
    """A year of `count` institutions of the types in turn; `progress` hears of each share that is through.

    Raises VekhaError simulation.unfinished with everything that kept a programme from its end.
    """
    size = min(SHARE, -(-count // 4) or 1)  # a few institutions, too, are shared between the processes
    shares = [range(first, min(first + size, count)) for first in range(0, count, size)]
    results: dict[int, Result] = {}
    with ProcessPoolExecutor(max_workers=processes, initializer=tune_memory) as pool:
        pending = {pool.submit(run_share, share, year, tuple(types)): share for share in shares}
        for future in as_completed(pending):
            share = pending[future]
            results[share.start] = future.result()
            progress(len(share))
    return _sum([results[share.start] for share in shares])


def run_share(share: range, year: int, types: tuple[str, ...]) -> Result:
    """The year of some institutions in a throw-away database."""
    with tempfile.TemporaryDirectory(prefix="vekha-simulate-") as name:
        clock, folder = VirtualClock(dt.date(year, 1, 1)), Path(name)
        (folder / DATABASE).write_bytes(_empty())
        app = build(_settings(folder), clock)
        digest = hashlib.sha256()
        with app.work() as work:
            institutions.add_region(work, REGION, REGION_TITLE, TIMEZONE)
        live_together(app, clock, [(types[number % len(types)], number // len(types)) for number in share], year)
        result = _count(app, len(share), digest)
        app.engine.dispose()
        return result


def _settings(folder: Path) -> Settings:
    return Settings(home=folder, database_url=f"sqlite:///{folder / DATABASE}", files_dir=folder)


@cache
def _empty() -> bytes:
    """A database with nothing in it: every share of a process begins with the same one."""
    with tempfile.TemporaryDirectory(prefix="vekha-simulate-") as name:
        app = build(_settings(Path(name)))
        app.prepare()
        app.engine.dispose()
        return (Path(name) / DATABASE).read_bytes()


def live_together(app: App, clock: VirtualClock, invented: Sequence[tuple[str, int]], year: int) -> None:
    """Institutions (type, index) from their launch to the last report, all on one clock: what a day holds for them is
    one transaction, and their programmes are read together.

    Raises VekhaError simulation.unfinished with everything that kept a programme from its end.
    """
    days: list[tuple[dt.date, int]] = []
    for number, (type_code, _) in enumerate(invented):
        heapq.heappush(days, (app.registry.roadmap(type_code).cycle.dates(year)[0], number))
    journeys: dict[int, Journey] = {}
    while days:
        clock.day = days[0][0]
        with app.work() as work:
            today = list(_all_of(clock.day, days))
            load_all(work, [journeys[number].programme for number in today if number in journeys])
            for number in today:
                if number in journeys:
                    _live(work, journeys[number], clock.day)
                else:
                    journeys[number] = launch(work, *invented[number], year)
                if (day := journeys[number].next_day) is not None:
                    heapq.heappush(days, (max(day, clock.day), number))
    for journey in journeys.values():
        check_finished(app, journey)


def _all_of(today: dt.date, days: list[tuple[dt.date, int]]) -> Iterator[int]:
    while days and days[0][0] <= today:
        yield heapq.heappop(days)[1]


def live_through(
    app: App,
    clock: VirtualClock,
    type_code: str,
    index: int,
    year: int,
    roadmap_code: str | None = None,
    *,
    polls: bool = False,
) -> None:
    """One institution from the launch to the last report; each day is a transaction of its own. With `polls` forms
    are sent as surveys where they can be.

    Raises VekhaError simulation.unfinished with everything that kept the programme from its end.
    """
    clock.day = app.registry.roadmap(type_code, roadmap_code).cycle.dates(year)[0]
    with app.work() as work:
        journey = launch(work, type_code, index, year, roadmap_code, polls=polls)
    while (day := journey.next_day) is not None:
        clock.day = max(clock.day, day)
        with app.work() as work:
            _live(work, journey, clock.day)
    check_finished(app, journey)


def launch(
    work: Work, type_code: str, index: int, year: int, roadmap_code: str | None = None, *, polls: bool = False
) -> Journey:
    """An invented institution comes into being, its programme is launched and its people become known."""
    code, cast = add_invented(work, type_code, index)
    key = campaigns.start_one(work, institutions.one(work, code), year, roadmap_code)
    journey = Journey(programme=key, institution=code, cast=cast, issue=file_without_pdf, late_every=9, polls=polls)
    journey.start(work)
    return journey


def _live(work: Work, journey: Journey, today: dt.date) -> None:
    """What a day holds for one programme; the stages that it completes are closed at once."""
    for stage in journey.live(work):
        stages.finish_closing(work, journey.programme, stage, pack="")
        journey.again(today + dt.timedelta(days=1))


def file_without_pdf(work: Work, loaded: Loaded, places: Sequence[DocumentPlace]) -> None:
    """The documents exist, approved, with nothing printed: what a gate looks at is there."""
    known = dict(loaded.now.documents)
    rows = []
    for place in places:
        at = (place.stage, place.activity, place.code)
        known[at] = {**known.get(at, {}), place.subject: DocumentState.APPROVED}
        rows.append(
            {
                "programme": loaded.key,
                "stage": place.stage,
                "activity": place.activity,
                "code": place.code,
                "subject": place.subject,
                "version": 1,
                "state": DocumentState.APPROVED.value,
                "title": loaded.roadmap.documents[place.code].title,
                "origin": "simulated",
                "dated": loaded.now.today,
                "media_type": "application/pdf",
                "created_at": work.now,
                "approved_by": work.actor.name,
            }
        )
    work.append(Document, rows)
    loaded.now = replace(loaded.now, documents=known)


def check_finished(app: App, journey: Journey) -> None:
    """Raises VekhaError simulation.unfinished with everything that keeps the programme from its end."""
    key = journey.programme
    with app.work(writes=False) as work:
        if load(work, key).programme.state == "finished":
            return
        left = [found for stage in stages.status(work, key) for found in stage.problems]
    refused = [found for problems in journey.refused.values() for found in problems]
    raise VekhaError([problem("simulation.unfinished", programme=key), *(refused or left)])


def _count(app: App, institutions_count: int, digest: "hashlib._Hash") -> Result:
    with app.work(writes=False) as work:
        for table in (Programme, Stage, Activity, Participation, Pair, Submission, Document, Audit, Outbox):
            columns = [
                type_coerce(column, NullType())  # as the database holds it
                for column in table.__table__.columns  # type: ignore[attr-defined]
                if column.name not in NEVER_SAME
            ]
            lines = sorted(repr(tuple(row)) for row in work.session.execute(select(*columns)))
            digest.update("\n".join([table.__name__, *lines]).encode())
        done = work.session.exec(select(col(Activity.due), col(Activity.done_on)).where(Activity.state == "done")).all()
        return Result(
            institutions=institutions_count,
            finished=len(work.session.exec(select(Programme.key).where(Programme.state == "finished")).all()),
            stages_closed=len(work.session.exec(select(Stage.code).where(Stage.state == "closed")).all()),
            activities_done=len(done),
            activities_late=sum(done_on > due for due, done_on in done if done_on is not None),
            answers=len(work.session.exec(select(col(Submission.id))).all()),
            digest=digest.hexdigest(),
        )


def _sum(results: Sequence[Result]) -> Result:
    digest = hashlib.sha256("".join(each.digest for each in results).encode()).hexdigest()
    return Result(
        institutions=sum(each.institutions for each in results),
        finished=sum(each.finished for each in results),
        stages_closed=sum(each.stages_closed for each in results),
        activities_done=sum(each.activities_done for each in results),
        activities_late=sum(each.activities_late for each in results),
        answers=sum(each.answers for each in results),
        digest=digest,
    )
