"""Self-directed mentoring: mentees choose, and nobody is given a partner they would both rather swap for another.

Deferred acceptance (Gale and Shapley): mentees ask down their lists, a mentor keeps the best of those who asked. The
outcome is stable and the best stable one for every mentee.
"""

import heapq
from collections.abc import Mapping

from vekha.domain.matching.request import Mentee, Mentor, Request
from vekha.domain.matching.scores import fit


def wishes(mentee: Mentee) -> tuple[str, ...]:
    """Whom they would like to work with first, then who could help."""
    return tuple(dict.fromkeys((*mentee.first, *mentee.second)))


def choose(request: Request, places: Mapping[str, int]) -> dict[str, str]:
    """The mentor of each mentee who got one. `places` are those still free, by mentor."""
    mentors = {each.code: each for each in request.mentors}
    mentees = {each.code: each for each in request.mentees}
    lists = {code: [one for one in wishes(each) if one in mentors] for code, each in mentees.items()}
    kept: dict[str, list[tuple[int, int, str]]] = {code: [] for code in mentors}  # the least wanted first
    order = {each.code: number for number, each in enumerate(request.mentees)}
    asking = list(reversed(request.mentees))
    while asking:
        mentee = asking.pop()
        if not lists[mentee.code]:
            continue
        code = lists[mentee.code].pop(0)
        asking.append(mentee)  # goes on asking unless kept
        known = {"forbidden": (mentee.code, code) in request.forbids, "apart": (mentee.code, code) in request.apart}
        if fit(mentee, mentors[code], request.rules, **known).bars or not places.get(code):
            continue
        asking.pop()
        heapq.heappush(kept[code], (liking(mentors[code], mentee, request), -order[mentee.code], mentee.code))
        if len(kept[code]) > places[code]:
            asking.append(mentees[heapq.heappop(kept[code])[2]])
    return {mentee: mentor for mentor, those in kept.items() for _, _, mentee in those}


def liking(mentor: Mentor, mentee: Mentee, request: Request) -> int:
    """How much the mentor would like this mentee: their own lists first, then how well the two fit."""
    named = tuple(dict.fromkeys((*mentor.first, *mentor.second)))
    rank = named.index(mentee.code) if mentee.code in named else len(named)
    return -rank * 1_000_000 + fit(mentee, mentor, request.rules).score
