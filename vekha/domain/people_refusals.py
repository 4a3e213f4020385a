"""What stands in the way of a command about people: every reason at once (`vekha.domain.people` says the rule)."""

from collections.abc import Iterable
from datetime import date

from vekha.domain.errors import Problem, problem
from vekha.domain.guardians import signs_for_oneself
from vekha.domain.people import (
    AddEmployer,
    FormPair,
    GiveConsent,
    HoldMeeting,
    Introduce,
    People,
    PeopleCommand,
    PersonFact,
    Register,
    Role,
    Standing,
    SupportUnpaired,
    WithdrawConsent,
    consent_problem,
)
from vekha.domain.steps import SetPlan


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
    # On both days: an entry dated back brings nobody back whose consent is gone since.
    yield from dict.fromkeys(filter(None, (consent_problem(person, on) for on in (min(command.on, today), today))))
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
