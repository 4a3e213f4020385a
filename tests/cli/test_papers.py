"""Commands of journals, acts and a document's life, as a curator types them."""

from pathlib import Path

import pytest

from tests.cli.conftest import Vekha
from tests.services.office.test_lifecycle import docx
from vekha.files import DOCX, media_type

pytestmark = pytest.mark.slow


def test_a_journal_is_arranged_filled_and_printed(vekha: Vekha, school: str, tmp_path: Path) -> None:
    told = vekha("journal", "set", "school-12", "order", "--pattern", "{serial}-ОД", "--next", 42)
    assert told.out == "Журнал регистрации приказов: следующий номер за 2026 год – 42-ОД\n"
    refused = vekha("journal", "set", "school-12", "order", "--pattern", "ОД", "--json")
    assert (refused.code, refused.codes) == (1, ["journal.no_serial"])
    (row,) = vekha("document", "approve", school, "order_launch", "--json").json
    assert (row["number"], row["warnings"]) == ("42-ОД", [])
    (line,) = vekha("journal", "list", "school-12", "--json").json
    assert (line["journal"], line["kinds"], line["given"], line["next"]) == ("order", ["order"], 1, "43-ОД")
    voided = vekha("document", "void", row["id"], "--reason", "Ошибка")
    assert voided.out.startswith("Аннулирован: Приказ об организации наставничества № 42-ОД.")
    for name, start in (("журнал.pdf", b"%PDF-"), ("журнал.csv", b"\xef\xbb\xbf")):
        printed = vekha("journal", "print", "school-12", "order", "--out", tmp_path / name, "--json").json
        assert [each["note"] for each in printed["entries"]] == ["Аннулирован: Ошибка"]
        assert (tmp_path / name).read_bytes().startswith(start)


def test_a_document_is_followed_from_hand_to_hand(vekha: Vekha, school: str, tmp_path: Path) -> None:
    vekha("law", "add", "--kind", "order", "--number", 17, "--date", "20.04.2026", "--title", "О наставничестве",
          "--issuer", "Управления образования", "--region", "02")  # fmt: skip
    (first,) = vekha("document", "approve", school, "order_launch", "--json").json
    (second,) = vekha("document", "approve", school, "order_launch", "--json").json
    assert "свой" not in vekha("law", "list", "school-12").out
    assert (
        "приказ Управления образования от 20.04.2026 № 17 «О наставничестве»" in vekha("law", "list", "school-12").out
    )
    checked = {each["number"]: each["checked"] for each in vekha("law", "list", "school-12", "--json").json}
    assert (checked["17"], checked["1264-р"], checked["273-ФЗ"]) == (True, True, False)
    assert "проверьте его на pravo.gov.ru" in vekha("law", "list", "school-12").out
    compared = vekha("document", "diff", first["id"], second["id"])
    assert "Документ → номер: было «1», стало «2»" in compared.out
    assert vekha("document", "diff", first["id"], first["id"]).out == "Различий нет.\n"
    history = vekha("document", "history", second["id"], "--json").json
    assert [(each["version"], each["new"]) for each in history] == [
        (1, "approved"),
        (1, "superseded"),
        (2, "approved"),
    ]
    pending = vekha("document", "pending", school, "--json").json
    assert [(each["annex"], each["issued"]) for each in pending] == [
        ("Реестр наставников", None),
        ("Учётная база наставляемых", None),
    ]
    assert vekha("document", "disposal", "school-12", "--on", "01.01.2033").out.startswith("На 01.01.2033 ни у одного")


def test_a_signed_file_is_verified(vekha: Vekha, school: str, tmp_path: Path) -> None:
    (row,) = vekha("document", "approve", school, "order_launch", "--json").json
    marked = vekha(
        "document", "sign-mark", row["id"], "--certificate", "00F1", "--owner", "Иванова Анна Петровна",
        "--from", "01.01.2026", "--until", "01.01.2027", "--json",
    ).json  # fmt: skip
    told = vekha("document", "verify", marked["file"])
    assert told.out.splitlines() == [
        "Это подлинный файл, выданный этой установкой.",
        f"Приказ об организации наставничества № 1 от {told.out.partition(' от ')[2][:10]}, Школа № 12",
        "Документ действует, подписан.",
    ]
    archive = tmp_path / "год.zip"
    assert vekha("document", "export", school, "--out", archive).code == 0
    assert archive.read_bytes().startswith(b"PK")
    (tmp_path / "чужой.pdf").write_bytes(b"%PDF-1.7")
    unknown = vekha("document", "verify", tmp_path / "чужой.pdf", "--json").json
    assert (unknown["verdict"], unknown["document"]) == ("unknown", None)


def test_a_form_is_printed(vekha: Vekha, tmp_path: Path) -> None:
    printed = vekha("form", "print", "needs_survey", "--out", tmp_path / "анкета.pdf")
    assert printed.code == 0, printed.err
    assert (tmp_path / "анкета.pdf").read_bytes().startswith(b"%PDF-")


def test_a_paper_with_a_number_of_its_own_and_an_edited_one(vekha: Vekha, school: str, tmp_path: Path) -> None:
    (tmp_path / "протокол.pdf").write_bytes(b"%PDF-1.7")
    attached = vekha("document", "attach", school, "minutes", "--file", tmp_path / "протокол.pdf", "--number", 7)
    assert (attached.code, "journal.out_of_turn" in attached.err) == (1, True)
    vekha("journal", "set", "school-12", "minutes", "--next", 7)
    assert vekha("document", "attach", school, "minutes", "--file", tmp_path / "протокол.pdf", "--number", 7).code == 0
    (row,) = vekha("document", "approve", school, "order_launch", "--json").json
    (tmp_path / "приказ.docx").write_bytes(docx("Приказ исправленный"))
    edited = vekha("document", "edited", row["id"], "--file", tmp_path / "приказ.docx", "--json").json
    assert (edited["version"], edited["number"], edited["origin"]) == (2, "1", "edited")


def test_names_in_the_cases_are_looked_at_and_put_right(vekha: Vekha, school: str) -> None:
    vekha("person", "add", school, "--name", "Заяц Пётр Ильич", "--role", "mentor", "--gender", "м")
    shown = vekha("person", "forms", school, "p1")
    assert "дательный (кому?)" in shown.out
    assert "никем не подтверждено" in shown.out
    kept = vekha("person", "confirm", school, "p1", "--genitive", "Зайца Петра Ильича")
    assert kept.out.startswith("Падежи подтверждены: Заяц Пётр Ильич\n")
    rows = vekha("person", "forms", school, "--json").json
    (row,) = [each for each in rows if each["nominative"] == "Заяц Пётр Ильич"]
    assert (row["genitive"], row["bearers"], bool(row["confirmed_by"])) == ("Зайца Петра Ильича", ["p1"], True)
    assert rows[-1] == row
    assert "не подтверждено" in vekha("person", "forms", school).out
    titles = vekha("person", "forms", school, "director", "--position", "--json").json
    assert [each["kind"] for each in titles] == ["position"]
    again = vekha("person", "reset", school, "Заяц Пётр Ильич")
    assert again.out.startswith("Падежи снова предлагает программа: Заяц Пётр Ильич\n")
    assert vekha("person", "reset", school, "p1", "--json").codes == ["people.forms_not_confirmed"]


def test_a_copy_for_editing_and_a_draft_of_it(vekha: Vekha, school: str, tmp_path: Path) -> None:
    draft = vekha("document", "render", school, "order_launch", "--out", tmp_path / "черновик.docx")
    assert draft.code == 0, draft.err
    assert media_type((tmp_path / "черновик.docx").read_bytes()) == DOCX
    (row,) = vekha("document", "approve", school, "order_launch", "--json").json
    made = vekha("document", "docx", row["id"], "--out", tmp_path / "приказ.docx", "--json").json
    assert (made["file"], made["blanks"]) == (str(tmp_path / "приказ.docx"), [])
    told = vekha("document", "docx", row["id"], "--out", tmp_path / "приказ.docx")
    assert told.out == f"Копия для правки записана: {tmp_path / 'приказ.docx'}\n"
    assert vekha("document", "verify", tmp_path / "приказ.docx", "--json").json["verdict"] == "copy"
    assert vekha("document", "docx", 999, "--json").codes == ["document.unknown"]
