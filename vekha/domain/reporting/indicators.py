"""The indicators: what each counts, what it is divided by, where its numbers come from.

The words (title, definition, numerator, denominator, source) stand in `texts/ru/indicators.toml`, a table for each,
and go wherever the number goes: a number without its definition is a rumour.
"""

from dataclasses import dataclass
from enum import StrEnum

from vekha.texts import section


class Kind(StrEnum):
    COUNT = "count"  # a number of people, pairs, meetings
    SHARE = "share"  # per cent: numerator of denominator
    MEAN = "mean"  # numerator divided by denominator


class Axis(StrEnum):
    """DOMAIN.md §6: how the process goes and what it changes in people are two questions; who is reached is a third."""

    REACH = "reach"
    PROCESS = "process"
    EFFECT = "effect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """`survey` marks what comes from answers of people: a few of them are not shown (`totals.hidden`);
    `signed`, that those answers have a name and a day: an anonymous survey is told of once, whole.

    `given` names the number that only the institution knows and that divides it. `better` is 1 when more is better, -1
    when less is.
    """

    code: str
    axis: Axis
    kind: Kind = Kind.COUNT
    survey: bool = False
    signed: bool = False
    given: str = ""
    better: int = 1

    @property
    def words(self) -> dict[str, str]:
        """title, definition, numerator, denominator, source."""
        return section("indicators.of")[self.code]

    @property
    def title(self) -> str:
        return self.words["title"]


GIVEN = ("children", "youth")  # numbers of its own that an institution tells when it confirms

_ALL = (
    Indicator(code="mentees", axis=Axis.REACH),
    Indicator(code="mentees_period", axis=Axis.REACH),
    Indicator(code="children_share", axis=Axis.REACH, kind=Kind.SHARE, given="children"),
    Indicator(code="mentors", axis=Axis.REACH),
    Indicator(code="mentors_period", axis=Axis.REACH),
    Indicator(code="youth_share", axis=Axis.REACH, kind=Kind.SHARE, given="youth"),
    Indicator(code="both_roles", axis=Axis.REACH),
    Indicator(code="employers", axis=Axis.REACH),
    Indicator(code="pairs", axis=Axis.PROCESS),
    Indicator(code="pairs_started", axis=Axis.PROCESS),
    Indicator(code="pairs_finished", axis=Axis.PROCESS),
    Indicator(code="completion", axis=Axis.PROCESS, kind=Kind.SHARE),
    Indicator(code="unpaired", axis=Axis.PROCESS, better=-1),
    Indicator(code="meetings", axis=Axis.PROCESS),
    Indicator(code="meetings_per_pair", axis=Axis.PROCESS, kind=Kind.MEAN),
    Indicator(code="trainings", axis=Axis.PROCESS),
    Indicator(code="tasks_done", axis=Axis.PROCESS, kind=Kind.SHARE),
    Indicator(code="tasks_in_time", axis=Axis.PROCESS, kind=Kind.SHARE),
    Indicator(code="tasks_late", axis=Axis.PROCESS, better=-1),
    Indicator(code="survey_response", axis=Axis.PROCESS, kind=Kind.SHARE),
    Indicator(code="satisfied_mentees", axis=Axis.EFFECT, kind=Kind.SHARE, survey=True, signed=True),
    Indicator(code="satisfied_mentors", axis=Axis.EFFECT, kind=Kind.SHARE, survey=True, signed=True),
    Indicator(code="recommended", axis=Axis.EFFECT, kind=Kind.SHARE, survey=True),
    Indicator(code="improved", axis=Axis.EFFECT, kind=Kind.SHARE, survey=True, signed=True),
    Indicator(code="growth", axis=Axis.EFFECT, kind=Kind.MEAN, survey=True, signed=True),
)

INDICATORS = {each.code: each for each in _ALL}


@dataclass(frozen=True, slots=True)
class Figure:
    """A counted indicator. A count has no denominator; a share or mean without one has nothing to say."""

    numerator: float
    denominator: float | None = None

    def value(self, kind: Kind) -> float | None:
        """The number as people read it: a count, per cent, a mean; None where there is nothing to divide by."""
        if kind is Kind.COUNT:
            return self.numerator
        if not self.denominator:
            return None
        return self.numerator / self.denominator * (100 if kind is Kind.SHARE else 1)


Figures = dict[str, Figure]
