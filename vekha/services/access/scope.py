"""What an actor may see, as a condition of a query: the same rule as `Actor.may`, decided by the database."""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlmodel import col

from vekha.domain.access import Action, Actor, Grant
from vekha.storage.tables import Institution


def within(actor: Actor, action: Action = Action.VIEW) -> ColumnElement[bool]:
    """True for the rows of Institution where something grants the action."""
    return _where(actor.granting(action))


@lru_cache(maxsize=1024)  # every page asks it several times, always the same of the same person
def _where(grants: tuple[Grant, ...]) -> ColumnElement[bool]:
    return or_(false(), *(_covered(grant.region, grant.municipality, grant.institution) for grant in grants))


def _covered(region: str, municipality: str, institution: str) -> ColumnElement[bool]:
    bound: list[Any] = [
        column == value
        for column, value in (
            (col(Institution.region), region),
            (col(Institution.municipality), municipality),
            (col(Institution.code), institution),
        )
        if value
    ]
    return and_(true(), *bound)
