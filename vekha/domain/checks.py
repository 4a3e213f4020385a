"""What the core can check of an activity beyond its forms and documents; a type adds its own in Python.

A roadmap names a check by its key in `checks:`. Each returns every problem it finds, with its remedy.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from vekha.domain.errors import Problem, problem
from vekha.domain.people import People, PersonFact, Role, consent_problem


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext:
    """What a check of an activity looks at. `today` is the local date of the institution."""

    today: date
    stage: str
    activity: str
    people: People
    answers: Mapping[str, int]  # form code → submissions of this programme


Check = Callable[[CheckContext], Iterable[Problem]]


def mentees_registered(context: CheckContext) -> Iterable[Problem]:
    """Somebody is in the register of mentees, and nobody who asked is left without a decision."""
    yield from _registered(context, Role.MENTEE)


def mentors_registered(context: CheckContext) -> Iterable[Problem]:
    """Somebody is in the register of mentors, and nobody who offered is left without a decision."""
    yield from _registered(context, Role.MENTOR)


def _registered(context: CheckContext, role: Role) -> Iterable[Problem]:
    if not context.people.registered(role):
        yield problem(f"gate.no_{role.value}s")
    for person in context.people.candidates(role):
        yield consent_problem(person, context.today) or problem(f"gate.{role.value}_undecided", person=person.name)


def pairs_formed(context: CheckContext) -> Iterable[Problem]:
    """At least one pair or group exists, and everybody in the active ones has a consent in force."""
    if not context.people.pairs:
        yield problem("gate.no_pairs")
    for pair in context.people.active_pairs:
        for code in (*pair.mentors, *pair.mentees):
            if lacking := consent_problem(context.people.persons[code], context.today):
                yield lacking


def unpaired_supported(context: CheckContext) -> Iterable[Problem]:
    """Every mentee without a mentor has had psychological support; the search goes on (DOMAIN.md row 5.3)."""
    lacking: tuple[PersonFact, ...] = tuple(each for each in context.people.unpaired() if not each.supported)
    for person in lacking:
        yield problem("gate.unpaired_without_support", person=person.name)


BUILTIN: Mapping[str, Check] = {
    each.__name__: each for each in (mentees_registered, mentors_registered, pairs_formed, unpaired_supported)
}
