"""The QR code of sheet 1, the mark of an electronic signature, the data inside: read back, and fit for PDF/UA."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import outloud
import pdfua
import pikepdf
import pypdfium2
import pytest
import zxingcpp

from tests.documents.example import CREATED, LAYOUTS, TITLES, context, renderer
from vekha.documents.marks import SignatureMark, address_of, code_svg, wants_code, with_code, with_signature
from vekha.documents.source import attached_data
from vekha.documents.wording import Change, DataChange, changes, data_changes, words_of, words_of_docx, words_of_pdf

DIGEST = "0123456789ab" * 5 + "cdef"
ADDRESS = "https://vekha.example/d/17?h=0123456789ab"
MARK = SignatureMark("00F1A2B3C4D5E6F7", "Соколова <b>Вера</b> Павловна", dt.date(2026, 1, 1), dt.date(2027, 4, 1))
RENDERER = renderer()


def test_the_address_holds_id_and_hash() -> None:
    assert address_of("https://vekha.example/", 17, DIGEST) == ADDRESS


@pytest.mark.parametrize(("day", "wanted"), [(dt.date(2025, 8, 17), False), (dt.date(2025, 8, 18), True)])
def test_older_papers_keep_the_layout_of_their_date(day: dt.date, wanted: bool) -> None:
    assert wants_code(day) is wanted


def test_the_code_is_the_same_picture_twice() -> None:
    assert code_svg(ADDRESS) == code_svg(ADDRESS)
    assert b"<svg" in code_svg(ADDRESS)


def html(code: str) -> str:
    return RENDERER.html(f"example/{code}.html", context(code)).text


def printed(code: str) -> bytes:
    content = json.dumps({"document": {"code": code}, "institution": {"title": "Школа"}}).encode()
    text = with_signature(with_code(html(code), ADDRESS), MARK)
    return RENDERER.pdf(text, title=TITLES[code], created=CREATED, attachments=[attached_data(content, 17, DIGEST)])


@pytest.mark.slow
@pytest.mark.parametrize("code", LAYOUTS)
def test_every_layout_with_all_its_marks(code: str, tmp_path: Path) -> None:
    """Read by a scanner, without an error for both checkers of PDF/UA and for qpdf, the same bytes twice."""
    pdf = printed(code)
    assert pdf == printed(code)
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf)
    assert [each for each in outloud.check(str(path)).findings if str(each.severity).endswith("error")] == []
    assert [each for each in pdfua.validate(str(path)).findings if each.severity.name == "ERROR"] == []
    with pikepdf.open(path) as document:
        assert document.check_pdf_syntax() == []
        told = json.loads(document.attachments["vekha.json"].get_file().read_bytes())
        assert (told["id"], told["content_sha256"], told["content"]["document"]) == (17, DIGEST, {"code": code})
    with pypdfium2.PdfDocument(pdf) as document:
        pictures = [page.render(scale=2, grayscale=True).to_pil() for page in document]
        words = words_of_pdf(pdf)
    found = [zxingcpp.read_barcodes(each) for each in pictures]
    assert [[each.text for each in page] for page in found] == [[ADDRESS], *[[] for _ in pictures[1:]]]
    corner = found[0][0].position.top_left
    assert corner.x > pictures[0].width * 0.8
    assert corner.y > pictures[0].height * 0.88
    assert (
        "ДОКУМЕНТ ПОДПИСАН ЭЛЕКТРОННОЙ ПОДПИСЬЮ Сертификат: 00F1A2B3C4D5E6F7 Владелец: Соколова <b>Вера</b>"
        in " ".join(words)
    )


@pytest.mark.slow
def test_the_code_costs_no_page() -> None:
    for code in ("order", "register", "regulation"):
        plain, coded = (
            len(words_of_pdf(RENDERER.pdf(text, title="x", created=CREATED)))
            for text in (html(code), with_code(html(code), ADDRESS))
        )
        assert plain == coded


# --- the data inside --------------------------------------------------------------------------------------------------

PEOPLE: dict[str, Any] = {
    "institution": {"title": "Школа", "head": {"last_name": "Котова"}},
    "programme": {"year": 2026},
    "document": {"code": "agreement"},
    "laws": [],
    "mentees": [{"last_name": "Иванов"}],
    "person": None,
    "pair": None,
}


def inside(**changes: Any) -> dict[str, Any]:
    content = json.dumps(PEOPLE | changes, ensure_ascii=False).encode()
    return json.loads(attached_data(content, 17, DIGEST).content)["content"]


def test_the_institutions_own_paper_carries_everything() -> None:
    assert inside() == PEOPLE


def test_a_paper_handed_out_carries_its_own_pair_and_nobody_else() -> None:
    assert inside(pair={"code": "n1"}).keys() == {"institution", "programme", "document", "laws", "pair"}


def test_a_public_paper_carries_nobody() -> None:
    found = inside(pair={"code": "n1"}, document={"code": "order_launch", "public": True})
    assert found.keys() == {"institution", "programme", "document", "laws"}
    assert found["institution"] == {"title": "Школа"}


# --- words and what differs -------------------------------------------------------------------------------------------


def test_words_without_looks() -> None:
    text = '<style>p{}</style><p>Приказ №&nbsp;<b>1</b></p><div class="qr"><img></div><ul><li>а &lt; б</li></ul>'
    assert words_of(text) == ["Приказ № 1", "а < б"]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04"])
def test_what_cannot_be_read(content: bytes) -> None:
    for read in (words_of_pdf, words_of_docx):
        with pytest.raises(ValueError, match=r"."):
            read(content)


def test_changes_are_words_wherever_the_lines_break() -> None:
    assert changes(["Приказ от 4 мая", "№ 1"], ["Приказ от 14", "мая № 1 новый"]) == [
        Change("4", "14", "Приказ от"),
        Change("", "новый", "4 мая № 1"),
    ]


def test_data_is_compared_by_names_not_by_places() -> None:
    old = {
        "mentees": [{"last_name": "Ли", "first_name": "Ян", "goal": "а"}, {"last_name": "Котов", "first_name": "Пётр"}]
    }
    new = {
        "mentees": [{"last_name": "Котов", "first_name": "Пётр"}, {"last_name": "Ли", "first_name": "Ян", "goal": "б"}]
    }
    assert list(data_changes(old, new)) == [DataChange(("mentees", "Ли Ян", "goal"), "а", "б")]
    assert list(data_changes(old, {"mentees": new["mentees"][1:]})) == [
        DataChange(("mentees", "Ли Ян", "goal"), "а", "б"),
        DataChange(("mentees", "Котов Пётр"), "Котов Пётр", None),
    ]
