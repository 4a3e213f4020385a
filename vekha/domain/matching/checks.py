"""What is wrong with a request: contradictions refuse it, people who cannot take part are set aside with the reason."""

from collections import Counter
from collections.abc import Iterator

from vekha.domain.errors import Problem, problem
from vekha.domain.matching.request import Mentee, Mentor, Request
from vekha.domain.matching.scores import Bar, fit, name_key


def refusals(request: Request) -> tuple[Problem, ...]:
    """Every reason why nothing can be proposed at all."""
    return tuple(_refusals(request))


def _refusals(request: Request) -> Iterator[Problem]:
    for side in (request.mentees, request.mentors):
        names = {each.code: each.name for each in side}
        for code, times in Counter(each.code for each in side).items():
            if times > 1:
                yield problem("matching.twice", person=names[code])
    if not request.mentees:
        yield problem("matching.no_mentees")
    if not request.mentors:
        yield problem("matching.no_mentors")
    yield from _pin_problems(request)


def _pin_problems(request: Request) -> Iterator[Problem]:
    mentees = {each.code: each for each in request.mentees}
    mentors = {each.code: each for each in request.mentors}
    pinned = Counter(mentee for mentee, _ in request.pins)
    taken = Counter(mentor for _, mentor in request.pins)
    for code, times in sorted(pinned.items()):
        if times > 1 and code in mentees:
            yield problem("matching.pinned_twice", person=mentees[code].name)
    for code, times in sorted(taken.items()):
        if code in mentors and times > mentors[code].free:
            mentor = mentors[code]
            yield problem("matching.pinned_over", person=mentor.name, pins=times, places=mentor.free)
    for link in sorted(request.pins):
        yield from _pin_problem(link, mentees.get(link[0]), mentors.get(link[1]), request)


def _pin_problem(
    link: tuple[str, str], mentee: Mentee | None, mentor: Mentor | None, request: Request
) -> Iterator[Problem]:
    if mentee is None or mentor is None:
        yield problem("matching.pin_unknown", person=link[0] if mentee is None else link[1])
        return
    names = {"mentee": mentee.name, "mentor": mentor.name}
    if link in request.forbids:
        yield problem("matching.pinned_forbidden", **names)
    # A curator may pin what was broken off before or differs in an aspect, but not what the rules forbid.
    barred = fit(mentee, mentor, request.rules).bars
    for bar in (Bar.SELF, Bar.GUARDIAN, Bar.TUTOR):
        if bar in barred:
            yield problem(f"matching.pinned_{bar.value}", **names)


def set_aside(request: Request) -> dict[str, Problem]:
    """Who cannot take part as they are, by code: the others are matched without them."""
    found: dict[str, Problem] = {}
    for mentor in request.mentors:
        if mentor.capacity <= 0:
            found[mentor.code] = problem("matching.no_capacity", person=mentor.name)
        if mentor.age is not None and mentor.age < request.rules.mentor_from:
            found[mentor.code] = problem(
                "matching.mentor_too_young", person=mentor.name, age=mentor.age, least=request.rules.mentor_from
            )
    for mentee in request.mentees:
        if name_key(mentee.name) in {name_key(each) for each in mentee.guardians}:
            found[mentee.code] = problem("matching.own_guardian", person=mentee.name)
    return found
