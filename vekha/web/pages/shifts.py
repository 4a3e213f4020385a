"""«Переносы»: dates of a campaign moved, everything that was ever moved, one move with its undo."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from vekha.domain.aims import By, ByDays, Selection, To
from vekha.domain.errors import VekhaError, problem, refuse
from vekha.services.dates import batches, shifts
from vekha.services.dates.batch_sheet import sheet
from vekha.services.dates.shifts import Change, Filter
from vekha.services.launch.campaigns import campaign_of
from vekha.services.process.places import places, titles
from vekha.services.region import institution_list
from vekha.services.work import Work
from vekha.texts import section, text
from vekha.web.changes import Offer, Said, do, see
from vekha.web.kept import Lasting
from vekha.web.pages.institutions import types_of
from vekha.web.parsing import filled, lines_of
from vekha.web.rendering import page, short_day
from vekha.web.visitors import CurrentVisitor, Reading

router = APIRouter(route_class=Lasting)
PAGE = 50
Several = Annotated[list[str] | None, Query()]
MOST_DAYS = 3650


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the form of a shift says; it travels in the address."""

    where: tuple[str, ...]
    types: tuple[str, ...]
    municipalities: tuple[str, ...]
    only: str
    how: str
    number: str
    phrase: str
    flags: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not (self.number.strip() or self.phrase.strip())


def _asked(  # noqa: PLR0913 — each is a field of one form
    *,
    where: Several = None,
    types: Several = None,
    municipalities: Several = None,
    only: str = "",
    how: str = "days",
    number: str = "",
    phrase: str = "",
    flags: Several = None,
) -> Asked:
    return Asked(
        where=tuple(filled(where)),
        types=tuple(filled(types)),
        municipalities=tuple(filled(municipalities)),
        only=only,
        how=how if how in ("days", "working", "to") else "days",
        number=number,
        phrase=phrase,
        flags=tuple(filled(flags)),
    )


Form = Annotated[Asked, Depends(_asked)]


@router.get("/campaigns/{code}/shift")
def ask(request: Request, work: Reading, code: str, asked: Form) -> Response:
    return see(request, work, _offer(request, work, code, asked))


@router.post("/campaigns/{code}/shift")
def shift(request: Request, who: CurrentVisitor, code: str, asked: Form, said: Said) -> Response:
    return do(request, who, lambda work: _offer(request, work, code, asked), said)


def _offer(request: Request, work: Work, code: str, asked: Asked) -> Offer:
    campaign = campaign_of(work, code)
    types = campaign.filter.get("types") or list(work.tools.registry.types)
    known = types_of(work)
    return Offer(
        make=None if asked.empty and not said(request) else lambda unit: _change(unit, code, asked),
        kind="shift",
        address=f"{request.url.path}?{request.url.query}",
        back=f"/campaigns/{code}",
        back_title=campaign.title,
        template="operator/shift.html",
        context={
            "asked": asked,
            "campaign": campaign,
            "stages": places(work.tools.registry, types),
            "types": {each: known[each] for each in types if each in known},
            "municipalities": institution_list.municipalities(work, campaign.region),
        },
    )


def said(request: Request) -> bool:
    """Whether the form was sent, however empty."""
    return "how" in request.query_params


def _change(work: Work, code: str, asked: Asked) -> Change:
    institutions, unknown = institution_list.codes_of(work, lines_of(asked.only))
    refuse(problem("web.unknown_institution", name=each) for each in unknown)
    selection = Selection(
        stages=frozenset(each for each in asked.where if "." not in each),
        activities=frozenset((each.partition(".")[0], each.partition(".")[2]) for each in asked.where if "." in each),
        only_open="open" in asked.flags,
        only_late="late" in asked.flags,
        with_own="own" in asked.flags,
    )
    chosen = Filter(types=asked.types, municipalities=asked.municipalities, institutions=tuple(institutions))
    return shifts.bulk_shift(work, code, selection, _by(asked), chosen)


def _by(asked: Asked) -> By:
    if asked.how == "to":
        if not asked.phrase.strip():
            raise VekhaError(problem("shift.nothing_chosen"))
        return To(asked.phrase.strip())
    number = asked.number.strip().replace("−", "-").replace("–", "-")
    if not number:
        raise VekhaError(problem("shift.nothing_chosen"))
    digits = number.removeprefix("-").removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()) or int(digits) > MOST_DAYS:
        raise VekhaError(problem("web.bad_number", value=asked.number, most=MOST_DAYS))
    return ByDays(int(number), working=asked.how == "working")


# --- what was moved ---------------------------------------------------------------------------------------------------


@router.get("/shifts")
def history(
    request: Request,
    work: Reading,
    campaign: str = "",
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> HTMLResponse:
    rows = batches.history(work, campaign or None, before, PAGE + 1)
    types = list(work.tools.registry.types)
    shown = [
        {**row, "said": told(row["kind"], row["request"], titles(work.tools.registry, types))} for row in rows[:PAGE]
    ]
    older = rows[PAGE - 1]["id"] if len(rows) > PAGE else None
    return page(request, "operator/shifts.html", rows=shown, older=older, campaign=campaign)


@router.get("/shifts/{number}")
def one(request: Request, work: Reading, number: int, *, done: bool = False) -> HTMLResponse:
    found = sheet(work, number)
    names = titles(work.tools.registry, work.tools.registry.types)
    what = told(found.batch.kind, found.batch.request, names)
    return page(request, "operator/batch.html", sheet=found, said=what, done=done)


@router.get("/shifts/{number}/undo")
def look_at_undo(request: Request, work: Reading, number: int) -> Response:
    return see(request, work, _undo(work, number))


@router.post("/shifts/{number}/undo")
def undo(request: Request, who: CurrentVisitor, number: int, said: Said) -> Response:
    return do(request, who, lambda work: _undo(work, number), said)


def _undo(work: Work, number: int) -> Offer:
    batch = batches.batch_of(work, number)
    return Offer(
        make=lambda unit: batches.undo(unit, number),
        kind="redo" if batch.kind == "undo" else "undo",
        address=f"/shifts/{number}/undo",
        back=f"/shifts/{number}",
        back_title=text("web.shifts.one", number=number),
        lead=text("web.changes.undo.lead", why=batch.why, who=batch.who),
    )


def told(kind: str, request: dict[str, object], names: dict[str, str]) -> str:
    """What a batch was asked to do, in words: «на 14 дней: Подготовка»."""
    words = section("web.shifts.said")
    asked: dict[str, object] = {"places": [], **request}
    chosen = asked["places"] if isinstance(asked["places"], list) else []
    where = "; ".join(names.get(str(each), str(each)) for each in chosen) or words["everywhere"]
    match kind, asked.get("by"):
        case "shift", {"days": int(days), "working": working}:
            return str(words["working" if working else "days"]).format(days=f"{days:+d}".replace("-", "−"), where=where)
        case "shift", {"to": phrase}:
            return str(words["to"]).format(to=phrase, where=where)
        case "schedule", _:
            place = names.get(str(asked.get("place")), str(asked.get("place")))
            return str(words["schedule"]).format(place=place, new=_phrase(asked.get("new")) or words["cleared"])
        case "undo", _:
            return str(words["undo"]).format(number=asked.get("batch"))
        case _:
            return str(words.get(kind, ""))


def _phrase(value: object) -> str:
    try:
        return short_day(dt.date.fromisoformat(str(value)))
    except ValueError:
        return str(value or "")
