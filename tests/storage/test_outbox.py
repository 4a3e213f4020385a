"""The outbox: asked once, taken by one, done at least once, put back with its error."""

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from tests.conftest import START
from vekha.bootstrap import App
from vekha.storage import outbox
from vekha.storage.outbox import LEASE, MAX_ATTEMPTS, Job
from vekha.storage.tables import Outbox

SECOND = dt.timedelta(seconds=1)


def queue(app: App, *keys: str, kind: str = "event", ready_at: dt.datetime | None = None) -> None:
    with app.work() as work:
        for key in keys:
            work.queue(kind, key, {"key": key}, ready_at)


def take(app: App, owner: str = "one", after: dt.timedelta = dt.timedelta(), limit: int = 10) -> list[Job]:
    return list(outbox.take(app.engine, owner, START + after, limit))


def keys(jobs: list[Job]) -> list[str]:
    return [job.key for job in jobs]


def row(app: App, key: str) -> Outbox:
    with app.work(writes=False) as work:
        return work.session.exec(select(Outbox).where(Outbox.key == key)).one()


def fail(app: App, job: Job, after: dt.timedelta = dt.timedelta(), error: str = "не вышло") -> None:
    with app.work() as work:
        outbox.failed(work.session, job, START + after, error)


def finish(app: App, job: Job) -> None:
    with app.work() as work:
        outbox.done(work.session, job, START)


def test_asking_twice_is_asking_once(any_app: App) -> None:
    queue(any_app, "a", "a")
    queue(any_app, "a", "b")
    jobs = take(any_app)
    assert jobs == [
        Job(id=jobs[0].id, kind="event", key="a", payload={"key": "a"}, queued_at=START, attempt=1),
        Job(id=jobs[1].id, kind="event", key="b", payload={"key": "b"}, queued_at=START, attempt=1),
    ]


def test_what_was_done_is_not_asked_for_again(any_app: App) -> None:
    queue(any_app, "a")
    (job,) = take(any_app)
    finish(any_app, job)
    queue(any_app, "a")
    assert take(any_app, after=LEASE * 2) == []
    assert not outbox.ready(any_app.engine, START + LEASE * 2)


def test_a_refused_transaction_asks_for_nothing(any_app: App) -> None:
    with pytest.raises(ZeroDivisionError), any_app.work() as work:
        work.queue("event", "a", {})
        raise ZeroDivisionError
    assert not outbox.ready(any_app.engine, START)


def test_a_leased_row_is_taken_again_only_when_its_lease_ran_out(any_app: App) -> None:
    queue(any_app, "a")
    assert keys(take(any_app)) == ["a"]
    assert take(any_app, "two", LEASE) == []
    (again,) = take(any_app, "two", LEASE + SECOND)
    assert again.attempt == 2


def test_a_lease_is_renewed(any_app: App) -> None:
    queue(any_app, "a")
    take(any_app)
    outbox.renew(any_app.engine, "one", START + LEASE)
    outbox.renew(any_app.engine, "two", START + LEASE * 3)
    assert take(any_app, "two", LEASE * 2) == []
    assert keys(take(any_app, "two", LEASE * 2 + SECOND)) == ["a"]


def test_rows_come_in_the_order_of_queueing_urgent_ones_first(any_app: App) -> None:
    queue(any_app, "a", "b")
    queue(any_app, "c", kind="close_stage")
    assert outbox.take(any_app.engine, "one", START, 2, urgent=("close_stage",))[0].key == "c"
    assert keys(take(any_app)) == ["b"]


def test_later_means_later(any_app: App) -> None:
    queue(any_app, "a", ready_at=START + dt.timedelta(hours=1))
    assert not outbox.ready(any_app.engine, START)
    assert take(any_app) == []
    assert outbox.ready(any_app.engine, START + dt.timedelta(hours=1))
    assert keys(take(any_app, after=dt.timedelta(hours=1))) == ["a"]


def test_a_failure_is_tried_again_later_and_stays_in_sight(any_app: App) -> None:
    queue(any_app, "a")
    passed, delays = dt.timedelta(), []
    for _ in range(MAX_ATTEMPTS):
        (job,) = take(any_app, after=passed)
        fail(any_app, job, passed)
        again = row(any_app, "a")
        delays.append((again.ready_at - START - passed).seconds)
        assert (again.error, again.owner, again.leased_until, again.done_at) == ("не вышло", None, None, None)
        passed = again.ready_at - START
    assert delays == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]
    assert take(any_app, after=passed * 2) == []
    with any_app.work(writes=False) as work:
        assert [each.key for each in outbox.given_up(work.session)] == ["a"]
        assert outbox.waiting(work.session) == 0


def test_a_success_clears_the_error(any_app: App) -> None:
    queue(any_app, "a")
    fail(any_app, take(any_app)[0])
    (job,) = take(any_app, after=SECOND * 2)
    finish(any_app, job)
    assert (row(any_app, "a").error, row(any_app, "a").done_at) == (None, START)


def test_a_taker_that_comes_too_late_does_not_take_the_work_from_the_next(any_app: App) -> None:
    queue(any_app, "a")
    (slow,) = take(any_app)
    take(any_app, "two", LEASE + SECOND)
    fail(any_app, slow, LEASE + SECOND * 2)
    with any_app.work() as work:
        outbox.put_back(work.session, slow, START + LEASE, SECOND)
    assert (row(any_app, "a").owner, row(any_app, "a").attempts) == ("two", 2)


def test_what_was_done_meanwhile_stays_done(any_app: App) -> None:
    queue(any_app, "a")
    (slow,) = take(any_app)
    (quick,) = take(any_app, "two", LEASE + SECOND)
    finish(any_app, quick)
    fail(any_app, slow)
    assert row(any_app, "a").done_at == START
    assert take(any_app, after=LEASE * 9) == []


def test_given_back_untried(any_app: App) -> None:
    queue(any_app, "a")
    (job,) = take(any_app)
    with any_app.work() as work:
        outbox.put_back(work.session, job, START, SECOND)
        assert outbox.waiting(work.session) == 1
    assert [each.attempt for each in take(any_app, after=SECOND)] == [1]


def test_an_embedded_start_gives_every_lease_back(any_app: App) -> None:
    queue(any_app, "a", "b")
    take(any_app)
    outbox.release_all(any_app.engine)
    assert keys(take(any_app, "two")) == ["a", "b"]


@pytest.mark.postgres
def test_several_takers_share_the_rows(pg_app: App) -> None:
    queue(pg_app, *(f"{number:03}" for number in range(120)))

    def drain(owner: str) -> list[str]:
        taken: list[str] = []
        while jobs := outbox.take(pg_app.engine, owner, START, 5):
            taken += [job.key for job in jobs]
        return taken

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(drain, "abcd"))
    assert Counter(key for share in shares for key in share) == Counter(f"{number:03}" for number in range(120))


@pytest.mark.postgres
def test_a_row_that_somebody_holds_is_passed_over(pg_app: App) -> None:
    queue(pg_app, "a", "b")
    with pg_app.work() as work:
        work.session.exec(select(Outbox).where(Outbox.key == "a").with_for_update()).one()
        assert keys(take(pg_app)) == ["b"]


def test_a_row_that_kills_its_takers_takes_no_others_with_it(any_app: App) -> None:
    queue(any_app, "poison", "a", "b")
    for day in range(1, 4):  # three takers die
        assert keys(take(any_app, after=day * 2 * LEASE)) == ["poison", "a", "b"]
    queue(any_app, "c")
    assert keys(take(any_app, after=8 * LEASE)) == ["c"]
    assert keys(take(any_app, after=8 * LEASE)) == ["poison"]
    assert keys(take(any_app, after=8 * LEASE)) == ["a"]


def test_what_was_done_long_ago_is_removed_in_lots(any_app: App) -> None:
    queue(any_app, "a", "b", "c", "waiting")
    jobs = take(any_app, limit=3)
    for number, job in enumerate(jobs):
        with any_app.work() as work:
            outbox.done(work.session, job, START + number * SECOND)
    with any_app.work() as work:
        assert outbox.clean(work.session, START + 2 * SECOND, 1) == 1
        assert outbox.clean(work.session, START + 2 * SECOND, 5) == 1
        assert outbox.clean(work.session, START + 2 * SECOND, 5) == 0
        work.flush()
    with any_app.work(writes=False) as work:
        assert sorted(work.session.exec(select(Outbox.key))) == ["c", "waiting"]


def test_a_clock_that_ran_ahead_and_was_put_back_keeps_nothing_waiting(any_app: App) -> None:
    """A job queued, one leased and one that failed, all by a clock that was a year ahead."""
    year = dt.timedelta(days=365)
    queue(any_app, "leased", "failed", "queued", ready_at=START + year)
    leased, refused = take(any_app, after=year, limit=2)
    fail(any_app, refused, year)
    assert sorted(keys(take(any_app, "two"))) == ["failed", "leased", "queued"]
    assert keys(take(any_app, "three")) == []  # once: they are leased by today's clock now
    finish(any_app, leased)
    queue(any_app, "later", ready_at=START + SECOND)
    assert keys(take(any_app, "three")) == []  # what waits for a second waits
