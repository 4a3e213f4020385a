"""What people type into fields of a page: days, lists, flags."""

import datetime as dt
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from vekha.domain.errors import Problem, VekhaError, problem, refuse

Short = Annotated[str, Field(max_length=40)]
"""A code, a day, a time: what a page's model takes as typed, for a domain function to judge."""
Line = Annotated[str, Field(max_length=500)]
Story = Annotated[str, Field(max_length=4000)]


def day_of(value: str) -> dt.date:
    """A day of the calendar field or as people write it. Raises VekhaError web.bad_date."""
    for shape in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(value.strip(), shape).date()  # noqa: DTZ007 — a calendar day has no zone
        except ValueError:
            continue
    raise VekhaError(problem("web.bad_date", value=value))


def days_of(*values: str) -> list[dt.date]:
    """Several of them; whatever is wrong is said at once. Raises VekhaError web.bad_date."""
    days, problems = list[dt.date](), list[Problem]()
    for value in values:
        try:
            days.append(day_of(value))
        except VekhaError as refusal:
            problems += refusal.problems
    refuse(problems)
    return days


def maybe_day(value: str) -> dt.date | None:
    """The same, where nothing may be written. Raises VekhaError web.bad_date."""
    return day_of(value) if value.strip() else None


def filled(values: Iterable[str] | None) -> list[str]:
    """Without what is empty, each once."""
    return list(dict.fromkeys(each.strip() for each in values or () if each.strip()))


def lines_of(value: str) -> list[str]:
    """One a line or divided by semicolons."""
    return filled(value.replace(";", "\n").splitlines())
