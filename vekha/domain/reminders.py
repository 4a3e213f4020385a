"""What is to be said of due dates, to whom and on which local day; who decides it knows neither clock nor database.

A policy names *marks*: days left until a due date (negative = after it) on which somebody hears of it. The mark that
counts is the latest one reached, so a day that the machine was off is made up for once and not with a flood. What was
said last of a due date only ever moves forward, and so does the day of the last digest: a repeated round or a clock
that jumps back says nothing twice.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

DAYS = (14, 7, 3, 1, 0, -1, -7)


class Audience(StrEnum):
    """Who hears of a due date: those responsible, and later, when it is late, those who look after them."""

    RESPONSIBLE = "responsible"
    MUNICIPALITY = "municipality"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the local day in which nobody is written to; `starts` equal to `ends` means none."""

    starts: time = time(20)
    ends: time = time(8)

    def covers(self, at: time) -> bool:
        if self.starts <= self.ends:
            return self.starts <= at < self.ends
        return at >= self.starts or at < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`days` are the marks of those responsible; the other two are days of delay (None = nobody is told)."""

    days: tuple[int, ...] = DAYS
    municipality_after: int | None = 7
    region_after: int | None = 14
    quiet: Quiet = Quiet()

    def marks(self, audience: Audience) -> tuple[int, ...]:
        match audience:
            case Audience.RESPONSIBLE:
                return self.days
            case Audience.MUNICIPALITY:
                return () if self.municipality_after is None else (-self.municipality_after,)
            case Audience.REGION:
                return () if self.region_after is None else (-self.region_after,)


@dataclass(frozen=True, slots=True)
class Policies:
    """The installation's policy, and what regions and campaigns have otherwise: a campaign's word counts most."""

    base: Policy = Policy()
    regions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    campaigns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])

    def of(self, region: str, campaign: str | None = None) -> Policy:
        changes = {**self.regions.get(region, {}), **self.campaigns.get(campaign or "", {})}
        return replace(self.base, **changes) if changes else self.base

    @property
    def every(self) -> tuple[Policy, ...]:
        """Each policy that may apply somewhere."""
        return tuple(self.of(region, campaign) for region in ("", *self.regions) for campaign in ("", *self.campaigns))

    @property
    def horizon(self) -> int:
        """How many days ahead somebody may have to be told; 0 when nobody is told before a due date."""
        return max((0, *(day for policy in self.every for day in policy.days)))

    def delay(self, audience: Audience) -> int | None:
        """The shortest delay after which `audience` may have to be told; None when it never is."""
        return min((-mark for policy in self.every for mark in policy.marks(audience)), default=None)


def mark_to_say(left: int, marks: Iterable[int], said: int | None) -> int | None:
    """The mark to say today, `left` days before the due date, when `said` was the last one; None = nothing new."""
    mark = min((each for each in marks if each >= left), default=None)
    return None if mark is None or (said is not None and said <= mark) else mark


def may_speak(quiet: Quiet, local: datetime, last: date | None) -> bool:
    """Whether somebody whose last digest is of the day `last` may get one now, `local` being their own time."""
    return not quiet.covers(local.time()) and (last is None or last < local.date())


def next_hour_to_speak(quiet: Quiet, local: datetime) -> datetime:
    """Now, or when the quiet hours that cover the local moment are over."""
    if not quiet.covers(local.time()):
        return local
    ends = local.replace(hour=quiet.ends.hour, minute=quiet.ends.minute, second=0, microsecond=0)
    return ends if ends > local else ends + timedelta(days=1)


def occurrences(due: date, dues: Sequence[date], today: date) -> tuple[date, ...]:
    """The dates to remind of: the last one, and of those before it the ones not past (only the last can be missed)."""
    return (*(each for each in dues if today <= each < due), due)


# --- the digest -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An activity that its responsible are told of; `left` are the days until `due`, negative when it is past."""

    programme: str
    institution: str  # as a person reads it
    stage: str
    activity: str
    title: str
    due: date
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One programme that is late, for those who look after it: how many activities and by how many days at most."""

    programme: str
    institution: str
    count: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A wish for more time (`state` asked) or its answer (granted, declined). `due` is the date as it stands now."""

    programme: str
    institution: str
    title: str
    state: str
    wanted: date
    due: date
    words: str  # the reason, or what the answer says


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something that happened to people and that the curator has to act on; the words of a `kind` stand in
    `reminder.news`. `path` is where in the console, below the programme."""

    kind: str
    programme: str
    institution: str
    title: str  # whom or what it is about
    words: str
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one person is told on one day; requests are told at once, in a digest of their own.

    `known` counts late activities that they have heard of before.
    """

    late: tuple[Item, ...] = ()
    today: tuple[Item, ...] = ()
    soon: tuple[Item, ...] = ()
    watched: tuple[Watched, ...] = ()
    requests: tuple[Request, ...] = ()
    news: tuple[News, ...] = ()
    known: int = 0

    @property
    def empty(self) -> bool:
        return not (self.late or self.today or self.soon or self.watched or self.requests or self.news)


def digest(own: Iterable[Item], watched: Iterable[Item] = (), known: int = 0, news: Iterable[News] = ()) -> Digest:
    """Everything new of one day in one message: what is late first, and the oldest first in each part."""
    items = sorted(own, key=lambda each: (each.due, each.institution, each.programme, each.stage, each.activity))
    return Digest(
        late=tuple(each for each in items if each.left < 0),
        today=tuple(each for each in items if each.left == 0),
        soon=tuple(each for each in items if each.left > 0),
        watched=_by_programme(watched),
        news=tuple(sorted(news, key=lambda each: (each.kind, each.programme, each.title))),
        known=known,
    )


def _by_programme(items: Iterable[Item]) -> tuple[Watched, ...]:
    """The latest first."""
    counts, days, names = Counter[str](), dict[str, int](), dict[str, str]()
    for each in items:
        counts[each.programme] += 1
        days[each.programme] = max(days.get(each.programme, 0), -each.left)
        names[each.programme] = each.institution
    rows = (Watched(programme=key, institution=names[key], count=counts[key], days=days[key]) for key in counts)
    return tuple(sorted(rows, key=lambda each: (-each.days, each.institution, each.programme)))
