"""The register of those who are told follows what operators keep."""

from tests.services.conftest import Club
from tests.services.delivery.rounds import staff
from vekha.services.delivery import addressees
from vekha.services.region import institutions
from vekha.storage.tables import Addressee, Duty


def synced(club: Club) -> dict[str, tuple[str, str | None, list[tuple[str, str]]]]:
    """Key → (name, e-mail, duties as (role, place))."""
    with club.work() as work:
        addressees.sync(work)
    duties = club.rows(Duty)
    return {
        row.key: (
            row.name,
            row.email,
            sorted((duty.role, duty.institution or duty.municipality) for duty in duties if duty.addressee == row.id),
        )
        for row in club.rows(Addressee)
    }


def test_one_row_for_a_person_whatever_the_roles_and_places(any_club: Club) -> None:
    any_club.add(staff=staff(director="a@club.example", curator="A@club.example"))
    any_club.add(2, staff=staff(curator="a@club.example"))
    with any_club.work() as work:
        addressees.add_contact(work, "02", "Северный", "a@club.example", "Иная Анна")
    assert synced(any_club) == {
        "a@club.example": (
            "Иванова Анна Петровна",
            "a@club.example",
            [("curator", "club-1"), ("curator", "club-2"), ("director", "club-1"), ("municipal_curator", "Северный")],
        )
    }


def test_without_an_address_a_person_is_one_of_an_institution(any_club: Club) -> None:
    any_club.add(staff=staff(director="", curator=""))
    any_club.add(2, staff=staff(director=""))
    any_club.add(3, staff={})
    assert synced(any_club) == {
        "club-1:иванова анна петровна": ("Иванова Анна Петровна", None, [("director", "club-1")]),
        "club-1:петрова мария ивановна": ("Петрова Мария Ивановна", None, [("curator", "club-1")]),
        "club-2:иванова анна петровна": (
            "Иванова Анна Петровна",
            None,
            [("curator", "club-2"), ("director", "club-2")],
        ),
        "club-3:curator": ("", None, [("curator", "club-3")]),
    }


def test_who_goes_loses_the_duties_and_who_comes_gets_them(any_club: Club) -> None:
    any_club.add(staff=staff(director="old@club.example"))
    ids = {key: row.id for key, row in _by_key(any_club).items()}
    any_club.add(staff=staff(director="new@club.example"))
    found = synced(any_club)
    assert (found["old@club.example"][2], found["new@club.example"][2]) == (
        [],
        [("curator", "club-1"), ("director", "club-1")],
    )
    any_club.add(staff=staff(director="old@club.example"))
    assert _by_key(any_club)["old@club.example"].id == ids["old@club.example"]


def _by_key(club: Club) -> dict[str, Addressee]:
    synced(club)
    return {row.key: row for row in club.rows(Addressee)}


def test_names_and_zones_are_kept_up_to_date(any_club: Club) -> None:
    any_club.add(staff=staff(director="a@club.example"))
    synced(any_club)
    any_club.add(
        staff={"director": {"name": "Новикова Анна Петровна", "gender": "f", "email": "a@club.example"}},
        timezone="Asia/Omsk",
    )
    row = _by_key(any_club)["a@club.example"]
    assert (row.name, row.timezone) == ("Новикова Анна Петровна", "Asia/Omsk")


def test_a_register_that_is_up_to_date_is_not_written(any_club: Club) -> None:
    any_club.add(staff=staff(director="a@club.example", curator=""))
    synced(any_club)
    with any_club.counting() as sent:
        synced(any_club)
    assert [each for each in sent if not each.startswith(("SELECT", "BEGIN"))] == []


def test_an_address_that_no_server_takes_is_refused_when_it_is_entered(any_club: Club) -> None:
    data = {"type": "club", "region": "02", "timezone": "Asia/Yekaterinburg", "title": "Клуб", "short_title": "Клуб"}
    wrong = institutions.InstitutionData(code="club-9", staff=staff(director="иванова@клуб.рф"), **data)
    (found,) = any_club.refused(institutions.put, wrong)
    assert (found.code, found.where) == ("mail.bad_address", "staff.director")
