"""`vekha report`: what leaves the installation about a whole campaign."""

from pathlib import Path
from typing import Annotated

from vekha.cli.arguments import Campaign, option
from vekha.cli.office import work
from vekha.cli.output import answer, words
from vekha.cli.words import family
from vekha.services.watch import event_log

commands = family("report")


@commands.command("log")
def log(campaign: Campaign, out: Annotated[Path, option("--out", "report_out", "file")] = Path("vekha.xes")) -> None:
    with work(writes=False) as unit:
        cases, events = event_log.write(unit, campaign, out)
    answer(
        {"file": str(out), "cases": cases, "events": events}, words("report.log", file=out, cases=cases, events=events)
    )
