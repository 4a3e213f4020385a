"""Corrections of what is known of somebody: a name misspelt, a birth date mistyped, the year of leaving school."""

import datetime as dt

from vekha.domain.access import Action
from vekha.domain.ages import age_problem
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.services.mentoring import stopping
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work, lock_institution
from vekha.storage.tables import Person


def correct(
    work: Work,
    key: str,
    code: str,
    *,
    name: str | None = None,
    birth_date: dt.date | None = None,
    graduated: int | None = None,
) -> bool:
    """Changes what is told and leaves the rest; whether anything changed. What was loaded before is read anew.

    A birth date that makes a minor of somebody ends work done by one's own consent. Raises VekhaError
    people.unknown_person, people.name_incomplete, people.birth_date_ahead, people.too_young_mentor …
    """
    loaded = load(work, key)
    home = loaded.programme.institution
    work.demand(Action.WORK, loaded.institution)
    lock_institution(work, home)
    work.session.flush()
    row = work.session.get(Person, (home, code))
    if row is None or row.erased_on is not None or row.merged_into is not None:
        raise VekhaError(problem("people.unknown_person", person=code))
    name = " ".join(name.split()) if name else row.name
    refuse(_problems(loaded, row, name, birth_date))
    told = (name, birth_date or row.birth_date, graduated or row.graduated)
    before = (row.name, row.birth_date, row.graduated)
    if told == before:
        return False
    row.name, row.birth_date, row.graduated = told
    work.session.add(row)
    work.session.flush()
    work.audit(f"person:{code}", programme=key, old=before[0], new=name)
    if told[1] != before[1]:
        stopping.born(work, home, code, before[1], told[1])
    work.session.flush()
    work.programmes.clear()
    work.acquainted.clear()
    return True


def _problems(loaded: Loaded, row: Person, name: str, birth_date: dt.date | None) -> list[Problem]:
    found: list[Problem] = []
    if len(name.split()) < 2:
        found.append(problem("people.name_incomplete", person=name))
    if birth_date is None or birth_date == row.birth_date:
        return found
    if birth_date >= loaded.now.today:
        return [*found, problem("people.birth_date_ahead", person=name, date=f"{birth_date:%d.%m.%Y}")]
    known = loaded.now.people.persons.get(row.code)
    for role in known.standings if known else ():
        if wrong := age_problem(name, birth_date, role, loaded.now.today, loaded.type.youngest):
            found.append(wrong)
    return found
