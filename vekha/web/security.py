"""What guards every request: headers that allow only our own files, and a check of where a change comes from."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import Request, Response

from vekha.domain.errors import VekhaError, problem

Next = Callable[[Request], Awaitable[Response]]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-src 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def from_elsewhere(request: Request) -> bool:
    """Whether a change is asked for by another site (Fetch Metadata, and Origin for older browsers).

    The API is no browser's: it is asked with a token, never with the cookie, and needs no such check.
    """
    if request.method in SAFE or request.url.path.startswith("/api/"):
        return False
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


async def guard(request: Request, call_next: Next) -> Response:
    """Middleware: refuses changes from elsewhere, adds the headers to every answer."""
    if from_elsewhere(request):
        from vekha.web.pages.errors import refusal_page  # noqa: PLC0415 — pages need this module's neighbours

        response = refusal_page(request, VekhaError(problem("web.from_elsewhere")), status=403)
    else:
        response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.url.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
