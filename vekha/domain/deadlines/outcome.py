"""What the caller gives and gets: the cycle, the answer, and its shape in JSON."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from vekha.domain.errors import VekhaError, problem


@dataclass(frozen=True, slots=True)
class Cycle:
    """The period of one programme, both days included. Raises VekhaError (deadline.cycle_reversed)."""

    starts: date
    ends: date

    def __post_init__(self) -> None:
        if self.ends < self.starts:
            raise VekhaError(problem("deadline.cycle_reversed", starts=self.starts, ends=self.ends))


class Kind(StrEnum):
    """What sort of deadline a phrase is."""

    WINDOW = "window"
    RECURRING = "recurring"
    RELATIVE = "relative"
    AS_NEEDED = "as_needed"
    REFERENCE = "reference"
    ERROR = "error"


class Warned(StrEnum):
    """What a person should look at, although the phrase has its dates."""

    OUTSIDE_CYCLE = "outside_cycle"
    PARTLY_OUTSIDE_CYCLE = "partly_outside_cycle"
    LIST_OUT_OF_ORDER = "list_out_of_order"
    SEE_REFERENCE = "see_reference"
    APPROXIMATE = "approximate"
    TIME_IGNORED = "time_ignored"


@dataclass(frozen=True, slots=True)
class Resolution:
    """A phrase resolved in a cycle.

    window: `opens` and `due`, inclusive. recurring: `dues`, ascending, inside the cycle. relative: `offset` units
    (negative = before) from `event`, None when the phrase does not name it. error: `reason`.
    """

    kind: Kind
    opens: date | None = None
    due: date | None = None
    dues: tuple[date, ...] = ()
    offset: int | None = None
    unit: str | None = None
    event: str | None = None
    reason: str | None = None
    warnings: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The shape of `vekha deadline --json`."""
        return {
            "kind": self.kind.value,
            "opens": self.opens.isoformat() if self.opens else None,
            "due": self.due.isoformat() if self.due else None,
            "dues": [each.isoformat() for each in self.dues],
            "offset": self.offset,
            "unit": self.unit,
            "event": self.event,
            "reason": self.reason,
            "warnings": list(self.warnings),
        }
