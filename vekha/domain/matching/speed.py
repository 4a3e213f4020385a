"""Speed mentoring: a plan of rounds in which nobody meets anybody twice and nobody waits more than others.

Both sides stand in a circle and one side moves on by a place each round, so that in as many rounds as there are places
everybody meets everybody once. Where one side is smaller, its empty places stand as evenly in the circle as they can:
then the rounds in which one waits differ by at most one between any two people, however many rounds are played.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.matching.request import Link


@dataclass(frozen=True, slots=True)
class Plan:
    """`rounds` hold the meetings (mentee, mentor) of each round in the order of mentors' tables."""

    mentees: tuple[str, ...]
    mentors: tuple[str, ...]
    rounds: tuple[tuple[Link, ...], ...]

    def of_mentee(self, code: str) -> list[str | None]:
        """Whom this mentee meets in each round; None: waits."""
        return [next((mentor for mentee, mentor in each if mentee == code), None) for each in self.rounds]


def full_rounds(mentees: int, mentors: int) -> int:
    """After so many rounds everybody has met everybody."""
    return max(mentees, mentors)


def rotation(
    mentees: Sequence[str], mentors: Sequence[str], rounds: int | None = None, apart: frozenset[Link] = frozenset()
) -> Plan:
    """The plan for so many rounds (all that there can be when None). Links in `apart` do not meet: both wait instead.

    Raises VekhaError matching.no_mentees, matching.no_mentors, matching.twice, matching.bad_rounds.
    """
    _check(mentees, mentors, rounds)
    most = full_rounds(len(mentees), len(mentors))
    number = most if rounds is None else min(rounds, most)
    smaller_first = len(mentors) <= len(mentees)
    still, moving = (mentors, mentees) if smaller_first else (mentees, mentors)
    seats = _spread(still, len(moving))
    played: list[tuple[Link, ...]] = []
    for turn in range(number):
        meetings: list[Link] = []
        for place, sitting in enumerate(seats):
            if sitting is not None:
                walking = moving[(place - turn) % len(moving)]
                link = (walking, sitting) if smaller_first else (sitting, walking)
                if link not in apart and link[0] != link[1]:
                    meetings.append(link)
        played.append(tuple(meetings))
    return Plan(tuple(mentees), tuple(mentors), tuple(played))


def _spread(people: Sequence[str], places: int) -> list[str | None]:
    """The people on so many places of a circle, as evenly as can be."""
    seats: list[str | None] = [None] * places
    for number, each in enumerate(people):
        seats[number * places // len(people)] = each
    return seats


def _check(mentees: Sequence[str], mentors: Sequence[str], rounds: int | None) -> None:
    found: list[Problem] = []
    if not mentees:
        found.append(problem("matching.no_mentees"))
    if not mentors:
        found.append(problem("matching.no_mentors"))
    for side in (mentees, mentors):
        found += [problem("matching.twice", person=each) for each in dict.fromkeys(side) if side.count(each) > 1]
    if rounds is not None and rounds < 1:
        found.append(problem("matching.bad_rounds", rounds=rounds))
    if found:
        raise VekhaError(found)
