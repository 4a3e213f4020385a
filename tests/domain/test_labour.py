"""ст. 351.8 ТК РФ: terms that are whole, and three working days between a notice and the end."""

from dataclasses import replace
from datetime import date

import pytest

from vekha.domain.calendar import russian_calendar
from vekha.domain.labour import Ending, Side, Terms, earliest_last_day, ending_problems, holds, terms_problems

TODAY = date(2026, 9, 10)
TERMS = Terms(
    signed=date(2026, 9, 1),
    starts=date(2026, 9, 2),
    ends=date(2027, 5, 31),
    content="помощь молодому педагогу",
    form="встречи",
    pay="10 % оклада",
)
CALENDAR = russian_calendar()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, None),
        ({"signed": date(2026, 9, 11), "starts": date(2026, 9, 12)}, "duty.signed_ahead"),
        ({"ends": date(2026, 9, 1)}, "duty.term_reversed"),
        ({"starts": date(2026, 8, 31)}, "duty.before_consent"),
        ({"pay": " "}, "duty.terms_incomplete"),
        ({"content": ""}, "duty.terms_incomplete"),
    ],
)
def test_terms(changed: dict[str, date | str], code: str | None) -> None:
    found = [each.code for each in terms_problems("Колоскова", replace(TERMS, **changed), TODAY)]  # type: ignore[arg-type]
    assert found == ([code] if code else [])


@pytest.mark.parametrize(
    ("noticed", "least"),
    [
        (date(2026, 9, 7), date(2026, 9, 10)),  # Monday → Thursday
        (date(2026, 9, 10), date(2026, 9, 15)),  # over a weekend
        (date(2026, 4, 29), date(2026, 5, 5)),  # over 1 to 3 May, a holiday and a weekend
    ],
)
def test_the_day_of_the_notice_and_days_off_do_not_count(noticed: date, least: date) -> None:
    assert earliest_last_day(noticed, CALENDAR) == least


@pytest.mark.parametrize(
    ("noticed", "last", "reason", "codes"),
    [
        (date(2026, 9, 7), date(2026, 9, 10), "переезд", []),
        (date(2026, 9, 7), date(2026, 9, 9), "переезд", ["duty.notice_short"]),
        (date(2026, 9, 11), date(2026, 9, 30), "переезд", ["duty.notice_wrong"]),
        (date(2026, 8, 31), date(2026, 9, 30), "", ["duty.notice_wrong", "stage.reason_needed"]),
    ],
)
def test_an_early_end(noticed: date, last: date, reason: str, codes: list[str]) -> None:
    ending = Ending(by=Side.WORKER, noticed=noticed, last=last, reason=reason)
    found = [each.code for each in ending_problems("Колоскова", ending, TERMS.signed, TODAY, CALENDAR)]
    assert found == codes


def test_a_consent_carries_the_work_until_its_last_day() -> None:
    assert holds(TERMS.signed, TERMS.ends, None, TERMS.ends)
    assert not holds(TERMS.signed, TERMS.ends, None, date(2027, 6, 1))
    assert holds(TERMS.signed, TERMS.ends, TODAY, TODAY)
    assert not holds(TERMS.signed, TERMS.ends, TODAY, date(2026, 9, 11))
