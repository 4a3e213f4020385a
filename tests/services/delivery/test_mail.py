"""Letters: each sent once, tried again while that makes sense, and else kept for a person to see."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.mail.server import Mailbox, impatient, serving
from tests.services.conftest import CURATOR, Club
from tests.services.delivery.rounds import go_round, staff, to, with_tools
from vekha.domain.errors import VekhaError
from vekha.mail.post import Server
from vekha.services.delivery import mail
from vekha.storage import outbox
from vekha.storage.tables import Notice, Outbox

pytestmark = pytest.mark.slow  # Prefect is imported with the deliveries


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Server]:
    with serving(mailbox) as found:
        yield found


@pytest.fixture
def mailing(any_club: Club, server: Server) -> Club:
    """Three clubs whose directors were written to today."""
    club = with_tools(any_club, mail_server=server)
    club.add(staff=staff(director="d1@club.example"))
    for number in (2, 3):
        club.start(club.add(number, staff=staff(director=f"d{number}@club.example")))
    to(club, "2026-06-01")
    assert go_round(club) == 3
    return club


def hurried(club: Club) -> Club:
    """The same clubs, soon tired of a mail server that does not answer."""
    server = club.app.tools.mail_server
    assert server is not None
    return with_tools(club, mail_server=impatient(server))


def deliver(club: Club, after: dt.timedelta = dt.timedelta()) -> int:
    """What a dispatcher does until nothing is ready; how many letters it took in hand."""
    from flows import deliveries  # noqa: PLC0415

    club.clock.now += after
    taken = 0
    while jobs := take(club):
        letters = [job for job in jobs if job.kind == "mail"]
        assert deliveries.post(club.app, letters) == {}
        with club.work() as work:
            for other in (job for job in jobs if job.kind != "mail"):
                outbox.done(work.session, other, work.now)
        taken += len(letters)
    return taken


def take(club: Club, limit: int = 50) -> list[outbox.Job]:
    return list(outbox.take(club.app.engine, "test", club.clock(), limit, urgent=("mail",)))


def states(club: Club) -> list[str]:
    return [row.mail for row in club.rows(Notice)]


def arrived(mailbox: Mailbox) -> Counter[str]:
    return Counter(to for _, to, _ in mailbox.kept)


EVERYBODY = Counter({"d1@club.example": 1, "d2@club.example": 1, "d3@club.example": 1})
MINUTE = dt.timedelta(minutes=1)


def test_each_letter_arrives_once(mailing: Club, mailbox: Mailbox) -> None:
    assert deliver(mailing) == 3
    assert (arrived(mailbox), states(mailing), mailbox.connections) == (EVERYBODY, ["sent"] * 3, 1)
    assert {row.mailed_at for row in mailing.rows(Notice)} == {mailing.clock()}
    assert deliver(mailing, dt.timedelta(days=1)) == 0
    assert mailbox.letters[0]["Subject"] == "Сроки: у 1 мероприятия срок сегодня"


def test_a_letter_refused_for_good_is_given_up_and_the_others_go(mailing: Club, mailbox: Mailbox) -> None:
    mailbox.answers = {"RCPT d2@club.example": "550 no such mailbox"}
    deliver(mailing)
    assert sorted(states(mailing)) == ["failed", "sent", "sent"]
    assert deliver(mailing, dt.timedelta(days=1)) == 0
    with mailing.work(writes=False) as work:
        (row,) = mail.undelivered(work)
    assert (row["email"], row["state"], str(row["on"])) == ("d2@club.example", "failed", "2026-06-01")
    assert "550 no such mailbox" in row["error"]


def test_a_letter_refused_for_now_is_tried_again_later(mailing: Club, mailbox: Mailbox) -> None:
    mailbox.answers = {"RCPT d2@club.example": "450 greylisted"}
    deliver(mailing)
    assert sorted(states(mailing)) == ["sent", "sent", "waiting"]
    assert deliver(mailing, MINUTE / 3) == 0
    mailbox.answers = {}
    assert deliver(mailing, MINUTE / 3) == 1
    assert (arrived(mailbox), states(mailing)) == (EVERYBODY, ["sent"] * 3)
    with mailing.work(writes=False) as work:
        assert mail.undelivered(work) == []


def test_a_letter_refused_too_often_is_given_up(mailing: Club, mailbox: Mailbox) -> None:
    mailbox.answers = {"RCPT d2@club.example": "450 mailbox is full"}
    tried = [deliver(mailing), *(deliver(mailing, dt.timedelta(hours=2, seconds=1)) for _ in range(15))]
    assert tried == [3, *[1] * (outbox.MAX_ATTEMPTS - 1), *[0] * 4]
    assert sorted(states(mailing)) == ["failed", "sent", "sent"]


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("fault", ["hang", "drop"])
def test_a_server_that_fails_in_the_middle_loses_and_doubles_nothing(
    mailing: Club, mailbox: Mailbox, step: str, fault: str
) -> None:
    """It had not taken the letter: all of them wait, none has used up an attempt, each arrives once."""
    mailbox.answers = {step: fault}
    assert deliver(hurried(mailing) if fault == "hang" else mailing) == 3
    assert (states(mailing), arrived(mailbox)) == (["waiting"] * 3, Counter())
    assert deliver(mailing, MINUTE) == 0
    mailbox.answers = {}
    assert deliver(mailing, MINUTE) == 3
    assert (arrived(mailbox), states(mailing)) == (EVERYBODY, ["sent"] * 3)
    assert {row.attempts for row in mailing.rows(Outbox) if row.kind == "mail"} == {1}


def test_a_letter_taken_without_an_answer_is_sent_again_as_the_same_message(mailing: Club, mailbox: Mailbox) -> None:
    """SMTP cannot tell whether it was taken: the repetition has the same Message-ID and the same bytes."""
    mailbox.answers = {"DATA": "keep and drop"}
    deliver(mailing)
    mailbox.answers = {}
    deliver(mailing, 2 * MINUTE)
    assert states(mailing) == ["sent"] * 3
    (first, *_), counts = mailbox.kept, arrived(mailbox)
    assert counts == EVERYBODY + Counter({first[1]: 1})
    assert mailbox.kept.count(first) == 2
    assert len({letter["Message-ID"] for letter in mailbox.letters}) == 3


def test_a_dispatcher_that_dies_after_sending_repeats_only_that_letter(
    mailing: Club, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seen = mail.sent, []

    def dies_at_the_second(work, job) -> None:
        seen.append(job.key)
        if len(seen) == 2:
            raise SystemExit
        real(work, job)

    from flows import deliveries  # noqa: PLC0415

    whole = deliveries._DIGESTS
    monkeypatch.setattr(deliveries, "_DIGESTS", replace(whole, sent=dies_at_the_second))
    with pytest.raises(SystemExit):
        deliver(mailing)
    monkeypatch.setattr(deliveries, "_DIGESTS", whole)
    assert deliver(mailing, outbox.LEASE + MINUTE) == 2
    assert states(mailing) == ["sent"] * 3
    assert arrived(mailbox) == EVERYBODY + Counter({mailbox.kept[1][1]: 1})
    assert len({letter["Message-ID"] for letter in mailbox.letters}) == 3


def test_while_the_server_is_down_letters_that_nobody_took_wait_too(mailing: Club, mailbox: Mailbox) -> None:
    from flows import deliveries  # noqa: PLC0415

    mailbox.answers = {"MAIL": "hang"}
    deliveries.post(hurried(mailing).app, take(mailing, 1))
    assert not [row for row in mailing.rows(Outbox) if row.kind == "mail" and row.ready_at <= mailing.clock()]


def test_what_is_days_old_is_not_sent_any_more(mailing: Club, mailbox: Mailbox) -> None:
    mailbox.answers = {"MAIL": "drop"}
    deliver(mailing)
    mailbox.answers = {}
    deliver(mailing, mail.TOO_OLD + MINUTE)
    assert (states(mailing), arrived(mailbox)) == (["failed"] * 3, Counter())
    with mailing.work() as work:
        assert mail.retry(work, []) == 3
    deliver(mailing)
    assert arrived(mailbox) == EVERYBODY


def test_undelivered_letters_are_retried_or_dropped(mailing: Club, mailbox: Mailbox) -> None:
    mailbox.answers = {"RCPT": "550 no"}
    deliver(mailing)
    mailbox.answers = {}
    with mailing.work(writes=False) as work:
        first, second, third = (row["key"] for row in mail.undelivered(work))
    with mailing.work() as work:
        assert mail.drop(work, [first]) == 1
        assert mail.retry(work, [second]) == 1
    assert deliver(mailing) == 1
    assert Counter(states(mailing)) == Counter({"dropped": 1, "sent": 1, "failed": 1})
    assert mailing.codes(mail.retry, [first, second, "нет"]) == ["mail.unknown"] * 3
    with mailing.work() as work:
        assert mail.retry(work, []) == 1
    assert deliver(mailing) == 1
    assert [(old, new) for old, new, _ in mailing.audit(f"mail:{third}", None)] == [("failed", "waiting")]


def test_settings_that_are_gone_or_wrong_let_letters_wait(mailing: Club, mailbox: Mailbox) -> None:
    gone = with_tools(mailing, mail_server=None)
    deliver(gone)
    assert states(mailing) == ["waiting"] * 3
    with mailing.work(writes=False) as work:
        assert ["почта не настроена" in row["error"] for row in mail.undelivered(work)] == [True] * 3
    app = mailing.app

    def wrong() -> None:
        raise VekhaError(mail.problem("mail.bad_setting", name="X", value="y", allowed="z"))

    broken = Club(type(app)(**{**vars(app), "tools": replace(app.tools, make_mail_server=wrong)}), mailing.clock)
    deliver(broken, 3 * MINUTE)
    assert states(mailing) == ["waiting"] * 3
    deliver(mailing, 3 * MINUTE)
    assert arrived(mailbox) == EVERYBODY


def test_who_may_look_after_letters(mailing: Club) -> None:
    for service in (mail.retry, mail.drop):
        assert mailing.codes(service, [], who=CURATOR) == ["access.denied"]
    assert mailing.codes(mail.undelivered, who=CURATOR) == ["access.denied"]
