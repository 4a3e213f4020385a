"""`vekha deadline` and `vekha calendar`: the JSON others rely on, and the words."""

from inline_snapshot import snapshot

from tests.cli.conftest import Vekha

CYCLE = ("--from", "2026-05-01", "--until", "2027-06-30")
KEYS = ["kind", "opens", "due", "dues", "offset", "unit", "event", "reason", "warnings"]


def test_deadline_json(vekha: Vekha) -> None:
    told = vekha("deadline", "первая декада сентября Х года", *CYCLE, "--json")
    assert told.code == 0
    assert told.json == {
        "kind": "window",
        "opens": "2026-09-01",
        "due": "2026-09-10",
        "dues": [],
        "offset": None,
        "unit": None,
        "event": None,
        "reason": None,
        "warnings": [],
    }


def test_deadline_error_json(vekha: Vekha) -> None:
    told = vekha("deadline", "в срок до 00.00.0000", *CYCLE, "--json")
    assert told.code == 1
    assert list(told.json) == [*KEYS, "problems"]
    assert (told.json["kind"], told.json["reason"], told.codes) == ("error", "blank", ["deadline.blank"])


def test_deadline_in_words(vekha: Vekha) -> None:
    phrases = (
        "май–сентябрь", "ежеквартально", "за 10 дней до итоговой встречи", "в течение 5 рабочих дней после приказа",
        "по мере необходимости", "согласно графику", "1-я дикада сентября",
    )  # fmt: skip
    answers = [vekha("deadline", phrase, *CYCLE) for phrase in phrases]
    assert [(each.code, each.out + each.err) for each in answers] == snapshot(
        [
            (0, "С 01.05.2026 по 30.09.2026 включительно\n"),
            (0, "Несколько сроков: 30.06.2026, 30.09.2026, 31.12.2026, 31.03.2027, 30.06.2027\n"),
            (0, "10 дн. до события: итоговой встречи\n"),
            (0, "5 раб. дн. после события: приказа\n"),
            (0, "По мере необходимости: даты нет\n"),
            (0, "Даты стоят в другом документе\n"),
            (
                1,
                """\
Срок «1-я дикада сентября» не понят; ожидается, например, «первая декада сентября» [deadline.misspelt]
→ Исправьте опечатку.
""",
            ),
        ]
    )


def test_calendar_json(vekha: Vekha) -> None:
    told = vekha("calendar", "04.11.2026", "2026-11-05", "--json")
    assert told.code == 0
    assert [(each["date"], each["working"], each["provisional"]) for each in told.json] == [
        ("2026-11-04", False, False),
        ("2026-11-05", True, False),
    ]
    assert list(told.json[0]) == ["date", "working", "reason", "provisional"]


def test_calendar_in_words(vekha: Vekha) -> None:
    told = vekha("calendar", "03.11.2026", "05.11.2026")
    assert told.out == snapshot("""\
Дата        Рабочий  Почему
03.11.2026  да       рабочий день
04.11.2026  нет      праздник: День народного единства
05.11.2026  да       рабочий день
Всего 2 рабочих дня
""")


def test_a_year_without_a_decree_is_provisional(vekha: Vekha) -> None:
    assert "предварительно" in vekha("calendar", "01.09.2039").out
