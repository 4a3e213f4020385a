"""Somebody is entered once: by form, command and import, in several roles, in every programme of the institution."""

from tests.services.conftest import CURATOR, KEY, MENTOR, Club
from vekha.domain.people import Introduce, Role
from vekha.services.mentoring import people
from vekha.services.process import forms
from vekha.storage.tables import Participation, Person

NEXT = "club-1-2027"


def test_forms_and_commands_of_two_programmes_and_two_roles_know_one_person(any_club: Club) -> None:
    any_club.start(year=2027)
    with any_club.work(CURATOR) as work:
        people.carry_out(work, KEY, [Introduce(name=MENTOR, role=Role.MENTOR)])
    for key, mentor in ((KEY, True), (NEXT, True), (NEXT, False)):
        with any_club.work(CURATOR) as work:
            forms.submit(work, key, "wish", {"name": f"  {MENTOR.replace(' ', '  ')} ", "mentor": mentor})
    assert [(row.code, row.name) for row in any_club.rows(Person)] == [("p1", MENTOR)]
    found = {(row.programme, row.person, str(row.role)) for row in any_club.rows(Participation)}
    assert found == {(KEY, "p1", "mentor"), (NEXT, "p1", "mentor"), (NEXT, "p1", "mentee")}
