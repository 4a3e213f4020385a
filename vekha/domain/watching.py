"""What an operator sees of a region: how a stage stands, the worst of several, and who will be late at this pace.

A look is always told in words; a colour only repeats it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from vekha.domain.programme import OVER, StageState
from vekha.texts import plural, section, text

SOON = 7  # days before a due date
EARLY = 14  # days from the start: too little to speak of a pace
SLOWEST = 0.25  # a slower pace is told as this: a date years away says no more


class Look(StrEnum):
    """How one stage stands, the worst first."""

    LATE = "late"
    SOON = "soon"
    AT_WORK = "at_work"
    WAITS = "waits"
    DONE = "done"


_RANK = {look: number for number, look in enumerate(Look)}


@dataclass(frozen=True, slots=True)
class Cell:
    """One stage of one institution; `days` are the days it is late."""

    look: Look
    days: int = 0

    @property
    def words(self) -> str:
        """«просрочен на 12 дней», «в работе»."""
        if self.look is Look.LATE:
            return text("watching.late_by", days=days_told(self.days))
        return text(f"watching.look.{self.look.value}")


def cell_of(state: StageState, due: date, today: date) -> Cell:
    """`due` is the earliest date that what is left of the stage should be done by."""
    if state in OVER:
        return Cell(Look.DONE)
    if due < today:
        return Cell(Look.LATE, (today - due).days)
    if state is StageState.PLANNED:
        return Cell(Look.WAITS)
    return Cell(Look.SOON if (due - today).days <= SOON else Look.AT_WORK)


def worst(cells: Iterable[Cell]) -> Cell:
    """The one that needs somebody first: late by most days, else by the order of looks. Of nothing: done."""
    return min(cells, key=lambda each: (_RANK[each.look], -each.days), default=Cell(Look.DONE))


@dataclass(frozen=True, slots=True)
class Crowd:
    """One stage of many institutions: how many have each look, and the most days somebody is late."""

    counts: Mapping[Look, int]
    days: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def look(self) -> Look:
        """The worst look that anybody has."""
        return next((each for each in Look if self.counts.get(each)), Look.DONE)

    @property
    def words(self) -> str:
        """«просрочен: 3 из 40, до 12 дней», «в работе: 40 из 40»."""
        look = self.look
        facts = {"count": self.counts.get(look, 0), "total": self.total}
        if look is Look.LATE:
            return text("watching.crowd_late", **facts, days=days_told(self.days, genitive=True))
        return text("watching.crowd", look=text(f"watching.look.{look.value}"), **facts)

    def joined(self, other: "Crowd") -> "Crowd":
        counts = {look: self.counts.get(look, 0) + other.counts.get(look, 0) for look in Look}
        return Crowd(counts, max(self.days, other.days))


def days_told(days: int, *, genitive: bool = False) -> str:
    """«12 дней»; after «до» in the genitive: «до 1 дня»."""
    forms: list[str] = section("watching")["days_genitive" if genitive else "days"]
    return f"{days} {plural(days, *forms)}"


# --- who will be late -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pace:
    """How far along the plan an institution is, by what it has done.

    `reached` is the day by which the plan wants one activity more than are done. With five done and the sixth due on
    the 1st of October, it stands where the plan stands on the 1st of October.
    """

    starts: date
    reached: date
    today: date

    @property
    def behind(self) -> int:
        """Days between the plan and the doing; never negative."""
        return max(0, (self.today - self.reached).days)

    @property
    def pace(self) -> float:
        """Days of the plan walked in one day: 1 is on time, 0.5 is half as fast."""
        passed, walked = (self.today - self.starts).days, (self.reached - self.starts).days
        return min(1.0, max(SLOWEST, walked / passed)) if passed > 0 else 1.0

    @property
    def early(self) -> bool:
        """Too little time has passed to speak of a pace."""
        return (self.today - self.starts).days < EARLY

    def expected(self, due: date) -> date:
        """When what the plan wants by `due` will be done if the pace stays; never before today."""
        return max(self.today, self.starts + timedelta(days=round((due - self.starts).days / self.pace)))
