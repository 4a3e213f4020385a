"""Reflections after a meeting: a link for each person, one answer each, read by the curator alone.

The address is kept nowhere, only its SHA-256; a new link closes the person's earlier ones, unless it goes by letter
(`reflection_letters`). A consent that is gone
closes the door at once: it is asked for when the link is made, opened and answered.
"""

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from vekha.domain.access import Action, Actor, Grant
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.domain.people import Role
from vekha.domain.reflections import Answer, answer_problems, ask_problems, side_of
from vekha.services.access.accounts import digest
from vekha.services.mentoring.links import Made
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import Institution, Meeting, Person, Programme, Reflection, ReflectionLink
from vekha.texts import text

LASTS = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Invitation(Made):
    """A link just made; its page is another one than that of a form."""

    def address(self, base: str) -> str:
        return f"{base.rstrip('/')}/r/{self.token}"


@dataclass(frozen=True, slots=True)
class Asked:
    """Links for those who may answer, and why the others may not."""

    made: tuple[Invitation, ...]
    refused: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ToAsk:
    """Of a meeting: who may be asked and has not answered, and why the others may not."""

    held: Meeting
    wanted: tuple[str, ...]
    refused: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Letter(Invitation):
    """A link that goes by letter: those given before stay good."""

    held: dt.date


@dataclass(frozen=True, slots=True)
class Opened:
    """What is behind a link: the meeting, and who answers in what role."""

    loaded: Loaded
    link: ReflectionLink
    row: Reflection
    meeting: Meeting
    name: str


def ask(work: Work, key: str, meeting: int, people: Iterable[str] = ()) -> Asked:
    """Makes a link for each of these people of the meeting's pair, for all of them when none is named; whoever has
    answered is not asked again. Those who may not be asked are told apart, with the reason.

    Raises VekhaError meeting.unknown, meeting.not_held, reflection.nobody.
    """
    loaded = load(work, key, Action.WORK)
    found = to_ask(work, loaded, meeting, people)
    if not found.wanted and not found.refused:
        raise VekhaError(problem("reflection.nobody"))
    return Asked(tuple(_invite(work, loaded, found.held, person) for person in found.wanted), found.refused)


def to_ask(work: Work, loaded: Loaded, meeting: int, people: Iterable[str] = ()) -> ToAsk:
    """Raises VekhaError meeting.unknown, meeting.not_held."""
    held = _held(work, loaded.key, meeting)
    pair = loaded.now.people.pairs[held.pair or ""]
    answered = {row.person for row in of_meeting(work, meeting) if row.answered_at is not None}
    refused: list[Problem] = []
    wanted: list[str] = []
    for person in tuple(people) or (*pair.mentors, *pair.mentees):
        if person not in answered:
            found = list(ask_problems(loaded.now.people, pair, person, loaded.now.today))
            refused += found
            wanted += [] if found else [person]
    return ToAsk(held, tuple(wanted), tuple(refused))


def keep_asked(work: Work, loaded: Loaded, held: Meeting, person: str) -> Reflection:
    """The row of somebody who is asked, the first time a new one."""
    meeting = held.id or 0
    row = work.session.get(Reflection, (meeting, person))
    if row is None:
        pair = loaded.now.people.pairs[held.pair or ""]
        role = side_of(pair, person) or Role.MENTEE
        told = {"programme": loaded.key, "pair": pair.code, "role": role, "asked_at": work.now}
        row = Reflection(meeting=meeting, person=person, **told)
        work.session.add(row)
        work.session.flush()
    return row


def link_for(work: Work, loaded: Loaded, row: Reflection) -> Letter:
    """One more link, written into a letter at this moment; links given before stay good."""
    held = work.session.get_one(Meeting, row.meeting)
    made = _link(work, loaded, held, row.person, mailed=True)
    return Letter(made.token, made.name, made.about, None, made.expires_at, held.on)


def opened(work: Work, token: str) -> Opened:
    """What a link leads to. Raises VekhaError link.unknown, link.answered, link.revoked, link.expired, and whatever
    stands in the way of asking this person today."""
    link = work.session.get(ReflectionLink, digest(token))
    if link is None:
        raise VekhaError(problem("link.unknown"))
    row = work.session.get_one(Reflection, (link.meeting, link.person))
    home = select(Institution).join(Programme, col(Programme.institution) == col(Institution.code))
    institution = work.session.exec(home.where(Programme.key == link.programme)).one()
    state = "answered" if row.answered_at else "revoked" if link.revoked_at else ""
    state = state or ("expired" if link.expires_at <= work.now else "")
    if state:
        raise VekhaError(problem(f"link.{state}", institution=institution.short_title))
    name = work.session.get_one(Person, (institution.code, link.person)).name
    grant = Grant(role="curator", institution=institution.code)
    work.actor = Actor(name=text("link.actor", name=name), grants=(grant,))
    loaded = load(work, link.programme)
    people = loaded.now.people
    if list(ask_problems(people, people.pairs[row.pair], link.person, loaded.now.today)):
        raise VekhaError(problem("link.revoked", institution=institution.short_title))
    return Opened(loaded, link, row, work.session.get_one(Meeting, row.meeting), name)


def looked_at(work: Work, token: str) -> None:
    link = work.session.get(ReflectionLink, digest(token))
    if link is not None and link.opened_at is None:
        link.opened_at = work.now
        work.session.add(link)


def answer(work: Work, token: str, given: Answer) -> None:
    """Takes the one answer; the programme's row is locked, so two tabs cannot both give it."""
    found = opened(work, token)
    refuse(answer_problems(given))
    row = found.row
    row.answered_at, row.useful, row.wants_curator = work.now, given.useful, given.wants_curator
    row.words, row.ahead = given.words.strip() or None, given.ahead.strip() or None
    work.session.add(row)
    work.audit(f"reflection:{row.pair}", programme=row.programme, new="answered")


def settle(work: Work, key: str, meeting: int, person: str, note: str) -> None:
    """The curator has done something about it; what, stays with it. Raises VekhaError reflection.unknown …"""
    row = _of(work, key, meeting, person)
    if not note.strip():
        raise VekhaError(problem("stage.reason_needed"))
    row.settled_at, row.settled_by, row.settled_note = work.now, work.actor.name, note.strip()
    work.session.add(row)
    work.audit(f"reflection:{row.pair}", programme=key, new="settled")


def unsettle(work: Work, key: str, meeting: int, person: str) -> None:
    row = _of(work, key, meeting, person)
    row.settled_at = row.settled_by = row.settled_note = None
    work.session.add(row)
    work.audit(f"reflection:{row.pair}", programme=key, old="settled", new="unsettled")


def may_read(actor: Actor, institution: Institution) -> bool:
    """Only who works at the institution reads what its people say; an operator sees how many answered."""
    return any(each.institution == institution.code for each in actor.granting(Action.WORK)) or actor.may(
        Action.ADMINISTER,
        region=institution.region,
        municipality=institution.municipality,
        institution=institution.code,
    )


def of_meeting(work: Work, meeting: int) -> Sequence[Reflection]:
    return work.session.exec(select(Reflection).where(Reflection.meeting == meeting)).all()


# --- parts ------------------------------------------------------------------------------------------------------------


def _held(work: Work, key: str, serial: int) -> Meeting:
    row = work.session.get(Meeting, serial)
    if row is None or row.programme != key or row.pair is None:
        raise VekhaError(problem("meeting.unknown", meeting=serial))
    if row.absent:
        raise VekhaError(problem("meeting.not_held"))
    return row


def _invite(work: Work, loaded: Loaded, held: Meeting, person: str) -> Invitation:
    """A link to be handed over; it closes the person's earlier ones."""
    keep_asked(work, loaded, held, person)
    earlier = select(ReflectionLink).where(ReflectionLink.meeting == held.id, ReflectionLink.person == person)
    for link in work.session.exec(earlier.where(col(ReflectionLink.revoked_at).is_(None))):
        link.revoked_at = work.now
        work.session.add(link)
    return _link(work, loaded, held, person)


def _link(work: Work, loaded: Loaded, held: Meeting, person: str, *, mailed: bool = False) -> Invitation:
    token = secrets.token_urlsafe(32)
    link = ReflectionLink(
        token=digest(token),
        programme=loaded.key,
        meeting=held.id or 0,
        person=person,
        created_at=work.now,
        expires_at=work.now + LASTS,
        mailed_at=work.now if mailed else None,
    )
    work.session.add(link)
    work.audit(f"reflection:{held.pair}", programme=loaded.key, new="mailed" if mailed else "asked", why=None)
    name = loaded.now.people.persons[person].name
    about = text("reflection.about", date=f"{held.on:%d.%m.%Y}")
    return Invitation(token, name, about, None, link.expires_at)


def _of(work: Work, key: str, meeting: int, person: str) -> Reflection:
    """Raises VekhaError reflection.unknown, access.denied."""
    loaded = load(work, key, Action.WORK)
    row = work.session.get(Reflection, (meeting, person))
    if row is None or row.programme != key or row.answered_at is None:
        raise VekhaError(problem("reflection.unknown"))
    if not may_read(work.actor, loaded.institution):
        raise VekhaError(problem("access.denied", who=work.actor.name))
    return row
