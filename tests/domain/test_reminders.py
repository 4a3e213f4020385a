"""Days of reminders."""

from datetime import date, timedelta

from vekha.domain.reminders import days_to_remind

DUE = date(2026, 3, 1)


def test_only_on_these_days() -> None:
    reminded = {left: days_to_remind(DUE, DUE - timedelta(days=left)) for left in range(40, -40, -1)}
    assert {left for left, days in reminded.items() if days is not None} == {14, 7, 3, 1, 0, -1, -7}
    assert all(days in (None, left) for left, days in reminded.items())
