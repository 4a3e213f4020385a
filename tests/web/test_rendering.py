"""Dates as a reader sees them: on the reader's own day, with a year where it is not this one."""

import datetime as dt

import pytest

from tests.conftest import VirtualClock
from tests.web.conftest import Browser
from vekha.web.rendering import day, plain_day, without_commands

AUTUMN = dt.date(2026, 10, 20)


@pytest.mark.parametrize(
    ("date", "words"),
    [
        (dt.date(2026, 9, 10), "10 сентября, чт"),
        (dt.date(2027, 5, 31), "31 мая, пн"),
        (dt.date(2026, 8, 31), "31 августа 2026, пн"),
        (dt.date(2027, 9, 1), "1 сентября 2027, ср"),
        (dt.datetime(2027, 1, 11, 6, tzinfo=dt.UTC), "11 января, пн"),
        (None, "не указано"),
    ],
)
def test_a_day_has_a_year_where_it_is_of_another_school_year(date: dt.date | None, words: str) -> None:
    assert day(date, AUTUMN) == words


def test_a_day_inside_a_sentence() -> None:
    assert [plain_day("2026-12-01", AUTUMN), plain_day("2026-12-01")] == ["1 декабря", "1 декабря 2026"]


def test_today_is_the_readers_own(browser: Browser, programme: str, clock: VirtualClock) -> None:
    assert programme
    clock.now = dt.datetime(2026, 5, 4, 20, 30, tzinfo=dt.UTC)  # half past one of the 5th in Ufa
    assert "5 мая, вт" in browser("curator").get("/desk").text
    assert "5 мая, вт" in browser("operator").get("/desk").text


@pytest.mark.parametrize(
    ("remedy", "told"),
    [
        ("Исправьте дату", "Исправьте дату"),
        (
            "Возьмите имя как записано; если другой, отметьте это (ключ --other)",
            "Возьмите имя как записано; если другой, отметьте это",
        ),
        ("Внесите формой «Карточка работодателя» (employer_card)", "Внесите формой «Карточка работодателя»"),
        ("Проверьте код; список: vekha pair list", "Проверьте код"),
        ("Добавьте --kind; есть: пары", ""),
    ],
)
def test_a_page_advises_no_commands(remedy: str, told: str) -> None:
    assert without_commands(remedy) == told
