"""Keys of the API: what one may be allowed to do, for how long, under which name."""

import datetime as dt
from collections.abc import Collection, Iterator
from enum import StrEnum

from vekha.domain.errors import Problem, problem

PREFIX = "vekha_"  # so that a key that got lost in a text is recognised
SHOWN = len(PREFIX) + 4  # characters of the secret by which people recognise a key
MAX_DAYS = 366
MAX_NAME = 100
FRESH = dt.timedelta(minutes=5)  # how exactly the last use is remembered


class Scope(StrEnum):
    """What a key opens: an area of the API, to read or to write. Writing includes no reading."""

    READ_INSTITUTIONS = "institutions:read"
    WRITE_INSTITUTIONS = "institutions:write"
    READ_CAMPAIGNS = "campaigns:read"
    WRITE_CAMPAIGNS = "campaigns:write"
    READ_STATUSES = "statuses:read"
    READ_DOCUMENTS = "documents:read"
    READ_SURVEYS = "surveys:read"
    READ_PAIRS = "pairs:read"
    READ_FIGURES = "figures:read"
    READ_PRACTICES = "practices:read"


def token_problems(name: str, scopes: Collection[str], days: int) -> Iterator[Problem]:
    """Everything that is wrong with a key to be made."""
    if not 0 < len(name.strip()) <= MAX_NAME:
        yield problem("token.name_needed", "name", most=MAX_NAME)
    known = [each.value for each in Scope]
    for each in scopes:
        if each not in known:
            yield problem("token.unknown_scope", "scope", scope=each, known=", ".join(known))
    if not scopes:
        yield problem("token.scope_needed", "scope")
    if not 1 <= days <= MAX_DAYS:
        yield problem("token.bad_life", "days", most=MAX_DAYS)
