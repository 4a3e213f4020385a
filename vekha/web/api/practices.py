"""`/practices`: published cases of good practice of one's region, found by words."""

from typing import Annotated

from fastapi import APIRouter

from vekha.domain.tokens import Scope
from vekha.services.reporting import practices
from vekha.services.work import Work
from vekha.web.api.keys import reads
from vekha.web.api.models import Narrow, Page, PracticeOut

router = APIRouter(prefix="/practices", tags=["practices"])


@router.get("", summary="Опубликованные практики")
def listing(
    *,
    search: Narrow = "",
    model: Narrow = "",
    municipality: Narrow = "",
    work: Annotated[Work, reads(Scope.READ_PRACTICES)],
) -> Page[PracticeOut]:
    """Лучше всего подходящие первыми, не больше ста. Тех, где названный человек отозвал согласие, здесь нет."""
    found = practices.found(work, search, model, municipality)
    return Page(
        items=[
            PracticeOut(
                number=each.row.id or 0,
                institution=each.row.institution,
                institution_title=each.institution,
                municipality=each.municipality,
                title=each.row.title,
                model=each.row.model,
                problem=each.row.problem,
                done=each.row.done,
                result=each.row.result,
                pinned=each.row.pinned_at is not None,
            )
            for each in found
        ],
        next=None,
    )
