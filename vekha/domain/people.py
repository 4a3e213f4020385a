"""People of a programme: who is known, who consented, who is registered, who is paired, and what stands in the way.

The rule above all (152-ФЗ of 27.07.2006, art. 9; DOMAIN.md §2.2, row 2.2 «consent first, then data»): nobody enters a
register and no pair is formed without a consent to processing that is in force; for a minor it is the guardian's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from vekha.domain.errors import Problem, problem
from vekha.domain.steps import SetPlan

ADULT = 18  # full years: ГК РФ art. 21

Gender = Literal["m", "f"]


FINAL = "final"  # the kind of meeting that ends a pair's work


class Role(StrEnum):
    MENTOR = "mentor"
    MENTEE = "mentee"


class Standing(StrEnum):
    CANDIDATE = "candidate"  # known, not in the register yet
    REGISTERED = "registered"
    WITHDRAWN = "withdrawn"


class Purpose(StrEnum):
    """Processing and publication are consented to apart, each in its own paper (152-ФЗ, art. 9 and 10.1)."""

    PROCESSING = "processing"
    PUBLICATION = "publication"


# --- what a submitted form, or a curator, asks for ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduce:
    """Somebody is known from now on as a candidate for a role. The same person twice is one person.

    `name` is «Фамилия Имя Отчество» in the nominative; two people of one name are told apart by the birth date.
    """

    name: str
    role: Role
    gender: Gender | None = None
    birth_date: date | None = None
    position: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveConsent:
    """A consent of `subject` (code or full name). `guardian` is the full name of the one who signs for a minor."""

    subject: str
    purpose: Purpose
    signed: date
    until: date
    guardian: str | None = None
    relation: str | None = None
    authority: str | None = None
    guardian_contact: str | None = None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent:
    subject: str
    purpose: Purpose
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The person enters the register («учётная база наставляемых», «реестр наставников»)."""

    person: str
    role: Role
    on: date
    base: str | None = None  # of a mentor in a college: «А» alumni, «Б» enterprises, «В» active teachers
    employer: str | None = None
    details: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEmployer:
    name: str
    inn: str | None = None
    address: str | None = None
    contact: str | None = None
    details: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPair:
    """A pair (1:1) or a group (1:n, n:n) begins."""

    mentors: tuple[str, ...]
    mentees: tuple[str, ...]
    format: str
    starts: date
    ends: date
    goal: str | None = None
    employer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldMeeting:
    """A dated contact: of a pair, or (without one) a training, seminar or other event of the programme.

    `present` are the codes of those who came, None where nobody kept that; `planned` the serial of the meeting in the
    pair's calendar, else the nearest one of its kind is meant.
    """

    kind: str
    on: date
    pair: str | None = None
    topic: str | None = None
    minutes: int | None = None
    absent: bool = False
    present: tuple[str, ...] | None = None
    planned: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportUnpaired:
    """A mentee who has no mentor yet gets psychological support while the search goes on (DOMAIN.md row 5.3)."""

    mentee: str
    on: date
    note: str


PeopleCommand = (
    Introduce
    | GiveConsent
    | WithdrawConsent
    | Register
    | AddEmployer
    | FormPair
    | HoldMeeting
    | SetPlan
    | SupportUnpaired
)


# --- what is known ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentFact:
    purpose: Purpose
    signed: date
    until: date
    by_guardian: bool
    withdrawn_on: date | None = None
    categories: frozenset[str] = frozenset()  # of a publication: the name, the picture, the story

    def in_force(self, on: date) -> bool:
        return self.signed <= on <= self.until and (self.withdrawn_on is None or on < self.withdrawn_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFact:
    code: str
    name: str
    birth_date: date | None
    standings: Mapping[Role, Standing]
    consents: tuple[ConsentFact, ...] = ()
    base: str | None = None  # of a mentor in a college: «А», «Б», «В»
    employer: str | None = None  # the code of the enterprise that sends the mentor
    supported: bool = False  # has had psychological support while without a mentor

    def is_minor(self, on: date) -> bool:
        """Under eighteen on that day; somebody without a birth date counts as an adult."""
        born = self.birth_date
        return born is not None and on.year - born.year - ((on.month, on.day) < (born.month, born.day)) < ADULT

    def consented(self, purpose: Purpose, on: date) -> bool:
        """A consent in force on that day, signed by the guardian when the person is a minor then."""
        return any(self._valid(purpose, on))

    def published(self, on: date) -> frozenset[str]:
        """What may be made public on that day: the categories of every such consent."""
        return frozenset[str]().union(*(each.categories for each in self._valid(Purpose.PUBLICATION, on)))

    def _valid(self, purpose: Purpose, on: date) -> Iterator[ConsentFact]:
        minor = self.is_minor(on)
        return (
            each
            for each in self.consents
            if each.purpose is purpose and each.in_force(on) and (each.by_guardian or not minor)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFact:
    code: str
    mentors: tuple[str, ...]
    mentees: tuple[str, ...]
    active: bool = True
    ending: str | None = None  # how it ended, where somebody said so (vekha.domain.pairs)
    meetings: Mapping[str, int] = field(default_factory=dict[str, int])  # kind → held, not counting absences

    @property
    def completed(self) -> bool:
        """The pair came to its end; one that was ended without a final meeting has been broken off."""
        return self.ending == "finished" or FINAL in self.meetings

    @property
    def void(self) -> bool:
        """Made by a replacement that was undone: it never was at work and is not counted."""
        return self.ending == "cancelled"

    @property
    def meetings_total(self) -> int:
        return sum(self.meetings.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody of one programme, by code, and everything they do together."""

    persons: Mapping[str, PersonFact] = field(default_factory=dict[str, PersonFact])
    pairs: Mapping[str, PairFact] = field(default_factory=dict[str, PairFact])
    employers: Mapping[str, str] = field(default_factory=dict[str, str])  # code → name
    events: Mapping[str, int] = field(default_factory=dict[str, int])  # kind of a meeting without a pair → held

    def find(self, reference: str) -> tuple[PersonFact, ...]:
        """By code, else everybody of that full name (none, one, or namesakes)."""
        if reference in self.persons:
            return (self.persons[reference],)
        wanted = " ".join(reference.split()).casefold()
        return tuple(each for each in self.persons.values() if each.name.casefold() == wanted)

    def in_role(self, role: Role, *standings: Standing) -> Iterator[PersonFact]:
        return (each for each in self.persons.values() if each.standings.get(role) in standings)

    def registered(self, role: Role) -> tuple[PersonFact, ...]:
        return tuple(self.in_role(role, Standing.REGISTERED))

    def candidates(self, role: Role) -> tuple[PersonFact, ...]:
        return tuple(self.in_role(role, Standing.CANDIDATE))

    @property
    def active_pairs(self) -> tuple[PairFact, ...]:
        return tuple(each for each in self.pairs.values() if each.active)

    def unpaired(self) -> tuple[PersonFact, ...]:
        """Registered mentees without a mentor: in no pair at work and in none that came to its end."""
        paired = {mentee for pair in self.pairs.values() if pair.active or pair.completed for mentee in pair.mentees}
        return tuple(each for each in self.registered(Role.MENTEE) if each.code not in paired)


def consent_problem(person: PersonFact, on: date, where: str = "") -> Problem | None:
    """Why this person may not be entered or paired on that day; None when a consent is in force."""
    if person.consented(Purpose.PROCESSING, on):
        return None
    code = "people.guardian_consent_missing" if person.is_minor(on) else "people.consent_missing"
    return problem(code, where, person=person.name)
