"""What holds for any text, any cycle and any spelling; month × part against a naive oracle."""

import re
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vekha.domain.calendar import russian_calendar
from vekha.domain.deadlines import Cycle, Kind, Reason, parsing, resolve, table
from vekha.domain.deadlines.actions import _MODULES, ACTIONS


def words(line: str) -> list[str]:
    return re.findall(r"\S+", line)


NOMINATIVE = words("январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь")
GENITIVE = words("января февраля марта апреля мая июня июля августа сентября октября ноября декабря")
PREPOSITIONAL = words("январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре")
CYCLE = Cycle(date(2026, 5, 1), date(2027, 6, 30))
WORDS = st.sampled_from(
    [
        *GENITIVE,
        *words("с по до в на не позднее ранее к за через после и или , - ( ) . 1 5 31 99 2026 х + 1 i iv ___ два трех"),
        *words("первая вторая последняя декада неделя половина квартал полугодие конец начало год года учебный раз"),
        *words("месяц каждого ежемесячно ежегодно ежеквартально числа рабочих дней течение срок день пятницам плану"),
        *words("мере 01.09.2026 31.02.2027 следующего рубля 10-дневный итоговой встречи часов четверть 24 осень"),
    ]
)
cycles = st.builds(
    lambda starts, length: Cycle(starts, starts + timedelta(days=length)),
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    st.integers(0, 1000),
)
anything = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=9).map(" ".join))


@given(phrase=anything, cycle=cycles)
def test_resolve_never_raises_and_always_answers(phrase: str, cycle: Cycle) -> None:
    found = resolve(phrase, cycle)
    assert (found.kind is Kind.ERROR) == (found.reason in set(Reason))
    assert (found.kind is Kind.WINDOW) == (found.opens is not None) == (found.due is not None)
    assert (found.kind is Kind.RELATIVE) == (found.offset is not None) == (found.unit is not None)
    if found.opens and found.due:
        assert found.opens <= found.due
    assert list(found.dues) == sorted(set(found.dues))
    assert all(cycle.starts <= due <= cycle.ends for due in found.dues)
    assert found.kind is Kind.RECURRING or not found.dues


@pytest.mark.parametrize("cycle", [Cycle(date.min, date(1, 3, 1)), Cycle(date(9999, 11, 1), date.max)])
@pytest.mark.parametrize("phrase", ["январь", "зима", "по пятницам", "после 31 декабря", "до 1 января", "учебный год"])
def test_the_ends_of_the_calendar_do_not_raise(phrase: str, cycle: Cycle) -> None:
    assert resolve(phrase, cycle).kind in set(Kind)


PHRASES = [
    "май - сентябрь Х года", "с 5 по 18 октября 2026 года", "в течение 3 рабочих дней", "до 15 декабря и до 15 июня",
    "первая декада сентября", "в срок до 00.00.0000", "по мере необходимости", "трёхмесячный отчёт", "III квартал 2026",
]  # fmt: skip


@given(data=st.data(), phrase=st.sampled_from(PHRASES))
def test_spelling_does_not_matter(data: st.DataObject, phrase: str) -> None:
    twins = {" ": " \u00a0\u202f\t", "-": "-‐‑–—−", "с": "сc", "о": "оo", "а": "аa", "е": "еeё", "р": "рp", "Х": "ХXxх"}
    spelled = "".join(data.draw(st.sampled_from(twins.get(letter, letter))) for letter in phrase)
    cased = data.draw(st.sampled_from([str.lower, str.upper, str.title, str]))
    around = data.draw(st.sampled_from(["{}", " {} ", "{}.", "{};", "«{}»", "Срок: {}"]))
    assert resolve(around.format(cased(spelled)), CYCLE) == resolve(phrase, CYCLE)


def _parts(length: int) -> dict[str, tuple[int, int]]:
    """What the header of deadline_phrases.tsv says of the pieces of a month of so many days."""
    return {
        "первая декада": (1, 10), "2-я декада": (11, 20), "третья декада": (21, length), "III декада": (21, length),
        "первая половина": (1, 15), "2 половина": (16, length), "начало": (1, 10), "в середине": (11, 20),
        "конец": (21, length), "1 неделя": (1, 7), "вторая неделя": (8, 14), "3-я неделя": (15, 21),
        "IV неделя": (22, 28), "последняя неделя": (length - 6, length), "последний день": (length, length),
    }  # fmt: skip


def _weekdays(year: int, month: int) -> dict[str, int]:
    """The days that the header does not name, counted one by one."""
    length = monthrange(year, month)[1]
    days = [date(year, month, day) for day in range(1, length + 1)]
    working = [day.day for day in days if russian_calendar().is_working(day)]
    said = {
        "первого рабочего дня": working[0],
        "5-го рабочего дня": working[4],
        "последнего рабочего дня": working[-1],
        "первого дня": 1,
        "последнего дня": length,
    }
    for weekday, word in enumerate(words("понедельника вторника среды четверга пятницы субботы воскресенья")):
        those = [day.day for day in days if day.weekday() == weekday]
        feminine = word in ("среды", "пятницы", "субботы")
        first, third, last = words("первой третьей последней" if feminine else "первого третьего последнего")
        said |= {f"{first} {word}": those[0], f"{third} {word}": those[2], f"{last} {word}": those[-1]}
    return said


@pytest.mark.parametrize("month", range(1, 13))
def test_a_named_day_after_every_preposition_against_the_oracle(month: int) -> None:
    said = _weekdays(2026, month)
    day = timedelta(days=1)
    for words_of_day, number in said.items():
        that = date(2026, month, number)
        for preposition, expected in (
            ("до", (min(CYCLE.starts, that), that)),
            ("не позднее", (min(CYCLE.starts, that), that)),
            ("с", (that, CYCLE.ends)),
            ("после", (that + day, CYCLE.ends)),
        ):
            phrase = f"{preposition} {words_of_day} {GENITIVE[month - 1]} 2026 года"
            found = resolve(phrase, CYCLE)
            assert (phrase, found.opens, found.due) == (phrase, *expected)


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize(("which", "number"), [("первая", 1), ("2-я", 2), ("третья", 3), ("IV", 4), ("последняя", 0)])
def test_a_working_week_is_the_week_without_the_days_off_at_its_ends(month: int, which: str, number: int) -> None:
    week = resolve(f"{which} неделя {GENITIVE[month - 1]} Х+1 года", CYCLE)
    found = resolve(f"{which} рабочая неделя {GENITIVE[month - 1]} Х+1 года", CYCLE)
    assert week.opens and week.due
    days = [week.opens + timedelta(days=each) for each in range((week.due - week.opens).days + 1)]
    working = [day for day in days if russian_calendar().is_working(day)]
    assert (found.opens, found.due, found.reason) == (
        (working[0], working[-1], None) if working else (None, None, "impossible_date")
    )
    assert number or days[-1].day == monthrange(2027, month)[1]


@given(st.integers(1, 12), st.integers(1, 28))
def test_some_first_and_last_days_of_a_month(month: int, count: int) -> None:
    length = monthrange(2027, month)[1]
    first = resolve(f"первые {count} дней {GENITIVE[month - 1]} 2027 года", CYCLE)
    last = resolve(f"последние {count} дней {GENITIVE[month - 1]} 2027 года", CYCLE)
    assert (first.opens, first.due) == (date(2027, month, 1), date(2027, month, count))
    assert (last.opens, last.due) == (date(2027, month, length - count + 1), date(2027, month, length))


@given(st.sampled_from(["первая", "вторая", "третья", "четвертая", "пятая", "последняя"]), st.integers(1, 12), cycles)
def test_the_edges_of_a_school_year_are_those_of_its_months(which: str, month: int, cycle: Cycle) -> None:
    """«Конец учебного года» is the end of its May, whatever the cycle; any other piece of a year is refused."""
    end = resolve("последняя неделя 2026/2027 учебного года", cycle)
    assert (end.opens, end.due) == (date(2027, 5, 25), date(2027, 5, 31))
    piece = resolve(f"{which} неделя 2026/2027 учебного года", cycle)
    assert (piece.kind is Kind.ERROR) == (which not in ("первая", "последняя"))
    assert resolve(f"до окончания {GENITIVE[month - 1]}", cycle) == resolve(f"до конца {GENITIVE[month - 1]}", cycle)


def _first_year(month: int, cycle: Cycle) -> int:
    year = cycle.starts.year
    while date(year, month, 1) < cycle.starts.replace(day=1):
        year += 1
    return year


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("said", ["", " 2025 года", " Х года", " Х+1 г.", " следующего года"])
def test_month_and_part_against_the_oracle(month: int, said: str) -> None:
    years = {" 2025 года": 2025, " Х года": 2026, " Х+1 г.": 2027, " следующего года": 2027}
    year = years.get(said) or _first_year(month, CYCLE)
    length = monthrange(year, month)[1]
    expected = {f"{part} {GENITIVE[month - 1]}": days for part, days in _parts(length).items()}
    expected |= {f"с {a} по {b} {GENITIVE[month - 1]}": (a, b) for a in (1, 9) for b in (15, 28)}
    expected |= {NOMINATIVE[month - 1]: (1, length), f"в {PREPOSITIONAL[month - 1]}": (1, length)}
    expected |= {f"{day} {GENITIVE[month - 1]}": (day, day) for day in range(1, length + 1)}
    got = {phrase: resolve(phrase + said, CYCLE) for phrase in expected}
    assert {phrase: (found.opens, found.due) for phrase, found in got.items()} == {
        phrase: (date(year, month, first), date(year, month, last)) for phrase, (first, last) in expected.items()
    }


@pytest.mark.parametrize("first", range(1, 13))
@pytest.mark.parametrize("last", range(1, 13))
def test_ranges_of_months_against_the_oracle(first: int, last: int) -> None:
    year = _first_year(first, CYCLE)
    end = year + (last < first)
    expected = (date(year, first, 1), date(end, last, monthrange(end, last)[1]))
    for phrase in (
        f"{NOMINATIVE[first - 1]}-{NOMINATIVE[last - 1]}",
        f"с {GENITIVE[first - 1]} по {NOMINATIVE[last - 1]}",
    ):
        found = resolve(phrase, CYCLE)
        assert (found.opens, found.due) == expected


def test_a_school_year_without_a_beginning_in_the_cycle_is_the_one_that_goes_on() -> None:
    spring = Cycle(date(2027, 1, 1), date(2027, 6, 30))
    found = resolve("в течение учебного года", spring)
    assert (found.opens, found.due) == (date(2026, 9, 1), date(2027, 5, 31))


def test_the_parse_table_belongs_to_the_grammar() -> None:
    kept = Path(table.__file__).with_name(table.FILE).read_bytes().partition(b"\n")[0]
    assert kept == table.stamp(), "выполните: python -m vekha.docs"


def test_a_table_of_another_grammar_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it is written anew the grammar itself is read, and says the same."""
    rules = str(sorted(map(str, parsing._parser().rules)))
    monkeypatch.setattr(table, "stamp", lambda: b"another")
    assert str(sorted(map(str, table.parser(parsing._Actions()).rules))) == rules


def test_every_rule_of_the_grammar_has_its_action() -> None:
    rules = {(rule.alias or rule.origin.name, rule.options.expand1) for rule in parsing._parser().rules}
    named = {str(name) for name, passes_through in rules if not passes_through and not name.startswith("_")}
    assert sorted(named - set(ACTIONS)) == []


def test_no_two_modules_define_one_action() -> None:
    defined = [
        name
        for module in _MODULES
        for name, action in vars(module).items()
        if callable(action) and not name.startswith("_") and action.__module__ == module.__name__
    ]
    assert sorted(defined) == sorted(ACTIONS)
