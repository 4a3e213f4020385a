"""The console's composition: middleware, static files, pages, errors."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from vekha.bootstrap import App, build
from vekha.domain.errors import VekhaError
from vekha.web import security
from vekha.web.api.app import create_api
from vekha.web.limits import BodyLimit
from vekha.web.pages import (
    account,
    accounts,
    answers,
    campaign_deadlines,
    campaigns,
    consents,
    desk,
    documents,
    doubles,
    duties,
    errors,
    extensions,
    forms,
    home,
    institution_import,
    institutions,
    links,
    oidc,
    pair,
    pairs,
    people,
    people_import,
    personal,
    public,
    reflection,
    region,
    registers,
    reporting,
    shifts,
    stages,
    survey_answers,
    surveys,
    tokens,
)
from vekha.web.static import FOLDER
from vekha.web.visitors import LoginNeededError

STATUS = {
    "access.denied": 403,
    "database.number_too_large": 404,
    "programme.unknown": 404,
    "stage.unknown": 404,
    "people.unknown_pair": 404,
    "activity.unknown": 404,
    "document.not_here": 404,
    "form.unknown": 404,
    "form.no_submission": 404,
    "form.no_file": 404,
    "institution.unknown": 404,
    "document.unknown": 404,
    "document.unknown_code": 404,
    "reminder.unknown_feed": 404,
    "token.not_here": 404,
    "account.unknown": 404,
    "shift.unknown_batch": 404,
    "campaign.unknown": 404,
    "collection.unknown": 404,
    "collection.no_municipality": 404,
    "practice.unknown": 404,
    "survey.unknown": 404,
}


PACKED_ALREADY = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)


def create_app(app: App | None = None) -> FastAPI:
    """The ASGI application of an installation; from the environment when none is given."""
    web = FastAPI(title="Веха", docs_url=None, redoc_url=None, openapi_url=None)
    web.state.vekha = app or build()
    web.add_middleware(BodyLimit)
    web.add_middleware(security.Guard)
    # A page of the board is 75 KB: a school's line gets 9 of them for a millisecond of ours. Outermost, so added last.
    web.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=4, exclude_content_types=PACKED_ALREADY)
    web.mount("/api/v1", create_api(web.state.vekha), name="api")
    web.mount("/static", StaticFiles(directory=FOLDER), name="static")
    for each in (
        home,
        account,
        oidc,
        desk,
        stages,
        documents,
        forms,
        answers,
        institution_import,
        institutions,
        *region.PAGES,
        *reporting.PAGES,
        campaign_deadlines,
        shifts,
        campaigns,
        extensions,
        accounts,
        tokens,
        links,
        pairs,
        pair,
        reflection,
        people_import,
        people,
        doubles,
        registers,
        duties,
        consents,
        personal,
        surveys,
        survey_answers,
        public,
    ):
        web.include_router(each.router)
    web.add_exception_handler(VekhaError, _refusal)
    web.add_exception_handler(LoginNeededError, _login)
    web.add_exception_handler(HTTPException, _http)
    web.add_exception_handler(RequestValidationError, _misunderstood)
    web.add_exception_handler(Exception, _unexpected)
    return web


def _refusal(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, VekhaError)  # noqa: S101 — registered for it alone
    status = next((STATUS[each.code] for each in refusal.problems if each.code in STATUS), 422)
    if request.url.path.startswith("/api/"):
        return JSONResponse(refusal.as_dict(), status_code=status)
    return errors.refusal_page(request, refusal, status=status)


def _login(request: Request, needed: Exception) -> Response:
    assert isinstance(needed, LoginNeededError)  # noqa: S101 — registered for it alone
    if request.headers.get("hx-target") == "draft":
        return Response(status_code=401)  # somebody is typing: the page stays and says that nothing is kept
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": needed.address})
    return RedirectResponse(needed.address, status_code=303)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 — registered for it alone
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": error.detail}, status_code=error.status_code)
    return errors.http_page(request, error.status_code)


def _misunderstood(request: Request, error: Exception) -> Response:
    """FastAPI's own words are English JSON; a part of the address that is no number names no page."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 — registered for it alone
    of_address = any(each["loc"][:1] == ("path",) for each in error.errors())
    return errors.http_page(request, 404 if of_address else 422)


def _unexpected(request: Request, error: Exception) -> Response:
    """Made outside all middleware, which an unexpected error tears down."""
    response = errors.unexpected_page(request, error)
    response.headers.update(security.PAGES)
    return response
