"""What guards every request: headers that allow only our own files, and a check of where a change comes from."""

from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vekha.domain.errors import VekhaError, problem

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
PAGES = {**HEADERS, "Cache-Control": "no-store"}  # of somebody's own: nothing of them stays in a browser
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


class Guard:
    """Middleware: refuses changes from elsewhere, adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        kept = request.url.path.startswith("/static/")

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (HEADERS if kept else PAGES).items():
                    headers.setdefault(name, value)
            await send(message)

        if from_elsewhere(request):
            from vekha.web.pages.errors import refusal_page  # noqa: PLC0415 — pages need this module's neighbours

            refusal = refusal_page(request, VekhaError(problem("web.from_elsewhere")), status=403)
            await refusal(scope, receive, guarded)
        else:
            await self._app(scope, receive, guarded)
