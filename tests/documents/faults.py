"""What is wrong with a paper: in its words, in its tables, on its pages. `test_faults.py` plants each fault."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import combinations

import pypdfium2
import tinyhtml5

from vekha.documents.engine import Html

MILLIMETRE = 72 / 25.4
EDGE = 8.5 * MILLIMETRE  # the narrowest margin is 10 mm; a space at the end of a line may hang over
TOUCH = 1.5  # points: descenders and accents of neighbouring lines may come as near
LEAST = 60  # letters of a page that is worth a sheet
BY_HAND = {"Дата", "Подпись"}  # columns of «С приказом ознакомлены»
QUOTES = {"»": "«", "“": "„"}

PATTERNS = (
    r"\{[{%#]|[}%#]\}",  # unrendered braces
    r"None|Undefined|Markup",
    r"(?<=\S)[ \u00a0]{2,}(?=\S)",  # double spaces
    r"[\"”‘]",  # quotes of other languages
    r"[A-Za-z][а-яёА-ЯЁ]|[а-яёА-ЯЁ][A-Za-z]",  # Latin letters inside Russian words
    r"\.\.(?!\.)|,,|;;|[,;:]\s*\.(?!\w)",
    r"[а-яё»)]\s+[,.;:](?=\s|$)(?<!\n)",  # a space before a comma or a full stop
    r"\bХ(?:\+\d)? года",  # a year left open
    r"(?<!\d)00\.00",
)

Box = tuple[float, float, float, float]


def words(html: Html) -> str:
    """What a reader sees, a line for each block."""
    text = re.sub(r"<style.*?</style>|<title>.*?</title>", "", html.text, flags=re.DOTALL)
    text = re.sub(r'<span class="hand"[^>]*>&nbsp;</span>', "____", text)
    return unescape(re.sub(r"<(?!/?(?:span|strong|em)\b)[^>]*>", "\n", text))


def wrong(text: str) -> list[str]:
    """What a clerk would mark: each finding with a bit of the text around it."""
    plain = re.sub(r"<[^>]*>", "", text)
    found = [
        plain[max(0, found.start() - 30) : found.end() + 20].replace("\n", "⏎")
        for pattern in PATTERNS
        for found in re.finditer(pattern, plain)
        if "\n" not in found.group()
    ]
    return found + [line for line in plain.split("\n") if not _paired(line)]


def _paired(line: str) -> bool:
    """Whether every quotation mark is closed by its own, „ “ inside « » and not the same twice in each other."""
    stack: list[str] = []
    for each in line:
        if each in QUOTES.values():
            if each in stack:
                return False
            stack.append(each)
        elif each in QUOTES and (not stack or stack.pop() != QUOTES[each]):
            return False
    return not stack


def empty_columns(html: Html) -> Iterator[str]:
    """The heads of columns in which no row has a word, those to be filled in by hand left out."""
    tree = tinyhtml5.parse(html.text, namespace_html_elements=False)
    assert tree is not None
    for table in tree.iter("table"):
        heads = ["".join(cell.itertext()).strip() for cell in table.findall("thead/tr/th")]
        rows = [row.findall("td") for row in table.findall("tbody/tr")]
        full = [row for row in rows if len(row) == len(heads)]
        for place, head in enumerate(heads):
            cells = [row[place] for row in full]
            by_hand = head in BY_HAND or any(cell.get("class") == "by-hand" for cell in cells)
            if cells and not by_hand and not any("".join(cell.itertext()).strip() or len(cell) for cell in cells):
                yield head


def words_of(pdf: bytes) -> list[str]:
    """The text of each page: single spaces, words unbroken, the page's number left out."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    plain = (" ".join(re.sub("[\x02\ufffe]\\s*", "", text).split()) for text in texts)
    return [text.removesuffix(f" {number}") for number, text in enumerate(plain, 1)]


def overlapping(one: Box, other: Box) -> bool:
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > TOUCH and min(one[3], other[3]) - max(one[1], other[1]) > TOUCH
    )


def faults(pdf: bytes) -> Iterator[tuple[int, str]]:
    """(page, «overlap», «cut» or «leftover»): texts one over another, beyond the edge, a page with next to nothing."""
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, 1):
            runs = _boxes(page)
            if any(overlapping(*pair) for pair in combinations(runs, 2)):
                yield number, "overlap"
            width, height = page.get_size()
            if any(
                left < EDGE or right > width - EDGE or bottom < EDGE or top > height - EDGE
                for left, bottom, right, top in runs
            ):
                yield number, "cut"
    yield from ((number, "leftover") for number, text in enumerate(words_of(pdf), 1) if len(text) <= LEAST)


def _boxes(page: pypdfium2.PdfPage) -> list[Box]:
    """Left, bottom, right and top of every run of text, in points."""
    text = page.get_textpage()
    return [text.get_rect(number) for number in range(text.count_rects())]
