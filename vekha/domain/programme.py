"""A programme as it stands on one day: states of stages, activities and documents, answers given, people known.

`vekha.domain.gate` says what is missing in it, `vekha.domain.progress` what may change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from vekha.domain.checks import Check
from vekha.domain.people import People, Role
from vekha.domain.roadmap import Gate, Roadmap, Scope


class StageState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    SKIPPED = "skipped"


class ActivityState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    DONE = "done"
    WAIVED = "waived"


class DocumentState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    SIGNED = "signed"
    SUPERSEDED = "superseded"
    VOID = "void"


OVER = frozenset({StageState.CLOSED, StageState.SKIPPED})
SETTLED = frozenset({ActivityState.DONE, ActivityState.WAIVED})
ISSUED = frozenset({DocumentState.APPROVED, DocumentState.SIGNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class StageNow:
    code: str
    state: StageState
    opens: date
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityNow:
    """`own` marks an activity that the curator added: it has a title and a gate but no row in the roadmap."""

    stage: str
    code: str
    title: str
    gate: Gate
    state: ActivityState
    opens: date
    due: date
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeNow:
    """A snapshot of one programme on one local day.

    `documents` maps (stage, activity, document code) to the state for each subject ('' = the programme);
    `answers` maps (stage, activity, form code) to the subjects answered about, one entry for each submission.
    """

    roadmap: Roadmap
    today: date
    stages: Mapping[str, StageNow]
    activities: Mapping[tuple[str, str], ActivityNow]
    documents: Mapping[tuple[str, str, str], Mapping[str, DocumentState]] = field(
        default_factory=dict[tuple[str, str, str], Mapping[str, DocumentState]]
    )
    answers: Mapping[tuple[str, str, str], tuple[str, ...]] = field(
        default_factory=dict[tuple[str, str, str], tuple[str, ...]]
    )
    people: People = field(default_factory=People)
    checks: Mapping[str, Check] = field(default_factory=dict[str, Check])

    def of_stage(self, stage: str) -> tuple[ActivityNow, ...]:
        return tuple(each for each in self.activities.values() if each.stage == stage)


def subjects(scope: Scope, people: People) -> tuple[str, ...]:
    """The codes of everybody or everything a scope covers; '' stands for the programme itself.

    A pair that has ended owes nothing more: the others go on without it.
    """
    mentees = tuple(each.code for each in people.registered(Role.MENTEE))
    mentors = tuple(each.code for each in people.registered(Role.MENTOR))
    covered: Mapping[Scope, tuple[str, ...]] = {
        Scope.PROGRAMME: ("",),
        Scope.MENTEE: mentees,
        Scope.MENTOR: mentors,
        Scope.PARTICIPANT: tuple(dict.fromkeys((*mentors, *mentees))),
        Scope.PAIR: tuple(each.code for each in people.active_pairs),
        Scope.EMPLOYER: tuple(people.employers),
    }
    return covered[scope]


def name_of(code: str, people: People) -> str:
    """How a person reads a subject's code: a name, the two sides of a pair, an employer."""
    if code in people.persons:
        return people.persons[code].name
    if code in people.pairs:
        pair = people.pairs[code]
        return " – ".join(
            ", ".join(people.persons[each].name for each in side) for side in (pair.mentors, pair.mentees)
        )
    return people.employers.get(code, code)
