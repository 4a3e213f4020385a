"""The portfolio of a mentor: pairs of every cycle with their meetings and hours, and the papers issued about them."""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import col, func, select

from vekha.documents.context import DocumentView
from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem, refuse
from vekha.domain.people import Role, consent_problem
from vekha.domain.programme import ISSUED
from vekha.services.mentoring.people import code_of
from vekha.services.process.programmes import load
from vekha.services.work import Work
from vekha.storage.tables import Document, Meeting, Pair, PairMember, Participation, Person, Programme
from vekha.texts import text

_TEMPLATE = "base/portfolio.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLine:
    year: int
    mentees: tuple[str, ...]
    goal: str
    starts: dt.date
    ends: dt.date
    meetings: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    title: str
    number: str
    dated: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """`facts` are titles and values of the register's entry; only mentees with a consent in force are named."""

    key: str
    institution: str
    code: str
    name: str
    facts: tuple[tuple[str, str], ...]
    pairs: tuple[PairLine, ...]
    papers: tuple[PaperLine, ...]

    @property
    def hours(self) -> float:
        return round(sum(each.minutes for each in self.pairs) / 60, 1)


def of(work: Work, key: str, person: str) -> Portfolio:
    """Raises VekhaError people.unknown_person, duty.not_mentor, people.consent_missing, access.denied."""
    loaded = load(work, key, Action.VIEW)
    code = code_of(loaded.now.people, person)
    fact = loaded.now.people.persons[code]
    if Role.MENTOR not in fact.standings:
        raise VekhaError(problem("duty.not_mentor", person=fact.name))
    refuse(filter(None, [consent_problem(fact, loaded.now.today)]))
    home = loaded.programme.institution
    row = work.session.get_one(Person, (home, code))
    part = work.session.get_one(Participation, (key, code, Role.MENTOR))
    told = {"position": row.position, "contact": row.contact, "base": part.base, **part.details}
    keys = work.session.exec(select(Programme.key).where(Programme.institution == home)).all()
    return Portfolio(
        key=key,
        institution=loaded.institution.short_title,
        code=code,
        name=fact.name,
        facts=tuple(
            (text(f"portfolio.facts.{name}"), "; ".join(map(str, value)) if isinstance(value, list) else str(value))
            for name in ("position", "workplace", "contact", "base", "competences", "achievements", "interests")
            if (value := told.get(name))
        ),
        pairs=tuple(line for each in sorted(keys) for line in _pairs(work, each, code)),
        papers=_papers(work, list(keys), code),
    )


def _pairs(work: Work, key: str, code: str) -> list[PairLine]:
    rows = select(Pair).join(
        PairMember, (col(PairMember.programme) == col(Pair.programme)) & (col(PairMember.pair) == col(Pair.code))
    )
    mine = rows.where(Pair.programme == key, PairMember.person == code, PairMember.role == Role.MENTOR)
    found = work.session.exec(mine.order_by(col(Pair.ordinal))).all()
    if not found:
        return []
    loaded = load(work, key, Action.VIEW)
    people, today = loaded.now.people, loaded.now.today
    held = select(Meeting.pair, func.count(), func.coalesce(func.sum(col(Meeting.minutes)), 0)).where(
        Meeting.programme == key, col(Meeting.absent).is_(False)
    )
    meetings = {
        pair: (count, int(minutes or 0)) for pair, count, minutes in work.session.exec(held.group_by(col(Meeting.pair)))
    }
    return [
        PairLine(
            year=loaded.programme.year,
            mentees=tuple(
                people.persons[each].name
                for each in people.pairs[row.code].mentees
                if consent_problem(people.persons[each], today) is None
            ),
            goal=row.goal or "",
            starts=row.starts,
            ends=row.ended_on or row.ends,
            meetings=meetings.get(row.code, (0, 0))[0],
            minutes=meetings.get(row.code, (0, 0))[1],
        )
        for row in found
        if not people.pairs[row.code].void
    ]


def _papers(work: Work, keys: list[str], code: str) -> tuple[PaperLine, ...]:
    """Letters, certificates and the like about the mentor; consents and contracts are no achievements."""
    rows = select(Document).where(
        col(Document.programme).in_(keys), Document.subject == code, col(Document.state).in_(sorted(ISSUED))
    )
    return tuple(
        PaperLine(title=row.title, number=row.number or "", dated=row.dated)
        for row in work.session.exec(rows.order_by(col(Document.dated), col(Document.id)))
        if not row.code.startswith(("consent", "duty_", "labour_", "mentor_portfolio"))
    )


def pdf(work: Work, found: Portfolio) -> bytes:
    title = text("portfolio.title")
    view = DocumentView(code="portfolio", title=title, kind="materials", state="approved")
    html = work.tools.renderer.html(_TEMPLATE, {"document": view, "found": found}).text
    return work.tools.renderer.pdf(html, title=title, created=dt.datetime.combine(work.now, dt.time(), dt.UTC))
