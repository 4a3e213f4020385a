"""`vekha deadline`: what a phrase means in a cycle. No database, no plugins: it answers at once."""

from typing import Annotated, Any

import typer

from vekha.cli.arguments import argument, date_of, option
from vekha.cli.output import as_json, day, line, show_problems, words
from vekha.cli.state import options
from vekha.cli.words import alone

commands = alone("deadline")


@commands.command("deadline")
def deadline(
    phrase: Annotated[str, argument("phrase")],
    start: Annotated[str, option("--from", "cycle_from", "date")],
    until: Annotated[str, option("--until", "cycle_until", "date")],
) -> None:
    from vekha.domain.deadlines import Cycle, Kind, describe_warning, problem_of, resolve  # noqa: PLC0415 — the grammar

    cycle = Cycle(date_of(start, "--from"), date_of(until, "--until"))
    found = resolve(phrase, cycle)
    refusal = problem_of(phrase, found)
    if options.json:
        as_json(found.as_dict() | ({"problems": [refusal]} if refusal else {}))
    elif found.kind is not Kind.ERROR:
        line(_told(found))
        for each in found.warnings:
            line(words("deadline.warning", warning=describe_warning(each)))
    if refusal is not None:
        if not options.json:
            show_problems([refusal])
        raise typer.Exit(1)


def _told(found: Any) -> str:
    facts: dict[str, object] = {}
    if found.kind == "window":
        facts = {"opens": day(found.opens), "due": day(found.due)}
    elif found.kind == "recurring":
        facts = {"dues": ", ".join(day(each) for each in found.dues) or words("deadline.never")}
    elif found.kind == "relative":
        side = "before" if found.offset < 0 else "after"
        amount = f"{abs(found.offset)} {words(f'deadline.units.{found.unit}')}"
        facts = {"amount": amount, "side": words(f"deadline.{side}"), "event": found.event or words("deadline.event")}
    return words(f"deadline.{found.kind}", **facts)
