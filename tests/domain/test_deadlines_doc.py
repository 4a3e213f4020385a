"""Every example of docs/deadlines.md is what the code answers."""

import re
from datetime import date
from pathlib import Path

import pytest

from vekha.domain.calendar import load_overrides
from vekha.domain.deadlines import Cycle, Kind, Reason, Resolution, Warned, resolve

PAGE = Path(__file__).parents[2] / "docs" / "deadlines.md"
CYCLE = Cycle(date(2026, 5, 1), date(2027, 6, 30))
UNITS = {"days": "дн.", "working_days": "раб. дн.", "weeks": "нед.", "months": "мес."}
KINDS = {Kind.AS_NEEDED: "по необходимости", Kind.REFERENCE: "смотри другой документ"}


def answer(found: Resolution) -> str:
    """The second column of the page's tables."""
    if found.kind is Kind.WINDOW and found.opens and found.due:
        said = f"{found.opens:%d.%m.%Y} – {found.due:%d.%m.%Y}"
    elif found.kind is Kind.RECURRING:
        shown = [f"{due:%d.%m.%Y}" for due in found.dues]
        said = "; ".join(shown if len(shown) < 6 else [*shown[:3], "…", shown[-1]])
    elif found.kind is Kind.RELATIVE:
        said = f"{found.offset:+d} {UNITS[str(found.unit)]}" + (f" от «{found.event}»" if found.event else "")
    elif found.kind is Kind.ERROR:
        said = f"отказ: `{found.reason}`"
    else:
        said = KINDS[found.kind]
    return "; ".join([said, *(f"`{warning}`" for warning in found.warnings)])


def examples() -> list[tuple[str, str]]:
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) > 60
    return rows


@pytest.mark.parametrize(("phrase", "said"), examples())
def test_example(phrase: str, said: str) -> None:
    assert answer(resolve(phrase, CYCLE)) == said


def test_the_calendar_file() -> None:
    block = re.search(r"```csv\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    overrides = load_overrides(block[1], "calendar.csv")
    assert sorted(overrides.days) == [date(2029, 2, 24), date(2029, 2, 26), date(2029, 10, 11)]
    assert overrides.decreed == {2029}


def test_every_code_of_a_refusal_and_a_warning_stands_on_the_page() -> None:
    listed = re.findall(r"^\| \*(\w+)\* \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted([*(each.value for each in Reason), *(each.value for each in Warned)])
