"""`vekha demo` and `vekha simulate`: a year on a virtual clock, to look at and to measure."""

import os
import threading
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from vekha.cli.arguments import option, switch
from vekha.cli.output import answer, as_json, bar, listing, warn, words
from vekha.cli.state import options
from vekha.cli.words import alone

demo = alone("demo")
simulate = alone("simulate")


@demo.command("demo")
def run_demo(
    out: Annotated[Path | None, option("--out", "demo_out", "folder")] = None,
    year: Annotated[int, option("--year", "year")] = 2026,
    serve: Annotated[bool, switch("--serve", "demo_serve")] = False,
    console_port: Annotated[int, option("--console-port", "console_port", "number", min=1, max=65535)] = 8000,
) -> None:
    from vekha.simulation.demo import run  # noqa: PLC0415 — brings the whole engine

    outcome = run(out, year=year, quiet=options.json)
    if options.json:
        as_json(outcome)
    if serve:
        from vekha.simulation import console  # noqa: PLC0415

        console.serve(outcome.folder, console_port, warn, _show_logins, threading.Event())


def _show_logins(logins: Iterable[Any]) -> None:
    """Who may log in, printed once."""
    names = ("role", "name", "place", "login", "password")
    rows = [{name: getattr(each, name) for name in names} for each in logins]
    listing(rows, {name: name for name in names}, "")


@simulate.command("simulate")
def run_simulation(
    institutions: Annotated[int, option("--institutions", "institutions", "number", min=1)] = 1000,
    year: Annotated[int, option("--year", "year")] = 2026,
    types: Annotated[list[str] | None, option("--type", "only_type", "type")] = None,
    processes: Annotated[int, option("--processes", "processes", "number", min=1)] = os.cpu_count() or 1,
) -> None:
    from vekha.simulation.region import run  # noqa: PLC0415

    chosen = {"types": tuple(types)} if types else {}
    began = time.monotonic()
    with bar(words("simulate.title"), institutions) as advance:
        result = run(institutions, year, processes=processes, progress=advance, **chosen)
    facts = {**asdict(result), "seconds": round(time.monotonic() - began, 1)}
    answer(facts, words("simulate.done", **facts))
