"""`vekha monitoring`: the figures of an institution on a day, and its report."""

from pathlib import Path
from typing import Annotated

from vekha.cli.arguments import Programme, date_of, option, write_file
from vekha.cli.office import work
from vekha.cli.output import answer, as_json, table, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.services.reporting import monitoring_report
from vekha.services.reporting.monitoring_report import Monitoring
from vekha.services.reporting.region_papers import by_axis
from vekha.services.work import Work

commands = family("monitoring")
On = Annotated[str | None, option("--on", "period_on", "date")]
Since = Annotated[str | None, option("--since", "period_since", "date")]


@commands.command("show")
def show(programme: Programme, on: On = None, since: Since = None) -> None:
    with work(writes=False) as unit:
        found = _found(unit, programme, on, since)
    said = [each for _, rows in by_axis(found.figures) for each in rows]
    if options.json:
        figures = {each.indicator.code: each.numbers[0] for each in said}
        as_json({"programme": programme, "since": found.window.since, "on": found.window.on, "figures": figures})
        return
    table([words("columns.indicator"), words("columns.actual")], [[each.title, each.actual] for each in said])


@commands.command("report")
def report(
    programme: Programme,
    out: Annotated[Path, option("--out", "monitoring_out", "file")] = Path("monitoring.pdf"),
    on: On = None,
    since: Since = None,
) -> None:
    with work(writes=False) as unit:
        write_file(out, monitoring_report.pdf(unit, _found(unit, programme, on, since)))
    answer({"file": str(out)}, words("collection.report", file=out))


def _found(unit: Work, programme: str, on: str | None, since: str | None) -> Monitoring:
    days = [date_of(day, name) if day else None for day, name in ((on, "--on"), (since, "--since"))]
    return monitoring_report.monitoring(unit, programme, *days)
