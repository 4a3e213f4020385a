"""The filters and tests of templates, by the names under which `docs/templates.md` explains them."""

from collections.abc import Callable, Mapping
from typing import Any

from vekha.documents import language
from vekha.documents.declension import name_in_case, position_in_case
from vekha.documents.numerals import grouped, number_in_words, roubles
from vekha.domain.law import citation
from vekha.texts import plural


def _or_none(function: Callable[..., Any]) -> Callable[..., Any]:
    """None goes through, so that `|blank` behind the filter sees it."""

    def filtered(value: Any, *args: Any, **kwargs: Any) -> Any:
        return None if value is None else function(value, *args, **kwargs)

    return filtered


FILTERS: Mapping[str, Callable[..., Any]] = {
    name: _or_none(function)
    for name, function in {
        "long_date": language.long_date,
        "contract_date": language.contract_date,
        "short_date": language.short_date,
        "month": language.month,
        "name": name_in_case,
        "initials": language.initials_before,
        "surname": language.initials_after,
        "position": position_in_case,
        "position_and_name": language.position_and_name,
        "plural": plural,
        "counted": language.counted,
        "grouped": grouped,
        "in_words": number_in_words,
        "roubles": roubles,
        "stamp": lambda title, kind: language.stamp_word(kind, title),
        "citation": citation,
        "typographic": language.typographic,
    }.items()
}

TESTS: Mapping[str, Callable[..., bool]] = {"long_storage": language.is_long_storage}
