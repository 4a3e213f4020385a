"""What matching wants to know of a person, and how a type of institution reads it out of the answers given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from vekha.domain.matching.request import Aspect
from vekha.domain.people import PersonFact, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All that is known of one person in one role: `details` of the register, `latest` answer of each form by code."""

    person: PersonFact
    role: Role
    today: date
    position: str = ""
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])
    latest: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a person needs (as a mentee) or offers (as a mentor), in words that both sides share.

    An empty set means «not told», and then nothing is kept apart by it. `first` and `second` are codes, ranked. Of a
    mentor: `places` is how many mentees they would take (None: as many as the model usually has), `ages` of whom, and
    `leads` their own classes; of a mentee `unit` is the class.
    """

    topics: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    places: int | None = None
    ages: tuple[int, int] | None = None
    unit: str = ""
    leads: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """How a type matches people. `profile` reads the answers to `forms` and the register; `mentor_from` is the age
    from which one can be a mentor; `tutor_excluded` keeps a class teacher from mentoring the own class."""

    profile: Callable[[Answers], Profile]
    forms: tuple[str, ...] = ("needs_survey", "offer_form", "mutual_choice")
    mentor_from: int = 14
    tutor_excluded: bool = False
    strict: frozenset[Aspect] = frozenset({Aspect.TOPICS, Aspect.LANGUAGES})
