"""A case of good practice on its way: draft → on review → accepted or returned with remarks; then published.

What is changed after it was accepted is a draft again: nobody publishes words that nobody has read.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from vekha.domain.errors import Problem, problem

LONGEST = 8000  # signs of a part
MOST_FILES = 10
WEIGHTS: Mapping[str, int] = {"title": 8, "problem": 3, "result": 3, "done": 2, "model": 2}
_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 2


class PracticeState(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    PUBLISHED = "published"


class Step(StrEnum):
    """What may be done to a practice."""

    EDIT = "edit"
    SEND = "send"
    ACCEPT = "accept"
    RETURN = "return"
    PUBLISH = "publish"
    HIDE = "hide"


_FROM: Mapping[Step, frozenset[PracticeState]] = {
    Step.EDIT: frozenset(PracticeState) - {PracticeState.REVIEW},
    Step.SEND: frozenset({PracticeState.DRAFT, PracticeState.RETURNED}),
    Step.ACCEPT: frozenset({PracticeState.REVIEW}),
    Step.RETURN: frozenset({PracticeState.REVIEW, PracticeState.ACCEPTED}),
    Step.PUBLISH: frozenset({PracticeState.ACCEPTED}),
    Step.HIDE: frozenset({PracticeState.PUBLISHED}),
}
AFTER: Mapping[Step, PracticeState] = {
    Step.EDIT: PracticeState.DRAFT,
    Step.SEND: PracticeState.REVIEW,
    Step.ACCEPT: PracticeState.ACCEPTED,
    Step.RETURN: PracticeState.RETURNED,
    Step.PUBLISH: PracticeState.PUBLISHED,
    Step.HIDE: PracticeState.ACCEPTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    title: str
    problem: str
    done: str
    result: str
    model: str = ""

    @property
    def parts(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in WEIGHTS}


def possible(state: PracticeState) -> frozenset[Step]:
    return frozenset(step for step, states in _FROM.items() if state in states)


def step_problems(step: Step, state: PracticeState, card: Card, remarks: str = "") -> Iterable[Problem]:
    """Everything that stands in the way of a step."""
    if step not in possible(state):
        yield problem("practice.wrong_state")
        return
    if step is Step.SEND:
        for name in ("problem", "done", "result"):
            if not getattr(card, name).strip():
                yield problem("practice.part_empty", name)
    if step is Step.RETURN and not remarks.strip():
        yield problem("practice.remarks_needed")


def card_problems(card: Card) -> Iterable[Problem]:
    if not card.title.strip():
        yield problem("practice.no_title")
    for name, words in card.parts.items():
        if len(words) > LONGEST:
            yield problem("practice.too_long", name, limit=LONGEST)


def words_of(text: str) -> list[str]:
    """The words that a search may look for, each once, small letters, «ё» as «е»."""
    plain = text.casefold().replace("ё", "е")
    return list(dict.fromkeys(each for each in _WORD.findall(plain) if len(each) >= _SHORTEST))
