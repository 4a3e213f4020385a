"""Institutions from a table: uploaded, told what would come of it, confirmed."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.services.access.accounts import Visitor
from vekha.services.region import institution_list, institution_sheets
from vekha.services.region.institution_sheets import Imported
from vekha.services.work import Work
from vekha.spreadsheet import MAX_BYTES, Table, parse
from vekha.texts import text
from vekha.web.downloads import workbook
from vekha.web.holding import Holding
from vekha.web.pages.institutions import demand_keeping
from vekha.web.rendering import advice, page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/institutions/import")
SHOWN = 300  # problems on the page; all of them are in the table to save


@router.get("")
def choose(request: Request, work: Reading) -> HTMLResponse:
    return _choose(request, work)


@router.get("/template.xlsx")
def template(work: Reading) -> Response:
    """An empty table to fill, with hints."""
    return workbook(text("web.institution_import.template_file"), institution_sheets.template(work))


@router.post("")
def upload(
    request: Request,
    who: CurrentVisitor,
    file: Annotated[UploadFile | None, File()] = None,
    region: Annotated[str, Form()] = "",
) -> Response:
    content = file.file.read(MAX_BYTES + 1) if file else b""  # one byte more is enough to refuse it
    name = (file.filename or "") if file else ""
    with app_of(request).work(who.actor, writes=False) as work:
        demand_keeping(work)
        try:
            if not content:
                refuse([problem("import.no_file")])
            institution_sheets.load(work, parse(content, name), region=region or None, skip_bad=True, dry=True)
        except VekhaError as refusal:
            return _choose(request, work, refusal.problems)
    token = _holding(request).put(who.account, content, name)
    return RedirectResponse(f"/institutions/import/{token}?region={region}", status_code=303)


@router.get("/{token}")
def report(request: Request, who: CurrentVisitor, work: Reading, token: str, region: str = "") -> HTMLResponse:
    """What would come of the table: so many new, so many changed, every bad row."""
    done, name = _tried(request, who, work, token, region)
    return page(
        request, "operator/import_report.html", done=done, name=name, token=token, region=region, shown=SHOWN, wrong=()
    )


@router.get("/{token}/problems.xlsx")
def problems(request: Request, who: CurrentVisitor, work: Reading, token: str, region: str = "") -> Response:
    """Every bad row as a table: for whoever mends the file."""
    done, _ = _tried(request, who, work, token, region)
    titles = [
        (text(f"web.institution_import.{key}"), width) for key, width in (("where", 60), ("what", 70), ("do", 70))
    ]
    rows = [[each.where, each.message, advice(each)] for each in done.problems]
    return workbook(
        text("web.institution_import.report_file"), [Table(text("web.institution_import.sheet"), titles, rows)]
    )


@router.post("/{token}")
def confirm(
    request: Request,
    who: CurrentVisitor,
    token: str,
    region: str = "",
    skip_bad: Annotated[bool, Form()] = False,  # noqa: FBT002 — a field of the form
) -> Response:
    def load(work: Work) -> Imported:
        demand_keeping(work)
        content, name = _holding(request).get(who.account, token)
        return institution_sheets.load(work, parse(content, name), region=region or None, skip_bad=skip_bad)

    try:
        done: Imported = writing(request, who, load)
    except VekhaError as refusal:
        with app_of(request).work(who.actor, writes=False) as work:
            tried, name = _tried(request, who, work, token, region)
            context = {"done": tried, "name": name, "token": token, "region": region, "shown": SHOWN}
            told = () if set(refusal.problems) <= set(tried.problems) else refusal.problems
            return page(request, "operator/import_report.html", status=422, wrong=told, **context)
    _holding(request).drop(who.account, token)
    address = f"/institutions?added={done.added}&updated={done.updated}&skipped={done.skipped}"
    return RedirectResponse(address, status_code=303)


def _tried(request: Request, who: Visitor, work: Work, token: str, region: str) -> tuple[Imported, str]:
    demand_keeping(work)
    content, name = _holding(request).get(who.account, token)
    sheet = parse(content, name)
    return institution_sheets.load(work, sheet, region=region or None, skip_bad=True, dry=True), name


def _choose(request: Request, work: Work, problems: tuple[Problem, ...] = ()) -> HTMLResponse:
    demand_keeping(work)
    return page(
        request,
        "operator/import.html",
        status=422 if problems else 200,
        problems=problems,
        regions={each.code: each.title for each in institution_list.regions(work)},
    )


def _holding(request: Request) -> Holding:
    return Holding(app_of(request).settings.home / "uploads")
