"""Keys of the API: given out to an account, shown once, recognised by their digest, revoked."""

import datetime as dt
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import col, select, update

from vekha.domain.access import Action, Actor, demand
from vekha.domain.errors import VekhaError, problem, refuse
from vekha.domain.tokens import FRESH, PREFIX, SHOWN, Scope, token_problems
from vekha.services.access.accounts import by_login, digest, grants_of
from vekha.services.work import Work
from vekha.storage.tables import Account, ApiToken


@dataclass(frozen=True, slots=True)
class Caller:
    """A system that asks: the actor it is, and what its key opens."""

    actor: Actor
    scopes: frozenset[str]
    stale: bool = False  # its last use was some minutes ago: worth writing down

    def demand(self, scope: Scope) -> None:
        """Raises VekhaError token.scope_missing."""
        if scope.value not in self.scopes:
            raise VekhaError(problem("token.scope_missing", scope=scope.value))


def create(work: Work, login: str, name: str, scopes: Collection[str], days: int, *, asking: int | None = None) -> str:
    """Makes a key of an account and returns its secret, which nobody can read again.

    `asking` is the account of who asks: one's own key, for whoever keeps institutions and campaigns; anybody's, for
    an administrator. Raises VekhaError with everything that is wrong.
    """
    owner = by_login(work, login)
    _demand_right(work, owner, asking)
    refuse(token_problems(name, scopes, days))
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        digest=digest(secret),
        shown=secret[:SHOWN],
        name=" ".join(name.split()),
        account=owner.id or 0,
        scopes=sorted(set(scopes)),
        created_at=work.now,
        expires_at=work.now + dt.timedelta(days=days),
    )
    work.session.add(row)
    work.session.flush()
    work.audit(f"token:{row.id}", new="created", why=f"{row.name}: {', '.join(row.scopes)}")
    return secret


def listing(work: Work, asking: int | None = None) -> Sequence[tuple[ApiToken, Account]]:
    """Keys that still work with their owners, the newest first: everybody's for an administrator, else one's own."""
    rows = select(ApiToken, Account).join(Account, col(Account.id) == col(ApiToken.account))
    rows = rows.where(col(ApiToken.revoked_at).is_(None), ApiToken.expires_at > work.now)
    if asking is None or not work.actor.granting(Action.SCHEDULE):
        demand(work.actor, Action.ADMINISTER)
    if not work.actor.granting(Action.ADMINISTER):
        rows = rows.where(ApiToken.account == asking)
    return work.session.exec(rows.order_by(col(ApiToken.id).desc())).all()


def revoke(work: Work, number: int, *, asking: int | None = None) -> None:
    """Raises VekhaError token.not_here for one that is not there or is somebody else's."""
    row = work.session.get(ApiToken, number)
    if row is None or not (row.account == asking or work.actor.granting(Action.ADMINISTER)):
        raise VekhaError(problem("token.not_here"))
    if row.revoked_at is None:
        row.revoked_at = work.now
        work.session.add(row)
        work.audit(f"token:{number}", old="created", new="revoked", why=row.name)


def caller(work: Work, secret: str) -> Caller:
    """Whoever a key stands for, with the roles that its account has today. Raises VekhaError token.unknown."""
    row = work.session.exec(select(ApiToken).where(ApiToken.digest == digest(secret))).first()
    if row is None or row.revoked_at is not None or row.expires_at <= work.now:
        raise VekhaError(problem("token.unknown"))
    owner = work.session.get_one(Account, row.account)
    if owner.disabled_at is not None:
        raise VekhaError(problem("token.unknown"))
    stale = row.used_at is None or row.used_at + FRESH <= work.now
    actor = Actor(name=f"{owner.name} ({row.name})", grants=grants_of(work, owner))
    return Caller(actor, frozenset(row.scopes), stale)


def remember_use(work: Work, secret: str) -> None:
    """Writes down that a key is in use, for whoever looks whether it still is."""
    work.session.execute(update(ApiToken).where(col(ApiToken.digest) == digest(secret)).values(used_at=work.now))


def _demand_right(work: Work, owner: Account, asking: int | None) -> None:
    """One's own keys are for whoever keeps institutions and campaigns somewhere; others' are the administrator's."""
    if not (owner.id == asking and work.actor.granting(Action.SCHEDULE)):
        demand(work.actor, Action.ADMINISTER)
