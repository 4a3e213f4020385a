"""Bars between dates as a drawing of plain SVG: no style attributes, the colours are classes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import format_date

WIDTH, LEFT, TOP, ROW = 1000, 250, 26, 34


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage between two days; `share` of it is done."""

    title: str
    note: str
    starts: dt.date
    ends: dt.date
    tint: str
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Box:
    """A bar in its place."""

    bar: Bar
    x: float
    y: int
    width: float
    done: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that the template draws; `today` is None outside of the dates shown."""

    height: int
    boxes: tuple[Box, ...]
    months: tuple[tuple[float, str], ...]
    today: float | None
    width: int = WIDTH
    left: int = LEFT
    top: int = TOP


def draw(bars: Sequence[Bar], today: dt.date) -> Drawing | None:
    """None where there is nothing to draw."""
    if not bars:
        return None
    first = min(each.starts for each in bars).replace(day=1)
    last = max(each.ends for each in bars)
    days = max(1, (last - first).days + 1)

    def place(day: dt.date) -> float:
        return round(LEFT + (WIDTH - LEFT - 8) * (day - first).days / days, 1)

    boxes: list[Box] = []
    for number, bar in enumerate(bars):
        width = max(4.0, place(bar.ends + dt.timedelta(days=1)) - place(bar.starts))
        share = min(1.0, max(0.0, bar.share))
        boxes.append(Box(bar, place(bar.starts), TOP + number * ROW, round(width, 1), round(width * share, 1)))
    months = [(place(day), format_date(day, "LLL", locale="ru").rstrip(".")) for day in _months(first, last)]
    months = [each for each in months if each[0] < WIDTH - 36]
    now = place(today) if first <= today <= last else None
    return Drawing(TOP + len(bars) * ROW + 6, tuple(boxes), tuple(months), now)


def _months(first: dt.date, last: dt.date) -> list[dt.date]:
    found = [first]
    while (following := (found[-1] + dt.timedelta(days=32)).replace(day=1)) <= last:
        found.append(following)
    return found
