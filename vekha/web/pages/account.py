"""Logging in and out, the first password, one's own sessions."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vekha.domain.accounts import SESSION
from vekha.domain.errors import VekhaError, problem, refuse
from vekha.services import accounts
from vekha.web.rendering import page
from vekha.web.visitors import COOKIE, NOBODY, CurrentVisitor, Reading, app_of, maybe_visitor, writing

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/login")
def login_form(request: Request, next: str = "/") -> Response:  # noqa: A002 — the usual name in an address
    if maybe_visitor(request) is not None:
        return RedirectResponse(_own(next), status_code=303)
    return page(request, "account/login.html", next=_own(next), login="", problems=())


@router.post("/login")
def log_in(request: Request, login: Text, password: Text, next: Text = "/") -> Response:  # noqa: A002
    agent = request.headers.get("user-agent", "")
    with app_of(request).work(NOBODY) as work:
        try:
            token = accounts.log_in(work, login, password, agent)
            problems = (problem("account.wrong_password"),) if token is None else ()
        except VekhaError as refusal:
            token, problems = None, refusal.problems
    if token is None:
        return page(request, "account/login.html", status=422, next=_own(next), login=login, problems=problems)
    return _with_session(request, RedirectResponse(_own(next), status_code=303), token)


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
    return _with_session(request, RedirectResponse("/", status_code=303), secret or "")


@router.get("/account")
def own_account(request: Request, who: CurrentVisitor, work: Reading) -> HTMLResponse:
    mine = accounts.sessions(work, who.account)
    current = accounts.digest(request.cookies.get(COOKIE, ""))
    return page(request, "account/account.html", sessions=mine, current=current)


@router.post("/account/sessions/{token}/end")
def end_session(request: Request, who: CurrentVisitor, token: str) -> Response:
    writing(request, who, lambda work: accounts.end_session(work, token, who.account))
    return RedirectResponse("/account", status_code=303)


def _own(address: str) -> str:
    """Only a path of ours: a link elsewhere must not ride on the login page."""
    parts = urlsplit(address)
    own = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if own else "/"


def _with_session(request: Request, response: Response, token: str) -> Response:
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response
