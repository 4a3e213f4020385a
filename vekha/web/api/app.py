"""The API's composition: an application of its own under `/api/v1`, with its OpenAPI document and its refusals."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from vekha.bootstrap import App
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.texts import section, text
from vekha.web.api import campaigns, documents, figures, institutions, pairs, practices, statuses, surveys
from vekha.web.api.models import Problems
from vekha.web.pages.errors import log
from vekha.web.rendering import page

STATUS = {"token.unknown": 401, "token.scope_missing": 403, "access.denied": 403}
CONFLICTS = frozenset({"campaign.exists", "campaign.wrong_state"})
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problems, "description": section("web.api.statuses")[str(status)]}
    for status in (400, 401, 403, 404, 409, 422)
}


def create_api(app: App) -> FastAPI:
    """To be mounted under `/api/v1`."""
    api = FastAPI(
        title=text("web.api.title"),
        description=text("web.api.description"),
        version="1",
        docs_url=None,
        redoc_url=None,
        responses=REFUSALS,
    )
    api.state.vekha = app
    for each in (institutions, campaigns, statuses, documents, surveys, pairs, figures, practices):
        api.include_router(each.router)
    api.add_api_route("/", _reference, include_in_schema=False, response_class=HTMLResponse)
    api.add_exception_handler(VekhaError, _refused)
    api.add_exception_handler(RequestValidationError, _senseless)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(Exception, _unexpected)
    return api


def _refused(_request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, VekhaError)  # noqa: S101 — registered for it alone
    codes = [each.code for each in refusal.problems]
    found = [STATUS[code] for code in codes if code in STATUS]
    if not found and any(code.endswith(".unknown") for code in codes) and not refusal.problems[0].where:
        found = [404]
    if not found and CONFLICTS & set(codes):
        found = [409]
    status = found[0] if found else 422
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return _answer(status, refusal.problems, headers)


def _senseless(_request: Request, error: Exception) -> Response:
    """What was sent does not fit: every place at once, without repeating what stood there."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 — registered for it alone
    return _answer(422, tuple(_misfits(error)))


def _misfits(error: RequestValidationError) -> Iterator[Problem]:
    for each in error.errors():
        where = ".".join(str(part) for part in each["loc"])
        missing = each["type"] == "missing"
        yield problem("api.missing" if missing else "api.bad_value", where.encode("ascii", "replace").decode())


def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 — registered for it alone
    code = {404: "api.no_such_address", 405: "api.wrong_method"}.get(error.status_code, "api.bad_request")
    return _answer(error.status_code, (problem(code),), error.headers)


def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected error at %s", request.url.path, exc_info=error)
    return _answer(500, (problem("api.failed"),))


def _answer(status: int, problems: tuple[Problem, ...], headers: Any = None) -> JSONResponse:
    content = {"problems": [each.as_dict() for each in problems]}
    return JSONResponse(content, status_code=status, headers=dict(headers) if headers else None)


# --- the reference ----------------------------------------------------------------------------------------------------


def _reference(request: Request) -> HTMLResponse:
    """The OpenAPI document for people to read, drawn here: no script and no address elsewhere."""
    document: dict[str, Any] = request.app.openapi()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            schema = _schema_of(document, operation)
            told = {"path": path, "method": method.upper(), "fields": schema, **operation}
            groups.setdefault(operation["tags"][0], []).append(told)
    return page(request, "api/reference.html", groups=groups)


def _schema_of(document: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    """The names of the fields that a body takes."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = body.get("$ref", "").rpartition("/")[2]
    return list(document["components"]["schemas"].get(name, {}).get("properties", {}))
