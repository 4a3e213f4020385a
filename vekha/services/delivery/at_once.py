"""Word that does not wait for the digest of the day: a digest of its own for whoever has a duty.

Whom that is says the register of addressees, as the last round left it. A letter waits for the end of the quiet hours.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, or_, select
from sqlmodel import col

from vekha.domain.reminders import Digest, News, next_hour_to_speak
from vekha.mail.wording import subject
from vekha.services.delivery.addressees import CURATOR
from vekha.services.delivery.reminders import DIGEST
from vekha.services.work import Work
from vekha.storage.tables import Addressee, Duty, Notice


def tell_curators(work: Work, institution: str, news: Sequence[News]) -> None:
    """The curator of an institution hears of something at once; one message, however much there is."""
    if not news:
        return
    people = with_duty(work, and_(col(Duty.role) == CURATOR, col(Duty.institution) == institution))
    say(work, people, {who.id: Digest(news=tuple(news)) for who in people}, news[0].kind)


def with_duty(work: Work, duty: Any) -> Sequence[Row[Any]]:
    """Those who have a duty, with its place (`place` a region, `home` an institution)."""
    a = Addressee
    columns = (col(a.id), col(a.email), col(a.region), col(a.timezone))
    places = (col(Duty.region).label("place"), col(Duty.institution).label("home"))
    rows = select(*columns, *places).join(Duty, col(Duty.addressee) == col(a.id))
    return work.session.execute(rows.where(duty, or_(col(Duty.municipality) == "", col(Duty.institution) != ""))).all()


def say(work: Work, people: Iterable[Row[Any]], heard: Mapping[int, Digest], kind: str) -> None:
    """The message of each in their list and its letter in the queue; nobody gets an empty one.

    `kind` keeps apart what is said of different things at one moment.
    """
    for who in {each.id: each for each in people}.values():
        made = heard.get(who.id)
        if made is None or made.empty:
            continue
        local = work.now.astimezone(ZoneInfo(who.timezone))
        key = _key(work, f"{who.id}:{kind}:{work.now.isoformat()}")
        mail = who.email is not None and work.tools.mail_server is not None
        row = {"key": key, "addressee": who.id, "on": local.date(), "at": work.now, "subject": subject(made)}
        body = DIGEST.dump_python(made, mode="json")
        work.append(Notice, [{**row, "body": body, "mail": "waiting" if mail else ""}])
        if mail:
            ready = next_hour_to_speak(work.tools.policies.of(who.region).quiet, local).astimezone(dt.UTC)
            work.queue("mail", f"mail:{key}", {"notice": key}, ready)


def _key(work: Work, wanted: str) -> str:
    """A second message of one moment is another message."""
    number = work.said_at_once.get(wanted, 0) + 1
    work.said_at_once[wanted] = number
    return wanted if number == 1 else f"{wanted}:{number}"
