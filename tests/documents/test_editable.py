"""Editable copies: the words of the PDF and its pages, in a DOCX that Word and LibreOffice open."""

import re
from collections import Counter
from typing import Any

import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Twips

from tests.documents.editable_copies import ROOT, Counted, copy_of, local, opened, page, paper, roots, simple
from tests.documents.faults import words_of
from tests.documents.test_pages import ONCE, printed
from tests.documents.test_templates import Paper, every_paper, rendered
from vekha.documents.editable.styled import HANDLED
from vekha.documents.wording import changes, words_of_docx
from vekha.documents.wording import words_of as words_of_html
from vekha.domain.errors import VekhaError

# The order of children that the schema of WordprocessingML demands, of the elements that a copy is made of.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr pBdr shd tabs suppressAutoHyphens"
    " spacing ind jc outlineLvl rPr sectPr",
    "rPr": "rFonts b bCs i iCs strike color spacing sz szCs u shd vertAlign rtl lang",
    "tblPr": "bidiVisual tblW tblInd tblBorders tblLayout tblCellMar",
    "tblBorders": "top left bottom right insideH insideV",
    "tcPr": "tcW gridSpan vMerge tcBorders shd tcMar vAlign",
    "tcBorders": "top left bottom right",
    "tcMar": "top left bottom right",
    "pBdr": "top left bottom right between",
    "sectPr": "headerReference pgSz pgMar pgBorders titlePg",
    "tbl": "tblPr tblGrid tr",
    "tr": "trPr tc",
    "lvl": "start numFmt suff lvlText lvlJc pPr",
    "style": "name basedOn next uiPriority qFormat pPr rPr tblPr",
    "settings": "zoom defaultTabStop autoHyphenation consecutiveHyphenLimit characterSpacingControl compat"
    " themeFontLang decimalSymbol listSeparator",
}

# --- words ------------------------------------------------------------------------------------------------------------


@every_paper
def test_every_document_has_a_copy_with_the_same_words(paper: Paper) -> None:
    html = rendered(paper)
    content = copy_of(html)
    assert changes(words_of_html(html.text), words_of_docx(content)) == []
    for root in roots(content):
        for element in root.iter():
            wanted = ORDER.get(local(element))
            if wanted is not None:
                places = [wanted.split().index(local(child)) for child in element]
                assert places == sorted(places), (local(element), [local(child) for child in element])


def letters(lines: list[str]) -> Counter[str]:
    """Every sign but spaces, rules to write on, and hyphens, which the press sets and takes back by itself."""
    return Counter(re.sub(r"[\s_\u2011\u00ad×-]", "", "".join(lines)))


@pytest.mark.slow
@pytest.mark.parametrize("paper", ONCE, ids=["-".join((each[1], each[3])) for each in ONCE])
def test_the_copy_says_what_the_pdf_says_numbers_and_all(paper: Paper) -> None:
    """Sign by sign, since the press glues words of neighbouring cells; what it says more are the heads it repeats."""
    document = opened(paper)
    pages = words_of(printed(paper))
    ours, theirs = letters(Counted(document).lines()), letters(pages)
    assert ours - theirs == Counter()
    heads = letters([cell.text for table in document.tables for cell in _head(table)])
    assert theirs - ours <= Counter({sign: count * len(pages) for sign, count in heads.items()})


def _head(table: Any) -> list[Any]:
    return [cell for row in table.rows if row._tr.trPr.find(qn("w:tblHeader")) is not None for cell in row.cells]


# --- pages ------------------------------------------------------------------------------------------------------------


def test_pages_have_the_margins_of_their_layout() -> None:
    section = opened(paper("order_launch")).sections[0]
    margins = [section.top_margin, section.right_margin, section.bottom_margin, section.left_margin]
    long = [Mm(20), Mm(10), Mm(20), Mm(30)]
    assert [abs(one - other) < Mm(0.1) for one, other in zip(margins, long, strict=True)] == [True] * 4
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    register = opened(paper("mentee_register")).sections[0]
    assert register.orientation is WD_ORIENT.LANDSCAPE
    assert (round(register.page_width.mm), round(register.page_height.mm)) == (297, 210)


def test_the_page_number_begins_on_the_second_page() -> None:
    section = opened(paper("order_launch")).sections[0]
    assert section.different_first_page_header_footer
    fields = [each.text for each in section.header._element.iter(qn("w:instrText"))]
    assert fields == [" PAGE "]
    assert list(section.first_page_header._element.iter(qn("w:instrText"))) == []
    for header in (section.header, section.first_page_header):
        assert header.paragraphs[0].text.split("\t")[2] == "КОПИЯ ДЛЯ ПРАВКИ"


def test_an_annex_on_its_side_is_a_section_of_its_own_width() -> None:
    document = opened(paper("dual_contract", "college"))
    assert [each.orientation for each in document.sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]
    (table,) = [each for each in document.tables if each.rows[0].cells[0].text == "№"]
    widths = [int(each.get(qn("w:w"))) for each in table._tbl.tblGrid]
    assert abs(Twips(sum(widths)).mm - (297 - 10 - 20)) < 0.5
    mark = next(each for each in document.paragraphs if each.text == "Приложение")
    assert not mark.paragraph_format.page_break_before  # the section begins a page already


def test_a_certificate_stands_in_a_frame_with_its_foot_at_the_bottom() -> None:
    document = opened(paper("thanks_letter"))
    section = document.element.body.sectPr
    assert [each.get(qn("w:val")) for each in section.find(qn("w:pgBorders"))] == ["double"] * 4
    (frame,) = document.element.body.iter(qn("w:framePr"))
    assert (frame.get(qn("w:vAnchor")), frame.get(qn("w:yAlign"))) == ("margin", "bottom")


def test_annexes_begin_on_a_new_page() -> None:
    document = simple('<p>Приказ</p><section class="annex"><p>Приложение № 1</p></section>')
    assert [each.paragraph_format.page_break_before for each in document.paragraphs] == [None, True]


# --- what it cannot do ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "style"),
    [
        ("<video></video>", ""),
        ("<form><input></form>", ""),
        ("<p>а</p>", "p { float: left }"),
        ("<p>а</p>", "p { display: flex }"),
        ("<p>а <svg></svg></p>", ""),
    ],
)
def test_what_has_no_place_in_a_docx_is_refused(body: str, style: str) -> None:
    with pytest.raises(VekhaError) as refused:
        copy_of(page(body, style))
    assert [each.code for each in refused.value.problems] == ["document.no_editable_form"]


def test_the_manual_lists_the_elements() -> None:
    manual = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
    listed = re.search(r"Elements of a document: (.*?)\.", manual, re.DOTALL)
    assert listed
    assert set(re.findall(r"`(\w+)`", listed[1])) == HANDLED
