"""A form being filled in, by whoever fills it: what was sent by the page, what is kept of it, what the page shows."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData, UploadFile

from vekha.domain.access import Actor
from vekha.domain.drafts import Verdict
from vekha.domain.errors import Problem
from vekha.domain.people import People
from vekha.files import MAX_BYTES
from vekha.forms.base import Form
from vekha.services.office import uploads
from vekha.services.process import drafts, forms, prefill
from vekha.services.process.drafts import Slot
from vekha.services.process.programmes import Loaded
from vekha.services.work import Work
from vekha.storage.tables import FormDraft
from vekha.texts import text
from vekha.web.fields import answer_of, draw, file_fields, with_row, without_blank_ends, without_row
from vekha.web.rendering import day, page
from vekha.web.visitors import app_of

MAX_FIELDS = 5000  # of one form: the longest list has 200 rows
MORE_ROWS, FEWER_ROWS, DROP_FILE = "_more", "_less", "_drop-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The form of one activity, open on a page. `fixed` are answers that the page neither shows nor takes."""

    loaded: Loaded
    place: tuple[str, str]
    form: type[Form]
    slot: Slot
    here: str  # the address of the page
    back: str
    actor: Actor
    collected: bool = True  # the roadmap asks for this form here
    fixed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    people: People | None = None  # whom the page may name; everybody when None

    @property
    def subject(self) -> str:
        return self.slot.subject


@dataclass(frozen=True, slots=True)
class Kept:
    """The draft that a page writes on."""

    data: Mapping[str, Any]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a page sent: the answers, the version it was made from, and the page's own name."""

    data: dict[str, Any]
    base: int
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page shows besides the form itself."""

    data: Mapping[str, Any]
    version: int = 0
    page: str = ""
    problems: Sequence[Problem] = ()
    draft: str = ""  # whose draft it is, and of when
    told: str = ""
    earlier: prefill.Earlier | None = None
    conflict: str = ""
    status: int = 200


# --- what was sent ----------------------------------------------------------------------------------------------------


def typed(request: Request, sheet: Sheet, sent: FormData, kept: Kept) -> Typed:
    """Reads what was sent; files go to the store at once. Raises VekhaError file.* of every file that is refused."""
    data = without_blank_ends(answer_of(sheet.form, sent))
    for name in file_fields(sheet.form):
        data[name] = _file(request, sheet, sent, name) or (
            "" if DROP_FILE + name in sent else kept.data.get(name) or ""
        )
    if MORE_ROWS in sent:
        data = with_row(data, str(sent[MORE_ROWS]))
    elif FEWER_ROWS in sent:
        data = without_row(data, str(sent[FEWER_ROWS]))
    base = str(sent.get("_version", kept.version))
    own = str(sent.get("_page", ""))[:64] or secrets.token_urlsafe(12)
    return Typed(data={**data, **sheet.fixed}, base=int(base) if base.isdecimal() else 0, page=own)


def _file(request: Request, sheet: Sheet, sent: FormData, name: str) -> str:
    """How the answer names a file that was sent; nothing when none was."""
    upload = sent.get(name)
    if not isinstance(upload, UploadFile) or not upload.filename:
        return ""
    content = upload.file.read(MAX_BYTES + 1)  # one byte more is enough to refuse it
    with app_of(request).work(sheet.actor, writes=False) as work:
        return uploads.keep(work, content, upload.filename)


def keep(request: Request, sheet: Sheet, typed: Typed) -> drafts.Saved:
    with app_of(request).work(sheet.actor) as work:
        return drafts.save(work, sheet.slot, typed.base, typed.page, typed.data)


def hand_in(request: Request, sheet: Sheet, typed: Typed) -> int | None:
    """Hands the answer in, once however often it is sent; None when somebody else was quicker and both texts are kept.

    Raises VekhaError with everything that is wrong with the answer.
    """
    with app_of(request).work(sheet.actor) as work:
        if drafts.overtaken(work, sheet.slot, typed.base, typed.page, typed.data):
            drafts.save(work, sheet.slot, typed.base, typed.page, typed.data)
            return None
        place = sheet.place if sheet.collected else None
        stored = forms.submit(work, sheet.loaded.key, sheet.form.code, typed.data, place=place, request_key=typed.page)
        drafts.sent(work, sheet.slot, typed.page)
        return stored.id


# --- what is shown ----------------------------------------------------------------------------------------------------


def opened(work: Work, sheet: Sheet, *, as_before: bool = False) -> Shown:
    """An open form: the draft where there is one, else what is known, with `as_before` also what was answered then."""
    row = drafts.read(work, sheet.slot)
    version = row.version if row else 0
    if row is not None and row.data and not as_before:
        return Shown(data=row.data, version=version, draft=_whose(row, sheet.loaded))
    known = prefill.known(work, sheet.loaded, sheet.form, sheet.subject)
    before = prefill.earlier(work, sheet.loaded, sheet.form, sheet.subject)
    data = {**(before.data if before and as_before else {}), **known}
    return Shown(data=data, version=version, earlier=None if as_before else before)


def saved_words(request: Request, sheet: Sheet) -> str:
    now = app_of(request).clock().astimezone(ZoneInfo(sheet.loaded.institution.timezone))
    return text("web.form.saved", time=f"{now:%H:%M}")


def when_words(row: FormDraft, loaded: Loaded) -> str:
    """«в 14:20», «3 мая в 14:20»."""
    at = row.saved_at.astimezone(ZoneInfo(loaded.institution.timezone))
    time = text("web.form.at", time=f"{at:%H:%M}")
    return time if at.date() == loaded.now.today else f"{day(at.date())} {time}"


def _whose(row: FormDraft, loaded: Loaded) -> str:
    return text("web.form.draft", who=row.who, when=when_words(row, loaded))


def form_page(request: Request, template: str, sheet: Sheet, shown: Shown, **context: Any) -> HTMLResponse:
    """The page of a form; its draft's few lines alone when htmx asks for the block `draft`."""
    people = sheet.people or sheet.loaded.now.people
    drawn, rest = draw(sheet.form, shown.data, people, shown.problems)
    fields = tuple(each for each in drawn if each.name not in sheet.fixed)
    query = f"?subject={sheet.subject}" if sheet.subject and not sheet.fixed else ""
    hidden = tuple(found for each in drawn if each.name in sheet.fixed for found in each.problems)
    return page(
        request,
        template,
        status=shown.status,
        form=sheet.form,
        help=" ".join((sheet.form.__doc__ or "").split()),
        fields=fields,
        rest=(*rest, *hidden),
        wrong=len(shown.problems),
        activity=sheet.loaded.title_of(*sheet.place),
        back=sheet.back,
        here=sheet.here,
        query=query,
        subject=sheet.subject,
        most_bytes=MAX_BYTES,
        conflict_address=f"{sheet.here}/conflict?own={shown.page}{query.replace('?', '&')}",
        **{name: getattr(shown, name) for name in ("version", "draft", "told", "earlier", "conflict")},
        page_id=shown.page or secrets.token_urlsafe(12),
        **context,
    )


def after_saving(request: Request, sheet: Sheet, typed: Typed, saved: drafts.Saved) -> Shown:
    """What the page is told of its draft."""
    conflict = ""
    if saved.verdict is Verdict.CONFLICT:
        with app_of(request).work(sheet.actor, writes=False) as work:
            row = drafts.read(work, sheet.slot)
            conflict = row.who if row else ""
    return Shown(
        data=typed.data,
        version=saved.version,
        page=typed.page,
        told=saved_words(request, sheet) if saved.verdict is Verdict.SAVE else "",
        conflict=conflict,
    )
