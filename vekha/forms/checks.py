"""Cross-field checks that many forms share. `where` is the name of the field, as in `Form.refusals`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from vekha.domain.errors import Problem, problem
from vekha.forms.base import FormContext


def shown(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def not_ahead(day: date, where: str, context: FormContext) -> Iterator[Problem]:
    """Something that has happened cannot stand under tomorrow's date."""
    if day > context.today:
        yield problem("form.date_ahead", where, date=shown(day), today=shown(context.today))


def in_order(starts: date | None, ends: date | None, where: str) -> Iterator[Problem]:
    """An end (named by `where`) is not before its start; a missing one is in order."""
    if starts is not None and ends is not None and ends < starts:
        yield problem("form.reversed_term", where, starts=shown(starts), ends=shown(ends))


def in_cycle(day: date, where: str, context: FormContext) -> Iterator[Problem]:
    if not context.cycle_starts <= day <= context.cycle_ends:
        starts, ends = shown(context.cycle_starts), shown(context.cycle_ends)
        yield problem("form.outside_cycle", where, date=shown(day), starts=starts, ends=ends)


def in_term(days: Iterable[date], starts: date, ends: date, where: str) -> Iterator[Problem]:
    """Dates of rows lie inside the term; `where` has `{row}` for the number of the row («rows.{row}.until»)."""
    for row, day in enumerate(days):
        if not starts <= day <= ends:
            place = where.format(row=row)
            yield problem("form.outside_term", place, date=shown(day), starts=shown(starts), ends=shown(ends))


def unique(values: Sequence[str], where: str) -> Iterator[Problem]:
    for row, value in enumerate(values):
        if value in values[:row]:
            yield problem("form.repeated", f"{where}.{row}", value=value)
