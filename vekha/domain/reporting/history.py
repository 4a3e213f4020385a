"""What happened at an institution with its dates: enough to say how things stood on any day, whatever they are now.

Nothing here says «is»: somebody was in a register from a day to a day, an activity was done on a day and reopened on
another, a due date was another one before it was moved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from vekha.domain.people import Role

SETTLED = frozenset({"done", "waived"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A programme from its start to its end: when it was finished or cancelled, None while it goes on. `planned_end` is
    the end of its cycle."""

    key: str
    starts: date
    planned_end: date
    ended: date | None = None

    def runs(self, on: date) -> bool:
        return self.starts <= on and (self.ended is None or on < self.ended)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Somebody in a role of one programme, in its register from `since`; `left` is the first day without."""

    person: str
    role: Role
    programme: str
    since: date
    left: date | None = None
    employer: str | None = None

    def covers(self, on: date) -> bool:
        return self.since <= on and (self.left is None or on < self.left)

    def meets(self, since: date, on: date) -> bool:
        """At least one day of it lies between the two days."""
        return self.since <= on and (self.left is None or self.left > since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """A pair or group; `finished` is the day it came to its end, `ended` the day it was ended.

    One that was `replaced` goes on as another pair: it was neither finished nor broken off.
    """

    programme: str
    code: str
    mentors: tuple[str, ...]
    mentees: tuple[str, ...]
    starts: date
    ended: date | None = None
    finished: date | None = None
    replaced: bool = False

    @property
    def broken(self) -> date | None:
        """The day it was broken off."""
        return None if self.replaced or self.finished is not None else self.ended

    @property
    def over(self) -> date | None:
        """The day from which the pair does not work any more."""
        return min((each for each in (self.ended, self.finished) if each is not None), default=None)

    def works(self, on: date) -> bool:
        return self.starts <= on and (self.over is None or on < self.over)

    def worked(self, since: date, on: date) -> bool:
        return self.starts <= on and (self.over is None or self.over >= since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A meeting that was held: of a pair, or (without one) an event of the programme."""

    programme: str
    kind: str
    on: date
    pair: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A required activity. `states` are its changes by day; `moved` are the dates it had before: (day moved, old)."""

    programme: str
    due: date
    states: tuple[tuple[date, str], ...] = ()
    moved: tuple[tuple[date, date], ...] = ()

    def due_on(self, on: date) -> date:
        """The due date as it stood in the evening of that day."""
        return next((old for day, old in self.moved if day > on), self.due)

    def settled(self, on: date) -> tuple[str, date] | None:
        """How and when it was settled, seen in the evening of that day; None while it was open then."""
        known = [each for each in self.states if each[0] <= on]
        return (known[-1][1], known[-1][0]) if known and known[-1][1] in SETTLED else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """The mean of the scales of one answered questionnaire, out of ten. `moment` is «satisfaction», «before» or
    «after»; what was said before is compared with what was said after in the same form."""

    form: str = ""
    person: str
    programme: str
    moment: str
    on: date
    mark: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A survey that is over: how many were asked and have answered; of the anonymous opinion of the programme, how many
    would recommend it. `told` is how many answers stand behind that, none where they are too few to be told of."""

    programme: str
    over: date
    asked: int
    answered: int
    recommended: int = 0
    told: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything of one institution that indicators are counted from. `births` know everybody who ever took part."""

    births: Mapping[str, date | None] = field(default_factory=dict[str, date | None])
    courses: tuple[Course, ...] = ()
    stays: tuple[Stay, ...] = ()
    pairings: tuple[Pairing, ...] = ()
    contacts: tuple[Contact, ...] = ()
    tasks: tuple[Task, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    polls: tuple[Poll, ...] = ()
