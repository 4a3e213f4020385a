"""What a person sees when something is refused, missing or broken: what, where, what to do; never a traceback."""

import logging

from fastapi import Request
from fastapi.responses import HTMLResponse

from vekha.domain.errors import VekhaError
from vekha.files import MAX_BYTES
from vekha.texts import text
from vekha.web.rendering import page

log = logging.getLogger("vekha.web")


def refusal_page(request: Request, refusal: VekhaError, *, status: int = 422) -> HTMLResponse:
    """The list of problems; as a fragment for htmx, which shows it where the action was."""
    return page(request, "errors/refusal.html", block="problems", status=status, problems=refusal.problems)


def http_page(request: Request, status: int) -> HTMLResponse:
    kinds = {401: "not_allowed", 403: "not_allowed", 404: "not_found", 405: "no_page", 413: "too_large"}
    kinds |= dict.fromkeys((400, 422), "not_understood")
    return _told(request, status, kinds.get(status, "failed"))


def unexpected_page(request: Request, error: Exception) -> HTMLResponse:
    log.error("unexpected error at %s", request.url.path, exc_info=error)
    return _told(request, 500, "failed")


def _told(request: Request, status: int, kind: str) -> HTMLResponse:
    words = {name: text(f"web.errors.{kind}.{name}", limit=MAX_BYTES // 1024 // 1024) for name in ("title", "text")}
    return page(request, "errors/http.html", status=status, words_of=words)
