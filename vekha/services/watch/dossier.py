"""One institution as whoever looks after it needs it: whom to call, who has an account, where its programmes stand."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, func, select

from vekha.domain.access import Action
from vekha.services.process.stage_sheet import Lacking, Sheet, current_stage, sheet
from vekha.services.watch import trail
from vekha.services.work import Work, institution_of
from vekha.storage.tables import Account, AccountGrant, Campaign, Institution, LoginSession, Programme

EVENTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A programme with its stages. `lacking` is why each stage at work is not closed, by its code."""

    programme: Programme
    campaign: str
    sheet: Sheet
    lacking: Mapping[str, tuple[Lacking, ...]]
    sheets: Mapping[str, Sheet]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody with an account for the institution. `seen` is the day of the last visit."""

    name: str
    login: str
    role: str
    until: dt.date | None
    seen: dt.datetime | None
    disabled: bool
    invited: bool  # and has not come yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    institution: Institution
    today: dt.date
    courses: tuple[Course, ...]
    former: tuple[Programme, ...]
    holders: tuple[Holder, ...]
    events: Sequence[trail.Entry]
    may_schedule: bool


def dossier(work: Work, code: str) -> Dossier:
    """Raises VekhaError institution.unknown or access.denied."""
    home = institution_of(work.session, code)
    work.demand(Action.VIEW, home)
    rows = select(Programme, Campaign.title).outerjoin(Campaign, col(Campaign.code) == col(Programme.campaign))
    rows = rows.where(Programme.institution == code).order_by(col(Programme.year).desc(), col(Programme.key))
    found = work.session.exec(rows).all()
    at_work = [(programme, title or "") for programme, title in found if programme.state in ("running", "paused")]
    place = {"region": home.region, "municipality": home.municipality, "institution": home.code}
    return Dossier(
        institution=home,
        today=work.local_day(home.timezone),
        courses=tuple(_course(work, programme, title) for programme, title in at_work),
        former=tuple(programme for programme, _ in found if programme.state not in ("running", "paused")),
        holders=tuple(_holders(work, code)),
        events=trail.trail(work, trail.Asked(institution=code), EVENTS),
        may_schedule=work.actor.may(Action.SCHEDULE, **place),
    )


def _course(work: Work, programme: Programme, campaign: str) -> Course:
    now = sheet(work, programme.key, current_stage(work, programme.key))
    opened = [each.code for each in now.steps if each.state == "open"]
    sheets = {code: sheet(work, programme.key, code) for code in opened}
    lacking = {code: each.lacking for code, each in sheets.items()}
    return Course(programme=programme, campaign=campaign, sheet=now, lacking=lacking, sheets=sheets)


def _holders(work: Work, code: str) -> Iterator[Holder]:
    seen = select(col(LoginSession.account), func.max(col(LoginSession.seen_at)).label("seen"))
    last = seen.group_by(col(LoginSession.account)).subquery()
    rows: Any = (
        select(Account, AccountGrant, last.c.seen)
        .join(AccountGrant, col(AccountGrant.account) == col(Account.id))
        .outerjoin(last, last.c.account == col(Account.id))
        .where(AccountGrant.institution == code)
        .order_by(col(Account.name), col(AccountGrant.id))
    )
    today = work.now.date()
    for account, grant, when in work.session.execute(rows):
        if grant.until is None or grant.until >= today:
            yield Holder(
                name=account.name,
                login=account.login,
                role=grant.role,
                until=grant.until,
                seen=when,
                disabled=account.disabled_at is not None,
                invited=account.password_hash is None,
            )
