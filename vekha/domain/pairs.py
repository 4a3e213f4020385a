"""A pair through its life: formed, at work, extended, ended; what stands in the way of each step.

Nothing of it is a stored flag that could go stale: how a pair stands follows from what was held and what was done to
it. An undo takes back the newest change and nothing before it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vekha.domain.errors import Problem, problem
from vekha.domain.people import FINAL, PairFact, People, Role, Standing, consent_problem
from vekha.texts import text


class PairState(StrEnum):
    FORMED = "formed"  # no meeting has been held yet
    WORKING = "working"
    EXTENDED = "extended"  # at work beyond the term it was formed for
    FINISHED = "finished"
    ENDED_EARLY = "ended_early"
    REPLACED = "replaced"  # goes on as another pair, with another mentor
    CANCELLED = "cancelled"  # made by a replacement that was undone


class PairEvent(StrEnum):
    """What may be done to a pair; the history keeps it under this name."""

    FINISHED = "finished"
    ENDED_EARLY = "ended_early"
    REPLACED = "replaced"
    EXTENDED = "extended"
    REPLACES = "replaces"  # the other side of a replacement: the new pair
    CANCELLED = "cancelled"


ENDINGS = (PairEvent.FINISHED, PairEvent.ENDED_EARLY, PairEvent.REPLACED, PairEvent.CANCELLED)
ONE_EVENT = ("flash", "speed")  # models of a single meeting (DOMAIN.md §5)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTerm:
    """A pair as its row tells it; `ending` is how it ended, where somebody said so."""

    code: str
    format: str
    starts: date
    ends: date
    ended_on: date | None = None
    ending: str | None = None
    extended: bool = False

    @property
    def of_one_event(self) -> bool:
        """Flash and speed mentoring are over after one meeting and need no final one."""
        return self.format.casefold() in {text(f"matching.models.{each}").casefold() for each in ONE_EVENT}

    def late(self, today: date) -> bool:
        """The term is over and nobody has ended the pair."""
        return self.ended_on is None and self.ends < today


def state_of(term: PairTerm, pair: PairFact) -> PairState:
    """How a pair stands now."""
    if term.ended_on is not None:
        if term.ending is not None:
            return PairState(term.ending)
        return PairState.FINISHED if pair.completed else PairState.ENDED_EARLY
    if term.extended:
        return PairState.EXTENDED
    return PairState.WORKING if pair.meetings_total else PairState.FORMED


# --- what stands in the way ------------------------------------------------------------------------------------------


def end_problems(term: PairTerm, on: date, today: date, reason: str) -> Iterator[Problem]:
    """Of an early end."""
    yield from _reason_needed(reason, term.code)
    yield from _at_work(term)
    yield from _not_ahead(term, on, today)


def finish_problems(term: PairTerm, pair: PairFact, on: date, today: date) -> Iterator[Problem]:
    """A pair is finished by its final meeting; one of a single event by that."""
    yield from _at_work(term)
    yield from _not_ahead(term, on, today)
    if not (pair.meetings_total if term.of_one_event else FINAL in pair.meetings):
        yield problem("pair.not_completed", pair=term.code)


def extend_problems(term: PairTerm, until: date, cycle_ends: date, reason: str) -> Iterator[Problem]:
    yield from _reason_needed(reason, term.code)
    yield from _at_work(term)
    if until <= term.ends:
        yield problem("pair.extended_back", ends=f"{term.ends:%d.%m.%Y}", until=f"{until:%d.%m.%Y}")
    if until > cycle_ends:
        yield problem("pair.extended_past_cycle", ends=f"{cycle_ends:%d.%m.%Y}", until=f"{until:%d.%m.%Y}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A mentor hands a pair over to another one: since when, why, what was done, what is left to do."""

    old: str
    new: str
    on: date
    reason: str
    done: str
    left: str


def replace_problems(term: PairTerm, pair: PairFact, what: Handover, today: date) -> Iterator[Problem]:
    """Of the handover itself; whoever takes over is judged like everybody in a new pair."""
    yield from _reason_needed(what.reason, term.code)
    yield from _at_work(term)
    yield from _not_ahead(term, what.on, today)
    if what.on > term.ends:
        yield problem("pair.term_over", pair=term.code, ends=f"{term.ends:%d.%m.%Y}")
    if what.old not in pair.mentors:
        yield problem("pair.not_its_mentor", pair=term.code, person=what.old)
    if what.new in pair.mentors:
        yield problem("pair.same_mentor", pair=term.code)
    if not what.done.strip() or not what.left.strip():
        yield problem("pair.handover_empty", pair=term.code)


def undo_problems(kind: PairEvent | None, pair: PairFact, people: People, today: date) -> Iterator[Problem]:
    """A pair that ended goes on only with people who may go on."""
    if kind is None or kind in (PairEvent.REPLACES, PairEvent.CANCELLED):
        yield problem("pair.nothing_to_undo", pair=pair.code)
        return
    if kind is PairEvent.EXTENDED:
        if not pair.active:  # a consent that is gone has ended it since
            yield problem("pair.nothing_to_undo", pair=pair.code)
        return
    for role, side in ((Role.MENTOR, pair.mentors), (Role.MENTEE, pair.mentees)):
        for person in (people.persons[code] for code in side):
            if person.standings.get(role) is not Standing.REGISTERED:
                yield problem(f"people.not_registered_{role.value}", person=person.name)
            if lacking := consent_problem(person, today):
                yield lacking


def successor_problems(successor: PairFact, *, begun: bool) -> Iterator[Problem]:
    """A replacement is undone only while the new pair has not `begun` its plan nor met."""
    if not successor.active or successor.meetings or begun:
        yield problem("pair.successor_at_work", pair=successor.code)


def mentors_after(pair: PairFact, what: Handover) -> tuple[str, ...]:
    """Those of the new pair: the others of a group stay."""
    return tuple(what.new if each == what.old else each for each in pair.mentors)


def _reason_needed(reason: str, where: str) -> Iterable[Problem]:
    if not reason.strip():
        yield problem("stage.reason_needed", where)


def _at_work(term: PairTerm) -> Iterable[Problem]:
    if term.ended_on is not None:
        yield problem("people.pair_ended", pair=term.code, on=f"{term.ended_on:%d.%m.%Y}")


def _not_ahead(term: PairTerm, on: date, today: date) -> Iterable[Problem]:
    if on > today:
        yield problem("people.end_ahead", pair=term.code, on=f"{on:%d.%m.%Y}")
    if on < term.starts:
        yield problem("pair.ended_before", pair=term.code, starts=f"{term.starts:%d.%m.%Y}", on=f"{on:%d.%m.%Y}")
