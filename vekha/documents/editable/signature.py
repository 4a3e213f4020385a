"""The signature line as a typist makes it: position, a ruled place to sign and the name, set by tab stops.

A position of several lines stays a table: tab stops cannot hold a name beside its last line.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vekha.documents.editable.formats import STYLES, Extras, paragraph_of
from vekha.documents.editable.inline import Piece, runs, spoken
from vekha.documents.editable.items import Item, Para
from vekha.documents.editable.styled import Element, children, classes, pixels
from vekha.documents.editable.xml import Xml, tag, twips

if TYPE_CHECKING:
    from vekha.documents.editable.blocks import Blocks, Place

_LETTER = 0.52  # the width of an average letter of Times, of its size
_STYLE = "Signature"


def signature_line(blocks: Blocks, element: Element, place: Place) -> list[Item]:
    """The lines of a signature; nothing for what is none, or does not fit on tab stops."""
    if "signature" not in classes(element) or "electronic" in classes(element):
        return []
    rows = [[blocks.inline.pieces(list(children(cell)), cell) for cell in row] for row in element]
    if not rows or any(len(row) != 3 for row in rows):
        return []
    cells = [blocks.text.style(cell) for cell in element[0]]
    left = pixels(cells[0]["width"], place.width)
    right = place.width - pixels(cells[2]["width"], place.width)
    size = pixels(cells[0]["font_size"])
    if any(piece.xml is not None for row in rows for cell in row for piece in cell):
        return []
    room = (left, place.width - right)
    if any(len(spoken(rows[0][n])) * size * _LETTER > wide for n, wide in zip((0, 2), room, strict=True)):
        return []
    stops = (left, "left", "none"), (right, "left", "underscore"), (place.width, "right", "none")
    first = _line(blocks, element, place, stops, [*rows[0][:2], [], rows[0][2]])  # the ruled place is a tab of its own
    items: list[Item] = [first]
    for row, own in zip(rows[1:], list(element)[1:], strict=True):
        middle = ((left + right) / 2, "center", "none"), ((right + place.width) / 2, "center", "none")
        items.append(_line(blocks, own[1], place, middle, row))
    style = blocks.text.style(element)
    first.top, items[-1].bottom = pixels(style["margin_top"]), pixels(style["margin_bottom"])
    return items


def _line(
    blocks: Blocks, element: Element, place: Place, stops: tuple[tuple[float, str, str], ...], cells: list[list[Piece]]
) -> Para:
    look = paragraph_of(blocks.text.style(element), place.left, place.right, place.width)
    tabs = tuple((twips(place.left + position), kind, leader) for position, kind, leader in stops)
    content: list[Xml] = []
    for number, cell in enumerate(cells):
        content += [tag("r", tag("tab"))] if number else []
        content += runs(cell, STYLES[_STYLE].run)
    own = replace(look, align="left", first=0, keep_lines=True)
    return Para(style=_STYLE, look=own, tabbed=content, extras=Extras(tabs=tabs))
