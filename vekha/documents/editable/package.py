"""The DOCX file: pages and their headers, lists, pictures, properties; the same bytes for the same text."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from docx import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml.ns import qn
from docx.shared import Emu

from vekha.documents.editable.archive import put
from vekha.documents.editable.blocks import Blocks, Place
from vekha.documents.editable.formats import Run, run_xml, styles_xml
from vekha.documents.editable.items import Item, Para, spaced, spacer
from vekha.documents.editable.pictures import raster
from vekha.documents.editable.styled import SIDES, Element, Style, StyledText, pixels
from vekha.documents.editable.xml import MILLIMETRE, Xml, eighths, field, tag, twips, when, words, writable

_EMU = 9525  # of a CSS pixel
_HEADER_LINE = 9  # millimetres from the header's top to the text
_LONGEST = 255  # characters of a property
_LEAST_EDGE = 4  # millimetres
_LARGEST_GAP = 31  # points: Word's limit for a border of a page
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of itself; `label` stands in the top right corner of every page."""

    title: str
    author: str
    created: dt.datetime
    identifier: str = ""
    label: str = ""


def write(text: StyledText, properties: Properties) -> bytes:
    """The DOCX of a text. Raises VekhaError document.no_editable_form, document.missing_asset and those of pictures."""
    document = Document(io.BytesIO(_skeleton()))
    draw = _Pictures(text, document.part)
    body = document.element.body
    for each in list(body):
        body.remove(each)
    pages = _Pages(text, document.part, properties.label)
    blocks = Blocks(text, draw.run, pages.width)
    page = text.style(text.body)["page"]
    items = blocks.flow(text.body, Place(pages.width(page), page=page))
    for element in pages.laid_out(items):
        body.append(element)
    blocks.numbering.fill(document.part.numbering_part.element)
    _describe(document.core_properties, properties)
    stream = io.BytesIO()
    document.save(stream)
    return _repacked(stream.getvalue())


def _describe(core: Any, properties: Properties) -> None:
    created = properties.created.astimezone(dt.UTC).replace(tzinfo=None)
    author = writable(properties.author)[:_LONGEST]
    core.title, core.author, core.language = writable(properties.title)[:_LONGEST], author, "ru-RU"
    core.last_modified_by = author
    core.created = core.modified = created
    core.revision = 1
    if properties.identifier:
        core.identifier = properties.identifier


class _Pages:
    """Sections: items of one page layout after another, each with the size, margins and headers of its layout."""

    def __init__(self, text: StyledText, part: Any, label: str) -> None:
        self._text, self._part, self._label = text, part, label
        self._headers: dict[tuple[int, bool], str] = {}

    def width(self, name: str) -> float:
        """Of the text on a page of this layout."""
        style, _ = self._text.page(name)
        return style["size"][0] - sum(_margin(style, side) for side in ("left", "right"))

    def laid_out(self, items: Sequence[Item]) -> Iterator[Xml]:
        groups = [(page, list(each)) for page, each in groupby(items, key=lambda item: item.page)]
        for number, (page, group) in enumerate(groups):
            group[0].new_page = False  # a page begins here anyway
            ready = list(spaced(group, ends=True))
            last = number == len(groups) - 1
            if not last and not isinstance(ready[-1], Para):
                ready.append(spacer())
            section = self._section(page, first=number == 0)
            elements = [item.xml() if isinstance(item, Para) else item.element for item in ready]  # pyright: ignore[reportAttributeAccessIssue]
            if not last:
                elements[-1].find(qn("w:pPr")).append(section)
            yield from elements
            if last:
                yield section
        if not groups:
            yield from (spacer().xml(), self._section(self._text.style(self._text.body)["page"], first=True))

    def _section(self, name: str, *, first: bool) -> Xml:
        style, numbered = self._text.page(name)
        width, height = style["size"]
        margins = {side: twips(_margin(style, side)) for side in SIDES}
        usual = self._header(twips(self.width(name)), numbered=numbered)
        opening = self._text.page(name, first=True)[1] if first else numbered
        title = self._header(twips(self.width(name)), numbered=opening)
        header = max(twips(_LEAST_EDGE * MILLIMETRE), margins["top"] - twips(_HEADER_LINE * MILLIMETRE))
        references = [tag("headerReference", type="default"), tag("headerReference", type="first")]
        for each, target in zip(references, (usual, title), strict=True):
            each.set(qn("r:id"), target)
        turned = {"orient": "landscape"} if width > height else {}
        return tag(
            "sectPr",
            *references,
            tag("pgSz", w=twips(width), h=twips(height), **turned),
            tag("pgMar", **margins, header=header, footer=margins["bottom"] // 2, gutter=0),
            *when(style["border_top_width"], _page_border(style)),
            *when(usual != title, tag("titlePg")),
        )

    def _header(self, width: int, *, numbered: bool) -> str:
        """The relationship of a header with the page's number and the label; made once for a width."""
        key = (width, numbered)
        if key not in self._headers:
            part, self._headers[key] = self._part.add_header_part()
            root = part.element
            for each in list(root):
                root.remove(each)
            stops = tag("tabs", *(tag("tab", val=v, pos=p) for v, p in (("center", width // 2), ("right", width))))
            look = tag("pPr", tag("pStyle", val="Header"), stops, tag("jc", val="left"))
            number = field("PAGE") if numbered else []
            tab = [tag("r", tag("tab")) for _ in range(2)]
            label = tag("r", *run_xml(Run(size=18, color="555555"), Run(size=24)), words(self._label))
            root.append(tag("p", look, tab[0], *number, *when(self._label, tab[1], label)))
        return self._headers[key]


def _margin(style: Style, side: str) -> float:
    return pixels(style[f"margin_{side}"]) + pixels(style[f"padding_{side}"]) + style[f"border_{side}_width"]


def _page_border(style: Style) -> Xml:
    gap = min(_LARGEST_GAP, round(pixels(style["margin_top"]) * 0.75))
    kind = "double" if style["border_top_style"] == "double" else "single"
    width = eighths(style["border_top_width"]) // (3 if kind == "double" else 1)
    sides = ("top", "left", "bottom", "right")
    return tag(
        "pgBorders", *(tag(side, val=kind, sz=width, space=gap, color="auto") for side in sides), offsetFrom="page"
    )


class _Pictures:
    def __init__(self, text: StyledText, part: Any) -> None:
        self._text, self._part, self._count = text, part, 0

    def run(self, element: Element, width: float, height: float) -> Xml:
        """The drawing of an `<img>`, in its own size unless the stylesheet gives one."""
        content = raster(self._text.picture(element.get("src", "")), width, height)
        size = [Emu(round(each * _EMU)) if each else None for each in (width, height)]
        inline = self._part.new_pic_inline(io.BytesIO(content), *size)
        self._count += 1
        inline.docPr.id, inline.docPr.name = self._count, f"{self._count}"
        inline.docPr.set("descr", writable(element.get("alt", "")))
        return tag("drawing", inline)


def _repacked(content: bytes) -> bytes:
    """The same archive with constant dates."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            put(new, name, old.read(name))
    return stream.getvalue()


@cache
def _skeleton() -> bytes:
    """An empty file with our styles: python-docx's own brings half a megabyte of others, in English."""
    parts = {
        "word/document.xml": (CONTENT_TYPE.WML_DOCUMENT_MAIN, tag("document", tag("body"))),
        "word/styles.xml": (CONTENT_TYPE.WML_STYLES, styles_xml()),
        "word/numbering.xml": (CONTENT_TYPE.WML_NUMBERING, tag("numbering")),
        "word/settings.xml": (CONTENT_TYPE.WML_SETTINGS, _settings()),
    }
    kinds = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, (kind, _) in parts.items())
    relations = (RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.NUMBERING, RELATIONSHIP_TYPE.SETTINGS)
    targets = zip(relations, ("styles.xml", "numbering.xml", "settings.xml"), strict=True)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _content_types(kinds))
        archive.writestr("_rels/.rels", _relationships([(RELATIONSHIP_TYPE.OFFICE_DOCUMENT, "word/document.xml")]))
        archive.writestr("word/_rels/document.xml.rels", _relationships(list(targets)))
        for name, (_, root) in parts.items():
            archive.writestr(name, serialize_part_xml(root))
    return stream.getvalue()


def _content_types(overrides: str) -> str:
    place = "http://schemas.openxmlformats.org/package/2006/content-types"
    defaults = (
        f'<Default Extension="rels" ContentType="{CONTENT_TYPE.OPC_RELATIONSHIPS}"/>'
        f'<Default Extension="xml" ContentType="{CONTENT_TYPE.XML}"/>'
    )
    return f'{_XML}<Types xmlns="{place}">{defaults}{overrides}</Types>'


def _relationships(targets: Sequence[tuple[str, str]]) -> str:
    place = "http://schemas.openxmlformats.org/package/2006/relationships"
    each = (f'<Relationship Id="rId{n}" Type="{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(targets, 1))
    return f'{_XML}<Relationships xmlns="{place}">{"".join(each)}</Relationships>'


def _settings() -> Xml:
    mode = {"name": "compatibilityMode", "uri": "http://schemas.microsoft.com/office/word", "val": 15}
    return tag(
        "settings",
        tag("zoom", percent=100),
        tag("defaultTabStop", val=709),
        tag("autoHyphenation"),
        tag("consecutiveHyphenLimit", val=3),
        tag("characterSpacingControl", val="doNotCompress"),
        tag("compat", tag("compatSetting", **mode)),
        tag("themeFontLang", val="ru-RU"),
        tag("decimalSymbol", val=","),
        tag("listSeparator", val=";"),
    )
