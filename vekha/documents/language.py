"""How official Russian writes dates, initials, agreement and spaces. None is for the filters to pass by."""

import re
from datetime import date
from typing import Literal

from vekha.documents.declension import Case, Named, morphology, name_parts
from vekha.documents.numerals import NBSP, grouped
from vekha.texts import plural, section

WordGender = Literal["m", "f", "n", "p"]
"""Masculine, feminine, neuter, plural."""

Stamp = Literal["approved", "accepted", "considered", "agreed"]

_GENDERS: dict[str, WordGender] = {"masc": "m", "femn": "f", "neut": "n"}


def long_date(day: date) -> str:
    """«24 мая 2026 г.», never broken at the end of a line."""
    return f"{day.day}{NBSP}{month(day)}{NBSP}{day.year}{NBSP}г."


def contract_date(day: date) -> str:
    """«“24” мая 2026 г.», with the day in quotes, as agreements write it."""
    return f"«{day.day:02d}»{NBSP}{month(day)}{NBSP}{day.year}{NBSP}г."


def short_date(day: date) -> str:
    """«24.05.2026»"""
    return f"{day:%d.%m.%Y}"


def month(day: date, form: Literal["genitive", "nominative"] = "genitive") -> str:
    """«мая» or «май»."""
    return section("documents.months")[form][day.month - 1]


def counted(number: int, one: str, few: str, many: str) -> str:
    """5, «день», «дня», «дней» → «5 дней»."""
    return f"{grouped(number)}{NBSP}{plural(number, one, few, many)}"


def initials_before(person: Named, case: Case = "nominative") -> str:
    """«А. И. Петрова»: under a signature."""
    last, *others = name_parts(person, case)
    return NBSP.join([*_initials(others), last])


def initials_after(person: Named, case: Case = "nominative") -> str:
    """«Петрова А. И.», «Петровой А. И.»: in a text."""
    last, *others = name_parts(person, case)
    return NBSP.join([last, *_initials(others)])


def _initials(names: list[str]) -> list[str]:
    return [f"{name[0]}." for name in names if name]


def split_title(title: str) -> tuple[str, str]:
    """The kind of paper and the rest: «Положение о наставничестве» → «Положение», «о наставничестве».

    The kind is the first noun with the adjectives before it; a title that starts otherwise («Об организации …») has
    none, and is all rest.
    """
    words = title.split()
    for index, word in enumerate(words):
        tags = [
            each.tag
            for each in morphology().parse(word.strip(",.:«»"))
            if "nomn" in each.tag and "Abbr" not in each.tag
        ]
        if any(tag.POS == "NOUN" for tag in tags):
            return " ".join(words[: index + 1]), " ".join(words[index + 1 :])
        if not any(tag.POS in ("ADJF", "PRTF") for tag in tags):
            break
    return "", title


def gender_of(title: str) -> WordGender:
    """The grammatical gender of a document's kind: «Положение о …» → n, «Дорожная карта …» → f, «Списки …» → p."""
    kind = split_title(title)[0]
    nouns = [each.tag for each in morphology().parse(kind.rpartition(" ")[2]) if {"NOUN", "nomn"} in each.tag]
    best = min(nouns, key=lambda tag: "plur" in tag, default=None)
    if best is None:
        return "n"
    return "p" if "plur" in best else _GENDERS.get(best.gender, "n")


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
    r"|(?<!\d[ \u00a0])(?:г|гр|д|им|кв|корп|п|пп|подп|просп|пос|с|ст|стр|тел|ул|ч)\."
)
_MONTHS = "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
_BINDINGS = tuple(
    (re.compile(pattern), replacement.replace(" ", NBSP))
    for pattern, replacement in (
        (rf"(?<![\w.-])((?i:{_SHORT}))[ \n]+(?=[\w«(„№\d])", r"\1 "),
        (r"([№§])\s*(?=[\w/])", r"\1 "),
        (r"\b([А-ЯЁ]\.)[ \n]*(?=[А-ЯЁ]\.|[А-ЯЁ][а-яё])", r"\1 "),
        (r"\b([А-ЯЁ][а-яё]+)[ \n]+(?=[А-ЯЁ]\.[ \u00a0]?[А-ЯЁ]\.)", r"\1 "),
        (rf"(\d)[ \n]+(?={_MONTHS}|г\.|гг\.|год|класс|курс|руб|коп|кл|лет|ч\b|мин\b|%)", r"\1 "),
        (
            rf"(?<=\d\u00a0)({_MONTHS})[ \n]+(?=\d{{4}})",
            r"\1 ",
        ),
        (r"(?<=\d)[ ](?=\d{3}(?:\D|$))", " "),
        (r"(?<=\d)[ ](?=«[А-ЯЁ]»)", " "),
        (r"(?<=«[А-ЯЁ]»)[ ](?=класс)", " "),
        (r"\b(?!ФЗ)([А-ЯЁ]{2,6})[ \n]+(?=«)", r"\1 "),
        (r"\b((?i:школа|лицей|гимназия|интернат|сад))[ \n]+(?=№)", r"\1 "),
        (r"(?<=\d)-(?=(?:р|ФЗ)\b)", "\u2011"),
        (r"\b((?i:из))-(?=(?:за|под)\b)", "\\1\u2011"),
        (r"\b((?i:стать(?:я|и|е|ю|ёй)))[ ](?=\d)", r"\1 "),
        (r"(?<=\d)[ ](?=\(\d{3,5}\))|(?<=\d\))[ ](?=\d)", " "),
        (r"[ \n]+[—–](?=[ \n])", " –"),
        (r"[ \n]+(?=(?:же|ли|бы|б|ж)(?!\w))", " "),
    )
)
_TWO_STOPS = re.compile(r"((?<![\w-])(?:[А-ЯЁ]|г|гг|руб|коп|др|пр)\.(?:</span>)?)\.(?!\.)")
_TAGS = re.compile(r"(<style\b.*?</style>|<[^>]*>)", re.DOTALL)


def typographic(text: str) -> str:
    """Non-breaking spaces where a line must not end: after prepositions and «№», in initials, dates and numbers; one
    kind of dash throughout.
    """
    for pattern, replacement in _BINDINGS:
        text = pattern.sub(replacement, text)
    return text


_PART = 20
_ENDLESS = re.compile(rf"[^\W\d_]{{{3 * _PART},}}")


def typographic_html(html: str) -> str:
    """`typographic` for the text between the tags, and one full stop where an abbreviation ends a sentence."""
    return "".join(
        piece if index % 2 or not piece.strip() else typographic(_ENDLESS.sub(_broken, piece))
        for index, piece in enumerate(_TAGS.split(_TWO_STOPS.sub(r"\1", html)))
    )


def _broken(word: re.Match[str]) -> str:
    """A word that no line can hold, with places to break it: WeasyPrint breaks none after the number of a point."""
    letters = word[0]
    return "\u00ad".join(letters[start : start + _PART] for start in range(0, len(letters), _PART))
