"""The way in: everybody is led to the page of their role."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from vekha.services.access.accounts import Visitor
from vekha.web.visitors import CurrentVisitor

router = APIRouter()

FIRST_PAGES = {
    "administrator": "/board",
    "operator": "/board",
    "municipal_curator": "/board",
    "director": "/approvals",
    "curator": "/desk",
}


@router.get("/")
def home(who: CurrentVisitor) -> RedirectResponse:
    return RedirectResponse(first_page(who), status_code=303)


@router.get("/health")
def health() -> dict[str, str]:
    """For whatever watches the process: it answers."""
    return {"status": "ok"}


def first_page(who: Visitor) -> str:
    """The page of the widest role."""
    roles = {grant.role for grant in who.actor.grants}
    return next((address for role, address in FIRST_PAGES.items() if role in roles), "/account")
