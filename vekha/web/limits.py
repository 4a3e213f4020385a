"""How much a request may bring: what says it is too big is not read, what turns out to be is cut off."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vekha.files import MAX_BYTES
from vekha.web.pages.errors import http_page
from vekha.web.security import SAFE

MEGABYTE = 1024 * 1024
FILES = MAX_BYTES + MEGABYTE  # a file and the form around it
FORMS = 2 * MEGABYTE  # everything else: the longest form is a tenth of it
PATIENCE = 4 * FILES  # read and thrown away: a browser listens only after it has said everything


class BodyLimit:
    """Middleware: answers 413 in words."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE:
            await self._app(scope, receive, send)
            return
        headers = Request(scope).headers
        limit = FILES if headers.get("content-type", "").startswith("multipart/form-data") else FORMS
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > limit:
            await _throw_away(receive)
            await http_page(Request(scope), 413)(scope, receive, send)
            return
        taken = 0

        async def measured() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise HTTPException(413)
            return message

        await self._app(scope, measured, send)


async def _throw_away(receive: Receive) -> None:
    """A connection closed while the browser still sends shows it no answer at all."""
    thrown, more = 0, True
    while more and thrown < PATIENCE:
        message = await receive()
        thrown += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
