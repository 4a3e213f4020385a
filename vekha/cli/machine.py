"""`vekha doctor`: a table of what is well and what is not."""

import typer

from vekha.cli.output import as_json, line, table, waiting, words
from vekha.cli.state import options
from vekha.cli.words import alone
from vekha.doctor import Verdict, examine
from vekha.settings import Settings

commands = alone("doctor")


@commands.command("doctor")
def doctor() -> None:
    with waiting(words("doctor.looking")):
        found = list(examine(Settings()))
    failed = any(each.verdict is Verdict.FAIL for each in found)
    if options.json:
        names = ("code", "title", "verdict", "found", "advice")
        rows = [{name: getattr(each, name) for name in names} for each in found]
        as_json(
            {"ok": not failed, "checks": rows, "problems": [_problem(row) for row in rows if row["verdict"] == "fail"]}
        )
    else:
        rows = [(each.title, words(f"doctor.{each.verdict}"), each.found) for each in found]
        table([words(f"columns.{name}") for name in ("check", "result", "finding")], rows)
        for each in found:
            if each.advice:
                line(words("doctor.advice", check=each.title, advice=each.advice))
        if not failed:
            line(words("doctor.good"))
    if failed:
        raise typer.Exit(1)


def _problem(row: dict[str, str]) -> dict[str, str]:
    """The shape of every refusal."""
    return {"code": f"doctor.{row['code']}", "message": row["found"], "where": row["title"], "remedy": row["advice"]}
