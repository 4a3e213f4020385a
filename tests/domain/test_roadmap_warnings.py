"""The traps of DOMAIN.md §8 that a roadmap can be warned of: each found, and nothing said of a sound one."""

import pytest

from vekha.domain.roadmap_file import parse_roadmap, places_of
from vekha.domain.roadmap_warnings import warnings_of

HEAD = """\
code: demo
version: 1
title: Проба
cycle: {kind: school_year, starts: май, length_months: 14}
roles: {curator: куратор}
stages:
"""


def roadmap_text(*stages: tuple[str, list[str], list[str]]) -> str:
    """Stages as (code, after, deadlines of its rows); rows are numbered 1.1, 1.2 … by their stage."""
    lines = [HEAD]
    for number, (code, after, deadlines) in enumerate(stages, 1):
        lines.append(f"  - {{code: {code}, title: Этап {number}, after: [{', '.join(after)}], activities: [\n")
        for row, deadline in enumerate(deadlines, 1):
            lines.append(
                f"      {{code: {code}_{row}, number: '{number}.{row}', title: Дело, responsible: curator, "
                f"deadline: {deadline}}},\n"
            )
        lines.append("    ]}\n")
    return "".join(lines)


def warned(text: str, years: range = range(2026, 2027)) -> list[tuple[str, str, str]]:
    found = warnings_of(parse_roadmap(text, "r.yaml"), years, places_of(text, "r.yaml"))
    return [(each.code.removeprefix("roadmap."), each.where, each.message) for each in found]


def test_a_sound_roadmap_is_not_warned_of() -> None:
    text = roadmap_text(
        ("one", [], ["май", "май–сентябрь", "в течение года"]),
        ("two", ["one"], ["октябрь", "октябрь–декабрь", "ежеквартально", "по мере необходимости"]),
        ("three", ["two"], ["май Х+1 года", "июнь Х+1 года"]),
    )
    for code in ("one_3", "two_3"):
        text = text.replace(f"code: {code},", f"code: {code}, gate: carries_on,")
    assert warned(text, range(2024, 2034)) == []


def test_one_x_for_two_years_is_shown_with_both_dates() -> None:
    text = roadmap_text(
        ("one", [], ["май Х года"]),
        ("six", ["one"], ["октябрь – апрель"]),
        ("seven", ["six"], ["май Х года", "май", "июнь X года", "май Х+1 года"]),
    )
    assert warned(text) == [
        ("next_year", f"r.yaml:{line}", f"срок «{phrase}» наступает {date}, раньше предыдущего этапа; "
            f"по порядку этапов это «{month} Х+1 года», {later}")
        for line, phrase, date, month, later in [
            (14, "май Х года", "31.05.2026", "май", "31.05.2027"),
            (15, "май", "31.05.2026", "май", "31.05.2027"),
            (16, "июнь X года", "30.06.2026", "июнь", "30.06.2027"),
        ]
    ]  # fmt: skip


def test_a_year_later_outside_the_cycle_is_no_suggestion() -> None:
    text = roadmap_text(("one", [], ["октябрь"]), ("two", [], ["сентябрь"]))
    assert [code for code, *_ in warned(text)] == ["row_order"]


def test_after_that_contradicts_the_dates() -> None:
    text = roadmap_text(("one", [], ["октябрь"]), ("two", ["one"], ["сентябрь", "октябрь", "ноябрь"]))
    assert warned(text)[:2] == [
        ("after_contradicts", "r.yaml:10",
            "этап ждёт этап «Этап 1» (до 31.10.2026), а его мероприятия 2.1 должны быть сделаны раньше"),
        ("zero_slack", "r.yaml:10",
            "этап ждёт этап «Этап 1» до 31.10.2026, и в тот же день наступает срок мероприятий 2.2: запаса нет"),
    ]  # fmt: skip


def test_only_what_closes_the_awaited_stage_counts() -> None:
    text = roadmap_text(("one", [], ["май", "май–сентябрь"]), ("two", ["one"], ["сентябрь"]))
    assert [code for code, *_ in warned(text)] == ["zero_slack"]
    assert warned(text.replace("code: one_2,", "code: one_2, gate: carries_on,")) == []


def test_printed_order_against_dates_is_one_warning() -> None:
    text = roadmap_text(("one", [], ["сентябрь", "июль–сентябрь", "июнь", "до 1 октября"]))
    assert warned(text) == [
        ("row_order", "r.yaml:9", "порядок строк расходится со сроками: 1.2 после 1.1, 1.3 после 1.2")
    ]


def test_an_explicit_year_serves_one_cycle_only() -> None:
    text = roadmap_text(("one", [], ["сентябрь 2026 года"]))
    assert warned(text) == []
    assert warned(text, range(2026, 2036)) == [
        ("outside_cycle", "r.yaml:8", "срок мероприятия 1.1 – 30.09.2026, вне цикла 01.05.2027 – 30.06.2028")
    ]


@pytest.mark.parametrize("years", [range(0), range(2026, 2027), range(2026, 2036)])
def test_without_places_codes_say_where(years: range) -> None:
    roadmap = parse_roadmap(roadmap_text(("one", [], ["октябрь"]), ("two", ["one"], ["октябрь"])))
    assert [each.where for each in warnings_of(roadmap, years)] == (["two"] if years else [])
