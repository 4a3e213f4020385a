"""«Просьбы»: curators ask for more time; one, some or all of them are granted, or refused with a reason."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.errors import Problem, VekhaError
from vekha.services.dates import extension_list, extensions
from vekha.services.work import Work
from vekha.texts import text
from vekha.web.changes import Offer, Said, do, see
from vekha.web.kept import Lasting
from vekha.web.parsing import maybe_day
from vekha.web.rendering import counted, page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/extensions", route_class=Lasting)
Numbers = Annotated[list[Annotated[int, Query(ge=1, le=2**31 - 1)]] | None, Query()]
ANSWERED = 30  # of the last answers


@router.get("")
def listing(request: Request, work: Reading) -> HTMLResponse:
    return _page(request, work)


@router.get("/grant")
def look(request: Request, work: Reading, id: Numbers = None, until: str = "") -> Response:  # noqa: A002 — of the address
    """What granting these would change; none ticked: all that wait."""
    return see(request, work, _offer(work, id or [], until))


@router.post("/grant")
def grant(request: Request, who: CurrentVisitor, said: Said, id: Numbers = None, until: str = "") -> Response:  # noqa: A002
    return do(request, who, lambda work: _offer(work, id or [], until), said)


@router.post("/refuse")
def refuse(
    request: Request,
    who: CurrentVisitor,
    id: Annotated[list[int] | None, Form()] = None,  # noqa: A002
    reason: Annotated[str, Form()] = "",
) -> Response:
    try:
        writing(request, who, lambda work: extensions.decline(work, id or [], reason))
    except VekhaError as refusal:
        if any(each.code in ("access.denied", "extension.unknown") for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            return _page(request, work, refusal.problems)
    return RedirectResponse("/extensions", status_code=303)


def _offer(work: Work, numbers: list[int], until: str) -> Offer:
    waiting = [each.row.id or 0 for each in extension_list.requests(work, waiting=True) if each.may_answer]
    chosen = numbers or waiting
    return Offer(
        make=lambda unit: extensions.grant(unit, chosen, maybe_day(until)),
        kind="extension",
        address=f"/extensions/grant?{'&'.join(f'id={each}' for each in chosen)}{f'&until={until}' if until else ''}",
        back="/extensions",
        back_title=text("web.extensions.title"),
        lead=text("web.extensions.granting", requests=counted(len(chosen), "requests")),
    )


def _page(request: Request, work: Work, problems: tuple[Problem, ...] = ()) -> HTMLResponse:
    waiting = extension_list.requests(work, waiting=True)
    return page(
        request,
        "operator/extensions.html",
        status=422 if problems else 200,
        waiting=waiting,
        may_answer=any(each.may_answer for each in waiting),
        answered=extension_list.requests(work, waiting=False, limit=ANSWERED),
        problems=problems,
    )
