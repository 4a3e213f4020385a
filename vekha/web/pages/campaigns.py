"""«Запуски»: a cycle planned, seen, launched; then paused, resumed, cancelled, joined by late-comers."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.calendar import Roll
from vekha.domain.campaign import CampaignState
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.services.dates import batches
from vekha.services.dates.schedules import deadlines
from vekha.services.launch import campaign_life, campaign_sheet, campaigns
from vekha.services.launch.campaign_sheet import CampaignSheet
from vekha.services.launch.campaigns import CampaignData
from vekha.services.process import lists
from vekha.services.process.places import places, titles
from vekha.services.region import institution_list
from vekha.services.work import Work
from vekha.web.kept import Lasting
from vekha.web.pages.campaign_deadlines import level_words
from vekha.web.pages.institutions import demand_keeping, types_of
from vekha.web.pages.shifts import told
from vekha.web.parsing import filled, lines_of, maybe_day
from vekha.web.rendering import page, today_of
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/campaigns", route_class=Lasting)
Text = Annotated[str, Form()]
Several = Annotated[list[str] | None, Form()]
PASSED_ON = frozenset({"access.denied", "campaign.unknown"})
LAST_SHIFTS = 5
YEARS = range(-1, 3)  # around this one


@router.get("")
def listing(request: Request, work: Reading) -> HTMLResponse:
    rows = sorted(lists.campaigns(work), key=lambda each: (-each["year"], each["title"]))
    return page(request, "operator/campaigns.html", rows=rows, may_create=campaign_sheet.may_create(work))


@router.get("/new")
def new(request: Request, work: Reading) -> HTMLResponse:
    demand_keeping(work)
    return _form(request, work, {"code": f"c-{secrets.token_hex(4)}", "year": str(today_of(request).year)})


@router.post("/new")
def create(  # noqa: PLR0913 — each is a field of one form
    *,
    request: Request,
    who: CurrentVisitor,
    code: Text = "",
    title: Text = "",
    region: Text = "",
    year: Text = "",
    types: Several = None,
    municipalities: Several = None,
    only: Text = "",
    roll: Text = Roll.FORWARD.value,
) -> Response:
    """A draft. The code came with the form, so that the form sent twice is one campaign."""
    given = {"code": code, "title": title, "region": region, "year": year, "only": only, "roll": roll}
    given |= {"types": filled(types), "municipalities": filled(municipalities)}

    def make(work: Work) -> str:
        return campaigns.create(work, _data(work, given)).code

    try:
        made = writing(request, who, make)
    except VekhaError as refusal:
        if any(each.code in PASSED_ON for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            return _form(request, work, given, refusal.problems)
    return RedirectResponse(f"/campaigns/{made}", status_code=303)


def _data(work: Work, given: Mapping[str, Any]) -> CampaignData:
    demand_keeping(work)
    institutions, unknown = institution_list.codes_of(work, lines_of(given["only"]))
    year = str(given["year"]).strip()
    right = year.isascii() and year.isdecimal() and 2000 <= int(year) <= 2100
    problems = [problem("web.unknown_institution", name=each) for each in unknown]
    problems += [] if right else [problem("web.bad_year", value=year)]
    problems += [] if given["title"].strip() else [problem("web.campaign_title_needed")]
    problems += [] if given["code"].isascii() and 0 < len(given["code"]) <= 60 else [problem("web.stale_form")]
    refuse(problems)
    chosen = {"types": given["types"], "municipalities": given["municipalities"], "institutions": institutions}
    return CampaignData(
        code=given["code"],
        title=" ".join(given["title"].split())[:200],
        region=given["region"],
        year=int(year),
        chosen={name: values for name, values in chosen.items() if values},
        roll=Roll(given["roll"]) if given["roll"] in list(Roll) else Roll.FORWARD,
    )


def _form(request: Request, work: Work, given: Mapping[str, Any], problems: Sequence[Problem] = ()) -> HTMLResponse:
    empty = {"title": "", "region": "", "types": (), "municipalities": (), "only": "", "roll": Roll.FORWARD.value}
    this_year = today_of(request).year
    registry = work.tools.registry
    return page(
        request,
        "operator/campaign_new.html",
        status=422 if problems else 200,
        given={**empty, **given},
        problems=problems,
        regions={each.code: each.title for each in institution_list.regions(work)},
        years=[str(this_year + each) for each in YEARS],
        types=[(code, title, registry.roadmap(code)) for code, title in types_of(work).items()],
        municipalities=institution_list.municipalities(work),
    )


# --- one campaign -----------------------------------------------------------------------------------------------------


@router.get("/{code}")
def one(request: Request, work: Reading, code: str, added: str = "") -> HTMLResponse:
    return _page(request, work, code, added=added)


@router.get("/{code}/progress")
def progress(request: Request, work: Reading, code: str) -> Response:
    """For the page that waits: how far the launch has come; the whole page's middle once it is through."""
    return _page(request, work, code)


@router.post("/{code}/launch")
def launch(request: Request, who: CurrentVisitor, code: str) -> Response:
    return _change(request, who, code, lambda work: campaigns.request_launch(work, code))


@router.post("/{code}/pause")
def pause(request: Request, who: CurrentVisitor, code: str, reason: Text = "") -> Response:
    return _change(request, who, code, lambda work: campaign_life.pause(work, code, reason))


@router.post("/{code}/resume")
def resume(request: Request, who: CurrentVisitor, code: str) -> Response:
    return _change(request, who, code, lambda work: campaign_life.resume(work, code))


@router.post("/{code}/cancel")
def cancel(request: Request, who: CurrentVisitor, code: str, reason: Text = "") -> Response:
    return _change(request, who, code, lambda work: campaign_life.cancel(work, code, reason))


@router.post("/{code}/add")
def add(request: Request, who: CurrentVisitor, code: str, only: Text = "", starts: Text = "") -> Response:
    def join(work: Work) -> str:
        institutions, unknown = institution_list.codes_of(work, lines_of(only))
        refuse(problem("web.unknown_institution", name=each) for each in unknown)
        return f"?added={len(campaign_life.add(work, code, institutions, maybe_day(starts)))}"

    return _change(request, who, code, join)


def _change(request: Request, who: CurrentVisitor, code: str, change: Callable[[Work], Any]) -> Response:
    try:
        done = writing(request, who, change)
    except VekhaError as refusal:
        if any(each.code in PASSED_ON for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            return _page(request, work, code, refusal.problems)
    return RedirectResponse(f"/campaigns/{code}{done if isinstance(done, str) else ''}", status_code=303)


def _page(request: Request, work: Work, code: str, problems: Sequence[Problem] = (), added: str = "") -> HTMLResponse:
    found = campaign_sheet.sheet(work, code)
    registry, kinds = work.tools.registry, _kinds(work, found)
    names = titles(registry, kinds)
    history = batches.history(work, code, limit=LAST_SHIFTS)
    rows = deadlines(work, code)
    return page(
        request,
        "operator/campaign.html",
        status=422 if problems else 200,
        sheet=found,
        problems=problems,
        added=int(added) if added.isascii() and added.isdecimal() else 0,
        roadmaps={kind: registry.roadmap(kind) for kind in kinds},
        types=types_of(work),
        stages=places(registry, kinds),
        deadlines=[
            {**row, "title": names.get(row["place"], row["place"]), "for": level_words(work, row["level"], found.names)}
            for row in rows
        ],
        municipalities=institution_list.municipalities(work, found.row.region),
        shifts=[{**row, "said": told(row["kind"], row["request"], names)} for row in history],
        draft=found.row.state == CampaignState.DRAFT,
        names=names,
    )


def _kinds(work: Work, found: CampaignSheet) -> list[str]:
    known = work.tools.registry.types
    return [each for each in (found.row.filter.get("types") or known) if each in known]
