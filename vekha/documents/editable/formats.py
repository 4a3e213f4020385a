"""How paragraphs and runs look, in the words of WordprocessingML, and the named styles of a copy.

A paragraph names its style and states only what differs, so that a clerk who changes a style changes the document.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType

from vekha.documents.editable.styled import Style, pixels
from vekha.documents.editable.xml import MILLIMETRE, Xml, tag, twips, when
from vekha.texts import section

FONT = "Times New Roman"  # on every office machine; ours of 13 pt reads like its 14
SCALE = 14 / 13
_SINGLE = 1.15  # of Times: the height of a line of «single» spacing
_LEAST_LINE = 228  # 240ths: less would touch
INDENT = 12.5 * MILLIMETRE


@dataclass(frozen=True, slots=True)
class Run:
    """`size` is in half-points, `spacing` in twips, colours are «rrggbb» or empty."""

    size: int = 28
    bold: bool = False
    italic: bool = False
    strike: bool = False
    underline: str = ""
    raised: str = ""
    spacing: int = 0
    color: str = ""
    shade: str = ""


PLAIN_RUN = Run()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Indents and widths are in twips, `line` in 240ths of a line; borders are drawn widths in eighths of a point."""

    align: str = "both"
    first: int = twips(INDENT)
    left: int = 0
    right: int = 0
    line: int = 252
    keep_next: bool = False
    keep_lines: bool = False
    hyphens: bool = True
    run: Run = PLAIN_RUN


_TABLE = Paragraph(align="left", first=0, line=233, run=Run(size=24))
STYLES: Mapping[str, Paragraph] = MappingProxyType(
    {
        "Normal": Paragraph(),
        "Heading1": Paragraph("center", 0, keep_next=True, keep_lines=True, hyphens=False, run=Run(bold=True)),
        "Heading2": Paragraph("center", 0, keep_next=True, keep_lines=True, hyphens=False, run=Run(bold=True)),
        "Heading3": Paragraph("left", 0, keep_next=True, keep_lines=True, hyphens=False, run=Run(bold=True)),
        "Plain": Paragraph(align="left", first=0),
        "Item": Paragraph(),
        "Cell": _TABLE,
        "CellHead": replace(_TABLE, align="center", run=Run(size=24, bold=True)),
        "Signature": Paragraph(align="left", first=0, hyphens=False),
        "Header": Paragraph(align="center", first=0, hyphens=False, run=Run(size=24)),
    }
)
_ALIGNED = {"justify": "both", "start": "left", "left": "left", "center": "center", "right": "right", "end": "right"}


def half_points(size: float) -> int:
    return round(size * 0.75 * SCALE * 2)


def run_of(style: Style) -> Run:
    decoration = style["text_decoration_line"]
    dashed = style["border_bottom_style"] == "dashed" and style["border_bottom_width"]
    lines: set[str] = set() if decoration == "none" else set(decoration)
    spacing = style["letter_spacing"]
    return Run(
        size=half_points(style["font_size"]),
        bold=style["font_weight"] >= 600,
        italic=style["font_style"] == "italic",
        strike="line-through" in lines,
        underline="dash" if dashed else "single" if "underline" in lines else "",
        raised={"super": "superscript", "sub": "subscript"}.get(style["vertical_align"], ""),
        spacing=0 if spacing == "normal" else twips(pixels(spacing)),
        color=color(style["color"]).replace("000000", ""),
        shade=color(style["background_color"]),
    )


def paragraph_of(style: Style, left: float, right: float, width: float) -> Paragraph:
    """The format of a block whose edges stand `left` and `right` inside its page or cell."""
    return Paragraph(
        align=_ALIGNED[style["text_align_all"]],
        first=twips(pixels(style["text_indent"], width)),
        left=twips(left),
        right=twips(right),
        line=_line(style),
        keep_next=style["break_after"] == "avoid",
        keep_lines=style["break_inside"] == "avoid",
        hyphens=style["hyphens"] == "auto",
        run=replace(run_of(style), underline="", shade=""),
    )


def _line(style: Style) -> int:
    height = style["line_height"]
    times = height if isinstance(height, int | float) else pixels(height) / style["font_size"] or 1.2
    return max(_LEAST_LINE, round(240 * times / SCALE / _SINGLE))


def color(value: object) -> str:
    """«rrggbb», or nothing for a transparent one."""
    red, green, blue, alpha = (*getattr(value, "coordinates", (0, 0, 0)), getattr(value, "alpha", 0))
    return "".join(f"{round(each * 255):02x}" for each in (red, green, blue)) if alpha else ""


def run_xml(run: Run, base: Run = PLAIN_RUN, *, rtl: bool = False) -> list[Xml]:
    """`<w:rPr>` with what differs from the paragraph's style, or nothing; the order is the schema's."""
    parts = [
        *when(run.bold != base.bold, tag("b", val=int(run.bold)), tag("bCs", val=int(run.bold))),
        *when(run.italic != base.italic, tag("i", val=int(run.italic)), tag("iCs", val=int(run.italic))),
        *when(run.strike, tag("strike")),
        *when(run.color != base.color, tag("color", val=run.color or "auto")),
        *when(run.spacing != base.spacing, tag("spacing", val=run.spacing)),
        *when(run.size != base.size, tag("sz", val=run.size), tag("szCs", val=run.size)),
        *when(run.underline, tag("u", val=run.underline)),
        *when(run.shade, tag("shd", val="clear", color="auto", fill=run.shade)),
        *when(run.raised, tag("vertAlign", val=run.raised)),
        *when(rtl, tag("rtl")),
    ]
    return [tag("rPr", *parts)] if parts else []


@dataclass(frozen=True, slots=True)
class Extras:
    """What a paragraph has besides its format: `tabs` are (position, kind, leader), `bordered` sides → (width, gap)."""

    before: int = 0
    after: int = 0
    new_page: bool = False
    number: tuple[int, int] | None = None
    tabs: tuple[tuple[int, str, str], ...] = ()
    borders: tuple[tuple[str, int, int], ...] = ()
    frame: Mapping[str, object] | None = None
    height: int = 0


NOTHING_MORE = Extras()


def paragraph_xml(style: str, own: Paragraph, extras: Extras = NOTHING_MORE) -> Xml:
    """`<w:pPr>`; the order of its children is the schema's."""
    base = STYLES[style]
    indents = (own.first, own.left, own.right) != (base.first, base.left, base.right) or extras.number is not None
    parts = [
        *when(style != "Normal", tag("pStyle", val=style)),
        *when(own.keep_next != base.keep_next, tag("keepNext", val=int(own.keep_next))),
        *when(own.keep_lines != base.keep_lines, tag("keepLines", val=int(own.keep_lines))),
        *when(extras.new_page, tag("pageBreakBefore")),
        *when(extras.frame, tag("framePr", **(extras.frame or {}))),
        *when(extras.number, _number(extras.number)),
        *when(extras.borders, _borders(extras.borders)),
        *when(extras.tabs, tag("tabs", *(tag("tab", val=k, leader=d, pos=p) for p, k, d in extras.tabs))),
        *when(own.hyphens != base.hyphens, tag("suppressAutoHyphens", val=int(not own.hyphens))),
        *_spacing(own, base, extras),
        *when(indents, tag("ind", left=own.left, right=own.right, firstLine=own.first)),
        *when(own.align != base.align, tag("jc", val=own.align)),
        *run_xml(own.run, base.run),
    ]
    return tag("pPr", *parts)


def _spacing(own: Paragraph, base: Paragraph, extras: Extras) -> Iterator[Xml]:
    changed: dict[str, object] = {}
    if extras.before:
        changed["before"] = extras.before
    if extras.after:
        changed["after"] = extras.after
    if extras.height:
        changed |= {"line": extras.height, "lineRule": "exact"}
    elif own.line != base.line:
        changed |= {"line": own.line, "lineRule": "auto"}
    if changed:
        yield tag("spacing", **changed)


def _number(number: tuple[int, int] | None) -> Xml:
    level, instance = number or (0, 0)
    return tag("numPr", tag("ilvl", val=level), tag("numId", val=instance))


def _borders(borders: tuple[tuple[str, int, int], ...]) -> Xml:
    drawn = {side: tag(side, val="single", sz=size, space=gap, color="auto") for side, size, gap in borders}
    return tag("pBdr", *(drawn[side] for side in ("top", "left", "bottom", "right", "between") if side in drawn))


def styles_xml() -> Xml:
    """`word/styles.xml`: the defaults and the named styles, called as a Russian reader sees them."""
    fonts = dict.fromkeys(("ascii", "hAnsi", "cs", "eastAsia"), FONT)
    language = tag("lang", val="ru-RU", eastAsia="ru-RU", bidi="ar-SA")
    defaults = tag("rPr", tag("rFonts", **fonts), tag("sz", val=28), tag("szCs", val=28), language)
    spacing = tag("pPr", tag("spacing", before=0, after=0, line=240, lineRule="auto"))
    table = tag("style", tag("name", val="Normal Table"), tag("uiPriority", val=99), type="table", default=1)
    table.append(tag("tblPr", tag("tblInd", w=0, type="dxa")))
    table.set(table.nsmap["w"].join("{}") + "styleId", "TableNormal")
    root = tag("styles", tag("docDefaults", tag("rPrDefault", defaults), tag("pPrDefault", spacing)))
    root.extend([*(_style(code, each) for code, each in STYLES.items()), table])
    return root


def _style_run(run: Run, *, named: bool) -> list[Xml]:
    """The runs of a style; the first of them names the font, for whoever looks for it there."""
    found = run_xml(run) or ([tag("rPr")] if named else [])
    if named:
        found[0].insert(0, tag("rFonts", **dict.fromkeys(("ascii", "hAnsi", "cs", "eastAsia"), FONT)))
        found[0].extend([tag("sz", val=run.size), tag("szCs", val=run.size)])
    return found


_BUILT_IN = {"Normal": "Normal", "Heading1": "heading 1", "Heading2": "heading 2", "Heading3": "heading 3"}


def _style(code: str, look: Paragraph) -> Xml:
    title = _BUILT_IN.get(code) or ("header" if code == "Header" else section("editable.styles")[code])
    known = code in _BUILT_IN
    plain = {name: value for name, value in asdict(look).items() if name in ("first", "left", "right")}
    outline = [tag("outlineLvl", val=int(code[-1]) - 1)] if code.startswith("Heading") else []
    format_of = tag(
        "pPr",
        *when(look.keep_next, tag("keepNext")),
        *when(look.keep_lines, tag("keepLines")),
        tag("widowControl"),
        tag("suppressAutoHyphens", val=int(not look.hyphens)),
        tag("spacing", before=0, after=0, line=look.line, lineRule="auto"),
        tag("ind", left=plain["left"], right=plain["right"], firstLine=plain["first"]),
        tag("jc", val=look.align),
        *outline,
    )
    parts = [
        tag("name", val=title),
        *when(code != "Normal", tag("basedOn", val="Normal")),
        *when(code.startswith("Heading"), tag("next", val="Normal")),
        tag("qFormat"),
        format_of,
        *_style_run(look.run, named=code == "Normal"),
    ]
    return tag(
        "style",
        *parts,
        type="paragraph",
        styleId=code,
        **({"default": 1} if code == "Normal" else {}),
        **({} if known or code == "Header" else {"customStyle": 1}),
    )
