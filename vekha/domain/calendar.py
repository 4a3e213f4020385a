"""The Russian working calendar: five-day weeks, holidays of ТК РФ ст. 112, transfers and working Saturdays.

The yearly decrees come from the `holidays` library. A year that it does not know yet has the holidays of the law and
the transfers that the law makes by itself (a weekend day on a holiday moves to the next working day, except in January)
and is provisional. A file of overrides states a decree earlier, or a region's own days.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from vekha.domain.calendar_file import Override, Overrides, load_overrides
from vekha.texts import section, text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ONE_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6
__all__ = ["Day", "Override", "Overrides", "Roll", "WorkingCalendar", "load_overrides", "russian_calendar"]

_MOVED = re.compile(r"\(перенесено с (\d\d)\.(\d\d)\.(\d{4})\)")
_OBSERVED = " (выходной)"
_JANUARY = 1


class Roll(StrEnum):
    """Where a due date goes from a day off: ГК РФ ст. 193 moves it forward."""

    FORWARD = "forward"
    BACKWARD = "backward"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Day:
    """One day: working or not, why, and whether a decree may still change it."""

    date: date
    working: bool
    reason: str
    provisional: bool

    def as_dict(self) -> dict[str, Any]:
        """The shape of `vekha calendar --json`."""
        return {
            "date": self.date.isoformat(),
            "working": self.working,
            "reason": self.reason,
            "provisional": self.provisional,
        }


class WorkingCalendar:
    """Which days are working ones. Knows every year on demand and never changes."""

    def __init__(self, overrides: Overrides | None = None) -> None:
        self._overrides = overrides or Overrides()
        self._arrays: dict[tuple[int, int], Any] = {}

    def overlaid(self, overrides: Overrides) -> "WorkingCalendar":
        """This calendar with other days stated on top: a new decree, an institution's own days."""
        days = MappingProxyType({**self._overrides.days, **overrides.days})
        return WorkingCalendar(Overrides(days, self._overrides.decreed | overrides.decreed))

    def day(self, day: date) -> Day:
        """The day, why it is what it is, and whether that may still change."""
        override = self._overrides.days.get(day)
        if override:
            return Day(day, override.working, override.reason, provisional=False)
        year = _year(day.year)
        provisional = not year.decreed and day.year not in self._overrides.decreed
        return Day(day, _works(year, day), _reason(year, day), provisional)

    def is_working(self, day: date) -> bool:
        override = self._overrides.days.get(day)
        return override.working if override else _works(_year(day.year), day)

    def roll(self, day: date, mode: Roll = Roll.FORWARD) -> date:
        """The day itself when it is working, otherwise the nearest working one in the direction of `mode`."""
        if mode is Roll.NONE:
            return day
        step = _ONE_DAY if mode is Roll.FORWARD else -_ONE_DAY
        while not self.is_working(day):
            day += step
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it, when negative), which itself is not counted: ГК РФ
        ст. 191. Zero gives the day itself, working or not."""
        step = _ONE_DAY if count > 0 else -_ONE_DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def roll_many(self, days: "NDArray[np.datetime64]", mode: Roll = Roll.FORWARD) -> "NDArray[np.datetime64]":
        """`roll` for an array of datetime64[D] of any length; raises ValueError for NaT."""
        import numpy as np  # noqa: PLC0415 — only bulk planning needs it

        days = days.astype("datetime64[D]")
        if mode is Roll.NONE or not days.size:
            return days
        if np.isnat(days).any():
            raise ValueError("NaT cannot be rolled")
        first, last = days.min().item().year, days.max().item().year
        working = self._working_days(first - 1, last + 1)
        if mode is Roll.FORWARD:
            return working[np.searchsorted(working, days, side="left")]
        return working[np.searchsorted(working, days, side="right") - 1]

    def _working_days(self, first: int, last: int) -> "NDArray[np.datetime64]":
        """Every working day of these years, ascending."""
        import numpy as np  # noqa: PLC0415

        if (first, last) not in self._arrays:
            length = (date(last, 12, 31) - date(first, 1, 1)).days + 1
            every = (date(first, 1, 1) + timedelta(days=number) for number in range(length))
            self._arrays[first, last] = np.array([day for day in every if self.is_working(day)], dtype="datetime64[D]")
        return self._arrays[first, last]


def russian_calendar(overrides: Overrides | Mapping[date, Override] | None = None) -> WorkingCalendar:
    """The calendar of all Russia, with the overrides of a file or of a region on top."""
    return WorkingCalendar(overrides if isinstance(overrides, Overrides) else Overrides(overrides or {}))


# ---- what the law and the decrees say of a year ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Year:
    """`off`: the days off besides weekends, with their reasons; `on`: the working weekend days, likewise."""

    decreed: bool
    off: Mapping[date, str]
    on: Mapping[date, str]


def _works(year: _Year, day: date) -> bool:
    return day in year.on or (day.weekday() < _SATURDAY and day not in year.off)


def _reason(year: _Year, day: date) -> str:
    said = year.on.get(day) or year.off.get(day)
    if said:
        return said
    if day.weekday() < _SATURDAY:
        return text("calendar.reason.workday")
    return text("calendar.reason.weekend", weekday=_weekday(day))


def _weekday(day: date) -> str:
    return section("calendar")["weekdays"][day.weekday()]


@cache
def _year(number: int) -> _Year:
    from holidays.countries.russia import Russia  # noqa: PLC0415 — takes 0.3 s

    known: Any = Russia(years=number, language="ru", expand=False)
    decreed = number in known.special_public_holidays or number in known.special_public_holidays_observed
    names = {day: known[day] for day in known}
    moved = {day: _origin(name) for day, name in names.items()}
    off = {day: _off_reason(name, moved[day]) for day, name in names.items()}
    if not decreed:
        off |= _moved_by_law(names)
    replaced = {origin: day for day, origin in moved.items() if origin}
    on = {day: _on_reason(day, replaced[day]) for day in known.weekend_workdays if day in replaced}
    return _Year(decreed, MappingProxyType(off), MappingProxyType(on))


def _origin(name: str) -> date | None:
    """The day from which the library says a day off was moved."""
    found = _MOVED.search(name)
    return date(int(found[3]), int(found[2]), int(found[1])) if found else None


def _off_reason(name: str, origin: date | None) -> str:
    if origin:
        return text("calendar.reason.moved_from", day=f"{origin:%d.%m.%Y}")
    if name.endswith(_OBSERVED):
        return text("calendar.reason.moved_from_holiday", name=name.removesuffix(_OBSERVED))
    return text("calendar.reason.holiday", name=name)


def _on_reason(day: date, replaced: date) -> str:
    key = "working_sunday" if day.weekday() == _SUNDAY else "working_weekend"
    return text(f"calendar.reason.{key}", weekday=_weekday(day), day=f"{replaced:%d.%m.%Y}")


def _moved_by_law(holidays: Mapping[date, str]) -> dict[date, str]:
    """ТК РФ ст. 112: a weekend day on a holiday moves to the next working day; only a decree moves those of January."""
    moved: dict[date, str] = {}
    for day, name in sorted(holidays.items()):
        if day.weekday() < _SATURDAY or day.month == _JANUARY:
            continue
        free = day + _ONE_DAY
        while free.weekday() >= _SATURDAY or free in holidays or free in moved:
            free += _ONE_DAY
        moved[free] = text("calendar.reason.moved_from_holiday", name=name)
    return moved
