"""What contacts of a municipality and of a region hear of delays."""

from tests.services.conftest import KEY, NEIGHBOUR, OPERATOR, Club
from tests.services.delivery.rounds import go_round, to, watched, with_tools
from vekha.domain.reminders import Policies, Policy
from vekha.services.delivery import addressees
from vekha.services.process import activities


def test_delays_go_up_to_the_municipality_and_then_to_the_region(looked_after: Club) -> None:
    for day in ("2026-06-01", "2026-06-07", "2026-06-08", "2026-06-09", "2026-06-15", "2026-06-16"):
        to(looked_after, day)
        go_round(looked_after)
        go_round(looked_after)
    assert watched(looked_after, "north@region.example") == [
        ("2026-06-08", [(KEY, 1, 7), ("club-2-2026", 1, 7)]),
    ]
    assert watched(looked_after, "south@region.example") == [("2026-06-08", [("club-3-2026", 1, 7)])]
    assert watched(looked_after, "operator@region.example") == [
        ("2026-06-15", [(KEY, 1, 14), ("club-2-2026", 1, 14), ("club-3-2026", 1, 14)]),
    ]


def test_what_is_settled_in_time_is_not_told_further(looked_after: Club) -> None:
    to(looked_after, "2026-06-07")
    for key in (KEY, "club-3-2026"):
        with looked_after.work() as work:
            activities.waive(work, key, "prepare", "papers", "не нужно")
    to(looked_after, "2026-06-20")
    go_round(looked_after)
    assert watched(looked_after, "south@region.example") == []
    assert watched(looked_after, "operator@region.example") == [("2026-06-20", [("club-2-2026", 1, 19)])]


def test_nobody_is_told_where_the_policy_says_so(looked_after: Club) -> None:
    quiet = with_tools(looked_after, policies=Policies(Policy(municipality_after=None, region_after=None)))
    to(looked_after, "2026-07-20")
    go_round(quiet)
    assert watched(looked_after, "operator@region.example") == watched(looked_after, "north@region.example") == []


def test_somebody_who_looks_after_both_hears_each_delay_in_one_digest(looked_after: Club) -> None:
    with looked_after.work() as work:
        addressees.add_contact(work, "02", "Северный", "operator@region.example", "Оператор")
    for day in ("2026-06-08", "2026-06-15", "2026-06-16"):
        to(looked_after, day)
        go_round(looked_after)
    assert watched(looked_after, "operator@region.example") == [
        ("2026-06-08", [(KEY, 1, 7), ("club-2-2026", 1, 7)]),
        ("2026-06-15", [(KEY, 1, 14), ("club-2-2026", 1, 14), ("club-3-2026", 1, 14)]),
    ]


def test_a_contact_that_is_removed_hears_nothing_more(looked_after: Club) -> None:
    with looked_after.work() as work:
        addressees.remove_contact(work, "02", "", "operator@region.example")
    to(looked_after, "2026-06-20")
    go_round(looked_after)
    assert watched(looked_after, "operator@region.example") == []
    assert looked_after.codes(addressees.remove_contact, "02", "", "operator@region.example") == [
        "reminder.unknown_contact"
    ]


def test_what_a_contact_must_be(any_club: Club) -> None:
    assert any_club.codes(addressees.add_contact, "99", "", "оператор@регион.рф", "Оператор") == [
        "mail.bad_address",
        "institution.unknown_region",
    ]
    assert any_club.codes(addressees.add_contact, "02", "", "a@b.example", "Оператор", who=NEIGHBOUR) == [
        "access.denied"
    ]
    with any_club.work(OPERATOR) as work:
        addressees.add_contact(work, "02", "", " A@B.example ", " Оператор   региона ")
        work.flush()
        assert addressees.contacts(work) == [
            {"region": "02", "municipality": "", "email": "a@b.example", "name": "Оператор региона"}
        ]
    with any_club.work(NEIGHBOUR, writes=False) as work:
        assert addressees.contacts(work) == []
