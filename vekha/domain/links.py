"""Personal links: what one that was given out stands for now."""

import datetime as dt
from enum import StrEnum

SHORTEST, USUAL, LONGEST = 1, 30, 180  # days that a link works


class LinkState(StrEnum):
    WAITING = "waiting"
    OPENED = "opened"  # looked at, not answered
    ANSWERED = "answered"
    EXPIRED = "expired"
    REVOKED = "revoked"


def state_of(
    now: dt.datetime,
    *,
    expires_at: dt.datetime,
    opened_at: dt.datetime | None,
    answered_at: dt.datetime | None,
    revoked_at: dt.datetime | None,
) -> LinkState:
    """An answer stays an answer, whatever happens to the link afterwards."""
    if answered_at is not None:
        return LinkState.ANSWERED
    if revoked_at is not None:
        return LinkState.REVOKED
    if expires_at <= now:
        return LinkState.EXPIRED
    return LinkState.OPENED if opened_at is not None else LinkState.WAITING


def lasts(days: int) -> dt.timedelta:
    return dt.timedelta(days=min(max(days, SHORTEST), LONGEST))
