"""Workers who mentor workers: their written consent with its terms, its early end, and who still lacks one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.domain.labour import DutyState, Ending, Terms, ending_problems, holds, terms_problems
from vekha.domain.people import PersonFact, Role, Standing
from vekha.domain.programme import ISSUED, name_of
from vekha.domain.reminders import News
from vekha.services.delivery.at_once import tell_curators
from vekha.services.mentoring.people import code_of
from vekha.services.process.programmes import Loaded, load
from vekha.services.region.calendars import calendar_of
from vekha.services.work import Work
from vekha.storage.tables import DutyConsent
from vekha.texts import text

PAPER = "duty_consent"  # the consent as a document of the programme, for each mentor


def give(work: Work, key: str, person: str, terms: Terms) -> str:
    """A mentor has consented in writing; the same again brings the terms up to date. Returns the mentor's code.

    Raises VekhaError duty.not_mentor, duty.signed_ahead, duty.term_reversed, duty.before_consent,
    duty.terms_incomplete, access.denied.
    """
    loaded = load(work, key)
    code = code_of(loaded.now.people, person)
    known = loaded.now.people.persons[code]
    found = [*terms_problems(known.name, terms, loaded.now.today)]
    if Role.MENTOR not in known.standings:
        found.append(problem("duty.not_mentor", person=known.name))
    refuse(found)
    row = work.session.get(DutyConsent, (key, code))
    told = {name: getattr(terms, name) for name in Terms.__slots__}
    ended = dict.fromkeys(("ended_by", "noticed_on", "ends_on", "end_reason"))
    if row is None:
        work.session.add(DutyConsent(programme=key, person=code, **told))
    else:
        for name, value in (told | ended).items():
            setattr(row, name, value)
        work.session.add(row)
    work.audit(f"duty:{code}", programme=key, old="given" if row else None, new="given", why=terms.addendum)
    return code


def end(work: Work, key: str, person: str, ending: Ending) -> str:
    """One side ends it early, with at least three working days' notice; the curator is told at once.

    Raises VekhaError duty.none, duty.ended_before, duty.notice_short, duty.notice_wrong, stage.reason_needed.
    """
    loaded = load(work, key)
    people = loaded.now.people
    code = code_of(people, person)
    name = people.persons[code].name
    row = work.session.get(DutyConsent, (key, code))
    if row is None:
        raise VekhaError(problem("duty.none", person=name))
    if row.ends_on is not None:
        raise VekhaError(problem("duty.ended_before", person=name, date=f"{row.ends_on:%d.%m.%Y}"))
    home = loaded.institution
    refuse(ending_problems(name, ending, row.signed, loaded.now.today, calendar_of(work, home.region, home.days)))
    row.ended_by, row.noticed_on, row.ends_on = ending.by.value, ending.noticed, ending.last
    row.end_reason = ending.reason
    work.session.add(row)
    work.audit(f"duty:{code}", programme=key, old="given", new=f"ended:{ending.by.value}", why=ending.reason)
    pairs = [name_of(each.code, people) for each in people.active_pairs if code in each.mentors]
    words = text(
        f"process.duty.{ending.by.value}",
        last=f"{ending.last:%d.%m.%Y}",
        pairs="; ".join(pairs) or text("process.duty.no_pairs"),
    )
    news = News(kind="duty_ended", programme=key, institution=home.short_title, title=name, words=words, path="/pairs")
    tell_curators(work, loaded.programme.institution, [news])
    return code


def every(work: Work, key: str) -> Sequence[DutyConsent]:
    """The consents of a programme. Raises VekhaError access.denied."""
    load(work, key, Action.VIEW)
    rows = select(DutyConsent).where(DutyConsent.programme == key).order_by(col(DutyConsent.person))
    return work.session.exec(rows).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """One mentor; `row` is what was written down of the consent."""

    person: str
    name: str
    state: DutyState
    row: DutyConsent | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutySheet:
    key: str
    institution: str
    required: bool  # the type asks some of its mentors for it
    today: date
    lines: tuple[DutyLine, ...]
    may_work: bool


def sheet(work: Work, key: str) -> DutySheet:
    """Every mentor who takes part, those without a needed consent first. Raises programme.unknown, access.denied."""
    loaded = load(work, key, Action.VIEW)
    home, needs, people = loaded.institution, loaded.type.duty_consent, loaded.now.people
    rows, papers = {row.person: row for row in every(work, key)}, _papers(loaded)

    def state(person: PersonFact) -> DutyState:
        row = rows.get(person.code)
        if row is None:
            needed = needs is not None and needs(person)
            return DutyState.PAPER if person.code in papers else DutyState.MISSING if needed else DutyState.NOT_NEEDED
        if not holds(row.signed, row.ends, row.ends_on, loaded.now.today):
            return DutyState.OVER
        return DutyState.GIVEN if row.ends_on is None else DutyState.ENDING

    mentors = [
        each
        for each in people.persons.values()
        if each.standings.get(Role.MENTOR) not in {None, Standing.WITHDRAWN} or each.code in rows
    ]
    lines = [DutyLine(person=each.code, name=each.name, state=state(each), row=rows.get(each.code)) for each in mentors]
    order = list(DutyState)
    return DutySheet(
        key=key,
        institution=home.short_title,
        required=needs is not None,
        today=loaded.now.today,
        lines=tuple(sorted(lines, key=lambda each: (order.index(each.state), each.name.casefold()))),
        may_work=work.actor.may(Action.WORK, region=home.region, municipality=home.municipality, institution=home.code),
    )


def _papers(loaded: Loaded) -> set[str]:
    """Whose approved paper of the programme says it."""
    return {
        person
        for (_, _, code), found in loaded.now.documents.items()
        if code == PAPER
        for person, state in found.items()
        if state in ISSUED
    }


def lacking(work: Work, loaded: Loaded) -> Iterator[Problem]:
    """Mentors of pairs at work who, as the type says, need a written consent and have none in force.

    The approved paper of the programme is a consent, too, until one side has ended it.
    """
    needs = loaded.type.duty_consent
    if needs is None:
        return
    rows = {row.person: row for row in every(work, loaded.key)}
    people, today = loaded.now.people, loaded.now.today
    papers = _papers(loaded)
    for code in sorted({code for pair in people.active_pairs for code in pair.mentors}):
        row = rows.get(code)
        person = people.persons[code]
        carried = code in papers if row is None else holds(row.signed, row.ends, row.ends_on, today)
        if needs(person) and not carried:
            yield problem("duty.consent_missing", person=person.name)
