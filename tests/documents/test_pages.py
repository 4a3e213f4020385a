"""The pages of every document of the roadmaps as printed: nothing overlaps, nothing is cut, no column is empty, and the
text is the one that was looked at.

A text is compared with `snapshots/<template>.txt`: words in their order, lines and hyphens left out, so that a font's
new version changes nothing. After a change of words on purpose run this file with `VEKHA_SNAPSHOTS=write` in the
environment, and look at the difference.
"""

import datetime as dt
import os
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import outloud
import pdfua
import pikepdf
import pypdfium2
import pytest
import tinyhtml5

from tests.documents.test_templates import PAPERS, REGISTRY, Paper, every_paper, rendered, renderer

SNAPSHOTS = Path(__file__).parent / "snapshots"
MILLIMETRE = 72 / 25.4
EDGE = 8.5 * MILLIMETRE  # the narrowest margin is 10 mm; a space at the end of a line may hang over
TOUCH = 1.5  # points: descenders and accents of neighbouring lines may come as near
BY_HAND = {"Дата", "Подпись"}  # columns of «С приказом ознакомлены»

Box = tuple[float, float, float, float]


def template_of(paper: Paper) -> str:
    kind, roadmap, _, code = paper
    return renderer().resolve(kind, REGISTRY.roadmap(kind, roadmap).documents[code].template or "")


def one_of_each_template() -> Iterator[Paper]:
    seen: set[tuple[str, str]] = set()
    for paper in PAPERS:
        name = (template_of(paper), paper[3])
        if name not in seen:
            seen.add(name)
            yield paper


ONCE = tuple(one_of_each_template())


@cache
def printed(paper: Paper) -> bytes:
    created = dt.datetime(2026, 5, 24, tzinfo=dt.UTC)
    return renderer().pdf(rendered(paper), title=paper[3], created=created)


def words_of(pdf: bytes) -> list[str]:
    """The text of each page: single spaces, words unbroken, the page's number left out."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    plain = (" ".join(re.sub("[\x02\ufffe]\\s*", "", text).split()) for text in texts)
    return [text.removesuffix(f" {number}") for number, text in enumerate(plain, 1)]


def lines_of(pdf: bytes) -> str:
    """A line for each sentence, wherever the pages end."""
    return re.sub(r"(?<=[а-яё»)][.;:!?]) (?=[А-ЯЁ«–])", "\n", " ".join(words_of(pdf))) + "\n"


def boxes(page: pypdfium2.PdfPage) -> list[Box]:
    """Left, bottom, right and top of every run of text, in points."""
    text = page.get_textpage()
    return [text.get_rect(number) for number in range(text.count_rects())]


def overlapping(one: Box, other: Box) -> bool:
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > TOUCH and min(one[3], other[3]) - max(one[1], other[1]) > TOUCH
    )


@pytest.mark.slow
@every_paper
def test_nothing_overlaps_and_nothing_is_cut(paper: Paper) -> None:
    with pypdfium2.PdfDocument(printed(paper)) as document:
        for number, page in enumerate(document, 1):
            runs = boxes(page)
            assert [pair for pair in combinations(runs, 2) if overlapping(*pair)] == [], number
            width, height = page.get_size()
            for left, bottom, right, top in runs:
                assert left >= EDGE
                assert right <= width - EDGE
                assert bottom >= EDGE
                assert top <= height - EDGE


@pytest.mark.slow
@every_paper
def test_no_page_holds_leftovers_only(paper: Paper) -> None:
    for number, text in enumerate(words_of(printed(paper)), 1):
        assert len(text) > 60, (number, text)


@pytest.mark.slow
@pytest.mark.parametrize("paper", ONCE, ids=["-".join((each[1], each[3])) for each in ONCE])
def test_the_text_is_the_one_that_was_looked_at(paper: Paper) -> None:
    name = template_of(paper).removesuffix(".html").replace("/", "-")
    file = SNAPSHOTS / (f"{name}.txt" if paper[3] in name else f"{name}-{paper[3]}.txt")
    text = lines_of(printed(paper))
    if os.environ.get("VEKHA_SNAPSHOTS") == "write":
        SNAPSHOTS.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("paper", ONCE, ids=["-".join((each[1], each[3])) for each in ONCE])
def test_every_paper_passes_the_checkers_of_accessibility(paper: Paper, tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(printed(paper))
    assert [each for each in outloud.check(str(path)).findings if str(each.severity).endswith("error")] == []
    assert [each for each in pdfua.validate(str(path)).findings if each.severity.name == "ERROR"] == []
    with pikepdf.open(path) as document:
        assert document.check_pdf_syntax() == []


@every_paper
def test_no_column_of_a_table_is_empty(paper: Paper) -> None:
    tree = tinyhtml5.parse(rendered(paper).text, namespace_html_elements=False)
    assert tree is not None
    for table in tree.iter("table"):
        heads = ["".join(cell.itertext()).strip() for cell in table.findall("thead/tr/th")]
        rows = [row.findall("td") for row in table.findall("tbody/tr")]
        full = [row for row in rows if len(row) == len(heads)]
        for place, head in enumerate(heads):
            cells = [row[place] for row in full]
            if cells and head not in BY_HAND and not any(cell.get("class") == "by-hand" for cell in cells):
                assert any("".join(cell.itertext()).strip() or len(cell) for cell in cells), head


def test_the_snapshots_are_those_of_templates() -> None:
    names = {template_of(each).removesuffix(".html").replace("/", "-") for each in ONCE}
    assert {each.stem for each in SNAPSHOTS.glob("*.txt")} >= names - {
        "base-common-consent_pd",
    }


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ((0, 0, 10, 10), (5, 5, 20, 20), True),
        ((0, 0, 10, 10), (9, 0, 20, 10), False),
        ((0, 0, 10, 10), (0, 11, 10, 20), False),
    ],
)
def test_the_check_sees_overlaps(one: Box, other: Box, *, found: bool) -> None:
    assert overlapping(one, other) is found
