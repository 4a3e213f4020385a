"""Numbers and sums in words, as contracts want them."""

from decimal import Decimal
from typing import Literal

from vekha.texts import plural, section

NBSP = "\u00a0"


def number_in_words(number: int, gender: Literal["m", "f", "n"] = "m") -> str:
    """21 → «двадцать один» (m), «двадцать одна» (f). Raises ValueError below zero and from 10¹² on."""
    if not 0 <= number < 10**12:
        raise ValueError(number)
    words = section("documents.numerals")
    if number == 0:
        return words["zero"]
    parts: list[str] = []
    for scale, name, scale_gender in ((10**9, "billion", "m"), (10**6, "million", "m"), (10**3, "thousand", "f")):
        count, number = divmod(number, scale)
        if count:
            parts += [*_below_thousand(count, scale_gender), plural(count, *words[name])]
    return " ".join([*parts, *_below_thousand(number, gender)])


def _below_thousand(number: int, gender: str) -> list[str]:
    words = section("documents.numerals")
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    tail = [words["teens"][units]] if tens == 1 else [words["tens"][tens], words[f"units_{gender}"][units]]
    return [word for word in (words["hundreds"][hundreds], *tail) if word]


def grouped(number: int) -> str:
    """12000 → «12 000», with non-breaking spaces."""
    return f"{number:,}".replace(",", NBSP)


def roubles(amount: Decimal | int) -> str:
    """12000 → «12 000 (двенадцать тысяч) рублей 00 копеек». Raises ValueError for parts of a kopeck and below zero."""
    kopecks = Decimal(amount) * 100
    if kopecks != int(kopecks):
        raise ValueError(amount)
    whole, rest = divmod(int(kopecks), 100)
    words = section("documents.numerals")
    return (
        f"{grouped(whole)} ({number_in_words(whole)}) {plural(whole, *words['rouble'])}"
        f" {rest:02d}{NBSP}{plural(rest, *words['kopeck'])}"
    )
