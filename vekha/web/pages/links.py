"""Personal links to a form of an activity: who is asked, who has answered, letters, sheets with codes."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.access import Action
from vekha.domain.errors import VekhaError
from vekha.domain.links import USUAL, LinkState
from vekha.services.mentoring import link_sheets, links
from vekha.services.mentoring.askings import Recipient
from vekha.services.mentoring.links import Asked, Made
from vekha.services.process import forms
from vekha.services.process.programmes import load
from vekha.services.work import Work
from vekha.web.kept import Lasting
from vekha.web.pages.forms import HERE, REFUSED_WHOLE, Where
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(route_class=Lasting)
LINKS = HERE + "/links"
Address = Annotated[Where, Depends()]
LONGEST_NAMES = 100  # lines of new people at once


@router.get(LINKS)
def show(request: Request, work: Reading, where: Address, done: str = "") -> HTMLResponse:
    return _page(request, work, where, done=done if done in ("mail", "revoke") else "")


@router.post(LINKS)
def change(
    request: Request,
    who: CurrentVisitor,
    where: Address,
    chosen: Annotated[list[str] | None, Form()] = None,
    names: Annotated[str, Form()] = "",
    days: Annotated[int, Form(ge=1, le=180)] = USUAL,
    what: Annotated[str, Form(alias="_do")] = "show",
) -> Response:
    """«Показать», «Распечатать», «Отправить письмом», «Напомнить», «Отозвать» for the people ticked."""

    def act(work: Work) -> Response:
        known = links.asked(work, where.key, _place(where), where.code)
        people = [*_ticked(known, chosen or (), everybody=what == "remind"), *_named(names)]
        asked = (work, where.key, _place(where), where.code)
        if what == "revoke":
            links.revoke(*asked, [(each.subject, each.name) for each in people])
        elif what in ("mail", "remind"):
            links.send(*asked, people, days=days)
        else:
            made = links.create(*asked, people, days=days)
            return _printed(request, work, where, made) if what == "print" else _page(request, work, where, made=made)
        told = "revoke" if what == "revoke" else "mail"
        return RedirectResponse(f"{_own(where)}/links?done={told}", status_code=303)

    try:
        return writing(request, who, act)
    except VekhaError as refusal:
        if any(each.code in REFUSED_WHOLE for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            return _page(request, work, where, refusal=refusal)


def _ticked(known: Iterable[Asked], chosen: Iterable[str], *, everybody: bool) -> list[Recipient]:
    """Those ticked, as «subject|name»; for a reminder everybody who was asked and has not answered."""
    wanted = set(chosen)
    return [
        Recipient(each.subject, each.name, each.email)
        for each in known
        if (each.pending if everybody else f"{each.subject}|{each.name}" in wanted)
    ]


def _named(names: str) -> list[Recipient]:
    """New people, a line each: a name, and a mail address after a comma."""
    found: list[Recipient] = []
    for line in names.splitlines()[:LONGEST_NAMES]:
        name, _, email = (part.strip() for part in line.partition(","))
        if name:
            found.append(Recipient("", name[:200], email if "@" in email else None))
    return found


def _printed(request: Request, work: Work, where: Where, made: list[Made]) -> Response:
    loaded = load(work, where.key)
    form = forms.form_of(loaded.type, where.code)
    content = link_sheets.sheet(work, form.title, loaded.institution.short_title, made, _base(request))
    headers = {"Content-Disposition": 'attachment; filename="links.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _page(
    request: Request,
    work: Work,
    where: Where,
    *,
    made: Iterable[Made] = (),
    refusal: VekhaError | None = None,
    done: str = "",
) -> HTMLResponse:
    known = links.asked(work, where.key, _place(where), where.code)
    loaded = load(work, where.key, Action.VIEW)
    form = forms.form_of(loaded.type, where.code)
    home = loaded.institution
    return page(
        request,
        "curator/links.html",
        status=422 if refusal else 200,
        form=form,
        activity=loaded.title_of(where.stage, where.activity),
        back=f"/programmes/{where.key}/stages/{where.stage}#a-{where.activity}",
        here=f"{_own(where)}/links",
        known=known,
        telling=any(each.about not in each.name for each in known),
        answered=sum(each.state is LinkState.ANSWERED for each in known),
        pending=[each for each in known if each.pending and each.email],
        may_work=work.actor.may(Action.WORK, region=home.region, municipality=home.municipality, institution=home.code),
        mail=bool(app_of(request).settings.smtp_host),
        made=[(each, each.address(_base(request))) for each in made],
        problems=refusal.problems if refusal else (),
        done=done,
        usual=USUAL,
    )


def _base(request: Request) -> str:
    """Where people reach the console: as the installation says, else as this page was reached."""
    return app_of(request).settings.public_url or str(request.base_url)


def _place(where: Where) -> tuple[str, str]:
    return (where.stage, where.activity)


def _own(where: Where) -> str:
    return f"/programmes/{where.key}/stages/{where.stage}/activities/{where.activity}/forms/{where.code}"
