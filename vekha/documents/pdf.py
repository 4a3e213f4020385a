"""HTML to PDF by WeasyPrint: imported when first needed, set up once for a process, closed to the world.

The same text gives the same bytes: dates come from the caller, the identifier from the content.
"""

import contextlib
import gc
import io
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from vekha.documents.folders import Folders
from vekha.documents.fonts import font_files, only_our_fonts
from vekha.documents.quick import encode_once, pack_lightly, page_class, quicken, take_apart
from vekha.domain.errors import Problem, VekhaError, problem

if TYPE_CHECKING:
    from vekha.documents.editable.styled import StyledText

ASSET = "asset:"
"""How a template addresses a picture of its folder: `<img src="asset:school/logo.png">`."""

_UA_MARK = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
 rdf:about=""><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""
"""The mark of PDF/UA-1 and the description of it that PDF/A wants of every schema it does not know."""


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
            module = import_module("weasyprint")  # costs 0.4 s and needs system libraries
    except OSError as error:
        raise VekhaError(problem("document.pango_missing")) from error
    quicken(module)
    pack_lightly()
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


@contextlib.contextmanager
def _collecting_later() -> Iterator[None]:
    """The collector waits until a document is done: its boxes are all in use, and walking them frees nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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
        fillable: bool = False,
    ) -> bytes:
        """PDF/A-3a with the PDF/UA mark, tagged, in Russian.

        A `fillable` one has the fields of its `<input>`s and whole fonts to write in them; a paper for the archive it
        is not, so that it is PDF/UA alone.
        `created` must know its time zone. Raises VekhaError: document.forbidden_address, document.missing_asset,
        document.pango_missing.
        """
        if created.tzinfo is None:
            raise ValueError("created must know its time zone")
        module = weasyprint()
        variant = "pdf/ua-1" if fillable else "pdf/a-3a"
        with self._lock, _collecting_later():
            fonts, css, fetcher = self._tools = self._tools or self._set_up(module)
            fetcher.refused = None
            try:
                document = page_class(module)(string=html, url_fetcher=fetcher, base_url=ASSET).render(
                    font_config=fonts, stylesheets=[css], pdf_variant=variant, pdf_forms=fillable
                )
                _describe(document.metadata, title, created, mark=not fillable)
                pdf = document.write_pdf(
                    finisher=encode_once,
                    pdf_variant=variant,
                    pdf_forms=fillable,
                    full_fonts=fillable,
                    pdf_identifier=identifier or sha256(f"{created.isoformat()}{title}{html}".encode()).digest()[:16],
                    attachments=[_attachment(module, each, created) for each in attachments],
                )
            except module.urls.FatalURLFetchingError as error:
                raise VekhaError(fetcher.refused or ()) from error
            take_apart(document)
            if fetcher.refused:
                raise VekhaError(fetcher.refused)
            return pdf

    @contextlib.contextmanager
    def styled(self, html: str) -> "Iterator[StyledText]":
        """`html` with the style of every element, for whoever lays it out otherwise; the press is taken meanwhile."""
        from vekha.documents.editable.styled import StyledText  # noqa: PLC0415 — of no use for printing

        module = weasyprint()
        with self._lock, _collecting_later():
            fonts, css, fetcher = self._tools = self._tools or self._set_up(module)
            fetcher.refused = None
            text = module.HTML(string=html, url_fetcher=fetcher, base_url=ASSET)
            try:
                yield StyledText(text, css, fonts, lambda address: fetcher.fetch(address).read())
            except module.urls.FatalURLFetchingError as error:
                raise VekhaError(fetcher.refused or ()) from error

    def _set_up(self, module: ModuleType) -> tuple[Any, Any, Any]:
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

        with only_our_fonts():
            fonts = FontConfiguration()
        fetcher = _closed_fetcher(self._folders)
        source = self._folders.find(self._stylesheet)
        text = source.read_text(encoding="utf-8") if source else ""
        return fonts, module.CSS(string=text, font_config=fonts, url_fetcher=fetcher, base_url=ASSET), fetcher


def _describe(metadata: Any, title: str, created: datetime, *, mark: bool) -> None:
    metadata.title = title
    metadata.lang = "ru"
    metadata.created = metadata.modified = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    metadata.attachments = []
    if not mark:
        return
    plain = metadata.generate_rdf_metadata
    metadata.generate_rdf_metadata = lambda *variant: plain(*variant).replace(b"</rdf:RDF>", _UA_MARK)


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

    A refusal is remembered in `refused` and stops the printing by FatalURLFetchingError: every other exception
    WeasyPrint swallows (inside an SVG even this one), and a document without its coat of arms would go out.
    """
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class ClosedFetcher(URLFetcher):
        refused: Problem | None = None

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            path = folders.find(url.removeprefix(ASSET)) if url.startswith(ASSET) else None
            if path is None:
                code = "missing_asset" if url.startswith(ASSET) else "forbidden_address"
                self.refused = problem(f"document.{code}", address=url)
                raise FatalURLFetchingError(url)
            return URLFetcherResponse(url, path.read_bytes())

    return ClosedFetcher(allowed_protocols=["data"], allow_redirects=False)
