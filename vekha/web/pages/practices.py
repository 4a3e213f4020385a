"""«Практики»: those of an institution with their way to publication, and the search across the region."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError
from vekha.domain.reporting.practice import Card, Step
from vekha.files import MAX_BYTES
from vekha.forms.standard.words import MentoringModel
from vekha.services.access.accounts import Visitor
from vekha.services.process.programmes import load
from vekha.services.reporting import practice_search, practices
from vekha.services.work import Work
from vekha.web.downloads import attachment
from vekha.web.kept import Lasting
from vekha.web.parsing import filled
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(route_class=Lasting)
OWN, ONE = "/programmes/{key}/practices", "/practices/{number}"
Text = Annotated[str, Form(max_length=10_000)]
Line = Annotated[str, Form(max_length=300)]
PASSED_ON = frozenset({"access.denied", "programme.unknown", "practice.unknown"})
MODELS = [each.value for each in MentoringModel]


def _card(title: Line = "", problem: Text = "", done: Text = "", result: Text = "", model: Line = "") -> Card:
    return Card(title=title, problem=problem, done=done, result=result, model=model)


Typed = Annotated[Card, Depends(_card)]
People = Annotated[list[str] | None, Form()]


@router.get("/practices")
def search(request: Request, work: Reading, q: str = "", model: str = "", municipality: str = "") -> HTMLResponse:
    question = q.strip()[:200]
    return page(
        request,
        "curator/practice_search.html",
        hits=practices.found(work, question, model, municipality),
        question=question,
        model=model,
        municipality=municipality,
        models=MODELS,
        municipalities=practice_search.municipalities(work),
    )


@router.get(OWN)
def listing(request: Request, work: Reading, key: str) -> HTMLResponse:
    return _listing(request, work, key)


@router.post(OWN)
def create(request: Request, who: CurrentVisitor, key: str, card: Typed) -> Response:
    try:
        number = writing(request, who, lambda work: practices.create(work, key, card).id)
    except VekhaError as refusal:
        if any(each.code in PASSED_ON for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            return _listing(request, work, key, card, refusal.problems)
    return RedirectResponse(f"/practices/{number}", status_code=303)


def _listing(
    request: Request, work: Work, key: str, card: Card | None = None, problems: tuple[Problem, ...] = ()
) -> HTMLResponse:
    home = load(work, key, Action.VIEW).institution
    place = {"region": home.region, "municipality": home.municipality, "institution": home.code}
    return page(
        request,
        "curator/practices.html",
        status=422 if problems else 200,
        key=key,
        institution=home.short_title,
        rows=practices.of_programme(work, key),
        may_work=work.actor.may(Action.WORK, **place),
        card=card or _card(),
        models=MODELS,
        problems=problems,
    )


# --- one practice -----------------------------------------------------------------------------------------------------


@router.get(ONE)
def show(request: Request, work: Reading, number: int) -> HTMLResponse:
    return _page(request, work, number)


@router.post(ONE)
def edit(
    *,
    request: Request,
    who: CurrentVisitor,
    number: int,
    card: Typed,
    version: Annotated[int, Form()],
    people: People = None,
) -> Response:
    return _change(request, who, number, lambda work: practices.edit(work, number, card, filled(people), version), card)


@router.post(ONE + "/steps")
def take(
    request: Request, who: CurrentVisitor, number: int, step: Annotated[Step, Form()], remarks: Text = ""
) -> Response:
    return _change(request, who, number, lambda work: practices.step(work, number, step, remarks))


@router.post(ONE + "/pin")
def pin(request: Request, who: CurrentVisitor, number: int, pinned: Line = "") -> Response:
    return _change(request, who, number, lambda work: practices.pin(work, number, pinned=bool(pinned)))


@router.post(ONE + "/files")
def attach(request: Request, who: CurrentVisitor, number: int, file: Annotated[UploadFile, File()]) -> Response:
    content = file.file.read(MAX_BYTES + 1)
    return _change(request, who, number, lambda work: practices.attach(work, number, content, file.filename or ""))


@router.post(ONE + "/files/{digest}/remove")
def detach(request: Request, who: CurrentVisitor, number: int, digest: str) -> Response:
    return _change(request, who, number, lambda work: practices.detach(work, number, digest))


@router.get(ONE + "/files/{digest}")
def download(work: Reading, number: int, digest: str) -> Response:
    row, content = practices.file(work, number, digest)
    return attachment(content, row.name, row.media_type)


def _change(
    request: Request, who: Visitor, number: int, change: Callable[[Work], Any], card: Card | None = None
) -> Response:
    """Does it and leads back to the card; a refusal is the same page with the reasons above and what was typed."""
    try:
        writing(request, who, change)
    except VekhaError as refusal:
        if any(each.code in PASSED_ON for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            return _page(request, work, number, card, refusal.problems)
    return RedirectResponse(f"/practices/{number}", status_code=303)


def _page(
    request: Request, work: Work, number: int, card: Card | None = None, problems: tuple[Problem, ...] = ()
) -> HTMLResponse:
    found = practices.sheet(work, number)
    return page(
        request,
        "curator/practice.html",
        status=422 if problems else 200,
        sheet=found,
        card=card or practices.card_of(found.row),
        models=MODELS,
        here=f"/practices/{number}",
        problems=problems,
    )
