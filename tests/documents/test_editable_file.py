"""An editable copy as a file: its bytes, its label and mark, hostile words, what LibreOffice makes of it."""

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn

from tests.documents.editable_copies import CREATED, MARK, copy_of, page, paper, simple
from tests.documents.test_pages import printed
from tests.documents.test_templates import context, rendered
from vekha.documents.editable.returned import LARGEST_WHOLE, accepted, made_by_us
from vekha.documents.identity import Claim, claim_of, docx_mark
from vekha.documents.wording import changes, words_of_docx
from vekha.texts import text

OFFICE = shutil.which("soffice")

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


def times_is_at_hand() -> bool:
    """Whether there is a font as wide as Times New Roman: in another one a copy takes other pages."""
    if shutil.which("fc-match") is None:
        return False
    found = subprocess.run(["fc-match", "Times New Roman"], check=False, capture_output=True, text=True).stdout
    return any(name in found for name in ("Times New Roman", "Liberation Serif", "Tinos"))


without_times = pytest.mark.skipif(not times_is_at_hand(), reason="no font as wide as Times New Roman")


def converted(content: bytes, folder: Path, kind: str) -> bytes:
    (folder / "copy.docx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [OFFICE or "", profile, "--headless", "--convert-to", kind, "--outdir", str(folder / "out")]
    subprocess.run([*command, str(folder / "copy.docx")], check=True, capture_output=True, timeout=400)
    return (folder / "out" / f"copy.{kind.partition(':')[0]}").read_bytes()


@pytest.mark.slow
@without_office
@without_times
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
