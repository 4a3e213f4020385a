"""A document from its draft to its signed copy, and the director's «На утверждение»."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.roadmap import DocumentKind
from vekha.files import DOCX, MAX_BYTES, SUFFIXES, media_type
from vekha.services.office import approvals, copies, documents, lifecycle, prints
from vekha.services.office.contexts import DocumentPlace
from vekha.services.office.document_sheet import sheet
from vekha.services.office.packs import safe_name
from vekha.services.work import Work
from vekha.settings import CHECKOUT
from vekha.texts import text as words
from vekha.web.kept import Lasting
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(route_class=Lasting)
HERE = "/programmes/{key}/stages/{stage}/activities/{activity}/documents/{code}"
# A draft is shown in a frame of its own: its own style is allowed, no script, no address.
FRAME = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'self'; sandbox"


def _place(stage: str, activity: str, code: str, subject: str = "") -> DocumentPlace:
    return DocumentPlace(stage, activity, code, subject)


Place = Annotated[DocumentPlace, Depends(_place)]
FRAMED = {"Content-Security-Policy": FRAME, "Cache-Control": "no-store"}
REFUSED_WHOLE = frozenset({"access.denied", "programme.unknown", "document.not_here"})


@router.get(HERE)
def show(request: Request, work: Reading, key: str, place: Place) -> HTMLResponse:
    return _page(request, work, key, place)


@router.get(HERE + "/text")
def text(work: Reading, key: str, place: Place) -> HTMLResponse:
    """The draft, or the frozen text of what is approved."""
    found = sheet(work, key, place)
    row = found.chosen.row if found.chosen else None
    if row is not None and row.html is not None and row.state != "draft":
        html = work.tools.files.get(row.html).decode()
    else:
        html = documents.preview(work, key, found.place).html.text
    return HTMLResponse(html.replace("</head>", f"<style>{_paper()}</style></head>", 1), headers=FRAMED)


@cache
def _paper() -> str:
    """The documents' own style, on a sheet of paper: in print the margins come from its @page rules."""
    base = (CHECKOUT / "templates" / "documents" / "base.css").read_text(encoding="utf-8")
    return f"{base}\nhtml {{ background: #fff }} body {{ max-width: 180mm; margin: 12mm auto; padding: 0 8mm }}"


@router.post(HERE + "/approve")
def approve(request: Request, who: CurrentVisitor, key: str, place: Place) -> Response:
    try:
        writing(request, who, lambda work: documents.approve(work, key, [place]))
    except VekhaError as refusal:
        return _refused(request, who, key, place, refusal)
    return RedirectResponse(_address(key, place), status_code=303)


@router.post(HERE + "/attach")
def attach(
    request: Request, who: CurrentVisitor, key: str, place: Place, file: Annotated[UploadFile, File()]
) -> Response:
    """The signed copy of an approved document, or the document itself."""
    content = file.file.read(MAX_BYTES + 1)  # one byte more is enough to refuse it
    try:
        writing(request, who, lambda work: documents.attach(work, key, place, content, file.filename or ""))
    except VekhaError as refusal:
        return _refused(request, who, key, place, refusal)
    return RedirectResponse(_address(key, place), status_code=303)


@router.post(HERE + "/edited")
def edited(
    request: Request, who: CurrentVisitor, key: str, place: Place, file: Annotated[UploadFile, File()]
) -> Response:
    """The copy for editing, corrected by hand: the next version of the document in force."""
    content = file.file.read(MAX_BYTES + 1)

    def take(work: Work) -> None:
        found = sheet(work, key, place)
        if found.chosen is None or found.chosen.row is None:
            raise VekhaError(
                problem("document.not_issued", found.spec.title, state=words("process.document_state.draft"))
            )
        lifecycle.take_edited(work, found.chosen.row.id or 0, content, file.filename or "")

    try:
        writing(request, who, take)
    except VekhaError as refusal:
        return _refused(request, who, key, place, refusal)
    return RedirectResponse(_address(key, place), status_code=303)


@router.get(HERE + "/docx")
def copy(work: Reading, key: str, place: Place) -> Response:
    """A copy for editing of the document in force, or of the draft as it would look now."""
    found = sheet(work, key, place)
    row = found.chosen.row if found.chosen else None
    if row is not None and row.state != "draft":
        made = copies.of_document(work, row.id or 0)
    else:
        made = copies.of_draft(work, key, found.place)
    return _file(made.content, made.name, DOCX)


@router.get("/documents/{document}/file")
def download(request: Request, who: CurrentVisitor, document: int, signed: bool = False) -> Response:  # noqa: FBT001, FBT002 — a flag of the address
    """The PDF of an approved document (made now when the flow has not yet), or what was uploaded."""
    with app_of(request).work(who.actor, writes=False) as work:
        row = documents.one(work, document, Action.VIEW)
        digest = row.signed_file if signed else row.file or prints.make_print(work, document)
        if digest is None:
            raise VekhaError(problem("document.unknown", document=document))
        content = work.tools.files.get(digest)
        kind = media_type(content) if signed else row.media_type
        name = safe_name(row.title) + SUFFIXES.get(kind, "")
    return _file(content, name, kind)


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{_quoted(name)}"}
    return Response(content, media_type=kind, headers=headers)


# --- «На утверждение» ------------------------------------------------------------------------------------------------


@router.get("/approvals")
def approvals_page(request: Request, work: Reading, *, checked: bool = False) -> HTMLResponse:
    """The list at once; whether something is blank in each, which takes drafting them, when it is asked for."""
    found = approvals.waiting(work)
    return _approvals(request, approvals.checked(work, found) if checked else found)


@router.post("/approvals")
def approve_several(
    request: Request,
    who: CurrentVisitor,
    chosen: Annotated[list[str] | None, Form()] = None,
    everything: Annotated[str, Form()] = "",
) -> Response:
    """Approves what is ticked, or everything shown that has no blanks: of each programme all or nothing."""
    keys = list(chosen or ())
    if everything:
        with app_of(request).work(who.actor, writes=False) as work:
            keys = [each.key for each in approvals.checked(work, approvals.waiting(work)).rows if each.ready]
    wanted = approvals.chosen(keys)
    problems: list[Problem] = [] if wanted else [problem("web.nothing_chosen")]
    for key, places in wanted.items():
        try:
            writing(request, who, lambda work, key=key, places=places: documents.approve(work, key, places))
        except VekhaError as refusal:
            problems += refusal.problems
    if not problems:
        return RedirectResponse("/approvals", status_code=303)
    with app_of(request).work(who.actor, writes=False) as work:
        return _approvals(request, approvals.checked(work, approvals.waiting(work)), keys, problems)


def _approvals(
    request: Request, found: approvals.Waitings, chosen: Sequence[str] = (), problems: Sequence[Problem] = ()
) -> HTMLResponse:
    context = {"waiting": found, "chosen": frozenset(chosen), "problems": problems}
    return page(request, "director/approvals.html", status=422 if problems else 200, **context)


# --- parts ------------------------------------------------------------------------------------------------------------


def _page(
    request: Request, work: Work, key: str, place: DocumentPlace, problems: tuple[Problem, ...] = (), status: int = 200
) -> HTMLResponse:
    found = sheet(work, key, place)
    row = found.chosen.row if found.chosen else None
    draft = row is None or row.state == "draft"
    blanks: tuple[str, ...] = ()
    unseen = draft and found.spec.kind is DocumentKind.REPORT and not found.may_work
    if draft and found.chosen and found.spec.template and not unseen:
        blanks = tuple(dict.fromkeys(documents.preview(work, key, found.place).blanks))
    return page(
        request,
        "curator/document.html",
        status=status,
        sheet=found,
        row=row,
        draft=draft,
        blanks=blanks,
        unseen=unseen,
        editable=not unseen and found.chosen is not None and copies.has_copy(row, found.spec.template),
        back=f"/programmes/{key}/stages/{place.stage}#a-{place.activity}",
        here=f"/programmes/{key}/stages/{place.stage}/activities/{place.activity}/documents/{place.code}",
        problems=problems,
    )


def _refused(
    request: Request, who: CurrentVisitor, key: str, place: DocumentPlace, refusal: VekhaError
) -> HTMLResponse:
    if any(each.code in REFUSED_WHOLE for each in refusal.problems):
        raise refusal
    with app_of(request).work(who.actor, writes=False) as work:
        return _page(request, work, key, place, refusal.problems, 422)


def _address(key: str, place: DocumentPlace) -> str:
    subject = f"?subject={_quoted(place.subject)}" if place.subject else ""
    return f"/programmes/{key}/stages/{place.stage}/activities/{place.activity}/documents/{place.code}{subject}"


def _quoted(value: str) -> str:
    return quote(value, safe="")
