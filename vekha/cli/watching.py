"""The map of a campaign in the terminal: words in every cell, and a colour that repeats them where there is one."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from vekha.cli.output import as_json, line, table, words
from vekha.cli.state import options
from vekha.domain.watching import Cell, Crowd, Look
from vekha.services.watch.monitoring import Forecast, HeatMap, Late, MunicipalMap
from vekha.services.watch.monitoring_queries import Column
from vekha.texts import text

_STYLE = {Look.LATE: "bold red", Look.SOON: "yellow", Look.AT_WORK: "", Look.WAITS: "dim", Look.DONE: "green"}


def show_heat_maps(maps: Sequence[HeatMap], titles: dict[str, str], limit: int) -> None:
    if options.json:
        as_json([{**_head(each), "lines": [_line(row) for row in each.lines]} for each in maps])
        return
    _nobody(maps)
    for each in maps:
        line(titles[each.type])
        head = [
            words("columns.institution"),
            words("columns.municipality"),
            *(column.number for column in each.columns),
        ]
        rows = [
            [row.title, row.municipality, *(_shown(row.cells.get(column.code)) for column in each.columns)]
            for row in each.lines
        ]
        table(head, rows)
        _legend(each.columns)
        if len(each.lines) == limit:
            line(words("watching.page", limit=limit))
        line()


def show_municipal_maps(maps: Sequence[MunicipalMap], titles: dict[str, str]) -> None:
    if options.json:
        as_json([{**_head(each), "lines": _municipalities(each)} for each in maps])
        return
    _nobody(maps)
    for each in maps:
        line(titles[each.type])
        head = [words("columns.municipality"), *(column.number for column in each.columns)]
        every = {**each.lines, text("watching.total"): each.total}
        rows = [
            [name or text("watching.no_municipality"), *(_shown(crowds.get(column.code)) for column in each.columns)]
            for name, crowds in every.items()
        ]
        table(head, rows)
        _legend(each.columns)
        line()


def _nobody(maps: Sequence[object]) -> None:
    if not maps:
        line(words("watching.nobody"))


def show_late(found: Sequence[Late]) -> None:
    if options.json:
        as_json([asdict(each) for each in found])
        return
    if not found:
        line(words("watching.nobody_late"))
        return
    head = [words(f"columns.{name}") for name in ("institution", "activity", "due", "late", "call")]
    table(head, [[each.title, each.what, each.due, each.days, _call(each)] for each in found])


def show_forecast(found: Sequence[Forecast]) -> None:
    if options.json:
        as_json([asdict(each) for each in found])
        return
    if not found:
        line(words("watching.nobody_will_be"))
        return
    head = [words(f"columns.{name}") for name in ("institution", "behind", "pace", "stage", "due", "expected", "call")]
    rows = [
        [each.title, each.behind, f"{each.pace:.0%}", each.stage, each.due, each.expected, _call(each)]
        for each in found
    ]
    table(head, rows)
    line(words("watching.rule"))


def _call(each: Late | Forecast) -> str:
    return "; ".join(filter(None, (each.call, each.phone, each.email)))


def _shown(cell: Cell | Crowd | None) -> Any:
    """The words, coloured on a terminal."""
    from rich.text import Text  # noqa: PLC0415 — with tables only

    return Text(cell.words, style=_STYLE[cell.look]) if cell else ""


def _legend(columns: Sequence[Column]) -> None:
    line("; ".join(f"{each.number} – {each.title}" for each in columns))


def _head(each: HeatMap | MunicipalMap) -> dict[str, Any]:
    return {"type": each.type, "stages": [asdict(column) for column in each.columns]}


def _line(row: Any) -> dict[str, Any]:
    cells = {
        code: {"state": cell.look.value, "days": cell.days, "words": cell.words} for code, cell in row.cells.items()
    }
    told = {name: getattr(row, name) for name in ("programme", "institution", "title", "municipality", "state")}
    return {**told, "worst": row.worst.words, "cells": cells}


def _municipalities(each: MunicipalMap) -> list[dict[str, Any]]:
    def told(crowd: Crowd) -> dict[str, Any]:
        return {**{look.value: crowd.counts.get(look, 0) for look in Look}, "days": crowd.days}

    return [
        {"municipality": name, "cells": {stage: told(crowd) for stage, crowd in crowds.items()}}
        for name, crowds in each.lines.items()
    ]
