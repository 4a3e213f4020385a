"""What the walk of a text collects: paragraphs and tables with the space they want around them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from vekha.documents.editable.formats import NOTHING_MORE, STYLES, Extras, Paragraph, Run, paragraph_xml
from vekha.documents.editable.inline import Piece, runs
from vekha.documents.editable.xml import Xml, tag, twips


@dataclass(slots=True)
class Item:
    """`top` and `bottom` are CSS margins: the larger of two that meet counts. `page` names the layout of its page."""

    top: float = 0
    bottom: float = 0
    page: str = ""
    new_page: bool = False
    keep_with_last: bool = False

    def keep_next(self) -> None:
        """This stays on the page of what follows."""
        raise NotImplementedError


@dataclass(slots=True)
class Para(Item):
    style: str = "Normal"
    look: Paragraph = STYLES["Normal"]
    pieces: Sequence[Piece] = ()
    extras: Extras = NOTHING_MORE
    tabbed: Sequence[Xml] | None = None  # ready runs instead of pieces

    def keep_next(self) -> None:
        self.look = replace(self.look, keep_next=True)

    def xml(self) -> Xml:
        extras = replace(self.extras, new_page=self.new_page) if self.new_page else self.extras
        content = self.tabbed if self.tabbed is not None else runs(self.pieces, STYLES[self.style].run)
        return tag("p", paragraph_xml(self.style, self.look, extras), *content)


@dataclass(slots=True)
class Table(Item):
    """`rows` are the paragraphs of each row, for keeping them together."""

    element: Xml = None
    rows: list[list[Xml]] = field(default_factory=list)

    def keep_next(self) -> None:
        keep_rows(self.rows[-1:])


def collapsed(one: float, other: float) -> float:
    """Two margins that meet, as CSS 2.1 §8.3.1 has it: the larger one, less what is negative."""
    return max(one, other, 0) + min(one, other, 0)


def keep_rows(rows: Sequence[Sequence[Xml]]) -> None:
    """Word keeps a row with the next one when its paragraphs are kept."""
    for row in rows:
        for paragraph in row:
            look = paragraph.find(paragraph.nsmap["w"].join("{}") + "pPr")
            for old in look.findall(paragraph.nsmap["w"].join("{}") + "keepNext"):
                look.remove(old)
            styled = len(look) and look[0].tag.endswith("pStyle")
            look.insert(1 if styled else 0, tag("keepNext"))


def spacer(height: int = 1, *, new_page: bool = False) -> Para:
    """A paragraph without words, a point high: between two tables, after the last one, before one on a new page."""
    look = replace(STYLES["Plain"], hyphens=False, run=Run(size=2))
    return Para(style="Plain", look=look, new_page=new_page, extras=Extras(height=max(20, height)))


def spaced(items: Sequence[Item], *, ends: bool) -> Iterator[Item]:
    """The same items with the space between them given to paragraphs, and paragraphs put where Word wants one.

    `ends`: a cell or a page must end with a paragraph.
    """
    last: Item | None = None
    for item in items:
        gap = twips(max(0, collapsed(last.bottom, item.top) if last is not None else item.top))
        if item.keep_with_last and last is not None and not item.new_page:
            last.keep_next()
        if isinstance(item, Para):
            item.extras = replace(item.extras, before=item.extras.before + gap)
        elif item.new_page or isinstance(last, Table) or (last is None and gap):
            between = spacer(gap, new_page=item.new_page)
            between.page = item.page
            if item.keep_with_last:
                between.keep_next()
            yield between
        elif isinstance(last, Para):
            last.extras = replace(last.extras, after=gap)
        yield item
        last = item
    if ends and not isinstance(last, Para):
        yield spacer()
