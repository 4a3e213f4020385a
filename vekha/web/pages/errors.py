"""What a person sees when something is refused, missing or broken: what, where, what to do; never a traceback."""

import logging

from fastapi import Request
from fastapi.responses import HTMLResponse

from vekha.domain.errors import VekhaError
from vekha.web.rendering import page

log = logging.getLogger("vekha.web")


def refusal_page(request: Request, refusal: VekhaError, *, status: int = 422) -> HTMLResponse:
    """The list of problems; as a fragment for htmx, which shows it where the action was."""
    return page(request, "errors/refusal.html", block="problems", status=status, problems=refusal.problems)


def http_page(request: Request, status: int) -> HTMLResponse:
    kind = "not_found" if status == 404 else "not_allowed" if status in (401, 403, 405) else "failed"
    return page(request, "errors/http.html", status=status, kind=kind)


def unexpected_page(request: Request, error: Exception) -> HTMLResponse:
    log.error("unexpected error at %s", request.url.path, exc_info=error)
    return page(request, "errors/http.html", status=500, kind="failed")
