"""Which document a file claims to be: by the data inside a PDF, the properties of a DOCX, or the QR code on a picture.

A claim proves nothing; the service compares what the file says with what is frozen.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from vekha.documents.source import NAME

_ADDRESS = re.compile(r"/d/(\d{1,12})\?h=([0-9a-f]{12})$")
_MARK = re.compile(r"vekha:(\d{1,12}):([0-9a-f]{12})")
_IDENTIFIER = "{http://purl.org/dc/elements/1.1/}identifier"
LARGEST = 25_000_000  # bytes of unpacked data; more is a bomb
_SCALE = 3  # times 72 dots per inch: enough to read the code of a scan


@dataclass(frozen=True, slots=True)
class Claim:
    """`content` is the SHA-256 of the frozen data, or its first twelve digits; `data` is what the PDF carries."""

    document: int
    content: str
    data: dict[str, Any] | None = None


def docx_mark(document: int, content: str) -> str:
    """What a DOCX copy says in its property «identifier»."""
    return f"vekha:{document}:{content[:12]}"


def claim_of(content: bytes, suffix: str) -> Claim | None:
    """The first claim a file makes; None for a file that makes none. Never raises for a broken one.

    `suffix` says what its content is: «.pdf», «.docx», or a picture's.
    """
    readers = {".pdf": (_of_pdf, _of_scan), ".docx": (_of_docx,)}.get(suffix, (_of_picture,))
    return next((found for reader in readers if (found := reader(content)) is not None), None)


def _of_pdf(content: bytes) -> Claim | None:
    import pikepdf  # noqa: PLC0415 — for verification only

    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if NAME not in document.attachments:
                return None
            packed = document.attachments[NAME].get_file().read_bytes()
        told: Any = json.loads(packed[:LARGEST])
        return Claim(int(told["id"]), str(told["content_sha256"]), told["content"])
    except (pikepdf.PdfError, ValueError, KeyError, TypeError):
        return None


def _of_docx(content: bytes) -> Claim | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entry = archive.getinfo("docProps/core.xml")
            if entry.file_size > LARGEST:
                return None
            tree = ElementTree.fromstring(archive.read(entry))  # noqa: S314 — expat of ours refuses to expand entities
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        return None
    found = _MARK.fullmatch((tree.findtext(_IDENTIFIER) or "").strip())
    return Claim(int(found[1]), found[2]) if found else None


def _of_scan(content: bytes) -> Claim | None:
    """The QR code of the first sheet of a scanned PDF."""
    import pypdfium2  # noqa: PLC0415

    try:
        with pypdfium2.PdfDocument(content) as document:
            picture = document[0].render(scale=_SCALE, grayscale=True).to_numpy()
    except (pypdfium2.PdfiumError, IndexError):
        return None
    return next(_codes(picture), None)


def _of_picture(content: bytes) -> Claim | None:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    try:
        with Image.open(io.BytesIO(content)) as picture:
            return next(_codes(picture.convert("L")), None)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None


def _codes(picture: Any) -> Iterator[Claim]:
    import zxingcpp  # noqa: PLC0415

    for code in zxingcpp.read_barcodes(picture):
        if found := _ADDRESS.search(code.text):
            yield Claim(int(found[1]), found[2])
