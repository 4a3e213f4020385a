"""Refusals: every problem at once, in words, in the shape that `--json` promises; no text without its values."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from vekha.domain.errors import Problem, VekhaError, WrongUseError, problem, refuse, why
from vekha.texts import section

CODE = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (OSError(21, "Is a directory"), "это каталог, а не файл"),
        (OSError(13, "Permission denied"), "нет прав"),
        (OSError(28, "No space left on device"), "на диске кончилось место"),
        (OSError(71, "Protocol error"), "Protocol error"),
        (OSError("нечто"), "нечто"),
    ],
)
def test_the_machine_refuses_in_russian(refusal: OSError, said: str) -> None:
    assert why(refusal) == said


def test_a_refusal_carries_every_problem_in_words() -> None:
    found = (problem("stage.reason_needed", "Подготовка"), problem("file.too_large", limit=25))
    refusal = VekhaError(iter(found))
    assert (refusal.problems, refusal.exit_code) == (found, 1)
    assert str(refusal).splitlines() == [
        'Подготовка: нужна причина. Добавьте причину: --reason "…"',
        "файл больше 25 МБ. Уменьшите его: отсканируйте с меньшим разрешением или разделите",
    ]
    assert refusal.as_dict()["problems"][1] == {
        "code": "file.too_large",
        "message": "файл больше 25 МБ",
        "where": "",
        "remedy": "Уменьшите его: отсканируйте с меньшим разрешением или разделите",
    }
    assert WrongUseError(found[0]).exit_code == 2


def test_nothing_wrong_refuses_nothing() -> None:
    refuse(iter(()))
    with pytest.raises(VekhaError):
        refuse([problem("stage.reason_needed")])


def test_a_code_without_a_text_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        problem("stage.nothing")


def test_equal_problems_are_one() -> None:
    assert len({problem("file.empty", "a"), problem("file.empty", "a"), Problem("file.empty", "b")}) == 2


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every `problem("code", …)` written out in the core, with its place."""
    for path in sorted(each for folder in ("vekha", "flows", "tasks") for each in (CODE / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "problem":
                yield f"{path.relative_to(CODE)}:{node.lineno}", node


def test_every_text_is_given_its_values() -> None:
    lacking: list[str] = []
    checked = 0
    for place, call in calls():
        code, given = call.args[0], {each.arg for each in call.keywords} - {"where"}
        if not isinstance(code, ast.Constant) or None in given:
            continue  # made up at run time: the tests that raise it format it
        words = section(f"errors.{code.value}")
        parts = Formatter().parse(f"{words['message']} {words['remedy']}")
        wanted = {name for _, name, _, _ in parts if name}
        checked += 1
        if wanted - given:
            lacking.append(f"{place}: {code.value} wants {', '.join(sorted(wanted - given))}")
    assert lacking == []
    assert checked > 100
