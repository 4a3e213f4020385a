"""A campaign over time: the stages between their dates, and what is planned against what is done."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from vekha.services.watch import course
from vekha.services.watch.course import Span
from vekha.texts import text
from vekha.web.board_view import Watching, nothing_yet
from vekha.web.gantt import Bar, draw
from vekha.web.rendering import span, today_of
from vekha.web.visitors import Reading

router = APIRouter(prefix="/board")


@router.get("/plan")
def plan(request: Request, work: Reading, watched: Watching) -> HTMLResponse:
    if watched is None:
        return nothing_yet(request, work)
    found = course.spans(work, watched.campaign.code, watched.filter.chosen)
    today = today_of(request)
    drawings = {kind: draw([_bar(each) for each in rows], today) for kind, rows in found.items()}
    return watched.page("plan", "operator/plan.html", spans=found, drawings=drawings)


@router.get("/pace")
def pace(request: Request, work: Reading, watched: Watching) -> HTMLResponse:
    if watched is None:
        return nothing_yet(request, work)
    weeks = course.weeks(work, watched.campaign.code, watched.filter.chosen)
    return watched.page("pace", "operator/pace.html", weeks=weeks)


def _bar(each: Span) -> Bar:
    tint = "late" if each.late else "done" if each.closed == each.every else "going"
    note = text("web.board.plan.told", dates=span(each.opens, each.due), closed=each.closed, total=each.every)
    return Bar(f"{each.number}. {each.title}", note, each.opens, each.due, tint, each.closed / each.every)
