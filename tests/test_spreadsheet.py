"""Tables of other people's making: encodings, delimiters, formulas, sizes; and ours, which no spreadsheet computes."""

import datetime as dt
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from vekha import spreadsheet
from vekha.domain.errors import VekhaError
from vekha.spreadsheet import Sheet, Table, Toned

HEAD = "Код;Название"


def csv_file(folder: Path, content: bytes | str, encoding: str = "utf-8") -> Path:
    path = folder / "таблица.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def book(folder: Path, *rows: list[object]) -> Path:
    path = folder / "таблица.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(VekhaError) as refused:
        spreadsheet.read(path)
    (found,) = refused.value.problems
    return found.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_every_usual_csv_reads_alike(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = ["Код;Название", 's-1;"Школа ; №\u00a01"', "", "s-2;Лицей"]
    content = "\r\n".join(line if "№" in line else line.replace(";", delimiter) for line in lines)
    content = content.replace("s-1;", f"s-1{delimiter}")
    sheet = spreadsheet.read(csv_file(tmp_path, content, encoding))
    assert sheet.rows == {1: ["Код", "Название"], 2: ["s-1", "Школа ; № 1"], 4: ["s-2", "Лицей"]}


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "utf-16"])
def test_an_encoding_we_do_not_read_is_refused(tmp_path: Path, encoding: str) -> None:
    assert refusal(csv_file(tmp_path, f"{HEAD}\ns-1;Школа", encoding)) == "import.wrong_encoding"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf\r\n;;\r\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(csv_file(tmp_path, content)) == "import.empty"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(tmp_path / "нет.csv") == "file.not_found"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "import.unreadable"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 half an archive", "import.not_a_table"),
        (b"\xd0\xcf\x11\xe0 an old book", "import.old_excel"),
        (HEAD.encode() + b'\ns-1;"' + b"x" * 200_000 + b'"', "import.not_a_table"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    assert refusal(csv_file(tmp_path, content)) == code


def test_a_csv_of_a_million_rows_is_refused(tmp_path: Path) -> None:
    assert refusal(csv_file(tmp_path, f"{HEAD}\n" + "a;b\n" * 1_000_000)) == "import.too_large"


def test_a_file_too_large_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MAX_BYTES", 10)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read"))
    assert refusal(csv_file(tmp_path, f"{HEAD}\n")) == "import.too_large"


def test_a_book_of_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MAX_ROWS", 3)
    assert len(spreadsheet.read(book(tmp_path, *[["Код"]] * 3)).rows) == 3
    assert refusal(book(tmp_path, *[["Код"]] * 4)) == "import.too_large"


def test_a_book_that_swells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MAX_UNPACKED", 1000)
    assert refusal(book(tmp_path, ["Код"])) == "import.too_large"


def test_cells_of_a_book_are_texts(tmp_path: Path) -> None:
    path = tmp_path / "таблица.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        made.add_worksheet("Скрытый").hide()
        sheet = made.add_worksheet()
        sheet.activate()
        sheet.write(2, 1, " Школа\u00a0№ 1\n")
        sheet.write(2, 2, 276012345.0)
        sheet.write(2, 3, 1.5)
        sheet.write(2, 4, True)
        sheet.write_datetime(2, 5, dt.datetime(2026, 9, 1), made.add_format({"num_format": "dd.mm.yyyy"}))
        sheet.write_formula(2, 6, "=1+1", None, 2)
        sheet.merge_range(0, 1, 0, 3, "Организация")
    assert spreadsheet.read(path) == Sheet(
        "таблица.xlsx",
        {
            1: ["", "Организация", "", "", "", "", ""],
            3: ["", "Школа № 1", "276012345", "1.5", "True", "01.09.2026", "2"],
        },
        frozenset({(3, 7)}),
        (((1, 2), (1, 4)),),
    )


def test_formulas_of_a_csv_are_seen_and_telephones_are_none(tmp_path: Path) -> None:
    rows = [HEAD, "=1+1;@SUM(A1)", "+A1;-A1", "+7 900;-5", "-;'=1"]
    sheet = spreadsheet.read(csv_file(tmp_path, "\n".join(rows)))
    assert sheet.formulas == {(2, 1), (2, 2), (3, 1), (3, 2), (5, 2)}


def test_what_we_write_computes_nothing(tmp_path: Path) -> None:
    told = ["=cmd|'/c calc'!A1", "+7 900", "-1", "@x", "http://x", "текст"]
    spreadsheet.write_csv(tmp_path / "a.csv", ["Код"], [told])
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()[1] == (
        "'=cmd|'/c calc'!A1;'+7 900;'-1;'@x;http://x;текст"
    )
    spreadsheet.write_xlsx(tmp_path / "a.xlsx", [Table("Лист", [("Код", 10)] * 6, [told])])
    sheet = spreadsheet.read(tmp_path / "a.xlsx")
    assert (sheet.rows[2], sheet.formulas) == (told, frozenset())


def test_values_colours_and_dates_are_written(tmp_path: Path) -> None:
    row = [Toned("просрочен", "bad"), 5, dt.date(2026, 9, 1), None, ""]
    spreadsheet.write_xlsx(tmp_path / "a.xlsx", [Table("Лист", [(name, 10) for name in "абвгд"], [row])])
    assert spreadsheet.read(tmp_path / "a.xlsx").rows[2] == ["просрочен", "5", "01.09.2026", "", ""]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_place_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    where = tmp_path / "нет" / name
    with pytest.raises(VekhaError) as refused:
        if name.endswith("csv"):
            spreadsheet.write_csv(where, ["Код"], [])
        else:
            spreadsheet.write_xlsx(where, [Table("Лист", [("Код", 10)], [])])
    [told] = refused.value.problems
    assert (told.code, told.message) == (
        "export.cannot_write",
        "файл не записать: такого файла или каталога нет",
    )


def test_a_table_we_write_keeps_its_titles_in_sight_and_can_be_filtered(tmp_path: Path) -> None:
    """Every export goes this way; what Excel is told stands in the sheet's own XML."""
    tables = [Table(name, [("Код", 10), ("Название", 30)], [["s-1", "Школа"], ["s-2", "Лицей"]]) for name in "АБ"]
    spreadsheet.write_xlsx(tmp_path / "a.xlsx", tables)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        sheets = [archive.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2)]
    for sheet in sheets:
        assert re.search(r'<pane ySplit="1" topLeftCell="A2" [^>]*state="frozen"/>', sheet)
        assert '<autoFilter ref="A1:B3"/>' in sheet
