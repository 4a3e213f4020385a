"""What is legal in a roadmap and yet looks like a mistake: the traps of DOMAIN.md §8, found before a year is spent.

Nothing here refuses a roadmap. The sources themselves print rows out of the order of their dates, and write «май Х» in
the stage that ends the programme in May of the next year; the author decides what was meant.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from vekha.domain.deadlines import Cycle, Resolution, resolve
from vekha.domain.errors import Problem, problem
from vekha.domain.roadmap import Activity, Roadmap, Stage

Place = Callable[..., str]  # (stage code, activity code) → file:line


@dataclass(frozen=True, slots=True)
class _Row:
    """An activity that has dates in one cycle."""

    stage: Stage
    activity: Activity
    opens: date
    due: date

    @property
    def label(self) -> str:
        return self.activity.number or self.activity.code


def warnings_of(roadmap: Roadmap, years: Iterable[int], place: Place | None = None) -> list[Problem]:
    """Every trap that shows in the cycles of these years (Х), each once, with the dates of the first year it shows in.

    `place` names the line of a stage or a row (`roadmap_file.places_of`); without it `where` is «stage.activity».
    """
    at = place or _codes
    found: dict[tuple[str, str], Problem] = {}
    for year in years:
        cycle = Cycle(*roadmap.cycle.dates(year))
        for each in _in_cycle(roadmap, cycle, at):
            found.setdefault((each.code, each.where), each)
    return list(found.values())


def _codes(*codes: str) -> str:
    return ".".join(codes)


def _in_cycle(roadmap: Roadmap, cycle: Cycle, at: Place) -> Iterator[Problem]:
    rows = [row for stage, activity in roadmap.rows() if (row := _dated(stage, activity, cycle))]
    misplaced = dict(_of_the_next_year(roadmap, rows, cycle, at))
    yield from misplaced.values()
    sure = [row for row in rows if (row.stage.code, row.activity.code) not in misplaced]
    yield from _outside(rows, cycle, at)
    yield from _too_soon(roadmap, sure, at)
    yield from _out_of_order(sure, at)


def _dated(stage: Stage, activity: Activity, cycle: Cycle) -> _Row | None:
    found = [resolve(phrase, cycle) for phrase in activity.phrases]
    dues = [due for each in found for due in _dues(each)]
    opens = [each.opens for each in found if each.opens is not None]
    return _Row(stage, activity, min(opens, default=min(dues)), max(dues)) if dues else None


def _dues(resolution: Resolution) -> tuple[date, ...]:
    return resolution.dues or ((resolution.due,) if resolution.due is not None else ())


def _of_the_next_year(
    roadmap: Roadmap, rows: list[_Row], cycle: Cycle, at: Place
) -> Iterator[tuple[tuple[str, str], Problem]]:
    """Trap 4: one «Х» in the first and the last stage. By the order of stages the last one means the next year.

    A row is suspected when it is over before anything of the stage printed above is, and a year later is in the cycle.
    """
    earliest: dict[str, date] = {}
    for row in rows:
        code = row.stage.code
        earliest[code] = min(earliest.get(code, row.due), row.due)
    above = {later.code: stage.code for stage, later in pairwise(roadmap.stages)}
    for row in rows:
        floor = earliest.get(above.get(row.stage.code, ""))
        if floor is None or row.due >= floor or len(row.activity.phrases) > 1:
            continue
        phrase = "".join(row.activity.phrases)
        suggestion = _a_year_later(phrase)
        shifted = max(_dues(resolve(suggestion, cycle)), default=date.min)
        if floor <= shifted <= cycle.ends:
            yield (
                (row.stage.code, row.activity.code),
                problem(
                    "roadmap.next_year",
                    at(row.stage.code, row.activity.code),
                    phrase=phrase,
                    date=_day(row.due),
                    suggestion=suggestion,
                    later=_day(shifted),
                ),
            )


def _a_year_later(phrase: str) -> str:
    """«май Х года» and «май» become «май Х+1 года»."""
    words = [word for word in phrase.split() if word not in ("Х", "X", "года", "г.")]
    return " ".join([*words, "Х+1 года"])


def _outside(rows: list[_Row], cycle: Cycle, at: Place) -> Iterator[Problem]:
    """A due date outside the cycle: an explicit year, which is right for one cycle only."""
    for row in rows:
        if not cycle.starts <= row.due <= cycle.ends:
            ends = f"{_day(cycle.starts)} – {_day(cycle.ends)}"
            where = at(row.stage.code, row.activity.code)
            yield problem("roadmap.outside_cycle", where, row=row.label, date=_day(row.due), cycle=ends)


def _too_soon(roadmap: Roadmap, rows: list[_Row], at: Place) -> Iterator[Problem]:
    """Trap 1 and `after:` that contradicts the dates: rows due before, or on the day, the awaited stage is."""
    dues: dict[str, date] = {}
    for row in rows:
        if row.activity.gate.blocks_stage:
            dues[row.stage.code] = max(dues.get(row.stage.code, row.due), row.due)
    for stage in roadmap.stages:
        own = [row for row in rows if row.stage is stage]
        for awaited in (each for each in stage.after if each in dues):
            known = {"awaited": roadmap.stage(awaited).title, "date": _day(dues[awaited])}
            before = ", ".join(row.label for row in own if row.due < dues[awaited])
            same_day = ", ".join(row.label for row in own if row.due == dues[awaited])
            if before:
                yield problem("roadmap.after_contradicts", at(stage.code), rows=before, **known)
            if same_day:
                yield problem("roadmap.zero_slack", at(stage.code), rows=same_day, **known)


def _out_of_order(rows: list[_Row], at: Place) -> Iterator[Problem]:
    """Trap 6: a row printed below begins earlier and ends no later than the one above it."""
    pairs = [(above, row) for above, row in pairwise(rows) if row.opens < above.opens and row.due <= above.due]
    if pairs:
        told = ", ".join(f"{row.label} после {above.label}" for above, row in pairs)
        first = pairs[0][1]
        yield problem("roadmap.row_order", at(first.stage.code, first.activity.code), rows=told)


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"
