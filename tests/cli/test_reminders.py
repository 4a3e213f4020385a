"""`vekha contact`, `notices`, `mail`, `feed`, and the round that fills them."""

import datetime as dt
from pathlib import Path

import pytest
from sqlmodel import select

from tests.cli.conftest import Vekha
from vekha.bootstrap import App
from vekha.storage.tables import Institution, Notice

STAFF = "director=Иванова Анна Петровна, ж, директор, заместитель, Ivanova@school.example"


@pytest.fixture
def written(vekha: Vekha, school: str, clock) -> str:
    """The school's director has been reminded of the first of June and of nothing else."""
    add = (
        "institution",
        "add",
        "school-12",
        "--type",
        "school",
        "--region",
        "02",
        "--municipality",
        "Примерский район",
    )
    told = vekha(*add, "--timezone", "Asia/Yekaterinburg", "--title", "Школа № 12", "--staff", STAFF)
    assert told.code == 0, told.err
    clock.to(dt.date(2026, 5, 18))
    assert vekha("sweep", "--json").json == {"programmes": 0, "changes": 0, "digests": 1}
    return school


def test_an_address_stands_last_and_the_post_may_have_commas(vekha: Vekha, written: str, app: App) -> None:
    with app.work(writes=False) as work:
        row = work.session.get_one(Institution, "school-12")
        assert row.staff["director"] == {
            "name": "Иванова Анна Петровна",
            "gender": "f",
            "position": "директор, заместитель",
            "email": "Ivanova@school.example",
        }


def test_notices_in_words_and_as_json(vekha: Vekha, written: str) -> None:
    told = vekha("notices", "--person", "ivanova@school.example")
    assert told.out.startswith(
        "18.05.2026 · Иванова Анна Петровна · в списке\n\nЗдравствуйте, Иванова Анна Петровна!\n"
    )
    assert f"vekha programme show {written}" in told.out
    (row,) = vekha("notices", "--role", "director", "--of", "school-12", "--json").json
    assert (row["on"], row["email"], row["mail"], row["body"]["late"]) == (
        "2026-05-18",
        "ivanova@school.example",
        "",
        [],
    )
    assert {each["left"] for each in row["body"]["soon"]} == {14}
    assert vekha("notices", "--role", "operator").out == "Напоминаний ещё не было.\n"


@pytest.mark.parametrize("arguments", [(), ("--person", "a@b.example", "--role", "director")])
def test_whose_notices_has_to_be_said(vekha: Vekha, school: str, arguments: tuple[str, ...]) -> None:
    told = vekha("notices", *arguments, "--json")
    assert (told.code, told.codes) == (2, ["reminder.whose"])


def test_nobody_by_that_name(vekha: Vekha, school: str) -> None:
    assert vekha("notices", "--person", "Никто", "--json").codes == ["reminder.unknown_person"]


def test_contacts(vekha: Vekha, school: str) -> None:
    place = ("--region", "02", "--municipality", "Примерский район")
    assert vekha("contact", "list").out == "Контактов нет. Добавьте: vekha contact add\n"
    assert vekha("contact", "add", "a@rayon.example", *place, "--name", "Смирнова Ольга").code == 0
    assert vekha("contact", "add", "b@region.example", "--region", "02", "--name", "Оператор").code == 0
    assert vekha("contact", "list", "--json").json == [
        {"region": "02", "municipality": "", "email": "b@region.example", "name": "Оператор"},
        {"region": "02", "municipality": "Примерский район", "email": "a@rayon.example", "name": "Смирнова Ольга"},
    ]
    assert "весь регион" in vekha("contact", "list").out
    assert vekha("contact", "remove", "a@rayon.example", "--region", "02", "--json").codes == [
        "reminder.unknown_contact"
    ]
    assert vekha("contact", "remove", "a@rayon.example", *place).code == 0
    assert [row["email"] for row in vekha("contact", "list", "--json").json] == ["b@region.example"]
    told = vekha("contact", "add", "оператор", "--region", "99", "--name", "Оператор", "--json")
    assert (told.code, told.codes) == (1, ["mail.bad_address", "institution.unknown_region"])


def test_undelivered_letters(vekha: Vekha, written: str, app: App) -> None:
    assert vekha("mail", "list").out == "Недоставленных писем нет.\n"
    with app.work() as work:
        row = work.session.exec(select(Notice)).one()
        row.mail, row.mail_error = "failed", "почтовый сервер не принял письмо: 550 нет такого ящика"
        key = row.key
    (found,) = vekha("mail", "list", "--json").json
    assert (found["key"], found["email"], found["state"]) == (key, "ivanova@school.example", "failed")
    assert "550 нет такого ящика" in vekha("mail", "list").out
    for arguments in ((), (key, "--all")):
        told = vekha("mail", "drop", *arguments, "--json")
        assert (told.code, told.codes) == (2, ["mail.which"])
    assert vekha("mail", "retry", "--all").out == "Поставлено в очередь: 1 письмо.\n"
    assert vekha("mail", "drop", key, "--json").codes == ["mail.unknown"]
    with app.work() as work:
        work.session.exec(select(Notice)).one().mail = "failed"
    assert vekha("mail", "drop", key).out == "Решено не отправлять: 1 письмо.\n"
    assert "письмо решено не отправлять" in vekha("notices", "--person", "ivanova@school.example").out


def test_calendars(vekha: Vekha, written: str, tmp_path: Path) -> None:
    made = vekha("feed", "create", "Ivanova@school.example", "--json").json
    assert made["address"].endswith(f"/feeds/{made['token']}.ics")
    assert made["token"] not in vekha("audit", written).out
    path = tmp_path / "сроки.ics"
    assert vekha("feed", "show", "Иванова Анна Петровна", "--out", path).code == 0
    assert path.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert vekha("feed", "revoke", "ivanova@school.example").out == "Закрыто: 1 календарь.\n"
    assert vekha("feed", "revoke", "ivanova@school.example").out == "Открытых календарей не было.\n"
    assert vekha("feed", "create", "Никто", "--json").codes == ["reminder.unknown_person"]
