"""«Показатели» of a programme: figures on a day, plan and actual, SWOT to edit, collections that wait, the paper."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.errors import Problem, VekhaError
from vekha.domain.reporting.swot import Quarter
from vekha.services.access.accounts import Visitor
from vekha.services.process.programmes import load
from vekha.services.reporting import collecting, monitoring_report, swots, wording
from vekha.services.reporting.region_papers import by_axis
from vekha.services.work import Work
from vekha.texts import section, text
from vekha.web.downloads import attachment
from vekha.web.kept import Lasting
from vekha.web.parsing import maybe_day
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/programmes/{key}/monitoring", route_class=Lasting)
Words = Annotated[str, Form(max_length=5000)]
REFUSED_WHOLE = ("access.denied", "programme.unknown")


def _days(on: str = "", since: str = "") -> tuple[dt.date | None, dt.date | None]:
    """Raises VekhaError web.bad_date."""
    return maybe_day(on), maybe_day(since)


Days = Annotated[tuple[dt.date | None, dt.date | None], Depends(_days)]


@router.get("")
def show(request: Request, work: Reading, key: str, days: Days, saved: str = "") -> HTMLResponse:
    try:
        return _page(request, work, key, days, saved=saved)
    except VekhaError as refusal:
        if all(each.code.startswith("monitoring.") for each in refusal.problems):
            return _page(request, work, key, problems=refusal.problems)
        raise


@router.get("/report.pdf")
def paper(work: Reading, key: str, days: Days) -> Response:
    found = monitoring_report.monitoring(work, key, *days)
    name = f"{text('monitoring.title')}. {found.institution}.pdf"
    return attachment(monitoring_report.pdf(work, found), name, "application/pdf")


@router.post("/swot")
def save(  # noqa: PLR0913 — each is a field of one form
    *,
    request: Request,
    who: CurrentVisitor,
    key: str,
    version: Annotated[int, Form()],
    strengths: Words = "",
    weaknesses: Words = "",
    opportunities: Words = "",
    threats: Words = "",
) -> Response:
    """Keeps the words; a refusal gives them back with the reason above."""
    given = dict(zip(Quarter, (strengths, weaknesses, opportunities, threats), strict=True))
    typed = {each.value: words for each, words in given.items()}
    return _change(request, who, key, lambda work: swots.save(work, key, typed, version), given)


@router.post("/swot/hand-in")
def hand_in(request: Request, who: CurrentVisitor, key: str) -> Response:
    return _change(request, who, key, lambda work: swots.hand_in(work, key), done="handed")


def _change(
    request: Request,
    who: Visitor,
    key: str,
    change: Callable[[Work], Any],
    given: Mapping[Quarter, str] | None = None,
    done: str = "kept",
) -> Response:
    try:
        writing(request, who, change)
    except VekhaError as refusal:
        if any(each.code in REFUSED_WHOLE for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            return _page(request, work, key, problems=refusal.problems, given=given)
    return RedirectResponse(f"/programmes/{key}/monitoring?saved={done}#swot", status_code=303)


def _page(
    request: Request,
    work: Work,
    key: str,
    days: tuple[dt.date | None, dt.date | None] = (None, None),
    *,
    problems: tuple[Problem, ...] = (),
    given: Mapping[Quarter, str] | None = None,
    saved: str = "",
) -> HTMLResponse:
    found = monitoring_report.monitoring(work, key, *days)
    return page(
        request,
        "curator/monitoring.html",
        status=422 if problems else 200,
        found=found,
        axes=by_axis(found.figures),
        period=wording.period(found.window),
        ages=wording.ages(found.window.on),
        quarters=[(each.value, title) for each, title in zip(Quarter, section("swot.quarters").values(), strict=True)],
        texts={each.value: words for each, words in (given or found.swot.texts).items()},
        points={each.value: points for each, points in found.swot.points.items()},
        sources=section("swot.sources"),
        empty=", ".join(f"«{section('swot.quarters')[each]}»" for each in found.swot.empty),
        collections=collecting.open_for(work, load(work, key).institution.code) if found.may_work else [],
        here=f"/programmes/{key}/monitoring",
        saved=saved if saved in ("kept", "handed") else "",
        conflict=any(each.code == "swot.changed" for each in problems),
        problems=problems,
    )
