"""One person entered twice: two look-alikes told apart, or made one with a preview; the merges that can be undone."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from vekha.domain.errors import Problem, VekhaError
from vekha.services.access.accounts import Visitor
from vekha.services.mentoring import doubles, merging
from vekha.web.kept import Lasting
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, app_of, writing

router = APIRouter(prefix="/programmes/{key}/doubles", route_class=Lasting)
REFUSED_WHOLE = ("access.denied", "programme.unknown")
Code = Annotated[str, Form(max_length=20)]


@router.get("")
def show(request: Request, who: CurrentVisitor, key: str, keep: str = "", drop: str = "") -> Response:
    """The list; with two codes what their merge would change, tried and taken back."""
    if not (keep and drop):
        return _page(request, who, key)
    try:
        tried = writing(request, who, lambda work: merging.merge(work, key, keep, drop, dry=True))
    except VekhaError as refusal:
        return _refused(request, who, key, refusal)
    return _page(request, who, key, tried=tried)


@router.post("/apart")
def apart(request: Request, who: CurrentVisitor, key: str, one: Code, other: Code) -> Response:
    try:
        writing(request, who, lambda work: doubles.tell_apart(work, key, one, other))
    except VekhaError as refusal:
        return _refused(request, who, key, refusal)
    return _back(key)


@router.post("/merge")
def merge(request: Request, who: CurrentVisitor, key: str, keep: Code, drop: Code) -> Response:
    try:
        writing(request, who, lambda work: merging.merge(work, key, keep, drop))
    except VekhaError as refusal:
        return _refused(request, who, key, refusal)
    return _back(key)


@router.post("/undo")
def undo(request: Request, who: CurrentVisitor, key: str, merge: Annotated[int, Form()]) -> Response:
    try:
        writing(request, who, lambda work: merging.undo(work, key, merge))
    except VekhaError as refusal:
        return _refused(request, who, key, refusal)
    return _back(key)


def _back(key: str) -> Response:
    return RedirectResponse(f"/programmes/{key}/doubles", status_code=303)


def _refused(request: Request, who: Visitor, key: str, refusal: VekhaError) -> Response:
    if any(each.code in REFUSED_WHOLE for each in refusal.problems):
        raise refusal
    return _page(request, who, key, problems=refusal.problems)


def _page(
    request: Request,
    who: Visitor,
    key: str,
    *,
    tried: merging.Merged | None = None,
    problems: tuple[Problem, ...] = (),
) -> Response:
    with app_of(request).work(who.actor, writes=False) as work:
        made = merging.merges(work, key)
        codes = [code for each in (*made, *((tried,) if tried else ())) for code in (each.kept, each.merged)]
        return page(
            request,
            "curator/doubles.html",
            status=422 if problems else 200,
            key=key,
            found=doubles.suspects(work, key),
            merges=made,
            names=doubles.names(work, key, codes),
            tried=tried,
            problems=problems,
            here=f"/programmes/{key}/doubles",
        )
