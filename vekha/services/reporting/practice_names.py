"""Who of an institution is named in a text, in whatever case: nobody is published unawares."""

import re
from collections.abc import Mapping

from vekha.documents.declension import CASES, name_parts
from vekha.documents.views import name_parts_of, person_view

_WORD = re.compile(r"[А-ЯЁ][а-яёА-ЯЁ-]+")
_STEM = 3  # letters at least that a surname keeps in every case


def found_in(names: Mapping[str, str], text: str) -> set[str]:
    """The codes of those whose surname stands in the text with a capital letter. `names` are in the nominative."""
    words = {each.casefold().replace("ё", "е") for each in _WORD.findall(text)}
    return {code for code, name in names.items() if _surnames(name, words) & words}


def _surnames(name: str, words: set[str]) -> set[str]:
    """The surname in every case; not asked of a dictionary where no word of the text begins like it."""
    last = name_parts_of(name)[0].casefold().replace("ё", "е")
    stem = last[: max(_STEM, len(last) - 3)]
    if not last or not any(each.startswith(stem) for each in words):
        return set()
    forms = {last}
    for gender in ("m", "f"):
        view = person_view(name, gender=gender)
        forms |= {name_parts(view, case)[0].casefold().replace("ё", "е") for case in CASES}
    return forms
