"""`vekha institution import|template|export` as an operator sees them."""

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Vekha
from vekha.domain.institution_sheet import columns
from vekha.spreadsheet import read, write_csv

HEAD = ["Код", "Тип", "Полное название", "Телефон"]


def _table(folder: Path, *rows: list[str]) -> Path:
    write_csv(folder / "таблица.csv", HEAD, rows)
    return folder / "таблица.csv"


def test_a_table_goes_in_and_comes_out(vekha: Vekha, school: str, tmp_path: Path) -> None:
    table = _table(tmp_path, ["school-13", "Школа", "Школа № 13", "+7 900"], ["school-12", "school", "Школа № 12", ""])
    told = vekha("institution", "import", table, "--region", "02")
    assert (told.code, told.out) == (0, "Добавлено: 1 организация; обновлено: 1, без изменений: 0, пропущено: 0.\n")
    for name in ("все.xlsx", "все.csv"):
        out = vekha("institution", "export", "--out", tmp_path / name, "--type", "school", "--json")
        assert out.json == {"file": str(tmp_path / name), "institutions": 2}
        again = vekha("institution", "import", tmp_path / name, "--json").json
        assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 2)


def test_bad_rows_are_told_at_once_and_may_be_skipped(vekha: Vekha, school: str, tmp_path: Path) -> None:
    table = _table(tmp_path, ["Школа", "шк", "", ""], ["school-13", "Школа", "Школа № 13", "+7 900"])
    refused = vekha("institution", "import", table, "--region", "02", "--json")
    assert (refused.code, len(vekha("institution", "list", "--json").json)) == (1, 1)
    places = [(each["code"], each["where"]) for each in refused.json["problems"]]
    assert places == [
        ("institution.bad_code", "таблица.csv, строка 2, колонка A («Код»)"),
        ("import.unknown_type", "таблица.csv, строка 2, колонка B («Тип»)"),
        ("import.needed", "таблица.csv, строка 2, колонка C («Полное название»)"),
    ]
    skipped = vekha("institution", "import", table, "--region", "02", "--skip-bad")
    assert (skipped.code, skipped.out) == (
        0,
        "Добавлено: 1 организация; обновлено: 0, без изменений: 0, пропущено: 1.\n",
    )
    assert "Отказано: 3 причины" in skipped.err


def test_the_template_is_ready_to_be_filled(vekha: Vekha, tmp_path: Path) -> None:
    told = vekha("institution", "template", "--out", tmp_path / "образец.xlsx")
    assert (told.code, told.out.startswith("Таблица записана: ")) == (0, True)
    (titles,) = read(tmp_path / "образец.xlsx").rows.values()
    assert titles == [each.title for each in columns()]
    done = vekha("institution", "import", tmp_path / "образец.xlsx", "--json").json
    assert (done["added"], done["skipped"]) == (0, 0)


def test_an_unknown_format_of_export_is_wrong_use(vekha: Vekha, tmp_path: Path) -> None:
    told = vekha("institution", "export", "--out", tmp_path / "все.pdf", "--json")
    assert (told.code, told.codes) == (2, ["export.unknown_format"])


def test_a_table_is_the_first_thing_in_an_empty_installation(vekha: Vekha, tmp_path: Path) -> None:
    table = _table(tmp_path, ["school-13", "Школа", "Школа № 13", "+7 900"])
    named = ("--region-title", "Примерная область", "--timezone", "Asia/Yekaterinburg")
    assert vekha("institution", "import", table, *named, "--json").codes == ["institution.region_needed"]
    assert vekha("institution", "import", table, "--region", "02", *named, "--json").json["added"] == 1


def test_thousands_of_rows_go_in_under_a_bar_that_only_a_terminal_shows(
    vekha: Vekha, school: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = _table(tmp_path, *([f"school-{number}", "Школа", f"Школа № {number}", ""] for number in range(100, 1100)))
    quiet = vekha("institution", "import", table, "--region", "02")
    assert (quiet.code, "Проверка и запись" in quiet.err) == (0, False)
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda _self: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    shown = vekha("institution", "import", table, "--region", "02")
    assert "Проверка и запись" in shown.err and "100%" in shown.err
    assert "без изменений: 1000" in " ".join(shown.out.split())
    told = vekha("institution", "import", table, "--region", "02", "--json")
    assert (told.json["unchanged"], "Проверка и запись" in told.err) == (1000, False)
