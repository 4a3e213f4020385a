"""The calendar of a pair: meetings planned one by one or in a series, held, missed, moved, cancelled."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from vekha.domain.calendar import WorkingCalendar
from vekha.domain.errors import Problem, problem
from vekha.domain.pairs import PairTerm
from vekha.domain.people import PairFact

MOST = 60  # meetings planned at once: twice a week for a school year
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


class MeetingState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    MISSED = "missed"  # somebody without whom it is no meeting did not come
    CANCELLED = "cancelled"


class Rhythm(StrEnum):
    """How often the meetings of a series come."""

    TWICE_A_WEEK = "twice_a_week"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A series from its first day to `until`, or so many meetings; the weekday is that of the first day."""

    first: date
    until: date
    rhythm: Rhythm
    count: int | None = None


def days_of(series: Series, calendar: WorkingCalendar) -> tuple[date, ...]:
    """The days of the meetings, each one a working day: one on a day off comes on the next working day, unless that is
    past the end or another meeting's day."""
    found: list[date] = []
    for day in _steps(series):
        if day > series.until or len(found) == (series.count or MOST + 1):
            break
        rolled = calendar.roll(day)
        if rolled <= series.until and rolled not in found:
            found.append(rolled)
    return tuple(found)


def _steps(series: Series) -> Iterator[date]:
    """The days as the rhythm has them, for as long as anybody asks."""
    if series.rhythm is Rhythm.MONTHLY:
        # The same weekday of its week in the month: «second Tuesday»; there is always a fourth one.
        week = min((series.first.day - 1) // 7, 3)
        month = series.first.replace(day=1)
        while True:
            ahead = (series.first.weekday() - month.weekday()) % 7
            day = month + timedelta(days=ahead + 7 * week)
            if day >= series.first:
                yield day
            month = (month + timedelta(days=32)).replace(day=1)
    gaps = {Rhythm.TWICE_A_WEEK: (3, 4), Rhythm.WEEKLY: (7,), Rhythm.FORTNIGHTLY: (14,)}[series.rhythm]
    day, number = series.first, 0
    while True:
        yield day
        day += timedelta(days=gaps[number % len(gaps)])
        number += 1


# --- what stands in the way ------------------------------------------------------------------------------------------


def plan_problems(term: PairTerm, days: Sequence[date], taken: Collection[date], time: str | None) -> Iterator[Problem]:
    """`taken` are the days on which the pair has something planned already."""
    if term.ended_on is not None:
        yield problem("people.pair_ended", pair=term.code, on=f"{term.ended_on:%d.%m.%Y}")
    if not days:
        yield problem("meeting.no_days", pair=term.code)
    if len(days) > MOST:
        yield problem("meeting.too_many", most=MOST)
    outside = [day for day in days if not term.starts <= day <= term.ends]
    if outside:
        starts, ends = f"{term.starts:%d.%m.%Y}", f"{term.ends:%d.%m.%Y}"
        yield problem("meeting.outside_term", days=_listed(outside), starts=starts, ends=ends)
    twice = [day for day in days if day in taken]
    if twice:
        yield problem("meeting.day_taken", days=_listed(twice))
    if time and not _TIME.fullmatch(time.strip()):
        yield problem("meeting.bad_time", time=time)


def hold_problems(state: MeetingState, pair: PairFact, present: Collection[str]) -> Iterator[Problem]:
    if state in (MeetingState.HELD, MeetingState.MISSED):
        yield problem("meeting.already_held")
    strangers = set(present) - {*pair.mentors, *pair.mentees}
    if strangers:
        yield problem("meeting.not_of_pair", pair=pair.code, people=", ".join(sorted(strangers)))


def change_problems(state: MeetingState, reason: str) -> Iterator[Problem]:
    """Of moving or cancelling: only what is still ahead, and with a reason."""
    if state is not MeetingState.PLANNED:
        yield problem("meeting.not_planned")
    if not reason.strip():
        yield problem("stage.reason_needed")


def missed(pair: PairFact, present: Collection[str]) -> bool:
    """A meeting takes both sides: at least one mentor and one mentee."""
    return not (set(pair.mentors) & set(present) and set(pair.mentees) & set(present))


def time_of(value: str) -> str | None:
    """«9.30» is 09:30; nothing for what is no time."""
    found = _TIME.fullmatch(value.strip())
    return f"{int(found[1]):02}:{found[2]}" if found else None


def _listed(days: Sequence[date]) -> str:
    return ", ".join(f"{day:%d.%m.%Y}" for day in days)
