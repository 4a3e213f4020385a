"""Participants from a table: uploaded, told what would come of it, confirmed; and written out again."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.services.access.accounts import Visitor
from vekha.services.mentoring import people_import
from vekha.services.process.programmes import load
from vekha.services.region.institution_sheets import Imported
from vekha.services.work import Work
from vekha.spreadsheet import MAX_BYTES, Table, parse
from vekha.texts import text
from vekha.web.downloads import workbook
from vekha.web.holding import Holding
from vekha.web.rendering import advice, page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/programmes/{key}/people")
SHOWN = 300  # problems on the page; all of them are in the table to save


@router.get("/export.xlsx")
def export(work: Reading, key: str) -> Response:
    rows = people_import.exported(work, key)
    return workbook(text("web.people_import.export_file", key=key), [people_import.as_table(rows)])


@router.get("/import")
def choose(request: Request, work: Reading, key: str) -> HTMLResponse:
    return _choose(request, work, key)


@router.get("/import/template.xlsx")
def template(work: Reading, key: str) -> Response:
    """An empty table to fill, with hints."""
    load(work, key, Action.VIEW)
    return workbook(text("web.people_import.template_file"), people_import.template())


@router.post("/import")
def upload(
    request: Request, who: CurrentVisitor, key: str, file: Annotated[UploadFile | None, File()] = None
) -> Response:
    content = file.file.read(MAX_BYTES + 1) if file else b""  # one byte more is enough to refuse it
    name = (file.filename or "") if file else ""
    try:
        if not content:
            refuse([problem("import.no_file")])
        _tried(request, who, key, content, name)
    except VekhaError as refusal:
        with app_of(request).work(who.actor, writes=False) as work:
            return _choose(request, work, key, refusal.problems)
    token = _holding(request).put(who.account, content, name)
    return RedirectResponse(f"/programmes/{key}/people/import/{token}", status_code=303)


@router.get("/import/{token}")
def report(request: Request, who: CurrentVisitor, key: str, token: str) -> HTMLResponse:
    """What would come of the table: so many new, so many changed, every bad row."""
    return _report(request, who, key, token)


@router.get("/import/{token}/problems.xlsx")
def problems(request: Request, who: CurrentVisitor, key: str, token: str) -> Response:
    """Every bad row as a table: for whoever mends the file."""
    done = _tried(request, who, key, *_holding(request).get(who.account, token))
    titles = [
        (text(f"web.institution_import.{name}"), width) for name, width in (("where", 60), ("what", 70), ("do", 70))
    ]
    rows = [[each.where, each.message, advice(each)] for each in done.problems]
    return workbook(
        text("web.institution_import.report_file"), [Table(text("web.institution_import.sheet"), titles, rows)]
    )


@router.post("/import/{token}")
def confirm(
    request: Request,
    who: CurrentVisitor,
    key: str,
    token: str,
    skip_bad: Annotated[bool, Form()] = False,  # noqa: FBT002 — a field of the form
) -> Response:
    content, name = _holding(request).get(who.account, token)
    try:
        writing(request, who, lambda work: people_import.load_table(work, key, parse(content, name), skip_bad=skip_bad))
    except VekhaError as refusal:
        return _report(request, who, key, token, refusal.problems)
    _holding(request).drop(who.account, token)
    return RedirectResponse(f"/programmes/{key}/people", status_code=303)


def _report(request: Request, who: Visitor, key: str, token: str, wrong: tuple[Problem, ...] = ()) -> HTMLResponse:
    content, name = _holding(request).get(who.account, token)
    done = _tried(request, who, key, content, name)
    told = () if set(wrong) <= set(done.problems) else wrong
    return page(
        request,
        "curator/people_import_report.html",
        status=422 if wrong else 200,
        key=key,
        done=done,
        name=name,
        token=token,
        shown=SHOWN,
        wrong=told,
    )


def _tried(request: Request, who: Visitor, key: str, content: bytes, name: str) -> Imported:
    """Everything is tried in a transaction of its own and taken back."""
    done: Imported = writing(
        request,
        who,
        lambda work: people_import.load_table(work, key, parse(content, name), skip_bad=True, dry=True),
    )
    return done


def _choose(request: Request, work: Work, key: str, problems: tuple[Problem, ...] = ()) -> HTMLResponse:
    load(work, key)  # whoever may not work here has nothing to load
    return page(request, "curator/people_import.html", status=422 if problems else 200, key=key, problems=problems)


def _holding(request: Request) -> Holding:
    return Holding(app_of(request).settings.home / "uploads")
