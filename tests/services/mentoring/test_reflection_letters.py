"""Letters that ask how a meeting went: one a day by hand, one reminder by the round, none to who has answered."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest

from tests.mail.server import Mailbox, serving
from tests.services.conftest import CURATOR, KEY, STRANGER, Club
from tests.services.delivery.rounds import with_tools
from vekha.domain.people import HoldMeeting, Purpose, WithdrawConsent
from vekha.domain.reflections import Answer
from vekha.services.mentoring import people, reflection_letters, reflections
from vekha.storage import outbox
from vekha.storage.tables import Audit, Guardian, Meeting, Person, Reflection, ReflectionLink

pytestmark = pytest.mark.slow  # Prefect is imported with the deliveries
TODAY = dt.date(2026, 5, 4)
DAYS = dt.timedelta(days=1)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def met(any_club: Club, mailbox: Mailbox) -> Iterator[Club]:
    """A pair has met: p1, fourteen years old, whose guardian has an address, and p2 with an own one."""
    any_club.come_together()
    any_club.carry_out(HoldMeeting(kind="trial", on=TODAY, pair="n1", minutes=45))
    with any_club.work() as work:
        work.session.get_one(Person, ("club-1", "p2")).contact = "+7 900 000-00-02, p2@example.org"
        [guardian] = work.session.query(Guardian).all()
        guardian.contact = "mother@example.org"
    with serving(mailbox) as server:
        yield with_tools(any_club, mail_server=server)


def meeting(club: Club) -> int:
    return club.rows(Meeting)[0].id


def ask(club: Club) -> reflection_letters.Posted:
    with club.work(CURATOR) as work:
        return reflection_letters.send(work, KEY, meeting(club))


def deliver(club: Club) -> int:
    """What a dispatcher does; how many letters it took in hand."""
    from flows import deliveries, jobs  # noqa: PLC0415 — Prefect, slow to import

    assert jobs._HANDLERS["reflection"] is deliveries.reflect
    taken = [each for each in outbox.take(club.app.engine, "test", club.clock(), 100) if each.kind == "reflection"]
    assert deliveries.reflect(club.app, taken) == {}
    return len(taken)


def remind(club: Club, after: dt.timedelta) -> int:
    club.clock.now += after
    with club.work() as work:
        return reflection_letters.remind_due(work)


def secret(letter: object) -> str:
    return re.findall(r"/r/([\w-]+)", letter.get_body(("plain",)).get_content())[0]  # type: ignore[attr-defined]


def test_everybody_gets_a_letter_with_an_own_link(met: Club, mailbox: Mailbox) -> None:
    posted = ask(met)
    assert (posted.letters, posted.unreachable, posted.refused) == (2, (), ())
    assert ask(met).letters == 2  # pressed twice, queued once
    assert deliver(met) == 2
    to = {str(each["To"]): each for each in mailbox.letters}
    assert to.keys() == {"mother@example.org", "p2@example.org"}
    told = to["mother@example.org"].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Здравствуйте, Журавлёва Мария Петровна!" in " ".join(told.split())
    assert "Отвечает Журавлёв Илья Сергеевич" in " ".join(told.split())
    assert "Отвечает" not in to["p2@example.org"].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert [row.mailed_at for row in met.rows(ReflectionLink)] == [met.clock()] * 2
    with met.work() as work:
        reflections.answer(work, secret(to["p2@example.org"]), Answer(useful=5))
    assert deliver(met) == 0


def test_one_reminder_to_who_has_not_answered(met: Club, mailbox: Mailbox) -> None:
    """The link of the first letter stays good beside that of the second."""
    ask(met)
    deliver(met)
    first = {str(each["To"]): secret(each) for each in mailbox.letters}
    with met.work() as work:
        reflections.answer(work, first["p2@example.org"], Answer(useful=5))
    assert remind(met, 2 * DAYS) == 0
    assert remind(met, 1 * DAYS) == 1
    assert remind(met, dt.timedelta()) == 1  # the next round before it has gone: the same letter
    assert deliver(met) == 1
    [again] = mailbox.letters[2:]
    assert (again["To"], "ещё не рассказали" in str(again["Subject"])) == ("mother@example.org", True)
    assert [remind(met, 4 * DAYS), deliver(met)] == [0, 0]
    with met.work() as work:
        reflections.answer(work, first["mother@example.org"], Answer(useful=4))
    assert all(row.answered_at for row in met.rows(Reflection))


def test_whoever_left_or_took_the_consent_back_gets_no_letter(met: Club, mailbox: Mailbox) -> None:
    ask(met)
    with met.work() as work:
        people.carry_out(work, KEY, [WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=TODAY)])
    assert deliver(met) == 2
    assert [each["To"] for each in mailbox.letters] == ["p2@example.org"]


def test_what_the_server_refuses_is_tried_again_with_another_link(met: Club, mailbox: Mailbox) -> None:
    mailbox.answers["RCPT"] = "451 later"
    ask(met)
    assert deliver(met) == 2
    assert (mailbox.letters, met.rows(ReflectionLink)) == ([], [])
    mailbox.answers["RCPT"] = "550 nobody here"
    met.clock.now += DAYS
    assert deliver(met) == 2
    assert met.rows(ReflectionLink) == []
    assert [row.new for row in met.rows(Audit) if row.new == "not_sent"] == ["not_sent"] * 2
    assert remind(met, 5 * DAYS) == 0


def test_nobody_to_write_to(met: Club) -> None:
    with met.work() as work:
        for table in (Person, Guardian):
            for row in work.session.query(table).all():
                row.contact = None
    assert met.codes(reflection_letters.send, KEY, meeting(met), who=CURATOR) == ["link.no_addresses"]
    assert met.codes(reflection_letters.send, KEY, meeting(met), who=STRANGER) == ["access.denied"]
    assert met.codes(reflection_letters.send, KEY, 77, who=CURATOR) == ["meeting.unknown"]
