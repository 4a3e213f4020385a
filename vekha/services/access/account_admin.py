"""Accounts as administrators and operators keep them: who is there, roles given and taken, substitutions, sessions.

An administrator keeps every account; an operator those whose every role the operator may give (`may_manage`).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import col, func, select

from vekha.domain.access import Action, Grant
from vekha.domain.errors import VekhaError, problem, refuse
from vekha.services.access import accounts
from vekha.services.access.accounts import grants_held, may_manage
from vekha.services.work import Work
from vekha.storage.tables import Account, AccountGrant, Institution, LoginSession, Region


@dataclass(frozen=True, slots=True)
class Keeping:
    """An account with its roles, over ones left out; `seen` is its last request."""

    row: Account
    grants: tuple[AccountGrant, ...]
    seen: dt.datetime | None

    @property
    def state(self) -> str:
        return "disabled" if self.row.disabled_at else "active" if self.row.password_hash else "invited"


def listing(work: Work, search: str = "") -> Sequence[Keeping]:
    """The accounts the actor keeps, by name, in three queries."""
    demand_keeping(work)
    grants: dict[int, list[AccountGrant]] = {}
    for each in work.session.exec(grants_held(work)):
        grants.setdefault(each.account, []).append(each)
    last = select(LoginSession.account, func.max(LoginSession.seen_at)).group_by(col(LoginSession.account))
    seen = dict(work.session.exec(last).all())
    words = search.casefold().split()
    found = [
        Keeping(row, tuple(grants.get(row.id or 0, ())), seen.get(row.id or 0))
        for row in work.session.exec(select(Account))
        if all(word in f"{row.name} {row.login}".casefold() for word in words)
    ]
    kept = [each for each in found if may_manage(work, each.grants)]
    return sorted(kept, key=lambda each: (each.row.name.casefold(), each.row.login))


def one(work: Work, number: int) -> Keeping:
    """Raises VekhaError account.unknown, also for an account that somebody else keeps."""
    demand_keeping(work)
    row = work.session.get(Account, number)
    grants = tuple(work.session.exec(grants_held(work).where(AccountGrant.account == number)))
    if row is None or not may_manage(work, grants):
        raise VekhaError(problem("account.unknown", login=f"№ {number}"))
    last = select(func.max(LoginSession.seen_at)).where(LoginSession.account == number)
    return Keeping(row, grants, work.session.exec(last).one())


def own_roles(work: Work, account: int) -> tuple[AccountGrant, ...]:
    """One's own, also those still to come."""
    return tuple(work.session.exec(grants_held(work).where(AccountGrant.account == account)))


def places(work: Work, kept: Iterable[Keeping]) -> dict[str, str]:
    """The names of the institutions and regions where roles hold, by code."""
    return places_of(work, [grant for each in kept for grant in each.grants])


def places_of(work: Work, rows: Sequence[AccountGrant]) -> dict[str, str]:
    homes, regions = {each.institution for each in rows} - {""}, {each.region for each in rows} - {""}
    named = select(Institution.code, Institution.short_title).where(col(Institution.code).in_(homes))
    wide = select(Region.code, Region.title).where(col(Region.code).in_(regions))
    return {**dict(work.session.exec(wide).all()), **dict(work.session.exec(named).all())}


def demand_keeping(work: Work) -> None:
    """Raises VekhaError access.denied for whoever keeps no accounts at all."""
    if not (work.actor.granting(Action.SCHEDULE) or work.actor.may(Action.ADMINISTER)):
        raise VekhaError(problem("access.denied", who=work.actor.name))


def invite(work: Work, login: str, name: str, given: Grant) -> str:
    """As `accounts.invite`; the place must be there and fit the role."""
    if len(name.split()) < 2:
        raise VekhaError(problem("people.name_incomplete", "name", person=name))
    return accounts.invite(work, login, name, placed(work, given))


def placed(work: Work, given: Grant) -> Grant:
    """The role with its region filled in. Raises VekhaError for a role without the place it needs, or a wrong one."""
    if given.role in ("director", "curator") and not given.institution:
        raise VekhaError(problem("account.place_needed", "institution"))
    if given.role == "municipal_curator" and not given.municipality:
        raise VekhaError(problem("account.place_needed", "municipality"))
    if given.role == "operator" and not given.region:
        raise VekhaError(problem("account.place_needed", "region"))
    if not given.institution:
        return given
    home = work.session.get(Institution, given.institution)
    if home is None:
        raise VekhaError(problem("institution.unknown", "institution", institution=given.institution))
    return Grant(role=given.role, region=home.region, municipality="", institution=home.code)


def withdraw(work: Work, number: int, grant: int) -> None:
    """Takes a role away at once. The last administrator keeps theirs."""
    kept = one(work, number)
    row = next((each for each in kept.grants if each.id == grant), None)
    if row is None:
        raise VekhaError(problem("account.no_such_role"))
    if row.role == "administrator" and accounts.administrators(work) == {number}:
        raise VekhaError(problem("account.last_administrator", kept.row.login))
    work.session.delete(row)
    work.audit(f"account:{kept.row.login}", old=f"granted:{row.role}", new="withdrawn", why=_place(row))


def substitute(work: Work, number: int, absent: int, first: dt.date, last: dt.date, why: str) -> int:
    """Gives an account the roles of somebody absent from a day to a day; returns how many.

    Only lasting roles are handed over, not those that the absent person holds for somebody else.
    """
    kept, away = one(work, number), one(work, absent)
    today = work.now.date()
    lasting = [each for each in away.grants if each.until is None and (each.since is None or each.since <= last)]
    problems = [] if first <= last else [problem("account.period_backwards", "until")]
    problems += [] if last >= today else [problem("account.period_over", "until")]
    problems += [] if lasting and number != absent else [problem("account.nobody_to_substitute", "absent")]
    refuse(problems)
    for each in lasting:
        given = Grant(role=each.role, region=each.region, municipality=each.municipality, institution=each.institution)
        accounts.grant(work, kept.row.login, given, since=first, until=last, why=why.strip() or away.row.name)
    return len(lasting)


def reset(work: Work, number: int) -> str:
    """The secret of a link for a new password."""
    return accounts.reset(work, one(work, number).row.login)


def disable(work: Work, number: int) -> None:
    accounts.disable(work, one(work, number).row.login)


def enable(work: Work, number: int) -> None:
    """Lets a disabled account in again, with the password and the roles it had."""
    row = one(work, number).row
    if row.disabled_at is not None:
        row.disabled_at = None
        work.session.add(row)
        work.audit(f"account:{row.login}", old="disabled", new="enabled")


def sessions(work: Work, number: int) -> Sequence[LoginSession]:
    return accounts.sessions(work, one(work, number).row.id or 0)


def end_sessions(work: Work, number: int) -> None:
    row = one(work, number).row
    accounts.revoke_all(work, row)
    work.audit(f"account:{row.login}", new="sessions_ended")


def _place(row: AccountGrant) -> str:
    return row.institution or row.municipality or row.region
