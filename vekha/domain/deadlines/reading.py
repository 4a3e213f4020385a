"""Making a phrase readable: one kind of space, dash, case and alphabet, at the same positions as in the original.

`folded` has as many characters as `clean`, so that a piece found in the one can be quoted from the other.
"""

import re
import unicodedata
from dataclasses import dataclass

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_ROMANS = {ord(sign): plain for sign, plain in zip("ⅠⅡⅢⅣⅰⅱⅲⅳ", ("I", "II", "III", "IV") * 2, strict=True)}
_SPACES = re.compile(r"[\s\u200b\u2060\ufeff]+")
_FOLDS = str.maketrans({"ё": "е", "і": "i", "ı": "i", **dict.fromkeys("«»„“”\"‟‹›*'’`!:", " "), "[": "(", "]": ")"})
_LOOKALIKES = str.maketrans("aceopxykmtbh", "асеорхукмтвн")
_CYRILLIC = re.compile(r"[а-я]")
_WORD = re.compile(r"[a-zа-я]+")
_ALIKE = re.compile(r"[aceopxykmtbh]+")

_LABEL = re.compile(
    r"^\s*(?:сроки?|дата|период)(?: +(?:исполнения|проведения|реализации|выполнения|сдачи))? *[:–—-]\s*(?=\S)", re.I
)
_CLOCK = re.compile(
    r"(?:(?:\b[вк] +)?\b\d{1,2}:\d{2}\b|\bв +\d{1,2}\.(?:00|1[3-9]|[2-5]\d)(?![\d.]))"  # «в 15.10» is a date
    r"(?: *(?:час(?:ов|а)?|ч|мск)\b\.?)?",
    re.I,
)
_ABOUT = re.compile(r"\b(?:ориентировочно|примерно|предположительно|предварительно|около)\b")
_NOISE = re.compile(r"\(включительно\)|\bвключительно\b")
_DAY_OF_EACH_MONTH = re.compile(r"(^ежемесячно[ ,(]+(?:до|к|не позднее) \d{1,2}(?:-?(?:го|му))?)(?=[ .)]*$)")

_PLACEHOLDER = re.compile(
    r"_|\b0{1,2}[./-]0{1,2}\b|\bхх|\b\d\dхх?\b|\b(?:дд|мм|гг)[.\s/-]*(?:дд|мм|гг)|\.{4,}|…{2,}|<[^>]*>"
)
_EMPTY_QUOTES = re.compile(r"[«\"“„] *[»\"”“]")
_EMPTY = re.compile(
    r"[\W]*(?:(?:указать|вписать|вставить) )?"
    r"(?:(?:дат[ау]|срок|сроки|число|месяц|год)[\W]*)*"
    r"(?:нет|не (?:указан|определен|установлен)[аоы]?|отсутству[ею]т|уточня[ею]тся|н/?д|б/?д|tbd|дата)?\W*"
)


@dataclass(frozen=True, slots=True)
class Text:
    """A phrase ready for the grammar; `about` and `clock` say what was left out of it."""

    clean: str
    folded: str
    about: bool
    clock: bool


def read(phrase: str) -> Text:
    """The phrase with one kind of everything."""
    plain = unicodedata.normalize("NFC", phrase).replace("\N{SOFT HYPHEN}", "").translate(_DASHES | _ROMANS)
    clean = _SPACES.sub(" ", plain).strip()
    clean = _LABEL.sub("", clean)
    timeless = _CLOCK.sub(_spaces, clean)
    folded = "".join(each.lower() if len(each.lower()) == 1 else each for each in timeless).translate(_FOLDS)
    folded = _WORD.sub(_one_alphabet, folded)
    about = _ABOUT.search(folded) is not None
    folded = _NOISE.sub(_spaces, _ABOUT.sub(_spaces, folded))
    folded = _DAY_OF_EACH_MONTH.sub(r"\1 числа", folded)
    return Text(clean, folded, about, timeless != clean)


def is_blank(text: Text) -> bool:
    """A form that nobody filled in: «___», «00.00.0000», «дата», a dash, nothing at all."""
    if _EMPTY_QUOTES.search(text.clean):
        return True
    return _PLACEHOLDER.search(text.folded) is not None or _EMPTY.fullmatch(text.folded) is not None


def _spaces(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _one_alphabet(match: re.Match[str]) -> str:
    """«cентябрь» with a Latin «c» and «X» become Cyrillic; «IV» stays Roman."""
    word = match[0]
    if _CYRILLIC.search(word) or _ALIKE.fullmatch(word):
        return word.translate(_LOOKALIKES)
    return word
