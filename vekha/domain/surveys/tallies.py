"""What answers come to, question by question: counts, means, what was written; whole and by group.

Answers of an anonymous survey, and whatever is printed, are withheld where they are few (`disclosure`), and told of in
portions that are not small (`release`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

from vekha.domain.surveys.disclosure import LEAST, shown, small
from vekha.domain.surveys.release import told

YES, NO = "да", "нет"


class Kind(StrEnum):
    SCALE = "scale"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"  # several may be chosen
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A field of a form that can be counted; `options` are what may be answered, in the form's order."""

    name: str
    title: str
    kind: Kind
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What one respondent said; `group` is the audience it was asked of, `portion` counts the ends of the survey before
    it: one that was closed and opened again tells of itself more than once."""

    group: str
    data: Mapping[str, Any]
    portion: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """`n` respondents said something; `counts` are how many chose each option; `mean` is of marks and numbers."""

    n: int
    counts: tuple[tuple[str, int], ...] = ()
    mean: float | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One question; None stands for figures that are withheld."""

    question: Question
    whole: Figures | None
    groups: Mapping[str, Figures | None] = field(default_factory=dict[str, Figures | None])


def tally(questions: Iterable[Question], answers: Sequence[Answer], *, least: int = LEAST) -> tuple[Tally, ...]:
    """Counts every question. With `least` 1 nothing is withheld: for those who may read each answer anyway.

    What was written is never given by group: words tell more of a person than marks.
    """
    return tuple(_tally(each, answers, least) for each in questions)


def released(answers: Sequence[Answer], least: int) -> Sequence[Answer]:
    """Without those that wait for more to come; all of them when those that would be told are none."""
    last = max((each.portion for each in answers), default=0)
    portions = [{place for place, each in enumerate(answers) if each.portion == number} for number in range(last + 1)]
    count = told(portions, least)
    return [each for each in answers if each.portion < count] if count else answers


def _tally(question: Question, answers: Sequence[Answer], least: int) -> Tally:
    answered = released([each for each in answers if each.data.get(question.name) not in (None, "", [], ())], least)
    given = [(each.group, each.data[question.name]) for each in answered]
    groups = sorted({each.group for each in answers})  # their order must not be that of the answers
    sizes = {group: sum(1 for other, _ in given if other == group) for group in groups}
    whole = None if small(len(given), least) else _figures(question, [value for _, value in given])
    again = least > 1 and any(each.portion for each in answers)  # of a group too little may have come anew
    if question.kind is Kind.TEXT or len(groups) < 2 or again:
        return Tally(question=question, whole=whole)
    open_to_all = shown(sizes, least)
    return Tally(
        question=question,
        whole=whole,
        groups={
            group: _figures(question, [value for other, value in given if other == group])
            if group in open_to_all
            else None
            for group in groups
        },
    )


def _figures(question: Question, values: Sequence[Any]) -> Figures:
    if question.kind is Kind.TEXT:
        # In the order of the alphabet: the order of coming would tell who wrote what.
        return Figures(n=len(values), texts=tuple(sorted((str(each) for each in values), key=str.casefold)))
    mean = None
    if question.kind in (Kind.SCALE, Kind.NUMBER) and values:
        mean = sum(float(each) for each in values) / len(values)
    if question.kind is Kind.NUMBER:
        return Figures(n=len(values), mean=mean)
    counted = Counter(word for value in values for word in _words(value))
    options = [*question.options, *sorted(set(counted) - set(question.options))]  # an old schema knew other words
    return Figures(n=len(values), mean=mean, counts=tuple((each, counted[each]) for each in options))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, bool):
        yield YES if value else NO
    elif isinstance(value, list | tuple):
        yield from map(str, cast("list[object]", value))
    else:
        yield str(value)
