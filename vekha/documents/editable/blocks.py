"""The walk of a text: blocks become paragraphs, with the indents, spaces and breaks that the stylesheet gives them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from vekha.documents.editable.formats import Extras, Paragraph, paragraph_of
from vekha.documents.editable.inline import Draw, Inline, Piece
from vekha.documents.editable.items import Item, Para, collapsed
from vekha.documents.editable.numbering import Numbering
from vekha.documents.editable.signature import signature_line
from vekha.documents.editable.styled import Element, Style, StyledText, children, pixels
from vekha.documents.editable.tables import boxed, table
from vekha.documents.editable.xml import eighths, twips

_NEW_PAGE = frozenset({"always", "page", "left", "right", "recto", "verso"})
_HEADINGS = {"h1": "Heading1", "h2": "Heading2", "h3": "Heading3"}
_BLOCK = frozenset({"block", "list-item", "table"})
_CELL_SIZE = 24


@dataclass(frozen=True, slots=True)
class Place:
    """Where blocks stand: `width` is theirs, `left` and `right` what lies between them and the edges."""

    width: float
    left: float = 0
    right: float = 0
    page: str | None = None  # in a cell: whatever the page is


class Blocks:
    """Turns the blocks of one text into items; `draw` makes the run of a picture, `width_of` knows the page layouts."""

    def __init__(self, text: StyledText, draw: Draw, width_of: Callable[[str], float]) -> None:
        self.text = text
        self._width_of = width_of
        self.inline = Inline(text, draw)
        self.numbering = Numbering(text)

    def flow(self, element: Element, place: Place) -> list[Item]:
        """Everything that `element` shows, in order."""
        display, style = self.text.display(element), self.text.style(element)
        if display == "none" or isinstance(style["position"], tuple):  # running(): the QR code, which a copy has not
            return []
        if place.page is not None and style["page"] != place.page:  # a page of another layout, an annex on its side
            place = Place(self._width_of(style["page"]), page=style["page"])
        outer = self.numbering.enter(element)
        items = self._shown(element, display, style, place)
        self.numbering.leave(outer)
        if items:
            _around(items, style)
        return items

    def _shown(self, element: Element, display: str, style: Style, place: Place) -> list[Item]:
        if display == "table":
            return signature_line(self, element, place) or [table(self, element, place)]
        if _framed(style):
            return [boxed(self, element, _inside(style, place))]
        inner = _inside(style, place)
        items = list(self.content(element, inner))
        _edges(items, style)
        return items

    def content(self, element: Element, place: Place, *, empty: bool = False) -> Iterator[Item]:
        """The blocks inside, and a paragraph for words between them; `empty`: one even when there are none."""
        number = self.numbering.number(element)
        loose: list[Element | str] = []
        found = False
        for child in children(element):
            if isinstance(child, str) or self.text.display(child) not in _BLOCK:
                loose.append(child)
                continue
            for item in (*self._words(element, loose, place, number), *self.flow(child, place)):
                number, found = None, True
                yield item
            loose = []
        for item in self._words(element, loose, place, number):
            found = True
            yield item
        if empty and not found:
            yield self._paragraph(element, (), place, None)

    def _words(
        self, element: Element, nodes: Sequence[Element | str], place: Place, number: tuple[int, int] | None
    ) -> Iterator[Para]:
        pieces = self.inline.pieces(nodes, element)
        if pieces:
            yield self._paragraph(element, pieces, place, number)

    def _paragraph(
        self, element: Element, pieces: Sequence[Piece], place: Place, number: tuple[int, int] | None
    ) -> Para:
        style = self.text.style(element)
        look = paragraph_of(style, place.left, place.right, place.width)
        if number is None and self.text.before(element):
            literal = "".join(value for kind, value in self.text.before(element) if kind == "string")
            pieces = [Piece(literal, look.run), *pieces] if literal else pieces
        return Para(
            style=_style_of(element.tag, look, numbered=number is not None),
            look=look,
            pieces=pieces,
            extras=Extras(number=number, frame=_frame(style, place)),
        )


def _style_of(name: str, look: Paragraph, *, numbered: bool) -> str:
    if name in _HEADINGS:
        return _HEADINGS[name]
    if look.run.size <= _CELL_SIZE and look.first == 0:
        return "CellHead" if name == "th" else "Cell"
    if numbered:
        return "Item"
    return "Plain" if look.first == 0 and look.align == "left" else "Normal"


def _inside(style: Style, place: Place) -> Place:
    """The place inside a block: its margins, borders and paddings taken off, a given width kept."""
    left, right = (
        pixels(style[f"padding_{side}"], place.width) + style[f"border_{side}_width"] for side in ("left", "right")
    )
    margins = [style[f"margin_{side}"] for side in ("left", "right")]
    before, after = (pixels(each, place.width) for each in margins)
    if style["width"] != "auto":
        free = place.width - pixels(style["width"], place.width) - left - right - before - after
        loose = [each == "auto" for each in margins]
        if loose == [True, True]:
            before, after = free / 2, free / 2
        elif loose[0]:
            before += free
        else:
            after += free
    taken = before + left + after + right
    return Place(place.width - taken, place.left + before + left, place.right + after + right, place.page)


def _framed(style: Style) -> bool:
    return all(style[f"border_{side}_width"] for side in ("top", "left", "bottom", "right"))


def _edges(items: Sequence[Item], style: Style) -> None:
    """Margins, paddings and rules above and below what a block shows."""
    if not items:
        return
    first, last = items[0], items[-1]
    padding = {side: pixels(style[f"padding_{side}"]) for side in ("top", "bottom")}
    top, bottom = pixels(style["margin_top"]), pixels(style["margin_bottom"])
    first.top = first.top + padding["top"] + top if padding["top"] else collapsed(first.top, top)
    width = style["border_bottom_width"]
    if width and isinstance(last, Para):
        ruled = first is last and not "".join(piece.text for piece in last.pieces).strip()
        sides = ("bottom", "between") if ruled else ("bottom",)
        gap = 1 if ruled else min(31, round(padding["bottom"] * 0.75))
        borders = tuple((side, eighths(width), gap) for side in sides)
        height = twips(pixels(style["height"])) if ruled else 0
        last.extras = replace(last.extras, borders=borders, height=height)
        last.bottom = bottom
    else:
        last.bottom = last.bottom + padding["bottom"] + bottom if padding["bottom"] else collapsed(last.bottom, bottom)


def _around(items: Sequence[Item], style: Style) -> None:
    """Breaks before, after and inside a block; the layout of its page."""
    first, last = items[0], items[-1]
    first.new_page = first.new_page or style["break_before"] in _NEW_PAGE
    first.keep_with_last = first.keep_with_last or style["break_before"] == "avoid"
    if style["break_inside"] == "avoid":
        for item in items[:-1]:
            item.keep_next()
    if style["break_after"] == "avoid":
        last.keep_next()
    for item in items:
        item.page = item.page or style["page"]


def _frame(style: Style, place: Place) -> dict[str, object] | None:
    """A block that is fixed to the bottom of its page stands in a frame there."""
    if style["position"] != "absolute":
        return None
    across = "center" if style["text_align_all"] == "center" else "left"
    width = twips(place.width if across == "center" else place.width / 2)
    anchors = {"hAnchor": "margin", "xAlign": across, "vAnchor": "margin", "yAlign": "bottom"}
    return {"w": width, "wrap": "around", **anchors}
