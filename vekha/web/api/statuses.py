"""`/programmes`: how everybody stands, with dates and states."""

from typing import Annotated, Any

from fastapi import APIRouter

from vekha.domain.tokens import Scope
from vekha.services.region import exchange
from vekha.services.region.exchange import ProgrammeStatus, Sought
from vekha.services.work import Work
from vekha.web.api.keys import reads
from vekha.web.api.models import (
    ActivityOut,
    After,
    Limit,
    Name,
    Narrow,
    Page,
    ProgrammeOut,
    ProgrammeWhole,
    StageOut,
)

router = APIRouter(prefix="/programmes", tags=["statuses"])


@router.get("", summary="Программы и состояние их этапов")
def listing(
    *,
    campaign: Narrow = "",
    institution: Narrow = "",
    after: After = "",
    limit: Limit = 100,
    work: Annotated[Work, reads(Scope.READ_STATUSES)],
) -> Page[ProgrammeOut]:
    sought = Sought(campaign=campaign, institution=institution, limit=limit + 1)
    found = exchange.programmes(work, sought, after)
    shown = [ProgrammeOut(**_facts(each)) for each in found[:limit]]
    return Page(items=shown, next=shown[-1].key if len(found) > limit else None)


@router.get("/{key}", summary="Одна программа с мероприятиями")
def one(key: Name, work: Annotated[Work, reads(Scope.READ_STATUSES)]) -> ProgrammeWhole:
    found = exchange.programme(work, key)
    activities = [ActivityOut.model_validate(each) for each in found.activities]
    return ProgrammeWhole(**_facts(found), activities=activities)


def _facts(each: ProgrammeStatus) -> dict[str, Any]:
    row = each.row
    return {
        "key": row.key,
        "institution": row.institution,
        "campaign": row.campaign,
        "year": row.year,
        "state": row.state,
        "starts": row.cycle_starts,
        "ends": row.cycle_ends,
        "stages": [StageOut.model_validate(stage) for stage in each.stages],
    }
