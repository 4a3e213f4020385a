"""`/documents`: what was given out, with its PDF."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem
from vekha.domain.tokens import Scope
from vekha.files import SUFFIXES, media_type
from vekha.services.office import documents, prints
from vekha.services.process.programmes import load
from vekha.services.region import exchange
from vekha.services.region.exchange import Sought
from vekha.services.work import Work
from vekha.storage.tables import Document
from vekha.web.api.keys import reads
from vekha.web.api.models import LAST_ID, DocumentOut, Limit, Narrow, Number, Page
from vekha.web.downloads import attachment

router = APIRouter(prefix="/documents", tags=["documents"])
PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("", summary="Выданные документы")
def listing(
    *,
    campaign: Narrow = "",
    institution: Narrow = "",
    programme: Narrow = "",
    after: Annotated[int, Query(ge=0, le=LAST_ID)] = 0,
    limit: Limit = 100,
    work: Annotated[Work, reads(Scope.READ_DOCUMENTS)],
) -> Page[DocumentOut]:
    sought = Sought(campaign=campaign, institution=institution, programme=programme, limit=limit + 1)
    found = exchange.documents(work, sought, after)
    shown = [_out(row, home) for row, home in found[:limit]]
    return Page(items=shown, next=str(shown[-1].id) if len(found) > limit else None)


@router.get("/{number}", summary="Один документ")
def one(number: Number, work: Annotated[Work, reads(Scope.READ_DOCUMENTS)]) -> DocumentOut:
    row = documents.one(work, number, Action.VIEW)
    return _out(row, load(work, row.programme, Action.VIEW).programme.institution)


@router.get("/{number}/file", summary="Файл документа", response_class=Response, responses=PDF)
def file(
    *,
    number: Number,
    signed: bool = False,
    work: Annotated[Work, reads(Scope.READ_DOCUMENTS)],
) -> Response:
    """PDF утверждённого документа или, с «signed», подписанный экземпляр."""
    row = documents.one(work, number, Action.VIEW)
    digest = None
    if signed:
        digest = row.signed_file
    elif exchange.is_issued(row):
        digest = row.file or prints.make_print(work, number)
    if digest is None:
        raise VekhaError(problem("document.unknown", document=number))
    content = work.tools.files.get(digest)
    kind = media_type(content) if signed else row.media_type
    return attachment(content, f"{number}{SUFFIXES.get(kind, '')}", kind)


def _out(row: Document, home: str) -> DocumentOut:
    names = ("programme", "stage", "activity", "code", "title", "number", "dated", "version", "media_type")
    told = {name: getattr(row, name) for name in names}
    return DocumentOut(
        id=row.id or 0, institution=home, state=str(row.state), signed=row.signed_file is not None, **told
    )
