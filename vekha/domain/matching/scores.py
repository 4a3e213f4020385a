"""How well a mentor suits a mentee, and what keeps them apart: the rule for one pair.

`grading` applies the same rule to all pairs at once; a property test compares the two.
"""

from dataclasses import dataclass
from enum import StrEnum

from vekha.domain.matching.request import SHARED, Aspect, Mentee, Mentor, Model, Rules
from vekha.domain.people import ADULT

POINTS = {Aspect.TOPICS: 400, Aspect.TIMES: 60, Aspect.LANGUAGES: 40, Aspect.FORMATS: 40, Aspect.AGE: 80}
FIRST, SECOND, RANK = 200, 120, 20  # of a choice; each rank below the top costs RANK, down to RANK itself
MUTUAL = 150
PEER_YEARS = 3  # a minor's peer is at most so much older or younger


class Bar(StrEnum):
    """What keeps two people apart, apart from a strict aspect."""

    SELF = "self"
    GUARDIAN = "guardian"
    TUTOR = "tutor"
    FORBIDDEN = "forbidden"
    APART = "apart"
    NOT_PEERS = "not_peers"
    NOT_OLDER = "not_older"  # in reverse mentoring the mentee is the older one


@dataclass(frozen=True, slots=True)
class Fit:
    """`bars` hold everything that keeps the two apart; an empty one lets them be paired."""

    score: int
    bars: tuple[Bar | Aspect, ...]


def fit(mentee: Mentee, mentor: Mentor, rules: Rules, *, forbidden: bool = False, apart: bool = False) -> Fit:
    mutual = chose(mentee, mentor.code) > 0 and chose(mentor, mentee.code) > 0
    score = sum(shared_points(aspect, mentee, mentor) for aspect in SHARED) + age_points(mentee, mentor)
    score += chose(mentee, mentor.code) + chose(mentor, mentee.code) + (MUTUAL if mutual else 0)
    bars: list[Bar | Aspect] = []
    if mentee.code == mentor.code:
        bars.append(Bar.SELF)
    if name_key(mentor.name) in {name_key(each) for each in mentee.guardians}:
        bars.append(Bar.GUARDIAN)
    if rules.tutor_excluded and mentee.unit and mentee.unit in mentor.leads:
        bars.append(Bar.TUTOR)
    if forbidden:
        bars.append(Bar.FORBIDDEN)
    if apart:
        bars.append(Bar.APART)
    bars += _by_model(mentee, mentor, rules.model)
    if not mutual:  # who chose each other may differ in anything
        bars += [each for each in Aspect if each in rules.binding and _differ(each, mentee, mentor)]
    return Fit(score, tuple(bars))


def _differ(aspect: Aspect, mentee: Mentee, mentor: Mentor) -> bool:
    """Both have told it, and nothing is shared."""
    if aspect is Aspect.AGE:
        return mentor.ages is not None and mentee.age is not None and not age_points(mentee, mentor)
    mine, theirs = mentee.told(aspect), mentor.told(aspect)
    return bool(mine) and bool(theirs) and not mine & theirs


def _by_model(mentee: Mentee, mentor: Mentor, model: Model) -> list[Bar | Aspect]:
    if mentee.age is None or mentor.age is None:
        return []
    if model is Model.REVERSE and mentor.age >= mentee.age:
        return [Bar.NOT_OLDER]
    young = min(mentee.age, mentor.age) < ADULT
    if model is Model.PEER and young and abs(mentee.age - mentor.age) > PEER_YEARS:
        return [Bar.NOT_PEERS]
    return []


def shared_points(aspect: Aspect, mentee: Mentee, mentor: Mentor) -> int:
    """Topics count by the share of the mentee's needs; of the rest it is enough that something is shared."""
    mine = mentee.told(aspect)
    common = len(mine & mentor.told(aspect))
    if aspect is Aspect.TOPICS:
        return POINTS[aspect] * common // len(mine) if mine else 0
    return POINTS[aspect] if common else 0


def age_points(mentee: Mentee, mentor: Mentor) -> int:
    if mentor.ages is None or mentee.age is None:
        return 0
    low, high = mentor.ages
    return POINTS[Aspect.AGE] if low <= mentee.age <= high else 0


def chose(who: Mentee | Mentor, other: str) -> int:
    """The points of `who` having named `other` after the introduction meeting."""
    found = 0
    for points, names in ((FIRST, who.first), (SECOND, who.second)):
        if other in names:
            found += max(RANK, points - RANK * names.index(other))
    return found


def name_key(name: str) -> str:
    return " ".join(name.split()).casefold().replace("ё", "е")
