"""A form of an activity: drawn from its schema, kept as one types, checked whole, every problem at its field."""

from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from vekha.domain.access import Action
from vekha.domain.drafts import Verdict, differing
from vekha.domain.errors import VekhaError, problem
from vekha.domain.programme import name_of
from vekha.forms.schema import node, schema_of, show_answer
from vekha.services.access.accounts import Visitor
from vekha.services.process import drafts, forms
from vekha.services.process.programmes import load
from vekha.services.work import Work
from vekha.web import filling
from vekha.web.filling import FEWER_ROWS, MAX_FIELDS, MORE_ROWS, Kept, Sheet, Shown, Typed
from vekha.web.kept import RESUMED, Lasting
from vekha.web.rendering import is_htmx, page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(route_class=Lasting)
HERE = "/programmes/{key}/stages/{stage}/activities/{activity}/forms/{code}"
TEMPLATE = "curator/form.html"
REFUSED_WHOLE = ("access.denied", "programme.unknown", "form.unknown", "activity.unknown", "programme.cancelled")


@dataclass(frozen=True, slots=True)
class Where:
    """The address of a form."""

    key: str
    stage: str
    activity: str
    code: str
    subject: str = ""


Address = Annotated[Where, Depends()]


@router.get(HERE)
def show(
    request: Request,
    who: CurrentVisitor,
    work: Reading,
    where: Address,
    *,
    earlier: bool = False,
) -> HTMLResponse:
    sheet = _sheet(work, who, where)
    return filling.form_page(request, TEMPLATE, sheet, filling.opened(work, sheet, as_before=earlier))


@router.post(HERE)
async def submit(request: Request, who: CurrentVisitor, where: Address) -> Response:
    sent = await request.form(max_fields=MAX_FIELDS)
    return await run_in_threadpool(_submit, request, who, where, sent)


def _submit(request: Request, who: Visitor, where: Where, sent: FormData) -> Response:
    sheet, typed, refusal = _typed(request, who, where, sent)
    if typed is None:
        return refusal
    if RESUMED in sent:  # back from the login: a look at it first
        filling.keep(request, sheet, typed)
        return RedirectResponse(_own_address(sheet), status_code=303)
    if MORE_ROWS in sent or FEWER_ROWS in sent:
        saved = filling.keep(request, sheet, typed)
        return filling.form_page(request, TEMPLATE, sheet, filling.after_saving(request, sheet, typed, saved))
    try:
        answer = filling.hand_in(request, sheet, typed)
    except VekhaError as problems:
        return _refused(request, sheet, typed, problems)
    if answer is None:
        return RedirectResponse(_conflict_address(sheet, typed.page), status_code=303)
    return RedirectResponse(sheet.back, status_code=303)


@router.post(HERE + "/draft")
async def save(request: Request, who: CurrentVisitor, where: Address) -> Response:
    """Keeps what is typed: as one types with JavaScript, by a button without."""
    sent = await request.form(max_fields=MAX_FIELDS)
    return await run_in_threadpool(_save, request, who, where, sent)


def _save(request: Request, who: Visitor, where: Where, sent: FormData) -> Response:
    sheet, typed, refusal = _typed(request, who, where, sent)
    if typed is None:
        return refusal
    saved = filling.keep(request, sheet, typed)
    if is_htmx(request):
        shown = filling.after_saving(request, sheet, typed, saved)
        return filling.form_page(request, "parts/draft.html", sheet, shown)
    if saved.verdict is Verdict.CONFLICT:
        return RedirectResponse(_conflict_address(sheet, typed.page), status_code=303)
    return RedirectResponse(_own_address(sheet), status_code=303)


@router.post(HERE + "/discard")
def discard(request: Request, who: CurrentVisitor, where: Address) -> Response:
    """«Начать заново»."""

    def change(work: Work) -> Sheet:
        sheet = _sheet(work, who, where)
        drafts.discard(work, sheet.slot)
        return sheet

    return RedirectResponse(_own_address(writing(request, who, change)), status_code=303)


# --- two texts --------------------------------------------------------------------------------------------------------


@router.get(HERE + "/conflict")
def compare(
    request: Request,
    who: CurrentVisitor,
    work: Reading,
    where: Address,
    *,
    own: str = "",
) -> HTMLResponse:
    return _compared(request, work, _sheet(work, who, where), own)


@router.post(HERE + "/conflict")
async def settle(request: Request, who: CurrentVisitor, where: Address) -> Response:
    sent = await request.form(max_fields=MAX_FIELDS)
    return await run_in_threadpool(_settle, request, who, where, sent)


def _settle(request: Request, who: Visitor, where: Where, sent: FormData) -> Response:
    own, base = str(sent.get("_page", "")), str(sent.get("_version", ""))

    def change(work: Work) -> tuple[Sheet, bool]:
        sheet = _sheet(work, who, where)
        if sent.get("_do") == "drop":
            drafts.drop_aside(work, sheet.slot, own)
            return sheet, True
        mine = drafts.aside(work, sheet.slot, own).data
        picked = [name for name in mine if sent.get("_do") == "mine" or sent.get(f"pick-{name}") == "mine"]
        return sheet, drafts.settle(work, sheet.slot, own, int(base) if base.isdecimal() else 0, picked)

    sheet, settled = writing(request, who, change)
    if settled:
        return RedirectResponse(_own_address(sheet), status_code=303)
    with app_of(request).work(who.actor, writes=False) as work:
        return _compared(request, work, _sheet(work, who, where), own, again=True)


def _compared(request: Request, work: Work, sheet: Sheet, own: str, *, again: bool = False) -> HTMLResponse:
    """Both texts side by side, the fields that differ; what only one has written is proposed."""
    mine, row = drafts.aside(work, sheet.slot, own), drafts.read(work, sheet.slot)
    sent = row is not None and row.sent_at is not None
    theirs = forms.newest(work, sheet.slot) if sent else row.data if row else {}
    words = {name: _words(sheet, data) for name, data in (("mine", mine.data), ("theirs", theirs))}
    rows = [
        {
            "name": name,
            "title": _title(sheet, name),
            "mine": words["mine"].get(name, ""),
            "theirs": words["theirs"].get(name, ""),
            "pick": "theirs" if words["theirs"].get(name) and not words["mine"].get(name) else "mine",
        }
        for name in differing(mine.data, theirs)
    ]
    return page(
        request,
        "curator/conflict.html",
        status=409 if again else 200,
        form=sheet.form,
        here=sheet.here,
        query=f"?subject={quote(sheet.subject)}" if sheet.subject else "",
        who=row.who if row else "",
        when=filling.when_words(row, sheet.loaded) if row else "",
        version=row.version if row else 0,
        page_id=own,
        rows=rows,
        sent=sent,
        again=again,
    )


def _words(sheet: Sheet, data: dict[str, Any]) -> dict[str, str]:
    """Each field as a person reads it."""
    schema, people = schema_of(sheet.form), sheet.loaded.now.people
    found: dict[str, str] = {}
    for name, value in data.items():
        told = show_answer(schema, {name: value}, lambda code: name_of(code, people))
        found[name] = next((words for _, words in told), "")
    return found


def _title(sheet: Sheet, name: str) -> str:
    schema = schema_of(sheet.form)
    return str(node(schema, schema["properties"].get(name, {})).get("title", name))


# --- parts ------------------------------------------------------------------------------------------------------------


def _typed(
    request: Request, who: Visitor, where: Where, sent: FormData
) -> tuple[Sheet, Typed, Response] | tuple[Sheet, None, Response]:
    """What was sent; when a file of it is refused, the page that says so and keeps the rest."""
    with app_of(request).work(who.actor, writes=False) as work:
        sheet = _sheet(work, who, where)
        row = drafts.read(work, sheet.slot)
        kept = Kept(dict(row.data), row.version) if row else Kept({}, 0)
    try:
        return sheet, filling.typed(request, sheet, sent, kept), Response()
    except VekhaError as refusal:
        plain = FormData([(name, value) for name, value in sent.multi_items() if isinstance(value, str)])
        typed = filling.typed(request, sheet, plain, kept)
        return sheet, None, _refused(request, sheet, typed, refusal)


def _refused(request: Request, sheet: Sheet, typed: Typed, refusal: VekhaError) -> Response:
    """The same page with the problems; what was typed is kept as a draft."""
    if any(each.code in REFUSED_WHOLE for each in refusal.problems):
        raise refusal
    shown: Shown = filling.after_saving(request, sheet, typed, filling.keep(request, sheet, typed))
    return filling.form_page(request, TEMPLATE, sheet, replace(shown, problems=refusal.problems, status=422, told=""))


def _sheet(work: Work, who: Visitor, where: Where) -> Sheet:
    """Raises VekhaError form.unknown, activity.unknown, programme.unknown, access.denied."""
    loaded = load(work, where.key, Action.WORK)
    place = (where.stage, where.activity)
    if place not in loaded.now.activities:
        known = ", ".join(each.code for each in loaded.now.of_stage(where.stage))
        raise VekhaError(problem("activity.unknown", activity=where.activity, known=known))
    form = forms.form_of(loaded.type, where.code)
    own = loaded.now.activities[place].own
    uses = () if own else loaded.roadmap.activity(*place).forms
    base = f"/programmes/{where.key}/stages/{where.stage}"
    return Sheet(
        loaded=loaded,
        place=place,
        form=form,
        slot=drafts.slot_of(loaded, place, form, where.subject, f"account:{who.account}"),
        here=f"{base}/activities/{where.activity}/forms/{where.code}",
        back=f"{base}#a-{where.activity}",
        actor=who.actor,
        collected=any(use.code == form.code for use in uses),
    )


def _own_address(sheet: Sheet) -> str:
    return sheet.here + (f"?subject={quote(sheet.subject)}" if sheet.subject else "")


def _conflict_address(sheet: Sheet, own: str) -> str:
    return f"{sheet.here}/conflict?own={quote(own)}" + (f"&subject={quote(sheet.subject)}" if sheet.subject else "")
