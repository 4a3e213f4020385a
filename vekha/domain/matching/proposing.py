"""A proposal: pairs or groups with their reasons, and everybody left over with theirs."""

from dataclasses import dataclass, field

from vekha.domain.errors import Problem, refuse
from vekha.domain.matching.checks import refusals, set_aside
from vekha.domain.matching.flow import assign
from vekha.domain.matching.grading import Graph
from vekha.domain.matching.leftover import reasons as left_reasons
from vekha.domain.matching.reasons import Reason, of_pair
from vekha.domain.matching.request import Model, Request
from vekha.domain.matching.scores import fit
from vekha.domain.matching.solving import Solution, solve


@dataclass(frozen=True, slots=True)
class Tie:
    """One mentee with the mentor proposed."""

    mentee: str
    mentor: str
    score: int
    reasons: tuple[Reason, ...]
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Proposed:
    """A pair, or a group: the first of `mentors` leads it."""

    mentors: tuple[str, ...]
    ties: tuple[Tie, ...]

    @property
    def mentees(self) -> tuple[str, ...]:
        return tuple(each.mentee for each in self.ties)


@dataclass(frozen=True, slots=True)
class Left:
    mentee: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """`aside` are people who could not take part as they are, by code."""

    pairs: tuple[Proposed, ...]
    left: tuple[Left, ...]
    matched: int
    score: int
    aside: dict[str, Problem] = field(default_factory=dict[str, Problem])


def propose(request: Request) -> Proposal:
    """The best pairs and why. Raises VekhaError with every contradiction of the request."""
    refuse(refusals(request))
    aside = set_aside(request)
    return explained(solve(request.without(aside)), aside)


def explained(solution: Solution, aside: dict[str, Problem]) -> Proposal:
    """The solution with a reason for everything."""
    request = solution.request
    mentors = {each.code: each for each in request.mentors}
    ties = [
        Tie(
            mentee.code,
            mentor := solution.partner[mentee.code],
            solution.scores[mentee.code],
            of_pair(mentee, mentors[mentor], pinned=(mentee.code, mentor) in request.pins),
            (mentee.code, mentor) in request.pins,
        )
        for mentee in request.mentees
        if mentee.code in solution.partner
    ]
    left = left_reasons(solution)
    return Proposal(
        pairs=tuple(_groups(ties, request) if request.rules.model is Model.GROUP else _pairs(ties)),
        left=tuple(Left(code, why) for code, why in left.items()),
        matched=solution.matched,
        score=solution.score,
        aside=aside,
    )


def _pairs(ties: list[Tie]) -> list[Proposed]:
    return [Proposed((each.mentor,), (each,)) for each in ties]


def _groups(ties: list[Tie], request: Request) -> list[Proposed]:
    """One group for each mentor who leads; mentors left without mentees join where they suit everybody best."""
    by_mentor: dict[str, list[Tie]] = {each.code: [] for each in request.mentors}
    for tie in ties:
        by_mentor[tie.mentor].append(tie)
    groups = [(code, those) for code, those in by_mentor.items() if those]
    helper = _helpers(groups, request)
    return [Proposed((code, *helper.get(code, ())), tuple(those)) for code, those in groups]


def _helpers(groups: list[tuple[str, list[Tie]]], request: Request) -> dict[str, tuple[str, ...]]:
    """Leader → the second mentor of that group: of real groups only, one each, by the sum of how they fit."""
    import numpy as np  # noqa: PLC0415

    mentees = {each.code: each for each in request.mentees}
    leading = {code for code, _ in groups}
    members = leading | {tie.mentee for _, those in groups for tie in those}
    idle = [each for each in request.mentors if each.code not in members and each.free and not each.busy]
    real = [(code, those) for code, those in groups if len(those) > 1]
    cells: list[tuple[int, int, int]] = []
    for row, mentor in enumerate(idle):
        for column, (_, those) in enumerate(real):
            known = [
                fit(mentees[tie.mentee], mentor, request.rules, forbidden=(tie.mentee, mentor.code) in request.forbids)
                for tie in those
            ]
            if not any(each.bars for each in known):
                cells.append((row, column, sum(each.score for each in known)))
    if not cells:
        return {}
    graph = Graph(*np.array(cells, dtype=np.int64).T)
    found = assign(graph, len(idle), [1] * len(real)).tolist()
    return {real[group][0]: (mentor.code,) for mentor, group in zip(idle, found, strict=True) if group >= 0}
