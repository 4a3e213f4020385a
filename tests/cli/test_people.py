"""`vekha person`: participants from a table and back, one person entered twice."""

from pathlib import Path

from tests.cli.conftest import Vekha
from vekha.domain.people_rows import LAYOUT
from vekha.spreadsheet import read, write_csv

PUPIL = {"name": "Журавлёв Илья Сергеевич", "role": "наставляемый", "born": "28.02.2012"}


def table(path: Path, *rows: dict[str, str]) -> Path:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    write_csv(path, [LAYOUT.title_of(key) for key in keys], [[row.get(key, "") for key in keys] for row in rows])
    return path


def test_people_come_from_a_table_and_go_back_into_one(vekha: Vekha, school: str, tmp_path: Path) -> None:
    path = tmp_path / "люди.xlsx"
    assert "vekha person import" in vekha("person", "template", "--out", str(path)).out
    assert next(iter(read(path).rows.values()))[0] == "Код"
    wrong = table(tmp_path / "a.csv", PUPIL, {"name": "Белов", "role": "наставник"})
    refused = vekha("person", "import", school, str(wrong), "--json")
    assert (refused.code, refused.codes) == (1, ["people.name_incomplete"])
    tried = vekha("person", "import", school, str(wrong), "--dry-run")
    assert "Ничего не записано. Добавилось бы: 1 человек" in tried.out
    assert vekha("person", "list", school, "--json").json == []
    assert "Добавлено: 1 человек" in vekha("person", "import", school, str(wrong), "--skip-bad").out
    assert vekha("person", "export", school, "--out", str(path)).code == 0
    assert [row[1] for row in read(path).rows.values()] == ["Фамилия, имя, отчество", PUPIL["name"]]
    csv = tmp_path / "люди.csv"
    assert "1 строка" in vekha("person", "export", school, "--role", "mentee", "--out", str(csv)).out
    assert vekha("person", "export", school, "--out", "a.doc", "--json").codes == ["export.unknown_format"]
    assert "без изменений: 1" in vekha("person", "import", school, str(csv)).out


def test_a_slip_is_found_merged_undone_and_told_apart(vekha: Vekha, school: str) -> None:
    assert "Похожих записей нет" in vekha("person", "doubles", school).out
    for name in (PUPIL["name"], "Журавлев Илья Сергевич"):
        vekha("person", "add", school, "--name", name, "--role", "mentee", "--born", PUPIL["born"], "--other")
    assert "p2 Журавлев Илья Сергевич, 28.02.2012" in vekha("person", "doubles", school).out
    assert "Ничего не изменено" in vekha("person", "merge", school, "p1", "p2", "--dry-run").out
    made = vekha("person", "merge", school, "p1", "p2", "--json").json
    assert (made["kept"], made["merged"], made["merge"]) == ("p1", "p2", 1)
    assert len(vekha("person", "merges", school, "--json").json) == 1
    assert "снова две записи" in vekha("person", "unmerge", school, "1").out
    assert "Объединений нет" in vekha("person", "merges", school).out
    assert "разные люди" in vekha("person", "apart", school, "p1", "p2").out
    assert "Похожих записей нет" in vekha("person", "doubles", school).out


def test_a_slip_of_the_pen_is_corrected(vekha: Vekha, school: str) -> None:
    vekha("person", "add", school, "--name", "Журавлев Ильа Сергеевич", "--role", "mentee")
    assert "Исправлено" in vekha("person", "correct", school, "p1", "--name", PUPIL["name"], "--born", "28.02.2012").out
    assert vekha("person", "correct", school, "p1", "--born", "28.02.2031", "--json").codes == [
        "people.birth_date_ahead"
    ]
    assert vekha("person", "list", school, "--json").json[0]["name"] == PUPIL["name"]
