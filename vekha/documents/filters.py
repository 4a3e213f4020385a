"""The filters and tests of templates, by the names under which `docs/templates.md` explains them."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from markupsafe import Markup

from vekha.documents import language
from vekha.documents.declension import Case, name_in_case, position_in_case
from vekha.documents.numerals import grouped, number_in_words, roubles
from vekha.documents.session import confirmed_position, is_unset
from vekha.domain.law import act
from vekha.texts import plural


def _or_none(function: Callable[..., Any]) -> Callable[..., Any]:
    """None goes through, so that `|blank` behind the filter sees it."""

    def filtered(value: Any, *args: Any, **kwargs: Any) -> Any:
        return None if value is None else function(value, *args, **kwargs)

    return filtered


def _dated(function: Callable[..., str]) -> Callable[..., str | None]:
    """Answers are kept as JSON, so a day in them is a text («2026-09-01»); «00.00.0000» is no day."""

    def filtered(day: date | str, *args: Any) -> str | None:
        if is_unset(day):
            return None
        return function(date.fromisoformat(day) if isinstance(day, str) else day, *args)

    return filtered


def _whole(function: Callable[..., str]) -> Callable[..., Markup]:
    """A name in a span that is never hyphenated."""
    return lambda *args, **kwargs: Markup('<span class="name">{}</span>').format(function(*args, **kwargs))


def _position_and_name(person: Any, case: Case = "nominative") -> Markup:
    position = getattr(person, "position", None)
    surname = _whole(language.initials_after)(person, case)
    return Markup("{} {}").format(_position(position, case), surname) if position else surname


def _position(position: str, case: Case) -> str:
    """As confirmed by a person, else as the dictionary declines it."""
    return confirmed_position(position, case) or position_in_case(position, case)


def _title_in_case(title: str, case: Case) -> str:
    """A document's title after «утвердить», «к»: its kind declines, and so does one in brackets («(дорожную карту)»).

    In the accusative a thing that is not feminine keeps its nominative: «утвердить Индивидуальный план».
    """
    bracketed = re.sub(r"\(([^()]+)\)", lambda found: f"({_title_in_case(found[1], case)})", title)
    if case == "accusative" and language.gender_of(title) != "f":
        return bracketed
    return position_in_case(bracketed, case)


def _capital(value: str) -> str:
    return value[:1].upper() + value[1:]


def _small(value: str) -> str:
    """The first letter small, as after a colon; an abbreviation («ЕГЭ …») keeps its capitals."""
    return value if value[1:2].isupper() else value[:1].lower() + value[1:]


FILTERS: Mapping[str, Callable[..., Any]] = {
    name: _or_none(function)
    for name, function in {
        "long_date": _dated(language.long_date),
        "contract_date": _dated(language.contract_date),
        "short_date": _dated(language.short_date),
        "month": _dated(language.month),
        "name": _whole(name_in_case),
        "initials": _whole(language.initials_before),
        "surname": _whole(language.initials_after),
        "position": _position,
        "title": _title_in_case,
        "position_and_name": _position_and_name,
        "capital": _capital,
        "small": _small,
        "plural": plural,
        "counted": language.counted,
        "grouped": grouped,
        "in_words": number_in_words,
        "roubles": roubles,
        "stamp": lambda title, kind: language.stamp_word(kind, title),
        "kind": lambda title: language.split_title(title)[0],
        "after_kind": lambda title: language.split_title(title)[1],
        "typographic": language.typographic,
    }.items()
}


def is_of_2016(day: date | None) -> bool:
    """Whether a paper of this date follows the ГОСТ Р 7.0.97-2016: the one of 2025 was not in force yet.

    What is known to differ: the QR code, a requisite of 2025 only (`marks.wants_code`), and the width of corner
    requisites, 75 mm in 2016 (its clause on the longest line of a requisite) and 80 mm in 2025 (DOMAIN.md §3). Margins,
    page numbers, stamps and the mark of an electronic signature are the same in both. A draft has no date: it is of
    today.
    """
    return day is not None and day < act("ГОСТ Р 7.0.97-2025").valid_from


TESTS: Mapping[str, Callable[..., bool]] = {"long_storage": language.is_long_storage, "of_2016": is_of_2016}
