"""The letter that asks for a reflection after a meeting, and the one reminder of it.

The outbox holds codes only; the secret is made when the letter is written. Nobody gets more than one letter a day about
a meeting by hand, and the round reminds once, of a letter that went and was not answered.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import EmailMessage

from sqlmodel import col, func, select

from vekha.domain.access import Action
from vekha.domain.ages import age_on
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.people import PersonFact
from vekha.domain.reflections import ask_problems
from vekha.mail.post import MailError
from vekha.services.mentoring import reflections
from vekha.services.process.programmes import Loaded, load
from vekha.services.surveys.audience import OWN_ANSWER, email_in
from vekha.services.work import Work
from vekha.storage import outbox
from vekha.storage.outbox import MAX_ATTEMPTS, Job
from vekha.storage.tables import Guardian, Person, Programme, Reflection, ReflectionLink
from vekha.texts import text

REMIND_AFTER = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Posted:
    """How many letters go; who has no address; who may not be asked, and why."""

    letters: int
    unreachable: tuple[str, ...]
    refused: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Address:
    """Where a letter goes, and who reads it: the guardian of a child who is too young for letters."""

    email: str | None
    reader: str


def send(work: Work, key: str, meeting: int, people: Iterable[str] = ()) -> Posted:
    """Queues a letter for each of these people of the meeting's pair, for all of them when none is named; whoever has
    answered gets none. A second time on the same day changes nothing.

    Raises VekhaError meeting.unknown, meeting.not_held, reflection.nobody, link.no_addresses.
    """
    loaded = load(work, key, Action.WORK)
    asked = reflections.to_ask(work, loaded, meeting, people)
    if not asked.wanted and not asked.refused:
        raise VekhaError(problem("reflection.nobody"))
    addresses = {code: _address(work, loaded, code) for code in asked.wanted}
    reachable = [code for code, each in addresses.items() if each.email]
    if addresses and not reachable:
        raise VekhaError(problem("link.no_addresses"))
    for code in reachable:
        reflections.keep_asked(work, loaded, asked.held, code)
        work.queue("reflection", f"reflection:{meeting}:{code}:{loaded.now.today}", _payload(key, meeting, code))
    persons = loaded.now.people.persons
    without = tuple(persons[code].name for code, each in addresses.items() if not each.email)
    return Posted(len(reachable), without, asked.refused)


def remind_due(work: Work) -> int:
    """On the round: one more letter to whoever got one some days ago and has not answered; returns how many."""
    last = func.max(ReflectionLink.mailed_at)
    rows = (
        select(ReflectionLink.programme, ReflectionLink.meeting, ReflectionLink.person)
        .join(
            Reflection,
            (col(Reflection.meeting) == ReflectionLink.meeting) & (col(Reflection.person) == ReflectionLink.person),
        )
        .join(Programme, col(Programme.key) == col(ReflectionLink.programme))
        .where(col(Reflection.answered_at).is_(None), col(Programme.state) == "running")
        .where(col(ReflectionLink.mailed_at).is_not(None), col(ReflectionLink.revoked_at).is_(None))
        .where(col(ReflectionLink.expires_at) > work.now)
        .group_by(col(ReflectionLink.programme), col(ReflectionLink.meeting), col(ReflectionLink.person))
        .having(func.count() == 1, last <= work.now - REMIND_AFTER)
        .order_by(col(ReflectionLink.meeting), col(ReflectionLink.person))
    )
    found = work.session.exec(rows).all()
    for programme, meeting, person in found:
        payload = _payload(programme, meeting, person, again=True)
        work.queue("reflection", f"reflection:{meeting}:{person}:again", payload)
    return len(found)


def write(work: Work, job: Job, console: str) -> tuple[EmailMessage, str] | None:
    """The letter and its address; None where nobody has to be asked any more: answered, left, without a consent.

    Raises MailError mail.not_configured.
    """
    server = work.tools.mail_server
    if server is None:
        raise MailError(problem("mail.not_configured"), down=True)
    key, meeting, person = (job.payload[name] for name in ("programme", "meeting", "person"))
    row = work.session.get(Reflection, (meeting, person))
    if row is None or row.answered_at is not None:
        return None
    loaded = load(work, key)
    people = loaded.now.people
    address = _address(work, loaded, person) if person in people.persons else _Address(None, "")
    if address.email is None or list(ask_problems(people, people.pairs[row.pair], person, loaded.now.today)):
        return None
    made = reflections.link_for(work, loaded, row)
    home, date = loaded.institution.short_title, f"{made.held:%d.%m.%Y}"
    kind = "asks" if address.reader == made.name else "asks_child"
    words = {
        "subject": text("reflection.letter.again" if job.payload["again"] else "reflection.letter.subject",
                        institution=home),
        "greeting": text("reflection.letter.greeting", name=address.reader),
        "asks": text(f"reflection.letter.{kind}", institution=home, date=date, name=made.name)
        + " " + text("reflection.letter.private"),
        "open": text("reflection.letter.open"),
        "address": made.address(console),
        "until": text("reflection.letter.until", until=f"{made.expires_at:%d.%m.%Y}"),
        "automatic": text("reflection.letter.automatic"),
    }  # fmt: skip
    letter = work.tools.letters.invitation(words, to=address.email, sender=server.sender, at=work.now)
    return letter, address.email


def sent(work: Work, job: Job) -> None:
    outbox.done(work.session, job, work.now)


def not_sent(work: Work, job: Job, error: MailError) -> None:
    """The next attempt makes another link; nobody has ever seen this one."""
    mine = (
        ReflectionLink.meeting == job.payload["meeting"],
        ReflectionLink.person == job.payload["person"],
        col(ReflectionLink.mailed_at) >= job.queued_at,
    )
    for link in work.session.exec(select(ReflectionLink).where(*mine)).all():
        work.session.delete(link)
    if error.permanent or (job.attempt >= MAX_ATTEMPTS and not error.down):
        row = work.session.get(Reflection, (job.payload["meeting"], job.payload["person"]))
        if row is not None:
            work.audit(f"reflection:{row.pair}", programme=row.programme, new="not_sent", why=str(error))
        outbox.done(work.session, job, work.now)
    else:
        outbox.failed(work.session, job, work.now, str(error))


# --- parts ------------------------------------------------------------------------------------------------------------


def _payload(key: str, meeting: int, person: str, *, again: bool = False) -> dict[str, object]:
    return {"programme": key, "meeting": meeting, "person": person, "again": again}


def _address(work: Work, loaded: Loaded, person: str) -> _Address:
    """The person's own address, else the guardian's; of a child under fourteen the guardian's, else the child's."""
    known, home = loaded.now.people.persons[person], loaded.programme.institution
    own = email_in(work.session.get_one(Person, (home, person)).contact)
    guardian = _guardian(work, loaded, known)
    theirs = email_in(guardian.contact) if guardian else None
    if guardian is not None and theirs and (own is None or _too_young(known, loaded.now.today)):
        return _Address(theirs, guardian.name)
    return _Address(own, known.name)


def _guardian(work: Work, loaded: Loaded, known: PersonFact) -> Guardian | None:
    if not known.is_minor(loaded.now.today):
        return None
    mine = (Guardian.institution == loaded.programme.institution, Guardian.person == known.code)
    return work.session.exec(select(Guardian).where(*mine).order_by(col(Guardian.name))).first()


def _too_young(known: PersonFact, today: dt.date) -> bool:
    return known.birth_date is not None and age_on(known.birth_date, today) < OWN_ANSWER
