"""The board, the course of a campaign, the trail, the queue and one institution's page, on both databases."""

import datetime as dt

import pytest

from tests.services.conftest import CURATOR, NEIGHBOUR, OPERATOR, Club
from tests.services.watch.test_monitoring import MUNICIPAL, lines, ready
from vekha.domain.access import ENGINE
from vekha.domain.watching import Cell, Look
from vekha.services.delivery.reminders import remind_now
from vekha.services.watch import board, course, queue, trail
from vekha.services.watch.board import Sort
from vekha.services.watch.dossier import dossier
from vekha.services.watch.monitoring_queries import Chosen
from vekha.storage import heartbeat, outbox
from vekha.storage.tables import Notice

CAMPAIGN = "spring"


def test_squares_are_the_cells_of_the_map_and_tiles_their_sums(clubs: Club) -> None:
    ready(clubs)
    with clubs.work(OPERATOR, writes=False) as work:
        found = board.board(work, CAMPAIGN, Chosen())
    (grid,) = found.grids
    cells = {line.institution: line.cells for line in lines(clubs)}
    assert [row.institution for row in grid.rows] == [*cells]
    for row in grid.rows:
        told = {code: Cell(each.look, each.days) for code, each in row.squares.items()}
        assert told == cells[row.institution]
    every = [cell for mine in cells.values() for cell in mine.values()]
    late = [cell for cell in every if cell.look is Look.LATE]
    tiles = found.tiles
    assert (tiles.institutions, tiles.stages, tiles.late) == (3, len(every), len(late))
    assert tiles.soon == sum(cell.look is Look.SOON for cell in every)
    assert tiles.late_institutions == sum(
        any(each.look is Look.LATE for each in mine.values()) for mine in cells.values()
    )
    assert tiles.percent == (len(every) - len(late)) * 100 // len(every)


def test_a_square_counts_what_is_required(clubs: Club) -> None:
    ready(clubs)
    with clubs.work(OPERATOR, writes=False) as work:
        (grid,) = board.board(work, CAMPAIGN, Chosen(search="club-1")).grids
    (row,) = grid.rows
    assert (row.squares["prepare"].settled, row.squares["prepare"].needed) == (1, 2)
    assert row.worst == "people" and row.squares["people"].settled == 0


@pytest.mark.parametrize("sort", [*Sort])
def test_everybody_is_there_in_every_order(clubs: Club, sort: Sort) -> None:
    ready(clubs)
    with clubs.work(OPERATOR, writes=False) as work:
        (grid,) = board.board(work, CAMPAIGN, Chosen(), sort).grids
        assert sorted(row.institution for row in grid.rows) == ["club-1", "club-2", "club-3"]
        assert board.places(work, CAMPAIGN) == (["club"], ["Иной", "Примерск"])
    with clubs.work(MUNICIPAL, writes=False) as work:
        assert board.board(work, CAMPAIGN, Chosen()).tiles.institutions == 2
        assert [each.code for each in board.campaigns(work)] == [CAMPAIGN]
    with clubs.work(NEIGHBOUR, writes=False) as work:
        assert board.campaigns(work) == []


def test_the_course_of_a_campaign(clubs: Club) -> None:
    ready(clubs)
    with clubs.work(OPERATOR, writes=False) as work:
        spans = course.spans(work, CAMPAIGN, Chosen())["club"]
        weeks = course.weeks(work, CAMPAIGN, Chosen())
        assert course.weeks(work, CAMPAIGN, Chosen(search="nobody")) == ()
    assert [each.code for each in spans] == ["prepare", "people", "work"]
    assert all(each.every == 3 and each.opens <= each.due_from <= each.due for each in spans)
    assert [each.late for each in spans] == [3, 3, 0]
    assert weeks[-1].planned % 3 == 0 and weeks[-1].done is None
    assert [each.done for each in weeks if each.done is not None][-1] == 1


def test_the_trail_is_read_by_place_and_kind(clubs: Club) -> None:
    ready(clubs)
    with clubs.work(OPERATOR, writes=False) as work:
        every = trail.trail(work, trail.Asked(), 500)
        assert [each.id for each in every] == sorted((each.id for each in every), reverse=True)
        assert {each.family for each in trail.trail(work, trail.Asked(kind="campaigns"))} == {"campaign"}
        mine = trail.trail(work, trail.Asked(institution="club-2", until=dt.date(2026, 10, 2)))
        assert {each.institution for each in mine} == {"club-2"}
        assert all(each.title for each in mine if each.family in ("stage", "activity"))
        assert trail.trail(work, trail.Asked(before=every[1].id, who="Веха"), 1)[0].id < every[1].id
    with clubs.work(MUNICIPAL, writes=False) as work:
        assert {each.institution for each in trail.trail(work, trail.Asked(), 500)} == {"club-1", "club-2"}
    with clubs.work(NEIGHBOUR, writes=False) as work:
        assert trail.trail(work, trail.Asked()) == []


def test_the_queue_and_trying_again(clubs: Club) -> None:
    ready(clubs)
    (job,) = outbox.take(clubs.app.engine, "d", clubs.clock(), limit=1)
    with clubs.work() as work:
        outbox.failed(work.session, job, work.now, "не вышло")
    with clubs.work(OPERATOR, writes=False) as work:
        found = queue.queue(work)
        assert not found.working and not queue.dispatcher_at_work(work)
        assert found.counts[queue.Standing.FAILED] == 1 and found.counts[queue.Standing.WAITING] > 0
        assert found.jobs[0].error == "не вышло"
    heartbeat.beat(clubs.app.engine, "d", clubs.clock(), "Prefect молчит")
    heartbeat.beat(clubs.app.engine, "d", clubs.clock(), "Prefect молчит")
    with clubs.work() as work:
        queue.retry(work, job.id)
    with clubs.work(OPERATOR, writes=False) as work:
        found = queue.queue(work)
        assert (found.working, found.trouble) == (True, "Prefect молчит")
        assert job.id in {each.id for each in found.jobs if each.attempts == 0}
    heartbeat.gone(clubs.app.engine, "d")
    with clubs.work(writes=False) as work:
        assert not queue.dispatcher_at_work(work)


def test_reminding_now_says_all_that_is_due_once_a_day(clubs: Club) -> None:
    ready(clubs)
    clubs.clock.now = dt.datetime(2026, 10, 2, 6, 0, tzinfo=dt.UTC)
    with clubs.work(OPERATOR) as work:
        first = remind_now(work, ["club-2"])
    assert first.told > 0 and (first.heard, first.quiet) == (0, 0)
    with clubs.work(OPERATOR) as work:
        again = remind_now(work, ["club-2"])
    assert (again.told, again.heard) == (0, first.told)
    assert len(clubs.rows(Notice)) == first.told
    clubs.clock.pass_days(1)  # heard before, and told anew since somebody asks for it
    with clubs.work(OPERATOR) as work:
        assert remind_now(work, ["club-2"]).told == first.told
    clubs.clock.now = dt.datetime(2026, 10, 5, 20, 0, tzinfo=dt.UTC)
    with clubs.work(OPERATOR) as work:
        assert remind_now(work, ["club-2"]).quiet == first.told + first.nothing
    assert clubs.codes(remind_now, ["club-2"], who=CURATOR) == ["access.denied"]


def test_one_institution(clubs: Club) -> None:
    ready(clubs)
    with clubs.work(OPERATOR, writes=False) as work:
        found = dossier(work, "club-2")
    (mine,) = found.courses
    assert (found.former, found.holders, found.may_schedule) == ((), (), True)
    assert mine.lacking and found.today == dt.date(2026, 10, 2)
    assert {each.institution for each in found.events} == {"club-2"}
    assert clubs.codes(dossier, "club-2", who=CURATOR) == ["access.denied"]
    assert clubs.codes(dossier, "nothing", who=ENGINE) == ["institution.unknown"]
