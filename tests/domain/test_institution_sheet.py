"""Rows of a table as institutions: titles in any order and spelling, every fault with its cell, nothing lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vekha.domain.errors import VekhaError
from vekha.domain.institution_sheet import (
    Known,
    Row,
    cells_of,
    columns,
    days_from,
    days_told,
    read_header,
    rows_of,
    title_of,
    values_of,
    zones,
)

KNOWN = Known(
    types={"school": "Школа", "college": "Колледж"},
    regions={"02": ("Примерская область", "Asia/Yekaterinburg"), "77": ("Столица", "Europe/Moscow")},
    timezones={"Asia/Yekaterinburg", "Europe/Moscow", "Europe/Kaliningrad"},
)
FULL = {each.key: each.example for each in columns()}


def rows(*lines: Sequence[str]) -> dict[int, Sequence[str]]:
    return dict(enumerate(lines, 1))


def row(**cells: str) -> Row:
    table = rows([title_of(key) for key in cells], list(cells.values()))
    return next(rows_of(table, read_header(table, (), "f"), "f"))


def made(before: dict[str, Any] | None = None, known: Known = KNOWN, **cells: str) -> tuple[dict[str, Any], list[str]]:
    """The values, and the codes of what is wrong."""
    found = row(**cells)
    return values_of(found, before, known), [each.code for each in found.problems]


NEW = {"code": "s-1", "type": "Школа", "title": "Школа № 1", "region": "02"}


def faults(*lines: Sequence[str], merged: Sequence[tuple[int, int]] = ()) -> list[tuple[str, str]]:
    with pytest.raises(VekhaError) as refused:
        read_header(rows(*lines), merged, "f")
    return [(each.code, each.where) for each in refused.value.problems]


# --- the header -------------------------------------------------------------------------------------------------------


def test_titles_stand_in_any_order_and_spelling_below_a_heading() -> None:
    header = read_header(
        rows(["Организации области"], [], ["", "ФИО КУРАТОРА", " Код *", "наименование"]), [(1, 1)], "f"
    )
    assert (header.row, header.at) == (3, {"curator_name": 1, "code": 2, "title": 3})


def test_every_fault_of_a_header_is_told_at_once() -> None:
    assert faults(["Тип", "Муниципалитетт", "тип организации", "Прочее"]) == [
        ("import.unknown_column", "f, строка 1, колонка B («Муниципалитетт»)"),
        ("import.column_twice", "f, строка 1, колонка C («тип организации»)"),
        ("import.missing_column", "f"),
    ]


def test_a_column_we_do_not_know_is_left_unread_with_a_warning() -> None:
    header = read_header(rows(["№ п/п", "Код"]), (), "f")
    assert [(each.code, each.where) for each in header.warnings] == [
        ("import.ignored_column", "f, строка 1, колонка A («№ п/п»)")
    ]


def test_no_header_and_a_merged_one_are_refused() -> None:
    assert faults(["s-1", "Школа № 1"]) == [("import.no_header", "f")]
    assert faults(*[["x"]] * 10, ["Код"]) == [("import.no_header", "f")]
    assert faults(["Код", "Адрес"], merged=[(1, 1)]) == [("import.merged_header", "f, строка 1")]
    assert (
        faults(["Код", "Контакты", ""], ["", "Телефон", "Почта"], merged=[(1, 1), (1, 2)])[0][0]
        == "import.merged_header"
    )


# --- the rows ---------------------------------------------------------------------------------------------------------


def test_a_full_row() -> None:
    values, problems = made(**FULL)
    assert problems == []
    assert values == {
        "code": "school-12",
        "type": "school",
        "title": FULL["title"],
        "short_title": FULL["short_title"],
        "region": "02",
        "municipality": "Примерский район",
        "timezone": "Asia/Yekaterinburg",
        "city": "Примерск",
        "address": FULL["address"],
        "details": {key: FULL[key] for key in ("phone", "email", "site", "inn", "ogrn")},
        "staff": {
            "director": {"name": FULL["head_name"], "position": "директор", "gender": "f", "email": FULL["head_email"]},
            "curator": {
                "name": FULL["curator_name"],
                "position": "заместитель директора",
                "gender": "f",
                "email": FULL["curator_email"],
            },
        },
        "days": {
            "2026-09-14": False, "2026-09-19": True, "2026-12-28": False, "2026-12-29": False, "2026-12-30": False,
        },
    }  # fmt: skip


def test_what_is_written_out_reads_back_the_same() -> None:
    values, _ = made(**FULL)
    again, problems = made(**dict(zip(FULL, cells_of(values), strict=True)))
    assert (again, problems) == (values, [])


def test_what_a_new_institution_may_leave_out() -> None:
    values, problems = made(**NEW)
    assert problems == []
    assert (values["short_title"], values["timezone"], values["staff"]) == ("Школа № 1", "Asia/Yekaterinburg", {})


def test_a_new_institution_needs_type_title_and_region() -> None:
    assert made(code="s-1")[1] == ["import.needed"] * 3
    assert made(code="s-1", type="", title="Х", known=Known(**{**_fields(KNOWN), "region": "02"}))[1] == [
        "import.needed"
    ]


def _fields(known: Known) -> dict[str, Any]:
    return {name: getattr(known, name) for name in ("types", "regions", "timezones", "region")}


def test_columns_that_are_not_there_change_nothing_and_an_empty_cell_takes_away() -> None:
    before, _ = made(**FULL)
    values, problems = made(before, code="school-12", phone="", curator_name="", head_position="и. о. директора")
    assert problems == []
    assert values["details"] == {key: FULL[key] for key in ("email", "site", "inn", "ogrn")}
    assert values["staff"] == {"director": {**before["staff"]["director"], "position": "и. о. директора"}}
    assert {key: values[key] for key in ("title", "days", "region")} == {
        key: before[key] for key in ("title", "days", "region")
    }


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ({"code": "Школа 1"}, "institution.bad_code"),
        ({"type": "Шкала"}, "import.unknown_type"),
        ({"region": "Марс"}, "import.unknown_region"),
        ({"timezone": "МСК+99"}, "institution.unknown_timezone"),
        ({"timezone": "Уфа"}, "institution.unknown_timezone"),
        ({"timezone": "МСКя1"}, "institution.unknown_timezone"),
        ({"email": "a@b.ru, c@d.ru"}, "import.bad_email"),
        ({"inn": "276012345"}, "import.bad_inn"),
        ({"ogrn": "1 020 200 000 01x"}, "import.bad_ogrn"),
        ({"head_name": "Иванова"}, "people.name_incomplete"),
        ({"head_name": "Иванова Анна", "head_gender": "да"}, "import.bad_gender"),
        ({"curator_position": "завуч"}, "import.no_person"),
        ({"curator_email": "a@example.org"}, "import.no_person"),
        ({"head_name": "Иванова Анна", "head_email": "иванова@школа.рф"}, "import.bad_email"),
        ({"days_off": "с 1 по 5 мая"}, "import.bad_days"),
        ({"days_off": "05.05.2026-01.05.2026"}, "import.bad_days"),
        ({"days_on": "31.02.2026"}, "import.bad_days"),
        ({"days_off": "05.05.2026", "days_on": "05.05.2026"}, "import.day_twice"),
        ({"title": "х" * 501}, "import.too_long"),
    ],
)
def test_a_fault_in_a_cell(cell: dict[str, str], code: str) -> None:
    assert made(**{**NEW, **cell})[1] == [code]


def test_every_fault_of_a_row_has_its_cell() -> None:
    found = row(code="X", type="Шкала", title="Т", region="02", inn="1")
    values_of(found, None, KNOWN)
    assert [each.where for each in found.problems] == [
        "f, строка 2, колонка A («Код»)",
        "f, строка 2, колонка B («Тип»)",
        "f, строка 2, колонка E («ИНН»)",
    ]
    assert "похоже на «Школа»" in found.problems[1].message


def test_moscow_time_and_names_of_regions_are_understood() -> None:
    values, problems = made(**{**NEW, "region": "столица", "timezone": "мск-1", "phone": "—"})
    assert (values["region"], values["timezone"], values["details"], problems) == ("77", "Europe/Kaliningrad", {}, [])


def test_the_zones_of_russia_are_told_as_the_law_tells_them() -> None:
    """Out of the installation and back; what the law has no name for stays as it is."""
    place = [each.key for each in columns()].index("timezone")
    known = replace(KNOWN, timezones=available_timezones())
    told = []
    for cell in (*zones(), "Europe/Volgograd"):
        values, _ = made(None, known, **{**NEW, "timezone": cell})
        told.append((values["timezone"], cells_of(values)[place]))
    assert [cell for _, cell in told] == [*zones(), "Europe/Volgograd"]
    assert (told[0], told[1], told[3], len({zone for zone, _ in told})) == (
        ("Europe/Kaliningrad", "МСК-1"),
        ("Europe/Moscow", "МСК"),
        ("Asia/Yekaterinburg", "МСК+2"),
        12,
    )


def test_a_region_whose_zero_was_lost() -> None:
    assert made(**{**NEW, "region": "2"})[0]["region"] == "02"


def test_doubled_codes_formulas_and_blank_rows() -> None:
    table = rows(["Код", "Адрес"], ["s-1", "x"], ["", "—"], ["s-1"], ["s-2", "2"])
    found = list(rows_of(table, read_header(table, (), "f"), "f", {(5, 2), (5, 9), (1, 1)}))
    assert [(each.number, [(p.code, p.where) for p in each.problems]) for each in found] == [
        (2, []),
        (4, [("import.duplicate", "f, строка 4, колонка A («Код»)")]),
        (5, [("import.formula", "f, строка 5, колонка B («Адрес»)")]),
    ]


# --- own days ---------------------------------------------------------------------------------------------------------


@given(st.sets(st.dates(date(2020, 1, 1), date(2040, 12, 31)), max_size=40), st.integers(0, 20))
def test_days_survive_their_telling(days: set[date], run: int) -> None:
    wanted = sorted({day + timedelta(days=number) for day in days for number in range(run + 1)})
    assert days_from(days_told(wanted)) == wanted
