"""`/programmes/{key}/pairs`, `/programmes/{key}/meetings`: who works with whom, by code, and how often they met."""

from typing import Annotated

from fastapi import APIRouter

from vekha.domain.people import Role
from vekha.domain.tokens import Scope
from vekha.services.mentoring import pair_exchange
from vekha.services.work import Work
from vekha.web.api.keys import reads
from vekha.web.api.models import AfterNumber, Limit, MeetingOut, Name, Narrow, Page, PairOut

router = APIRouter(prefix="/programmes/{key}", tags=["pairs"])


@router.get("/pairs", summary="Пары и группы программы")
def pairs(
    *, key: Name, after: AfterNumber = 0, limit: Limit = 100, work: Annotated[Work, reads(Scope.READ_PAIRS)]
) -> Page[PairOut]:
    """Люди названы ключами реестра, имён здесь нет."""
    found = pair_exchange.pairs(work, key, limit + 1, after)
    shown = found[:limit]
    items = [
        PairOut(
            code=each.row.code,
            format=each.row.format,
            mentors=list(each.members[Role.MENTOR]),
            mentees=list(each.members[Role.MENTEE]),
            starts=each.row.starts,
            ends=each.row.ends,
            ended_on=each.row.ended_on,
            ending=each.row.ending,
            replaces=each.row.replaces,
        )
        for each in shown
    ]
    return Page(items=items, next=str(shown[-1].row.ordinal) if len(found) > limit else None)


@router.get("/meetings", summary="Встречи, которые прошли или сорвались")
def meetings(
    *,
    key: Name,
    pair: Narrow = "",
    after: AfterNumber = 0,
    limit: Limit = 100,
    work: Annotated[Work, reads(Scope.READ_PAIRS)],
) -> Page[MeetingOut]:
    """Без темы и без имён; «pair» пусто у событий программы."""
    found = pair_exchange.meetings(work, key, limit + 1, after, pair)
    shown = found[:limit]
    items = [
        MeetingOut(
            number=row.id or 0, pair=row.pair, kind=row.kind, on=row.on, minutes=row.minutes, held=not row.absent
        )
        for row in shown
    ]
    return Page(items=items, next=str(shown[-1].id) if len(found) > limit else None)
