"""«Обработка»: what is worked off behind the pages."""

import datetime as dt
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.access import Action
from vekha.services.access.watching import demand_watching_somewhere
from vekha.services.region.zones import zone_of
from vekha.services.watch import queue
from vekha.texts import section
from vekha.web.rendering import page, plain_day, today_of
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/queue")
HERE = ("127.0.0.1", "localhost", "::1")


@router.get("")
def show(request: Request, who: CurrentVisitor, work: Reading) -> HTMLResponse:  # noqa: ARG001 — demands a session
    demand_watching_somewhere(work)
    zone, today = zone_of(work, work.actor), today_of(request)
    return page(
        request,
        "operator/queue.html",
        block="results",
        queue=queue.queue(work),
        at=lambda instant: _at(instant, zone, today),
        kinds=section("web.queue.kind"),
        may_retry=bool(work.actor.granting(Action.SCHEDULE)),
        prefect=_prefect(request),
    )


@router.post("/{number}/retry")
def retry(request: Request, who: CurrentVisitor, number: int) -> Response:
    writing(request, who, lambda work: queue.retry(work, number))
    return RedirectResponse("/queue", status_code=303)


def _at(instant: dt.datetime, zone: ZoneInfo, today: dt.date) -> str:
    """«20 октября, 11:04» on the reader's clock."""
    local = instant.astimezone(zone)
    return f"{plain_day(local, today)}, {local:%H:%M}"


def _prefect(request: Request) -> str:
    """Where Prefect's own pages are, unless only this machine reaches them and the reader sits at another one."""
    address = app_of(request).settings.prefect_ui_url
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        return ""
    return "" if parts.hostname in HERE and request.url.hostname not in HERE else address
