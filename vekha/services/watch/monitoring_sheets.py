"""What is watched as sheets of an XLSX: a map for each type, the late ones, the forecast."""

from collections.abc import Iterator
from dataclasses import replace

from vekha.domain.watching import Look
from vekha.services.watch.monitoring import Forecast, HeatMap, Late, forecast, heat_maps, late
from vekha.services.watch.monitoring_queries import Chosen
from vekha.services.work import Work
from vekha.spreadsheet import Table, Toned
from vekha.texts import text

TONE = {Look.LATE: "bad", Look.SOON: "soon", Look.AT_WORK: "plain", Look.WAITS: "quiet", Look.DONE: "good"}
_WIDTHS = {"institution": 40, "activity": 60, "stage": 40, "call": 50, "municipality": 24, "email": 26}


def tables(work: Work, code: str, chosen: Chosen) -> Iterator[Table]:
    """Everybody chosen, whatever the limit of a page."""
    everybody, known = replace(chosen, limit=None), work.tools.registry.types
    for each in heat_maps(work, code, everybody):
        yield _map(known[each.type].title if each.type in known else each.type, each)
    yield _late(late(work, code, everybody))
    yield _forecast(forecast(work, code, everybody))


def title(name: str) -> str:
    return text(f"watching.sheet.{name}")


def _columns(*names: str) -> list[tuple[str, int]]:
    return [(title(name), _WIDTHS.get(name, 16)) for name in names]


def _map(name: str, found: HeatMap) -> Table:
    head = _columns("code", "institution", "municipality", "worst")
    stages = [(f"{each.number}. {each.title}", 22) for each in found.columns]
    rows = (
        [line.institution, line.title, line.municipality, Toned(line.worst.words, TONE[line.worst.look])]
        + [
            Toned(cell.words, TONE[cell.look]) if (cell := line.cells.get(each.code)) else None
            for each in found.columns
        ]
        for line in found.lines
    )
    return Table(name, [*head, *stages], rows)


def _late(found: list[Late]) -> Table:
    names = ("code", "institution", "municipality", "stage", "activity", "due", "days", "call", "phone", "email")
    fields = ("institution", "title", "municipality", "stage", "what", "due", "days", "call", "phone", "email")
    return Table(title("late"), _columns(*names), ([getattr(each, name) for name in fields] for each in found))


def _forecast(found: list[Forecast]) -> Table:
    names = ("code", "institution", "municipality", "behind", "pace", "stage", "due", "expected", "later")
    fields = ("institution", "title", "municipality", "behind", "percent", "stage", "due", "expected", "later")
    call = ("call", "phone", "email")
    rows = ([getattr(each, name) for name in (*fields, *call)] for each in found)
    return Table(title("forecast"), _columns(*names, *call), rows)
