"""Who hears of a request for more time, and of its answer; on both databases."""

import datetime as dt

import pytest

from tests.services.conftest import OPERATOR, Club, actor
from tests.services.delivery.rounds import staff, with_tools
from tests.services.launch.test_campaign_life import launch
from vekha.mail.post import Server
from vekha.services.dates import batches, extensions, shifts
from vekha.services.dates.shifts import Order
from vekha.services.delivery import addressees, notices
from vekha.storage.tables import Addressee, Notice, Outbox

WANTED = dt.date(2026, 6, 20)
SERVER = Server(host="mail.example", port=25, security="none", sender="vekha@region.example")


@pytest.fixture
def mailing(clubs: Club) -> Club:
    """A running club with a curator; an operator of its region, one of another region, a municipal curator."""
    clubs.add(staff=staff(curator="curator@club.example"))
    launch(clubs)
    with clubs.work() as work:
        addressees.add_contact(work, "02", "", "operator@region.example", "Оператор региона")
        addressees.add_contact(work, "02", "Уфа", "ufa@region.example", "Муниципальный куратор")
    return with_tools(clubs, mail_server=SERVER)


def ask(club: Club, activity: str = "papers", wanted: dt.date = WANTED) -> int:
    with club.work(actor("curator", institution="club-1")) as work:
        return extensions.ask(work, "club-1-2026", "prepare", activity, wanted, "Болели")


def said(club: Club, person: str) -> list[tuple[str, str]]:
    """(subject, the line about it) of the messages of somebody, oldest first."""
    with club.work(writes=False) as work:
        rows = sorted(notices.of_person(work, person), key=lambda row: row["key"])
        return [(row["subject"], next(each for each in row["text"].splitlines() if each[:1] == "–")) for row in rows]


def grant(club: Club, numbers: list[int]) -> int:
    with club.work(OPERATOR) as work:
        return shifts.apply(work, extensions.grant(work, numbers), None, Order("Карантин", "1")).id or 0


def test_the_operator_hears_of_a_request_and_the_curator_of_the_answer(mailing: Club) -> None:
    number = ask(mailing)
    (subject, line) = said(mailing, "operator@region.example")[0]
    assert subject == "Просьба о продлении срока"
    assert "просят продлить до 20.06.2026, сейчас срок 01.06.2026. Причина: Болели" in line
    assert said(mailing, "curator@club.example") == said(mailing, "ufa@region.example") == []
    mailing.clock.now += dt.timedelta(minutes=1)
    granted = grant(mailing, [number])
    (subject, line) = said(mailing, "curator@club.example")[0]
    assert subject == "Ответ на просьбу о продлении срока"
    assert "срок продлён до 22.06.2026. Карантин" in line  # a Saturday rolls on
    with mailing.work(OPERATOR) as work:
        shifts.apply(work, batches.undo(work, granted), None, Order("Ошибка", "2"))
    assert len(said(mailing, "curator@club.example")) == 1
    mailing.clock.now += dt.timedelta(minutes=1)
    with mailing.work(OPERATOR) as work:
        extensions.decline(work, [number], "Срок задан сверху")
    assert "отказано, срок прежний – 01.06.2026. Срок задан сверху" in said(mailing, "curator@club.example")[1][1]
    assert len(said(mailing, "operator@region.example")) == 1


def test_answers_to_many_requests_are_one_message(mailing: Club) -> None:
    grant(mailing, [ask(mailing), ask(mailing, "", dt.date(2026, 11, 20))])
    (message,) = [row for row in mailing.rows(Notice) if "Ответ" in row.subject]
    assert [(each["title"] != "", each["state"]) for each in message.body["requests"]] == [(True, "granted")] * 2


def test_letters_wait_for_the_morning(mailing: Club) -> None:
    mailing.clock.now = dt.datetime(2026, 5, 20, 19, tzinfo=dt.UTC)  # midnight in Ufa
    ask(mailing)
    (letter,) = [row for row in mailing.rows(Outbox) if row.kind == "mail"]
    assert letter.ready_at == dt.datetime(2026, 5, 21, 3, tzinfo=dt.UTC)
    (notice,) = mailing.rows(Notice)
    assert (letter.payload, notice.mail) == ({"notice": notice.key}, "waiting")


def test_without_a_mail_server_it_stays_in_the_list(mailing: Club) -> None:
    ask(with_tools(mailing, mail_server=None))
    assert [row.mail for row in mailing.rows(Notice)] == [""]
    assert mailing.queued("mail") == []


def test_a_request_says_nothing_against_the_digest_of_the_day(mailing: Club) -> None:
    ask(mailing)
    assert {row.last_on for row in mailing.rows(Addressee)} == {None}
