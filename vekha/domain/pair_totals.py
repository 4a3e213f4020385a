"""What the work of pairs came to: how many and how they ended, meetings, attendance, what people said of them.

A pair that was made by a replacement which was undone is none; one whose mentor was replaced counts, and so does the
pair it went on as: mentees are counted elsewhere, by unique people.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from vekha.domain.pairs import PairState


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTotals:
    """`attendance` is the share of presences in per cent, `useful` the mean mark of reflections; None where nobody
    kept either."""

    formed: int = 0
    at_work: int = 0
    finished: int = 0
    ended_early: int = 0
    replaced: int = 0
    extended: int = 0  # so many of them worked longer than was agreed on
    held: int = 0
    missed: int = 0
    minutes: int = 0
    attendance: float | None = None
    reflections: int = 0
    useful: float | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting of a pair; `present` and `asked` are 0 where attendance was not kept."""

    absent: bool
    minutes: int
    present: int = 0
    asked: int = 0


def totals(states: Iterable[PairState], extended: int, meetings: Iterable[Held], useful: Iterable[int]) -> PairTotals:
    count = Counter(state for state in states if state is not PairState.CANCELLED)
    every = list(meetings)
    held = [each for each in every if not each.absent]
    asked, marks = sum(each.asked for each in held), list(useful)
    return PairTotals(
        formed=count.total(),
        at_work=sum(count[each] for each in (PairState.FORMED, PairState.WORKING, PairState.EXTENDED)),
        finished=count[PairState.FINISHED],
        ended_early=count[PairState.ENDED_EARLY],
        replaced=count[PairState.REPLACED],
        extended=extended,
        held=len(held),
        missed=len(every) - len(held),
        minutes=sum(each.minutes for each in held),
        attendance=round(100 * sum(each.present for each in held) / asked, 1) if asked else None,
        reflections=len(marks),
        useful=round(sum(marks) / len(marks), 1) if marks else None,
    )
