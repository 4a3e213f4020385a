"""`/s/…`: a survey for whoever was asked, on whatever telephone. Nothing typed is kept before it is sent."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from vekha.domain.errors import Problem, VekhaError
from vekha.services.surveys import answering
from vekha.services.surveys.answering import Opened
from vekha.web.fields import answer_of, draw, without_blank_ends
from vekha.web.rendering import page
from vekha.web.visitors import NOBODY, app_of

router = APIRouter()
STATUS = {"unknown": 404, "early": 200, "answered": 200, "revoked": 410, "over": 410, "cancelled": 410}
PREFIX = "survey.link_"


@router.get("/s/{token}")
def show(request: Request, token: str) -> Response:
    try:
        with app_of(request).work(NOBODY, writes=False) as work:
            found = answering.opened(work, token)
            shown = _form(request, token, found, {})
    except VekhaError as refusal:
        return _told(request, refusal)
    if not found.asked.opened:
        with app_of(request).work(NOBODY) as work:
            answering.looked_at(work, token)
    return shown


@router.post("/s/{token}")
async def submit(request: Request, token: str) -> Response:
    sent = await request.form()
    return await run_in_threadpool(_submit, request, token, sent)


def _submit(request: Request, token: str, sent: FormData) -> Response:
    data: dict[str, Any] = {}
    try:
        with app_of(request).work(NOBODY) as work:
            found = answering.opened(work, token)
            data = without_blank_ends(answer_of(found.form, sent))
            answering.answer(work, token, data)
    except VekhaError as refusal:
        if any(each.code.startswith(PREFIX) for each in refusal.problems):
            return _told(request, refusal, second=True)
        with app_of(request).work(NOBODY, writes=False) as work:
            return _form(request, token, answering.opened(work, token), data, refusal.problems)
    return RedirectResponse(f"/s/{token}", status_code=303)


def _form(
    request: Request, token: str, found: Opened, data: dict[str, Any], problems: tuple[Problem, ...] = ()
) -> HTMLResponse:
    drawn, rest = draw(found.form, data, found.people, problems)
    hidden = [problem for each in drawn if each.name in found.fixed for problem in each.problems]
    return page(
        request,
        "personal/survey.html",
        status=422 if problems else 200,
        form=found.form,
        help=" ".join((found.form.__doc__ or "").split()),
        fields=tuple(each for each in drawn if each.name not in found.fixed),
        rest=(*rest, *hidden),
        wrong=len(problems),
        here=f"/s/{token}",
        institution=found.institution.title,
        about=found.about,
        moment=found.survey.moment,
        anonymous=found.survey.anonymous,
        closes=found.survey.closes,
        most_bytes=0,
    )


def _told(request: Request, refusal: VekhaError, *, second: bool = False) -> HTMLResponse:
    """Why the link takes no answer. `second`: something was sent, and it was not taken."""
    problem = next((each for each in refusal.problems if each.code.startswith(PREFIX)), None)
    if problem is None:
        raise refusal
    kind = problem.code.removeprefix(PREFIX)
    late = second and kind == "answered"
    return page(
        request,
        "personal/survey_closed.html",
        status=409 if late else STATUS[kind],
        kind=kind,
        problem=problem,
        late=late,
    )
