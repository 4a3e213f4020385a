"""The words of a document without its looks: of a text of ours, of a PDF, of a DOCX; and what differs between two."""

import html as entities
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from xml.etree import ElementTree

_DROPPED = re.compile(r"<(style|head|title)\b.*?</\1>|<!--.*?-->|<div class=\"qr\">.*?</div>", re.DOTALL)
_BLOCK = re.compile(r"</?(?:p|div|li|ol|ul|tr|td|th|table|thead|tbody|h[1-6]|section|br|body|html)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"\s+")
_HYPHENATED = re.compile(r"(?<=[а-яёa-z])-\s*\n\s*(?=[а-яёa-z])")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LARGEST_XML = 20_000_000  # bytes of a DOCX's text; more is a bomb
_RULES = re.compile("_+")  # room to write by hand: drawn in a PDF, underscores in a DOCX
CONTEXT = 4  # words shown on either side of a difference


@dataclass(frozen=True, slots=True)
class Change:
    """A place where two texts differ: what was there, what is there now, and the words before it."""

    old: str
    new: str
    after: str = ""


def words_of(html: str) -> list[str]:
    """The blocks of a text of ours, each on a line of plain words."""
    text = _BLOCK.sub("\n", _DROPPED.sub("", html))
    lines = (_plain(entities.unescape(_TAG.sub("", line))) for line in text.split("\n"))
    return [line for line in lines if line]


def words_of_pdf(content: bytes) -> list[str]:
    """The words of each page; hyphens at the end of a line are taken back. Raises ValueError for what is no PDF."""
    import pypdfium2  # noqa: PLC0415 — a library of the system's size, for verification only

    try:
        with pypdfium2.PdfDocument(content) as document:
            pages = [page.get_textpage().get_text_bounded() for page in document]
    except pypdfium2.PdfiumError as reason:
        raise ValueError(str(reason)) from reason
    return [
        _plain(_HYPHENATED.sub("", page.replace("\r", "").replace("\x02", "").replace("\ufffe", ""))) for page in pages
    ]


def pages_of(content: bytes) -> int | None:
    """The number of pages of a PDF; None for anything else."""
    import pypdfium2  # noqa: PLC0415

    try:
        with pypdfium2.PdfDocument(content) as document:
            return len(document)
    except pypdfium2.PdfiumError:
        return None


def words_of_docx(content: bytes) -> list[str]:
    """The paragraphs of a DOCX, without the numbers that Word counts by itself. Raises ValueError for what is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entry = archive.getinfo("word/document.xml")
            if entry.file_size > LARGEST_XML:
                raise ValueError("too large")
            tree = ElementTree.fromstring(archive.read(entry))  # noqa: S314 — expat of ours refuses to expand entities
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError) as reason:
        raise ValueError(str(reason)) from reason
    paragraphs = ("".join(_runs(each)) for each in tree.iter(f"{_W}p"))
    return [line for each in paragraphs if (line := _plain(each))]


def _runs(paragraph: ElementTree.Element) -> Iterator[str]:
    for node in paragraph.iter():
        if node.tag == f"{_W}t":
            yield node.text or ""
        elif node.tag in (f"{_W}tab", f"{_W}br"):
            yield " "
        elif node.tag == f"{_W}noBreakHyphen":
            yield "-"


def _plain(line: str) -> str:
    return _SPACES.sub(" ", line.replace("\u00a0", " ").replace("\u2011", "-").replace("\u00ad", "")).strip()


def changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """What differs between two texts, word by word; line breaks and empty room to write in do not matter."""
    before, after = (_RULES.sub(" ", " ".join(lines)).split() for lines in (old, new))
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    return [
        Change(" ".join(before[a:b]), " ".join(after[c:d]), " ".join(before[max(0, a - CONTEXT) : a]))
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]


@dataclass(frozen=True, slots=True)
class DataChange:
    """A value of the frozen data that differs; `path` leads to it («mentees», «Иванов Пётр», «goal»)."""

    path: tuple[str, ...]
    old: str | None
    new: str | None


def data_changes(old: Any, new: Any, path: tuple[str, ...] = ()) -> Iterator[DataChange]:
    """Leaf by leaf; the items of a list are matched by their code or number, else by their place."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            yield from data_changes(old.get(name), new.get(name), (*path, name))
    elif isinstance(old, list) and isinstance(new, list):
        before, after = _by_name(old), _by_name(new)
        for name in dict.fromkeys((*before, *after)):
            yield from data_changes(before.get(name), after.get(name), (*path, name))
    elif old != new:
        yield DataChange(path, _shown(old), _shown(new))


def _by_name(items: Sequence[Any]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for number, item in enumerate(items, 1):
        name = _name(item) if isinstance(item, dict) else ""
        named[name if name and name not in named else str(number)] = item
    return named


def _name(item: dict[str, Any]) -> str:
    """What a reader calls it: a person by name, anything else by title, name or number."""
    if item.get("last_name"):
        return " ".join(item[part] for part in ("last_name", "first_name", "middle_name") if item.get(part))
    return str(item.get("title") or item.get("name") or item.get("code") or item.get("number") or "")


def _shown(value: Any) -> str | None:
    if value in (None, "", [], {}):
        return None
    if isinstance(value, dict):
        return _name(value) or "; ".join(shown for each in value.values() if (shown := _shown(each)))
    if isinstance(value, list):
        return ", ".join(shown for each in value if (shown := _shown(each)))
    return str(value)
