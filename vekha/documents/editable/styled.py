"""A rendered text with the style of every element, as WeasyPrint's cascade works it out from the one stylesheet."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from vekha.domain.errors import VekhaError, problem

Element = Any  # of ElementTree
Style = Mapping[str, Any]
SIDES = ("top", "right", "bottom", "left")

BLOCKS = frozenset(
    [
        "body",
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "section",
        "ul",
        "ol",
        "li",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "colgroup",
        "col",
    ]
)
INLINES = frozenset(["a", "b", "br", "em", "i", "img", "s", "span", "strong", "sub", "sup", "u"])
HANDLED = BLOCKS | INLINES
"""The elements that a document may consist of: what else a template says has no editable form."""

_INNERS = frozenset({"", "flow", "flow-root", "table"})
_DISPLAYS = frozenset({"block", "list-item", "table", "table-row", "table-cell", "inline", "inline-block", "none"}) | {
    "table-row-group",
    "table-header-group",
    "table-footer-group",
    "table-column",
    "table-column-group",
}


class StyledText:
    """The tree of one text; `style` answers for an element or a pseudo-element of it."""

    def __init__(self, html: Any, stylesheet: Any, fonts: Any, read: Callable[[str], bytes]) -> None:
        from weasyprint.css import get_all_computed_styles  # noqa: PLC0415 with WeasyPrint itself
        from weasyprint.css.counters import CounterStyle  # noqa: PLC0415

        self._html, self._read = html, read
        self._style_for: Any = get_all_computed_styles(
            html, [stylesheet], font_config=fonts, counter_style=CounterStyle(), page_rules=[], layers=[]
        )

    @property
    def body(self) -> Element:
        return self._html.etree_element.find("body")

    def style(self, element: Element) -> Style:
        return self._style_for(element)

    def before(self, element: Element) -> tuple[Any, ...]:
        """What `::before` puts before the words of an element: strings and counters."""
        style = self._style_for(element, "before")
        content = style["content"] if style is not None else ()
        return content if isinstance(content, tuple) else ()

    def display(self, element: Element) -> str:
        """Raises VekhaError document.no_editable_form for what no DOCX of ours can show."""
        style = self.style(element)
        outer, inner = (*style["display"], "")[:2]
        kind = "inline-block" if (outer, inner) == ("inline", "flow-root") else "table" if inner == "table" else outer
        if kind == "none":
            return kind
        known = element.tag in HANDLED and kind in _DISPLAYS and inner in _INNERS
        if not known or style["float"] != "none":
            raise VekhaError(problem("document.no_editable_form", name=f"<{element.tag}>"))
        return kind

    def page(self, name: str, *, first: bool = False) -> tuple[Style, bool]:
        """The style of a page of this name, and whether its number stands at the top."""
        from weasyprint.layout.page import PageType, set_page_type_computed_styles  # noqa: PLC0415

        page = PageType(side="right", blank=False, name=name, index=0 if first else 1, groups=())
        set_page_type_computed_styles(page, self._html, self._style_for)
        content = self._style_for(page, "@top-center")["content"]
        return self._style_for(page), isinstance(content, tuple) and any(kind == "counter()" for kind, _ in content)

    def picture(self, address: str) -> bytes:
        """The bytes of a picture of the template's folder, or of one written in the text itself."""
        return self._read(address)


def children(element: Element) -> Iterator[Element | str]:
    """Texts and elements in their order; comments left out."""
    if element.text:
        yield element.text
    for child in element:
        if isinstance(child.tag, str):
            yield child
        if child.tail:
            yield child.tail


def pixels(value: Any, whole: float = 0) -> float:
    """A computed length; percentages are of `whole`, `auto` and the like are nothing."""
    unit, number = getattr(value, "unit", None), getattr(value, "value", None)
    if number is None:
        return float(value) if isinstance(value, int | float) else 0.0
    return number * whole / 100 if unit == "%" else float(number) if unit and unit.lower() == "px" else 0.0


def classes(element: Element) -> frozenset[str]:
    return frozenset((element.get("class") or "").split())
