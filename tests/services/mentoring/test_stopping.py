"""A consent goes, and so does the work, in every programme of the institution at once."""

import datetime as dt

import pytest

from tests.services.conftest import KEY, MENTEE, MENTOR, Club
from tests.services.dates.test_extension_notices import SERVER
from tests.services.delivery.rounds import staff, with_tools
from vekha.domain.people import (
    FormPair,
    GiveConsent,
    Introduce,
    Purpose,
    Register,
    Role,
    Standing,
    WithdrawConsent,
)
from vekha.services.delivery import addressees, notices, reminders
from vekha.services.mentoring import people, stopping
from vekha.services.process.programmes import load

TODAY = dt.date(2026, 5, 4)
UNTIL = dt.date(2027, 6, 30)
NEXT = "club-1-2027"
WITHDRAWN = "согласие на обработку персональных данных отозвано"
LAPSED = "срок согласия на обработку персональных данных истёк"


def withdraw(subject: str) -> WithdrawConsent:
    return WithdrawConsent(subject=subject, purpose=Purpose.PROCESSING, on=TODAY)


def two_more(club: Club) -> None:
    """A second mentee, in a group with the first and their mentor: p3, n2."""
    club.carry_out(
        Introduce(name="Белов Павел Андреевич", role=Role.MENTEE),
        GiveConsent(subject="p3", purpose=Purpose.PROCESSING, signed=TODAY, until=UNTIL),
        Register(person="p3", role=Role.MENTEE, on=TODAY),
        FormPair(mentors=("p2",), mentees=("p1", "p3"), format="группа", starts=TODAY, ends=UNTIL),
    )


def test_withdrawn_it_ends_the_pair_and_leaves_the_group(any_club: Club) -> None:
    any_club.come_together()
    two_more(any_club)
    with any_club.work() as work:
        loaded = load(work, KEY)
        people.carry_out_one(work, loaded, withdraw("p1"))
    assert loaded.now.people == any_club.people()
    known = any_club.people()
    assert known.persons["p1"].standings == {Role.MENTEE: Standing.WITHDRAWN}
    assert {code: (each.active, each.mentees) for code, each in known.pairs.items()} == {
        "n1": (False, ("p1",)),
        "n2": (True, ("p3",)),
    }
    assert any_club.audit("person:p1")[-1] == ("mentee:registered", "mentee:withdrawn", WITHDRAWN)
    assert any_club.audit("pair:n1")[-1] == ("active", "ended", WITHDRAWN)
    assert any_club.audit("pair:n2")[-1] == ("p1", "left", WITHDRAWN)


def test_it_ends_in_every_programme_that_is_not_over(any_club: Club) -> None:
    any_club.come_together()
    any_club.start(year=2027)
    any_club.carry_out(
        Introduce(name=MENTEE, role=Role.MENTEE), Register(person="p1", role=Role.MENTEE, on=TODAY), key=NEXT
    )
    any_club.carry_out(withdraw("p1"), key=NEXT)
    for key in (KEY, NEXT):
        assert any_club.people(key).persons["p1"].standings == {Role.MENTEE: Standing.WITHDRAWN}
        assert not any_club.people(key).active_pairs


def test_publication_alone_stops_nothing(club: Club) -> None:
    club.come_together()
    club.carry_out(
        GiveConsent(subject="p2", purpose=Purpose.PUBLICATION, signed=TODAY, until=UNTIL),
        WithdrawConsent(subject="p2", purpose=Purpose.PUBLICATION, on=TODAY),
    )
    assert [each.code for each in club.people().active_pairs] == ["n1"]


def test_past_its_last_day_it_ends_on_the_round(any_club: Club) -> None:
    any_club.come_together()
    with any_club.work() as work:
        assert stopping.lapsed(work) == []
    any_club.clock.to(UNTIL)
    with any_club.work() as work:
        assert [stopping.lapsed(work), stopping.stop_lapsed(work, KEY, "p1")] == [[], False]
    any_club.clock.to(UNTIL + dt.timedelta(days=1))
    with any_club.work() as work:
        assert [stopping.stop_lapsed(work, *each) for each in stopping.lapsed(work)] == [True, True]
    assert not any_club.people().active_pairs
    assert any_club.audit("person:p1")[-1] == ("mentee:registered", "mentee:withdrawn", LAPSED)
    with any_club.work() as work:
        assert stopping.lapsed(work) == []


def test_a_birth_date_that_makes_a_minor_of_somebody_ends_the_work(any_club: Club) -> None:
    any_club.come_together()
    any_club.start(year=2027)
    any_club.carry_out(
        Introduce(name="Белов Павел Андреевич", role=Role.MENTEE),
        GiveConsent(subject="p3", purpose=Purpose.PROCESSING, signed=TODAY, until=UNTIL),
        Register(person="p3", role=Role.MENTEE, on=TODAY),
        FormPair(mentors=("p2",), mentees=("p3",), format="пара", starts=TODAY, ends=UNTIL),
    )
    with any_club.work() as work:
        told = Introduce(name="Белов Павел Андреевич", role=Role.MENTEE, birth_date=dt.date(2011, 5, 1))
        people.carry_out(work, NEXT, [told])
    known = any_club.people()
    assert known.persons["p3"].standings == {Role.MENTEE: Standing.WITHDRAWN}
    assert [each.code for each in known.active_pairs] == ["n1"]
    assert (
        any_club.audit("pair:n2")[-1][2]
        == "по дате рождения участнику нет 18 лет, согласия законного представителя нет"
    )
    any_club.carry_out(
        GiveConsent(
            subject="p3", purpose=Purpose.PROCESSING, signed=TODAY, until=UNTIL, guardian="Белова Анна Ильинична"
        ),
        Register(person="p3", role=Role.MENTEE, on=TODAY),
    )
    assert any_club.people().persons["p3"].standings == {Role.MENTEE: Standing.REGISTERED}


# --- the curator is told ----------------------------------------------------------------------------------------------


@pytest.fixture
def watched(clubs: Club) -> Club:
    """A pair at work in a club whose curator has an address."""
    clubs.add(staff=staff(curator="curator@club.example"))
    clubs.start()
    with clubs.work() as work:
        addressees.sync(work)
    with_mail = with_tools(clubs, mail_server=SERVER)
    with_mail.come_together()
    return with_mail


def heard(club: Club) -> list[tuple[str, str]]:
    """(subject, the line about it) of what the curator was told."""
    with club.work(writes=False) as work:
        rows = notices.of_person(work, "curator@club.example")
        return [(row["subject"], next(each for each in row["text"].splitlines() if each[:1] == "–")) for row in rows]


def test_the_curator_hears_of_a_withdrawal_at_once(watched: Club) -> None:
    assert heard(watched) == []
    watched.carry_out(withdraw("p1"))
    assert heard(watched) == [
        (
            "Согласие отозвано",
            f"– {MENTEE}: исключён из базы наставляемых; завершена пара: {MENTOR} – {MENTEE} (Клуб № 1)",
        )
    ]
    assert len(watched.queued("mail")) == 1


def test_the_curator_hears_of_a_publication_taken_back_and_of_a_lapse(watched: Club) -> None:
    watched.carry_out(
        GiveConsent(subject="p2", purpose=Purpose.PUBLICATION, signed=TODAY, until=UNTIL),
        WithdrawConsent(subject="p2", purpose=Purpose.PUBLICATION, on=TODAY),
    )
    [(subject, line)] = heard(watched)
    assert subject == "Согласие на публикацию отозвано"
    assert MENTOR in line
    watched.clock.to(UNTIL + dt.timedelta(days=1))
    with watched.work() as work:
        assert [stopping.stop_lapsed(work, *each) for each in stopping.lapsed(work)] == [True, True]
    assert [subject for subject, _ in heard(watched)].count("Закончилось согласие") == 2


def test_the_curator_is_warned_a_month_before_the_end_once_a_mark(watched: Club) -> None:
    def round_of(day: dt.date) -> list[str]:
        watched.clock.to(day)
        with watched.work() as work:
            for batch in reminders.batches_to_tell(work):
                reminders.tell(work, batch)
        with watched.work(writes=False) as work:
            rows = [row for row in notices.of_person(work, "curator@club.example") if row["on"] == day]
        return [line for row in rows for line in row["text"].splitlines() if "осталось" in line and MENTEE in line]

    until = dt.date(2026, 8, 31)
    watched.carry_out(
        withdraw("p1"),
        GiveConsent(
            subject="p1", purpose=Purpose.PROCESSING, signed=TODAY, until=until, guardian="Журавлёва Мария Петровна"
        ),
        Register(person="p1", role=Role.MENTEE, on=TODAY),
    )
    assert round_of(until - dt.timedelta(days=31)) == []
    assert round_of(until - dt.timedelta(days=30)) == [
        f"– {MENTEE}: действует до 31.08.2026, осталось 30 дней; до этого дня нужно новое (Клуб № 1)"
    ]
    assert round_of(until - dt.timedelta(days=29)) == []
    assert len(round_of(until - dt.timedelta(days=7))) == 1


def test_the_guardians_consent_runs_out_although_ones_own_paper_has_not(any_club: Club) -> None:
    """What a minor signed alone, before the age was known, keeps nobody in the register after the guardian's day."""
    name, born = "Белов Павел Андреевич", dt.date(2012, 1, 1)
    processing = {"subject": "p1", "purpose": Purpose.PROCESSING, "signed": TODAY}
    any_club.carry_out(
        Introduce(name=name, role=Role.MENTEE),
        GiveConsent(until=UNTIL, **processing),
        Introduce(name=name, role=Role.MENTEE, birth_date=born),
        GiveConsent(until=TODAY + dt.timedelta(days=10), guardian="Белова Ольга Ивановна", **processing),
        Register(person="p1", role=Role.MENTEE, on=TODAY),
    )
    any_club.clock.pass_days(11)
    with any_club.work() as work:
        assert stopping.lapsed(work) == [(KEY, "p1")]
        assert stopping.stop_lapsed(work, KEY, "p1")
    assert any_club.people().persons["p1"].standings == {Role.MENTEE: Standing.WITHDRAWN}


def test_nobody_is_entered_on_a_day_before_the_consent_went(club: Club) -> None:
    """An entry dated back to when there was a consent would bring back whoever took it back."""
    club.come_together()
    club.clock.pass_days(5)
    today = club.clock().date()
    club.carry_out(WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=today))
    again = Register(person="p1", role=Role.MENTEE, on=TODAY)
    assert club.codes(people.carry_out, KEY, [again]) == ["people.guardian_consent_missing"]
