"""«Согласия работников на наставничество»: terms written down, changed and ended early (ст. 351.8 ТК РФ)."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from vekha.domain.errors import VekhaError
from vekha.domain.labour import Ending, Side, Terms
from vekha.services.access.accounts import Visitor
from vekha.services.mentoring import duties
from vekha.services.work import Work
from vekha.web.parsing import day_of
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/programmes/{key}/consents/workers")
REFUSED_WHOLE = ("access.denied", "programme.unknown")


class Agreed(BaseModel):
    """Terms as typed into the page."""

    person: str = Field(default="", max_length=200)
    signed: str = Field(default="", max_length=20)
    starts: str = Field(default="", max_length=20)
    ends: str = Field(default="", max_length=20)
    content: str = Field(default="", max_length=1000)
    form: str = Field(default="", max_length=500)
    pay: str = Field(default="", max_length=500)
    addendum: str = Field(default="", max_length=200)


class Ended(BaseModel):
    """An early end as typed into the page."""

    person: str = Field(default="", max_length=200)
    by: Side = Side.WORKER
    noticed: str = Field(default="", max_length=20)
    last: str = Field(default="", max_length=20)
    reason: str = Field(default="", max_length=500)


@router.get("")
def show(request: Request, work: Reading, key: str, done: str = "") -> Response:
    return _page(request, work, key, done=done)


@router.post("")
def give(request: Request, who: CurrentVisitor, key: str, typed: Annotated[Agreed, Form()]) -> Response:
    def act(work: Work) -> str:
        terms = Terms(
            signed=day_of(typed.signed),
            starts=day_of(typed.starts),
            ends=day_of(typed.ends),
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
        ending = Ending(by=typed.by, noticed=day_of(typed.noticed), last=day_of(typed.last), reason=typed.reason)
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
