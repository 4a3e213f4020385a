"""Logging in and out, the first password, one's own sessions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.accounts import SESSION
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.services.access import account_admin, accounts
from vekha.services.access.accounts import Visitor
from vekha.services.work import Work
from vekha.web.oidc import provider_title
from vekha.web.rendering import page
from vekha.web.visitors import COOKIE, NOBODY, CurrentVisitor, Reading, app_of, maybe_visitor, writing

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/login")
def login_form(request: Request, next: str = "/") -> Response:  # noqa: A002 — the usual name in an address
    if maybe_visitor(request) is not None:
        return RedirectResponse(own_path(next), status_code=303)
    return login_page(request, next)


@dataclass(frozen=True, slots=True)
class Left:
    """What was typed on a page when its session was over (see kept.py): where to send it, and the fields as JSON."""

    again: str = ""
    fields: str = ""
    files: bool = False  # there were files too, to be chosen once more

    def pairs(self) -> list[tuple[str, str]]:
        """Raises VekhaError web.stale_form for what no page of ours has sent."""
        try:
            return [(str(name), str(value)) for name, value in json.loads(self.fields)]
        except (TypeError, ValueError) as error:
            raise VekhaError(problem("web.stale_form")) from error


@router.post("/login")
def log_in(
    request: Request,
    login: Text = "",
    password: Text = "",
    next: Text = "/",  # noqa: A002
    again: Text = "",
    fields: Text = "",
    files: Annotated[bool, Form()] = False,  # noqa: FBT002 — a field of the page
) -> Response:
    left = Left(again, fields, files=files)
    resume = _resume(request, left) if left.fields else None
    if resume is not None and not login and maybe_visitor(request) is not None:  # logged in beside, in another tab
        return resume
    agent = request.headers.get("user-agent", "")
    with app_of(request).work(NOBODY) as work:
        try:
            token = accounts.log_in(work, login, password, agent)
            problems = (problem("account.wrong_password"),) if token is None else ()
        except VekhaError as refusal:
            token, problems = None, refusal.problems
    if token is None:
        return login_page(request, next, problems, login, left=left)
    return _entered(request, resume, token) if resume is not None else with_session(request, next, token)


@router.post("/logout")
def log_out(request: Request) -> Response:
    if token := request.cookies.get(COOKIE):
        with app_of(request).work(NOBODY) as work:
            accounts.log_out(work, token)
    response = RedirectResponse("/login", status_code=303)
    response.delete_cookie(COOKIE)
    return response


@router.get("/welcome/{token}")
def welcome(request: Request, token: str) -> HTMLResponse:
    with app_of(request).work(NOBODY, writes=False) as work:
        _, account = accounts.link_of(work, token)
        return page(request, "account/welcome.html", token=token, account=account, problems=())


@router.post("/welcome/{token}")
def choose_password(request: Request, token: str, password: Text, again: Text) -> Response:
    agent = request.headers.get("user-agent", "")
    try:
        refuse([problem("account.password_differs", "again")] if password != again else [])
        with app_of(request).work(NOBODY) as work:
            account = accounts.accept(work, token, password)
            secret = accounts.log_in(work, account.login, password, agent)
    except VekhaError as refusal:
        with app_of(request).work(NOBODY, writes=False) as work:
            _, account = accounts.link_of(work, token)
        context = {"token": token, "account": account, "problems": refusal.problems}
        return page(request, "account/welcome.html", status=422, **context)
    return with_session(request, "/", secret or "")


@router.get("/account")
def own_account(request: Request, who: CurrentVisitor, work: Reading, *, changed: bool = False) -> HTMLResponse:
    return _account_page(request, who, work, changed=changed)


@router.post("/account")
def change_password(
    request: Request, who: CurrentVisitor, old: Text = "", new: Text = "", again: Text = ""
) -> Response:
    typed, agent = accounts.NewPassword(old, new, again), request.headers.get("user-agent", "")
    try:
        token, problems = writing(request, who, lambda work: accounts.change_password(work, who.account, typed, agent))
    except VekhaError as refusal:
        token, problems = None, refusal.problems
    if token is not None:
        return with_session(request, "/account?changed=true", token)
    with app_of(request).work(who.actor, writes=False) as work:
        return _account_page(request, who, work, problems=problems)


@router.post("/account/sessions/{token}/end")
def end_session(request: Request, who: CurrentVisitor, token: str) -> Response:
    writing(request, who, lambda work: accounts.end_session(work, token, who.account))
    return RedirectResponse("/account", status_code=303)


# --- parts ------------------------------------------------------------------------------------------------------------


def _account_page(
    request: Request, who: Visitor, work: Work, *, problems: Sequence[Problem] = (), changed: bool = False
) -> HTMLResponse:
    roles = account_admin.own_roles(work, who.account)
    return page(
        request,
        "account/account.html",
        status=422 if problems else 200,
        sessions=accounts.sessions(work, who.account),
        current=accounts.digest(request.cookies.get(COOKIE, "")),
        roles=roles,
        places=account_admin.places_of(work, roles),
        has_password=accounts.has_password(work, who.account),
        elsewhere=provider_title(app_of(request).settings),
        problems=problems,
        changed=changed,
    )


# --- parts, for every way to log in -----------------------------------------------------------------------------------


def login_page(
    request: Request,
    then: str,
    problems: tuple[Problem, ...] = (),
    login: str = "",
    *,
    left: Left = Left(),
    status: int = 200,
) -> Response:
    return page(
        request,
        "account/login.html",
        status=422 if problems else status,
        next=own_path(then),
        login=login,
        problems=problems,
        left=left,
        elsewhere=provider_title(app_of(request).settings),
    )


def own_path(address: str) -> str:
    """Only a path of ours: a link elsewhere must not ride on the login page."""
    parts = urlsplit(address)
    own = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if own else "/"


def with_session(request: Request, then: str, token: str) -> Response:
    """On to where somebody was going, logged in."""
    return _entered(request, RedirectResponse(own_path(then), status_code=303), token)


def _resume(request: Request, left: Left) -> Response:
    """What was typed, ready to be sent once more: by a click, since it may be somebody else who has logged in."""
    return page(request, "account/resume.html", again=own_path(left.again), fields=left.pairs(), files=left.files)


def _entered(request: Request, response: Response, token: str) -> Response:
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response
