"""The individual plan of a pair as a form tells it: steps, each with its own date."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a pair's plan, due on its own date."""

    task: str
    due: date
    expected: str | None = None
    actual: str | None = None
    mark: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPlan:
    """The pair's individual plan as it is from now on; what it no longer names is dropped."""

    pair: str
    steps: tuple[Step, ...]
