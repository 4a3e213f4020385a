"""HTML to PDF by WeasyPrint: imported when first needed, set up once for a process, closed to the world.

The same text gives the same bytes: dates come from the caller, the identifier from the content.
"""

import contextlib
import gc
import io
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from types import ModuleType
from typing import Any

from vekha.documents.folders import Folders
from vekha.documents.fonts import font_files, only_our_fonts
from vekha.domain.errors import Problem, VekhaError, problem

ASSET = "asset:"
"""How a template addresses a picture of its folder: `<img src="asset:school/logo.png">`."""

_UA_MARK = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    b' xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/></rdf:RDF>'
)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file carried inside the PDF; `relationship` is a value of ISO 32000-2 §7.11.3 («Data», «Source»)."""

    name: str
    content: bytes
    description: str = ""
    relationship: str = "Data"


@cache
def weasyprint() -> ModuleType:
    """The module, imported with our fonts only; raises VekhaError document.pango_missing without its libraries."""
    try:
        with only_our_fonts(), contextlib.redirect_stdout(io.StringIO()):
            import weasyprint as module  # noqa: PLC0415 costs 0.4 s and needs system libraries
    except OSError as error:
        raise VekhaError(problem("document.pango_missing")) from error
    return module


def system_check() -> list[Problem]:
    """What this machine lacks for fast and right PDFs: pango, harfbuzz-subset, the font package."""
    found = [] if font_files() else [problem("document.fonts_missing")]
    try:
        weasyprint()
    except VekhaError as error:
        return [*error.problems, *found]
    from weasyprint.text import ffi  # noqa: PLC0415

    if ffi.harfbuzz_subset is None:
        found.append(problem("document.harfbuzz_missing"))
    return found


def tune_memory() -> None:
    """For a process that prints many documents: collect rarely, and never look again at what is loaded by now.

    A page is tens of thousands of small objects which die together; Python's default threshold makes the collector
    walk them, and every module, dozens of times for each document.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


class Press:
    """Prints HTML with one stylesheet, one set of fonts and one closed fetcher, all made on the first document.

    Pango's font map serves one thread at a time, so that documents of one process are printed in turn.
    """

    def __init__(self, folders: Folders, stylesheet: str) -> None:
        self._folders = folders
        self._stylesheet = stylesheet
        self._lock = threading.Lock()
        self._tools: tuple[Any, Any, Any] | None = None

    def print(
        self,
        html: str,
        *,
        title: str,
        created: datetime,
        identifier: bytes = b"",
        attachments: Iterable[AttachedFile] = (),
    ) -> bytes:
        """PDF/A-3a with the PDF/UA mark, tagged, in Russian.

        `created` must know its time zone. Raises VekhaError: document.forbidden_address, document.missing_asset,
        document.pango_missing.
        """
        if created.tzinfo is None:
            raise ValueError("created must know its time zone")
        module = weasyprint()
        from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415

        with self._lock:
            fonts, css, fetcher = self._tools = self._tools or self._set_up(module)
            try:
                document = module.HTML(string=html, url_fetcher=fetcher, base_url=ASSET).render(
                    font_config=fonts, stylesheets=[css], pdf_variant="pdf/a-3a"
                )
                _describe(document.metadata, title, created)
                return document.write_pdf(
                    pdf_variant="pdf/a-3a",
                    pdf_identifier=identifier or sha256(f"{created.isoformat()}{title}{html}".encode()).digest()[:16],
                    attachments=[_attachment(module, each, created) for each in attachments],
                    finisher=_show_title,
                )
            except FatalURLFetchingError as error:
                code, address = error.args
                raise VekhaError(problem(code, address=address)) from error

    def _set_up(self, module: ModuleType) -> tuple[Any, Any, Any]:
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

        with only_our_fonts():
            fonts = FontConfiguration()
        fetcher = _closed_fetcher(self._folders)
        source = self._folders.find(self._stylesheet)
        text = source.read_text(encoding="utf-8") if source else ""
        return fonts, module.CSS(string=text, font_config=fonts, url_fetcher=fetcher, base_url=ASSET), fetcher


def _describe(metadata: Any, title: str, created: datetime) -> None:
    metadata.title = title
    metadata.lang = "ru"
    metadata.created = metadata.modified = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    metadata.attachments = []
    metadata.xmp_metadata.append(_UA_MARK)


def _show_title(_document: Any, pdf: Any) -> None:
    """PDF/UA wants the title, not the file's name, in the window."""
    pdf.catalog["ViewerPreferences"] = {"DisplayDocTitle": "true"}


def _attachment(module: ModuleType, file: AttachedFile, created: datetime) -> Any:
    return module.Attachment(
        string=file.content,
        name=file.name,
        description=file.description,
        relationship=file.relationship,
        created=created,
        modified=created,
    )


def _closed_fetcher(folders: Folders) -> Any:
    """WeasyPrint's fetcher, cut down to `data:` and to the files of the template folders.

    It stops the printing with a FatalURLFetchingError(code, address): every other exception WeasyPrint swallows, and a
    document without its coat of arms would go out.
    """
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class ClosedFetcher(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            if not url.startswith(ASSET):
                raise FatalURLFetchingError("document.forbidden_address", url)
            path = folders.find(url.removeprefix(ASSET))
            if path is None:
                raise FatalURLFetchingError("document.missing_asset", url)
            return URLFetcherResponse(url, path.read_bytes())

    return ClosedFetcher(allowed_protocols=["data"], allow_redirects=False)
