"""Participants from a table: all bad rows at once, nothing by halves, the same table again changes nothing."""

import datetime as dt
from collections.abc import Mapping

import pytest

from tests.services.conftest import CURATOR, KEY, MENTEE, MENTOR, STRANGER, Club
from vekha.domain.errors import VekhaError
from vekha.domain.people import Introduce, Purpose, Role, Standing, WithdrawConsent
from vekha.domain.people_rows import LAYOUT
from vekha.services.mentoring import people, people_import
from vekha.services.region.institution_sheets import Imported
from vekha.spreadsheet import Sheet
from vekha.storage.tables import Person

TODAY = dt.date(2026, 5, 4)
PUPIL = {
    "name": MENTEE,
    "role": "наставляемый",
    "gender": "м",
    "born": "28.02.2012",
    "position": "8 «Б»",
    "consent": "01.05.2026",
    "consent_until": "30.06.2027",
    "guardian": "Журавлёва Мария Петровна",
    "relation": "мать",
    "registered": "02.05.2026",
    "request": "Олимпиада по физике",
}
TEACHER = {
    "name": MENTOR,
    "role": "Наставник",
    "consent": "2026-05-01",
    "registered": "02.05.2026",
    "base": "a",
    "employer": "ООО «Река»",
    "competences": "предмет; олимпиады",
    "hours": "6",
    "graduated": "1999",
}


def table(*rows: Mapping[str, str]) -> Sheet:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    cells = [[row.get(key, "") for key in keys] for row in rows]
    return Sheet("люди.xlsx", dict(enumerate([[LAYOUT.title_of(key) for key in keys], *cells], 1)))


def load(club: Club, *rows: Mapping[str, str], **how: object) -> Imported:
    with club.work(CURATOR) as work:
        return people_import.load_table(work, KEY, table(*rows), **how)  # type: ignore[arg-type]


def numbers(done: Imported) -> tuple[int, int, int, int]:
    return (done.added, done.updated, done.unchanged, done.skipped)


def codes(done: Imported) -> list[str]:
    return [each.code for each in done.problems]


def test_people_consents_and_registers_come_of_one_table(any_club: Club) -> None:
    assert numbers(load(any_club, PUPIL, TEACHER)) == (2, 0, 0, 0)
    known = any_club.people()
    assert known.persons["p1"].standings == {Role.MENTEE: Standing.REGISTERED}
    assert known.persons["p1"].consented(Purpose.PROCESSING, TODAY)
    assert (known.persons["p2"].base, known.persons["p2"].employer) == ("А", "e1")
    assert known.employers == {"e1": "ООО «Река»"}
    assert [row.graduated for row in any_club.rows(Person)] == [None, 1999]


def test_the_same_table_again_changes_nothing_and_a_corrected_one_updates(club: Club) -> None:
    load(club, PUPIL, TEACHER)
    assert numbers(load(club, PUPIL, TEACHER)) == (0, 0, 2, 0)
    assert numbers(load(club, {**PUPIL, "position": "9 «Б»"}, TEACHER)) == (0, 1, 1, 0)
    renamed = {**PUPIL, "code": "p1", "name": "Журавлёв Илья Семёнович"}
    assert numbers(load(club, renamed)) == (0, 1, 0, 0)
    assert [row.name for row in club.rows(Person)] == ["Журавлёв Илья Семёнович", MENTOR]
    assert club.people().persons["p1"].name == "Журавлёв Илья Семёнович"


def test_every_bad_row_is_told_at_once_with_its_cell_and_nothing_is_written(any_club: Club) -> None:
    bad = (
        {**PUPIL, "name": "Журавлёв"},
        {**PUPIL, "name": "Белов Павел Андреевич", "born": "31.02.2012"},
        {**PUPIL, "name": "Ахметова Лиана Рустемовна", "guardian": "Ахметова Лиана Рустемовна", "born": "01.03.2012"},
        {"name": "Сафин Тимур Маратович", "role": "наставник", "born": "01.03.2017"},
        {"name": "Юлдашева Айгуль Ильдаровна", "role": "кто-то"},
        {"name": "Кузнецова Дарья Олеговна", "role": "наставник", "registered": "02.05.2026"},
    )
    with pytest.raises(VekhaError) as caught:
        load(any_club, TEACHER, *bad)
    found = [(each.code.removeprefix("people."), each.where) for each in caught.value.problems]
    assert found == [
        ("name_incomplete", "люди.xlsx, строка 3, колонка A («Фамилия, имя, отчество»)"),
        ("row_day", "люди.xlsx, строка 4, колонка K («Дата рождения»)"),
        ("own_guardian", "люди.xlsx, строка 5, колонка N («Законный представитель»)"),
        ("too_young_mentor", "люди.xlsx, строка 6, колонка K («Дата рождения»)"),
        ("row_role", "люди.xlsx, строка 7, колонка B («Роль»)"),
        ("consent_missing", "люди.xlsx, строка 8, колонка C («Согласие подписано»)"),
    ]
    assert any_club.rows(Person) == []
    assert numbers(load(any_club, TEACHER, *bad, skip_bad=True)) == (1, 0, 0, 6)
    assert [row.name for row in any_club.rows(Person)] == [MENTOR]


def test_a_trial_writes_nothing(any_club: Club) -> None:
    done = load(any_club, PUPIL, TEACHER, {**TEACHER, "name": "Белов"}, skip_bad=True, dry=True)
    assert numbers(done) == (2, 0, 0, 1)
    assert any_club.rows(Person) == []
    assert any_club.audit("person:p1") == []


def test_a_slip_in_a_name_or_a_date_is_asked_about(club: Club) -> None:
    load(club, PUPIL)
    for slip in (
        {"name": "Журавлев Ильа Сергеевич"},
        {"name": "Журавлёв Иля Сергеевич", "born": ""},
        {"born": "28.02.2013"},
    ):
        with pytest.raises(VekhaError) as caught:
            load(club, {**PUPIL, **slip})
        assert [each.code for each in caught.value.problems] == ["people.looks_like"], slip
        assert f"{MENTEE} (p1)" in caught.value.problems[0].message
    other = {**PUPIL, "born": "28.02.2013", "apart": "да"}
    assert numbers(load(club, other)) == (1, 0, 0, 0)
    assert numbers(load(club, {**PUPIL, "code": "p1", "name": "Журавлёв Илья Сергеевич"})) == (0, 0, 1, 0)


def test_rows_of_one_table_are_compared_too(club: Club) -> None:
    done = load(
        club,
        PUPIL,
        PUPIL,
        {**PUPIL, "name": "Журавлёв Илья Сергевич"},
        {**TEACHER, "role": "наставник"},
        {**TEACHER, "role": "наставляемый", "base": "", "employer": ""},
        {**TEACHER, "code": "p77"},
        skip_bad=True,
    )
    assert numbers(done) == (3, 0, 0, 3)
    assert codes(done) == ["people.row_twice", "people.looks_like_row", "people.row_wrong_code"]


def test_numbers_bases_and_empty_names_are_checked(club: Club) -> None:
    wrong = {**TEACHER, "hours": "много", "base": "Г", "graduated": "99"}
    done = load(club, wrong, {**TEACHER, "name": ""}, skip_bad=True)
    assert sorted(codes(done)) == ["people.row_base", "people.row_needs", "people.row_number", "people.row_number"]


def test_a_table_brings_nobody_back(club: Club) -> None:
    load(club, PUPIL, TEACHER)
    club.carry_out(WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=TODAY))
    assert codes(load(club, PUPIL, skip_bad=True)) == ["people.row_left"]
    again = {**PUPIL, "consent": "02.05.2026"}
    assert codes(load(club, again, skip_bad=True)) == ["people.consent_taken_back"]
    with club.work() as work:
        people.withdraw_candidate(work, KEY, "p2", Role.MENTOR, "переезд")
    assert codes(load(club, TEACHER, skip_bad=True)) == ["people.row_left"]


def test_a_birth_date_from_a_table_makes_a_minor_known(club: Club) -> None:
    load(club, {**TEACHER, "role": "наставляемый", "base": "", "employer": ""})
    assert club.people().persons["p1"].standings == {Role.MENTEE: Standing.REGISTERED}
    load(club, {"name": MENTOR, "role": "наставляемый", "born": "01.03.2012"})
    assert club.people().persons["p1"].standings == {Role.MENTEE: Standing.WITHDRAWN}


def test_what_is_written_out_is_read_back_unchanged(club: Club) -> None:
    load(club, PUPIL, TEACHER)
    club.carry_out(Introduce(name="Белов Павел Андреевич", role=Role.MENTOR, contact="+7 900"))
    with club.work(CURATOR, writes=False) as work:
        rows = people_import.exported(work, KEY)
    sheet = Sheet("люди.xlsx", dict(enumerate([people_import.titles(), *rows], 1)))
    with club.work(CURATOR) as work:
        assert numbers(people_import.load_table(work, KEY, sheet)) == (0, 0, 3, 0)


def test_only_who_works_there_loads_and_only_who_sees_it_exports(club: Club) -> None:
    assert club.codes(people_import.load_table, KEY, table(PUPIL), who=STRANGER) == ["access.denied"]
    assert club.codes(people_import.exported, KEY, who=STRANGER) == ["access.denied"]


def test_a_hundred_namesakes_by_surname_are_a_hundred_people(club: Club) -> None:
    names = [
        f"{last}{end} Тимур {middle}"
        for last in ("Ахмет", "Бел", "Саф", "Юлдаш", "Ком")
        for end in ("ов", "ин", "ев", "ский", "ко")
        for middle in ("Олегович", "Маратович", "Ильдарович", "Петрович")
    ]
    rows = [{**TEACHER, "name": name, "apart": "да"} for name in names]
    assert numbers(load(club, *rows)) == (100, 0, 0, 0)
