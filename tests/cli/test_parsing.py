"""Wrong use: exit code 2, in Russian, with the place and the remedy; as JSON where that was asked for."""

import pytest

from tests.cli.conftest import Vekha


@pytest.mark.parametrize(
    ("arguments", "code", "place"),
    [
        (["deadlin"], "cli.unknown_command", "vekha"),
        (["stage", "close"], "cli.unknown_command", "vekha stage"),
        (["--actor", "Оператор"], "cli.missing_command", "vekha"),
        (["stage", "status"], "cli.missing_argument", "vekha stage status"),
        (["deadline", "май", "--from", "2026-05-01"], "cli.missing_option", "vekha deadline"),
        (["deadline", "май", "--form", "2026-05-01"], "cli.unknown_option", "vekha deadline"),
        (["deadline", "май", "--from"], "cli.value_needed", "vekha"),
        (["doctor", "--json=1"], "cli.needless_value", "vekha"),
        (["calendar", "01.05.2026", "02.05.2026", "03.05.2026"], "cli.extra_arguments", "vekha calendar"),
        (["programme", "start", "school-12", "--year", "этот"], "cli.bad_value", "vekha programme start"),
        (["calendar", "31.06.2026"], "cli.bad_date", "ДАТА"),
        (["calendar", "02.05.2026", "01.05.2026"], "cli.reversed_dates", ""),
        (["person", "add", "x", "--name", "Яшин Олег", "--role", "куратор"], "cli.unknown_choice", "--role"),
        (["--role", "царь", "programme", "list"], "access.unknown_role", "--role"),
    ],
)
def test_refused(vekha: Vekha, arguments: list[str], code: str, place: str) -> None:
    told = vekha(*arguments)
    assert (told.code, told.out) == (2, "")
    assert f"[{code}]" in told.err
    assert "→" in told.err
    in_json = vekha("--json", *arguments)
    assert (in_json.code, in_json.err) == (2, "")
    (problem,) = in_json.json["problems"]
    assert (problem["code"], problem["where"]) == (code, place)
    assert problem["remedy"]


def test_the_nearest_command_is_offered(vekha: Vekha) -> None:
    assert "«deadline»" in vekha("deadlin").err


def test_the_nearest_option_is_offered(vekha: Vekha) -> None:
    assert "«--until»" in vekha("deadline", "май", "--untill", "x").err


def test_nothing_asked_shows_the_help(vekha: Vekha) -> None:
    assert vekha() == vekha("--help")
    assert vekha("stage").out == vekha("stage", "--help").out


def test_period_too_long(vekha: Vekha) -> None:
    told = vekha("calendar", "01.01.2000", "01.01.2050", "--json")
    assert (told.code, told.codes) == (1, ["cli.period_too_long"])


@pytest.mark.parametrize("value", ["директор", "director=Иванова", "director=Иванова Анна, х, директор"])
def test_staff_not_understood(vekha: Vekha, value: str) -> None:
    told = vekha("institution", "add", "x1", "--type", "school", "--title", "Х", "--region", "02", "--staff", value)
    assert told.code == 2
    assert "[cli.bad_pair]" in told.err
