"""Words in their dictionary form: «наставников», «наставнику» → «наставник». For searching, not for printing."""

from functools import lru_cache

from vekha.documents.declension import morphology


@lru_cache(maxsize=20_000)
def lemmas(word: str) -> frozenset[str]:
    """Every dictionary form that a word in small letters may come from; «ё» as «е»; itself where none is known."""
    return frozenset(each.normal_form.replace("ё", "е") for each in morphology().parse(word)) or frozenset({word})
