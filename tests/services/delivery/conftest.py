"""Clubs whose people are told of due dates."""

import pytest

from tests.services.conftest import Club
from tests.services.delivery.rounds import staff
from vekha.services.delivery import addressees


@pytest.fixture
def named(any_club: Club) -> Club:
    any_club.add(staff=staff(director="director@club.example", curator="Curator@Club.example"))
    return any_club


@pytest.fixture
def looked_after(any_club: Club) -> Club:
    """Three clubs of two municipalities, with a contact each, and the region's operator."""
    any_club.add(municipality="Северный")
    any_club.start(any_club.add(2, municipality="Северный"))
    any_club.start(any_club.add(3, municipality="Южный"))
    with any_club.work() as work:
        addressees.add_contact(work, "02", "Северный", "north@region.example", "Северова Нина Павловна")
        addressees.add_contact(work, "02", "Южный", "south@region.example", "Южин Пётр Олегович")
        addressees.add_contact(work, "02", "", "Operator@region.example", "Оператор")
    return any_club
