"""«Кто где находится»: the operator's board by institution and by municipality, and its table to take away."""

import tempfile
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from vekha import spreadsheet
from vekha.services.watch import board, monitoring, monitoring_sheets
from vekha.web.board_view import Watching, nothing_yet
from vekha.web.board_words import LEGEND, TINTS, crowd_words, square_words, tint, worst_words
from vekha.web.visitors import Reading

router = APIRouter(prefix="/board")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORDS = {
    "tint": tint,
    "square_words": square_words,
    "crowd_words": crowd_words,
    "worst_words": worst_words,
    "legend": LEGEND,
    "tints": TINTS,
}


@router.get("")
def show(request: Request, work: Reading, watched: Watching) -> HTMLResponse:
    if watched is None:
        return nothing_yet(request, work)
    asked = watched.filter
    found = board.board(work, watched.campaign.code, asked.chosen, asked.sort, asked.page)
    return watched.page("institutions", "operator/board.html", board=found, size=board.PAGE, **WORDS)


@router.get("/municipalities")
def by_municipality(request: Request, work: Reading, watched: Watching) -> HTMLResponse:
    if watched is None:
        return nothing_yet(request, work)
    maps = monitoring.municipal_maps(work, watched.campaign.code, watched.filter.chosen)
    return watched.page("municipalities", "operator/municipalities.html", maps=maps, **WORDS)


@router.get("/export")
def export(request: Request, work: Reading, watched: Watching) -> Response:
    """Everybody of the filter, with the late ones and the forecast."""
    if watched is None:
        return nothing_yet(request, work)
    with tempfile.TemporaryDirectory(prefix="vekha-board-") as folder:
        path = Path(folder) / "board.xlsx"
        spreadsheet.write_xlsx(path, monitoring_sheets.tables(work, watched.campaign.code, watched.filter.chosen))
        content = path.read_bytes()
    name = quote(f"{watched.campaign.title}.xlsx", safe="")
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"})
