"""«Показатели»: collections of figures, the region's report with its drill-down, who has confirmed; files to take."""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.reporting.collection import Terms
from vekha.domain.reporting.indicators import GIVEN, INDICATORS
from vekha.domain.reporting.measuring import Window
from vekha.domain.reporting.totals import compare
from vekha.services.access.watching import demand_watching_somewhere
from vekha.services.region import institution_list
from vekha.services.reporting import collecting, collecting_notices, region_papers, region_report, wording
from vekha.services.reporting.region_report import Report, Wanted
from vekha.services.work import Work
from vekha.storage.tables import Collection
from vekha.texts import section
from vekha.web.downloads import attachment, workbook
from vekha.web.kept import Lasting
from vekha.web.pages.institutions import demand_keeping
from vekha.web.parsing import day_of, maybe_day
from vekha.web.rendering import page, today_of
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/collections", route_class=Lasting)
Text = Annotated[str, Form(max_length=300)]


async def _sent(request: Request) -> dict[str, str]:
    return {name: str(value)[:300] for name, value in (await request.form()).items()}


def _wanted(
    municipality: str | None = None,
    type: str = "",  # noqa: A002 — the name in the address
    confirmed: str = "",
) -> Wanted:
    return Wanted(municipality=municipality, type=type, confirmed=bool(confirmed))


Sent = Annotated[dict[str, str], Depends(_sent)]
Asked = Annotated[Wanted, Depends(_wanted)]
PASSED_ON = frozenset({"access.denied", "collection.unknown"})


@router.get("")
def listing(request: Request, work: Reading) -> HTMLResponse:
    demand_watching_somewhere(work)
    rows = [_line(work, row, today_of(request)) for row in collecting.every(work)]
    return page(request, "operator/collections.html", rows=rows, may_create=bool(work.actor.granting(Action.SCHEDULE)))


def _line(work: Work, row: Collection, today: dt.date) -> dict[str, Any]:
    newest = collecting.newest(work, row.code)
    confirmed = sum(each.version > 0 for each in newest.values())
    told = {"phase": collecting.phase_of(row, today).value, "confirmed": confirmed, "asked": len(newest)}
    return {"row": row, **told}


@router.get("/new")
def new(request: Request, work: Reading) -> HTMLResponse:
    demand_keeping(work)
    year = today_of(request).year
    given = {"code": f"s-{secrets.token_hex(4)}", "since": f"{year}-01-01", "on": f"{year}-12-31"}
    return _form(request, work, given | {"opens": f"{year}-12-15", "closes": f"{year + 1}-01-20"})


@router.post("/new")
def create(request: Request, who: CurrentVisitor, given: Sent) -> Response:
    """The code came with the form, so that the form sent twice is one collection."""

    def make(work: Work) -> None:
        demand_keeping(work)
        collecting.create(
            work, given.get("code", ""), given.get("region", ""), _terms(given), given.get("compared", "")
        )

    try:
        writing(request, who, make)
    except VekhaError as refusal:
        if any(each.code in PASSED_ON for each in refusal.problems):
            raise
        if any(each.code == "collection.exists" for each in refusal.problems):
            return RedirectResponse(f"/collections/{given['code']}", status_code=303)
        with app_of(request).work(who.actor, writes=False) as work:
            return _form(request, work, given, refusal.problems)
    return RedirectResponse(f"/collections/{given['code']}", status_code=303)


def _terms(given: Mapping[str, str]) -> Terms:
    """Raises VekhaError web.bad_date, collection.bad_plan."""
    plan = {code: given.get(f"plan_{code}", "").strip() for code in INDICATORS}
    dates = {name: day_of(given.get(name, "")) for name in ("since", "on", "opens", "closes")}
    numbers = {code: _number(code, typed) for code, typed in plan.items() if typed}
    return Terms(title=given.get("title", ""), plan=numbers, **dates)


def _number(code: str, typed: str) -> float:
    try:
        return float("".join(typed.split()).replace(",", "."))
    except ValueError as reason:
        raise VekhaError(problem("collection.bad_plan", INDICATORS[code].title, number=typed)) from reason


def _form(request: Request, work: Work, given: Mapping[str, str], problems: tuple[Problem, ...] = ()) -> HTMLResponse:
    known = collecting.every(work)
    return page(
        request,
        "operator/collection_new.html",
        status=422 if problems else 200,
        given={"code": "", "title": "", "region": "", "compared": known[0].code if known else "", **given},
        regions={each.code: each.title for each in institution_list.regions(work)},
        earlier=[(row.code, row.title) for row in known],
        planned=any(typed.strip() for name, typed in given.items() if name.startswith("plan_")),
        axes=wording.axes(),
        problems=problems,
    )


# --- one collection ---------------------------------------------------------------------------------------------------


@router.get("/{code}")
def show(request: Request, work: Reading, code: str, wanted: Asked) -> HTMLResponse:
    found = region_report.report(work, code, wanted)
    return page(
        request,
        "operator/collection.html",
        view="report",
        link=lambda **changed: _address(code, replace(wanted, **changed)),
        query=_query(wanted),
        types={each: kind.title for each, kind in work.tools.registry.types.items()},
        **_frame(request, work, found.collection),
        **_figures(found),
    )


def _query(wanted: Wanted) -> str:
    told = {
        "municipality": wanted.municipality,
        "type": wanted.type or None,
        "confirmed": "1" if wanted.confirmed else None,
    }
    return urlencode({name: value for name, value in told.items() if value is not None})


def _address(code: str, wanted: Wanted) -> str:
    query = _query(wanted)
    return f"/collections/{code}{'?' if query else ''}{query}"


def _frame(request: Request, work: Work, row: Collection) -> dict[str, Any]:
    return {
        "row": row,
        "phase": collecting.phase_of(row, today_of(request)).value,
        "may_keep": work.actor.may(Action.SCHEDULE, region=row.region),
    }


def _figures(found: Report) -> dict[str, Any]:
    window = region_papers.window_of(found)
    return {
        "report": found,
        "axes": region_papers.summary_by_axis(found),
        "period": wording.period(window),
        "ages": wording.ages(window.on),
        "short": [INDICATORS[code] for code in region_papers.SHORT],
        "shown": region_papers.shown,
        "title_of": region_papers.title_of,
        "place_of": region_papers.place_of,
        "words_of": section("region_report"),
    }


@router.get("/{code}/answers")
def answers(request: Request, work: Reading, code: str, told: str = "") -> HTMLResponse:
    row = collecting.watched(work, code)
    found = region_report.answers(work, code)
    return page(
        request,
        "operator/collection_answers.html",
        view="answers",
        answers=found,
        waited=sum(each.collected is None for each in found),
        told=int(told) if told.isdecimal() and len(told) < 7 else None,
        standings=section("region_report.standings"),
        **_frame(request, work, row),
    )


@router.get("/{code}/report.xlsx")
def workbook_of(work: Reading, code: str, wanted: Asked) -> Response:
    found = region_report.report(work, code, wanted)
    return workbook(region_papers.name(found), region_papers.tables(work, found))


@router.get("/{code}/report.pdf")
def paper_of(work: Reading, code: str, wanted: Asked) -> Response:
    found = region_report.report(work, code, wanted)
    return attachment(region_papers.pdf(work, found), f"{region_papers.name(found)}.pdf", "application/pdf")


@router.post("/{code}/remind")
def remind(request: Request, who: CurrentVisitor, code: str) -> Response:
    told = writing(request, who, lambda work: collecting_notices.remind(work, code))
    return RedirectResponse(f"/collections/{code}/answers?told={told}", status_code=303)


@router.post("/{code}/recount")
def recount(request: Request, who: CurrentVisitor, code: str) -> Response:
    writing(request, who, lambda work: collecting.recount(work, code))
    return RedirectResponse(f"/collections/{code}", status_code=303)


@router.post("/{code}/close")
def close(request: Request, who: CurrentVisitor, code: str) -> Response:
    writing(request, who, lambda work: collecting.close(work, code))
    return RedirectResponse(f"/collections/{code}/answers", status_code=303)


@router.post("/{code}/reopen")
def reopen(request: Request, who: CurrentVisitor, code: str, closes: Text = "") -> Response:
    writing(request, who, lambda work: collecting.reopen(work, code, maybe_day(closes)))
    return RedirectResponse(f"/collections/{code}/answers", status_code=303)


# --- one institution --------------------------------------------------------------------------------------------------


@router.get("/{code}/institutions/{institution}")
def sheet(request: Request, work: Reading, code: str, institution: str) -> HTMLResponse:
    return _sheet(request, work, code, institution)


@router.post("/{code}/institutions/{institution}")
def confirm(request: Request, who: CurrentVisitor, code: str, institution: str, given: Sent) -> Response:
    numbers = {name: given.get(name, "") for name in GIVEN}

    def change(work: Work) -> None:
        collecting.confirm(work, code, institution, collecting.as_given(numbers), given.get("reason", ""))

    try:
        writing(request, who, change)
    except VekhaError as refusal:
        if any(each.code in (*PASSED_ON, "institution.unknown") for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            return _sheet(request, work, code, institution, given, refusal.problems)
    return RedirectResponse(f"/collections/{code}/institutions/{institution}", status_code=303)


def _sheet(
    request: Request,
    work: Work,
    code: str,
    institution: str,
    given: Mapping[str, str] | None = None,
    problems: tuple[Problem, ...] = (),
) -> HTMLResponse:
    found = collecting.sheet(work, code, institution)
    told = found.confirmed[-1] if found.confirmed else None
    window = Window(since=found.collection.since, on=found.collection.on)
    return page(
        request,
        "curator/figures.html",
        status=422 if problems else 200,
        sheet=found,
        axes=region_papers.by_axis(compare(found.now.figures, {})),
        confirmed=region_papers.by_axis(compare(collecting.figures_of(told), {})) if told else [],
        period=wording.period(window),
        ages=wording.ages(window.on),
        given={**(told.given if told else {}), **(given or {})},
        given_titles=wording.given_titles(),
        standings=section("region_report.standings"),
        ready=found.today >= found.collection.on and found.phase.value in ("open", "overdue"),
        problems=problems,
    )
