"""Everybody of a programme: their consents and pairs, adding, leaving, a consent taken back, data erased."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from vekha.domain.errors import Problem, VekhaError
from vekha.domain.people import Introduce, Purpose, Role, WithdrawConsent
from vekha.services.access.accounts import Visitor
from vekha.services.mentoring import doubles, erasure, people
from vekha.services.mentoring.erasure import Erased
from vekha.services.mentoring.people_sheet import sheet
from vekha.services.work import Work
from vekha.web.kept import Lasting
from vekha.web.parsing import day_of, maybe_day
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/programmes/{key}/people", route_class=Lasting)
Text = Annotated[str, Form(max_length=300)]
REFUSED_WHOLE = ("access.denied", "programme.unknown")


class Typed(BaseModel):
    """Somebody new as typed into the page; an empty gender is not known."""

    name: str = Field(default="", max_length=300)
    role: Role = Role.MENTEE
    gender: str = Field(default="", pattern="^[fm]?$")
    born: str = Field(default="", max_length=20)
    contact: str = Field(default="", max_length=300)
    other: bool = False


@router.get("")
def show(request: Request, work: Reading, key: str) -> Response:
    return _page(request, work, key)


@router.post("")
def add(request: Request, who: CurrentVisitor, key: str, typed: Annotated[Typed, Form()]) -> Response:
    def change(work: Work) -> None:
        command = Introduce(
            name=typed.name,
            role=typed.role,
            gender="f" if typed.gender == "f" else "m" if typed.gender == "m" else None,
            birth_date=maybe_day(typed.born),
            contact=typed.contact.strip() or None,
        )
        doubles.introduce(work, key, command, other=typed.other)

    return _change(request, who, key, change, typed)


@router.post("/{person}/consent")
def withdraw(
    request: Request, who: CurrentVisitor, key: str, person: str, purpose: Annotated[Purpose, Form()], on: Text
) -> Response:
    def change(work: Work) -> None:
        people.carry_out(work, key, [WithdrawConsent(subject=person, purpose=purpose, on=day_of(on))])

    return _change(request, who, key, change)


@router.post("/{person}/leave")
def leave(
    request: Request, who: CurrentVisitor, key: str, person: str, role: Annotated[Role, Form()], reason: Text = ""
) -> Response:
    return _change(request, who, key, lambda work: people.withdraw_candidate(work, key, person, role, reason))


@router.post("/{person}/erase")
def erase(request: Request, who: CurrentVisitor, key: str, person: str, reason: Text = "") -> Response:
    """Answers with the page itself, since it names the papers that stay."""
    return _change(request, who, key, lambda work: erasure.erase(work, key, person, reason))


def _change(
    request: Request, who: Visitor, key: str, change: Callable[[Work], Any], typed: Typed | None = None
) -> Response:
    """Does it and leads back to the page; a refusal is the same page with the reasons above and what was typed."""
    problems: tuple[Problem, ...] = ()
    done = None
    try:
        done = writing(request, who, change)
    except VekhaError as refusal:
        if any(each.code in REFUSED_WHOLE for each in refusal.problems):
            raise
        problems = refusal.problems
    if not problems and done is None:
        return RedirectResponse(f"/programmes/{key}/people", status_code=303)
    with app_of(request).work(who.actor, writes=False) as work:
        return _page(request, work, key, problems=problems, done=done, typed=typed)


def _page(
    request: Request,
    work: Work,
    key: str,
    *,
    problems: tuple[Problem, ...] = (),
    done: Erased | None = None,
    typed: Typed | None = None,
) -> Response:
    found = sheet(work, key)
    return page(
        request,
        "curator/people.html",
        status=422 if problems else 200,
        sheet=found,
        lacking=found.lacking.total(),
        roles=[Role.MENTEE, Role.MENTOR],
        alike=doubles.how_many(work, key),
        here=f"/programmes/{key}/people",
        problems=problems,
        done=done,
        typed=typed or Typed(),
        adding=typed is not None,
    )
