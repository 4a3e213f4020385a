"""The steps of a pair's plan: what an answer to the plan's form changes in them, and what may be done to one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from vekha.domain.errors import Problem, problem
from vekha.domain.pairs import PairTerm
from vekha.domain.steps import Step

MARKS = range(1, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepNow:
    """A step as it stands. Done, dropped or handed over, it is settled and owes nothing."""

    number: int
    task: str
    due: date
    done_on: date | None = None
    dropped_on: date | None = None
    handed: str | None = None

    @property
    def settled(self) -> bool:
        return any((self.done_on, self.dropped_on, self.handed))

    def left(self, today: date) -> int:
        return (self.due - today).days


@dataclass(frozen=True, slots=True)
class Merged:
    """What a new answer changes: steps that stay (by number), new ones, and the numbers of those it no longer names."""

    kept: tuple[tuple[int, Step], ...]
    added: tuple[Step, ...]
    dropped: tuple[int, ...]


def merged(known: Sequence[StepNow], told: Sequence[Step]) -> Merged:
    """A step is known by its task: the same words are the same step, whatever became of its date.

    What is done stays, even if the new answer does not name it.
    """
    waiting: dict[str, list[StepNow]] = {}
    for each in known:
        if each.dropped_on is None and each.handed is None:
            waiting.setdefault(_words(each.task), []).append(each)
    kept: list[tuple[int, Step]] = []
    added: list[Step] = []
    for step in told:
        same = waiting.get(_words(step.task))
        if same:
            kept.append((same.pop(0).number, step))
        else:
            added.append(step)
    left = [each.number for rest in waiting.values() for each in rest if each.done_on is None]
    return Merged(tuple(kept), tuple(added), tuple(sorted(left)))


def _words(task: str) -> str:
    return " ".join(task.split()).casefold()


def add_problems(term: PairTerm, task: str, due: date) -> Iterator[Problem]:
    if not task.strip():
        yield problem("pair.step_empty")
    yield from _in_term(term, due)
    if term.ended_on is not None:
        yield problem("people.pair_ended", pair=term.code, on=f"{term.ended_on:%d.%m.%Y}")


def done_problems(step: StepNow, on: date, today: date) -> Iterator[Problem]:
    yield from _open(step)
    if on > today:
        yield problem("pair.step_ahead", date=f"{on:%d.%m.%Y}")


def move_problems(term: PairTerm, step: StepNow, due: date, why: str) -> Iterator[Problem]:
    yield from _open(step)
    yield from _in_term(term, due)
    if due == step.due:
        yield problem("pair.step_same_day", due=f"{due:%d.%m.%Y}")
    if not why.strip():
        yield problem("stage.reason_needed", step.task)


def drop_problems(step: StepNow, why: str) -> Iterator[Problem]:
    yield from _open(step)
    if not why.strip():
        yield problem("stage.reason_needed", step.task)


def reopen_problems(step: StepNow) -> Iterator[Problem]:
    if not step.settled or step.handed:
        yield problem("pair.step_not_settled", step.task)


def mark_problems(mark: int | None) -> Iterator[Problem]:
    if mark is not None and mark not in MARKS:
        yield problem("pair.step_bad_mark")


def _open(step: StepNow) -> Iterator[Problem]:
    if step.settled:
        yield problem("pair.step_settled", step.task)


def _in_term(term: PairTerm, due: date) -> Iterator[Problem]:
    if not term.starts <= due <= term.ends:
        starts, ends = f"{term.starts:%d.%m.%Y}", f"{term.ends:%d.%m.%Y}"
        yield problem("pair.step_outside_term", due=f"{due:%d.%m.%Y}", starts=starts, ends=ends)
