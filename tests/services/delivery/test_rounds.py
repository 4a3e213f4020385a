"""Digests by many processes: what is said is one transaction, and everybody hears it once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from tests.services.conftest import KEY, STRANGER, Club
from tests.services.delivery.rounds import go_round, staff, to, told, with_tools
from vekha.domain.programme import ActivityState, StageState
from vekha.mail.post import Server
from vekha.services.delivery import addressees, reminders
from vekha.storage.tables import Activity, Addressee, Notice, Outbox, Said, Stage


def test_what_follows_is_queued_with_the_digest(named: Club) -> None:
    server = Server(host="mail.example", port=25, security="none", sender="vekha@region.example")
    mailing = with_tools(named, mail_server=server)
    to(named, "2026-06-08")
    go_round(mailing)
    (notice,) = named.rows(Notice)
    assert notice.mail == "waiting"
    assert [(row.key, row.payload) for row in named.rows(Outbox) if row.kind == "mail"] == [
        (f"mail:{notice.key}", {"notice": notice.key})
    ]


def missed(club: Club) -> list[tuple[str, list[tuple[str, str]]]]:
    """The programme and what is late in it, of each event."""
    payloads = [row.payload for row in club.rows(Outbox) if row.payload.get("event") == "deadline.missed"]
    return [(each["programme"], [(row["activity"], row["due"]) for row in each["activities"]]) for each in payloads]


def test_a_programme_announces_what_it_missed_in_one_event_and_once(named: Club) -> None:
    to(named, "2026-06-08")
    go_round(named)
    assert missed(named) == [(KEY, [("papers", "2026-06-01")])]
    to(named, "2026-06-09")
    go_round(named)
    assert len(missed(named)) == 1
    with named.work() as work:  # everything of the cycle, by both people
        for row in work.session.exec(select(Activity)):
            row.state = ActivityState.OPEN
            work.session.add(row)
        for stage in work.session.exec(select(Stage)):
            stage.state = StageState.OPEN
            work.session.add(stage)
    to(named, "2026-12-08")
    go_round(named)
    (_, (programme, late)) = missed(named)
    assert programme == KEY
    assert {"wishes", "data"} <= {code for code, _ in late}
    assert "papers" not in {code for code, _ in late}  # of that one everybody has heard


def test_without_a_mail_server_digests_stay_in_the_list(named: Club) -> None:
    to(named, "2026-06-01")
    go_round(named)
    assert [row.mail for row in named.rows(Notice)] == [""]
    assert named.queued("mail") == []


def test_a_round_that_fails_half_way_has_said_nothing(named: Club) -> None:
    to(named, "2026-06-01")
    with named.work() as work:
        (batch,) = reminders.batches_to_tell(work)
    with pytest.raises(ZeroDivisionError), named.work() as work:
        reminders.tell(work, batch)
        raise ZeroDivisionError
    assert (named.rows(Notice), named.rows(Said), {row.last_on for row in named.rows(Addressee)}) == ([], [], {None})
    assert go_round(named) == 1


def test_several_rounds_at_once_tell_everybody_once(any_club: Club) -> None:
    for number in range(1, 31):
        any_club.add(number, staff=staff(director=f"d{number}@club.example", curator=f"c{number}@club.example"))
        if number > 1:
            any_club.start(f"club-{number}")
    to(any_club, "2026-06-01")
    with any_club.work() as work:
        (everybody,) = reminders.batches_to_tell(work)
    together = threading.Barrier(4)

    def one_round(start: int) -> int:
        together.wait()
        told = 0
        for first in range(0, len(everybody), 7):
            some = [everybody[(start + first + step) % len(everybody)] for step in range(7)]
            with any_club.work() as work:
                told += reminders.tell(work, some)
        return told

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(one_round, (0, 3, 20, 41)))
    assert sum(shares) == 30
    assert Counter(who for _, who, _ in told(any_club)) == Counter(f"d{number}@club.example" for number in range(1, 31))


@pytest.mark.postgres
def test_somebody_whom_another_round_speaks_to_is_passed_over(pg_club: Club) -> None:
    pg_club.add(staff=staff(director="d@club.example", curator="c@club.example"))
    to(pg_club, "2026-06-01")
    with pg_club.work() as work:
        (batch,) = reminders.batches_to_tell(work)
    with pg_club.work() as other:
        other.session.exec(select(Addressee).where(Addressee.key == "d@club.example").with_for_update()).one()
        with pg_club.work() as work:
            assert reminders.tell(work, batch) == 0
    assert go_round(pg_club) == 1


def test_a_round_left_to_the_dispatchers_is_queued_in_batches(any_club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "BATCH", 2)
    any_club.add(staff=staff(director="d1@club.example", curator="c1@club.example"))
    any_club.start(any_club.add(2, staff=staff(director="d2@club.example")))
    with any_club.work() as work:
        addressees.add_contact(work, "02", "", "operator@region.example", "Оператор")
    to(any_club, "2026-06-01")
    for _ in range(2):
        with any_club.work() as work:
            assert reminders.queue(work) == 4
    batches = [row.payload["addressees"] for row in any_club.rows(Outbox) if row.kind == "remind"]
    assert [len(batch) for batch in batches] == [2, 1, 1]
    assert Counter(number for batch in batches for number in batch) == Counter(
        row.id for row in any_club.rows(Addressee)
    )


def test_whose_round_it_is(any_club: Club) -> None:
    any_club.start(any_club.add(2))
    to(any_club, "2026-06-01")
    with any_club.work(STRANGER) as work:
        batches = reminders.batches_to_tell(work)
    places = {row.id: row.institution for row in any_club.rows(Addressee)}
    assert {places[number] for batch in batches for number in batch} == {"club-2"}
