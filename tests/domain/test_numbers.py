"""Forms of numbers: what may be one, what comes out, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vekha.domain.numbers import filled, pattern_problems, serial_of


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("{serial}", "42"),
        ("{serial}-ОД", "42-ОД"),
        ("63/{serial}", "63/42"),
        ("{serial}-а", "42-а"),
        ("01-03/{serial}-{yy}", "01-03/42-26"),
        ("{year}/{serial}", "2026/42"),
        ("№ {serial} (осн.)", "№ 42 (осн.)"),
    ],
)
def test_forms(pattern: str, number: str) -> None:
    assert list(pattern_problems(pattern)) == []
    assert filled(pattern, 42, 2026) == number
    assert serial_of(pattern, number, 2026) == 42


@pytest.mark.parametrize(
    ("pattern", "codes"),
    [
        ("", ["journal.no_serial"]),
        ("42-ОД", ["journal.no_serial"]),
        ("{serial}{serial}", ["journal.no_serial"]),
        ("{serial}-{month}", ["journal.unknown_place"]),
        ("{serial.__class__}", ["journal.unknown_place", "journal.no_serial"]),
        ("<b>{serial}</b>", ["journal.bad_signs"]),
        ("{serial", ["journal.no_serial", "journal.bad_signs"]),
        (" {serial}", ["journal.pattern_length"]),
        ("{serial}-" + "О" * 30, ["journal.pattern_length"]),
        ("63{serial}", ["journal.serial_runs_on"]),
        ("{serial}{yy}", ["journal.serial_runs_on"]),
        ("{year}{serial}", ["journal.serial_runs_on"]),
    ],
)
def test_refused_forms(pattern: str, codes: list[str]) -> None:
    assert [each.code for each in pattern_problems(pattern)] == codes


@pytest.mark.parametrize(("pattern", "number"), [("{serial}", "42-ОД"), ("{serial}-ОД", "42"), ("63/{serial}", "63/0")])
def test_another_form_has_no_serial(pattern: str, number: str) -> None:
    assert serial_of(pattern, number, 2026) is None


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_one_form_never_gives_one_number_twice(first: int, second: int) -> None:
    for pattern in ("{serial}", "{serial}-ОД", "63/{serial}", "{serial}/{yy}"):
        assert (filled(pattern, first, 2026) == filled(pattern, second, 2026)) is (first == second)
