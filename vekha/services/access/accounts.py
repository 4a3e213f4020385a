"""Accounts: invited by a link, logged in by a password, granted roles in places, locked out after failures."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam
from sqlmodel import col, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from vekha.domain import accounts as rules
from vekha.domain.access import Action, Actor, Grant, demand, roles
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.services.region.zones import zone_of
from vekha.services.work import Work
from vekha.storage.tables import Account, AccountGrant, LoginSession, OneTimeLink

if TYPE_CHECKING:
    from pwdlib import PasswordHash


GIVEN_BY_OPERATORS = frozenset({"municipal_curator", "director", "curator"})
DAY = dt.timedelta(days=1)
SEEN_EVERY = dt.timedelta(minutes=5)  # how exactly it is known when a session was in use


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody logged in."""

    account: int
    login: str
    actor: Actor
    stale: bool = False  # the session was last seen a while ago


def invite(work: Work, login: str, name: str, grant: Grant) -> str:
    """Creates an account without a password and returns the secret of its invitation link."""
    _demand_right_to_give(work, grant)
    login = login.strip().casefold()
    problems = [*rules.login_problems(login)]
    if grant.role not in roles():
        problems.append(problem("access.unknown_role", "role", role=grant.role, known=", ".join(roles())))
    if work.session.exec(select(Account).where(Account.login == login)).first() is not None:
        problems.append(problem("account.exists", "login", login=login))
    refuse(problems)
    row = Account(login=login, name=" ".join(name.split()), created_at=work.now)
    work.session.add(row)
    work.session.flush()
    _give(work, row, grant)
    work.audit(f"account:{login}", new="invited", why=grant.role)
    return _one_time(work, row, "invite", rules.INVITATION)


def reset(work: Work, login: str) -> str:
    """Returns the secret of a link to choose a new password; sessions stay until it is used.

    Whoever has not chosen one yet is invited once more. Earlier links are spent either way.
    """
    row = _managed(work, login)
    if row.password_hash is None:
        work.audit(f"account:{row.login}", new="invited")
        return _one_time(work, row, "invite", rules.INVITATION)
    work.audit(f"account:{row.login}", new="reset")
    return _one_time(work, row, "reset", rules.RESET)


def accept(work: Work, token: str, password: str) -> Account:
    """Sets the password that an invitation or a reset asks for; ends every session of the account."""
    link, row = link_of(work, token)
    refuse(rules.password_problems(password, row.login, row.name))
    row.password_hash = _hasher().hash(password)
    row.failures, row.locked_until = 0, None
    link.used_at = work.now
    work.session.add_all([row, link])
    revoke_all(work, row)
    work.audit(f"account:{row.login}", new="password_set")
    return row


def link_of(work: Work, token: str) -> tuple[OneTimeLink, Account]:
    """Raises VekhaError account.link_spent for a link that is used, old or unknown."""
    link = work.session.get(OneTimeLink, digest(token))
    if link is None or link.used_at is not None or link.expires_at <= work.now:
        raise VekhaError(problem("account.link_spent"))
    return link, work.session.get_one(Account, link.account)


def log_in(work: Work, login: str, password: str, agent: str) -> str | None:
    """The secret of a new session; None when address or password are wrong (the failure is counted).

    Raises VekhaError account.locked after too many failures. The answer takes as long for an unknown address.
    """
    row = work.session.exec(select(Account).where(Account.login == login.strip().casefold()).with_for_update()).first()
    if row is None or row.password_hash is None or row.disabled_at is not None:
        _hasher().verify(password[: rules.MAX_PASSWORD], _decoy())
        return None
    return _begin_session(work, row, agent) if _proves(work, row, password) else None


@dataclass(frozen=True, slots=True)
class NewPassword:
    """What somebody typed to change the own password."""

    old: str
    new: str
    again: str


def change_password(
    work: Work, account: int, typed: NewPassword, agent: str
) -> tuple[str, None] | tuple[None, list[Problem]]:
    """The secret of a new session in place of every session there was; or everything that is wrong.

    The problems are returned, not raised: a wrong old password counts like one at the door. Raises account.locked.
    """
    row = work.session.exec(select(Account).where(Account.id == account).with_for_update()).one()
    problems: list[Problem] = []
    if row.password_hash is None or not _proves(work, row, typed.old):
        problems.append(problem("account.wrong_old_password", "old"))
    problems += rules.password_problems(typed.new, row.login, row.name)
    if typed.new == typed.old:
        problems.append(problem("account.password_same", "new"))
    if typed.new != typed.again:
        problems.append(problem("account.password_differs", "again"))
    if problems:
        return None, problems
    row.password_hash = _hasher().hash(typed.new)
    _spend_links(work, row)
    revoke_all(work, row)
    work.audit(f"account:{row.login}", new="password_changed")
    return _begin_session(work, row, agent), None


def has_password(work: Work, account: int) -> bool:
    """Whoever comes through another system may have chosen none here."""
    return work.session.get_one(Account, account).password_hash is not None


def _proves(work: Work, row: Account, password: str) -> bool:
    """Whether it is the account's password. Failures in a row are counted and lock it; raises account.locked."""
    if row.locked_until is not None and row.locked_until > work.now:
        raise VekhaError(problem("account.locked"))
    work.session.add(row)
    if _hasher().verify(password[: rules.MAX_PASSWORD], row.password_hash or ""):
        row.failures, row.locked_until = 0, None
        return True
    row.failures += 1
    row.locked_until = rules.lock_after(row.failures, work.now)
    if row.locked_until is not None:
        row.failures = 0
        work.audit(f"account:{row.login}", new="locked")
    return False


def log_in_by_address(work: Work, address: str, agent: str) -> str:
    """The secret of a new session of whoever another system has proven to own the address.

    Only an account that somebody was invited to: nobody gets one, or a role, by logging in elsewhere.
    Raises VekhaError oidc.no_account.
    """
    row = work.session.exec(select(Account).where(Account.login == address.strip().casefold())).first()
    if row is None or row.disabled_at is not None:
        raise VekhaError(problem("oidc.no_account", login=address))
    return _begin_session(work, row, agent, why="oidc")


def visitor(work: Work, token: str) -> Visitor | None:
    """Whoever a session belongs to; None when it has ended. Only reads: every page asks, and a writer would wait."""
    row: Any = work.session.connection().execute(_SESSION, {"token": digest(token)}).one_or_none()
    if row is None or row.revoked_at is not None or row.disabled_at is not None:
        return None
    if row.expires_at <= work.now or row.seen_at + rules.SESSION_IDLE <= work.now:
        return None
    actor = Actor(name=row.name, grants=_grants_of(work, row.id))
    return Visitor(row.id, row.login, actor, stale=row.seen_at + SEEN_EVERY <= work.now)


_SESSION = (  # plain columns, past the ORM: this is asked before every page
    select(
        *(col(each) for each in (LoginSession.revoked_at, LoginSession.expires_at, LoginSession.seen_at)),
        *(col(each) for each in (Account.id, Account.login, Account.name, Account.disabled_at)),
    )
    .join(Account, col(Account.id) == col(LoginSession.account))
    .where(col(LoginSession.token) == bindparam("token"))
)


def seen(work: Work, token: str) -> None:
    """Writes down that a session is in use, for `visitor` to know which are idle."""
    mine = update(LoginSession).where(col(LoginSession.token) == digest(token))
    work.session.execute(mine.values(seen_at=work.now))


def grants_of(work: Work, account: Account) -> tuple[Grant, ...]:
    """The roles in force; a substitution counts from its first to its last day, by the clock of its place."""
    work.session.flush()
    return _grants_of(work, account.id)


def _grants_of(work: Work, account: int | None) -> tuple[Grant, ...]:
    day = work.now.date()  # in Greenwich: a day off at most
    rows = work.session.connection().execute(_GRANTS, {"account": account, "first": day - DAY, "last": day + DAY})
    return tuple(found for row in rows.all() if (found := _in_force(work, row)) is not None)


def _in_force(work: Work, row: Any) -> Grant | None:
    given = Grant(role=row.role, region=row.region, municipality=row.municipality, institution=row.institution)
    if row.since is None and row.until is None:
        return given
    today = work.now.astimezone(zone_of(work, Actor(name="", grants=(given,)))).date()
    return given if (row.since or today) <= today <= (row.until or today) else None


_GRANTS = (
    select(
        *(col(each) for each in (AccountGrant.role, AccountGrant.region, AccountGrant.municipality)),
        *(col(each) for each in (AccountGrant.institution, AccountGrant.since, AccountGrant.until)),
    )
    .where(col(AccountGrant.account) == bindparam("account"))
    .where(or_(col(AccountGrant.since).is_(None), col(AccountGrant.since) <= bindparam("last")))
    .where(or_(col(AccountGrant.until).is_(None), col(AccountGrant.until) >= bindparam("first")))
    .order_by(col(AccountGrant.id))
)


def grant(
    work: Work, login: str, given: Grant, *, since: dt.date | None = None, until: dt.date | None = None, why: str = ""
) -> None:
    """Gives a role; with `until` for a substitution that ends by itself."""
    _demand_right_to_give(work, given)
    if given.role not in roles():
        raise VekhaError(problem("access.unknown_role", "role", role=given.role, known=", ".join(roles())))
    row = by_login(work, login)
    _give(work, row, given, since=since, until=until, why=why)
    work.audit(f"account:{row.login}", new=f"granted:{given.role}", why=why or None)


def disable(work: Work, login: str) -> None:
    """Nobody logs in with it any more; the audit keeps the name. The last administrator stays."""
    row = _managed(work, login)
    if administrators(work) == {row.id}:
        raise VekhaError(problem("account.last_administrator", login))
    row.disabled_at = work.now
    work.session.add(row)
    _spend_links(work, row)
    revoke_all(work, row)
    work.audit(f"account:{row.login}", new="disabled")


def administrators(work: Work) -> set[int]:
    """The accounts that administer the installation for good."""
    rows = (
        select(col(AccountGrant.account))
        .join(Account, col(Account.id) == col(AccountGrant.account))
        .where(AccountGrant.role == "administrator", col(AccountGrant.until).is_(None))
        .where(col(Account.disabled_at).is_(None))
    )
    return set(work.session.exec(rows))


def may_manage(work: Work, given: Iterable[AccountGrant]) -> bool:
    """Whoever could give every role of an account may take them, end its sessions, send it a new link."""
    if work.actor.may(Action.ADMINISTER):
        return True
    held = tuple(given)
    return bool(held) and all(
        each.role in GIVEN_BY_OPERATORS
        and work.actor.may(
            Action.SCHEDULE, region=each.region, municipality=each.municipality, institution=each.institution
        )
        for each in held
    )


def grants_held(work: Work) -> SelectOfScalar[AccountGrant]:
    """The query of roles that are not over, also those still to come."""
    rows = select(AccountGrant).order_by(col(AccountGrant.id))
    return rows.where(or_(col(AccountGrant.until).is_(None), col(AccountGrant.until) >= work.now.date()))


def _managed(work: Work, login: str) -> Account:
    """Raises VekhaError access.denied unless the actor `may_manage` the account."""
    row = work.session.exec(select(Account).where(Account.login == login.strip().casefold())).first()
    held = grants_held(work).where(AccountGrant.account == (row.id if row else None))
    if not may_manage(work, work.session.exec(held)):
        raise VekhaError(problem("access.denied", who=work.actor.name))
    return row or by_login(work, login)  # only an administrator hears that there is none


def sessions(work: Work, account: int) -> Sequence[LoginSession]:
    """Sessions that still work, the newest first."""
    rows = select(LoginSession).where(LoginSession.account == account, LoginSession.expires_at > work.now)
    return work.session.exec(
        rows.where(col(LoginSession.revoked_at).is_(None)).order_by(col(LoginSession.seen_at).desc())
    ).all()


def log_out(work: Work, token: str) -> None:
    end_session(work, digest(token))


def end_session(work: Work, token_digest: str, account: int | None = None) -> None:
    """Ends one session; with `account` only if it is theirs."""
    row = work.session.get(LoginSession, token_digest)
    if row is not None and account in (None, row.account):
        row.revoked_at = work.now
        work.session.add(row)


def revoke_all(work: Work, account: Account) -> None:
    ended = update(LoginSession).where(col(LoginSession.account) == account.id, col(LoginSession.revoked_at).is_(None))
    work.session.execute(ended.values(revoked_at=work.now))


def every(work: Work) -> Sequence[tuple[Account, tuple[Grant, ...]]]:
    """Accounts with their roles, by login."""
    demand(work.actor, Action.ADMINISTER)
    rows = work.session.exec(select(Account).order_by(col(Account.login))).all()
    return [(row, grants_of(work, row)) for row in rows]


def by_login(work: Work, login: str) -> Account:
    row = work.session.exec(select(Account).where(Account.login == login.strip().casefold())).first()
    if row is None:
        raise VekhaError(problem("account.unknown", login=login))
    return row


def any_account(work: Work) -> bool:
    """Whether anybody has been invited yet: an installation begins with its administrator."""
    return work.session.exec(select(col(Account.id)).limit(1)).first() is not None


def digest(token: str) -> str:
    """What of a secret is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def _begin_session(work: Work, row: Account, agent: str, why: str | None = None) -> str:
    """The secret of a session of one's own: whatever the browser brought along is not taken over."""
    token = secrets.token_urlsafe(32)
    times = {"created_at": work.now, "seen_at": work.now, "expires_at": work.now + rules.SESSION}
    work.session.add(LoginSession(token=digest(token), account=row.id or 0, agent=agent[:200], **times))
    work.audit(f"account:{row.login}", new="logged_in", why=why)
    return token


def _one_time(work: Work, row: Account, purpose: str, lasts: dt.timedelta) -> str:
    """One link works at a time: what went to a wrong address is worth nothing once another is sent."""
    _spend_links(work, row)
    token = secrets.token_urlsafe(32)
    link = OneTimeLink(token=digest(token), purpose=purpose, account=row.id or 0, expires_at=work.now + lasts)
    work.session.add(link)
    return token


def _spend_links(work: Work, row: Account) -> None:
    open_ones = update(OneTimeLink).where(col(OneTimeLink.account) == row.id, col(OneTimeLink.used_at).is_(None))
    work.session.execute(open_ones.values(used_at=work.now))


def _give(
    work: Work,
    row: Account,
    given: Grant,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    why: str = "",
) -> None:
    work.session.add(
        AccountGrant(
            account=row.id or 0,
            role=given.role,
            region=given.region,
            municipality=given.municipality,
            institution=given.institution,
            since=since,
            until=until,
            given_by=work.actor.name,
            why=why or None,
        )
    )


def _demand_right_to_give(work: Work, given: Grant) -> None:
    """An operator appoints heads and curators of the own region; the rest only an administrator."""
    action = Action.SCHEDULE if given.role in GIVEN_BY_OPERATORS else Action.ADMINISTER
    demand(work.actor, action, region=given.region, municipality=given.municipality, institution=given.institution)


@cache
def _hasher() -> "PasswordHash":
    from pwdlib import PasswordHash  # noqa: PLC0415 — only where somebody logs in

    return PasswordHash.recommended()


@cache
def _decoy() -> str:
    """A hash of nobody's password: an unknown address must cost as much time as a known one."""
    return _hasher().hash(secrets.token_urlsafe(16))
