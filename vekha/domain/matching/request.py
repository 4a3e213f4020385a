"""What matching is asked for: who is there, what they need and offer, whom they chose, what the curator has fixed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Model(StrEnum):
    """The seven models of DOMAIN.md §5."""

    ONE_TO_ONE = "one_to_one"
    PEER = "peer"
    GROUP = "group"
    FLASH = "flash"
    SPEED = "speed"
    REVERSE = "reverse"
    SELF_DIRECTED = "self_directed"


class Aspect(StrEnum):
    """What two people are compared in. A strict one keeps them apart when both have told it and nothing is shared."""

    TOPICS = "topics"
    TIMES = "times"
    LANGUAGES = "languages"
    FORMATS = "formats"
    AGE = "age"


SHARED = (Aspect.TOPICS, Aspect.TIMES, Aspect.LANGUAGES, Aspect.FORMATS)  # told as sets, each like the others

Link = tuple[str, str]  # the codes of a mentee and a mentor


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What both sides tell. `first` and `second` are the ranked answers after the introduction meeting: whom one would
    like to work with, and who could help with the goals (of a mentor: whom one could help)."""

    code: str
    name: str
    topics: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    age: int | None = None  # full years
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()

    def told(self, aspect: Aspect) -> frozenset[str]:
        return getattr(self, aspect.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentee(Side):
    guardians: frozenset[str] = frozenset()  # full names
    unit: str = ""  # class or group: «8 «Б»»


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentor(Side):
    """`capacity` counts the mentees a mentor can take in all, `busy` those who are with the mentor already."""

    capacity: int = 1
    busy: int = 0
    ages: tuple[int, int] | None = None  # of the mentees wanted, both included
    leads: frozenset[str] = frozenset()  # the classes of a class teacher

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.busy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the model and the type of institution ask for."""

    model: Model = Model.ONE_TO_ONE
    strict: frozenset[Aspect] = frozenset({Aspect.TOPICS, Aspect.LANGUAGES})
    mentor_from: int = 0  # the age at which one can be a mentor here
    tutor_excluded: bool = False  # one's own class teacher is no mentor of one's own

    @property
    def binding(self) -> frozenset[Aspect]:
        """A flash meeting is about one topic on one day; who chooses for oneself needs no aspect at all."""
        if self.model is Model.FLASH:
            return self.strict | {Aspect.TOPICS, Aspect.TIMES}
        return frozenset() if self.model is Model.SELF_DIRECTED else self.strict


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`apart` are pairs that were broken off before: they are not proposed again."""

    mentees: tuple[Mentee, ...]
    mentors: tuple[Mentor, ...]
    rules: Rules = field(default_factory=Rules)
    pins: frozenset[Link] = frozenset()
    forbids: frozenset[Link] = frozenset()
    apart: frozenset[Link] = frozenset()

    def without(self, codes: Iterable[str]) -> "Request":
        """The request without these people, in the order of codes."""
        gone = frozenset(codes)
        mentees = sorted((each for each in self.mentees if each.code not in gone), key=_order)
        mentors = sorted((each for each in self.mentors if each.code not in gone), key=_order)
        pins = frozenset(each for each in self.pins if gone.isdisjoint(each))
        return replace(self, mentees=tuple(mentees), mentors=tuple(mentors), pins=pins)


def _order(side: Side) -> tuple[int, str]:
    return len(side.code), side.code  # p2 before p10
