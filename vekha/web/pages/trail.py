"""«Журнал»: who did what, when."""

import datetime as dt
from contextlib import suppress
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from vekha.services.access.watching import demand_watching_somewhere
from vekha.services.watch import trail
from vekha.services.watch.trail import KINDS, Asked
from vekha.web.rendering import page
from vekha.web.trail_words import reason, sentence, who
from vekha.web.visitors import CurrentVisitor, Reading

router = APIRouter()
Field = Annotated[str, Query()]


@router.get("/journal")
def show(  # noqa: PLR0913, PLR0917 — each is a field of the address
    request: Request,
    visitor: CurrentVisitor,  # noqa: ARG001 — demands a session
    work: Reading,
    institution: Field = "",
    person: Field = "",
    kind: Field = "",
    since: Field = "",
    until: Field = "",
    before: Field = "",
) -> HTMLResponse:
    demand_watching_somewhere(work)
    told = {"institution": institution, "person": person, "kind": kind, "since": since, "until": until}
    first, last = _day(since), _day(until)
    asked = Asked(
        institution=institution.strip(),
        who=person.strip()[:100],
        kind=kind if kind in KINDS else "",
        since=first,
        until=last,
        before=int(before) if before.isdecimal() and len(before) < 16 else None,
    )
    rows = trail.trail(work, asked, trail.PAGE + 1)
    shown = rows[: trail.PAGE]
    older = _link(told, before=shown[-1].id) if len(rows) > trail.PAGE else ""
    return page(
        request,
        "operator/trail.html",
        block="results",
        rows=shown,
        told=told,
        kinds=[*KINDS],
        older=older,
        newest=_link(told) if asked.before is not None else "",
        wrong_day=(bool(since) and first is None) or (bool(until) and last is None),
        say={"sentence": sentence, "reason": reason, "who": who},
    )


def _link(told: dict[str, str], **more: Any) -> str:
    return f"/journal?{urlencode({**{name: value for name, value in told.items() if value}, **more})}"


def _day(value: str) -> dt.date | None:
    for shape in ("%Y-%m-%d", "%d.%m.%Y"):
        with suppress(ValueError):
            return dt.datetime.strptime(value.strip(), shape).date()  # noqa: DTZ007 — a calendar day has no zone
    return None
