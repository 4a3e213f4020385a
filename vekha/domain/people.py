"""People of a programme: who is known, who consented, who is registered, who is paired, and what stands in the way.

The rule above all (152-ФЗ of 27.07.2006, art. 9; DOMAIN.md §2.2, row 2.2 «consent first, then data»): nobody enters a
register and no pair is formed without a consent to processing that is in force; for a minor it is the guardian's.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from vekha.domain.errors import Problem, problem
from vekha.domain.guardians import signs_for_oneself
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
        minor = self.is_minor(on)
        return any(
            each.purpose is purpose and each.in_force(on) and (each.by_guardian or not minor) for each in self.consents
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


# --- what stands in the way ------------------------------------------------------------------------------------------


def consent_problem(person: PersonFact, on: date, where: str = "") -> Problem | None:
    """Why this person may not be entered or paired on that day; None when a consent is in force."""
    if person.consented(Purpose.PROCESSING, on):
        return None
    code = "people.guardian_consent_missing" if person.is_minor(on) else "people.consent_missing"
    return problem(code, where, person=person.name)


def refusals(command: PeopleCommand, people: People, today: date) -> tuple[Problem, ...]:
    """Every reason why `command` cannot be carried out now; an empty tuple when it can."""
    found: Iterable[Problem] = ()
    match command:
        case Introduce():
            found = _introduce(command, today)
        case GiveConsent():
            found = _give_consent(command, people, today)
        case WithdrawConsent():
            found = _withdraw_consent(command, people, today)
        case SupportUnpaired():
            found = _support(command, people)
        case Register():
            found = _register(command, people, today)
        case FormPair():
            found = _form_pair(command, people, today)
        case HoldMeeting():
            found = _hold_meeting(command, people, today)
        case SetPlan():
            found = _known_pair(command.pair, people)
        case AddEmployer():
            pass
    return tuple(found)


def _known(reference: str, people: People, where: str = "") -> Iterable[Problem]:
    found = people.find(reference)
    if not found:
        yield problem("people.unknown_person", where, person=reference)
    elif len(found) > 1:
        yield problem("people.namesakes", where, person=reference, codes=", ".join(each.code for each in found))


def _introduce(command: Introduce, today: date) -> Iterable[Problem]:
    if len(command.name.split()) < 2:  # a surname and a first name at least
        yield problem("people.name_incomplete", person=command.name)
    if command.birth_date is not None and command.birth_date >= today:
        yield problem("people.birth_date_ahead", person=command.name, date=f"{command.birth_date:%d.%m.%Y}")


def _give_consent(command: GiveConsent, people: People, today: date) -> Iterable[Problem]:
    yield from _known(command.subject, people)
    if command.until < command.signed:
        yield problem("people.consent_reversed", signed=f"{command.signed:%d.%m.%Y}", until=f"{command.until:%d.%m.%Y}")
    if command.signed > today:
        yield problem("people.consent_ahead", signed=f"{command.signed:%d.%m.%Y}")
    for person in people.find(command.subject):
        if person.is_minor(command.signed) and not command.guardian:
            yield problem("people.minor_signs", person=person.name)
        if command.guardian and not person.is_minor(command.signed):
            yield problem("people.guardian_of_adult", person=person.name)
        elif command.guardian:
            yield from _guardian(command.guardian, command, person, people)
        yield from _taken_back(command, person)


def _guardian(guardian: str, command: GiveConsent, child: PersonFact, people: People) -> Iterable[Problem]:
    """Whoever signs for a minor is somebody else, and of age."""
    if len(guardian.split()) < 2:
        yield problem("people.name_incomplete", person=guardian)
    if signs_for_oneself(child.name, guardian, command.relation):
        yield problem("people.own_guardian", person=child.name)
        return
    others = [each for each in people.find(guardian) if each.code != child.code]
    if others and all(each.is_minor(command.signed) for each in others):
        yield problem("people.guardian_minor", guardian=guardian, person=child.name)


def _taken_back(command: GiveConsent, person: PersonFact) -> Iterable[Problem]:
    """A paper signed before the withdrawal was taken back with the rest: it does not come into force anew."""
    ends = [each.withdrawn_on for each in person.consents if each.purpose is command.purpose and each.withdrawn_on]
    if ends and command.signed < max(ends):
        yield problem("people.consent_taken_back", person=person.name, date=f"{max(ends):%d.%m.%Y}")


def _withdraw_consent(command: WithdrawConsent, people: People, today: date) -> Iterable[Problem]:
    yield from _known(command.subject, people)
    if command.on > today:
        yield problem("people.withdrawn_ahead", date=f"{command.on:%d.%m.%Y}")
    for person in people.find(command.subject):
        if not any(each.purpose is command.purpose and each.withdrawn_on is None for each in person.consents):
            yield problem("people.nothing_to_withdraw", person=person.name)


def _support(command: SupportUnpaired, people: People) -> Iterable[Problem]:
    yield from _known(command.mentee, people)
    for person in people.find(command.mentee):
        if Role.MENTEE not in person.standings:
            yield problem("people.not_registered_mentee", person=person.name)


def _register(command: Register, people: People, today: date) -> Iterable[Problem]:
    if missing := tuple(_known(command.person, people)):
        yield from missing
        return
    (person,) = people.find(command.person)
    if command.on > today:
        yield problem("people.registered_ahead", person=person.name, date=f"{command.on:%d.%m.%Y}")
    if lacking := consent_problem(person, min(command.on, today)):
        yield lacking
    if command.employer is not None and command.employer not in people.employers:
        yield problem("people.unknown_employer", employer=command.employer)


def _form_pair(command: FormPair, people: People, today: date) -> Iterable[Problem]:
    if command.ends < command.starts:
        yield problem("people.pair_reversed", starts=f"{command.starts:%d.%m.%Y}", ends=f"{command.ends:%d.%m.%Y}")
    if not command.mentors or not command.mentees:
        yield problem("people.pair_incomplete")
    for role, references in ((Role.MENTOR, command.mentors), (Role.MENTEE, command.mentees)):
        for reference in references:
            if missing := tuple(_known(reference, people)):
                yield from missing
                continue
            (person,) = people.find(reference)
            if person.standings.get(role) is not Standing.REGISTERED:
                yield problem(f"people.not_registered_{role.value}", person=person.name)
            if lacking := consent_problem(person, today):
                yield lacking
    mentors, mentees = (
        {person.code: person.name for reference in side for person in people.find(reference)}
        for side in (command.mentors, command.mentees)
    )
    for code in sorted(mentors.keys() & mentees.keys()):
        yield problem("people.own_mentor", person=mentors[code])
    if command.employer is not None and command.employer not in people.employers:
        yield problem("people.unknown_employer", employer=command.employer)


def _hold_meeting(command: HoldMeeting, people: People, today: date) -> Iterable[Problem]:
    if command.on > today:
        yield problem("people.meeting_ahead", date=f"{command.on:%d.%m.%Y}")
    if command.pair is not None:
        yield from _known_pair(command.pair, people)


def _known_pair(pair: str, people: People) -> Iterable[Problem]:
    if pair not in people.pairs:
        yield problem("people.unknown_pair", pair=pair)
