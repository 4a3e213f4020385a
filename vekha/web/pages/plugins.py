"""«Типы организаций»: what is installed, and whether it is sound."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from vekha.services.access.watching import demand_watching_somewhere
from vekha.services.region.kinds import kinds
from vekha.web.health import Checkup
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of

router = APIRouter()


@router.get("/plugins")
def show(request: Request, who: CurrentVisitor, work: Reading) -> HTMLResponse:  # noqa: ARG001 — demands a session
    demand_watching_somewhere(work)
    found, health = kinds(work), checkup_of(request).results()
    return page(
        request,
        "operator/plugins.html",
        block="results",
        kinds=found,
        health=health,
        checking=any(each.code not in health for each in found),
        broken=work.tools.registry.problems,
    )


def checkup_of(request: Request) -> Checkup:
    """One of the process."""
    state = request.app.state
    if not hasattr(state, "checkup"):
        state.checkup = Checkup(app_of(request))
    return state.checkup
