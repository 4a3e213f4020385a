"""«Ключи API»: given out and shown once, listed, revoked."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.errors import Problem, VekhaError
from vekha.domain.tokens import MAX_DAYS, Scope
from vekha.services.access import tokens
from vekha.services.access.accounts import Visitor
from vekha.services.work import Work
from vekha.web.kept import Lasting
from vekha.web.parsing import filled
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/tokens", route_class=Lasting)
DAYS = 180


@router.get("")
def listing(request: Request, who: CurrentVisitor, work: Reading) -> HTMLResponse:
    return _page(request, who, work)


@router.post("")
def create(
    request: Request,
    who: CurrentVisitor,
    name: Annotated[str, Form()] = "",
    scopes: Annotated[list[str] | None, Form()] = None,
    days: Annotated[str, Form()] = str(DAYS),
) -> HTMLResponse:
    """The secret stands on the answer to this request and nowhere else."""
    chosen = filled(scopes)
    lasts = int(days) if days.isascii() and days.isdecimal() and len(days) < 6 else 0
    given = {"name": name, "scopes": chosen, "days": days}
    try:
        secret = writing(
            request, who, lambda work: tokens.create(work, who.login, name, chosen, lasts, asking=who.account)
        )
    except VekhaError as refusal:
        if any(each.code == "access.denied" for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            return _page(request, who, work, given=given, problems=refusal.problems)
    with app_of(request).work(who.actor, writes=False) as work:
        return _page(request, who, work, secret=secret)


@router.post("/{number}/revoke")
def revoke(request: Request, who: CurrentVisitor, number: int) -> Response:
    writing(request, who, lambda work: tokens.revoke(work, number, asking=who.account))
    return RedirectResponse("/tokens", status_code=303)


def _page(
    request: Request,
    who: Visitor,
    work: Work,
    *,
    secret: str = "",
    given: dict[str, object] | None = None,
    problems: tuple[Problem, ...] = (),
) -> HTMLResponse:
    return page(
        request,
        "operator/tokens.html",
        status=422 if problems else 200,
        rows=tokens.listing(work, who.account),
        secret=secret,
        scopes=[each.value for each in Scope],
        given=given or {"name": "", "scopes": (), "days": DAYS},
        most=MAX_DAYS,
        problems=problems,
    )
