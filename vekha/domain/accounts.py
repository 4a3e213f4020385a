"""What holds for accounts: passwords, locking out, how long things last."""

import datetime as dt
from collections.abc import Iterator, Mapping

from vekha.domain.errors import Problem, VekhaError, problem

MIN_PASSWORD = 10
MAX_PASSWORD = 200  # argon2 takes any length; a megabyte is an attack
FAILURES_ALLOWED = 5
LOCK = dt.timedelta(minutes=15)
SESSION = dt.timedelta(days=14)
SESSION_IDLE = dt.timedelta(days=3)
INVITATION = dt.timedelta(days=7)
RESET = dt.timedelta(hours=2)
PERSONAL = dt.timedelta(days=30)


def password_problems(password: str, login: str, name: str) -> Iterator[Problem]:
    """Everything that is wrong with a new password, at once."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        yield problem("account.password_length", "password", least=MIN_PASSWORD)
    lowered = password.casefold()
    own = [part for part in (*login.casefold().split("@")[:1], *name.casefold().split()) if len(part) > 3]
    if any(part in lowered for part in own):
        yield problem("account.password_personal", "password")
    if len(set(lowered)) < 5 or lowered.isdigit():
        yield problem("account.password_simple", "password")


def login_problems(login: str) -> Iterator[Problem]:
    name, at, host = login.partition("@")
    if not (name and at and "." in host) or any(sign.isspace() for sign in login):
        yield problem("account.bad_login", "login", login=login)


def lock_after(failures: int, now: dt.datetime) -> dt.datetime | None:
    """Until when an account is locked once so many attempts in a row have failed."""
    return now + LOCK if failures >= FAILURES_ALLOWED else None


def proven_address(claims: Mapping[str, object]) -> str:
    """The address that an identity provider vouches for. Raises VekhaError oidc.not_verified when it does not.

    An address somebody merely typed there would let them in as anybody.
    """
    address, verified = claims.get("email"), claims.get("email_verified")
    if not isinstance(address, str) or not address or verified not in (True, "true"):
        raise VekhaError(problem("oidc.not_verified"))
    return address
