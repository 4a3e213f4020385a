"""How a campaign runs over time: its stages between their dates, what is planned by each week and what is done."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, func, select

from vekha.domain.programme import SETTLED
from vekha.services.watch.monitoring_queries import Chosen, View
from vekha.services.work import Work
from vekha.storage.tables import Activity, Institution, Programme

WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stage of a type: from the first opening to the last due date of anybody."""

    type: str
    code: str
    number: str
    title: str
    opens: dt.date
    due_from: dt.date
    due: dt.date
    closed: int
    late: int
    every: int


@dataclass(frozen=True, slots=True)
class Week:
    """By the evening of `ends`: required activities due and done until then; None in weeks to come."""

    ends: dt.date
    planned: int
    done: int | None


def spans(work: Work, code: str, chosen: Chosen) -> dict[str, list[Span]]:
    """Type → its stages in their order. Raises VekhaError campaign.unknown or access.denied."""
    view = View.of(work, code, chosen)
    rows = {(row.type, row.code): row for row in view.spans()}
    found: dict[str, list[Span]] = {}
    for kind, columns in view.columns.items():
        for column in columns:
            if (row := rows.get((kind, column.code))) is not None:
                dates = {"opens": row.opens, "due_from": row.due_from, "due": row.due}
                counts = {"closed": row.closed, "late": row.late, "every": row.every}
                told = {"code": column.code, "number": column.number, "title": column.title}
                found.setdefault(kind, []).append(Span(type=kind, **told, **dates, **counts))
    return found


def weeks(work: Work, code: str, chosen: Chosen) -> Sequence[Week]:
    """Sums from the first week with something due to the last one. Raises VekhaError as above."""
    view = View.of(work, code, chosen)

    def by_day(column: Any, *where: Any) -> Counter[dt.date]:
        rows = (
            select(column, func.count())
            .select_from(Activity)
            .join(Programme, col(Programme.key) == col(Activity.programme))
            .join(Institution, col(Institution.code) == col(Programme.institution))
            .where(view.where, view.required, *where)
            .group_by(column)
        )
        return Counter({day: number for day, number in work.session.exec(rows) if day is not None})

    settled = col(Activity.state).in_([each.value for each in SETTLED])
    planned, done = by_day(Activity.due), by_day(Activity.done_on, settled)
    if not planned:
        return ()
    days = [*planned, *done]
    ends, last = _sunday(min(days)), _sunday(max(days))
    this = _sunday(view.latest)
    found: list[Week] = []
    while ends <= last:
        until = ends
        acted = sum(number for day, number in done.items() if day <= until) if until <= this else None
        found.append(Week(until, sum(number for day, number in planned.items() if day <= until), acted))
        ends += WEEK
    return found


def _sunday(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=6 - day.weekday())
