"""«Доступ»: who may log in, their roles, substitutions, links for a password, sessions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.access import Action, Grant
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.services.access import account_admin, accounts
from vekha.services.access.accounts import GIVEN_BY_OPERATORS
from vekha.services.region import institution_list
from vekha.services.work import Work
from vekha.texts import section
from vekha.web.kept import Lasting
from vekha.web.parsing import day_of, maybe_day
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/accounts", route_class=Lasting)
Text = Annotated[str, Form(max_length=500)]
PASSED_ON = frozenset({"access.denied", "account.unknown"})
ROLES = ("curator", "director", "municipal_curator", "operator", "administrator")
SHOWN = 300  # accounts of a list; the rest is found by a name


@dataclass(frozen=True, slots=True)
class Place:
    """A role and its place as typed; `home` is an institution by code or name."""

    role: str
    region: str
    municipality: str
    home: str

    def grant_in(self, work: Work) -> Grant:
        """Raises VekhaError web.unknown_institution."""
        found, _ = institution_list.codes_of(work, [self.home] if self.home.strip() else [])
        if self.home.strip() and len(found) != 1:
            raise VekhaError(problem("web.unknown_institution", name=self.home))
        wide = self.role == "administrator"
        return Grant(
            role=self.role,
            region="" if wide else self.region,
            municipality=self.municipality if self.role == "municipal_curator" else "",
            institution=found[0] if found and self.role in ("director", "curator") else "",
        )


def _place(role: Text = "", region: Text = "", municipality: Text = "", home: Text = "") -> Place:
    return Place(role, region, municipality, home)


At = Annotated[Place, Depends(_place)]


@router.get("")
def listing(request: Request, work: Reading, search: str = "") -> HTMLResponse:
    found = account_admin.listing(work, search)
    context = {"rows": found[:SHOWN], "total": len(found), "search": search}
    return page(request, "operator/accounts.html", **context, places=account_admin.places(work, found[:SHOWN]))


@router.get("/invite")
def invitation(request: Request, work: Reading) -> HTMLResponse:
    account_admin.demand_keeping(work)
    return _invitation(request, work, {})


@router.post("/invite")
def invite(request: Request, who: CurrentVisitor, at: At, login: Text = "", name: Text = "") -> Response:
    def make(work: Work) -> str:
        account_admin.demand_keeping(work)
        return account_admin.invite(work, login, name, at.grant_in(work))

    try:
        secret = writing(request, who, make)
    except VekhaError as refusal:
        if any(each.code in PASSED_ON for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            given = {"login": login, "name": name, "role": at.role, "region": at.region}
            given |= {"municipality": at.municipality, "home": at.home}
            return _invitation(request, work, given, refusal.problems)
    return page(
        request, "operator/account_link.html", kind="invited", login=login, link=_link(request, secret), back=None
    )


@router.get("/{number}")
def one(request: Request, work: Reading, number: int) -> HTMLResponse:
    return _page(request, work, number)


@router.post("/{number}/grants")
def give(request: Request, who: CurrentVisitor, number: int, at: At, since: Text = "", until: Text = "") -> Response:
    def change(work: Work) -> None:
        login = account_admin.one(work, number).row.login
        given = account_admin.placed(work, at.grant_in(work))
        accounts.grant(work, login, given, since=maybe_day(since), until=maybe_day(until))

    return _change(request, who, number, change)


@router.post("/{number}/grants/{grant}/withdraw")
def withdraw(request: Request, who: CurrentVisitor, number: int, grant: int) -> Response:
    return _change(request, who, number, lambda work: account_admin.withdraw(work, number, grant))


@router.post("/{number}/substitute")
def substitute(
    *,
    request: Request,
    who: CurrentVisitor,
    number: int,
    absent: Text = "",
    first: Text = "",
    last: Text = "",
    why: Text = "",
) -> Response:
    def change(work: Work) -> None:
        away = accounts.by_login(work, absent)
        account_admin.substitute(work, number, away.id or 0, day_of(first), day_of(last), why)

    return _change(request, who, number, change, kept=("account.unknown",))


@router.post("/{number}/reset")
def reset(request: Request, who: CurrentVisitor, number: int) -> Response:
    """The link stands on the answer to this request and nowhere else."""

    def make(work: Work) -> tuple[str, str, str]:
        kept = account_admin.one(work, number)
        kind = "invited_again" if kept.state == "invited" else "reset"
        return account_admin.reset(work, number), kept.row.login, kind

    secret, login, kind = writing(request, who, make)
    context = {"kind": kind, "login": login, "link": _link(request, secret), "back": f"/accounts/{number}"}
    return page(request, "operator/account_link.html", **context)


@router.post("/{number}/disable")
def disable(request: Request, who: CurrentVisitor, number: int) -> Response:
    return _change(request, who, number, lambda work: account_admin.disable(work, number))


@router.post("/{number}/enable")
def enable(request: Request, who: CurrentVisitor, number: int) -> Response:
    return _change(request, who, number, lambda work: account_admin.enable(work, number))


@router.post("/{number}/sessions/end")
def end_sessions(request: Request, who: CurrentVisitor, number: int) -> Response:
    return _change(request, who, number, lambda work: account_admin.end_sessions(work, number))


def _change(
    request: Request, who: CurrentVisitor, number: int, change: Callable[[Work], Any], kept: tuple[str, ...] = ()
) -> Response:
    try:
        writing(request, who, change)
    except VekhaError as refusal:
        if any(each.code in PASSED_ON and each.code not in kept for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            return _page(request, work, number, refusal.problems)
    return RedirectResponse(f"/accounts/{number}", status_code=303)


def _page(request: Request, work: Work, number: int, problems: tuple[Problem, ...] = ()) -> HTMLResponse:
    kept = account_admin.one(work, number)
    return page(
        request,
        "operator/account.html",
        status=422 if problems else 200,
        kept=kept,
        sessions=account_admin.sessions(work, number),
        problems=problems,
        given={},
        places=account_admin.places(work, [kept]),
        **_choices(work),
    )


def _invitation(
    request: Request, work: Work, given: dict[str, str], problems: tuple[Problem, ...] = ()
) -> HTMLResponse:
    status = 422 if problems else 200
    context = {"given": given, "problems": problems, **_choices(work)}
    return page(request, "operator/account_invite.html", status=status, **context)


def _choices(work: Work) -> dict[str, Any]:
    """What the form of a role offers: only what whoever asks may give."""
    wide = work.actor.may(Action.ADMINISTER)
    names = section("web.roles")
    return {
        "roles": {role: names[role] for role in ROLES if wide or role in GIVEN_BY_OPERATORS},
        "regions": {each.code: each.title for each in institution_list.regions(work)},
        "municipalities": institution_list.municipalities(work),
    }


def _link(request: Request, secret: str) -> str:
    return f"{str(request.base_url).rstrip('/')}/welcome/{secret}"
