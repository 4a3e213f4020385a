"""From HTML to PDF: the same bytes, closed to the world, our font only, the pages an official expects."""

import datetime as dt
import gc
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from tests.documents.example import CREATED, LAYOUTS, ROOT, TITLES, context, renderer
from vekha.documents import AttachedFile, Renderer, system_check
from vekha.documents import pdf as pdf_module
from vekha.documents.fonts import font_files
from vekha.domain.errors import VekhaError

pytestmark = pytest.mark.slow
RENDERER = renderer()


def made(code: str, **changes: Any) -> bytes:
    html = RENDERER.html(f"example/{code}.html", context(code, **changes))
    return RENDERER.pdf(html, title=TITLES[code], created=CREATED)


def pages(pdf: bytes) -> list[str]:
    """The text of each page with single plain spaces and words unbroken; what stands in the margins comes last."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    return [" ".join(text.replace("\x02", "").replace("\ufffe", "").split()) for text in texts]


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in millimetres."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [(round(page.get_width() / 72 * 25.4), round(page.get_height() / 72 * 25.4)) for page in document]


def margins(pdf: bytes, page: int = 0) -> tuple[float, float, float]:
    """Left, right and top margins of a page in millimetres, by the ink on it."""
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[page].render(scale=2, grayscale=True).to_pil().point(lambda value: 255 * (value < 128))
    left, top, right, _ = image.getbbox() or (0, 0, 0, 0)
    millimetres = 25.4 / 144
    return left * millimetres, (image.width - right) * millimetres, top * millimetres


@pytest.mark.parametrize("code", LAYOUTS)
def test_every_layout_prints_twice_to_the_same_bytes_and_passes_as_pdf_a(code: str) -> None:
    pdf = made(code)
    assert pdf == made(code)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        metadata = document.open_metadata()
        assert {
            name: metadata.get(name) for name in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part", "dc:title")
        } == {
            "pdfaid:part": "3",
            "pdfaid:conformance": "A",
            "pdfuaid:part": "1",
            "dc:title": TITLES[code],
        }
        assert str(document.Root.Lang) == "ru"
        assert bool(document.Root.MarkInfo.Marked)
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        assert str(document.docinfo["/CreationDate"]) == "D:20260524090000Z"
        fonts = {
            str(each.BaseFont)
            for each in document.objects
            if isinstance(each, pikepdf.Dictionary) and "/BaseFont" in each
        }
    assert {name.partition("+")[2] for name in fonts} <= {"PT-Serif", "PT-Serif-Bold", "PT-Serif-Italic"}


@pytest.mark.parametrize("code", LAYOUTS)
def test_no_page_shows_what_only_a_program_would_write(code: str) -> None:
    text = " ".join(pages(made(code)))
    for wrong in ("None", "{{", "{%", "Undefined", " ,", "..", "\ufffd", "<", '"'):
        assert wrong not in text, (wrong, text)


def test_an_order_reads_as_an_order() -> None:
    first, second = pages(made("order"))
    for words in (
        *("ПРИКАЗ", "24 мая 2026 г.", "г. Верхнереченск", "№ 63/1", "ПРИКАЗЫВАЮ:", "В. П. Соколова"),
        "Об организации наставничества в 2026/2027 учебном году",
        "заместителя директора по учебно-воспитательной работе Дьячкову А. И. 3. Утвердить:",
        "5. Педагогу-психологу Гончару И. Ф. обеспечить",
        "Приложение № 2 «Реестр наставников» дополняется",
    ):
        assert words in first
    assert second.startswith("С приказом ознакомлены: № Фамилия, инициалы")
    assert "ПРОЕКТ" not in first


def test_a_draft_says_so_on_every_page_and_leaves_room_for_date_and_number() -> None:
    first, second = pages(made("order", state="draft", number=None, date=None))
    assert "ПРОЕКТ" in first
    assert "ПРОЕКТ" in second
    assert "№ ________" in first
    assert "______________ 20___ г." in first


@pytest.mark.parametrize(
    ("code", "changes", "size", "left", "top"),
    [
        ("order", {}, (210, 297), 20, 20),
        ("order", {"retention": "постоянно"}, (210, 297), 30, 20),
        ("register", {}, (297, 210), 20, 20),
        ("plan", {}, (297, 210), 20, 30),
    ],
)
def test_margins_follow_the_standard(
    code: str, changes: dict[str, Any], size: tuple[int, int], left: int, top: int
) -> None:
    pdf = made(code, **changes)
    assert set(sizes(pdf)) == {size}
    measured = margins(pdf)
    assert measured[0] == pytest.approx(left, abs=0.6)
    assert measured[1] >= 9.6
    assert measured[2] >= top - 0.2


def test_a_poster_is_one_page() -> None:
    (text,) = pages(made("poster"))
    assert text.endswith("2026/2027 учебный год")


def test_page_numbers_begin_with_the_second_page_and_heads_repeat() -> None:
    first, *others = pages(made("register"))
    assert len(others) == 2
    assert first.startswith("Приложение № 1 к приказу от 24.05.2026 № 63/1 Реестр наставляемых")
    assert [text.split()[-1] for text in others] == ["2", "3"]
    assert all("Фамилия, имя, отчество" in text for text in others)


def test_stamps_agree_with_what_they_approve() -> None:
    assert "УТВЕРЖДЕНО приказом МБОУ «СШ № 12» от 24.05.2026 № 63/1" in pages(made("regulation"))[0]
    assert "УТВЕРЖДЕНА приказом МБОУ «СШ № 12» от 24.05.2026 № 63/1" in pages(made("plan"))[0]
    text = pages(made("stamps"))[0]
    assert [word for word in text.split() if word.isalpha() and word.isupper() and len(word) > 6] == [
        *("ПРИНЯТО", "СОГЛАСОВАНО", "СОГЛАСОВАНО", "УТВЕРЖДАЮ", "ПОЛОЖЕНИЕ")
    ]
    assert "ПРИНЯТО педагогическим советом (протокол от ____________ № 4)" in text


def test_cells_of_forty_lines_and_names_without_an_end_stay_on_the_page(tmp_path: Path) -> None:
    long_name = "Безымянский" * 27
    rows = [[1, long_name, "строка " * 400, "😀 שלום"], *([number, "Ли Ян", "да", ""] for number in range(2, 40))]
    columns = "[('№', 10), ('Имя', 40), ('Запрос', 60), ('Знак', 20)]"
    source = (
        f"{{% extends 'base/register.html' %}}{{% block table %}}{{{{ m.table({columns}, rows) }}}}{{% endblock %}}"
    )
    (tmp_path / "page.html").write_text(source, encoding="utf-8")
    loader = Renderer({"base": ROOT / "templates/documents", "example": tmp_path})
    html = loader.html("example/page.html", context("register") | {"rows": rows})
    pdf = loader.pdf(html, title="Реестр", created=CREATED)
    assert all(margins(pdf, page)[1] >= 9.6 for page in range(len(sizes(pdf))))
    assert html.blanks == ("Знак",)


def test_attachments_travel_inside() -> None:
    html = "<!doctype html><html lang=ru><body><p>Приказ</p></body></html>"
    file = AttachedFile("data.json", b'{"a": 1}', "Данные документа")
    pdf = RENDERER.pdf(html, title="Приказ", created=CREATED, attachments=[file])
    assert pdf == RENDERER.pdf(html, title="Приказ", created=CREATED, attachments=[file])
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.attachments["data.json"].get_file().read_bytes() == b'{"a": 1}'


def test_another_moment_or_title_is_another_document() -> None:
    html = "<p>Приказ</p>"
    base = RENDERER.pdf(html, title="а", created=CREATED)
    assert base != RENDERER.pdf(html, title="б", created=CREATED)
    assert base != RENDERER.pdf(html, title="а", created=CREATED + dt.timedelta(seconds=1))
    with pytest.raises(ValueError, match="time zone"):
        RENDERER.pdf(html, title="а", created=dt.datetime(2026, 5, 24))


@pytest.mark.parametrize(
    "html",
    [
        "<img src='{}'>",
        "<link rel=stylesheet href='{}'>",
        "<style>@import url('{}');</style>",
        "<style>p {{ background: url('{}') }}</style><p>а</p>",
        "<style>@font-face {{ font-family: x; src: url('{}') }} p {{ font-family: x }}</style><p>а</p>",
        "<a rel=attachment href='{}'>а</a>",
        "<object data='{}'></object>",
        "<embed src='{}'>",
        "<svg width='9' height='9'><image href='{}' width='9' height='9'/></svg>",
        "<ul style=\"list-style-image: url('{}')\"><li>а</li></ul>",
    ],
)
@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://127.0.0.1:9/x.png", "picture.png", "FILE:/etc/passwd"]
)
def test_no_way_leads_out_of_a_document(html: str, address: str) -> None:
    with pytest.raises(VekhaError) as refused:
        RENDERER.pdf(html.format(address), title="x", created=CREATED)
    (found,) = refused.value.problems
    assert found.code == "document.forbidden_address"
    assert address.rpartition("/")[2] in found.message


def test_a_linked_attachment_is_never_opened() -> None:
    pdf = RENDERER.pdf("<link rel=attachment href='file:///etc/passwd'>", title="x", created=CREATED)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert list(document.attachments) == []


def test_pictures_come_from_the_template_folders(tmp_path: Path) -> None:
    dot = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060"
        "00000005000165ca6dd50000000049454e44ae426082"
    )
    (tmp_path / "dot.png").write_bytes(dot)
    renderer_with_picture = Renderer({"base": ROOT / "templates/documents", "plugin": tmp_path})
    html = "<img alt='точка' src='asset:plugin/{}'>"
    assert renderer_with_picture.pdf(html.format("dot.png"), title="x", created=CREATED).startswith(b"%PDF-1.7")
    for name in ("none.png", "../dot.png", "%2e%2e/dot.png"):
        with pytest.raises(VekhaError, match="нет картинки"):
            renderer_with_picture.pdf(html.format(name), title="x", created=CREATED)


def test_this_machine_is_ready() -> None:
    assert system_check() == []
    assert len(font_files()) == 4


def test_missing_libraries_are_named_with_their_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_module.weasyprint().text.ffi, "harfbuzz_subset", None)
    monkeypatch.setattr(pdf_module, "font_files", tuple)
    assert [each.code for each in system_check()] == ["document.fonts_missing", "document.harfbuzz_missing"]


PANGO_MISSING = """
import cffi, sys
real = cffi.FFI.dlopen
def dlopen(self, name, flags=0):
    if "pango" in str(name): raise OSError(f"cannot load library {name}")
    return real(self, name, flags)
cffi.FFI.dlopen = dlopen
from vekha.documents import system_check
assert "weasyprint" not in sys.modules
print(*system_check())
"""


def test_a_machine_without_pango_gets_the_line_to_run() -> None:
    result = subprocess.run([sys.executable, "-c", PANGO_MISSING], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout == (
        "для PDF не хватает системной библиотеки pango. "
        "Выполните: sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0\n"
    )


def test_the_collector_is_on_again_whatever_happens() -> None:
    made("order")
    assert gc.isenabled()
    with pytest.raises(VekhaError):
        RENDERER.pdf('<img src="http://example.org/x.png">', title="x", created=CREATED)
    assert gc.isenabled()


def corner(pdf: bytes) -> float:
    """Where the approval stamp of the first page begins, in millimetres from the right edge of the text."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        text = page.get_textpage()
        (start, _) = text.search("УТВЕРЖДА").get_next() or (0, 0)
        left = text.get_charbox(start)[0]
        return (page.get_width() - left) / 72 * 25.4 - 10


@pytest.mark.parametrize(
    ("day", "width"), [(dt.date(2025, 8, 17), 75), (dt.date(2025, 8, 18), 80), (dt.date(2026, 5, 24), 80), (None, 80)]
)
def test_a_paper_keeps_the_layout_of_its_date(day: dt.date | None, width: int) -> None:
    assert corner(made("regulation", date=day, parent=None)) == pytest.approx(width, abs=1.5)
