"""Tables, ruled ones and those that only lay things side by side: widths, borders, repeated heads, whole rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vekha.documents.editable.formats import color
from vekha.documents.editable.items import Para, Table, keep_rows, spaced
from vekha.documents.editable.styled import SIDES, Element, Style, StyledText, children, pixels
from vekha.documents.editable.xml import Xml, eighths, tag, twips, when

if TYPE_CHECKING:
    from vekha.documents.editable.blocks import Blocks, Place

_GROUPS = frozenset({"table-row-group", "table-header-group", "table-footer-group"})
_ALIGNED = {"middle": "center", "bottom": "bottom"}


@dataclass(frozen=True, slots=True)
class _Row:
    element: Element
    cells: tuple[Element, ...]
    head: bool = False


Border = tuple[str, int, str]
"""Kind, width in eighths of a point and colour; a width of 0 is no border. Sides go from the top clockwise."""
_NONE: Border = ("nil", 0, "")


@dataclass(frozen=True, slots=True)
class _Looks:
    """Borders and paddings of a cell: what most cells share is said once for the table."""

    borders: tuple[Border, ...]
    padding: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the cells of a table share; `rtl`: its columns run from right to left.

    `hanging` are the cells of several rows: first column → (rows still to come, columns).
    """

    widths: Sequence[float]
    shared: _Looks
    rtl: bool = False
    hanging: dict[int, tuple[int, int]] = field(default_factory=dict)


def table(blocks: Blocks, element: Element, place: Place) -> Table:
    """A table of the text, or a `display: table` block."""
    text, style = blocks.text, blocks.text.style(element)
    whole = pixels(style["width"], place.width) if style["width"] != "auto" else place.width
    rows = list(_rows(text, element))
    widths = _widths(text, element, rows, whole)
    rtl = style["direction"] == "rtl"
    plan = _Plan(widths, _shared(text, rows, rtl=rtl), rtl)
    built = [_row(blocks, row, plan) for row in rows]
    found = Table(
        top=pixels(style["margin_top"]),
        bottom=pixels(style["margin_bottom"]),
        element=_table(plan, place.left, [row for row, _ in built]),
        rows=[paragraphs for _, paragraphs in built],
    )
    whole_table = style["break_inside"] == "avoid"
    tied = [
        paragraphs
        for (_, paragraphs), row in zip(built, rows, strict=True)
        if text.style(row.element)["break_after"] == "avoid"
    ]
    keep_rows(found.rows[:-1] if whole_table else tied)
    return found


def boxed(blocks: Blocks, element: Element, place: Place) -> Table:
    """A block with a frame around it: a table of one cell. `place` is that of its content."""
    style = blocks.text.style(element)
    left, right = (pixels(style[f"padding_{side}"]) + style[f"border_{side}_width"] for side in ("left", "right"))
    width = place.width + left + right
    items = list(blocks.content(element, type(place)(place.width), empty=True))
    content, paragraphs = _filled(items)
    cell = tag("tc", tag("tcPr", tag("tcW", w=twips(width), type="dxa")), *content)
    row = tag("tr", _row_properties(head=False, whole=True, height=pixels(style["height"])), cell)
    return Table(
        top=pixels(style["margin_top"]),
        bottom=pixels(style["margin_bottom"]),
        element=_table(_Plan([width], _looks(style)), place.left - left, [row]),
        rows=[paragraphs],
    )


def _rows(text: StyledText, element: Element) -> Iterator[_Row]:
    loose: list[Element] = []
    for child in children(element):
        if isinstance(child, str):
            continue
        display = text.display(child)
        if display in _GROUPS:
            head = display == "table-header-group"
            yield from (_Row(row.element, row.cells, head) for row in _rows(text, child))
        elif display == "table-row":
            yield _Row(child, tuple(each for each in children(child) if not isinstance(each, str)))
        elif display == "table-cell":
            loose.append(child)
    if loose:
        yield _Row(element, tuple(loose))


def _widths(text: StyledText, element: Element, rows: Sequence[_Row], whole: float) -> list[float]:
    """From `<col>`, else from the cells of the first row; what has no width shares the rest."""
    named = [each for each in element.iter() if each.tag == "col"] if element.tag == "table" else []
    if not named:
        named = [cell for cell in rows[0].cells for _ in range(_span(cell, "colspan"))] if rows else []
    asked = [pixels(text.style(each)["width"], whole) for each in named]
    rest = whole - sum(asked)
    equal = rest / asked.count(0) if 0 in asked else 0
    return [each or max(equal, 1.0) for each in asked]


def _shared(text: StyledText, rows: Sequence[_Row], *, rtl: bool) -> _Looks:
    cells = [cell for row in rows if not row.head for cell in row.cells] or [c for row in rows for c in row.cells]
    return _looks(text.style(cells[0]), rtl=rtl) if cells else _Looks((_NONE,) * 4, (0, 0, 0, 0))


def _looks(style: Style, *, rtl: bool = False) -> _Looks:
    """Where columns run from right to left, Word takes «left» for the side where they begin."""
    sides = ("top", "left", "bottom", "right") if rtl else SIDES
    return _Looks(
        tuple(_border(style, side) for side in sides),
        tuple(twips(pixels(style[f"padding_{side}"])) for side in sides),
    )


def _row(blocks: Blocks, row: _Row, plan: _Plan) -> tuple[Xml, list[Xml]]:
    cells: list[Xml] = []
    paragraphs: list[Xml] = []
    height, column = 0.0, 0
    for cell in row.cells:
        column = _hanging(plan, column, cells)
        span, rows = _span(cell, "colspan"), _span(cell, "rowspan")
        made, own = _cell(blocks, cell, sum(plan.widths[column : column + span]), plan)
        if rows > 1:
            plan.hanging[column] = (rows - 1, span)
        cells.append(made)
        paragraphs += own
        column += span
        height = max(height, pixels(blocks.text.style(cell)["height"]))
    _hanging(plan, column, cells)
    whole = blocks.text.style(row.element)["break_inside"] == "avoid" or row.head
    return tag("tr", _row_properties(head=row.head, whole=whole, height=height), *cells), paragraphs


def _hanging(plan: _Plan, column: int, cells: list[Xml]) -> int:
    """Adds the cells that hang down into this row from the ones above; gives the column after them."""
    while plan.hanging.get(column, (0, 0))[0]:
        rows, span = plan.hanging[column]
        plan.hanging[column] = (rows - 1, span)
        width = twips(sum(plan.widths[column : column + span]))
        spanned = when(span > 1, tag("gridSpan", val=span))
        cells.append(tag("tc", tag("tcPr", tag("tcW", w=width, type="dxa"), *spanned, tag("vMerge")), tag("p")))
        column += span
    return column


def _cell(blocks: Blocks, cell: Element, width: float, plan: _Plan) -> tuple[Xml, list[Xml]]:
    from vekha.documents.editable.blocks import Place  # noqa: PLC0415 — each of the two needs the other

    style = blocks.text.style(cell)
    looks, shared, span = _looks(style, rtl=plan.rtl), plan.shared, _span(cell, "colspan")
    sides = pixels(style["padding_left"]) + pixels(style["padding_right"])
    outer = blocks.numbering.enter(cell)
    items = list(blocks.content(cell, Place(width - sides), empty=True))
    blocks.numbering.leave(outer)
    content, paragraphs = _filled(items)
    shade = color(style["background_color"])
    aligned = _ALIGNED.get(style["vertical_align"])
    properties = tag(
        "tcPr",
        tag("tcW", w=twips(width), type="dxa"),
        *when(span > 1, tag("gridSpan", val=span)),
        *when(_span(cell, "rowspan") > 1, tag("vMerge", val="restart")),
        *when(looks.borders != shared.borders, tag("tcBorders", *_borders(looks.borders))),
        *when(shade, tag("shd", val="clear", color="auto", fill=shade)),
        *when(looks.padding != shared.padding, tag("tcMar", *_paddings(looks.padding))),
        *when(aligned, tag("vAlign", val=aligned)),
    )
    return tag("tc", properties, *content), paragraphs


def _filled(items: Sequence[object]) -> tuple[list[Xml], list[Xml]]:
    """The content of a cell, and its own paragraphs."""
    content: list[Xml] = []
    paragraphs: list[Xml] = []
    for item in list(spaced(items, ends=True)):  # pyright: ignore[reportArgumentType]
        xml = item.xml() if isinstance(item, Para) else item.element  # pyright: ignore[reportAttributeAccessIssue]
        content.append(xml)
        if isinstance(item, Para):
            paragraphs.append(xml)
    return content, paragraphs


def _table(plan: _Plan, left: float, rows: Sequence[Xml]) -> Xml:
    looks, widths = plan.shared, plan.widths
    top, _, _, left_border = looks.borders
    inner = (_drawn("insideH", top), _drawn("insideV", left_border))
    properties = tag(
        "tblPr",
        *when(plan.rtl, tag("bidiVisual")),
        tag("tblW", w=sum(map(twips, widths)), type="dxa"),
        tag("tblInd", w=twips(left), type="dxa"),
        *when(any(size for _, size, _ in looks.borders), tag("tblBorders", *_borders(looks.borders), *inner)),
        tag("tblLayout", type="fixed"),
        tag("tblCellMar", *_paddings(looks.padding)),
    )
    return tag("tbl", properties, tag("tblGrid", *(tag("gridCol", w=twips(each)) for each in widths)), *rows)


def _row_properties(*, head: bool, whole: bool, height: float) -> Xml:
    return tag(
        "trPr",
        *when(whole, tag("cantSplit")),
        *when(height, tag("trHeight", val=twips(height), hRule="atLeast")),
        *when(head, tag("tblHeader")),
    )


def _border(style: Style, side: str) -> Border:
    width = style[f"border_{side}_width"]
    if not width:
        return _NONE
    kind = {"dashed": "dashed", "dotted": "dotted", "double": "double"}.get(style[f"border_{side}_style"], "single")
    return kind, eighths(width), color(style[f"border_{side}_color"])


def _borders(borders: Sequence[Border]) -> Iterator[Xml]:
    """In the order of the schema: top, left, bottom, right."""
    top, right, bottom, left = borders
    for side, border in (("top", top), ("left", left), ("bottom", bottom), ("right", right)):
        yield _drawn(side, border)


def _drawn(side: str, border: Border) -> Xml:
    kind, size, shade = border
    return (
        tag(side, val=kind, sz=size, space=0, color=shade.replace("000000", "") or "auto")
        if size
        else tag(side, val=kind)
    )


def _paddings(widths: Sequence[int]) -> Iterator[Xml]:
    top, right, bottom, left = widths
    for side, width in (("top", top), ("left", left), ("bottom", bottom), ("right", right)):
        yield tag(side, w=width, type="dxa")


def _span(cell: Element, name: str) -> int:
    value = cell.get(name, "1")
    return max(1, int(value)) if value.isdigit() else 1
