"""A year with pairs that meet, reflect, change and end; what the report counts is counted anew from the rows."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from vekha.bootstrap import App, build
from vekha.services.launch import campaigns
from vekha.services.mentoring.pair_results import results
from vekha.services.process import stages
from vekha.services.process.programmes import load
from vekha.services.region import institutions
from vekha.settings import Settings
from vekha.simulation.clock import VirtualClock
from vekha.simulation.institution import REGION, REGION_TITLE, TIMEZONE, add_invented
from vekha.simulation.journey import Journey
from vekha.simulation.region import check_finished, file_without_pdf
from vekha.storage.tables import (
    Attendance,
    Meeting,
    Pair,
    PairChange,
    PlannedMeeting,
    PlanStep,
    Reflection,
)

KINDS = ("school", "college", "kindergarten")


@pytest.fixture(scope="module", params=KINDS)
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, str]]:
    """One institution's whole year, documents without PDFs."""
    home: Path = tmp_path_factory.mktemp("year")
    clock = VirtualClock(dt.date(2026, 1, 1))
    app = build(Settings(home=home, database_url=None, files_dir=None), clock)
    app.prepare()
    clock.day = app.registry.roadmap(request.param, None).cycle.dates(2026)[0]
    with app.work() as work:
        institutions.add_region(work, REGION, REGION_TITLE, TIMEZONE)
        code, cast = add_invented(work, request.param, 0)
        key = campaigns.start_one(work, institutions.one(work, code), 2026)
    journey = Journey(programme=key, institution=code, cast=cast, issue=file_without_pdf, polls=False, together=True)
    with app.work() as work:
        journey.start(work)
    while (day := journey.next_day) is not None:
        clock.day = max(clock.day, day)
        with app.work() as work:
            for stage in journey.live(work):
                stages.finish_closing(work, key, stage, pack="")
                journey.again(clock.day + dt.timedelta(days=1))
    check_finished(app, journey)
    yield app, key
    app.engine.dispose()


def test_the_year_holds_a_replacement_an_early_end_and_finished_pairs(year: tuple[App, str]) -> None:
    app, _ = year
    with app.work(writes=False) as work:
        changes = Counter(row.kind for row in work.session.exec(select(PairChange)))
        endings = Counter(row.ending for row in work.session.exec(select(Pair)))
    assert changes["replaced"] == changes["replaces"] == 1
    assert changes["ended_early"] == 1
    assert endings["finished"] >= 1
    assert endings["replaced"] == 1
    assert None not in endings


def test_meetings_reflections_and_steps_are_those_of_a_year(year: tuple[App, str]) -> None:
    app, key = year
    with app.work(writes=False) as work:
        planned = Counter(str(row.state) for row in work.session.exec(select(PlannedMeeting)))
        answered = [row for row in work.session.exec(select(Reflection)) if row.answered_at]
        steps = work.session.exec(select(PlanStep)).all()
    assert planned["held"] >= 5
    assert planned["planned"] == 0
    assert len(answered) >= 5
    assert all(row.useful in range(1, 6) for row in answered)
    assert [row for row in steps if row.done_on]
    if key.startswith("school"):  # elsewhere the plan comes after the replacement
        assert [row for row in steps if row.handed]


def test_the_report_adds_up_with_a_recount_of_the_rows(year: tuple[App, str]) -> None:
    """Pairs, meetings and hours of the document's context against plain SQL rows, counted another way."""
    app, key = year
    with app.work(writes=False) as work:
        loaded = load(work, key)
        told = results(work, loaded)
        pairs = work.session.exec(select(Pair)).all()
        held = [row for row in work.session.exec(select(Meeting)) if row.pair is not None and not row.absent]
        missed = [row for row in work.session.exec(select(Meeting)) if row.pair is not None and row.absent]
        came = work.session.exec(select(Attendance)).all()
        answered = [row.useful for row in work.session.exec(select(Reflection)) if row.answered_at]
    assert told.formed == len(pairs)
    assert told.finished == sum(row.ending == "finished" for row in pairs)
    assert told.ended_early == sum(row.ending == "ended_early" for row in pairs)
    assert told.replaced == sum(row.ending == "replaced" for row in pairs)
    assert told.at_work == sum(row.ended_on is None for row in pairs)
    assert told.formed == (told.finished + told.ended_early + told.replaced + told.at_work)
    assert (told.held, told.missed) == (len(held), len(missed))
    assert told.minutes == sum(row.minutes or 0 for row in held)
    places = {row.id for row in held}
    present = [row.present for row in came if row.meeting in places]
    assert told.attendance == round(100 * sum(present) / len(present), 1)
    assert told.reflections == len(answered)
    assert told.useful == round(sum(each or 0 for each in answered) / len(answered), 1)
