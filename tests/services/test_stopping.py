"""A consent goes, and so does the work, in every programme of the institution at once."""

import datetime as dt

from tests.services.conftest import KEY, MENTEE, Club
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
from vekha.services import people, stopping
from vekha.services.programmes import load

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
