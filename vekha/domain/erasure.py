"""Erasing a person: what named them goes from every text, what is counted stays (152-ФЗ, art. 3 (9), 5 (7), 21 (4)).

A name is found in any case, whole words only: with the surname first or last, with initials, or the surname alone where
nobody else of the institution bears it. Answers that are about the person keep numbers, choices and codes, and lose
every free word.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Union

Json = Union[str, int, float, bool, "list[Json]", "dict[str, Json]", None]

_CODE = re.compile(r"[pne][1-9]\d*")


@dataclass(frozen=True, slots=True)
class NameForms:
    """The words of one name in every case; empty where there is no such part."""

    last: frozenset[str]
    first: frozenset[str]
    middle: frozenset[str]


@dataclass(frozen=True, slots=True)
class Eraser:
    """Finds a person in texts. `exact` are contacts: a telephone, an address of e-mail."""

    name: re.Pattern[str]
    exact: tuple[str, ...]
    instead: str

    def text(self, words: str) -> str:
        """The text without the person."""
        for each in self.exact:
            words = words.replace(each, self.instead)
        return self.name.sub(self.instead, words)

    def value(self, value: Json) -> Json:
        """The same with every text inside without the person; keys stay."""
        return _mapped(value, self.text)

    def answer(self, value: Json, kept: frozenset[str]) -> Json:
        """An answer of many people: the innermost part naming the person loses free words, the rest the name."""
        if isinstance(value, dict):
            if any(isinstance(each, str) and self.text(each) != each for each in value.values()):
                return self.own(value, kept)
            return {key: self.answer(each, kept) for key, each in value.items()}
        if isinstance(value, list):
            return [self.answer(each, kept) for each in value]
        return self.value(value)

    def own(self, value: Json, kept: frozenset[str]) -> Json:
        """An answer about the person: numbers, codes and the choices in `kept` stay, every other word goes."""

        def erased(words: str) -> str:
            return words if not words or words in kept or _CODE.fullmatch(words) else self.instead

        return _mapped(value, erased)


def _mapped(value: Json, change: Callable[[str], str]) -> Json:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _mapped(each, change) for key, each in value.items()}
    if isinstance(value, list):
        return [_mapped(each, change) for each in value]
    return value


def eraser(names: Iterable[NameForms], exact: Iterable[str], instead: str, *, surname_alone: bool) -> Eraser:
    """`names` is one person by all their names; `surname_alone` when the surname says who it is."""
    patterns = [_pattern(each, surname_alone=surname_alone) for each in names]
    found = re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)
    return Eraser(found, tuple(sorted({each for each in exact if each}, key=len, reverse=True)), instead)


def _pattern(forms: NameForms, *, surname_alone: bool) -> str:
    """Whole words; between them any space, a non-breaking one too, and none after an initial."""
    last = _either(forms.last)
    first, middle = _given(forms.first), _given(forms.middle)
    gap = r"\s*"
    given = f"{first}(?:{gap}{middle})?" if forms.middle else first
    tail, head = f"{last}\\s+{given}", f"{given}{gap}{last}"
    variants = [tail, head, f"{_either(forms.first)}\\s+{_either(forms.middle)}"] if forms.middle else [tail, head]
    if surname_alone:
        variants.append(last)
    return "|".join(rf"(?<!\w)(?:{each})(?![\w])" for each in variants)


def _given(words: frozenset[str]) -> str:
    """A first or middle name in full or as an initial."""
    initials = sorted({re.escape(word[0]) + r"\." for word in words if word})
    return f"(?:{'|'.join([*_sorted(words), *initials])})"


def _either(words: frozenset[str]) -> str:
    return f"(?:{'|'.join(_sorted(words))})"


def _sorted(words: frozenset[str]) -> list[str]:
    return [
        re.escape(word.lower()).replace("ё", "[её]")
        for word in sorted(words, key=lambda word: (-len(word), word))
        if word
    ]


def choices_of(schema: Json) -> frozenset[str]:
    """The words that a form offers to choose from, by its JSON Schema: they say nothing of who answered."""
    found: set[str] = set()
    if isinstance(schema, list):
        for each in schema:
            found |= choices_of(each)
    elif isinstance(schema, dict):
        offered = schema.get("enum")
        words = [*(offered if isinstance(offered, list) else ()), schema.get("const")]
        found.update(word for word in words if isinstance(word, str))
        for each in schema.values():
            found |= choices_of(each)
    return frozenset(found)


def year_only(born: date | None) -> date | None:
    """The first of January of the year of birth: ages are counted by years, and the day tells who it was."""
    return born and date(born.year, 1, 1)
