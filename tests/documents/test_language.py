import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vekha.documents.language import (
    contract_date,
    counted,
    gender_of,
    is_long_storage,
    long_date,
    short_date,
    split_title,
    stamp_word,
    typographic,
    typographic_html,
)
from vekha.documents.numerals import grouped, number_in_words, roubles

DAY = dt.date(2026, 5, 24)


def shown(text: str) -> str:
    """Non-breaking spaces made visible."""
    return text.replace("\u00a0", "~")


def test_dates() -> None:
    assert shown(long_date(DAY)) == "24~мая~2026~г."
    assert shown(contract_date(dt.date(2026, 9, 1))) == "«01»~сентября~2026~г."
    assert short_date(DAY) == "24.05.2026"


def test_counts() -> None:
    words = ("день", "дня", "дней")
    assert [shown(counted(number, *words)) for number in (1, 3, 5, 11, 21, 1250)] == [
        *("1~день", "3~дня", "5~дней", "11~дней", "21~день", "1~250~дней")
    ]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "ноль"),
        (21, "двадцать один"),
        (115, "сто пятнадцать"),
        (2_002, "две тысячи два"),
        (12_000, "двенадцать тысяч"),
        (1_001_001, "один миллион одна тысяча один"),
        (5_000_000_400, "пять миллиардов четыреста"),
    ],
)
def test_numbers_in_words(number: int, words: str) -> None:
    assert number_in_words(number) == words


def test_gender_of_a_number() -> None:
    assert [number_in_words(42, gender) for gender in ("m", "f", "n")] == [
        *("сорок два", "сорок две", "сорок два")  # «два» for masculine and neuter
    ]
    assert number_in_words(1, "n") == "одно"


def test_sums_of_money() -> None:
    assert shown(roubles(12000)) == "12~000 (двенадцать тысяч) рублей 00~копеек"
    assert shown(roubles(Decimal("1.01"))) == "1 (один) рубль 01~копейка"
    for wrong in (Decimal("0.005"), -1):
        with pytest.raises(ValueError, match=str(wrong)):
            roubles(wrong)


@given(st.integers(0, 10**12 - 1))
def test_grouping_keeps_the_digits(number: int) -> None:
    assert int(grouped(number).replace("\u00a0", "")) == number
    assert all(len(group) == 3 for group in grouped(number).split("\u00a0")[1:])


@pytest.mark.parametrize(
    ("title", "kind", "gender"),
    [
        ("Приказ об организации наставничества", "Приказ", "m"),
        ("Положение о программе наставничества", "Положение", "n"),
        ("Дорожная карта внедрения целевой модели", "Дорожная карта", "f"),
        ("Дополнительное соглашение к трудовому договору", "Дополнительное соглашение", "n"),
        ("Письмо-обращение к работодателю", "Письмо-обращение", "n"),
        ("Памятки для наставляемых", "Памятки", "p"),
        ("Учётная база наставляемых", "Учётная база", "f"),
        ("Персонализированная программа наставничества", "Персонализированная программа", "f"),
        ("Ученический договор", "Ученический договор", "m"),
        ("Об организации наставничества", "", "n"),
    ],
)
def test_the_kind_of_paper_and_its_gender(title: str, kind: str, gender: str) -> None:
    assert split_title(title) == (kind, title.removeprefix(kind).strip())
    assert gender_of(title) == gender


def test_stamps_agree_and_the_agreeing_stamp_never_does() -> None:
    titles = ("План работы", "Программа", "Положение", "Правила")
    assert [stamp_word("approved", title) for title in titles] == [
        "УТВЕРЖДЁН",
        "УТВЕРЖДЕНА",
        "УТВЕРЖДЕНО",
        "УТВЕРЖДЕНЫ",
    ]
    assert {stamp_word("agreed", title) for title in titles} == {"СОГЛАСОВАНО"}


@pytest.mark.parametrize(
    ("retention", "long"),
    [(None, False), ("5 лет", False), ("10 лет", False), ("50/75 лет ЭПК", True), (75, True), ("постоянно", True)],
)
def test_long_storage(retention: str | int | None, long: bool) -> None:
    assert is_long_storage(retention) is long


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("в соответствии с приказом от 24.05.2026 № 63/1", "в~соответствии с~приказом от~24.05.2026 №~63/1"),
        ("Приказ №5 и план", "Приказ №~5 и~план"),
        ("директор А. И. Петрова", "директор А.~И.~Петрова"),
        ("Петровой А. И. до 10 сентября 2026 г.", "Петровой~А.~И. до~10~сентября~2026~г."),
        ("г. Верхнереченск, ул. Садовая, д. 5", "г.~Верхнереченск, ул.~Садовая, д.~5"),
        ("тел. 8 (000) 000-00-12", "тел.~8~(000)~000-00-12"),
        ("12 000 рублей", "12~000~рублей"),
        ("наставник – ученик", "наставник~– ученик"),
        ("равный — равному", "равный~– равному"),
        ("если бы он", "если~бы он"),
        ("ИО директора, 10 000 000", "ИО директора, 10~000~000"),
    ],
)
def test_typography(text: str, bound: str) -> None:
    assert shown(typographic(text)) == bound


@given(st.text(alphabet="абв №.АБ 0123456789«»–-\n", max_size=60))
def test_typography_changes_spaces_only_and_settles(text: str) -> None:
    once = typographic(text)
    assert typographic(once) == once
    assert once.translate({0xA0: None, 0x20: None, 0x0A: None}) == text.translate({0x20: None, 0x0A: None})


def test_tags_stay_as_they_are_and_one_stop_ends_a_sentence() -> None:
    html = (
        '<p class="a b">и <b>№ 5</b></p><style>a b {}</style><p>до 24 мая 2026 г.. <span class="name">А. И.</span>.</p>'
    )
    assert shown(typographic_html(html)) == (
        '<p class="a b">и <b>№~5</b></p><style>a b {}</style><p>до~24~мая~2026~г. <span class="name">А.~И.</span></p>'
    )


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("по 31 мая 2027 г. по приказу", "по~31~мая~2027~г. по~приказу"),
        ("в г. Заречье, 8 «Б» класс", "в~г.~Заречье, 8~«Б»~класс"),
        ("по статье 351.8 кодекса", "по~статье~351.8 кодекса"),
        ("в МБОУ «Школа № 12»", "в~МБОУ~«Школа~№~12»"),
        ("от 29.12.2012 № 273-ФЗ «Об образовании»", "от~29.12.2012 №~273\u2011ФЗ «Об~образовании»"),
        ("студент 3 курса", "студент 3~курса"),
        ("из-за карантина", "из\u2011за~карантина"),
    ],
)
def test_lines_of_documents_end_where_they_may(text: str, bound: str) -> None:
    assert typographic(text).replace("\u00a0", "~") == bound
