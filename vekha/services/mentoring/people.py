"""Carrying out what forms and curators ask for about people: introductions, consents, registers, pairs, meetings.

Every command is judged by `vekha.domain.people_refusals` on the people as they are at that point of the transaction.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlmodel import col, func, select

from vekha.domain.ages import unfit
from vekha.domain.errors import VekhaError, problem, refuse
from vekha.domain.people import (
    AddEmployer,
    FormPair,
    GiveConsent,
    HoldMeeting,
    Introduce,
    People,
    PeopleCommand,
    Purpose,
    Register,
    Role,
    Standing,
    SupportUnpaired,
    WithdrawConsent,
)
from vekha.domain.people_after import after, stands, withdrawn
from vekha.domain.people_refusals import refusals
from vekha.domain.steps import SetPlan
from vekha.services.mentoring import meeting_records, pair_plans, stopping
from vekha.services.process import queries as q
from vekha.services.process.facts import fact_of
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Acquaintance, Work, lock_institution
from vekha.storage.tables import (
    Consent,
    Employer,
    Guardian,
    Pair,
    PairMember,
    Participation,
    Person,
)


def carry_out(work: Work, key: str, commands: Iterable[PeopleCommand]) -> None:
    """Carries out commands of a curator outside a form, all or none of them."""
    loaded = load(work, key)
    for command in commands:
        carry_out_one(work, loaded, command)


def carry_out_one(work: Work, loaded: Loaded, command: PeopleCommand) -> str:
    """One command on a loaded programme; `loaded.now.people` is fresh afterwards. Returns the code of whoever or
    whatever it is about."""
    people = loaded.now.people
    today = loaded.now.today
    refuse([*refusals(command, people, today), *unfit(command, people, today, loaded.type.youngest)])
    code = _WRITERS[type(command)](work, loaded, command)
    loaded.now = replace(loaded.now, people=after(command, loaded.now.people, code))
    return code


def withdraw_candidate(work: Work, key: str, person: str, role: Role, reason: str) -> None:
    """A candidate is turned down, or somebody registered leaves; the reason stays."""
    loaded = load(work, key)
    if not reason.strip():
        raise VekhaError(problem("stage.reason_needed", person))
    row = work.session.get(Participation, (key, code_of(loaded.now.people, person), role))
    if row is None:
        raise VekhaError(problem("people.unknown_person", person=person))
    old, row.standing, row.reason = row.standing, Standing.WITHDRAWN, reason
    work.session.add(row)
    work.audit(f"person:{row.person}", programme=key, old=old, new=Standing.WITHDRAWN, why=reason)
    known = loaded.now.people
    left = stands(known.persons[row.person], role, Standing.WITHDRAWN)
    loaded.now = replace(loaded.now, people=replace(known, persons={**known.persons, row.person: left}))


def code_of(people: People, reference: str) -> str:
    """The code of the one person meant; raises VekhaError for none or several."""
    found = people.find(reference)
    if len(found) != 1:
        code = "people.namesakes" if found else "people.unknown_person"
        raise VekhaError(problem(code, person=reference, codes=", ".join(each.code for each in found)))
    return found[0].code


def _next_code(letter: str, taken: int) -> str:
    return f"{letter}{taken + 1}"


# --- one writer for each command --------------------------------------------------------------------------------------


def _introduce(work: Work, loaded: Loaded, command: Introduce) -> str:
    institution = loaded.programme.institution
    lock_institution(work, institution)
    name = " ".join(command.name.split())
    acquainted = _acquainted(work, institution)
    code = _same_person(acquainted, name, command.birth_date)
    if code is None:
        code = _next_code("p", len(acquainted))
        given = {each: getattr(command, each) for each in ("gender", "birth_date", "position", "contact")}
        work.insert(Person, {"institution": institution, "code": code, "name": name, **given})
    else:
        _add_to_person(work, loaded, code, command)
    known_name, born, _ = acquainted.get(code, (name, None, None))
    acquainted[code] = (known_name, command.birth_date or born, None)
    if command.role not in _standings(loaded, code):
        work.insert(Participation, _participation(loaded.key, code, command.role))
        work.audit(f"person:{code}", programme=loaded.key, new=f"{command.role}:{Standing.CANDIDATE}")
    return code


def _standings(loaded: Loaded, code: str) -> Mapping[Role, Standing]:
    known = loaded.now.people.persons.get(code)
    return known.standings if known else {}


def _participation(key: str, code: str, role: Role) -> dict[str, Any]:
    return {"programme": key, "person": code, "role": role, "standing": Standing.CANDIDATE.value, "details": {}}


def _add_to_person(work: Work, loaded: Loaded, code: str, command: Introduce) -> None:
    """Somebody the institution knows, perhaps from another programme: what is told now is added."""
    person = work.session.get_one(Person, (loaded.programme.institution, code))
    known = loaded.now.people
    if code not in known.persons:
        fact = fact_of(work.session, person)
        loaded.now = replace(loaded.now, people=replace(known, persons={**known.persons, code: fact}))
    born = person.birth_date
    for each in ("gender", "birth_date", "position", "contact"):
        if (given := getattr(command, each)) is not None:
            setattr(person, each, given)
    work.session.add(person)
    if person.birth_date != born:
        stopping.born(work, loaded.programme.institution, code, born, person.birth_date)


def _acquainted(work: Work, institution: str) -> dict[str, Acquaintance]:
    """Everybody the institution knows: code → name and birth date. Read once, and kept true, under its lock."""
    known = work.acquainted.get(institution)
    if known is None:
        work.session.flush()
        rows = q.read(work.session, q.PERSONS, {"institution": institution})
        known = work.acquainted[institution] = {row.code: (row.name, row.birth_date, row.merged_into) for row in rows}
    return known


def _same_person(acquainted: Mapping[str, Acquaintance], name: str, born: dt.date | None) -> str | None:
    """The one of that name and, where both tell it, of that birth date: entered once, however many roles."""
    wanted = name.casefold()
    return next(
        (
            merged_into or code
            for code, (known, birth_date, merged_into) in sorted(acquainted.items())
            if known.casefold() == wanted and len({birth_date, born} - {None}) <= 1
        ),
        None,
    )


def _give_consent(work: Work, loaded: Loaded, command: GiveConsent) -> str:
    institution, person = loaded.programme.institution, code_of(loaded.now.people, command.subject)
    # The guardian's papers are shown for the processing; a consent to publication must not overwrite them.
    if command.guardian and command.purpose is Purpose.PROCESSING:
        work.session.merge(
            Guardian(
                institution=institution,
                person=person,
                name=command.guardian,
                relation=command.relation,
                authority=command.authority,
                contact=command.guardian_contact,
            )
        )
    row = {
        "institution": institution,
        "person": person,
        "purpose": command.purpose,
        "signed": command.signed,
        "until": command.until,
        "guardian": command.guardian or None,
        "categories": list(command.categories),
    }
    work.insert(Consent, row)
    work.audit(f"consent:{person}", programme=loaded.key, new=f"{command.purpose}:given", why=command.guardian)
    return person


def _withdraw_consent(work: Work, loaded: Loaded, command: WithdrawConsent) -> str:
    person = code_of(loaded.now.people, command.subject)
    rows = select(Consent).where(Consent.institution == loaded.programme.institution, Consent.person == person)
    for row in work.session.exec(rows.where(Consent.purpose == command.purpose, col(Consent.withdrawn_on).is_(None))):
        row.withdrawn_on = command.on
        work.session.add(row)
    work.audit(f"consent:{person}", programme=loaded.key, old="given", new=f"{command.purpose}:withdrawn")
    if command.purpose is Purpose.PROCESSING:
        stopping.end_everywhere(
            work,
            loaded.programme.institution,
            person,
            lambda people: withdrawn(command, people, person),
            command.on,
            "consent_withdrawn",
        )
    else:
        stopping.tell_of_publication(work, loaded, person)
    return person


def _register(work: Work, loaded: Loaded, command: Register) -> str:
    person = code_of(loaded.now.people, command.person)
    row = work.session.get(Participation, (loaded.key, person, command.role))
    row = row or Participation(programme=loaded.key, person=person, role=command.role)
    old, row.standing = row.standing, Standing.REGISTERED
    # A second entry (the long-term register) adds to the first one and moves no date.
    row.registered_on = row.registered_on or command.on
    row.base, row.employer = command.base or row.base, command.employer or row.employer
    row.details = {**row.details, **command.details}
    work.session.add(row)
    work.audit(f"person:{person}", programme=loaded.key, old=f"{command.role}:{old}", new=f"{command.role}:registered")
    return person


def _add_employer(work: Work, loaded: Loaded, command: AddEmployer) -> str:
    institution = loaded.programme.institution
    lock_institution(work, institution)
    known = select(Employer).where(Employer.institution == institution, Employer.name == command.name)
    row = work.session.exec(known).one_or_none()
    if row is None:
        count = select(func.count()).select_from(Employer).where(Employer.institution == institution)
        code = _next_code("e", work.session.exec(count).one())
        row = Employer(institution=institution, code=code, name=command.name)
    row.inn, row.address, row.contact = command.inn, command.address, command.contact
    row.details = dict(command.details)
    work.session.add(row)
    work.audit(f"employer:{row.code}", programme=loaded.key, new="known")
    return row.code


def _form_pair(work: Work, loaded: Loaded, command: FormPair) -> str:
    people = loaded.now.people
    ordinal = len(people.pairs) + 1
    code = f"n{ordinal}"
    given = {each: getattr(command, each) for each in ("format", "starts", "ends", "goal", "employer")}
    work.insert(Pair, {"programme": loaded.key, "code": code, "ordinal": ordinal, **given})
    for role, references in ((Role.MENTOR, command.mentors), (Role.MENTEE, command.mentees)):
        for person in sorted({code_of(people, reference) for reference in references}):
            work.insert(PairMember, {"programme": loaded.key, "pair": code, "person": person, "role": role})
    work.audit(f"pair:{code}", programme=loaded.key, new="active")
    return code


def _support(work: Work, loaded: Loaded, command: SupportUnpaired) -> str:
    person = code_of(loaded.now.people, command.mentee)
    row = work.session.get_one(Participation, (loaded.key, person, Role.MENTEE))
    row.supported_on = command.on
    work.session.add(row)
    work.audit(f"person:{person}", programme=loaded.key, new="supported", why=command.note)
    return person


_WRITERS = {
    Introduce: _introduce,
    GiveConsent: _give_consent,
    WithdrawConsent: _withdraw_consent,
    Register: _register,
    AddEmployer: _add_employer,
    FormPair: _form_pair,
    HoldMeeting: meeting_records.record,
    SetPlan: pair_plans.set_plan,
    SupportUnpaired: _support,
}
