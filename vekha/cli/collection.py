"""`vekha collection`: figures asked for on a day, counted, confirmed, reported."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from vekha import spreadsheet
from vekha.cli.arguments import Institution, argument, date_of, date_or, option, switch, write_file
from vekha.cli.office import work
from vekha.cli.output import answer, listing, table, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.errors import VekhaError, problem
from vekha.domain.reporting.collection import Terms
from vekha.services.reporting import collecting, collecting_notices, region_papers, region_report
from vekha.services.reporting.region_report import Wanted
from vekha.texts import section

commands = family("collection")
Code = Annotated[str, argument("collection", "code")]
Municipality = Annotated[str | None, option("--municipality", "report_municipality", "text")]
Confirmed = Annotated[bool, switch("--confirmed", "only_confirmed")]


@commands.command("list")
def every() -> None:
    with work(writes=False) as unit:
        rows = [
            {"code": row.code, "title": row.title, "on": row.on, "opens": row.opens, "closes": row.closes}
            for row in collecting.every(unit)
        ]
    columns = {"code": "code", "title": "title", "on": "reporting_date", "opens": "opens", "closes": "due"}
    listing(rows, columns, words("collection.none"))


@commands.command("new")
def new(
    code: Code,
    region: Annotated[str, option("--region", "region", "code")],
    title: Annotated[str, option("--title", "collection_title", "text")],
    since: Annotated[str, option("--since", "period_since", "date")],
    on: Annotated[str, option("--on", "period_on", "date")],
    opens: Annotated[str, option("--opens", "window_opens", "date")],
    closes: Annotated[str, option("--closes", "window_closes", "date")],
    plan: Annotated[list[str] | None, option("--plan", "indicator_plan", "pair_value")] = None,
    compared: Annotated[str, option("--compare", "compared_with", "code")] = "",
) -> None:
    terms = Terms(
        title=title,
        since=date_of(since, "--since"),
        on=date_of(on, "--on"),
        opens=date_of(opens, "--opens"),
        closes=date_of(closes, "--closes"),
        plan=_plan(plan or ()),
    )
    with work() as unit:
        row = collecting.create(unit, code, region, terms, compared)
        asked = len(collecting.asked(unit, row))
    answer({"code": code, "institutions": asked}, words("collection.created", code=code, institutions=asked))


def _plan(told: Sequence[str]) -> dict[str, float]:
    """«mentees=120». Raises VekhaError collection.bad_plan."""
    found: dict[str, float] = {}
    for each in told:
        name, _, number = each.partition("=")
        try:
            found[name.strip()] = float(number.replace(",", "."))
        except ValueError as reason:
            raise VekhaError(problem("collection.bad_plan", name, number=number)) from reason
    return found


@commands.command("count")
def count(code: Code) -> None:
    with work(writes=False) as unit:
        codes = collecting.asked(unit, collecting.one(unit, code))
    for start in range(0, len(codes), collecting.BATCH):
        with work() as unit:
            collecting.recount_some(unit, code, codes[start : start + collecting.BATCH])
    answer({"code": code, "institutions": len(codes)}, words("collection.counted", institutions=len(codes)))


@commands.command("answers")
def answers(code: Code) -> None:
    standings = section("region_report.standings")
    with work(writes=False) as unit:
        rows = [
            {
                "institution": each.institution,
                "title": each.title,
                "municipality": each.municipality,
                "standing": each.standing.value,
                "told": standings[each.standing],
                "who": each.collected.who if each.collected else None,
            }
            for each in region_report.answers(unit, code)
        ]
    columns = {"institution": "code", "title": "institution", "told": "state", "who": "who"}
    listing(rows, columns, words("collection.nobody"))


@commands.command("confirm")
def confirm(
    code: Code,
    institution: Institution,
    children: Annotated[str, option("--children", "children", "number")] = "",
    youth: Annotated[str, option("--youth", "youth", "number")] = "",
    reason: Annotated[str, option("--reason", "correction_reason", "text")] = "",
) -> None:
    given = collecting.as_given({"children": children, "youth": youth})
    with work() as unit:
        version = collecting.confirm(unit, code, institution, given, reason).version
    answer({"code": code, "institution": institution, "version": version}, words("collection.confirmed"))


@commands.command("remind")
def remind(code: Code) -> None:
    with work() as unit:
        told = collecting_notices.remind(unit, code)
    answer({"code": code, "told": told}, words("collection.reminded", told=told))


@commands.command("close")
def close(code: Code) -> None:
    with work() as unit:
        collecting.close(unit, code)
    answer({"code": code, "closed": True}, words("collection.closed"))


@commands.command("reopen")
def reopen(code: Code, closes: Annotated[str | None, option("--closes", "window_closes", "date")] = None) -> None:
    with work() as unit:
        row = collecting.one(unit, code)
        collecting.reopen(unit, code, date_or(closes, row.closes, "--closes"))
    answer({"code": code, "closed": False}, words("collection.reopened"))


@commands.command("show")
def show(code: Code, municipality: Municipality = None, confirmed: Confirmed = False) -> None:
    with work(writes=False) as unit:
        found = region_report.report(unit, code, Wanted(municipality=municipality, confirmed=confirmed))
    said = [each for _, rows in region_papers.by_axis(found.summary) for each in rows]
    if options.json:
        answer(_as_json(found, said), "")
        return
    head = [words(f"columns.{name}") for name in ("indicator", "actual", "plan", "before", "difference")]
    table(head, [[each.title, each.actual, each.plan, each.before, each.change] for each in said])


def _as_json(found: region_report.Report, said: Sequence[region_papers.Said]) -> dict[str, Any]:
    names = ("actual", "plan", "before")
    return {
        "collection": found.collection.code,
        "institutions": found.institutions,
        "confirmed": found.confirmed,
        "figures": {each.indicator.code: dict(zip(names, each.numbers, strict=True)) for each in said},
    }


@commands.command("report")
def report(
    code: Code,
    out: Annotated[Path, option("--out", "region_report_out", "file")],
    municipality: Municipality = None,
    confirmed: Confirmed = False,
) -> None:
    with work(writes=False) as unit:
        found = region_report.report(unit, code, Wanted(municipality=municipality, confirmed=confirmed))
        if out.suffix.casefold() == ".pdf":
            write_file(out, region_papers.pdf(unit, found))
        else:
            spreadsheet.write_xlsx(out, region_papers.tables(unit, found))
    answer({"file": str(out)}, words("collection.report", file=out))
