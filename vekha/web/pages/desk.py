"""«Мои дела»: what is due, the most urgent first."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.requests import Request

from vekha.services.mentoring import pair_duties
from vekha.services.process.desk import desk
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading
from vekha.web.wording import due_words

router = APIRouter()


@router.get("/desk")
def show(request: Request, who: CurrentVisitor, work: Reading) -> HTMLResponse:  # noqa: ARG001 — demands a session
    return page(request, "curator/desk.html", desk=desk(work), pairs=pair_duties.desk(work), due_words=due_words)
