"""Letters: each digest's letter is sent once, tried again while that makes sense, and else kept for a person to see.

A letter is marked as sent in a transaction of its own, right after the server has taken it: what dies in between is
sent again as the same message, by its Message-ID.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from sqlmodel import col, select

from vekha.domain.access import Action, demand
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.mail.post import MailError
from vekha.services.delivery.reminders import DIGEST
from vekha.services.work import Work
from vekha.storage import outbox
from vekha.storage.outbox import MAX_ATTEMPTS, Job
from vekha.storage.tables import Addressee, Notice

TOO_OLD = dt.timedelta(days=3)  # a reminder that old would only confuse
PAUSE = dt.timedelta(minutes=2)  # for all letters, when the server is down
WAITING, SENT, FAILED, DROPPED = "waiting", "sent", "failed", "dropped"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter on its way."""

    to: str
    message: EmailMessage


def letter(work: Work, key: str) -> Outgoing | None:
    """The letter of the notice `key`; None when there is nothing to send (any more).

    Raises MailError mail.not_configured (down) or mail.too_old (permanent).
    """
    row = work.session.get(Notice, key)
    person = work.session.get(Addressee, row.addressee) if row else None
    if row is None or person is None or person.email is None or row.mail != WAITING:
        return None
    server = work.tools.mail_server
    if server is None:
        raise MailError(problem("mail.not_configured"), down=True)
    if row.mail_error is not None and work.now - row.at > TOO_OLD:
        raise MailError(problem("mail.too_old", days=TOO_OLD.days), permanent=True)
    digest = DIGEST.validate_python(row.body)
    message = work.tools.letters.message(
        digest, key=key, to=person.email, name=person.name, sender=server.sender, at=row.at
    )
    return Outgoing(person.email, message)


def sent(work: Work, job: Job) -> None:
    """The server has taken the letter: nobody sends it again."""
    _mark(work, job.payload["notice"], SENT)
    outbox.done(work.session, job, work.now)


def not_sent(work: Work, job: Job, error: MailError) -> None:
    """A refusal for good, or once too often, puts the letter among the undelivered; else it is tried again later.

    While the server is down every letter waits, and none of them has used up an attempt.
    """
    key, last = job.payload["notice"], job.attempt >= MAX_ATTEMPTS and not error.down
    _mark(work, key, FAILED if error.permanent or last else WAITING, str(error))
    if error.permanent or last:
        outbox.done(work.session, job, work.now)
    elif error.down:
        outbox.put_back(work.session, job, work.now, PAUSE)
        outbox.postpone(work.session, job.kind, work.now + PAUSE)
    else:
        outbox.failed(work.session, job, work.now, str(error))


def _mark(work: Work, key: str, state: str, error: str | None = None) -> None:
    row = work.session.get_one(Notice, key)
    row.mail, row.mail_error = state, error
    row.mailed_at = work.now if state == SENT else None
    work.session.add(row)


# --- for a person -----------------------------------------------------------------------------------------------------


def undelivered(work: Work) -> list[dict[str, Any]]:
    """Letters given up and letters that wait after a failure, oldest first."""
    demand(work.actor, Action.SCHEDULE)
    rows = select(Notice, Addressee).join(Addressee, col(Addressee.id) == col(Notice.addressee))
    rows = rows.where(col(Notice.mail).in_([WAITING, FAILED]), col(Notice.mail_error).is_not(None))
    return [
        {
            "key": row.key,
            "email": person.email,
            "name": person.name,
            "on": row.on,
            "subject": row.subject,
            "state": row.mail,
            "error": row.mail_error,
        }
        for row, person in work.session.exec(rows.order_by(col(Notice.at), col(Notice.key)))
    ]


def retry(work: Work, keys: Sequence[str]) -> int:
    """Queues undelivered letters again, all of them without keys. Raises VekhaError mail.unknown for each other key."""
    rows = _given_up(work, keys)
    for row in rows:
        row.mail, row.mail_error = WAITING, None
        work.session.add(row)
        work.queue("mail", f"mail:{row.key}:{work.now.isoformat()}", {"notice": row.key})
        work.audit(f"mail:{row.key}", old=FAILED, new=WAITING)
    return len(rows)


def drop(work: Work, keys: Sequence[str]) -> int:
    """Gives up undelivered letters for good; the digests stay in people's lists."""
    rows = _given_up(work, keys)
    for row in rows:
        row.mail = DROPPED
        work.session.add(row)
        work.audit(f"mail:{row.key}", old=FAILED, new=DROPPED)
    return len(rows)


def _given_up(work: Work, keys: Sequence[str]) -> Sequence[Notice]:
    demand(work.actor, Action.SCHEDULE)
    rows = select(Notice).where(Notice.mail == FAILED).order_by(col(Notice.key))
    if keys:
        rows = rows.where(col(Notice.key).in_(keys))
    found = work.session.exec(rows.with_for_update()).all()
    known = {row.key for row in found}
    problems: list[Problem] = [problem("mail.unknown", key, key=key) for key in keys if key not in known]
    if problems:
        raise VekhaError(problems)
    return found
