"""A form of an activity: drawn from its schema, checked whole, every problem at its field."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.programme import name_of
from vekha.forms.base import Form
from vekha.services import forms
from vekha.services.accounts import Visitor
from vekha.services.programmes import Loaded, load
from vekha.services.work import Work
from vekha.web.fields import answer_of, draw, without_blank_ends
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter()
HERE = "/programmes/{key}/stages/{stage}/activities/{activity}/forms/{code}"
MORE_ROWS = "_more"


@router.get(HERE)
def show(
    request: Request, work: Reading, key: str, stage: str, activity: str, code: str, subject: str = ""
) -> HTMLResponse:
    loaded, form = _known(work, key, (stage, activity), code)
    known = {form.subject_field: _shown(loaded, subject)} if form.subject_field and subject else {}
    return _page(request, loaded, (stage, activity), form, known)


@router.post(HERE)
async def submit(request: Request, who: CurrentVisitor, key: str, stage: str, activity: str, code: str) -> Response:
    sent = await request.form()
    place = (stage, activity)
    with app_of(request).work(who.actor, writes=False) as work:
        loaded, form = _known(work, key, place, code)
        data = answer_of(form, sent)
        if MORE_ROWS in sent:
            return _page(request, loaded, place, form, data)
    return await run_in_threadpool(_submit, request, who, key, place, form, without_blank_ends(data))


def _submit(
    request: Request, who: Visitor, key: str, place: tuple[str, str], form: type[Form], data: Mapping[str, Any]
) -> Response:
    def store(work: Work) -> None:
        collected = any(use.code == form.code for use in _uses(load(work, key), place))
        forms.submit(work, key, form.code, data, place=place if collected else None)

    try:
        writing(request, who, store)
    except VekhaError as refusal:
        if any(each.code in ("access.denied", "programme.unknown") for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            loaded, form = _known(work, key, place, form.code)
            return _page(request, loaded, place, form, data, refusal.problems, 422)
    return RedirectResponse(f"{_address(key, place)}#a-{place[1]}", status_code=303)


def _known(work: Work, key: str, place: tuple[str, str], code: str) -> tuple[Loaded, type[Form]]:
    """Raises VekhaError form.unknown, activity.unknown, programme.unknown, access.denied."""
    loaded = load(work, key, Action.WORK)
    if place not in loaded.activities:
        known = ", ".join(each.code for each in loaded.now.of_stage(place[0]))
        raise VekhaError(problem("activity.unknown", activity=place[1], known=known))
    return loaded, forms.form_of(loaded.type, code)


def _uses(loaded: Loaded, place: tuple[str, str]) -> Sequence[Any]:
    own = loaded.now.activities[place].own
    return () if own else loaded.roadmap.activity(*place).forms


def _shown(loaded: Loaded, subject: str) -> str:
    """How the field of the subject holds it: a person by name, a pair or an employer by code."""
    people = loaded.now.people
    return name_of(subject, people) if subject in people.persons else subject


def _page(
    request: Request,
    loaded: Loaded,
    place: tuple[str, str],
    form: type[Form],
    data: Mapping[str, Any],
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> HTMLResponse:
    drawn, rest = draw(form, data, loaded.now.people, problems)
    return page(
        request,
        "curator/form.html",
        status=status,
        form=form,
        help=" ".join((form.__doc__ or "").split()),
        fields=drawn,
        rest=rest,
        wrong=len(problems),
        activity=loaded.title_of(*place),
        back=f"{_address(loaded.key, place)}#a-{place[1]}",
    )


def _address(key: str, place: tuple[str, str]) -> str:
    return f"/programmes/{key}/stages/{place[0]}"
