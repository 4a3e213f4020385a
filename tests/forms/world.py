"""A small programme for the tests of forms: a minor, two teachers, a pair, an employer; and how commands change it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from vekha.domain.errors import VekhaError
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
)
from vekha.domain.steps import SetPlan
from vekha.forms.base import Form, FormContext
from vekha.forms.validation import parse_answer

STARTS, ENDS = date(2026, 5, 1), date(2027, 6, 30)
TODAY = date(2027, 5, 25)
PUPIL = "Журавлёв Илья Сергеевич"
TEACHER = "Соколова Анна Викторовна"
SECOND = "Белов Павел Андреевич"


def person(code: str, name: str, role: Role, born: date | None = None) -> PersonFact:
    return PersonFact(code=code, name=name, birth_date=born, standings={role: Standing.REGISTERED})


def people(meetings: Mapping[str, int] | None = None) -> People:
    """`meetings` are those that the only pair has held."""
    persons = (
        person("p1", PUPIL, Role.MENTEE, date(2012, 2, 28)),
        person("p2", TEACHER, Role.MENTOR),
        person("p3", SECOND, Role.MENTOR),
    )
    pair = PairFact(code="n1", mentors=("p2",), mentees=("p1",), meetings=meetings or {})
    return People(
        persons={each.code: each for each in persons},
        pairs={"n1": pair},
        employers={"e1": "АО «Речной механический завод»"},
    )


def context(known: People | None = None, today: date = TODAY) -> FormContext:
    return FormContext(today=today, cycle_starts=STARTS, cycle_ends=ENDS, people=known or people())


def problems(form: type[Form], data: Mapping[str, Any], where: FormContext | None = None) -> list[tuple[str, str]]:
    """The codes and places of a refusal; nothing when the answer is accepted."""
    try:
        parse_answer(form, data, where or context())
    except VekhaError as refusal:
        return [(each.code, each.where) for each in refusal.problems]
    return []


def changed(form: type[Form], **fields: Any) -> dict[str, Any]:
    """The form's example with other values; a field set to None is left out."""
    return {name: value for name, value in {**form.example, **fields}.items() if value is not None}


def carry_out(commands: Iterable[PeopleCommand], known: People) -> People:
    """What the services do with accepted commands, in memory."""
    for command in commands:
        known = _carried_out(command, known)
    return known


def _carried_out(command: PeopleCommand, known: People) -> People:
    match command:
        case Introduce():
            code = f"p{len(known.persons) + 1}"
            standings = {command.role: Standing.CANDIDATE}
            new = PersonFact(code=code, name=command.name, birth_date=command.birth_date, standings=standings)
            return replace(known, persons={**known.persons, code: new})
        case GiveConsent():
            fact = ConsentFact(
                purpose=command.purpose,
                signed=command.signed,
                until=command.until,
                by_guardian=command.guardian is not None,
            )
            who = known.persons[command.subject]
            return _with(known, replace(who, consents=(*who.consents, fact)))
        case Register():
            who = known.persons[command.person]
            return _with(known, replace(who, standings={**who.standings, command.role: Standing.REGISTERED}))
        case AddEmployer():
            return replace(known, employers={**known.employers, f"e{len(known.employers) + 1}": command.name})
        case FormPair():
            code = f"n{len(known.pairs) + 1}"
            pair = PairFact(code=code, mentors=command.mentors, mentees=command.mentees)
            return replace(known, pairs={**known.pairs, code: pair})
        case HoldMeeting(pair=None):
            return replace(known, events=_counted(known.events, command.kind))
        case HoldMeeting(pair=str(code)):
            pair = known.pairs[code]
            held = replace(pair, meetings=_counted(pair.meetings, command.kind))
            return replace(known, pairs={**known.pairs, code: held})
        case SetPlan():
            return known  # the dates of a plan are the pair's, not facts about people
    raise AssertionError(command)


def _with(known: People, who: PersonFact) -> People:
    return replace(known, persons={**known.persons, who.code: who})


def _counted(counts: Mapping[str, int], kind: str) -> dict[str, int]:
    return {**counts, kind: counts.get(kind, 0) + 1}
