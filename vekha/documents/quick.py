"""What WeasyPrint works out again for every box, line and cell of a long table, worked out once.

The pages are the same to the byte (`tests/documents/test_quick.py` prints with and without), but for how tightly they
are packed. A style asks Pango for its
font and turns its lengths into points on every use; a style is one object for all the cells that look alike, so that
the answer is kept with it. Meant for the two versions named here: with others nothing is touched, only slower.
"""

import sys
import zlib
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.resources import files
from types import ModuleType
from typing import Any

MADE_FOR = {"weasyprint": "70.0", "pydyf": "0.13.0"}
_LENGTHS = (
    *("margin_left", "margin_right", "margin_top", "margin_bottom"),
    *("padding_left", "padding_right", "padding_top", "padding_bottom"),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
_BORDERS = ("border_top_width", "border_right_width", "border_bottom_width", "border_left_width")
_CORNERS = tuple(f"border_{each}_radius" for each in ("top_left", "top_right", "bottom_right", "bottom_left"))
_NOTES = ("::footnote-", "::note-")
_FONT_WORDS = (
    *("font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps"),
    *("font_variant_numeric", "font_variant_alternates", "font_variant_east_asian", "font_feature_settings"),
)
_UNASKED: Any = object()
LEVEL = 6  # of zlib


def fits() -> bool:
    """Whether these are the versions this module knows."""
    return all(version(name) == known for name, known in MADE_FOR.items())


@cache
def quicken(module: ModuleType) -> None:
    """Teaches `module` (WeasyPrint) to remember, once for a process."""
    if not fits():
        return
    import pydyf  # noqa: PLC0415 — comes with WeasyPrint
    from weasyprint.layout import float as floats  # noqa: PLC0415
    from weasyprint.layout import percent  # noqa: PLC0415
    from weasyprint.text import line_break  # noqa: PLC0415

    _replace(module, "strut", _kept("_strut", line_break.strut))
    _replace(module, "resolve_percentages", _resolve(percent.resolve_percentages))
    _replace(module, "resolve_radii_percentages", _resolve_radii(percent.resolve_radii_percentages))
    _replace(module, "avoid_collisions", _avoid(floats.avoid_collisions))
    _set(line_break.Layout, "setup", _setup(line_break, line_break.Layout.setup))
    _set(pydyf.PDF, "page_references", property(_page_references(vars(pydyf.PDF)["page_references"].fget)))
    _set(pydyf.Stream, "data", property(_packed(vars(pydyf.Stream)["data"].fget)))
    _set(pydyf, "_to_bytes", _to_bytes(vars(pydyf)["_to_bytes"]))


def _set(owner: Any, name: str, value: object) -> None:
    setattr(owner, name, value)


def _replace(module: ModuleType, name: str, function: Callable[..., Any]) -> None:
    """In every module of the package: they import each other's functions by name."""
    for path, part in list(sys.modules.items()):
        if path.startswith(f"{module.__name__}.") and hasattr(part, name):
            setattr(part, name, function)


def _kept(key: str, work: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`work(style)`, kept with the style: nobody changes a style after its boxes are built, only copies of it."""

    def answer(style: Any) -> Any:
        kept = vars(style)
        if key not in kept:
            kept[key] = work(style)
        return kept[key]

    return answer


def _resolve(plain: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    def resolve(box: Any, containing_block: Any) -> None:
        style = box.style
        lengths = vars(style).get("_lengths", _UNASKED)
        if lengths is _UNASKED:
            lengths = vars(style)["_lengths"] = _lengths(style)
        if lengths is None:
            plain(box, containing_block)
            return
        used = vars(box)
        used.update(lengths)
        collapse = style["border_collapse"] == "collapse"
        for name in _BORDERS:
            if not (collapse and name in used):
                used[name] = style[name]

    return resolve


def _lengths(style: Any) -> dict[str, Any] | None:
    """The used lengths of a style that has no shares («50%») and no sums among them; None for any other."""
    if style["box_sizing"] != "content-box":
        return None
    found: dict[str, Any] = {}
    for name in _LENGTHS:
        value = style[name]
        if value == "auto":
            found[name] = 0 if name.startswith("min_") else value
        elif getattr(value, "unit", None) == "px":
            found[name] = value.value
        else:
            return None
    return found


def _resolve_radii(plain: Callable[[Any], None]) -> Callable[[Any], None]:
    """A corner is square for every box of a style, whatever its size."""
    square = dict.fromkeys(_CORNERS, (0, 0))
    all_square = _kept("_square", lambda style: all((0, "px") in style[name] for name in _CORNERS))

    def resolve(box: Any) -> None:
        if all_square(box.style):
            vars(box).update(square)
        else:
            plain(box)

    return resolve


def _setup(line_break: Any, plain: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """A Pango layout of a known font: the context, the language and the description are the style's."""
    new = line_break.pango.pango_layout_new
    fixed, describe = line_break.pango.pango_layout_set_auto_dir, line_break.pango.pango_layout_set_font_description
    null_or = line_break.ffi.gc
    free = line_break.gobject.g_object_unref
    ready_of = _kept("_ready", lambda style: _ready(line_break, style))

    def setup(self: Any, style: Any) -> None:
        ready = ready_of(style)
        if ready is None:
            plain(self, style)
            return
        context, self.language, description = ready
        self.style = style
        self.first_line_direction = 0
        self.ascent = self.underline_position = self.strikethrough_position = None
        self.layout = null_or(new(context), free)
        fixed(self.layout, False)  # noqa: FBT003 — a C function
        describe(self.layout, description)

    return setup


def _ready(line_break: Any, style: Any) -> tuple[Any, Any, Any] | None:
    """What `Layout.setup` makes for a style of plain letters; None where there are lines under them or features."""
    plain = style["text_decoration_line"] == "none" and style["font_language_override"] == "normal" and style["lang"]
    if not plain or line_break.font_features(*(style[name] for name in _FONT_WORDS)):
        return None
    pango, ffi = line_break.pango, line_break.ffi
    context = ffi.gc(pango.pango_font_map_create_context(style.font_config.font_map), line_break.gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)  # noqa: FBT003
    pango.pango_context_set_base_dir(context, line_break.PANGO_DIRECTION[style["direction"]])
    name, _kept_alive = line_break.unicode_to_char_p(style["lang"])
    language = pango.pango_language_from_string(name)
    pango.pango_context_set_language(context, language)
    return context, language, line_break.get_font_description(style)


def _avoid(plain: Callable[..., tuple[Any, Any, Any]]) -> Callable[..., tuple[Any, Any, Any]]:
    """Where nothing floats there is nothing to avoid."""

    def avoid(context: Any, box: Any, containing_block: Any, outer: bool = True) -> tuple[Any, Any, Any]:  # noqa: FBT001, FBT002 — as there
        afloat = context.excluded_shapes or box.style["float"] != "none"
        if afloat or not outer or containing_block.style["direction"] != "ltr":
            return plain(context, box, containing_block, outer)
        left = containing_block.content_box_x()
        return left, box.position_y, left + containing_block.width - left  # with its rounding

    return avoid


def _packed(plain: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    """The stream of all small objects is asked for twice, for the file and for its hash: it is packed once."""

    def data(stream: Any) -> bytes:
        if stream.extra.get("Type") != "/ObjStm":
            return plain(stream)
        kept = vars(stream)
        if "_packed" not in kept:
            kept["_packed"] = plain(stream)
        return kept["_packed"]

    return data


def _to_bytes(plain: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    """Half a million times for a register: asked by type in the order of how often, numbers remembered."""
    number = lru_cache(65_536)(plain)

    def to_bytes(item: Any) -> bytes:
        kind = type(item)
        if kind is bytes:
            return item
        if kind is str:
            return item.encode("ascii")
        return number(item) if kind is float else plain(item)

    return to_bytes


def _page_references(plain: Callable[[Any], tuple[bytes, ...]]) -> Callable[[Any], tuple[bytes, ...]]:
    """Asked for by every cell, and as long as there are pages."""

    def references(pdf: Any) -> tuple[bytes, ...]:
        pages, known = len(pdf.pages["Kids"]), vars(pdf).get("_references")
        if known is None or known[0] != pages:
            known = vars(pdf)["_references"] = (pages, plain(pdf))
        return known[1]

    return references


@cache
def pack_lightly() -> None:
    """Streams are packed at zlib's usual level instead of its highest: a long register comes out a tenth sooner and a
    twenty-fifth larger. The one thing here that changes bytes."""
    import pydyf  # noqa: PLC0415 — comes with WeasyPrint

    class Packing(ModuleType):
        compress = staticmethod(zlib.compress)

        @staticmethod
        def compressobj(level: int = -1) -> Any:  # noqa: ARG004 — as pydyf calls it
            return zlib.compressobj(LEVEL)

    if fits():
        _set(pydyf, "zlib", Packing("zlib"))


@cache
def page_class(module: ModuleType) -> Any:
    """`module.HTML` without foot notes, which no paper of ours has: six styles for each element, all unused."""
    if not fits():
        return module.HTML
    text = (files("weasyprint.css") / "html5_ua.css").read_text(encoding="utf-8")
    kept = (line for line in text.splitlines() if not line.startswith(_NOTES))
    from weasyprint.css.counters import CounterStyle  # noqa: PLC0415 — with WeasyPrint itself

    sheet = module.CSS(
        counter_style=CounterStyle(),
        string="\n".join(f"li{line}" if line.startswith("::marker") else line for line in kept),
    )

    class Page(module.HTML):
        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:  # noqa: FBT001, FBT002 — as in WeasyPrint
            return [sheet, *super()._ua_stylesheets(forms)[1:]]

    return Page


def encode_once(_document: Any, pdf: Any) -> None:
    """A finisher for `write_pdf`: pydyf writes out and packs every object twice, for the file and for its hash."""
    written = _written()
    pdf.objects[:] = [each if each.free == "f" else written(each) for each in pdf.objects]


@cache
def _written() -> Any:
    import pydyf  # noqa: PLC0415 — comes with WeasyPrint

    plain_object: Any = pydyf.Object

    class Written(plain_object):
        """An object of a PDF as the bytes that it will be."""

        data = b""
        compressible = False

        def __init__(self, plain: Any) -> None:
            super().__init__()
            self.number, self.generation = plain.number, plain.generation
            self.data, self.compressible = plain.data, plain.compressible

    return Written


def take_apart(document: Any) -> None:
    """Undoes the links of a printed document, so that its boxes go at once and the collector need not look for them."""
    for page in document.pages:
        for box in list(page._page_box.descendants(placeholders=True)):
            vars(box).clear()
    vars(document).clear()
