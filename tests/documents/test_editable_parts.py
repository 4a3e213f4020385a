"""The parts of an editable copy: paragraphs and lists, signatures, tables, pictures."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Twips

from tests.documents.editable_copies import LOOKS, ROOT, Counted, local, opened, page, paper, simple
from vekha.documents import Renderer
from vekha.domain.errors import VekhaError

# --- paragraphs and lists ---------------------------------------------------------------------------------------------


def test_a_paragraph_is_set_as_the_standard_says() -> None:
    look = simple("<p>Текст</p>").styles["Normal"]
    assert look.font.name == "Times New Roman"
    assert look.font.size.pt == 14
    assert round(look.paragraph_format.first_line_indent.mm, 1) == 12.5
    assert look.paragraph_format.alignment == 3  # justified
    language = look.element.getparent().find(f".//{qn('w:lang')}")
    assert language.get(qn("w:val")) == "ru-RU"


def test_headings_are_headings_and_points_are_counted_by_word() -> None:
    document = opened(paper("regulation"))
    heads = [each for each in document.paragraphs if each.style.name == "Heading 2"]
    assert len(heads) > 5
    assert all(each._p.pPr.numPr is not None for each in heads)
    lines = [line for line in Counted(document).lines() if re.match(r"\d+\.\d+\. ", line)]
    assert lines[0].startswith("1.1. ")
    assert any(line.startswith("2.1. ") for line in lines)


def test_lists_that_begin_anew_and_lists_that_begin_in_the_middle() -> None:
    points = '<ol class="points"><li>а<ol><li>б</li><li>в</li></ol></li><li>г</li></ol>'
    counted = Counted(simple(points + "<p>между</p>" + points)).lines()
    once = ["1. а", "1.1. б", "1.2. в", "2. г"]
    assert counted == [*once, "между", *once]
    sections = (
        '<div class="numbered"><section><p>а</p></section><section><p>б</p><p class="plain">в</p></section></div>'
    )
    assert Counted(simple(sections)).lines() == ["1.1. а", "2.1. б", "в"]


def test_blanks_are_seen() -> None:
    document = simple('<p>Город: <span class="blank">не заполнено</span></p>')
    run = document.paragraphs[0].runs[1]
    assert run.text == "не заполнено"
    assert run._r.rPr.find(qn("w:shd")).get(qn("w:fill")) == "ffe9a8"


def test_spaces_that_must_not_break_are_kept_and_others_collapse() -> None:
    document = simple("<p>  №&nbsp;12\n   от <strong> 24.05.2026 </strong> <br> конец  </p>")
    assert document.paragraphs[0].text == "№\u00a012 от 24.05.2026\nконец"


def test_room_to_write_by_hand_is_as_wide_as_in_the_pdf() -> None:
    document = simple('<p>Сумма <span class="hand" style="width: 50mm">&nbsp;</span> рублей</p>')
    rule = document.paragraphs[0].text.split()[1]
    assert set(rule) == {"_"}
    assert abs(len(rule) * 14 * 0.5 / 72 * 25.4 - 50) < 2  # an underscore of Times is half its size


def test_boxes_are_signs_and_ruled_lines_are_borders() -> None:
    document = simple(
        '<p><span class="box on"></span>да <span class="box"></span>нет</p><p class="ruled plain">&nbsp;</p>'
    )
    body = document.element.body
    assert [each.get(qn("w:char")) for each in body.iter(qn("w:sym"))] == ["F0FE", "F06F"]
    assert [local(each) for border in body.iter(qn("w:pBdr")) for each in border] == ["bottom", "between"]


# --- signatures -------------------------------------------------------------------------------------------------------

SIGNED = (
    '<div class="signature"><div><div>{}</div><div class="place"></div><div class="who">В. П. Соколова</div></div>'
    '<div class="hint"><div></div><div>(подпись)</div><div>(расшифровка подписи)</div></div></div>'
)


def test_a_signature_is_a_line_set_by_tab_stops() -> None:
    document = simple("<p>Текст</p>" + SIGNED.format("Директор"))
    _, line, hint = document.paragraphs
    assert line.text == "Директор\t\t\tВ. П. Соколова"
    assert [(each.alignment, each.leader) for each in line.paragraph_format.tab_stops] == [(0, 0), (0, 3), (2, 0)]
    assert hint.text == "\t(подпись)\t(расшифровка подписи)"
    assert document.paragraphs[0].paragraph_format.keep_with_next
    assert round(line.paragraph_format.tab_stops[2].position.mm) == 180


def test_a_long_position_needs_a_table() -> None:
    document = simple(SIGNED.format("Заместитель директора по воспитательной работе и дополнительному образованию"))
    (table,) = document.tables
    assert table.rows[0].cells[2].text == "В. П. Соколова"
    assert table.rows[0].cells[1]._tc.tcPr.find(f"{qn('w:tcBorders')}/{qn('w:bottom')}").get(qn("w:val")) == "single"


# --- tables -----------------------------------------------------------------------------------------------------------


def test_tables_repeat_their_heads_and_do_not_break_their_rows() -> None:
    (table,) = opened(paper("mentee_register")).tables
    rows = table._tbl.tr_lst
    assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [True] + [False] * (len(rows) - 1)
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    widths = [int(each.get(qn("w:w"))) for each in table._tbl.tblGrid]
    assert abs(Twips(sum(widths)).mm - (297 - 10 - 20)) < 0.5
    assert len(set(widths)) > 3
    layout = table._tbl.tblPr.find(qn("w:tblLayout"))
    assert layout.get(qn("w:type")) == "fixed"


def test_a_stage_keeps_with_its_first_row() -> None:
    (table,) = (each for each in opened(paper("roadmap", "college")).tables if len(each.columns) == 5)
    stage = next(row for row in table.rows if row.cells[0].text.startswith("Этап 1"))
    assert len(stage._tr.tc_lst) == 1
    assert stage.cells[0].paragraphs[0].paragraph_format.keep_with_next


def test_merged_cells() -> None:
    (table,) = simple(
        '<table class="grid"><tr><td rowspan="2">а</td><td colspan="2">б</td></tr>'
        "<tr><td>в</td><td>г</td></tr><tr><td>д</td><td>е</td><td>ж</td></tr></table>"
    ).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["а", "б", "б"],
        ["а", "в", "г"],
        ["д", "е", "ж"],
    ]


def test_columns_that_run_from_right_to_left_keep_their_borders() -> None:
    style = ".t { display: table; direction: rtl } .t > div { display: table-cell; border-left: 1pt solid }"
    document = simple('<div class="t"><div>а</div><div>б</div></div>', style)
    properties = document.tables[0]._tbl.tblPr
    assert properties.find(qn("w:bidiVisual")) is not None
    drawn = properties.find(qn("w:tblBorders"))
    assert [drawn.find(qn(f"w:{side}")).get(qn("w:val")) for side in ("left", "right")] == ["nil", "single"]


def test_two_tables_do_not_run_together_and_a_cell_ends_with_a_paragraph() -> None:
    table = '<table class="grid"><tr><td>{}</td></tr></table>'
    document = simple(table.format("а") + table.format(table.format("б")))
    assert [local(each) for each in document.element.body] == ["p", "tbl", "p", "tbl", "p", "sectPr"]
    assert [local(each) for each in document.tables[1].cell(0, 0)._tc][1:] == ["p", "tbl", "p"]


# --- pictures ---------------------------------------------------------------------------------------------------------

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>'


@pytest.fixture
def with_logo(tmp_path: Path) -> Renderer:
    from PIL import Image  # noqa: PLC0415

    Image.new("RGB", (40, 20), "red").save(tmp_path / "logo.png")
    (tmp_path / "logo.svg").write_text(SVG, encoding="utf-8")
    return Renderer({"base": ROOT / "templates/documents", "own": tmp_path})


@pytest.mark.parametrize("name", ["logo.png", "logo.svg"])
def test_pictures_come_along_in_their_size(with_logo: Renderer, name: str) -> None:
    html = page(f'<p><img src="asset:own/{name}" alt="Герб" style="width: 30mm; height: 15mm"></p>')
    document: Any = Document(io.BytesIO(with_logo.docx(html, LOOKS)))
    (shape,) = document.inline_shapes
    assert (round(shape.width.mm), round(shape.height.mm)) == (30, 15)
    assert shape._inline.docPr.get("descr") == "Герб"
    (image,) = [part for part in document.part.package.iter_parts() if part.partname.startswith("/word/media/")]
    assert image.blob.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("address", "code"),
    [("asset:own/none.png", "document.missing_asset"), ("https://example.org/logo.png", "document.forbidden_address")],
)
def test_no_picture_from_elsewhere(with_logo: Renderer, address: str, code: str) -> None:
    with pytest.raises(VekhaError) as refused:
        with_logo.docx(page(f'<p><img src="{address}" alt=""></p>'), LOOKS)
    assert [each.code for each in refused.value.problems] == [code]


def test_the_code_of_the_first_sheet_stays_behind() -> None:
    document = simple('<div class="qr"><img src="data:," alt=""></div><p>а</p>', ".qr { position: running(qr) }")
    assert [each.text for each in document.paragraphs] == ["а"]
