"""`/f/…`: one form for somebody without an account, on whatever telephone; and `/forms/…`, where the code of a paper
form leads."""

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from vekha.domain.errors import VekhaError
from vekha.services.access.accounts import Visitor, digest
from vekha.services.mentoring import links
from vekha.services.mentoring.askings import about_words
from vekha.services.mentoring.links import Opened
from vekha.services.process import drafts, prefill
from vekha.services.process.my_forms import places_of
from vekha.services.work import Work
from vekha.web import filling
from vekha.web.filling import FEWER_ROWS, MAX_FIELDS, MORE_ROWS, Kept, Sheet
from vekha.web.rendering import page
from vekha.web.visitors import NOBODY, app_of, maybe_visitor

router = APIRouter()
TEMPLATE = "personal/form.html"
STATUS = {"link.unknown": 404, "link.expired": 410, "link.revoked": 410, "link.answered": 200}


@router.get("/f/{token}")
def show(request: Request, token: str) -> Response:
    try:
        with app_of(request).work(NOBODY, writes=False) as work:
            found, sheet = _open(work, token)
            answer = _form(request, found, sheet, filling.opened(work, sheet))
            seen = found.row.opened_at is not None
    except VekhaError as refusal:
        return told(request, refusal)
    if not seen:
        with app_of(request).work(NOBODY) as work:
            links.looked_at(work, token)
    return answer


@router.post("/f/{token}")
async def submit(request: Request, token: str) -> Response:
    sent = await request.form(max_fields=MAX_FIELDS)
    return await run_in_threadpool(_submit, request, token, sent)


def _submit(request: Request, token: str, sent: FormData) -> Response:
    try:
        with app_of(request).work(NOBODY, writes=False) as work:
            found, sheet = _open(work, token)
            row = drafts.read(work, sheet.slot)
            kept = Kept(dict(row.data), row.version) if row else Kept({}, 0)
    except VekhaError as refusal:
        return told(request, refusal, second=True)
    plain = FormData([(name, value) for name, value in sent.multi_items() if isinstance(value, str)])
    typed = filling.typed(request, sheet, plain, kept)
    try:
        typed = filling.typed(request, sheet, sent, kept)
        if MORE_ROWS in sent or FEWER_ROWS in sent or "_save" in sent:
            saved = filling.keep(request, sheet, typed)
            return _form(request, found, sheet, filling.after_saving(request, sheet, typed, saved))
        answer = filling.hand_in(request, sheet, typed)
        if answer is not None:
            with app_of(request).work(sheet.actor) as work:
                links.took(work, token, answer)
    except VekhaError as refusal:
        saved = filling.keep(request, sheet, typed)
        shown = filling.after_saving(request, sheet, typed, saved)
        return _form(request, found, sheet, replace(shown, problems=refusal.problems, status=422, told=""))
    return RedirectResponse(f"/f/{token}", status_code=303)


def _open(work: Work, token: str) -> tuple[Opened, Sheet]:
    found = links.opened(work, token)
    loaded, form, subject = found.loaded, found.form, found.row.subject
    known = prefill.known(work, loaded, form, subject) if subject else {}
    fixed = {form.subject_field: known[form.subject_field]} if form.subject_field in known else {}
    visitor = f"link:{digest(token)[:16]}"
    slot = drafts.Slot(loaded.key, *found.place, form.code, subject, visitor, visitor)
    own = loaded.now.activities[found.place].own
    uses = () if own else loaded.roadmap.activity(*found.place).forms
    return found, Sheet(
        loaded=loaded,
        place=found.place,
        form=form,
        slot=slot,
        here=f"/f/{token}",
        back=f"/f/{token}",
        actor=found.actor,
        collected=any(use.code == form.code for use in uses),
        fixed=fixed,
        people=links.nameable(found),
    )


def _form(request: Request, found: Opened, sheet: Sheet, shown: filling.Shown) -> HTMLResponse:
    return filling.form_page(
        request,
        TEMPLATE,
        sheet,
        shown,
        institution=found.loaded.institution.title,
        asked=found.row.name,
        about=about_words(found.loaded, found.row.subject) if sheet.fixed else "",
        expires=found.row.expires_at.date(),
        token=found.row.token[:8],
    )


def told(request: Request, refusal: VekhaError, *, second: bool = False) -> HTMLResponse:
    """Why the link does not open a form (any more), and what to do. `second`: something was sent and was not taken."""
    [problem] = [each for each in refusal.problems if each.code in STATUS] or [None]
    if problem is None:
        raise refusal
    kind = problem.code.partition(".")[2]
    late = second and kind == "answered"
    status = 409 if late else STATUS[problem.code]
    return page(request, "personal/closed.html", status=status, kind="late" if late else kind, problem=problem)


# --- the code on paper ------------------------------------------------------------------------------------------------


@router.get("/forms/{code}")
def paper(request: Request, code: str) -> Response:
    """Whoever works with the form is led to it; anybody else learns how to get a link of their own."""
    who: Visitor | None = maybe_visitor(request)
    if who is None:
        title = next(
            (
                form.title
                for kind in app_of(request).registry.types.values()
                for form in kind.forms
                if form.code == code
            ),
            "",
        )
        return page(request, "personal/paper.html", title=title, places=(), code=code, status=200 if title else 404)
    with app_of(request).work(who.actor, writes=False) as work:
        title, places = places_of(work, code)
    if len(places) == 1:
        return RedirectResponse(places[0].address, status_code=303)
    return page(request, "personal/paper.html", title=title, places=places, code=code, status=200 if title else 404)
