"""Where everybody of a campaign stands, on both databases: as a plain reading has it, with few queries."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from tests.services.conftest import CURATOR, NEIGHBOUR, OPERATOR, Club, actor
from tests.services.launch.test_campaign_life import launch
from vekha import spreadsheet
from vekha.domain.programme import SETTLED, StageState
from vekha.domain.watching import Cell, Look, cell_of
from vekha.services.launch import campaign_life
from vekha.services.process import activities, stages
from vekha.services.process.programmes import load
from vekha.services.watch import monitoring, monitoring_sheets
from vekha.services.watch.monitoring import Line
from vekha.services.watch.monitoring_queries import Chosen
from vekha.storage.tables import Activity, Institution, Programme, Stage

MUNICIPAL = actor("municipal_curator", region="02", municipality="Примерск")


def ready(clubs: Club, count: int = 3) -> None:
    """Clubs of a campaign in October: the first has done its papers, the second nothing; the third is elsewhere."""
    for number in range(1, count + 1):
        clubs.add(number, municipality="Иной" if number == 3 else "Примерск", details={"phone": f"+7 90{number}"})
    launch(clubs)
    with clubs.work() as work:
        work.session.execute(
            update(Activity)
            .where(col(Activity.programme) == "club-1-2026", col(Activity.code) == "papers")
            .values(state="done", done_on=dt.date(2026, 5, 20))
        )
        if count > 2:  # the sun rises there seven hours later
            work.session.execute(
                update(Institution).where(col(Institution.code) == "club-3").values(timezone="Europe/Kaliningrad")
            )
    clubs.clock.now = dt.datetime(2026, 10, 1, 20, 0, tzinfo=dt.UTC)  # the 2nd of October in Ufa
    with clubs.work() as work:
        for number in range(1, count + 1):
            stages.open_due(work, f"club-{number}-2026")


def lines(clubs: Club, who: object = OPERATOR, **chosen: object) -> tuple[Line, ...]:
    with clubs.work(who, writes=False) as work:
        (found,) = monitoring.heat_maps(work, "spring", Chosen(**chosen))
        return found.lines


def plainly(clubs: Club, key: str) -> dict[str, Cell]:
    """The same cells from one programme, by reading it."""
    with clubs.work(writes=False) as work:
        now = load(work, key).now
        found = {}
        for stage in now.stages.values():
            overdue = [
                each.due
                for each in now.of_stage(stage.code)
                if each.gate.required and each.state not in SETTLED and each.due < now.today
            ]
            due = min(overdue or [stage.due])
            found[stage.code] = cell_of(StageState(stage.state), due, now.today)
        return found


def test_cells_are_those_of_each_programme_read_alone(clubs: Club) -> None:
    ready(clubs)
    for line in lines(clubs):
        assert line.cells == plainly(clubs, line.programme)


def test_the_worst_comes_first(clubs: Club) -> None:
    ready(clubs)
    found = lines(clubs)
    assert [line.institution for line in found] == ["club-2", "club-3", "club-1"]
    assert found[0].cells == {
        "prepare": Cell(Look.LATE, 123),
        "people": Cell(Look.LATE, 22),
        "work": Cell(Look.WAITS),
    }
    assert found[1].cells["prepare"] == Cell(Look.LATE, 122)  # still the 1st of October there
    assert found[2].worst == Cell(Look.LATE, 22)


def test_whom_to_look_at(clubs: Club) -> None:
    ready(clubs)
    assert [line.institution for line in lines(clubs, limit=1)] == ["club-2"]
    assert [line.institution for line in lines(clubs, municipality="Иной")] == ["club-3"]
    assert [line.institution for line in lines(clubs, limit=None)] == ["club-2", "club-3", "club-1"]
    with clubs.work() as work:
        work.session.execute(update(Activity).where(col(Activity.programme) == "club-1-2026").values(state="done"))
        work.session.execute(update(Stage).where(col(Stage.programme) == "club-1-2026").values(state="closed"))
    assert [line.institution for line in lines(clubs, late=True)] == ["club-2", "club-3"]
    assert lines(clubs)[2].worst == Cell(Look.DONE)
    with clubs.work(OPERATOR, writes=False) as work:
        assert monitoring.heat_maps(work, "spring", Chosen(type="college")) == []


def test_municipalities_are_the_sum_of_their_institutions(clubs: Club) -> None:
    ready(clubs)
    with clubs.work(OPERATOR, writes=False) as work:
        (found,) = monitoring.municipal_maps(work, "spring")
    assert list(found.lines) == ["Примерск", "Иной"]
    here = [line for line in lines(clubs) if line.municipality == "Примерск"]
    for stage, crowd in found.lines["Примерск"].items():
        cells = [line.cells[stage] for line in here]
        assert {look: number for look, number in crowd.counts.items() if number} == {
            look: sum(cell.look is look for cell in cells) for look in {cell.look for cell in cells}
        }
        assert crowd.days == max(cell.days for cell in cells)
    assert found.total["prepare"].words == "просрочен: 3 из 3, до 123 дней"


def test_late_ones_are_told_with_whom_to_call(clubs: Club) -> None:
    ready(clubs)
    with clubs.work() as work:
        activities.add(work, "club-1-2026", "prepare", "own", "Своё дело", dt.date(2026, 12, 1), required=True)
        activities.add(work, "club-1-2026", "prepare", "extra", "По желанию", dt.date(2026, 12, 1))
        due = update(Activity).where(col(Activity.code).in_(["own", "extra"]))
        work.session.execute(due.values(due=dt.date(2026, 9, 1)))
    with clubs.work(OPERATOR, writes=False) as work:
        found = monitoring.late(work, "spring")
    assert [(each.institution, each.activity, each.days) for each in found] == [
        ("club-2", "papers", 123),
        ("club-3", "papers", 122),
        ("club-1", "own", 31),
        ("club-1", "data", 22),
        ("club-2", "data", 22),
        ("club-3", "data", 21),
        ("club-1", "wishes", 2),
        ("club-2", "wishes", 2),
        ("club-3", "wishes", 1),
    ]
    own = found[2]
    assert (own.what, own.stage, own.phone) == ("Своё дело", "Подготовка", "+7 901")
    assert own.call


def test_who_will_be_late(clubs: Club) -> None:
    ready(clubs)
    with clubs.work(OPERATOR, writes=False) as work:
        found = monitoring.forecast(work, "spring")
    assert [(each.institution, each.behind, each.stage) for each in found] == [
        ("club-2", 123, "Работа"),
        ("club-3", 122, "Работа"),
        ("club-1", 22, "Работа"),
    ]
    assert found[0].expected > found[2].expected > found[2].due == dt.date(2027, 5, 31)
    assert (found[0].percent, found[2].percent) == (25, 86)
    assert found[2].later == (found[2].expected - found[2].due).days


def test_a_cancelled_campaign_has_nobody(clubs: Club) -> None:
    ready(clubs, 1)
    with clubs.work(OPERATOR) as work:
        campaign_life.cancel(work, "spring", "ошибка")
    with clubs.work(OPERATOR, writes=False) as work:
        assert monitoring.heat_maps(work, "spring") == monitoring.late(work, "spring") == []
        assert monitoring.forecast(work, "spring") == monitoring.municipal_maps(work, "spring") == []


ALL = (monitoring.heat_maps, monitoring.municipal_maps, monitoring.late, monitoring.forecast)


def test_a_municipal_curator_sees_the_own_municipality_only(clubs: Club) -> None:
    ready(clubs)
    assert [line.institution for line in lines(clubs, MUNICIPAL)] == ["club-2", "club-1"]
    with clubs.work(MUNICIPAL, writes=False) as work:
        assert list(monitoring.municipal_maps(work, "spring")[0].lines) == ["Примерск"]
        assert {each.institution for each in monitoring.late(work, "spring")} == {"club-1", "club-2"}
        assert {each.institution for each in monitoring.forecast(work, "spring")} == {"club-1", "club-2"}


@pytest.mark.parametrize("service", ALL, ids=lambda each: each.__name__)
def test_who_may_not_look(clubs: Club, service: object) -> None:
    ready(clubs, 1)
    for who in (CURATOR, NEIGHBOUR):
        assert clubs.codes(service, "spring", who=who) == ["access.denied"]
    assert clubs.codes(service, "x", who=OPERATOR) == ["campaign.unknown"]


def test_the_number_of_queries_does_not_grow(clubs: Club) -> None:
    sent = []
    for count in (1, 3):
        for number in range(1, count + 1):
            clubs.add(number)
        code = f"spring-{count}"
        launch(clubs, code, chosen={"institutions": [f"club-{number}" for number in range(1, count + 1)]})
        with clubs.work() as work:
            work.session.execute(update(Programme).values(campaign=code))
        clubs.clock.to(dt.date(2026, 10, 2))
        with clubs.work(OPERATOR, writes=False) as work, clubs.counting() as statements:
            found = [len(service(work, code)) for service in ALL]
        sent.append((len(statements), found[2]))
    assert (sent[0][0], sent[0][1] * 3) == sent[1]


def test_everybody_goes_into_a_workbook(clubs: Club, tmp_path: Path) -> None:
    ready(clubs)
    with clubs.work(OPERATOR, writes=False) as work:
        spreadsheet.write_xlsx(tmp_path / "a.xlsx", monitoring_sheets.tables(work, "spring", Chosen(limit=1)))
    rows = spreadsheet.read(tmp_path / "a.xlsx").rows
    assert [row[0] for row in rows.values()] == ["Код", "club-2", "club-3", "club-1"]
    assert rows[1][3:] == ["Хуже всего", "1. Подготовка", "2. Люди", "3. Работа"]
    assert rows[2][3:] == ["просрочен на 123 дня", "просрочен на 123 дня", "просрочен на 22 дня", "ждёт"]
