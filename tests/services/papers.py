"""A school with a running programme whose launch order can be approved, for tests of papers."""

from collections.abc import Callable

from vekha.bootstrap import App
from vekha.services.launch import campaigns
from vekha.services.office import documents, prints
from vekha.services.office.contexts import DocumentPlace
from vekha.services.work import Work, institution_of
from vekha.storage.tables import Document

ORDER = DocumentPlace("prepare", "legal_basis", "order_launch")
REGULATION = DocumentPlace("prepare", "legal_basis", "regulation")
ROADMAP = DocumentPlace("prepare", "legal_basis", "roadmap")


def start(app: App, add_institution: Callable[..., str], number: int = 12) -> str:
    """An invented school with a programme of 2026; its key."""
    code = add_institution(app, "school", number)
    with app.work() as work:
        return campaigns.start_one(work, institution_of(work.session, code), 2026)


def approve(work: Work, key: str, place: DocumentPlace = ORDER) -> Document:
    (row,) = documents.approve(work, key, [place])
    return row


def printed(app: App, document: int) -> bytes:
    """The PDF of an approved document."""
    with app.work() as work:
        return app.tools.files.get(prints.render(work, document))
