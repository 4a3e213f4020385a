"""Who may look at what concerns a whole region: its operators, and those who watch a municipality of it."""

from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem
from vekha.services.work import Work
from vekha.storage.tables import Campaign


def may_watch(work: Work, region: str) -> bool:
    """Somebody whose role is not bound to one institution."""
    return any(not each.institution and each.region in ("", region) for each in work.actor.granting(Action.VIEW))


def demand_watching(work: Work, region: str) -> None:
    """Raises VekhaError access.denied."""
    if not may_watch(work, region):
        raise VekhaError(problem("access.denied", region, who=work.actor.name))


def demand_watching_somewhere(work: Work) -> None:
    """Raises VekhaError access.denied when every role of the actor is bound to one institution."""
    if all(each.institution for each in work.actor.granting(Action.VIEW)):
        raise VekhaError(problem("access.denied", who=work.actor.name))


def watched(work: Work, code: str) -> Campaign:
    """A campaign to be looked at. Raises VekhaError campaign.unknown, access.denied."""
    row = work.session.get(Campaign, code)
    if row is None:
        raise VekhaError(problem("campaign.unknown", campaign=code))
    demand_watching(work, row.region)
    return row
