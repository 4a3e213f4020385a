"""Asking: links to show or to print, letters, reminders. An address is kept nowhere, only its SHA-256."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from vekha.domain.errors import VekhaError, problem
from vekha.domain.surveys import Audience
from vekha.services.access.accounts import digest
from vekha.services.surveys.audience import Candidate, candidates
from vekha.services.surveys.life import Known, demand_running, known
from vekha.services.work import Work
from vekha.storage.tables import SurveyAsked, SurveyToken
from vekha.texts import text

MOST_SLIPS = 500  # unnamed ones at a time


@dataclass(frozen=True, slots=True)
class Made:
    """A link just made: its secret is told here and never again. `name` is empty on an unnamed slip."""

    token: str
    name: str
    about: str

    def address(self, base: str) -> str:
        return f"{base.rstrip('/')}/s/{self.token}"

    @property
    def about_words(self) -> str:
        return text("link.sheet.about", about=self.about) if self.about else ""


def chosen(work: Work, survey: Known, codes: Iterable[str], names: Iterable[Candidate] = ()) -> list[Candidate]:
    """Those named by code, and new people by name. Raises VekhaError survey.unknown_person, survey.no_consent."""
    by_code = {each.code: each for each in candidates(work, survey)}
    wanted, problems = list[Candidate](), []
    for code in dict.fromkeys(codes):
        found = by_code.get(code)
        if found is None:
            problems.append(problem("survey.unknown_person", person=code))
        elif not found.consent:
            problems.append(problem("survey.no_consent", person=found.about or found.name))
        else:
            wanted.append(found)
    if problems:
        raise VekhaError(problems)
    if survey.row.anonymous:
        wanted += [each for each in names if each.code not in by_code]
    return wanted


def waited_for(work: Work, survey: Known) -> list[Candidate]:
    """Everybody who may be asked and has not been yet."""
    asked = {(row.subject or row.name) for row in rows(work, survey)}
    return [each for each in candidates(work, survey) if each.consent and each.code not in asked]


def invite(work: Work, key: str, number: int, people: Sequence[Candidate]) -> list[Made]:
    """A link for each. Raises VekhaError survey.nobody, survey.over, survey.cancelled, survey.all_answered."""
    survey = _running(work, key, number, people)
    made = [
        _token(work, row, each.about)
        for each, row in zip(people, _asked(work, survey, people), strict=True)
        if not row.answered
    ]
    if not made:
        raise VekhaError(problem("survey.all_answered"))
    work.audit(f"survey:{number}", programme=key, new="asked", why=str(len(made)))
    return made


def slips(work: Work, key: str, number: int, audience: str, count: int) -> list[Made]:
    """Links without a name, to be drawn from a heap: for an anonymous survey alone.

    Raises VekhaError survey.slips_are_anonymous, survey.unknown_audience, survey.too_many_slips.
    """
    survey = known(work, key, number)
    demand_running(survey)
    if not survey.row.anonymous:
        raise VekhaError(problem("survey.slips_are_anonymous"))
    if audience not in survey.row.audiences:
        allowed = ", ".join(survey.row.audiences)
        raise VekhaError(problem("survey.unknown_audience", "audience", audience=audience, known=allowed))
    if not 1 <= count <= MOST_SLIPS:
        raise VekhaError(problem("survey.too_many_slips", "count", most=MOST_SLIPS))
    nobody = [Candidate(Audience(audience), "", "") for _ in range(count)]
    made = [_token(work, row, "") for row in _new(work, survey, nobody)]
    work.audit(f"survey:{number}", programme=key, new="printed", why=str(count))
    return made


def send(work: Work, key: str, number: int, people: Sequence[Candidate]) -> int:
    """Queues a letter for everybody whose address is known; returns how many. Raises VekhaError survey.no_addresses."""
    reachable = [each for each in people if each.email]
    if people and not reachable:
        raise VekhaError(problem("survey.no_addresses"))
    survey = _running(work, key, number, reachable)
    found = [row for row in _asked(work, survey, reachable) if not row.answered]
    _queue(work, survey, found, again=False)
    work.audit(f"survey:{number}", programme=key, new="sent", why=str(len(found)))
    return len(found)


def remind(work: Work, key: str, number: int) -> int:
    """Queues one more letter for everybody who got one and has not answered, at most once a day; returns how many.

    Of an anonymous survey too it is known who has answered, and never what. Raises VekhaError survey.nobody_to_remind.
    """
    survey = known(work, key, number)
    demand_running(survey)
    found = to_remind(survey, rows(work, survey))
    if not found:
        raise VekhaError(problem("survey.nobody_to_remind"))
    for row in found:
        row.reminded_on = survey.loaded.now.today
        work.session.add(row)
    _queue(work, survey, found, again=True)
    work.audit(f"survey:{number}", programme=key, new="reminded", why=str(len(found)))
    return len(found)


def to_remind(survey: Known, asked: Iterable[SurveyAsked]) -> list[SurveyAsked]:
    today = survey.loaded.now.today
    return [
        row
        for row in asked
        if row.email and not (row.answered or row.revoked) and today not in (row.reminded_on, row.asked_on)
    ]


def revoke(work: Work, key: str, number: int, codes: Iterable[str]) -> int:
    """Closes the links of these people that are not answered; returns how many people it concerns."""
    survey, wanted = known(work, key, number), set(codes)
    found = [row for row in rows(work, survey) if (row.subject or row.name) in wanted]
    closed = [row for row in found if not (row.answered or row.revoked)]
    for row in closed:
        row.revoked = True
        work.session.add(row)
    work.audit(f"survey:{number}", programme=key, new="revoked", why=str(len(closed)))
    return len(closed)


def rows(work: Work, survey: Known) -> Sequence[SurveyAsked]:
    """Everybody who was asked."""
    found = select(SurveyAsked).where(SurveyAsked.survey == survey.number)
    return work.session.exec(found.order_by(col(SurveyAsked.id))).all()


# --- parts ------------------------------------------------------------------------------------------------------------


def _running(work: Work, key: str, number: int, people: Sequence[Candidate]) -> Known:
    survey = known(work, key, number)
    demand_running(survey)
    if not people:
        raise VekhaError(problem("survey.nobody"))
    return survey


def _asked(work: Work, survey: Known, people: Sequence[Candidate]) -> list[SurveyAsked]:
    """A row for each: the one there is, else a new one. A withdrawn link works again for whoever is asked again."""
    before = {(row.subject or row.name): row for row in rows(work, survey)}
    for each in people:
        if each.code in before:
            before[each.code].revoked = False
            before[each.code].email = each.email
    fresh = iter(_new(work, survey, [each for each in people if each.code not in before]))
    return [before.get(each.code) or next(fresh) for each in people]


def _new(work: Work, survey: Known, people: Sequence[Candidate]) -> list[SurveyAsked]:
    made = [
        SurveyAsked(
            survey=survey.number,
            programme=survey.row.programme,
            audience=each.audience.value,
            subject=each.subject,
            name=each.name or None,
            email=each.email,
            asked_on=survey.loaded.now.today,
        )
        for each in people
    ]
    work.session.add_all(made)
    work.session.flush()
    return made


def _token(work: Work, row: SurveyAsked, about: str) -> Made:
    token = secrets.token_urlsafe(24)
    work.session.add(SurveyToken(token=digest(token), asked=row.id or 0))
    return Made(token, row.name or "", about)


def new_address(work: Work, asked: int, base: str) -> tuple[str, SurveyAsked]:
    """One more address of somebody who is asked, for a letter."""
    row = work.session.get_one(SurveyAsked, asked)
    return _token(work, row, "").address(base), row


def _queue(work: Work, survey: Known, found: Iterable[SurveyAsked], *, again: bool) -> None:
    """Neither a name nor an address stands in the outbox."""
    for row in found:
        payload = {"asked": row.id, "again": again}
        work.queue("survey", f"survey:{survey.number}:{row.id}:{work.now.isoformat()}", payload)
