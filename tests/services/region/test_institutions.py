"""Regions and institutions: created, brought up to date, refused with everything at once, kept in their region."""

from typing import Any

import pytest

from tests.services.conftest import CURATOR, NEIGHBOUR, OPERATOR, STRANGER, VIEWER, Club, actor
from vekha.domain.access import Actor
from vekha.services.region import institutions
from vekha.services.region.institutions import InstitutionData
from vekha.storage.tables import Institution, Region

DATA = {
    "code": "club-1",
    "type": "club",
    "region": "02",
    "title": "Клуб",
    "short_title": "Клуб",
    "timezone": "Asia/Yekaterinburg",
    "staff": {"director": {"name": "Полевая Анна"}},
}


def data(**changed: Any) -> InstitutionData:
    return InstitutionData(**{**DATA, **changed})


def test_an_institution_is_brought_up_to_date(any_club: Club) -> None:
    before = any_club.rows(Institution)[0].created_at
    any_club.clock.pass_days(1)
    with any_club.work(OPERATOR) as work:
        institutions.put(work, data(title="Клуб «Искра»", details={"phone": "1"}))
    (row,) = any_club.rows(Institution)
    assert (row.title, row.details, row.staff, row.created_at) == (
        "Клуб «Искра»",
        {"phone": "1"},
        {"director": {"name": "Полевая Анна"}},
        before,
    )
    assert any_club.audit("institution:club-1", None)[-1] == ("known", "known", "Клуб «Искра»")


def test_a_region_is_brought_up_to_date(club: Club) -> None:
    with club.work(OPERATOR) as work:
        institutions.add_region(work, "02", "Другое название", "Asia/Omsk")
    assert [(row.code, row.title, row.timezone) for row in club.rows(Region)] == [
        ("02", "Другое название", "Asia/Omsk")
    ]
    assert club.codes(institutions.add_region, "02", "Область", "Уфа") == ["institution.unknown_timezone"]


def test_everything_that_is_wrong_at_once(club: Club) -> None:
    wrong = data(
        code="Клуб 1", type="circus", region="99", timezone="Марс/Олимп", staff={"director": {"name": "Полевая"}}
    )
    assert [(each.code, each.where) for each in club.refused(institutions.put, wrong)] == [
        ("institution.bad_code", "code"),
        ("plugin.unknown_type", "type"),
        ("institution.unknown_region", "region"),
        ("people.name_incomplete", "staff.director"),
        ("institution.unknown_timezone", "timezone"),
    ]


@pytest.mark.parametrize("code", ["club-1\n", "-club", "c", "Club", "a" * 41, ""])
def test_codes_that_do_not_fit(club: Club, code: str) -> None:
    assert club.codes(institutions.put, data(code=code)) == ["institution.bad_code"]


@pytest.mark.parametrize("timezone", ["", "..", "Europe", "/etc/passwd", "Europe/Mosc"])
def test_time_zones_that_are_not(club: Club, timezone: str) -> None:
    assert club.codes(institutions.put, data(timezone=timezone)) == ["institution.unknown_timezone"]


def test_the_type_stays_once_a_programme_runs(club: Club) -> None:
    registry = club.app.registry
    object.__setattr__(registry, "types", {**registry.types, "circle": registry.type("club")})
    assert club.codes(institutions.put, data(type="circle")) == ["institution.type_fixed"]
    club.add(2)
    with club.work() as work:
        institutions.put(work, data(code="club-2", type="circle"))


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [CURATOR, VIEWER, NEIGHBOUR])
def test_institutions_are_kept_by_the_operator_of_the_region(club: Club, who: Actor) -> None:
    assert club.codes(institutions.put, data(), who=who) == ["access.denied"]
    assert club.codes(institutions.add_region, "02", "Область", "Asia/Omsk", who=who) == ["access.denied"]


def test_nobody_takes_an_institution_over(club: Club) -> None:
    with club.work() as work:
        institutions.add_region(work, "77", "Соседняя область", "Europe/Moscow")
    assert club.codes(institutions.put, data(region="77"), who=NEIGHBOUR) == ["access.denied"]
    assert club.codes(institutions.put, data(region="77"), who=OPERATOR) == ["access.denied"]


def test_everybody_sees_ones_own(club: Club) -> None:
    club.add(2, municipality="Уфа")
    with club.work() as work:
        institutions.add_region(work, "77", "Соседняя область", "Europe/Moscow")
    club.add(3, region="77")
    seen = {
        OPERATOR: ["club-1", "club-2"],
        NEIGHBOUR: ["club-3"],
        STRANGER: ["club-2"],
        actor("municipal_curator", municipality="Уфа"): ["club-2"],
        actor("administrator"): ["club-1", "club-2", "club-3"],
    }
    for who, codes in seen.items():
        with club.work(who, writes=False) as work:
            assert [row.code for row in institutions.every(work)] == codes
    with club.work(writes=False) as work:
        assert [row.code for row in institutions.every(work, "77")] == ["club-3"]


def test_one(club: Club) -> None:
    with club.work(CURATOR, writes=False) as work:
        assert institutions.one(work, "club-1").code == "club-1"
    assert club.codes(institutions.one, "club-1", who=STRANGER) == ["access.denied"]
    assert club.codes(institutions.one, "club-9") == ["institution.unknown"]
