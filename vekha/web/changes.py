"""A change of dates in the console: seen first, done exactly as seen, with a reason; the same for every kind of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from vekha.domain.errors import Problem, VekhaError, problem
from vekha.services.access.accounts import Visitor
from vekha.services.dates import shifts
from vekha.services.dates.shifts import Change, Order, Preview, PreviewRow
from vekha.services.work import Work
from vekha.web.rendering import page
from vekha.web.visitors import app_of, writing

PASSED_ON = frozenset({"access.denied", "campaign.unknown", "shift.unknown_batch", "extension.unknown"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is offered. `make` says the change again each time; None while nothing has been asked for yet.

    `kind` names its words in `web.changes`, `address` is where it is applied, `context` what the template wants more.
    """

    make: Callable[[Work], Change] | None
    kind: str
    address: str
    back: str
    back_title: str
    lead: str = ""
    template: str = "operator/change.html"
    context: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Answer:
    """What whoever applies a change says with it."""

    token: str
    reason: str
    order: str


def _answer(
    token: Annotated[str, Form()] = "", reason: Annotated[str, Form()] = "", order: Annotated[str, Form()] = ""
) -> Answer:
    return Answer(token, reason, order)


Said = Annotated[Answer, Depends(_answer)]


def see(
    request: Request, work: Work, offer: Offer, said: Answer | None = None, problems: tuple[Problem, ...] = ()
) -> Response:
    """The page of a change: what it would do now, and the problems of an attempt to do it."""
    found: Preview | None = None
    if offer.make is not None:
        try:
            found = shifts.preview(work, offer.make(work))
        except VekhaError as refusal:
            if any(each.code in PASSED_ON for each in refusal.problems):
                raise
            problems = tuple(dict.fromkeys([*problems, *refusal.problems]))
    seen = found.conflicts if found else ()
    return page(
        request,
        offer.template,
        status=422 if problems else 200,
        offer=offer,
        found=found,
        groups=_by_kind(found.rows) if found else {},
        problems=tuple(each for each in problems if each not in seen),
        said=said or Answer("", "", ""),
        **offer.context,
    )


def do(request: Request, who: Visitor, make_offer: Callable[[Work], Offer], said: Answer) -> Response:
    """Applies what was seen and leads to its page; refused, the change is shown as it would be now.

    When somebody else has moved dates since, the refusal says what they did, and whoever asked decides anew.
    """

    def change(work: Work) -> int:
        offer = make_offer(work)
        if offer.make is None:
            raise VekhaError(problem("shift.nothing_chosen"))
        batch = shifts.apply(work, offer.make(work), said.token, Order(said.reason, said.order))
        return batch.id or 0

    try:
        number = writing(request, who, change)
    except VekhaError as refusal:
        if any(each.code in PASSED_ON for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            return see(request, work, make_offer(work), said, refusal.problems)
    return RedirectResponse(f"/shifts/{number}?done=true", status_code=303)


def _by_kind(rows: tuple[PreviewRow, ...]) -> dict[str, list[PreviewRow]]:
    """Types of institutions by name, each with its own moves."""
    kinds = sorted({each.kind for each in rows})
    return {kind: _sorted([each for each in rows if each.kind == kind]) for kind in kinds}


def _sorted(rows: list[PreviewRow]) -> list[PreviewRow]:
    """By stage as they come, the earliest date first."""
    stages = list(dict.fromkeys(each.stage for each in rows))
    return sorted(rows, key=lambda each: (stages.index(each.stage), each.old, each.title, each.new))
