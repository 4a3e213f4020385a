"""SWOT assembled from what participants answered and what was counted: points to begin with, for a curator to judge.

What fewer than five people have said is left out: many read an analysis, and each of the few could be known by it.
An answer that nothing was lacking («всего хватило») is no weakness.
Each point says where it comes from. What people wrote stands in their words, what many wrote first; a number speaks
only when it is far enough from the middle to say something. Where participants are too few to be quoted, the marks that
the curator gave in the report under their own name stand in.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from vekha.domain.reporting.indicators import INDICATORS, Figures
from vekha.domain.reporting.totals import SMALL
from vekha.texts import section, text

MOST = 6  # points from free words in a quarter: a curator reads them all
LONGEST = 300


class Quarter(StrEnum):
    STRENGTHS = "strengths"
    WEAKNESSES = "weaknesses"
    OPPORTUNITIES = "opportunities"
    THREATS = "threats"


@dataclass(frozen=True, slots=True)
class Point:
    """`source` is a code of `swot.sources`; `times` how many said it."""

    words: str
    source: str
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a question of a survey was given in the mean, on a scale from `least` to `most`."""

    question: str
    mean: float
    least: int
    most: int
    answers: int

    @property
    def share(self) -> float:
        """How far up the scale."""
        return (self.mean - self.least) / (self.most - self.least)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What was written under each heading of the questionnaires, how many said yes, what surveys were answered in the
    mean, and the figures. `change_mentor` are (ask for another one, asked); `answered` is how many people answered the
    questionnaire that the most have."""

    valued: Sequence[str] = ()
    missing: Sequence[str] = ()
    difficulties: Sequence[str] = ()
    deviations: Sequence[str] = ()
    keep: Sequence[str] = ()  # of the anonymous opinion
    change: Sequence[str] = ()
    marks: Sequence[Mark] = ()
    go_on: tuple[int, int] = (0, 0)  # yes, asked
    become_mentor: tuple[int, int] = (0, 0)
    change_mentor: tuple[int, int] = (0, 0)
    answered: int = 0
    good: Sequence[str] = ()  # criteria of the curator's report with the highest mark
    poor: Sequence[str] = ()  # and with the lowest
    figures: Figures = field(default_factory=Figures)


_HIGH: Mapping[str, float] = {
    "satisfied_mentees": 85,
    "satisfied_mentors": 85,
    "recommended": 85,
    "improved": 60,
    "completion": 90,
    "tasks_in_time": 90,
}
_LOW: Mapping[str, float] = {
    "satisfied_mentees": 60,
    "satisfied_mentors": 60,
    "recommended": 60,
    "improved": 30,
    "completion": 60,
    "tasks_in_time": 70,
}
HIGH_MARK, LOW_MARK = 0.8, 0.5  # of the way up a scale
_WORRY = ("unpaired", "tasks_late")


def assemble(material: Material) -> dict[Quarter, tuple[Point, ...]]:
    """The points of every quarter; an empty one has nothing to say yet."""
    return {
        Quarter.STRENGTHS: (
            *_said(material.valued, "satisfaction"),
            *_said(material.keep, "programme_opinion"),
            *_marked(material.marks, "high", lambda each: each.share >= HIGH_MARK),
            *_high(material.figures),
            *_noted(material, "good"),
        ),
        Quarter.WEAKNESSES: (
            *_said(material.missing, "satisfaction", complaints=True),
            *_said(material.difficulties, "feedback", complaints=True),
            *_said(material.change, "programme_opinion", complaints=True),
            *_marked(material.marks, "low", lambda each: each.share <= LOW_MARK),
            *_low(material.figures),
            *_noted(material, "poor"),
        ),
        Quarter.OPPORTUNITIES: tuple(_hopes(material)),
        Quarter.THREATS: (*_worries(material), *_written(_complaints(material.deviations), "curator_report")),
    }


class Silence(StrEnum):
    """Why participants say nothing in the points."""

    NOBODY = "nobody"
    FEW = "few"


def silence(material: Material) -> Silence | None:
    """None where enough participants have spoken, whatever they said."""
    heard = max(
        (
            *(len(getattr(material, each)) for each in ("valued", "missing", "difficulties", "keep", "change")),
            *(getattr(material, each)[1] for each in ("go_on", "become_mentor", "change_mentor")),
            *(each.answers for each in material.marks),
            material.answered,
        )
    )
    return None if heard >= SMALL else Silence.FEW if heard else Silence.NOBODY


def as_text(points: Iterable[Point]) -> str:
    """The points as a curator edits them, one a line."""
    return "\n".join(each.words for each in points)


def _said(words: Sequence[str], source: str, *, complaints: bool = False) -> Iterator[Point]:
    """What participants wrote where enough of them did; nothing of a few."""
    if len(words) >= SMALL:
        yield from _written(_complaints(words) if complaints else words, source)


def _complaints(words: Iterable[str]) -> list[str]:
    """Those that complain of something."""
    return [each for each in words if not _nothing().fullmatch(" ".join(each.casefold().replace("ё", "е").split()))]


@cache
def _nothing() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(section('swot')['nothing'])})[ .!]*")


def _noted(material: Material, kind: str) -> Iterator[Point]:
    """The curator's own marks, while participants are not heard: with theirs at hand the curator's are no news."""
    if silence(material) is not None:
        for criterion in getattr(material, kind):
            yield Point(text(f"swot.noted.{kind}", criterion=criterion), "curator_report")


def _marked(marks: Iterable[Mark], kind: str, wanted: Callable[[Mark], bool]) -> Iterator[Point]:
    for each in marks:
        if each.answers >= SMALL and wanted(each):
            mean = f"{each.mean:.1f}".replace(".", ",")
            words = text(f"swot.mark.{kind}", question=each.question, mean=mean, most=each.most)
            yield Point(words, "survey", each.answers)


def _written(words: Sequence[str], source: str) -> Iterator[Point]:
    """What was written, once whatever the capitals and full stops, the most frequent first."""
    plain = [" ".join(each.split()).rstrip(".!; ")[:LONGEST] for each in words]
    times = Counter(each.casefold() for each in plain if each)
    first: dict[str, str] = {}
    for each in plain:
        first.setdefault(each.casefold(), each)
    for key, number in sorted(times.items(), key=lambda each: -each[1])[:MOST]:
        yield Point(first[key][:1].upper() + first[key][1:], source, number)


def _high(figures: Figures) -> Iterator[Point]:
    for code, least in _HIGH.items():
        value = _value(figures, code)
        if value is not None and value >= least:
            yield Point(text(f"swot.high.{code}", value=_percent(value)), "figures")
    employers = figures.get("employers")
    if employers is not None and employers.numerator:
        yield Point(text("swot.high.employers", value=int(employers.numerator)), "figures")


def _low(figures: Figures) -> Iterator[Point]:
    for code, most in _LOW.items():
        value = _value(figures, code)
        if value is not None and value < most:
            yield Point(text(f"swot.low.{code}", value=_percent(value)), "figures")


def _hopes(material: Material) -> Iterator[Point]:
    for name in ("become_mentor", "go_on"):
        yes, every = getattr(material, name)
        if yes and every >= SMALL:
            yield Point(text(f"swot.hope.{name}", yes=yes, every=every), "satisfaction", yes)


def _worries(material: Material) -> Iterator[Point]:
    for code in _WORRY:
        figure = material.figures.get(code)
        if figure is not None and figure.numerator:
            yield Point(text(f"swot.worry.{code}", value=int(figure.numerator)), "figures")
    yes, every = material.change_mentor
    if yes and every >= SMALL:
        yield Point(text("swot.worry.change_mentor", value=yes), "feedback", yes)


def _value(figures: Figures, code: str) -> float | None:
    """Answers of a few people are no figure."""
    figure = figures.get(code)
    if figure is None or (INDICATORS[code].survey and (figure.denominator or 0) < SMALL):
        return None
    return figure.value(INDICATORS[code].kind)


def _percent(value: float) -> str:
    return f"{round(value):d}"
