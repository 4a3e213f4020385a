"""Names and positions in the six cases.

No library is right about every name: `name_forms` of a person, confirmed by a human, come first.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal, Protocol, get_args

from vekha.texts import section

Case = Literal["nominative", "genitive", "dative", "accusative", "instrumental", "prepositional"]
CASES: tuple[Case, ...] = get_args(Case)
Gender = Literal["m", "f"]
NameParts = tuple[str, str, str]
"""Last name, first name, middle name («» when there is none)."""

_GRAMMEMES = dict(zip(CASES, ("nomn", "gent", "datv", "accs", "ablt", "loct"), strict=True))
_ADJECTIVES = ("ADJF", "PRTF")
_NEVER_DECLINED = ("оглы", "оглу", "кызы", "гызы", "улы", "уулу")


class Named(Protocol):
    """Anybody with a name. An optional `name_forms`, case → (last, first, middle), overrides the library."""

    @property
    def last_name(self) -> str: ...
    @property
    def first_name(self) -> str: ...
    @property
    def middle_name(self) -> str | None: ...
    @property
    def gender(self) -> Gender | None: ...


def name_parts(person: Named, case: Case = "nominative") -> NameParts:
    """The three parts of the name in `case`. Without a gender it is read from the patronymic, else nothing declines."""
    plain = (person.last_name, person.first_name, person.middle_name or "")
    forms: Mapping[str, Sequence[str]] = getattr(person, "name_forms", None) or {}
    if case in forms:
        last, first, middle = forms[case]
        return last, first, middle
    gender = person.gender or _gender_by_patronymic(plain[2])
    return plain if gender is None or case == "nominative" else _decline(plain, case, gender)


def name_in_case(person: Named, case: Case = "nominative") -> str:
    """«Петровой Анне Ильиничне»: last, first and middle name, as official lists write them."""
    return " ".join(part for part in name_parts(person, case) if part)


def _gender_by_patronymic(middle: str) -> Gender | None:
    word = middle.lower()
    if word.endswith(("ич", "оглы", "оглу", "улы", "уулу")):
        return "m"
    return "f" if word.endswith(("вна", "чна", "шна", "кызы", "гызы")) else None


@cache
def _decline(parts: NameParts, case: Case, gender: Gender) -> NameParts:
    from pytrovich.enums import Case as Cases  # noqa: PLC0415 the rules take 50 ms to load
    from pytrovich.enums import Gender as Genders  # noqa: PLC0415
    from pytrovich.enums import NamePart  # noqa: PLC0415

    known = Genders.MALE if gender == "m" else Genders.FEMALE
    wanted = Cases[case.upper()]
    last, first, middle = (
        " ".join(
            piece if piece.lower().endswith(_NEVER_DECLINED) else _maker().make(kind, known, wanted, piece)
            for piece in part.split()
        )
        for kind, part in zip((NamePart.LASTNAME, NamePart.FIRSTNAME, NamePart.MIDDLENAME), parts, strict=True)
    )
    return last, first, middle


@cache
def _maker() -> Any:
    from pytrovich.maker import PetrovichDeclinationMaker  # noqa: PLC0415

    return PetrovichDeclinationMaker()


@cache
def morphology() -> Any:
    """pymorphy3's analyser: 0.1 s to load, hence lazily and once."""
    import pymorphy3  # noqa: PLC0415

    return pymorphy3.MorphAnalyzer(lang="ru")


@cache
def position_in_case(position: str, case: Case) -> str:
    """«старшему воспитателю», «заместителю директора по учебно-воспитательной работе».

    The head noun declines with the adjectives before it; what follows it stays, and so does a word the dictionary does
    not know («и. о.», «IT»). A second post after a comma declines too («выпускнику колледжа, мастеру участка»), a
    class or a group does not («студенту 3 курса, группа СТ-31»).
    """
    if not position.strip():
        return position
    first, *others = position.split(", ")
    return ", ".join(
        [_post_in_case(first, case), *(_post_in_case(each, case) if _is_post(each) else each for each in others)]
    )


def _is_post(words: str) -> bool:
    """Whether the head noun names somebody."""
    parses = (_parse(word, ("NOUN",)) for word in words.split()[:2])
    return any(parse is not None and "anim" in parse.tag for parse in parses)


def _post_in_case(post: str, case: Case) -> str:
    words = post.split()
    if not words:
        return post
    head = next((index for index, word in enumerate(words) if not _leads_on(word, words[index + 1 : index + 2])), 0)
    for index in range(head):
        words[index] = _inflect(words[index], case, _ADJECTIVES)
    words[head] = _inflect(words[head], case, ("NOUN", *_ADJECTIVES))
    return " ".join(words)


def _leads_on(word: str, following: list[str]) -> bool:
    """Whether the head noun is still to come: after an adverb, and after an adjective before its noun."""
    if not following:
        return False
    if morphology().parse(word)[0].tag.POS == "ADVB":
        return True
    agrees = _parse(following[0].rpartition("-")[2], ("NOUN", *_ADJECTIVES)) is not None
    return agrees and _parse(word, _ADJECTIVES) is not None


def _inflect(word: str, case: Case, parts_of_speech: tuple[str, ...]) -> str:
    prefixes = section("documents.positions")["prefixes"]
    return "-".join(
        piece if piece.lower() in prefixes else _inflect_piece(piece, case, parts_of_speech)
        for piece in word.split("-")
    )


def _inflect_piece(piece: str, case: Case, parts_of_speech: tuple[str, ...]) -> str:
    parse = _parse(piece, parts_of_speech)
    if parse is None:
        return piece
    animate = {"anim"} if case == "accusative" and parse.tag.POS != "NOUN" and "femn" not in parse.tag else set[str]()
    form = parse.inflect({_GRAMMEMES[case], *animate})
    return _like(piece, form.word) if form else piece


def _parse(word: str, parts_of_speech: tuple[str, ...]) -> Any:
    """The nominative singular reading, living beings first; None when the dictionary sees none."""
    readings = [
        each
        for each in morphology().parse(word)
        if each.tag.POS in parts_of_speech and {"sing", "nomn"} in each.tag and "Abbr" not in each.tag
    ]
    return min(readings, key=lambda each: (parts_of_speech.index(each.tag.POS), "anim" not in each.tag), default=None)


def _like(sample: str, word: str) -> str:
    """`word` with the capital letter of `sample`."""
    return word[:1].upper() + word[1:] if sample[:1].isupper() else word
