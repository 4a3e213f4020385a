"""Every row of the given phrases and of our own; the shape of the answer; the words of a refusal."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from vekha.domain.deadlines import Cycle, Kind, Reason, Resolution, Warned, describe_warning, problem_of, resolve
from vekha.domain.errors import VekhaError

DATA = Path(__file__).parent / "data"
CYCLE = Cycle(date(2026, 5, 1), date(2027, 6, 30))


def _rows(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    table = [line.split("\t") for line in lines if line and not line.startswith("#")]
    assert table[0][:4] == ["phrase", "cycle_start", "cycle_end", "kind"]
    return [[*row, *[""] * (11 - len(row))] for row in table[1:]]


def _dates(cell: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(each) for each in cell.split(";") if each)


def _warnings(note: str) -> set[str]:
    said = {each.removeprefix("warning=") for each in note.split("; ")}
    return said & {each.value for each in Warned}


@pytest.mark.parametrize(
    "row",
    [row for name in ("", "_more", "_kinds") for row in _rows(f"deadline_phrases{name}.tsv")],
    ids=lambda r: r[0],
)
def test_phrase(row: list[str]) -> None:
    phrase, starts, ends, kind, opens, due, offset, unit, event, reason, note = row
    recurring = kind == "recurring"
    assert resolve(phrase, Cycle(date.fromisoformat(starts), date.fromisoformat(ends))) == Resolution(
        Kind(kind),
        opens=date.fromisoformat(opens) if opens else None,
        due=date.fromisoformat(due) if due and not recurring else None,
        dues=_dates(due) if recurring else (),
        offset=int(offset) if offset else None,
        unit=unit or None,
        event=event or None,
        reason=reason or None,
        warnings=tuple(sorted(_warnings(note))),
    )


def test_the_given_phrases_are_all_here() -> None:
    assert len(_rows("deadline_phrases.tsv")) == 79


def test_a_cycle_cannot_end_before_it_starts() -> None:
    with pytest.raises(VekhaError) as refusal:
        Cycle(date(2027, 1, 2), date(2027, 1, 1))
    assert str(refusal.value) == (
        "цикл кончается 01.01.2027, раньше, чем начинается 02.01.2027. Укажите начало и конец цикла по порядку"
    )


def test_shape_of_json() -> None:
    assert resolve("в течение 3 рабочих дней со дня издания приказа", CYCLE).as_dict() == {
        "kind": "relative",
        "opens": None,
        "due": None,
        "dues": [],
        "offset": 3,
        "unit": "working_days",
        "event": "издания приказа",
        "reason": None,
        "warnings": [],
    }
    assert resolve("май – июль 2027 г.", CYCLE).as_dict() == {
        "kind": "window",
        "opens": "2027-05-01",
        "due": "2027-07-31",
        "dues": [],
        "offset": None,
        "unit": None,
        "event": None,
        "reason": None,
        "warnings": ["partly_outside_cycle"],
    }
    assert resolve("15 и 30 сентября", CYCLE).as_dict()["dues"] == ["2026-09-15", "2026-09-30"]


def test_the_event_is_quoted_as_written() -> None:
    event = "проведения форума «Наставник» (Уфа)"
    assert resolve(f"За  10\u00a0дней до {event}", CYCLE).event == event


@pytest.mark.parametrize(
    ("phrase", "message"),
    [
        ("1-я дикада сентября", "срок «1-я дикада сентября» не понят; ожидается, например, «первая декада сентября»"),
        ("до 1 октебря", "срок «до 1 октебря» не понят; ожидается, например, «до 1 октября»"),
        ("ежемесчно", "срок «ежемесчно» не понят; ожидается, например, «ежемесячно»"),
        ("ближе к маю", "срок «ближе к маю» не понят"),
        ("  ", "срок «» не заполнен"),
        ("в конце года", "срок «в конце года» можно понять по-разному"),
        ("31 июня", "срок «31 июня» называет день, которого нет в календаре"),
        ("12 человек", "«12 человек» — это не срок"),
        ("с 30 по 20 сентября", "срок «с 30 по 20 сентября» кончается раньше, чем начинается"),
    ],
)
def test_words_of_a_refusal(phrase: str, message: str) -> None:
    found = problem_of(phrase, resolve(phrase, CYCLE), "roadmap.yaml:19")
    assert found is not None
    assert (found.message, found.where) == (message, "roadmap.yaml:19")


def test_every_reason_has_its_words() -> None:
    for reason in Reason:
        found = problem_of("фраза", Resolution(Kind.ERROR, reason=reason.value), "")
        assert found is not None
        assert found.message
        assert found.remedy


def test_what_is_no_error_is_no_problem() -> None:
    assert problem_of("май", resolve("май", CYCLE), "") is None


def test_every_warning_has_its_words() -> None:
    assert len({describe_warning(warned.value) for warned in Warned}) == len(Warned)
    with pytest.raises(ValueError, match="nonsense"):
        describe_warning("nonsense")


def test_import_does_not_load_lark() -> None:
    code = "import sys, vekha.domain.deadlines; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_last_working_day_of_a_month() -> None:
    [december] = [
        day for day in resolve("последний рабочий день месяца", CYCLE).dues if (day.year, day.month) == (2026, 12)
    ]
    assert december == date(2026, 12, 30), "31 December 2026 is a day off"
    found = resolve("в последний рабочий день мая Х года", CYCLE)
    assert (found.opens, found.due) == (date(2026, 5, 29), date(2026, 5, 29))
