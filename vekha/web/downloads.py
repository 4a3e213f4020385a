"""Files to save: their headers, and tables written for a download."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from fastapi.responses import Response

from vekha import spreadsheet
from vekha.spreadsheet import Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(content: bytes, name: str, kind: str) -> Response:
    """An answer that the browser saves under `name`."""
    return Response(
        content,
        media_type=kind,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
    )


def workbook(name: str, tables: Iterable[Table]) -> Response:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        spreadsheet.write_xlsx(path, tables)
        return attachment(path.read_bytes(), f"{name}.xlsx", XLSX)


def semicolons(name: str, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        spreadsheet.write_csv(path, titles, rows)
        return attachment(path.read_bytes(), f"{name}.csv", "text/csv; charset=utf-8")
