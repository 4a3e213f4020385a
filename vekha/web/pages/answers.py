"""«Ответы»: what was handed in with the forms of a programme, to read and to print."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from vekha.files import media_type
from vekha.services.process import answers
from vekha.services.process.answers import Listing, Wanted
from vekha.texts import text
from vekha.web.downloads import attachment
from vekha.web.rendering import page
from vekha.web.visitors import Reading

router = APIRouter()
PDF = "application/pdf"


def _wanted(
    *,
    stage: str = "",
    activity: str = "",
    form: str = "",
    subject: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Wanted:
    return Wanted(stage=stage, activity=activity, form=form, subject=subject, after=after)


Filter = Annotated[Wanted, Depends(_wanted)]


@router.get("/programmes/{key}/answers")
def listing(request: Request, work: Reading, key: str, wanted: Filter) -> HTMLResponse:
    found = answers.listing(work, key, wanted)
    return page(
        request, "curator/answers.html", found=found, wanted=wanted, query=_query(wanted), **_only(found, wanted)
    )


@router.get("/programmes/{key}/answers.pdf")
def printed(work: Reading, key: str, wanted: Filter) -> Response:
    return attachment(answers.pdf(work, key, wanted), f"{text('web.answers.printed')}.pdf", PDF)


@router.get("/answers/{number}")
def one(request: Request, work: Reading, number: int) -> HTMLResponse:
    found = answers.one(work, number)
    stage, activity, form = found.place
    again = f"/programmes/{found.key}/stages/{stage}/activities/{activity}/forms/{form}" if stage and activity else ""
    if again and found.subject:
        again += f"?{urlencode({'subject': found.subject})}"
    return page(request, "curator/answer.html", answer=found, again=again)


@router.get("/answers/{number}/answer.pdf")
def printed_one(work: Reading, number: int) -> Response:
    return attachment(answers.pdf_of_one(work, number), f"{text('web.answers.answer', number=number)}.pdf", PDF)


@router.get("/answers/{number}/files/{field}")
def file(work: Reading, number: int, field: str) -> Response:
    content, name = answers.file(work, number, field)
    return attachment(content, name, media_type(content, name))


def _query(wanted: Wanted) -> str:
    """The filter as the end of an address; where the list goes on is no part of it."""
    told = {name: getattr(wanted, name) for name in ("stage", "activity", "form", "subject")}
    return urlencode({name: value for name, value in told.items() if value})


def _only(found: Listing, wanted: Wanted) -> dict[str, Any]:
    """Whom the list is narrowed to, and the address without that."""
    about = found.lines[0].about if wanted.subject and found.lines else ""
    rest = urlencode({name: value for name in ("stage", "form") if (value := getattr(wanted, name))})
    return {"about": about, "everybody": f"/programmes/{found.key}/answers" + (f"?{rest}" if rest else "")}
