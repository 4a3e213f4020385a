"""`/institutions`: who there is."""

from typing import Annotated

from fastapi import APIRouter

from vekha.domain.institution_sheet import cells_of, columns
from vekha.domain.tokens import Scope
from vekha.services.region import institution_list, institution_sheets, institutions
from vekha.services.region.institution_list import Wanted
from vekha.services.work import Work
from vekha.storage.tables import Institution
from vekha.web.api.keys import Change, reads, writes
from vekha.web.api.models import After, Code, InstitutionIn, InstitutionOut, Limit, Name, Narrow, Page

router = APIRouter(prefix="/institutions", tags=["institutions"])


@router.get("", summary="Организации")
def listing(
    *,
    search: Narrow = "",
    type: Narrow = "",  # noqa: A002 — a name of the address
    municipality: Narrow = "",
    region: Narrow = "",
    after: After = "",
    limit: Limit = 100,
    work: Annotated[Work, reads(Scope.READ_INSTITUTIONS)],
) -> Page[InstitutionOut]:
    wanted = Wanted(search=search, kind=type, municipality=municipality, region=region, after=after, limit=limit)
    found = institution_list.listing(work, wanted)
    return Page(items=[_out(row) for row in found.rows], next=found.next or None)


@router.get("/{code}", summary="Одна организация")
def one(code: Name, work: Annotated[Work, reads(Scope.READ_INSTITUTIONS)]) -> InstitutionOut:
    return _out(institutions.one(work, code))


@router.put("/{code}", summary="Завести организацию или исправить сведения о ней")
def put(code: Code, told: InstitutionIn, change: Annotated[Change, writes(Scope.WRITE_INSTITUTIONS)]) -> InstitutionOut:
    def save(work: Work) -> InstitutionOut:
        cells = {key: " ".join(value.split()) for key, value in told.model_dump(exclude_none=True).items()}
        institution_sheets.put_one(work, {"code": code, **cells})
        work.session.expire_all()
        return _out(work.session.get_one(Institution, code))

    return change(save)


def _out(row: Institution) -> InstitutionOut:
    values = {name: getattr(row, name) for name in (*institution_sheets.KEPT, *institution_sheets.JSON)}
    cells = dict(zip((each.key for each in columns()), cells_of(values), strict=True))
    cells["timezone"] = row.timezone  # «МСК+2» is for people
    return InstitutionOut(**{name: cells[name] for name in InstitutionOut.model_fields})
