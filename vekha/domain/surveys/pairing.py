"""Before and after of the same people: only those who were measured twice are compared, and the others are counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vekha.domain.surveys.tallies import Kind, Question

Measured = Mapping[str, Mapping[str, Any]]  # person → the answer that counts, the last one of the moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One scale: means of the same `n` people, and how many of them went up, stayed, went down."""

    question: Question
    n: int
    before: float
    after: float
    better: int
    same: int
    worse: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """`n` people answered twice; the others answered only before or only after and are compared with nobody."""

    n: int
    only_before: int
    only_after: int
    changes: tuple[Change, ...]


def paired(questions: Iterable[Question], before: Measured, after: Measured) -> Effect:
    """Compares the scales of everybody measured twice; a question that one did not answer twice leaves that one out."""
    both = [person for person in before if person in after]
    scales = [each for each in questions if each.kind is Kind.SCALE]
    found = [_change(each, [(before[person], after[person]) for person in both]) for each in scales]
    return Effect(
        n=len(both),
        only_before=len(before) - len(both),
        only_after=len(after) - len(both),
        changes=tuple(each for each in found if each is not None),
    )


def _change(question: Question, pairs: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Change | None:
    marks = [(one.get(question.name), other.get(question.name)) for one, other in pairs]
    known = [(int(one), int(other)) for one, other in marks if one is not None and other is not None]
    if not known:
        return None
    return Change(
        question=question,
        n=len(known),
        before=sum(one for one, _ in known) / len(known),
        after=sum(other for _, other in known) / len(known),
        better=sum(other > one for one, other in known),
        same=sum(other == one for one, other in known),
        worse=sum(other < one for one, other in known),
    )
