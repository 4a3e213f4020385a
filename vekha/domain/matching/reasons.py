"""Why a pair was proposed, and why somebody is left over, as facts that are put into words where names are known.

People stand in a reason by code: what is stored names nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vekha.domain.matching.request import SHARED, Aspect, Mentee, Mentor
from vekha.domain.matching.scores import age_points, chose
from vekha.texts import text


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` is a key of `texts/ru/matching.toml`; `people` holds codes."""

    code: str
    words: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    count: int = 0

    def say(self, names: Mapping[str, str]) -> str:
        told = [names.get(each, each) for each in self.people]
        facts = {"people": ", ".join(told), "first": told[0] if told else "", "others": ", ".join(told[1:])}
        return text(f"matching.{self.code}", words=", ".join(self.words), count=self.count, **facts)


def of_pair(mentee: Mentee, mentor: Mentor, *, pinned: bool = False) -> tuple[Reason, ...]:
    """«совпали: …», in the order of weight."""
    found: list[Reason] = [Reason("pair.pinned")] if pinned else []
    asked, answered = chose(mentee, mentor.code), chose(mentor, mentee.code)
    if asked and answered:
        found.append(Reason("pair.mutual"))
    elif asked:
        found.append(Reason("pair.chose"))
    elif answered:
        found.append(Reason("pair.chosen"))
    for aspect in SHARED:
        if common := mentee.told(aspect) & mentor.told(aspect):
            found.append(Reason(f"pair.{aspect.value}", words=tuple(sorted(common))))
    if age_points(mentee, mentor):
        found.append(Reason("pair.age"))
    if _surname(mentee.name) == _surname(mentor.name):
        found.append(Reason("pair.namesake"))
    return tuple(found) or (Reason("pair.nothing"),)


def lacking(mentee: Mentee, bar: str, before: int) -> Reason:
    """Nobody was left once `bar` was asked for; `before` had been left until then."""
    words = tuple(sorted(mentee.told(Aspect(bar)))) if bar in set(SHARED) else ()
    return Reason(f"left.{bar}", words=words, count=before)


def _surname(name: str) -> str:
    """«Иванова» and «Иванов» may be of one family."""
    first = name.split(maxsplit=1)[0].casefold() if name.split() else ""
    return first.removesuffix("ая").removesuffix("ий").removesuffix("ый").removesuffix("ой").removesuffix("а")
