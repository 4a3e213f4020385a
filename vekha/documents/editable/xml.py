"""Elements of WordprocessingML, and its units."""

import re
from collections.abc import Iterable
from typing import Any

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

Xml = Any  # an lxml element; lxml has no types
MILLIMETRE = 96 / 25.4  # in CSS pixels
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tag(name: str, /, *children: Xml, **attributes: object) -> Xml:
    """`<w:name>` with attributes of the same namespace."""
    element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), str(value))
    element.extend(children)
    return element


def when(condition: object, *elements: Xml) -> Iterable[Xml]:
    """The elements, or none of them."""
    return elements if condition else ()


def writable(text: str) -> str:
    """The text without what XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def words(text: str) -> Xml:
    """`<w:t>` with its spaces kept."""
    element = tag("t")
    element.text = writable(text)
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return element


def field(code: str) -> list[Xml]:
    """The runs of a field such as PAGE; its value is worked out by whoever opens the file."""
    instruction = tag("instrText")
    instruction.text = f" {code} "
    marks = [tag("fldChar", fldCharType=kind) for kind in ("begin", "separate", "end")]
    return [tag("r", each) for each in (marks[0], instruction, marks[1], words("2"), marks[2])]


def twips(pixels: float) -> int:
    """Twentieths of a point."""
    return round(pixels * 15)


def eighths(pixels: float) -> int:
    """The width of a border: eighths of a point, a quarter of a point at least."""
    return max(2, round(pixels * 6))
