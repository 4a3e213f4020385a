"""Where somebody's clock stands: at their institution, else in their region, else in the only region there is."""

from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlmodel import col

from vekha.domain.access import Actor
from vekha.services.work import Work
from vekha.storage.tables import Institution, Region

CAPITAL = ZoneInfo("Europe/Moscow")  # where nothing is known yet


def zone_of(work: Work, actor: Actor) -> ZoneInfo:
    """The time zone in which dates are shown to the actor; one query."""
    homes = [each.institution for each in actor.grants if each.institution]
    regions = [each.region for each in actor.grants if each.region]
    rows, places = (_OF_HOMES, homes) if homes else (_OF_REGIONS, regions) if regions else (_OF_ANY, ())
    work.session.flush()
    found = work.session.connection().execute(rows, {"places": [*places]} if places else {}).scalar()
    return ZoneInfo(found) if found else CAPITAL


_PLACES = bindparam("places", expanding=True)
_OF_ANY = select(col(Region.timezone)).order_by(col(Region.code)).limit(1)
_OF_REGIONS = _OF_ANY.where(col(Region.code).in_(_PLACES))
_OF_HOMES = (
    select(col(Institution.timezone)).where(col(Institution.code).in_(_PLACES)).order_by(col(Institution.code)).limit(1)
)
