"""Editable copies: the words of the PDF, its pages, tables and lists, in a DOCX that Word and LibreOffice open."""

import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.shared import Mm, Twips

from tests.documents.test_pages import ONCE, printed, words_of
from tests.documents.test_templates import PAPERS, Paper, context, every_paper, rendered, renderer
from vekha.documents import Renderer
from vekha.documents.editable.package import Properties
from vekha.documents.editable.returned import LARGEST_WHOLE, accepted, made_by_us
from vekha.documents.editable.styled import HANDLED
from vekha.documents.identity import Claim, claim_of, docx_mark
from vekha.documents.wording import changes, words_of_docx
from vekha.documents.wording import words_of as words_of_html
from vekha.domain.errors import VekhaError
from vekha.texts import text

ROOT = Path(__file__).parents[2]
CREATED = dt.datetime(2026, 5, 24, tzinfo=dt.UTC)
OFFICE = shutil.which("soffice")
MARK = docx_mark(7, "a" * 64)
LOOKS = Properties("Приказ", "Школа № 12", CREATED, MARK, "КОПИЯ ДЛЯ ПРАВКИ")

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


def copy_of(html: object, **changed: Any) -> bytes:
    look = Properties(**{name: changed.get(name, getattr(LOOKS, name)) for name in Properties.__dataclass_fields__})
    return renderer().docx(html, look)  # pyright: ignore[reportArgumentType]


def paper(code: str, kind: str = "school") -> Paper:
    return next(each for each in PAPERS if (each[0], each[3]) == (kind, code))


def opened(paper: Paper) -> Any:
    return Document(io.BytesIO(copy_of(rendered(paper))))


def page(body: str, style: str = "", classes: str = "") -> str:
    return f'<html lang="ru"><head><style>{style}</style></head><body class="{classes}">{body}</body></html>'


def simple(body: str, style: str = "", classes: str = "") -> Any:
    return Document(io.BytesIO(copy_of(page(body, style, classes))))


def roots(content: bytes) -> list[Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [parse_xml(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")]


def local(element: Any) -> str:
    return element.tag.partition("}")[2]


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


class Counted:
    """The words of a DOCX with the numbers that Word puts before paragraphs, counted from `numbering.xml` anew."""

    def __init__(self, document: Any) -> None:
        self._document = document
        root = document.part.numbering_part.element
        kinds = {each.get(qn("w:abstractNumId")): each for each in root.findall(qn("w:abstractNum"))}
        self._lists = {
            each.get(qn("w:numId")): (each, kinds[each.find(qn("w:abstractNumId")).get(qn("w:val"))])
            for each in root.findall(qn("w:num"))
        }
        self._counts: dict[str, list[int]] = {}

    def lines(self) -> list[str]:
        found: list[str] = []
        for paragraph in self._document.element.body.iter(qn("w:p")):
            number = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            runs = (each for each in paragraph.iter() if local(each) in ("t", "tab", "br", "noBreakHyphen"))
            own = "".join({"t": each.text, "noBreakHyphen": "-"}.get(local(each), " ") for each in runs)
            found.append(f"{self._number(number)} {own}" if number is not None else own)
        return found

    def _number(self, properties: Any) -> str:
        level, number = (properties.find(qn(f"w:{name}")).get(qn("w:val")) for name in ("ilvl", "numId"))
        instance, kind = self._lists[number]
        shown = kind.find(f"{qn('w:lvl')}[@{qn('w:ilvl')}='{level}']/{qn('w:lvlText')}").get(qn("w:val"))
        if "%" not in shown:
            return shown
        starts = {
            each.get(qn("w:ilvl")): int(each.find(qn("w:startOverride")).get(qn("w:val")))
            for each in instance.findall(qn("w:lvlOverride"))
        }
        depth = int(level)
        counts = self._counts.setdefault(number, [])
        while len(counts) < depth:
            counts.append(starts.get(str(len(counts)), 1))
        if len(counts) == depth:
            fresh = starts.get(level, 1) if not any(each == (number, depth) for each in self._seen) else 1
            counts.append(fresh)
        else:
            counts[depth] += 1
            del counts[depth + 1 :]
        self._seen.add((number, depth))
        return re.sub(r"%(\d)", lambda place: str(counts[int(place[1]) - 1]), shown)

    @property
    def _seen(self) -> set[tuple[str, int]]:
        return self.__dict__.setdefault("seen", set())


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


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_same_text_gives_the_same_bytes_without_the_hour() -> None:
    html = rendered(paper("order_launch"))
    content = copy_of(html)
    assert content == copy_of(html)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_properties_say_whose_copy_it_is() -> None:
    content = copy_of(rendered(paper("order_launch")))
    core = Document(io.BytesIO(content)).core_properties
    assert (core.title, core.author, core.language) == ("Приказ", "Школа № 12", "ru-RU")
    assert core.created == CREATED
    assert claim_of(content, ".docx") == Claim(7, "a" * 12)


def test_a_copy_comes_back_without_its_label_and_with_a_new_mark() -> None:
    content = copy_of(rendered(paper("order_launch")), label=text("editable.copy"))
    assert made_by_us(content)
    taken = accepted(content, docx_mark(8, "b" * 64))
    assert claim_of(taken, ".docx") == Claim(8, "b" * 12)
    section = Document(io.BytesIO(taken)).sections[0]
    assert section.header._element.find(f".//{qn('w:instrText')}") is not None
    assert [each.paragraphs[0].text.strip() for each in (section.header, section.first_page_header)] == ["2", ""]
    assert words_of_docx(taken) == words_of_docx(content)


def test_what_a_person_wrote_in_the_header_stays() -> None:
    document = Document(io.BytesIO(copy_of(page("<p>а</p>"), label=text("editable.copy"))))
    document.sections[0].first_page_header.paragraphs[0].add_run(" от Петрова")
    stream = io.BytesIO()
    document.save(stream)
    header = Document(io.BytesIO(accepted(stream.getvalue(), MARK))).sections[0].first_page_header
    assert header.paragraphs[0].text.strip() == text("editable.copy") + " от Петрова"


def test_a_file_of_others_is_left_alone() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = text("editable.draft")
    stream = io.BytesIO()
    document.save(stream)
    assert not made_by_us(stream.getvalue())
    assert accepted(stream.getvalue(), MARK) == stream.getvalue()
    assert not made_by_us(b"PK broken")


def test_a_file_signed_inside_is_left_alone() -> None:
    stream = io.BytesIO(copy_of(page("<p>а</p>")))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
    assert accepted(stream.getvalue(), MARK) == stream.getvalue()


def test_a_bomb_is_left_alone() -> None:
    stream = io.BytesIO(copy_of(page("<p>а</p>")))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/bomb.png", bytes(LARGEST_WHOLE))
    assert accepted(stream.getvalue(), MARK) == stream.getvalue()


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


# --- hostile input ----------------------------------------------------------------------------------------------------

HOSTILE = {
    "name of 300 signs": "Ж" * 300,
    "html": "<script>alert(1)</script><b>жирно</b> & «кавычки»",
    "emoji": "Наставник 👩‍🏫 года 🏆",
    "right to left": "Имя שלום العربية конец",
    "control signs": "нуль\x0b и \x1f звонок",
    "word field": "{ PAGE } %1. <w:t>",
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_stay_words(words: str) -> None:
    order = paper("order_launch")
    full = rendered(order)
    known = context(order).institution
    institution = known.model_copy(update={"title": words, "short_title": words, "city": words})
    html = rendered(order, institution=institution)
    content = copy_of(html, title=words, author=words)
    found = " ".join(words_of_docx(content)).split()
    for word in re.sub("[\x0b\x1f]", "", words).split():
        assert any(word in each for each in found), word
    assert full.text != html.text


def test_a_register_of_many_rows() -> None:
    row = "<tr>" + "<td>слово</td>" * 9 + "</tr>"
    table = f'<table class="grid"><thead><tr>{"<th>к</th>" * 9}</tr></thead><tbody>{row * 400}</tbody></table>'
    document = simple(table, classes="landscape")
    assert len(document.tables[0]._tbl.tr_lst) == 401


# --- LibreOffice ------------------------------------------------------------------------------------------------------

without_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed")


def converted(content: bytes, folder: Path, kind: str) -> bytes:
    (folder / "copy.docx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [OFFICE or "", profile, "--headless", "--convert-to", kind, "--outdir", str(folder / "out")]
    subprocess.run([*command, str(folder / "copy.docx")], check=True, capture_output=True, timeout=120)
    return (folder / "out" / f"copy.{kind.partition(':')[0]}").read_bytes()


@pytest.mark.slow
@without_office
@pytest.mark.parametrize("code", ["order_launch", "regulation", "roadmap", "thanks_letter"])
def test_libreoffice_lays_it_out_on_as_many_pages(code: str, tmp_path: Path) -> None:
    copy = converted(copy_of(rendered(paper(code))), tmp_path, "pdf")
    with pypdfium2.PdfDocument(copy) as one, pypdfium2.PdfDocument(printed(paper(code))) as other:
        assert [one[0].get_size()[side] for side in (0, 1)] == pytest.approx(list(other[0].get_size()), abs=1)
        assert abs(len(one) - len(other)) <= 1


@pytest.mark.slow
@without_office
def test_a_copy_saved_by_libreoffice_is_still_ours(tmp_path: Path) -> None:
    content = copy_of(rendered(paper("order_launch")), label=text("editable.copy"))
    saved = converted(content, tmp_path, "docx:MS Word 2007 XML")
    assert claim_of(saved, ".docx") == Claim(7, "a" * 12)
    assert changes(words_of_docx(content), words_of_docx(saved)) == []
    taken = Document(io.BytesIO(accepted(saved, MARK)))
    assert text("editable.copy") not in "".join(each.text or "" for root in roots_of(taken) for each in root.iter())


def roots_of(document: Any) -> list[Any]:
    return [part.element for part in document.part.package.iter_parts() if hasattr(part, "element")]
