"""What a deadline phrase says, before any cycle turns it into dates.

`Day.END` stands for the last day of a month, a negative day is counted from its end (-7 begins the last seven days).
A year is an `int`, `CycleYear` («Х+1 года», «следующего года»), `SchoolYear` («2026/2027 учебного года»),
`CalendarYear` or None when the phrase names none.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum

ALL_MONTHS = tuple(range(1, 13))
QUARTER_ENDS = (3, 6, 9, 12)
QUARTER_STARTS = (1, 4, 7, 10)
HALF_YEAR_ENDS = (6, 12)
WORKING = 7  # in the place of a weekday: any working day of the Russian calendar


class Day(IntEnum):
    """The day that only a calendar can number."""

    END = 0


class Unit(StrEnum):
    """What a relative deadline counts in."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"


class Reason(StrEnum):
    """Why a phrase has no deadline."""

    BLANK = "blank"
    END_BEFORE_START = "end_before_start"
    NOT_A_DEADLINE = "not_a_deadline"
    AMBIGUOUS = "ambiguous"
    IMPOSSIBLE_DATE = "impossible_date"
    NOT_UNDERSTOOD = "not_understood"


class UnclearError(Exception):
    """The phrase cannot be dated; `reason` says why. Never leaves this package."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CycleYear:
    """The calendar year in which the cycle starts, plus some years."""

    plus: int = 0


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """The school year that starts in `starts`; None: the first that begins in the cycle, plus some years."""

    starts: int | CycleYear | None = None
    plus: int = 0


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """«календарный год» without a number: the only whole one in the cycle."""


Year = int | CycleYear | SchoolYear | CalendarYear | None


@dataclass(frozen=True, slots=True)
class NthDay:
    """The `nth` weekday, or working day, of a month; nth = -1 is the last."""

    nth: int
    weekday: int


@dataclass(frozen=True, slots=True)
class Span:
    """Days `first`..`last`: `first` in `month`, `last` in the month `months - 1` later.

    `sharp`: the phrase names its end («1 октября», «конец мая»), so that «до» it has one meaning; «до октября» has two.
    `opening`: the phrase names its start («начало октября»).
    `only`: of the month only that day («второй четверг октября»).
    `working`: without the days off at its ends («последняя рабочая неделя мая»).
    """

    month: int
    first: int = 1
    last: int = Day.END
    months: int = 1
    year: Year = None
    sharp: bool = False
    opening: bool = False
    only: NthDay | None = None
    working: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """From the first day of `start` to the last day of `end`."""

    start: Span
    end: Span


class Edge(Enum):
    """Which day of a span «до», «к» and «не позднее» mean."""

    BEFORE = "before"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Until:
    """From the start of the cycle to the last day of `end`, to its first day, or to the day before that."""

    end: Span
    edge: Edge = Edge.LAST


@dataclass(frozen=True, slots=True)
class Since:
    """From the first day of `start` (or from the day after its last one) to the end of the cycle."""

    start: Span
    after: bool = False


@dataclass(frozen=True, slots=True)
class WholeCycle:
    """«в течение года», «весь период»."""


Window = Span | Range | Until | Since | WholeCycle


@dataclass(frozen=True, slots=True)
class Each:
    """A list: the last day of each window is due."""

    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Monthly:
    """These days of every month in `months`, or of each `step`-th month of the cycle."""

    days: tuple[int, ...] = (Day.END,)
    months: tuple[int, ...] = ALL_MONTHS
    step: int = 1


@dataclass(frozen=True, slots=True)
class Weekly:
    """These days of each `step`-th week, Monday = 0."""

    weekdays: tuple[int, ...] = (6,)
    step: int = 1


@dataclass(frozen=True, slots=True)
class MonthlyWeekday:
    """«первый понедельник месяца»: that day of the months which have it."""

    day: NthDay
    months: tuple[int, ...] = ALL_MONTHS


@dataclass(frozen=True, slots=True)
class Yearly:
    """The last day of each window, in every year."""

    windows: tuple[Window, ...]


Pattern = Monthly | Weekly | MonthlyWeekday | Yearly


@dataclass(frozen=True, slots=True)
class Recurring:
    """A pattern, kept inside the window when there is one («ежемесячно с сентября по май»)."""

    pattern: Pattern
    within: Window | None = None


@dataclass(frozen=True, slots=True)
class Relative:
    """`offset` units from an event, negative before it; `event` None when the phrase does not name it."""

    offset: int
    unit: Unit
    event: str | None = None


@dataclass(frozen=True, slots=True)
class AsNeeded:
    """«по мере необходимости», «постоянно»: nothing is ever due."""


@dataclass(frozen=True, slots=True)
class Reference:
    """«по графику», «согласно плану»: the dates stand in another document."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A dated rule that also sends the reader to another document («октябрь, по графику»)."""

    rule: Window | Each | Recurring


Rule = Window | Each | Recurring | Relative | AsNeeded | Reference | Noted
