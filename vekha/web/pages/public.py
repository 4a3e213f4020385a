"""Pages for anybody: whether a paper is ours and in force, a calendar behind its secret address."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from vekha.domain.access import ENGINE
from vekha.domain.errors import VekhaError
from vekha.files import MAX_BYTES, SUFFIXES
from vekha.services.delivery import feeds
from vekha.services.office import verification
from vekha.services.office.packs import safe_name
from vekha.services.office.verdicts import looked_up
from vekha.services.office.verification import Verdict, Verified
from vekha.services.region import public_page
from vekha.services.work import Work
from vekha.texts import text
from vekha.web.rendering import page
from vekha.web.static import static_address
from vekha.web.visitors import NOBODY, Reading, app_of

router = APIRouter()
CALENDAR = "text/calendar; charset=utf-8"


@router.get("/d/{document}")
def paper(request: Request, document: int, h: str = "") -> HTMLResponse:
    """Where the code on a paper leads: what it is and whether it is in force; without the code nothing is told."""
    with app_of(request).work(NOBODY, writes=False) as work:
        return _page(request, work, document, h)


@router.post("/d/{document}")
def compare(
    request: Request, document: int, file: Annotated[UploadFile | None, File()] = None, h: str = ""
) -> HTMLResponse:
    """Whether a file is this very paper. What differs is not told: the paper may hold names."""
    content = file.file.read(MAX_BYTES + 1) if file is not None else b""
    with app_of(request).work(ENGINE, writes=False) as work:
        looked_up(work, document, h)  # first of all: who has not got the code has nothing compared
        try:
            found = verification.verify(work, content, file.filename or "" if file is not None else "")
        except VekhaError as refusal:
            return _page(request, work, document, h, refusal=refusal)
        return _page(request, work, document, h, verdict=_verdict(found, document))


def _verdict(found: Verified, document: int) -> Verdict:
    """Another paper of ours is not this one."""
    same = found.document is not None and found.document.id == document
    return found.verdict if same else Verdict.UNKNOWN


def _page(
    request: Request,
    work: Work,
    document: int,
    code: str,
    *,
    verdict: Verdict | None = None,
    refusal: VekhaError | None = None,
) -> HTMLResponse:
    told, state = looked_up(work, document, code)
    words = ""
    if verdict is not None:
        words = text("web.public.other" if verdict is Verdict.UNKNOWN else f"verification.{verdict.value}")
    return page(
        request,
        "public/paper.html",
        status=422 if refusal else 200,
        told=told,
        state=state,
        address=f"/d/{document}?h={code}",
        verdict=verdict.value if verdict else "",
        words_of=words,
        problems=refusal.problems if refusal else (),
    )


@router.get("/public/{institution}")
def institution_page(request: Request, institution: str) -> HTMLResponse:
    """The institution's section «Наставничество», as its site shows it."""
    with app_of(request).work(NOBODY, writes=False) as work:
        found = public_page.html(
            work, institution, style=static_address("public.css"), papers=f"/public/{institution}/documents/"
        )
    return HTMLResponse(found)


@router.get("/public/{institution}/documents/practice-{material}")
def material(request: Request, institution: str, material: str) -> Response:
    """What belongs to a published practice."""
    with app_of(request).work(NOBODY, writes=False) as work:
        row, content = public_page.material(work, institution, f"practice-{material}")
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(row.name, safe='')}"}
    return Response(content, media_type=row.media_type, headers=headers)


@router.get("/public/{institution}/documents/{document}")
def published(request: Request, institution: str, document: int) -> Response:
    with app_of(request).work(NOBODY, writes=False) as work:
        row, content = public_page.paper(work, institution, document)
    name = quote(safe_name(row.title) + SUFFIXES.get(row.media_type, ""), safe="")
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{name}"}
    return Response(content, media_type=row.media_type, headers=headers)


@router.get("/institutions/{institution}/site.zip")
def site(work: Reading, institution: str) -> Response:
    """The same page as a folder to be put on a site."""
    headers = {"Content-Disposition": 'attachment; filename="mentoring.zip"'}
    return Response(public_page.archive(work, institution), media_type="application/zip", headers=headers)


@router.get("/feeds/{token}.ics")
def feed(request: Request, token: str) -> Response:
    """A person's due dates, for a calendar that asks by itself."""
    app = app_of(request)
    with app.work(NOBODY, writes=False) as work:
        content = feeds.render(work, token, app.clock())
    return Response(content, media_type=CALENDAR, headers={"Content-Disposition": 'inline; filename="vekha.ics"'})
