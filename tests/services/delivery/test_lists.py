"""The lists of digests that stay where no mail goes: a person's and a role's."""

from tests.services.conftest import OPERATOR, STRANGER, Club
from tests.services.delivery.rounds import go_round, staff, to
from vekha.services.delivery import notices


def test_lists_of_a_person_and_of_a_role(named: Club) -> None:
    named.start(named.add(2, staff=staff(director="other@club.example")))
    for day in ("2026-05-31", "2026-06-01"):
        to(named, day)
        go_round(named)
    with named.work(writes=False) as work:
        mine = notices.of_person(work, " Director@club.example ")
        role = notices.of_role(work, "director")
        here = notices.of_role(work, "director", "club-2")
        last = notices.of_person(work, "director@club.example", 1)
    assert [(str(row["on"]), row["name"]) for row in mine] == [
        ("2026-06-01", "Иванова Анна Петровна"),
        ("2026-05-31", "Иванова Анна Петровна"),
    ]
    assert "Издать приказы: срок сегодня, 01.06.2026" in mine[0]["text"]
    assert (len(role), len(here), last) == (4, 2, mine[:1])
    assert {row["email"] for row in here} == {"other@club.example"}


def test_whose_lists_one_may_see(named: Club) -> None:
    to(named, "2026-06-01")
    go_round(named)
    assert named.codes(notices.of_person, "director@club.example", who=STRANGER) == ["access.denied"]
    assert named.codes(notices.of_person, "nobody@club.example") == ["reminder.unknown_person"]
    with named.work(STRANGER, writes=False) as work:
        assert notices.of_role(work, "director") == []
    with named.work(OPERATOR, writes=False) as work:
        assert len(notices.of_role(work, "director")) == 1


def test_namesakes_have_to_be_told_apart(named: Club) -> None:
    named.add(2, staff={"director": {"name": "Иванова Анна Петровна", "gender": "f"}})
    to(named, "2026-06-01")
    go_round(named)
    (found,) = named.refused(notices.of_person, "Иванова Анна Петровна")
    assert found.code == "reminder.many_persons"
    assert "club-2:иванова анна петровна, director@club.example" in found.message
    with named.work(writes=False) as work:
        assert notices.of_person(work, "club-2:Иванова Анна Петровна") == []
