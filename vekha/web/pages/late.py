"""Who is late and who will be, and «Напомнить»."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from vekha.domain.errors import VekhaError, problem, refuse
from vekha.services.delivery.reminders import Reminded, remind_now
from vekha.services.watch import monitoring
from vekha.texts import text
from vekha.web.board_view import Filtered, Watched, Watching, nothing_yet, watch
from vekha.web.rendering import counted
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/board")
MOST = 200  # institutions reminded at once
VIEWS = ("late", "forecast")


@router.get("/late")
def late(request: Request, work: Reading, watched: Watching) -> HTMLResponse:
    return nothing_yet(request, work) if watched is None else _page(watched, "late")


@router.get("/forecast")
def forecast(request: Request, work: Reading, watched: Watching) -> HTMLResponse:
    return nothing_yet(request, work) if watched is None else _page(watched, "forecast")


@router.post("/remind")
def remind(
    request: Request,
    who: CurrentVisitor,
    asked: Filtered,
    chosen: Annotated[list[str] | None, Form()] = None,
    view: Annotated[str, Form()] = "late",
) -> Response:
    """The page again, with how many people were written to; asking twice on one day writes to nobody twice."""
    view = view if view in VIEWS else "late"
    wanted = list(dict.fromkeys(chosen or ()))[:MOST]
    problems, told = [], ()
    try:
        refuse([] if wanted else [problem("web.nothing_chosen")])
        told = _told(writing(request, who, lambda work: remind_now(work, wanted)))
    except VekhaError as refusal:
        if any(each.code == "access.denied" for each in refusal.problems):
            raise
        problems = list(refusal.problems)
    with app_of(request).work(who.actor, writes=False) as work:
        watched = watch(request, work, asked)
        if watched is None:
            return nothing_yet(request, work)
        return _page(watched, view, told=told, problems=problems, status=422 if problems else 200)


def _page(
    watched: Watched, view: str, *, told: tuple[str, ...] = (), problems: object = (), status: int = 200
) -> HTMLResponse:
    service = monitoring.late if view == "late" else monitoring.forecast
    rows = service(watched.work, watched.campaign.code, watched.filter.chosen)
    limit = watched.filter.chosen.limit
    context = {"rows": rows, "told": told, "problems": problems, "limit": limit}
    return watched.page(view, f"operator/{view}.html", status=status, **context)


def _told(done: Reminded) -> tuple[str, ...]:
    """«Напомнили: 3 человека.», and why not the others."""
    numbers = {"done": done.told, "heard": done.heard, "quiet": done.quiet, "nothing": done.nothing}
    found = [
        text(f"web.board.remind.{name}", people=counted(number, "people")) for name, number in numbers.items() if number
    ]
    return tuple(found) or (text("web.board.remind.nobody"),)
