"""Pairs and their meetings as other systems read them: page by page, people by code alone, in a few queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.people import Role
from vekha.services.process.programmes import demand_at
from vekha.services.work import Work
from vekha.storage.tables import Meeting, Pair, PairMember


@dataclass(frozen=True, slots=True)
class PairStatus:
    """`members` maps a role to the codes of those in it."""

    row: Pair
    members: Mapping[Role, Sequence[str]]


def pairs(work: Work, key: str, limit: int, after: int = 0) -> list[PairStatus]:
    """In the order in which they were formed. Raises VekhaError programme.unknown, access.denied."""
    demand_at(work, key, Action.VIEW)
    rows = select(Pair).where(Pair.programme == key, col(Pair.ordinal) > after)
    found = work.session.exec(rows.order_by(col(Pair.ordinal)).limit(limit)).all()
    codes = [row.code for row in found]
    members = select(PairMember).where(PairMember.programme == key, col(PairMember.pair).in_(codes))
    sides = defaultdict[str, dict[Role, list[str]]](lambda: {role: [] for role in Role})
    for row in work.session.exec(members.order_by(col(PairMember.person))):
        sides[row.pair][Role(row.role)].append(row.person)
    return [PairStatus(row, sides[row.code]) for row in found]


def meetings(work: Work, key: str, limit: int, after: int = 0, pair: str = "") -> Sequence[Meeting]:
    """What was held, and what somebody did not come to, in the order of writing down; what was talked of is not told.

    Raises VekhaError programme.unknown, access.denied.
    """
    demand_at(work, key, Action.VIEW)
    rows = select(Meeting).where(Meeting.programme == key, col(Meeting.id) > after)
    if pair:
        rows = rows.where(Meeting.pair == pair)
    return work.session.exec(rows.order_by(col(Meeting.id)).limit(limit)).all()
