"""A copy that comes back: what takes it from a copy to a document."""

import io
import re
import zipfile
from xml.etree import ElementTree

from vekha.documents.editable.archive import put
from vekha.texts import text

DRAFT_MARK = "vekha:draft"  # in the properties of a draft: ours, but no document to claim
CORE = "docProps/core.xml"
LARGEST = 25_000_000  # bytes of one part unpacked; more is a bomb
LARGEST_WHOLE = 100_000_000  # and of all parts
_HEADER = re.compile(r"word/header\d*\.xml")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_IDENTIFIER = re.compile(r"(<dc:identifier>)\s*vekha:[^<]*(</dc:identifier>)")
_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_WORDS = re.compile(r"(<w:t(?: [^>]*)?>)([^<]*)(</w:t>)")


def made_by_us(content: bytes) -> bool:
    """Whether a DOCX carries our mark in its properties."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entry = archive.getinfo(CORE)
            return entry.file_size <= LARGEST and _IDENTIFIER.search(archive.read(entry).decode("utf-8")) is not None
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError):
        return False


def accepted(content: bytes, mark: str) -> bytes:
    """A copy of ours as the document it has become: the label is off its pages, `mark` names it.

    A file without our mark, one that was signed inside and one too large to unpack stay as they are.
    """
    if not made_by_us(content):
        return content
    labels = {text("editable.copy"), text("editable.draft")}
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        signed = any(name.startswith("_xmlsignatures/") for name in old.namelist())
        if signed or sum(entry.file_size for entry in old.infolist()) > LARGEST_WHOLE:
            return content
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == CORE:
                data = _IDENTIFIER.sub(rf"\g<1>{mark}\g<2>", data.decode("utf-8")).encode()
            elif _HEADER.fullmatch(entry.filename):
                data = _unlabelled(data, labels)
            put(new, entry.filename, data)
    return stream.getvalue()


def _unlabelled(data: bytes, labels: set[str]) -> bytes:
    """The header without the label; whatever else a person wrote there stays."""
    try:
        ElementTree.fromstring(data)  # noqa: S314 — expat of ours refuses to expand entities
        header = data.decode("utf-8")
    except (ElementTree.ParseError, UnicodeDecodeError):
        return data
    return _PARAGRAPH.sub(lambda found: _cleaned(found[0], labels), header).encode()


def _cleaned(paragraph: str, labels: set[str]) -> str:
    said = "".join(each[2] for each in _WORDS.finditer(paragraph) if not each[2].strip().isdigit())
    if said.strip() not in labels:
        return paragraph
    return _WORDS.sub(lambda found: found[0] if found[2].strip().isdigit() else found[1] + found[3], paragraph)
