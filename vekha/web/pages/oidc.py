"""«Войти через …»: to another identity provider and back, logged in as the account that was invited to that address."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from vekha.domain.accounts import proven_address
from vekha.domain.errors import VekhaError
from vekha.services.access import accounts
from vekha.web import oidc
from vekha.web.oidc import Attempt
from vekha.web.pages.account import login_page, own_path, with_session
from vekha.web.visitors import NOBODY, app_of

router = APIRouter(prefix="/login/oidc")
COOKIE = "vekha_oidc"
LASTS = 600  # seconds for logging in there
PATH = "/login/oidc"


@router.get("")
def there(request: Request, next: str = "/") -> Response:  # noqa: A002 — the usual name in an address
    try:
        address, attempt = oidc.begin(oidc.provider_of(app_of(request).settings), own_path(next))
    except VekhaError as refusal:
        return login_page(request, next, refusal.problems)
    response = RedirectResponse(address, status_code=303)
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, attempt.packed(), LASTS, path=PATH, httponly=True, samesite="lax", secure=secure)
    return response


@router.get("/back")
def back(request: Request) -> Response:
    """Whatever the provider says, the attempt is spent."""
    then = "/"
    try:
        attempt = Attempt.unpacked(request.cookies.get(COOKIE, ""))
        then = attempt.then
        response = with_session(request, then, _logged_in(request, attempt))
    except VekhaError as refusal:
        response = login_page(request, then, refusal.problems)
    response.delete_cookie(COOKIE, path=PATH)
    return response


def _logged_in(request: Request, attempt: Attempt) -> str:
    app = app_of(request)
    claims = oidc.finish(oidc.provider_of(app.settings), attempt, dict(request.query_params), app.clock())
    with app.work(NOBODY) as work:
        return accounts.log_in_by_address(work, proven_address(claims), request.headers.get("user-agent", ""))
