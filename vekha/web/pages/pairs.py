"""«Пары»: pairs at work, a proposal with its reasons, what a change costs, those left over; the rounds of speed
mentoring. Whoever may only look sees no buttons."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError
from vekha.domain.matching import Model
from vekha.services.access.accounts import Visitor
from vekha.services.mentoring import match_sheet, matching, speed_sheets
from vekha.services.mentoring.matching import Change
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.texts import text
from vekha.web.downloads import attachment, workbook
from vekha.web.kept import Lasting
from vekha.web.parsing import day_of
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/programmes/{key}/pairs", route_class=Lasting)
Text = Annotated[str, Form()]
MODELS = tuple(each for each in Model if each is not Model.SPEED)


@router.get("")
def show(
    request: Request, work: Reading, key: str, change: str = "", mentee: str = "", mentor: str = ""
) -> HTMLResponse:
    """The page; with a change in the address also what it would cost."""
    asked = Change(matching.kind_of(change), mentee, mentor) if change else None
    return _page(request, work, key, asked)


@router.post("/propose")
def propose(request: Request, who: CurrentVisitor, key: str, model: Text = Model.ONE_TO_ONE.value) -> Response:
    return _change(request, who, key, lambda work: matching.propose(work, key, matching.model_of(model)))


@router.post("/fix")
def fix(
    request: Request,
    who: CurrentVisitor,
    key: str,
    *,
    kind: Text,
    mentee: Text,
    mentor: Text,
    why: Text = "",
) -> Response:
    change = Change(matching.kind_of(kind), mentee, mentor, why.strip())
    return _change(request, who, key, lambda work: matching.fix(work, key, change))


@router.post("/confirm")
def confirm(
    request: Request, who: CurrentVisitor, key: str, version: Annotated[int, Form()], starts: Text = "", ends: Text = ""
) -> Response:
    def form_pairs(work: Work) -> None:
        dates = {"starts": day_of(starts) if starts else None, "ends": day_of(ends) if ends else None}
        matching.confirm(work, key, version=version, **dates)

    return _change(request, who, key, form_pairs)


@router.post("/discard")
def discard(request: Request, who: CurrentVisitor, key: str) -> Response:
    return _change(request, who, key, lambda work: matching.discard(work, key))


@router.post("/support")
def support(request: Request, who: CurrentVisitor, key: str, note: Text = "") -> Response:
    return _change(request, who, key, lambda work: matching.support_left(work, key, note))


# --- speed mentoring --------------------------------------------------------------------------------------------------


@router.get("/speed")
def speed(request: Request, work: Reading, key: str, rounds: str = "") -> HTMLResponse:
    found = speed_sheets.sheet(work, key, _number(rounds))
    return page(request, "curator/speed.html", sheet=found, rounds=rounds)


@router.get("/speed.xlsx")
def speed_xlsx(work: Reading, key: str, rounds: str = "") -> Response:
    return workbook(text("matching.speed.title"), speed_sheets.tables(speed_sheets.sheet(work, key, _number(rounds))))


@router.get("/speed.pdf")
def speed_pdf(work: Reading, key: str, rounds: str = "") -> Response:
    content = speed_sheets.pdf(work, speed_sheets.sheet(work, key, _number(rounds)))
    return attachment(content, f"{text('matching.speed.title')}.pdf", "application/pdf")


def _number(value: str) -> int | None:
    """What is no number asks for all the rounds there can be."""
    return int(value) if value.strip().isdecimal() else None


# --- parts ------------------------------------------------------------------------------------------------------------


def _page(
    request: Request, work: Work, key: str, asked: Change | None = None, problems: tuple[Problem, ...] = ()
) -> HTMLResponse:
    found = match_sheet.sheet(work, key)
    loaded = load(work, key, Action.VIEW)
    cost: dict[str, Any] | None = None
    if asked is not None:
        try:
            cost = _cost(work, key, asked, loaded)
        except VekhaError as refusal:
            problems = refusal.problems
    return page(
        request,
        "curator/pairs.html",
        status=422 if problems else 200,
        sheet=found,
        cost=cost,
        may_work=may_work(work, loaded),
        models=[(each.value, text(f"matching.models.{each.value}")) for each in MODELS],
        starts=loaded.now.today.isoformat(),
        ends=max(loaded.now.today, loaded.programme.cycle_ends).isoformat(),
        today_there=loaded.now.today,
        base=f"/programmes/{key}/pairs",
        problems=problems,
    )


def may_work(work: Work, loaded: Loaded) -> bool:
    home = loaded.institution
    place = {"region": home.region, "municipality": home.municipality, "institution": home.code}
    return work.actor.may(Action.WORK, **place)


def _cost(work: Work, key: str, asked: Change, loaded: Loaded) -> dict[str, Any]:
    found = matching.cost(work, key, asked)
    names = {each.code: each.name for each in loaded.now.people.persons.values()}
    who = {"mentee": names.get(asked.mentee, asked.mentee), "mentor": names.get(asked.mentor, asked.mentor)}
    return {
        "kind": asked.kind,
        "mentee": asked.mentee,
        "mentor": asked.mentor,
        "title": text(f"web.pairs.cost_{asked.kind}", **who),
        "words": match_sheet.cost_words(found, names),
    }


def _change(request: Request, who: Visitor, key: str, change: Callable[[Work], Any]) -> Response:
    """Does it and leads back to the page; a refusal is the same page with the reasons above."""
    try:
        writing(request, who, change)
    except VekhaError as refusal:
        if any(each.code in ("access.denied", "programme.unknown") for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            return _page(request, work, key, None, refusal.problems)
    return RedirectResponse(f"/programmes/{key}/pairs", status_code=303)
