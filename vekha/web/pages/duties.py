"""«Согласия работников на наставничество»: terms written down, changed and ended early (ст. 351.8 ТК РФ)."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel

from vekha.domain.errors import VekhaError
from vekha.domain.labour import Ending, Side, Terms
from vekha.services.access.accounts import Visitor
from vekha.services.mentoring import duties
from vekha.services.work import Work
from vekha.web.kept import Lasting
from vekha.web.parsing import Line, Short, days_of
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/programmes/{key}/consents/workers", route_class=Lasting)
REFUSED_WHOLE = ("access.denied", "programme.unknown")


class Agreed(BaseModel):
    """Terms as typed into the page."""

    person: Short = ""
    signed: Short = ""
    starts: Short = ""
    ends: Short = ""
    content: Line = ""
    form: Line = ""
    pay: Line = ""
    addendum: Line = ""


class Ended(BaseModel):
    """An early end as typed into the page."""

    person: Short = ""
    by: Side = Side.WORKER
    noticed: Short = ""
    last: Short = ""
    reason: Line = ""


@router.get("")
def show(request: Request, work: Reading, key: str, done: str = "") -> Response:
    return _page(request, work, key, done=done)


@router.post("")
def give(request: Request, who: CurrentVisitor, key: str, typed: Annotated[Agreed, Form()]) -> Response:
    def act(work: Work) -> str:
        signed, starts, ends = days_of(typed.signed, typed.starts, typed.ends)
        terms = Terms(
            signed=signed,
            starts=starts,
            ends=ends,
            content=typed.content,
            form=typed.form,
            pay=typed.pay,
            addendum=typed.addendum.strip() or None,
        )
        return duties.give(work, key, typed.person, terms)

    return _acted(request, who, key, act, given=typed)


@router.post("/end")
def end(request: Request, who: CurrentVisitor, key: str, typed: Annotated[Ended, Form()]) -> Response:
    def act(work: Work) -> str:
        noticed, last = days_of(typed.noticed, typed.last)
        ending = Ending(by=typed.by, noticed=noticed, last=last, reason=typed.reason)
        return duties.end(work, key, typed.person, ending)

    return _acted(request, who, key, act, ended=typed)


def _acted(
    request: Request,
    who: Visitor,
    key: str,
    act: Callable[[Work], str],
    *,
    given: Agreed | None = None,
    ended: Ended | None = None,
) -> Response:
    """Back to the page, or the page with what was typed and all that is wrong with it."""
    try:
        person = writing(request, who, act)
    except VekhaError as refusal:
        if any(each.code in REFUSED_WHOLE for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            return _page(request, work, key, refusal=refusal, given=given, ended=ended)
    return RedirectResponse(f"/programmes/{key}/consents/workers?done={person}", status_code=303)


def _page(
    request: Request,
    work: Work,
    key: str,
    *,
    done: str = "",
    refusal: VekhaError | None = None,
    given: Agreed | None = None,
    ended: Ended | None = None,
) -> Response:
    found = duties.sheet(work, key)
    return page(
        request,
        "curator/duties.html",
        status=422 if refusal else 200,
        sheet=found,
        done=next((each.name for each in found.lines if each.person == done), ""),
        problems=refusal.problems if refusal else (),
        given=given,
        ended=ended,
        sides=list(Side),
        here=f"/programmes/{key}/consents/workers",
    )
