"""Who goes to whom: pins first, then the best assignment of the rest."""

from dataclasses import dataclass, replace

from vekha.domain.matching.choosing import choose
from vekha.domain.matching.flow import assign
from vekha.domain.matching.grading import Grader
from vekha.domain.matching.request import Model, Request
from vekha.domain.matching.scores import fit


@dataclass(frozen=True, slots=True)
class Solution:
    """`partner` maps a mentee to the mentor, by code, in the order of the request."""

    request: Request  # people in order, without those set aside
    partner: dict[str, str]
    scores: dict[str, int]  # of each mentee's pair

    @property
    def matched(self) -> int:
        return len(self.partner)

    @property
    def score(self) -> int:
        return sum(self.scores.values())


def solve(request: Request) -> Solution:
    """The best set of links; `request` holds only people who can take part."""
    pinned = dict(request.pins)
    rest = _rest(request)
    if request.rules.model is Model.SELF_DIRECTED:
        free = choose(rest, {each.code: each.free for each in rest.mentors})
    else:
        graph = Grader(rest).graph()
        places, busy = [each.free for each in rest.mentors], [each.busy for each in rest.mentors]
        found: list[int] = assign(graph, len(rest.mentees), places, busy).tolist()
        pairs = zip(rest.mentees, found, strict=True)
        free = {mentee.code: rest.mentors[place].code for mentee, place in pairs if place >= 0}
    partner = pinned | free
    ordered = {each.code: partner[each.code] for each in request.mentees if each.code in partner}
    mentors = {each.code: each for each in request.mentors}
    scores = {
        each.code: fit(each, mentors[partner[each.code]], request.rules).score
        for each in request.mentees
        if each.code in partner
    }
    return Solution(request, ordered, scores)


def _rest(request: Request) -> Request:
    """What is left to decide once pins hold their places."""
    pinned = dict(request.pins)
    taken = list(pinned.values())
    mentors = tuple(replace(each, busy=each.busy + taken.count(each.code)) for each in request.mentors)
    return replace(
        request,
        mentees=tuple(each for each in request.mentees if each.code not in pinned),
        mentors=mentors,
        pins=frozenset(),
    )
