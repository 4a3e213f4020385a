"""The working calendar of one institution: its region's, with its own days on top."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from vekha.domain.calendar import Override, Overrides, WorkingCalendar
from vekha.services.work import Work
from vekha.texts import text


def calendar_of(work: Work, region: str, days: Mapping[str, bool]) -> WorkingCalendar:
    """`days`: ISO date → working or not. Equal days give the same calendar object."""
    calendar = work.tools.calendar(region)
    return with_days(calendar, tuple(sorted(days.items()))) if days else calendar


@lru_cache(maxsize=1024)
def with_days(calendar: WorkingCalendar, days: tuple[tuple[str, bool], ...]) -> WorkingCalendar:
    stated = {
        date.fromisoformat(day): Override(working, text(f"calendar.reason.own_{'working' if working else 'off'}"))
        for day, working in days
    }
    return calendar.overlaid(Overrides(stated))
