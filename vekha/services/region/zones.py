"""Where somebody's clock stands: at their institution, else in their region, else in the only region there is."""

from zoneinfo import ZoneInfo

from sqlmodel import col, select

from vekha.domain.access import Actor
from vekha.services.work import Work
from vekha.storage.tables import Institution, Region

CAPITAL = ZoneInfo("Europe/Moscow")  # where nothing is known yet


def zone_of(work: Work, actor: Actor) -> ZoneInfo:
    """The time zone in which dates are shown to the actor; one query."""
    homes = [each.institution for each in actor.grants if each.institution]
    regions = [each.region for each in actor.grants if each.region]
    if homes:
        rows = select(Institution.timezone).where(col(Institution.code).in_(homes)).order_by(col(Institution.code))
    else:
        rows = select(Region.timezone).order_by(col(Region.code))
        rows = rows.where(col(Region.code).in_(regions)) if regions else rows
    found = work.session.exec(rows.limit(1)).first()
    return ZoneInfo(found) if found else CAPITAL
