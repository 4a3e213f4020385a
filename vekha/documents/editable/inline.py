"""Words inside a paragraph: runs with their looks, white space as CSS collapses it, room to write by hand, pictures."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from vekha.documents.editable.formats import Run, run_of, run_xml
from vekha.documents.editable.styled import Element, StyledText, children, classes, pixels
from vekha.documents.editable.xml import Xml, tag, when, words

Draw = Callable[[Element, float, float], Xml]
_SPACES = re.compile(r"[ \t\r\n\f]+")
_RIGHT_TO_LEFT = re.compile("([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+)")
_RULE_WIDTH = 0.5  # an underscore of Times, of its size
_NBSP = "\u00a0"
_HYPHEN = "\u2011"


@dataclass(frozen=True, slots=True)
class Piece:
    """A text with its looks; or a ready run in `xml` (a picture, a box to tick, the end of a line)."""

    text: str
    run: Run
    xml: Xml = None
    ends_line: bool = False


class Inline:
    """Reads the inline content of one document; `draw` makes the run of a picture."""

    def __init__(self, text: StyledText, draw: Draw) -> None:
        self._text = text
        self._draw = draw

    def pieces(self, nodes: Sequence[Element | str], owner: Element) -> list[Piece]:
        """The content of a paragraph, spaces collapsed; empty when it says nothing."""
        run = replace(run_of(self._text.style(owner)), underline="", shade="", raised="")
        return _collapsed([piece for node in nodes for piece in self._read(node, run)])

    def _read(self, node: Element | str, run: Run) -> Iterator[Piece]:
        if isinstance(node, str):
            yield Piece(node, run)
            return
        display = self._text.display(node)
        if display == "none":
            return
        style = self._text.style(node)
        if node.tag == "br":
            yield Piece("", run, tag("br"), ends_line=True)
        elif node.tag == "img":
            yield Piece("", run, self._draw(node, pixels(style["width"]), pixels(style["height"])))
        elif "box" in classes(node):
            sign = "F0FE" if "on" in classes(node) else "F06F"
            yield Piece("", run, tag("sym", font="Wingdings", char=sign))
            yield Piece(_NBSP, run)
        elif display == "inline-block" and style["border_bottom_width"] and not "".join(node.itertext()).strip():
            wanted = max(2, round(pixels(style["width"]) * 0.75 / (_RULE_WIDTH * run.size / 2)))
            yield Piece("_" * wanted, run)  # underlined spaces would be lost at the end of a line
        else:
            own = run_of(style)
            own = replace(own, underline=own.underline or run.underline, shade=own.shade or run.shade)
            yield from (Piece(value, own) for kind, value in self._text.before(node) if kind == "string")
            for child in children(node):
                yield from self._read(child, own)


def _collapsed(pieces: list[Piece]) -> list[Piece]:
    """Runs of white space as one space, none at the ends of lines; neighbours that look the same as one piece."""
    found: list[Piece] = []
    for piece in pieces:
        text = _SPACES.sub(" ", piece.text)
        if (not found or found[-1].ends_line or found[-1].text.endswith(" ")) and text.startswith(" "):
            text = text[1:]
        if piece.ends_line and found and found[-1].text.endswith(" "):
            found[-1] = replace(found[-1], text=found[-1].text[:-1])
        if piece.xml is not None or not found or found[-1].xml is not None or found[-1].run != piece.run:
            if text or piece.xml is not None:
                found.append(replace(piece, text=text))
        else:
            found[-1] = replace(found[-1], text=found[-1].text + text)
    while found and found[-1].xml is None and not found[-1].text.rstrip(" "):
        found.pop()
    if found and found[-1].xml is None:
        found[-1] = replace(found[-1], text=found[-1].text.rstrip(" "))
    return found


def runs(pieces: Sequence[Piece], base: Run) -> Iterator[Xml]:
    """`<w:r>` elements; `base` is how the paragraph's style looks."""
    for piece in pieces:
        if piece.xml is not None:
            yield tag("r", *run_xml(piece.run, base), piece.xml)
            continue
        for number, part in enumerate(_RIGHT_TO_LEFT.split(piece.text)):
            if part:
                yield tag("r", *run_xml(piece.run, base, rtl=number % 2 == 1), *_hyphenated(part))


def _hyphenated(text: str) -> Iterator[Xml]:
    """Words, with Word's own sign for a hyphen that does not break: not every font has one."""
    for number, part in enumerate(text.split(_HYPHEN)):
        yield from when(number, tag("noBreakHyphen"))
        yield from when(part, words(part))


def spoken(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces)
