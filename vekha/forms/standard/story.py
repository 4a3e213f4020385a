"""What samples tell: different words for each answer, so that the papers of a story do not look copied."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from vekha.domain.people import PersonFact, Role
from vekha.forms.base import SampleRequest
from vekha.texts import section


def told(request: SampleRequest, theme: str) -> Any:
    """The line of `texts/ru/story.toml` for this answer. Raises KeyError for an unknown theme."""
    lines: Sequence[Any] = section("story")[theme]
    return lines[request.serial % len(lines)]


def varied(request: SampleRequest, low: int, high: int, step: int = 1) -> int:
    """A number between `low` and `high` that changes from answer to answer."""
    return low + (request.serial * step) % (high - low + 1)


def rotated(values: Sequence[str], by: int) -> list[str]:
    shift = by % len(values) if values else 0
    return [*values[shift:], *values[:shift]]


def subject(request: SampleRequest, *roles: Role) -> str:
    """Whom the answer is about: the subject asked for, else somebody in one of the roles, else the first known."""
    if request.subject is not None:
        return request.subject
    known = [each for each in request.people.persons.values() if not roles or any(r in each.standings for r in roles)]
    return known[request.serial % len(known)].code


def person(request: SampleRequest, *roles: Role) -> PersonFact:
    return request.people.persons[subject(request, *roles)]


def pair_code(request: SampleRequest) -> str:
    codes = [each.code for each in request.people.active_pairs]
    return request.subject or codes[request.serial % len(codes)]


def until(request: SampleRequest) -> date:
    """The end of a consent: the last day of the year in which the cycle ends, so that the papers can be finished."""
    return date(request.cycle_ends.year, 12, 31)
