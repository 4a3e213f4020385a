"""Monitoring of an institution on a day, SWOT kept and handed in, and a recount of a whole region by other means."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from tests.conftest import VirtualClock
from tests.services.conftest import CURATOR as CLUB_CURATOR
from tests.services.conftest import KEY as CLUB
from tests.services.conftest import Club, actor
from vekha.bootstrap import App, build
from vekha.domain.errors import VekhaError
from vekha.domain.reporting.collection import Terms
from vekha.domain.reporting.swot import Quarter
from vekha.services.launch import campaigns
from vekha.services.process import stages
from vekha.services.region import institutions
from vekha.services.reporting import collecting, monitoring_report, region_papers, region_report, swots
from vekha.services.surveys import life
from vekha.services.surveys import results as surveys
from vekha.settings import Settings
from vekha.simulation import reported, showcase
from vekha.simulation.clock import VirtualClock as StoryClock
from vekha.storage.tables import Submission, SwotAnalysis

KEY = "school-12-2026"
CURATOR = actor("curator", institution="school-12")
WORDS = {each.value: f"Сказано: {each.value}" for each in Quarter}
D = dt.date


@pytest.fixture
def school(app: App, add_institution: Callable[..., str]) -> App:
    add_institution(app)
    with app.work() as work:
        stages.open_due(work, campaigns.start_one(work, institutions.one(work, "school-12"), 2026))
    return app


def codes(app: App, service: Callable[..., object], *rest: object) -> list[str]:
    with pytest.raises(VekhaError) as caught, app.work(CURATOR) as work:
        service(work, KEY, *rest)
    return [each.code for each in caught.value.problems]


def test_a_swot_is_kept_with_its_version_and_handed_in(school: App) -> None:
    assert codes(school, swots.hand_in) == ["swot.empty"]
    with school.work(CURATOR) as work:
        swots.save(work, KEY, {**WORDS, "threats": ""}, 0)
    assert codes(school, swots.save, WORDS, 0) == ["swot.changed"]  # a page opened before
    assert codes(school, swots.hand_in) == ["swot.empty"]
    with school.work(CURATOR) as work:
        swots.save(work, KEY, WORDS, 1)
        found = monitoring_report.monitoring(work, KEY).swot
        assert (found.version, found.texts) == (2, {each: WORDS[each.value] for each in Quarter})
        swots.hand_in(work, KEY)
    with school.work(writes=False) as work:
        [row] = work.session.exec(select(Submission).where(Submission.form == "swot"))
        assert row.data == WORDS


def test_a_roadmap_without_the_form_is_told_so(club: Club) -> None:
    with club.work(CLUB_CURATOR) as work:
        swots.save(work, CLUB, WORDS, 0)
    assert club.codes(swots.hand_in, CLUB, who=CLUB_CURATOR) == ["swot.no_form"]
    assert [each.version for each in club.rows(SwotAnalysis)] == [1]


def test_the_day_is_an_argument(school: App, clock: VirtualClock) -> None:
    assert codes(school, monitoring_report.monitoring, D(2026, 5, 5)) == ["monitoring.day_ahead"]
    assert codes(school, monitoring_report.monitoring, D(2026, 5, 1), D(2026, 5, 2)) == ["monitoring.period_reversed"]
    clock.to(D(2026, 9, 1))
    with school.work(CURATOR, writes=False) as work:
        late = monitoring_report.monitoring(work, KEY)
        early = monitoring_report.monitoring(work, KEY, D(2026, 5, 4))
    overdue = [next(each for each in one.figures if each.indicator.code == "tasks_late").value for one in (early, late)]
    assert overdue[0] == 0
    assert (overdue[1] or 0) > 0
    assert next(iter(late.stages)).late > 0
    assert sum(each.late for each in early.stages) == 0


# --- a region recounted -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    home = tmp_path_factory.mktemp("region")
    clock = StoryClock(showcase.DAY)
    app = build(Settings(home=home, database_url=None, files_dir=None), clock)
    showcase.settle(app, clock, each=1)
    since, on = dt.date(showcase.DAY.year, 1, 1), showcase.DAY
    with app.work() as work:  # whatever somebody confirmed before is another matter: here everybody is counted now
        terms = Terms(title="Пересчёт", since=since, on=on, opens=on, closes=on, plan={})
        row = collecting.create(work, "recount", reported.REGION, terms)
        collecting.count(work, "recount", collecting.asked(work, row))
    yield app
    app.engine.dispose()


def test_the_smallest_showcase_has_surveys_that_somebody_was_asked(region: App) -> None:
    with region.work(writes=False) as work:
        asked = [surveys.total(work, each).asked for each in life.every(work, "school-1-2026")]
    assert asked
    assert all(asked)


def recount(path: Path, since: str, on: str) -> dict[str, float]:
    """The same figures from the bare rows: SQL and sets, nothing of the engine's."""
    base = sqlite3.connect(path)

    def rows(sql: str, *values: str) -> list[tuple[object, ...]]:
        return base.execute(sql, values).fetchall()

    parts = rows(
        "select g.institution, p.person, p.role from participation p join programme g on g.key = p.programme"
        " where p.standing = 'registered' and p.registered_on <= ?",
        on,
    )
    pairs = rows("select programme, code, starts, ended_on, ending from pair")
    met = rows('select programme, pair, kind, "on" from meeting where not absent and "on" between ? and ?', since, on)
    finals = {(each[0], each[1]) for each in met if each[2] == "final"}
    finals |= {(each[0], each[1]) for each in pairs if each[4] == "finished" and each[3]}
    over = finals | {(each[0], each[1]) for each in pairs if each[3] is not None and str(each[3]) <= on}
    working = {(each[0], each[1]) for each in pairs if str(each[2]) <= on} - over
    found: dict[str, float] = {
        "mentees": len({each[:2] for each in parts if each[2] == "mentee"}),
        "mentors": len({each[:2] for each in parts if each[2] == "mentor"}),
        "pairs": len(working),
        "pairs_started": sum(since <= str(each[2]) <= on for each in pairs),
        "pairs_finished": len(finals),
        "meetings": sum(each[1] is not None for each in met),
        "trainings": sum(each[1] is None and each[2] in ("training", "seminar") for each in met),
    }
    base.close()
    return found


def test_the_report_adds_up_with_an_independent_recount(region: App) -> None:
    with region.work(writes=False) as work:
        found = region_report.report(work, "recount")
        day = work.now.astimezone(ZoneInfo("Asia/Yekaterinburg")).date()
    figures = {each.indicator.code: each.figure.numerator for each in found.summary if each.figure}
    counted = recount(Path(region.settings.home) / "vekha.db", f"{day.year}-01-01", day.isoformat())
    assert {name: figures[name] for name in counted} == counted
    assert counted["mentees"] > 0
    assert counted["meetings"] > 0
    for name in counted:  # and the places add up to the whole
        assert sum(line.figures[name].numerator for line in found.lines) == counted[name]


def test_the_papers_are_made_twice_alike(region: App) -> None:
    with region.work(writes=False) as work:
        found = region_report.report(work, reported.COLLECTION)
        first, second = region_papers.pdf(work, found), region_papers.pdf(work, found)
        monitored = monitoring_report.pdf(work, monitoring_report.monitoring(work, "school-1-2026"))
        sheets = [each.title for each in region_papers.tables(work, found)]
    assert first == second
    assert (first[:5], monitored[:5]) == (b"%PDF-", b"%PDF-")
    assert sheets == ["Показатели", "Муниципалитеты", "Кто подтвердил", "Определения"]
