"""What people type into fields of a page: days, lists, flags."""

import datetime as dt
from collections.abc import Iterable

from vekha.domain.errors import VekhaError, problem


def day_of(value: str) -> dt.date:
    """A day of the calendar field or as people write it. Raises VekhaError web.bad_date."""
    for shape in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(value.strip(), shape).date()  # noqa: DTZ007 — a calendar day has no zone
        except ValueError:
            continue
    raise VekhaError(problem("web.bad_date", value=value))


def maybe_day(value: str) -> dt.date | None:
    """The same, where nothing may be written. Raises VekhaError web.bad_date."""
    return day_of(value) if value.strip() else None


def filled(values: Iterable[str] | None) -> list[str]:
    """Without what is empty, each once."""
    return list(dict.fromkeys(each.strip() for each in values or () if each.strip()))


def lines_of(value: str) -> list[str]:
    """One a line or divided by semicolons."""
    return filled(value.replace(";", "\n").splitlines())
