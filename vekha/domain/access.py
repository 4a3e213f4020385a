"""Who may do what, and where: roles bound to a region, a municipality or an institution (DOMAIN.md §1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from vekha.domain.errors import VekhaError, problem


class Action(StrEnum):
    """What is asked for. A role has a set of them."""

    VIEW = "view"
    WORK = "work"  # fill forms, make drafts, mark activities, complete stages
    APPROVE = "approve"  # give a document its number and date
    SCHEDULE = "schedule"  # campaigns, deadlines, institutions
    ADMINISTER = "administer"  # the installation itself: database, plugins


_OF_ROLE: dict[str, frozenset[Action]] = {
    "administrator": frozenset(Action),
    "operator": frozenset({Action.VIEW, Action.WORK, Action.SCHEDULE, Action.APPROVE}),
    "municipal_curator": frozenset({Action.VIEW}),
    "director": frozenset({Action.VIEW, Action.WORK, Action.APPROVE}),
    "curator": frozenset({Action.VIEW, Action.WORK}),
    "engine": frozenset({Action.VIEW, Action.WORK, Action.SCHEDULE, Action.APPROVE}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role and where it holds; an empty place means everywhere in the installation."""

    role: str
    region: str = ""
    municipality: str = ""
    institution: str = ""

    def covers(self, region: str, municipality: str, institution: str) -> bool:
        return all(
            not bound or bound == actual
            for bound, actual in (
                (self.region, region),
                (self.municipality, municipality),
                (self.institution, institution),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who acts: `name` goes to the audit."""

    name: str
    grants: tuple[Grant, ...]

    def granting(self, action: Action) -> tuple[Grant, ...]:
        """The grants that allow the action somewhere."""
        return tuple(grant for grant in self.grants if action in _OF_ROLE.get(grant.role, frozenset()))

    def may(self, action: Action, *, region: str = "", municipality: str = "", institution: str = "") -> bool:
        return any(grant.covers(region, municipality, institution) for grant in self.granting(action))


def demand(actor: Actor, action: Action, *, region: str = "", municipality: str = "", institution: str = "") -> None:
    """Raises VekhaError access.denied when nothing grants it."""
    if not actor.may(action, region=region, municipality=municipality, institution=institution):
        raise VekhaError(problem("access.denied", institution, who=actor.name))


def roles() -> Iterable[str]:
    return _OF_ROLE.keys()


ENGINE = Actor(name="Веха", grants=(Grant(role="engine"),))
