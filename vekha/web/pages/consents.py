"""«Согласия»: how each person's consent stands, and links to whoever has to sign, one by one or all at once."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from vekha.domain.consents import ConsentState
from vekha.domain.errors import VekhaError
from vekha.domain.links import USUAL
from vekha.domain.people import Purpose
from vekha.services.mentoring import consent_sheet
from vekha.services.mentoring.links import Made
from vekha.services.work import Work
from vekha.web.kept import Lasting
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/programmes/{key}/consents", route_class=Lasting)
REFUSED_WHOLE = ("access.denied", "programme.unknown")
CONSENT_STATES = tuple(ConsentState)


@router.get("")
def show(
    request: Request, work: Reading, key: str, purpose: Purpose = Purpose.PROCESSING, sent: int | None = None
) -> Response:
    return _page(request, work, key, purpose, sent=sent)


@router.post("")
def ask(
    request: Request,
    who: CurrentVisitor,
    key: str,
    purpose: Annotated[Purpose, Form()] = Purpose.PROCESSING,
    chosen: Annotated[list[str] | None, Form()] = None,
    days: Annotated[int, Form(ge=1, le=180)] = USUAL,
    what: Annotated[str, Form(alias="_do")] = "show",
) -> Response:
    """«Послать ссылки всем, кого ждём», «Распечатать листы с QR-кодами», «Показать ссылки»; «_all» means everybody."""
    people = [] if what.endswith("_all") else chosen or [""]

    def act(work: Work) -> Response:
        if what.startswith("mail"):
            count = consent_sheet.send(work, key, purpose, people, days=days)
            return RedirectResponse(f"/programmes/{key}/consents?purpose={purpose.value}&sent={count}", status_code=303)
        if what.startswith("print"):
            content = consent_sheet.slips(work, key, purpose, people, _base(request), days=days)
            headers = {"Content-Disposition": 'attachment; filename="consents.pdf"'}
            return Response(content, media_type="application/pdf", headers=headers)
        made = consent_sheet.make(work, key, purpose, people, days=days)
        return _page(request, work, key, purpose, made=made)

    try:
        return writing(request, who, act)
    except VekhaError as refusal:
        if any(each.code in REFUSED_WHOLE for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            return _page(request, work, key, purpose, refusal=refusal)


def _page(
    request: Request,
    work: Work,
    key: str,
    purpose: Purpose,
    *,
    made: list[Made] | None = None,
    refusal: VekhaError | None = None,
    sent: int | None = None,
) -> Response:
    found = consent_sheet.consents(work, key, purpose)
    return page(
        request,
        "curator/consents.html",
        status=422 if refusal else 200,
        sheet=found,
        purposes=list(Purpose),
        states=[(each, found.counts[each]) for each in CONSENT_STATES if found.counts[each]],
        here=f"/programmes/{key}/consents",
        mail=bool(app_of(request).settings.smtp_host),
        made=[(each, each.address(_base(request))) for each in made or ()],
        problems=refusal.problems if refusal else (),
        sent=sent,
        usual=USUAL,
    )


def _base(request: Request) -> str:
    return app_of(request).settings.public_url or str(request.base_url)
