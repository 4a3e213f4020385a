"""A whole year of every type: it finishes on its own, by the rules, and the same arguments tell the same story."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import col, select

from vekha.bootstrap import App, build
from vekha.services.region import institutions
from vekha.settings import Settings
from vekha.simulation import region
from vekha.simulation.clock import VirtualClock
from vekha.simulation.institution import REGION, REGION_TITLE, TIMEZONE
from vekha.simulation.journey import next_monday
from vekha.storage.tables import Activity, Audit, Meeting, Outbox, Programme, Stage

TYPES = ("school", "college", "kindergarten")
VARIANTS = [("school", "school_gifted"), ("kindergarten", "kindergarten_2years")]


def lived(home: Path, kind: str, roadmap: str | None = None, index: int = 0) -> App:
    """An institution's story in a database of its own."""
    clock = VirtualClock(dt.date(2026, 1, 1))
    app = build(Settings(home=home), clock)
    with app.work() as work:
        institutions.add_region(work, REGION, REGION_TITLE, TIMEZONE)
    region.live_through(app, clock, kind, index, 2026, roadmap)
    return app


def check(app: App) -> None:
    """What the story left behind keeps to the rules."""
    with app.work(writes=False) as work:
        (programme,) = work.session.exec(select(Programme)).all()
        assert programme.state == "finished"
        for stage in work.session.exec(select(Stage)):
            assert (stage.state, stage.error) == ("closed", None)
            assert stage.opened_on is not None
            assert stage.closed_on is not None
            assert stage.opens <= stage.opened_on <= stage.closed_on
        for row in work.session.exec(select(Activity)):
            assert row.state in ("done", "waived"), row.code
        arrows = Counter(
            (row.old, row.new) for row in work.session.exec(select(Audit)) if row.subject.startswith("stage:")
        )
        stages = arrows["planned", "open"]
        assert arrows == {("planned", "open"): stages, ("open", "closing"): stages, ("closing", "closed"): stages}
        keys = [row.key for row in work.session.exec(select(Outbox)) if row.key.startswith("event:programme.finished")]
        assert len(keys) == 1
    app.engine.dispose()


@pytest.mark.parametrize("kind", TYPES)
def test_a_year_of_each_type(home: Path, kind: str) -> None:
    check(lived(home, kind))


@pytest.mark.slow
@pytest.mark.parametrize("index", [1, 7, 20])
@pytest.mark.parametrize("kind", TYPES)
def test_other_people_live_through_it_too(home: Path, kind: str, index: int) -> None:
    check(lived(home, kind, index=index))


@pytest.mark.parametrize(("kind", "roadmap"), VARIANTS)
def test_every_variant(home: Path, kind: str, roadmap: str) -> None:
    app = lived(home, kind, roadmap)
    every = [(kind, each.code) for kind in TYPES for each in app.registry.roadmaps(app.registry.type(kind))[1:]]
    assert every == VARIANTS
    check(app)


@pytest.mark.slow
def test_the_same_arguments_tell_the_same_story() -> None:
    first, again, other = (region.run_share(range(3), year, TYPES) for year in (2026, 2026, 2025))
    assert first == again
    assert first.digest != other.digest
    assert (first.institutions, first.finished) == (3, 3)


@pytest.mark.slow
def test_shares_add_up_whatever_the_number_of_processes() -> None:
    one, two = (region.run(2, 2026, types=("kindergarten",), processes=processes) for processes in (1, 2))
    assert one == two
    assert (one.institutions, one.finished) == (2, 2)


def test_the_rounds_are_on_mondays() -> None:
    sunday = dt.date(2026, 5, 3)
    assert next_monday(sunday) == next_monday(dt.date(2026, 5, 4)) == dt.date(2026, 5, 4)
    assert next_monday(dt.date(2026, 5, 5)) == dt.date(2026, 5, 18), "11 May 2026 is a holiday"


def test_the_meetings_of_a_pair_follow_each_other_and_the_final_one_is_the_last(home: Path) -> None:
    app = lived(home, "college")
    with app.work(writes=False) as work:
        held = work.session.exec(select(Meeting).where(col(Meeting.pair).is_not(None))).all()
    days: dict[str, list[tuple[dt.date, str]]] = {}
    for each in held:
        days.setdefault(each.pair or "", []).append((each.on, each.kind))
    assert days
    for of_pair in days.values():
        assert len({day for day, _ in of_pair}) == len(of_pair)
        assert [kind for _, kind in sorted(of_pair)][:3] == ["introduction", "trial", "planning"]
        assert max(of_pair)[1] == "final"
    app.engine.dispose()
