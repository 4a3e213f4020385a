"""The pack of a stage: everything issued in it, with contents, the same bytes each time."""

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.services.conftest import DECISION, KEY, NEIGHBOUR, ORDER, SCAN, STRANGER, Club
from vekha.domain.access import Actor
from vekha.domain.errors import VekhaError
from vekha.services.office import documents, packs, prints
from vekha.storage.tables import Document

PNG = b"\x89PNG\r\n\x1a\n a picture"


@pytest.fixture
def issued(club: Club) -> Club:
    """Two orders, one of them replaced, and a scan; «printed» without making the PDFs, which takes a while."""
    with club.work() as work:
        documents.approve(work, KEY, [ORDER, DECISION])
        documents.approve(work, KEY, [ORDER])
        documents.attach(work, KEY, SCAN, PNG, "скан.png")
        for row in club.rows(Document) or documents.issued(work, KEY):
            if row.file is None:
                prints.record_print(work, row.id or 0, work.tools.files.put(f"%PDF-{row.code} {row.number}".encode()))
    return club


def pack(club: Club) -> str:
    with club.work() as work:
        return packs.file_pack(work, KEY, "prepare")


def test_what_is_in_a_pack(issued: Club) -> None:
    with zipfile.ZipFile(io.BytesIO(issued.app.tools.files.get(pack(issued)))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names[0] == "Опись.pdf"
        contents = archive.read(names[1]).decode()
        assert names[2:] == ["01 Решение № 2.pdf", "02 Приказ № 3.pdf", "03 Скан.png"]
        assert archive.read(names[4]) == PNG
    assert all(name in contents for name in names[2:])
    assert "Подготовка" in contents
    assert "04.05.2026" in contents


def test_the_same_bytes_twice(issued: Club) -> None:
    first = pack(issued)
    issued.clock.pass_days(30)
    assert pack(issued) == first


def test_what_is_not_printed_yet_is_asked_for(club: Club) -> None:
    with club.work() as work:
        (row,) = documents.approve(work, KEY, [ORDER])
        assert packs.documents_to_print(work, KEY, "prepare") == [row.id]
        assert packs.documents_to_print(work, KEY, "people") == []
        prints.record_print(work, row.id or 0, work.tools.files.put(b"%PDF-"))
        assert packs.documents_to_print(work, KEY, "prepare") == []


def test_a_folder_for_each_stage(issued: Club, tmp_path: Path) -> None:
    with issued.work(writes=False) as work:
        written = packs.export(work, KEY, tmp_path / "out")
    assert [path.relative_to(tmp_path / "out").as_posix() for path in written] == [
        "1. Подготовка/01 Решение № 2.pdf",
        "1. Подготовка/02 Приказ № 3.pdf",
        "1. Подготовка/03 Скан.png",
    ]
    assert written[2].read_bytes() == PNG


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("01 Приказ «О запуске» № 42/1", "01 Приказ О запуске № 42 1"),
        ('a<b>c:d"e/f\\g|h?i*j\n', "a b c d e f g h i j"),
        ("точка. ", "точка"),
        ("я" * 200, "я" * 113 + "…"),
        ("слово " * 19 + "слово", "слово " * 18 + "слово…"),
        ("Письмо (" + "Ким Ия, " * 20 + ")", "Письмо (" + "Ким Ия, " * 12 + "Ким Ия…)"),
        ("Письмо (Ким Ия) " + "и другие " * 20, "Письмо (Ким Ия) " + "и другие " * 10 + "и…"),
    ],
)
def test_names_for_every_system(name: str, safe: str) -> None:
    assert packs.safe_name(name) == safe


@pytest.mark.parametrize("who", [STRANGER, NEIGHBOUR])
def test_who_may(issued: Club, tmp_path: Path, who: Actor) -> None:
    for service, arguments in (
        (packs.file_pack, ("prepare",)),
        (packs.documents_to_print, ("prepare",)),
        (packs.export, (tmp_path,)),
    ):
        assert issued.codes(service, KEY, *arguments, who=who) == ["access.denied"]


# --- of a whole programme ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_whole_programme_in_one_archive_with_its_list(issued: Club) -> None:
    def made(stage: str | None = None) -> bytes:
        with issued.work(writes=False) as work:
            return packs.programme_pack(work, KEY, stage)

    first = made()
    issued.clock.pass_days(30)
    assert made() == first == made("prepare")
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        names = archive.namelist()
        told, listed = archive.read("Опись.pdf"), archive.read("Опись.txt").decode()
        sums = [f"{hashlib.sha256(archive.read(name)).hexdigest()}  {name}" for name in names[2:]]
    assert names[2:] == [f"1. Подготовка/{name}" for name in ("01 Решение № 2.pdf", "02 Приказ № 3.pdf", "03 Скан.png")]
    assert [line for line in listed.splitlines() if not line.startswith("#")] == sums
    assert "# 2. Приказ № 3, 04.05.2026" in listed
    with pypdfium2.PdfDocument(told) as document:
        words = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    assert "Приказ 3 04.05.2026" in words
    assert "Итого: 3 документа, 0 листов." in words
    with pytest.raises(VekhaError) as refused:
        made("nowhere")
    assert [each.code for each in refused.value.problems] == ["stage.unknown"]


def test_a_long_title_keeps_its_number_and_whole_words() -> None:
    who = "Родниковцева Елена Андреевна – Калинкина Юлия Петровна, Ладыгин Денис Андреевич, Метёлкина Ольга Борисовна"
    title = f"Соглашение между наставником и наставляемым ({who})"
    facts: dict[str, Any] = {"programme": KEY, "stage": "prepare", "activity": "legal_basis", "code": "agreement"}
    facts |= {"title": title, "file": "a" * 64, "media_type": "application/pdf"}
    rows = [Document(**facts, number=each) for each in ("3", "4", None)]
    names = [name for name, _ in packs.file_names(rows)]
    shown = "Соглашение между наставником и наставляемым (Родниковцева Елена Андреевна – Калинкина Юлия Петровна…)"
    assert names == [f"01 {shown} № 3.pdf", f"02 {shown} № 4.pdf", f"03 {shown[:-2]}, Ладыгин…).pdf"]
    assert all(len(name.encode()) <= 255 for name in names)


def test_quotation_marks_leave_no_hole_in_a_file_name() -> None:
    named = packs.safe_name("09 Соглашение (ООО «Опытный завод») № 1/2")
    assert named == "09 Соглашение (ООО Опытный завод) № 1 2"
