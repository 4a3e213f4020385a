"""A worker mentors with a written consent only; an early end gives three working days and is told to the curator."""

import dataclasses
import datetime as dt
from collections.abc import Iterator

import pytest

from tests.services.conftest import KEY, MENTEE, MENTOR, ORDER, STRANGER, Club
from tests.services.dates.test_extension_notices import SERVER
from tests.services.delivery.test_reminders import staff, with_tools
from vekha.domain.labour import Ending, Side, Terms
from vekha.services.delivery import addressees, notices
from vekha.services.mentoring import duties
from vekha.services.office import documents
from vekha.services.process.programmes import load

TODAY = dt.date(2026, 5, 4)  # a Monday
UNTIL = dt.date(2027, 5, 31)
TERMS = Terms(signed=TODAY, starts=TODAY, ends=UNTIL, content="помощь", form="встречи", pay="10 % оклада")
ENDING = Ending(by=Side.WORKER, noticed=TODAY, last=dt.date(2026, 5, 7), reason="переезд")


@pytest.fixture
def workers(clubs: Club) -> Iterator[Club]:
    """A pair of a club whose type says that every mentor is a worker."""
    clubs.add(staff=staff(curator="curator@club.example"))
    clubs.start()
    with clubs.work() as work:
        addressees.sync(work)
    made = with_tools(clubs, mail_server=SERVER)
    kind = made.app.registry.types["club"]
    object.__setattr__(kind, "duty_consent", lambda person: True)  # a type is frozen, and this one is a test's
    made.come_together()
    yield made
    object.__setattr__(kind, "duty_consent", None)


def lacking(club: Club) -> list[str]:
    with club.work(writes=False) as work:
        return [each.code for each in duties.lacking(work, load(work, KEY))]


def test_without_a_written_consent_there_is_no_order(workers: Club) -> None:
    assert lacking(workers) == ["duty.consent_missing"]
    with workers.work() as work:
        assert duties.give(work, KEY, MENTOR, TERMS) == "p2"
    assert lacking(workers) == []
    with workers.work() as work:
        duties.end(work, KEY, "p2", ENDING)
    assert lacking(workers) == []  # until the last day
    workers.clock.to(dt.date(2026, 5, 8))
    assert lacking(workers) == ["duty.consent_missing"]
    with workers.work() as work:
        duties.give(work, KEY, "p2", TERMS)  # they agreed anew
    assert lacking(workers) == []
    assert workers.audit("duty:p2") == [
        (None, "given", None),
        ("given", "ended:worker", "переезд"),
        ("given", "given", None),
    ]


def test_the_order_on_pairs_waits_for_the_consent(workers: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "PAIR_ORDER", ORDER.code)  # the club has no order on pairs of its own
    assert workers.codes(documents.approve, KEY, [ORDER]) == ["duty.consent_missing"]
    with workers.work() as work:
        duties.give(work, KEY, "p2", TERMS)
        assert [row.code for row in documents.approve(work, KEY, [ORDER])] == [ORDER.code]


def test_the_curator_hears_of_an_early_end_at_once(workers: Club) -> None:
    with workers.work() as work:
        duties.give(work, KEY, "p2", TERMS)
        duties.end(work, KEY, "p2", ENDING)
    with workers.work(writes=False) as work:
        [said] = notices.of_person(work, "curator@club.example")
    assert said["subject"] == "Наставник прекращает работу"
    assert f"последний день – 07.05.2026; найдите замену: {MENTOR} – {MENTEE}" in said["text"]


def test_what_cannot_be_is_refused(workers: Club) -> None:
    assert workers.codes(duties.end, KEY, "p2", ENDING) == ["duty.none"]
    assert workers.codes(duties.give, KEY, "p1", TERMS) == ["duty.not_mentor"]
    assert workers.codes(duties.give, KEY, "p2", dataclasses.replace(TERMS, form="")) == ["duty.terms_incomplete"]
    with workers.work() as work:
        duties.give(work, KEY, "p2", TERMS)
    soon = dataclasses.replace(ENDING, last=dt.date(2026, 5, 6))
    [refusal] = workers.refused(duties.end, KEY, "p2", soon)
    assert (refusal.code, "07.05.2026" in refusal.remedy) == ("duty.notice_short", True)
    with workers.work() as work:
        duties.end(work, KEY, "p2", ENDING)
    assert workers.codes(duties.end, KEY, "p2", ENDING) == ["duty.ended_before"]
    assert workers.codes(duties.every, KEY, who=STRANGER) == ["access.denied"]


def test_a_type_that_says_nothing_asks_nothing(any_club: Club) -> None:
    any_club.come_together()
    assert lacking(any_club) == []
