"""«Поощрения»: results, people put forward, the head's decision, papers issued in bulk."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError
from vekha.domain.people import Role
from vekha.domain.reporting.nomination import ROLES, AwardKind
from vekha.services.access.accounts import Visitor
from vekha.services.process.programmes import load
from vekha.services.reporting import award_papers, awards
from vekha.services.reporting.awards import Issued
from vekha.services.work import Work
from vekha.texts import section, text
from vekha.web.downloads import attachment
from vekha.web.kept import Lasting
from vekha.web.parsing import filled
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/programmes/{key}/awards", route_class=Lasting)
Chosen = Annotated[list[str] | None, Form()]
Text = Annotated[str, Form(max_length=500)]
REFUSED_WHOLE = ("access.denied", "programme.unknown")


@router.get("")
def show(request: Request, work: Reading, key: str) -> HTMLResponse:
    return _page(request, work, key)


@router.get("/papers.pdf")
def papers(work: Reading, key: str) -> Response:
    return attachment(award_papers.pdf(work, key), f"{text('awards.paper.title')}.pdf", "application/pdf")


@router.post("/choose")
def choose(request: Request, who: CurrentVisitor, key: str, chosen: Chosen = None, words: Text = "") -> Response:
    return _change(request, who, key, lambda work: awards.choose(work, key, _pairs(chosen), words), _pairs(chosen))


@router.post("/drop")
def drop(request: Request, who: CurrentVisitor, key: str, person: Text, kind: Text) -> Response:
    return _change(request, who, key, lambda work: awards.drop(work, key, person, kind))


@router.post("/approve")
def approve(request: Request, who: CurrentVisitor, key: str, chosen: Chosen = None) -> Response:
    return _change(request, who, key, lambda work: awards.decide(work, key, _pairs(chosen), approve=True))


@router.post("/decline")
def decline(request: Request, who: CurrentVisitor, key: str, chosen: Chosen = None, reason: Text = "") -> Response:
    return _change(
        request, who, key, lambda work: awards.decide(work, key, _pairs(chosen), approve=False, reason=reason)
    )


@router.post("/issue")
def issue(request: Request, who: CurrentVisitor, key: str) -> Response:
    """Answers with the page itself, since it names whose poster was not made."""
    return _change(request, who, key, lambda work: awards.issue(work, key), told=True)


def _pairs(chosen: Sequence[str] | None) -> list[tuple[str, str]]:
    """«p3:thanks» → person and kind."""
    return [(person, kind) for person, _, kind in (each.partition(":") for each in filled(chosen))]


def _change(
    request: Request,
    who: Visitor,
    key: str,
    change: Callable[[Work], Any],
    ticked: Sequence[tuple[str, str]] = (),
    *,
    told: bool = False,
) -> Response:
    problems: tuple[Problem, ...] = ()
    done: Issued | None = None
    try:
        made = writing(request, who, change)
        done = made if told else None
    except VekhaError as refusal:
        if any(each.code in REFUSED_WHOLE for each in refusal.problems):
            raise
        problems = refusal.problems
    if not problems and done is None:
        return RedirectResponse(f"/programmes/{key}/awards", status_code=303)
    with app_of(request).work(who.actor, writes=False) as work:
        return _page(request, work, key, problems, done, ticked)


def _page(
    request: Request,
    work: Work,
    key: str,
    problems: tuple[Problem, ...] = (),
    done: Issued | None = None,
    ticked: Sequence[tuple[str, str]] = (),
) -> HTMLResponse:
    found = awards.sheet(work, key)
    loaded = load(work, key, Action.VIEW)
    return page(
        request,
        "curator/awards.html",
        status=422 if problems else 200,
        sheet=found,
        groups=[(Role.MENTOR, found.of(Role.MENTOR)), (Role.MENTEE, found.of(Role.MENTEE))],
        kinds={role: [kind for kind in AwardKind if role in ROLES[kind]] for role in Role},
        criteria=awards.criteria(),
        words_of=section("awards"),
        apart=len(award_papers.leaves(work, key)),
        ticked=[f"{person}:{kind}" for person, kind in ticked],
        roadmap_papers=any(awards.in_roadmap(loaded, kind) for kind in AwardKind),
        here=f"/programmes/{key}/awards",
        done=done,
        problems=problems,
    )
