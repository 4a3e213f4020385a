"""«Опись»: what lies in a pack, as a text to check with a program and as a PDF to print and sign."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vekha.documents.context import DocumentView
from vekha.documents.wording import pages_of
from vekha.services.process.programmes import Loaded
from vekha.services.work import Work
from vekha.storage.tables import Document
from vekha.texts import text

_TEMPLATE = "base/inventory.html"


@dataclass(frozen=True, slots=True)
class Line:
    """A file of a pack; `pages` is None for what is no PDF."""

    name: str
    title: str
    number: str
    dated: dt.date | None
    pages: int | None
    sha256: str

    @property
    def day(self) -> str:
        return f"{self.dated:%d.%m.%Y}" if self.dated else text("pack.undated")


def line_of(name: str, row: Document, content: bytes) -> Line:
    digest = hashlib.sha256(content).hexdigest()
    return Line(name, row.title, row.number or "", row.dated, pages_of(content), digest)


def as_text(loaded: Loaded, title: str, lines: Iterable[Line]) -> str:
    """For a person and for `sha256sum -c`, which passes over the lines that begin with «#»."""
    told = [f"# {title}", f"# {text('pack.institution', institution=loaded.institution.title)}"]
    for number, line in enumerate(lines, 1):
        pages = text("pack.pages", pages=line.pages) if line.pages else ""
        of = text("pack.number", number=line.number) if line.number else ""
        told += [f"# {text('pack.line', place=number, title=line.title, number=of, dated=line.day, pages=pages)}"]
        told += [f"{line.sha256}  {line.name}"]
    return "\n".join([*told, ""])


def as_pdf(work: Work, loaded: Loaded, title: str, lines: Sequence[Line]) -> bytes:
    """A register on landscape pages; dated by the newest document in it, so that the bytes stay the same."""
    view = DocumentView(code="inventory", title=title, kind="register", state="approved")
    context = {
        "document": view,
        "institution": loaded.institution.title,
        "columns": [text(f"pack.columns.{name}") for name in ("place", "title", "number", "dated", "pages", "sha256")],
        "lines": lines,
        "total": sum(line.pages or 0 for line in lines),
    }
    html = work.tools.renderer.html(_TEMPLATE, context)
    newest = max((line.dated for line in lines if line.dated), default=dt.date(2000, 1, 1))
    created = dt.datetime.combine(newest, dt.time(), dt.UTC)
    return work.tools.renderer.pdf(html, title=title, created=created)
