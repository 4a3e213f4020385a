"""What is known of the people after a command was carried out; `vekha.domain.people_refusals` has let it pass."""

from collections.abc import Mapping
from dataclasses import replace

from vekha.domain.people import (
    AddEmployer,
    ConsentFact,
    FormPair,
    GiveConsent,
    HoldMeeting,
    Introduce,
    PairFact,
    People,
    PeopleCommand,
    PersonFact,
    Register,
    Role,
    Standing,
    SupportUnpaired,
    WithdrawConsent,
)
from vekha.domain.steps import SetPlan


def after(command: PeopleCommand, people: People, code: str) -> People:
    """`code` is that of the person, pair or employer the command is about, old or new ('' for an event)."""
    match command:
        case AddEmployer():
            return replace(people, employers={**people.employers, code: command.name})
        case FormPair():
            return replace(people, pairs={**people.pairs, code: _pair(command, people, code)})
        case HoldMeeting():
            return _after_meeting(command, people)
        case SetPlan():
            return people
        case WithdrawConsent():
            return withdrawn(command, people, code)
        case _:
            return replace(people, persons={**people.persons, code: _person(command, people, code)})


def _person(command: Introduce | GiveConsent | Register | SupportUnpaired, people: People, code: str) -> PersonFact:
    match command:
        case Introduce():
            return _introduced(command, people, code)
        case GiveConsent():
            person = people.persons[code]
            return replace(person, consents=(*person.consents, _consent(command)))
        case Register():
            person = stands(people.persons[code], command.role, Standing.REGISTERED)
            return replace(person, base=command.base or person.base, employer=command.employer or person.employer)
        case SupportUnpaired():
            return replace(people.persons[code], supported=True)


def withdrawn(command: WithdrawConsent, people: People, code: str) -> People:
    """The people without the consent; what ends because of that, `vekha.domain.stopping` says."""
    person = people.persons[code]
    without = replace(person, consents=tuple(_withdrawn(each, command) for each in person.consents))
    return replace(people, persons={**people.persons, code: without})


def stands(person: PersonFact, role: Role, standing: Standing) -> PersonFact:
    """The person with another standing in one role."""
    return replace(person, standings={**person.standings, role: standing})


def _introduced(command: Introduce, people: People, code: str) -> PersonFact:
    name = " ".join(command.name.split())
    known = people.persons.get(code) or PersonFact(code=code, name=name, birth_date=None, standings={})
    standing = known.standings.get(command.role, Standing.CANDIDATE)
    return replace(stands(known, command.role, standing), birth_date=command.birth_date or known.birth_date)


def _consent(command: GiveConsent) -> ConsentFact:
    return ConsentFact(
        purpose=command.purpose,
        signed=command.signed,
        until=command.until,
        by_guardian=bool(command.guardian),
        categories=frozenset(command.categories),
    )


def _withdrawn(consent: ConsentFact, command: WithdrawConsent) -> ConsentFact:
    if consent.purpose is not command.purpose or consent.withdrawn_on is not None:
        return consent
    return replace(consent, withdrawn_on=command.on)


def _pair(command: FormPair, people: People, code: str) -> PairFact:
    def codes(references: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted({people.find(each)[0].code for each in references}))

    return PairFact(code=code, mentors=codes(command.mentors), mentees=codes(command.mentees))


def _after_meeting(command: HoldMeeting, people: People) -> People:
    if command.absent:
        return people
    if command.pair is None:
        return replace(people, events=_one_more(people.events, command.kind))
    pair = people.pairs[command.pair]
    return replace(
        people,
        pairs={**people.pairs, pair.code: replace(pair, meetings=_one_more(pair.meetings, command.kind))},
    )


def _one_more(counts: Mapping[str, int], kind: str) -> Mapping[str, int]:
    return {**counts, kind: counts.get(kind, 0) + 1}
