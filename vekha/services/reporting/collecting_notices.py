"""Reminding the curators who have not confirmed: when an operator asks, and by itself near the closing date."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import and_
from sqlmodel import col, select

from vekha.domain.access import Action, demand
from vekha.domain.reminders import Digest, News
from vekha.domain.reporting.collection import Phase, Standing
from vekha.services.delivery.addressees import CURATOR, sync
from vekha.services.delivery.at_once import say, with_duty
from vekha.services.reporting import collecting
from vekha.services.work import Work
from vekha.storage.tables import Collection, Duty, Institution, Notice, Programme, Region
from vekha.texts import text

KIND = "figures_waited"
MARKS = (7, 3, 1, 0)  # days before the closing date on which it is said again; the opening day is one more
AFTER = 7  # and every so many days after it
_AT_ONCE = 500  # institutions of one query


def remind(work: Work, code: str) -> int:
    """Tells the curators of every institution that has not confirmed, each at most once a day; returns how many heard.

    Raises VekhaError collection.unknown, access.denied.
    """
    row = collecting.one(work, code)
    demand(work.actor, Action.SCHEDULE, region=row.region)
    told = _tell(work, row)
    work.audit(f"collection:{code}", new="reminded", why=str(told))
    return told


def remind_due(work: Work) -> int:
    """The round: collections whose day it is to be spoken of. A second round of a day says nothing."""
    rows = select(Collection, Region.timezone).join(Region, col(Region.code) == col(Collection.region))
    rows = rows.where(col(Collection.closed_at).is_(None))
    return sum(_tell(work, row) for row, zone in work.session.exec(rows) if speaks(row, work.local_day(zone)))


def speaks(row: Collection, today: dt.date) -> bool:
    """Whether curators hear of the collection on that day by themselves; not before its day: nobody could confirm."""
    left = (row.closes - today).days
    now = collecting.phase_of(row, today)
    if now not in (Phase.OPEN, Phase.OVERDUE) or today < row.on:
        return False
    return left in MARKS or today == max(row.opens, row.on) or (left < 0 and -left % AFTER == 0)


def _tell(work: Work, row: Collection) -> int:
    newest = collecting.newest(work, row.code)
    waited = [
        code
        for code in collecting.asked(work, row)
        if code not in newest or collecting.standing_of(newest[code].version) is Standing.WAITED
    ]
    if not waited:
        return 0
    sync(work)
    work.session.flush()
    return sum(_tell_some(work, row, waited[start : start + _AT_ONCE]) for start in range(0, len(waited), _AT_ONCE))


def _tell_some(work: Work, row: Collection, institutions: Sequence[str]) -> int:
    people = with_duty(work, and_(col(Duty.role) == CURATOR, col(Duty.institution).in_(institutions)))
    days = {who.id: work.local_day(who.timezone) for who in people}
    heard = _heard(work, days)
    programmes, titles = _newest_programmes(work, institutions), _titles(work, institutions)
    news = defaultdict[int, list[News]](list)
    for who in (each for each in people if each.id not in heard and each.home in programmes):
        news[who.id].append(
            News(
                kind=KIND,
                programme=programmes[who.home],
                institution=titles[who.home],
                title=row.title,
                words=text("reminder.news.figures_waited.words", closes=f"{row.closes:%d.%m.%Y}"),
                path="/monitoring",
            )
        )
    say(work, people, {who: Digest(news=tuple(each)) for who, each in news.items()}, KIND)
    return len(news)


def _heard(work: Work, days: dict[int, dt.date]) -> set[int]:
    """Those who have heard today of some collection."""
    rows = select(Notice.addressee, col(Notice.on)).where(
        col(Notice.addressee).in_(list(days)), col(Notice.key).contains(f":{KIND}:")
    )
    return {who for who, on in work.session.exec(rows) if on == days[who]}


def _newest_programmes(work: Work, institutions: Sequence[str]) -> dict[str, str]:
    rows = select(Programme.institution, Programme.key).where(col(Programme.institution).in_(institutions))
    rows = rows.where(Programme.state != "cancelled")
    return dict(work.session.exec(rows.order_by(col(Programme.year), col(Programme.key))).all())


def _titles(work: Work, institutions: Sequence[str]) -> dict[str, str]:
    rows = select(Institution.code, Institution.short_title).where(col(Institution.code).in_(institutions))
    return dict(work.session.exec(rows).all())
