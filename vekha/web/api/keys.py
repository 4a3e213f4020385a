"""Who asks the API: the key of a request becomes a caller, its scope is demanded before anything is read."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from vekha.domain.errors import VekhaError, problem
from vekha.domain.tokens import Scope
from vekha.services.access import tokens
from vekha.services.access.tokens import Caller
from vekha.services.work import Work
from vekha.web.visitors import NOBODY, app_of

_bearer = HTTPBearer(auto_error=False)
LONGEST = 200


def caller(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Caller:
    """Raises VekhaError token.unknown."""
    secret = given.credentials if given else ""
    if not secret or len(secret) > LONGEST:
        raise VekhaError(problem("token.unknown"))
    with app_of(request).work(NOBODY, writes=False) as work:
        found = tokens.caller(work, secret)
    if found.stale:
        with app_of(request).work(NOBODY) as work:
            tokens.remember_use(work, secret)
    return found


def reads(scope: Scope) -> Any:
    """A unit of work of whoever has a key with this scope, that never writes."""

    def open_unit(request: Request, who: Annotated[Caller, Depends(caller)]) -> Iterator[Work]:
        who.demand(scope)
        with app_of(request).work(who.actor, writes=False) as work:
            yield work

    return Depends(open_unit)


def writes(scope: Scope) -> Any:
    """A way to run a change as whoever has a key with this scope: committed before the answer is made."""

    def change_with(
        request: Request, who: Annotated[Caller, Depends(caller)]
    ) -> Callable[[Callable[[Work], Any]], Any]:
        who.demand(scope)

        def run(change: Callable[[Work], Any]) -> Any:
            with app_of(request).work(who.actor) as work:
                return change(work)

        return run

    return Depends(change_with)


Change = Callable[[Callable[[Work], Any]], Any]
