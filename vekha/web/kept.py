"""What somebody has typed when their session turns out to be over: it comes back with the login, not lost.

The text rides in the login page and in the one after it, so that nothing of somebody unknown is stored here and it
works without JavaScript too. Files cannot: a browser gives a page no way to keep them.
"""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from vekha.web.filling import MAX_FIELDS
from vekha.web.pages.account import Left, login_page
from vekha.web.rendering import is_htmx, page
from vekha.web.visitors import LoginNeededError

RESUMED = "_resumed"
"""Sent along with what is sent again after the login."""


class Lasting(APIRoute):
    """A route of a page on which people write: what they have written outlives the session."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def keeping(request: Request) -> Response:
            try:
                return await handle(request)
            except LoginNeededError:
                if request.method != "POST" or request.headers.get("hx-target") == "draft":
                    raise
                return await _kept(request)

        return keeping


async def _kept(request: Request) -> Response:
    """The page itself stays with htmx, and what is typed on it; else the login page takes the text along."""
    if is_htmx(request):
        return page(request, "account/over.html", status=401)
    sent = await request.form(max_fields=MAX_FIELDS)
    typed = [(name, value) for name, value in sent.multi_items() if isinstance(value, str)]
    files = any(isinstance(value, UploadFile) and value.filename for _, value in sent.multi_items())
    again = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    left = Left(again, json.dumps(typed, ensure_ascii=False), files=files)
    return await run_in_threadpool(login_page, request, again, left=left, status=401)
