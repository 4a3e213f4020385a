"""`/r/…`: three short questions after a meeting, for one person, on whatever telephone."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.errors import Problem, VekhaError
from vekha.domain.reflections import LONGEST, SCALE, Answer
from vekha.services.mentoring import reflections
from vekha.services.mentoring.reflections import Opened
from vekha.web.pages.personal import STATUS, told
from vekha.web.rendering import page
from vekha.web.visitors import NOBODY, app_of

router = APIRouter()
Words = Annotated[str, Form(max_length=4 * LONGEST)]


@router.get("/r/{token}")
def show(request: Request, token: str) -> Response:
    try:
        with app_of(request).work(NOBODY, writes=False) as work:
            found = reflections.opened(work, token)
            answer = _page(request, found, Answer(useful=0))
            seen = found.link.opened_at is not None
    except VekhaError as refusal:
        return told(request, refusal)
    if not seen:
        with app_of(request).work(NOBODY) as work:
            reflections.looked_at(work, token)
    return answer


@router.post("/r/{token}")
def submit(
    request: Request,
    token: str,
    *,
    useful: Annotated[str, Form(max_length=3)] = "",
    words: Words = "",
    ahead: Words = "",
    wants_curator: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    given = Answer(
        useful=int(useful) if useful.isdecimal() else 0,
        words=words,
        ahead=ahead,
        wants_curator=bool(wants_curator),
    )
    try:
        with app_of(request).work(NOBODY) as work:
            reflections.answer(work, token, given)
    except VekhaError as refusal:
        if any(each.code in STATUS for each in refusal.problems):
            return told(request, refusal, second=True)
        with app_of(request).work(NOBODY, writes=False) as work:
            return _page(request, reflections.opened(work, token), given, refusal.problems)
    return RedirectResponse(f"/r/{token}", status_code=303)


def _page(request: Request, found: Opened, given: Answer, problems: tuple[Problem, ...] = ()) -> HTMLResponse:
    return page(
        request,
        "personal/reflection.html",
        status=422 if problems else 200,
        institution=found.loaded.institution.title,
        name=found.name,
        meeting=found.meeting,
        today=found.loaded.now.today,
        expires=found.link.expires_at.date(),
        given=given,
        scale=list(SCALE),
        longest=LONGEST,
        problems=problems,
    )
