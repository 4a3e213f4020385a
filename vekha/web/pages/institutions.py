"""«Организации»: the list, its export, one institution added or corrected."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.institution_sheet import cells_of, columns, zones
from vekha.services.region import institution_list, institution_sheets, institutions
from vekha.services.region.institution_list import Wanted
from vekha.services.work import Work
from vekha.storage.tables import Institution
from vekha.texts import section, text
from vekha.web.downloads import semicolons, workbook
from vekha.web.kept import Lasting
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/institutions", route_class=Lasting)
LONG = frozenset({"title", "address", "days_off", "days_on"})
GROUPS = {
    "about": ("code", "type", "title", "short_title"),
    "place": ("region", "municipality", "city", "address", "timezone"),
    "details": ("phone", "email", "site", "inn", "ogrn"),
    "head": ("head_name", "head_position", "head_gender", "head_email"),
    "curator": ("curator_name", "curator_position", "curator_gender", "curator_email"),
    "days": ("days_off", "days_on"),
}
Cells = Mapping[str, str]


def _wanted(
    search: Annotated[str, Query(max_length=200)] = "",
    kind: str = "",
    municipality: str = "",
    after: str = "",
) -> Wanted:
    return Wanted(search=search, kind=kind, municipality=municipality, after=after)


Filter = Annotated[Wanted, Depends(_wanted)]


@router.get("")
def listing(request: Request, work: Reading, wanted: Filter) -> HTMLResponse:
    found = institution_list.listing(work, wanted)
    told = {"search": wanted.search, "kind": wanted.kind, "municipality": wanted.municipality}
    query = urlencode({name: value for name, value in told.items() if value})
    return page(
        request,
        "operator/institutions.html",
        found=found,
        wanted=wanted,
        query=query,
        types=types_of(work),
        municipalities=institution_list.municipalities(work),
        may_write=bool(work.actor.granting(Action.SCHEDULE)),
        imported={name: request.query_params.get(name, "") for name in ("added", "updated", "skipped")},
    )


@router.get("/export.xlsx")
def export_workbook(work: Reading, kind: str = "", municipality: str = "") -> Response:
    rows = list(institution_sheets.exported(work, kind=kind or None, municipality=municipality or None))
    return workbook(text("web.institutions.file"), [institution_sheets.as_table(work, rows)])


@router.get("/export.csv")
def export_text(work: Reading, kind: str = "", municipality: str = "") -> Response:
    rows = institution_sheets.exported(work, kind=kind or None, municipality=municipality or None)
    return semicolons(text("web.institutions.file"), institution_sheets.titles(), rows)


# --- one institution --------------------------------------------------------------------------------------------------


@router.get("/new")
def new(request: Request, work: Reading) -> HTMLResponse:
    demand_keeping(work)
    regions = institution_list.regions(work)
    return _form(request, work, {"region": regions[0].code if len(regions) == 1 else ""}, None)


@router.post("/new")
async def add(request: Request, who: CurrentVisitor) -> Response:
    cells = await _sent(request)
    return await run_in_threadpool(_save, request, who, cells, None)


@router.get("/{code}/edit")
def edit(request: Request, work: Reading, code: str) -> HTMLResponse:
    row = institutions.one(work, code)
    work.demand(Action.SCHEDULE, row)
    return _form(request, work, _cells_of(row), row)


@router.post("/{code}/edit")
async def correct(request: Request, who: CurrentVisitor, code: str) -> Response:
    cells = {**await _sent(request), "code": code}
    return await run_in_threadpool(_save, request, who, cells, code)


def _save(request: Request, who: CurrentVisitor, cells: Cells, code: str | None) -> Response:
    """One institution is a table of one row: what holds for a table holds for it."""

    def save(work: Work) -> None:
        demand_keeping(work)
        known = work.session.get(Institution, cells["code"])
        if code is None and known is not None:
            raise VekhaError(problem("institution.exists", "code", institution=known.code, title=known.short_title))
        if code is not None:
            institutions.one(work, code)
        institution_sheets.put_one(work, cells)

    try:
        writing(request, who, save)
    except VekhaError as refusal:
        if any(each.code == "access.denied" for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            row = institutions.one(work, code) if code is not None else None
            return _form(request, work, cells, row, refusal.problems)
    return RedirectResponse(f"/institutions?search={quote(cells['code'])}", status_code=303)


async def _sent(request: Request) -> dict[str, str]:
    sent = await request.form()
    return {each.key: " ".join(str(sent.get(each.key, "")).split()) for each in columns()}


def _cells_of(row: Institution) -> dict[str, str]:
    values = {name: getattr(row, name) for name in (*institution_sheets.KEPT, *institution_sheets.JSON)}
    return dict(zip((each.key for each in columns()), cells_of(values), strict=True))


def _form(
    request: Request, work: Work, cells: Cells, row: Institution | None, problems: Sequence[Problem] = ()
) -> HTMLResponse:
    at = {each.key: [found for found in problems if found.where == each.key] for each in columns()}
    placed = {found for every in at.values() for found in every}
    return page(
        request,
        "operator/institution.html",
        status=422 if problems else 200,
        row=row,
        cells={each.key: cells.get(each.key, "") for each in columns()},
        columns={each.key: each for each in columns()},
        groups=GROUPS,
        long=LONG,
        at=at,
        rest=[each for each in problems if each not in placed],
        options={
            "type": types_of(work),
            "region": {each.code: each.title for each in institution_list.regions(work)},
            "timezone": _zones(cells.get("timezone", "")),
            "head_gender": {"ж": text("web.institutions.female"), "м": text("web.institutions.male")},
            "curator_gender": {"ж": text("web.institutions.female"), "м": text("web.institutions.male")},
        },
        municipalities=institution_list.municipalities(work),
    )


def _zones(chosen: str) -> dict[str, str]:
    """The zones to choose from; one that the law on time has no name for only where it stands already."""
    titles = section("web.institutions.zones")
    named = {"": text("web.institutions.as_region")} | {each: titles[each] for each in zones()}
    return named if chosen in named else {**named, chosen: chosen}


def types_of(work: Work) -> dict[str, str]:
    """Types of institutions to choose from: code → title."""
    return {code: kind.title for code, kind in work.tools.registry.types.items()}


def demand_keeping(work: Work) -> None:
    """Raises VekhaError access.denied for whoever keeps institutions nowhere."""
    if not work.actor.granting(Action.SCHEDULE):
        raise VekhaError(problem("access.denied", who=work.actor.name))
