"""How official Russian writes dates, initials, agreement and spaces. Every function passes None through as None."""

import re
from datetime import date
from typing import Literal

from vekha.documents.declension import Case, Named, morphology, name_parts, position_in_case
from vekha.documents.numerals import NBSP, grouped
from vekha.texts import plural, section

WordGender = Literal["m", "f", "n", "p"]
"""Masculine, feminine, neuter, plural."""

Stamp = Literal["approved", "accepted", "considered", "agreed"]

_GENDERS: dict[str, WordGender] = {"masc": "m", "femn": "f", "neut": "n"}


def long_date(day: date | None) -> str | None:
    """«24 мая 2026 г.»"""
    return None if day is None else f"{day.day}{NBSP}{month(day)}{NBSP}{day.year}{NBSP}г."


def contract_date(day: date | None) -> str | None:
    """«“24” мая 2026 г.», with the day in quotes, as agreements write it."""
    return None if day is None else f"«{day.day:02d}»{NBSP}{month(day)}{NBSP}{day.year}{NBSP}г."


def short_date(day: date | None) -> str | None:
    """«24.05.2026»"""
    return None if day is None else f"{day:%d.%m.%Y}"


def month(day: date, form: Literal["genitive", "nominative"] = "genitive") -> str:
    """«мая» or «май»."""
    return section("documents.months")[form][day.month - 1]


def counted(number: int | None, one: str, few: str, many: str) -> str | None:
    """5, «день», «дня», «дней» → «5 дней»."""
    return None if number is None else f"{grouped(number)}{NBSP}{plural(number, one, few, many)}"


def initials_before(person: Named | None, case: Case = "nominative") -> str | None:
    """«А. И. Петрова»: under a signature."""
    if person is None:
        return None
    last, *others = name_parts(person, case)
    return NBSP.join([*_initials(others), last])


def initials_after(person: Named | None, case: Case = "nominative") -> str | None:
    """«Петрова А. И.», «Петровой А. И.»: in a text."""
    if person is None:
        return None
    last, *others = name_parts(person, case)
    return NBSP.join([last, *_initials(others)])


def _initials(names: list[str]) -> list[str]:
    return [f"{name[0]}." for name in names if name]


def position_and_name(person: Named | None, case: Case = "nominative") -> str | None:
    """«старшему воспитателю Петровой А. И.»: `person.position` and the name in one case."""
    if person is None:
        return None
    position = getattr(person, "position", None)
    return " ".join(filter(None, [position_in_case(position, case) if position else "", initials_after(person, case)]))


def gender_of(title: str) -> WordGender:
    """The grammatical gender of a document's title, by its first noun: «Положение о …» → n, «Дорожная карта» → f."""
    for word in re.findall(r"[а-яё]+", title.lower()):
        readings = [each for each in morphology().parse(word) if each.tag.POS == "NOUN" and "nomn" in each.tag]
        if readings:
            best = readings[0].tag
            return "p" if "plur" in best else _GENDERS.get(best.gender, "n")
    return "n"


def stamp_word(stamp: Stamp, title: str) -> str:
    """«УТВЕРЖДЕНО» for a regulation, «УТВЕРЖДЕНА» for a roadmap, «УТВЕРЖДЁН» for a plan."""
    return section(f"documents.stamps.{stamp}")[gender_of(title)]


def is_long_storage(retention: str | int | None) -> bool:
    """Whether a paper is kept for more than ten years, so that its left margin is 30 mm (ГОСТ Р 7.0.97).

    `retention` is years («5 лет», «50/75 лет ЭПК», 75) or «постоянно», «до ликвидации организации».
    """
    if retention is None:
        return False
    years = re.search(r"\d+", str(retention))
    return int(years[0]) > 10 if years else str(retention).lower().startswith(("постоянно", "до ликвидации"))


_SHORT = (
    "а|без|в|во|для|до|за|и|из|из-за|или|к|ко|на|над|не|ни|но|о|об|обо|от|по|под|при|про|с|со|у|что"
    "|г|гр|д|им|кв|корп|п|пп|подп|просп|пос|с|ст|стр|ул|ч"
)
_MONTHS = "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
_BINDINGS = tuple(
    (re.compile(pattern), replacement.replace(" ", NBSP))
    for pattern, replacement in (
        (rf"(?<![\w.-])((?i:{_SHORT})\.?)[ \n]+(?=[\w«(„№\d])", r"\1 "),
        (r"([№§])\s*(?=[\w/])", r"\1 "),
        (r"\b([А-ЯЁ]\.)[ \n]*(?=[А-ЯЁ]\.[ \n\u00a0]*[А-ЯЁ]|[А-ЯЁ][а-яё])", r"\1 "),
        (r"\b([А-ЯЁ][а-яё]+)[ \n]+(?=[А-ЯЁ]\.[ \u00a0]?[А-ЯЁ]\.)", r"\1 "),
        (rf"(\d)[ \n]+(?={_MONTHS}|г\.|гг\.|год|руб|коп|кл|лет|ч\b|мин\b|%)", r"\1 "),
        (rf"\b({_MONTHS})[ \n]+(?=\d{{4}})", r"\1 "),
        (r"(?<=\d)[ ](?=\d{3}(?:\D|$))", " "),
        (r"[ \n]+(?=[—–][ \n])", " "),
        (r"[ \n]+(?=(?:же|ли|бы|б|ж)(?!\w))", " "),
    )
)
_TAGS = re.compile(r"(<style\b.*?</style>|<[^>]*>)", re.DOTALL)


def typographic(text: str) -> str:
    """Non-breaking spaces where a line must not end: after prepositions and «№», in initials, dates and numbers."""
    for pattern, replacement in _BINDINGS:
        text = pattern.sub(replacement, text)
    return text


def typographic_html(html: str) -> str:
    """`typographic` for the text between the tags."""
    return "".join(
        piece if index % 2 or not piece.strip() else typographic(piece) for index, piece in enumerate(_TAGS.split(html))
    )
