"""What several kinds of actions need."""

from dataclasses import dataclass
from typing import Any, NoReturn

from vekha.domain.deadlines.rules import (
    Day,
    Reason,
    UnclearError,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a month whose month is not known yet. `closing`: «последняя», so that a whole year has one too."""

    first: int
    last: int
    sharp: bool = False
    opening: bool = False
    working: bool = False
    closing: bool = False


THIRDS = {1: Part(1, 10), 2: Part(11, 20), 3: Part(21, Day.END)}
HALVES = {1: Part(1, 15), 2: Part(16, Day.END)}
WEEKS = {1: Part(1, 7), 2: Part(8, 14), 3: Part(15, 21), 4: Part(22, 28), 5: Part(29, Day.END)}


NO_SUCH_PART = Part(99, 99)


def part_of(parts: dict[int, Part], which: int) -> Part:
    """A fourth декада has days that no month has: refused with the month, for «33 недели» may still be no date."""
    return parts.get(which, NO_SUCH_PART)


def only(kind: type[Any] | tuple[type[Any], ...], children: tuple[Any, ...]) -> Any:
    """The one child of this type; the others are words that carry no meaning of their own."""
    return next(each for each in children if isinstance(each, kind))


def ambiguous(*_: object) -> NoReturn:
    """A phrase with several readings."""
    raise UnclearError(Reason.AMBIGUOUS)


def month_day_number(day: int) -> int:
    if not 1 <= day <= 31:
        raise UnclearError(Reason.IMPOSSIBLE_DATE)
    return day
