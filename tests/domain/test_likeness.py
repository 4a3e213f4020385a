"""Who may be one person twice: a slip of the pen, not a relative."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vekha.domain.guardians import signs_for_oneself
from vekha.domain.likeness import Known, alike, look_alikes, pairs_alike, slips

BORN = date(2012, 2, 8)
NAME = "Журавлёв Илья Сергеевич"


@pytest.mark.parametrize(
    ("name", "born", "found"),
    [
        ("Журавлев Илья Сергеевич", BORN, True),
        ("ЖУРАВЛЁВ  Илья Сергеевич", None, True),
        ("Жруавлёв Илья Сергеевич", None, True),  # two letters swapped
        ("Журавлёв Илья Сергевич", None, True),
        ("Журавлёва Илья Сергеевич", date(2012, 8, 2), True),  # day and month swapped
        ("Журавлёв Илья Сергеевич", date(2013, 2, 8), True),  # one digit
        ("Журавлёв Илья Сергеевич", date(2010, 11, 8), False),
        ("Журавлёв Олег Сергеевич", BORN, False),  # a twin
        ("Журавлёва Ия Сергеевна", BORN, False),
        ("Белов Илья Сергеевич", BORN, True),  # another surname
        ("Белов Илья Сергеевич", None, False),
        ("Ким Ян", None, False),
    ],
)
def test_alike(name: str, born: date | None, found: bool) -> None:
    assert alike(Known("p1", NAME, BORN), Known("p2", name, born)) is found
    assert alike(Known("p2", name, born), Known("p1", NAME, BORN)) is found


def test_those_told_apart_are_not_asked_about_again() -> None:
    people = [Known("p1", NAME, BORN), Known("p2", "Журавлев Илья Сергевич", BORN), Known("p3", "Белов Пётр Львович")]
    assert list(pairs_alike(people, frozenset())) == [("p1", "p2")]
    apart = frozenset({frozenset({"p2", "p1"})})
    assert list(pairs_alike(people, apart)) == []
    assert look_alikes(people[0], people) == ("p2",)
    assert look_alikes(people[0], people, apart) == ()


LETTERS = st.text("абв", max_size=6)


@given(LETTERS, LETTERS)
def test_slips_are_those_of_the_whole_table(one: str, other: str) -> None:
    full = slips(one, other, 12)
    assert full is not None
    assert full == slips(other, one, 12)
    assert (full == 0) is (one == other)
    for most in range(4):
        assert slips(one, other, most) == (full if full <= most else None)


PARTS = [("Ахметов", "Ахметова", "Белов", "Сафин"), ("Тимур", "Тимер", "Анна"), ("Олегович", "Олеговна", "Маратович")]


@given(
    st.lists(
        st.tuples(*(st.sampled_from(each) for each in PARTS), st.sampled_from([None, BORN, date(2012, 8, 2)])),
        max_size=12,
    )
)
def test_nobody_is_missed_for_the_sake_of_speed(rows: list[tuple[str, str, str, date | None]]) -> None:
    people = [Known(f"p{number}", " ".join(row[:3]), row[3]) for number, row in enumerate(rows)]
    every = {
        (one.code, other.code) for place, other in enumerate(people) for one in people[:place] if alike(one, other)
    }
    assert set(pairs_alike(people, frozenset())) == every


@pytest.mark.parametrize(
    ("child", "guardian", "relation", "wrong"),
    [
        (NAME, "журавлев илья сергеевич", "мать", True),
        (NAME, "Журавлёва Мария Петровна", "мать", False),
        ("Иванов Иван Иванович", "Иванов Иван Иванович", "отец", False),  # a father's namesake
        ("Иванов Иван Иванович", "Иванов Иван Иванович", "мать", True),
        (NAME, NAME, "отец", True),
    ],
)
def test_nobody_is_the_own_guardian(child: str, guardian: str, relation: str, wrong: bool) -> None:
    assert signs_for_oneself(child, guardian, relation) is wrong
