"""Consents to processing that run out within a month, before the programme does: what their curator is told."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlmodel import col

from vekha.domain.campaign import ProgrammeState
from vekha.domain.consents import SOON
from vekha.domain.people import Purpose, Standing
from vekha.domain.reminders import News
from vekha.mail.wording import counted
from vekha.services.work import EARLIEST_TZ, Work
from vekha.storage.tables import Consent, Institution, Participation, Person, Programme
from vekha.texts import text

MARKS = (SOON.days, 7, 1)  # days left on which it is said


def soon(work: Work, institutions: set[str]) -> Sequence[Row[Any]]:
    """Those in the registers of running programmes whose last consent ends within a month, and before the cycle."""
    latest = (work.now + EARLIEST_TZ).date()
    until = func.max(col(Consent.until))
    rows = (
        select(
            col(Programme.key).label("programme"),
            col(Programme.institution).label("institution"),
            col(Institution.short_title).label("home"),
            col(Institution.timezone).label("timezone"),
            col(Person.code).label("person"),
            col(Person.name).label("name"),
            until.label("until"),
        )
        .join_from(Programme, Institution, col(Institution.code) == col(Programme.institution))
        .join(Participation, col(Participation.programme) == col(Programme.key))
        .join(
            Person,
            and_(col(Person.institution) == col(Programme.institution), col(Person.code) == col(Participation.person)),
        )
        .join(
            Consent,
            and_(
                col(Consent.institution) == col(Programme.institution),
                col(Consent.person) == col(Participation.person),
            ),
        )
        .where(
            col(Programme.institution).in_(institutions),
            col(Programme.state) == ProgrammeState.RUNNING,
            col(Participation.standing) == Standing.REGISTERED,
            col(Consent.purpose) == Purpose.PROCESSING,
            col(Consent.withdrawn_on).is_(None),
        )
        .group_by(
            col(Programme.key),
            col(Programme.institution),
            col(Programme.cycle_ends),
            col(Institution.short_title),
            col(Institution.timezone),
            col(Person.code),
            col(Person.name),
        )
        .having(
            until >= latest - dt.timedelta(days=1),
            until <= latest + SOON,
            until < col(Programme.cycle_ends),
        )
        .order_by(col(Programme.key), col(Person.code))
    )
    return work.session.execute(rows).all()


def news(row: Row[Any], left: int) -> News:
    return News(
        kind="consent_expiring",
        programme=row.programme,
        institution=row.home,
        title=row.name,
        words=text("process.stopped.expiring", until=f"{row.until:%d.%m.%Y}", days=counted("day", left)),
        path="/consents",
    )
