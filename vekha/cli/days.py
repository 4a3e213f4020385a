"""`vekha calendar`: which days work, and why."""

import datetime as dt
from typing import Annotated

from vekha.bootstrap import build
from vekha.cli.arguments import argument, date_of, option
from vekha.cli.output import as_json, count, day, line, table, words
from vekha.cli.state import options
from vekha.cli.words import alone
from vekha.domain.errors import VekhaError, WrongUseError, problem

LONGEST = 3660  # days: ten years

commands = alone("calendar")


@commands.command("calendar")
def calendar(
    first: Annotated[str, argument("first_day", "date")],
    last: Annotated[str | None, argument("last_day", "date")] = None,
    region: Annotated[str, option("--region", "calendar_region", "region")] = "",
) -> None:
    start = date_of(first, "ДАТА")
    end = date_of(last, "ДАТА") if last else start
    if end < start:
        raise WrongUseError(problem("cli.reversed_dates", start=day(start), until=day(end)))
    length = (end - start).days + 1
    if length > LONGEST:
        raise VekhaError(problem("cli.period_too_long", days=length, limit=LONGEST))
    known = build().tools.calendar(region)
    days = [known.day(start + dt.timedelta(days=number)) for number in range(length)]
    if options.json:
        as_json([each.as_dict() for each in days])
        return
    titles = [words(f"columns.{name}") for name in ("date", "working", "reason")]
    marked = [(each, words("calendar.provisional") if each.provisional else "") for each in days]
    table(titles, [(each.date, each.working, f"{each.reason}{mark}") for each, mark in marked])
    if length > 1:
        line(words("calendar.total", days=count(sum(each.working for each in days), "working_day")))
