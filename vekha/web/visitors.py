"""Who asks: the cookie of a session becomes an actor, or the way to the login page."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request

from vekha.bootstrap import App
from vekha.domain.access import Actor
from vekha.services.access import accounts
from vekha.services.access.accounts import Visitor
from vekha.services.region.zones import zone_of
from vekha.services.work import Work

COOKIE = "vekha_session"
NOBODY = Actor(name="", grants=())


class LoginNeededError(Exception):
    """Nobody is logged in; `back` is where to return afterwards."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back

    @property
    def address(self) -> str:
        return f"/login?next={quote(self.back)}"


def app_of(request: Request) -> App:
    return request.app.state.vekha


def maybe_visitor(request: Request) -> Visitor | None:
    """Whoever the session's cookie belongs to; remembered on the request for the page's frame."""
    token = request.cookies.get(COOKIE)
    if token is None:
        return None
    with app_of(request).work(writes=False) as work:
        found = request.state.visitor = accounts.visitor(work, token)
        if found is not None:
            request.state.today = work.now.astimezone(zone_of(work, found.actor)).date()
    if found is not None and found.stale:
        with app_of(request).work() as work:
            accounts.seen(work, token)
    return found


def visitor(request: Request) -> Visitor:
    """Raises LoginNeededError when nobody is logged in."""
    found = maybe_visitor(request)
    if found is None:
        wanted = request.url.path if request.method == "GET" else "/"
        raise LoginNeededError(
            f"{wanted}?{request.url.query}" if request.url.query and request.method == "GET" else wanted
        )
    return found


def reading(request: Request, who: Annotated[Visitor, Depends(visitor)]) -> Iterator[Work]:
    """A unit of work of whoever is logged in, that never writes."""
    with app_of(request).work(who.actor, writes=False) as work:
        yield work


CurrentVisitor = Annotated[Visitor, Depends(visitor)]
Reading = Annotated[Work, Depends(reading)]


def writing(request: Request, who: Visitor, change: Callable[[Work], Any]) -> Any:
    """Runs `change` in a unit of work that is committed before the answer is made."""
    with app_of(request).work(who.actor) as work:
        return change(work)
