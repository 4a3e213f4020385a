"""Numbers, months and weekdays as Russian writes them, in any case."""

import re

from vekha.domain.deadlines.rules import Reason, UnclearError

_MONTHS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_SEASONS = {"зим": 12, "вес": 3, "лет": 6, "осе": 9}
_WEEKDAYS = ("пон", "вто", "сре", "чет", "пят", "суб", "вос")
_ROMANS = {"п": 2, "ш": 3}
_STEMS = (
    ("одиннадцат", 11), ("двенадцат", 12), ("тринадцат", 13), ("четырнадцат", 14), ("пятнадцат", 15),
    ("шестнадцат", 16), ("семнадцат", 17), ("восемнадцат", 18), ("девятнадцат", 19), ("двадцат", 20),
    ("тридцат", 30), ("сорок", 40), ("пятьдесят", 50), ("пятидесят", 50), ("шестьдесят", 60), ("шестидесят", 60),
    ("семьдесят", 70), ("семидесят", 70), ("восемьдесят", 80), ("восьмидесят", 80), ("девяност", 90),
    ("десят", 10), ("девят", 9), ("восем", 8), ("восьм", 8), ("седьм", 7), ("сем", 7), ("шест", 6), ("пят", 5),
    ("четыр", 4), ("четвер", 4), ("чет", 4), ("тре", 3), ("три", 3), ("втор", 2), ("две", 2), ("два", 2), ("дву", 2),
    ("перв", 1), ("од", 1), ("единожды", 1), ("дважды", 2), ("полу", 0),
)  # fmt: skip


def month(word: str) -> int:
    """«сентября», «сент.» → 9."""
    return next(number for number, stem in enumerate(_MONTHS, 1) if word.startswith(stem))


def season(word: str) -> int:
    """The month in which the season begins."""
    return _SEASONS[word[:3]]


def weekday(word: str) -> int:
    """Monday = 0."""
    return _WEEKDAYS.index(word[:3])


def number(word: str | int) -> int:
    """«третья», «10-ти», «III», «пяти», «5 (пяти)» → a number; two numbers that disagree are ambiguous."""
    if isinstance(word, int):
        return word
    if word[0].isdigit() and not word.startswith("1v") and not word.startswith("1у"):
        digits, _, spelled = word.partition("(")
        value = int(re.sub(r"\D.*", "", digits))
        if spelled and number_word(spelled.rstrip(")")) not in (value, None):
            raise UnclearError(Reason.AMBIGUOUS)
        return value
    return roman(word) or number_word(word) or 0


def roman(word: str) -> int | None:
    """«III», also as people type it: «Ш», «П», «IУ», «1V», «lll»."""
    bare = word.partition("-")[0].replace("у", "v").replace("l", "i").replace("1", "i")
    for ending in ("", "й", "я", "е", "го", "ой", "ый", "ая", "ое", "ом", "ий"):
        stem = bare.removesuffix(ending) if ending else bare
        if stem in _ROMANS:
            return _ROMANS[stem]
        if stem in ("i", "ii", "iii"):
            return len(stem)
        if stem in ("iv", "v"):
            return 6 - len(stem) if stem == "iv" else 5
    return None


def number_word(word: str) -> int | None:
    """«третьей», «двенадцати» → a number; None for any other word."""
    return next((value for stem, value in _STEMS if word.startswith(stem)), None)
