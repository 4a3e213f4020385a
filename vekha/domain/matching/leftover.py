"""Why each mentee is left over: nobody suits, or those who do are taken, and by whom."""

# pyright: basic, reportMissingTypeStubs=false
# (numpy tells the types of its elements nowhere near as exactly as `strict` wants them)

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from vekha.domain.matching.choosing import wishes
from vekha.domain.matching.grading import Block, Grader
from vekha.domain.matching.reasons import Reason, lacking
from vekha.domain.matching.request import Aspect, Mentee, Mentor, Model, Request
from vekha.domain.matching.scores import Bar, fit
from vekha.domain.matching.solving import Solution

SHOWN = 3  # mentors named in «заняты: …»
PERSONAL = (Bar.SELF, Bar.GUARDIAN, Bar.TUTOR, Bar.FORBIDDEN, Bar.APART)
# The order in which a curator asks: first who is out of the question, then the topic, then the rest.
ASKED: tuple[Bar | Aspect, ...] = (
    *PERSONAL,
    Aspect.TOPICS,
    Aspect.TIMES,
    Aspect.LANGUAGES,
    Aspect.FORMATS,
    Aspect.AGE,
    Bar.NOT_PEERS,
    Bar.NOT_OLDER,
)


def reasons(solution: Solution) -> dict[str, tuple[Reason, ...]]:
    """By mentee, for everybody without a mentor."""
    request = solution.request
    left = [row for row, each in enumerate(request.mentees) if each.code not in solution.partner]
    if not request.mentors:
        return {request.mentees[row].code: (Reason("left.nobody"),) for row in left}
    with_whom = defaultdict[str, list[str]](list)
    for mentee, mentor in solution.partner.items():
        with_whom[mentor].append(mentee)
    found: dict[str, tuple[Reason, ...]] = {}
    grader, start = Grader(request), 0
    for block in grader.blocks(left):
        for place in range(len(block.scores)):
            mentee = request.mentees[left[start + place]]
            if request.rules.model is Model.SELF_DIRECTED:
                found[mentee.code] = tuple(_not_chosen(mentee, request, with_whom))
            else:
                found[mentee.code] = tuple(_of(mentee, block, place, request.mentors, with_whom))
        start += len(block.scores)
    return found


def _of(
    mentee: Mentee, block: Block, row: int, mentors: tuple[Mentor, ...], with_whom: Mapping[str, list[str]]
) -> Iterator[Reason]:
    import numpy as np  # noqa: PLC0415

    open_ = np.ones(len(mentors), dtype=bool)
    personal = []
    for bar in ASKED:
        if bar not in block.barred:
            continue
        barred = open_ & block.barred[bar][row]
        before, number = int(open_.sum()), int(barred.sum())
        open_ &= ~barred
        if number and bar in PERSONAL:
            personal.append(Reason(f"left.{bar.value}", people=_codes(mentors, barred), count=number))
        if not open_.any():
            yield from personal
            if bar not in PERSONAL:
                yield lacking(mentee, bar.value, before)
            return
    yield from personal
    best = np.argsort(-np.where(open_, block.scores[row], -1), kind="stable")[:SHOWN].tolist()
    for mentor in (mentors[each] for each in best if open_[each]):
        yield taken(mentor, with_whom)
    if (rest := int(open_.sum()) - SHOWN) > 0:
        yield Reason("left.taken_more", count=rest)


def taken(mentor: Mentor, with_whom: Mapping[str, list[str]]) -> Reason:
    """This one suits but has no place left: who is with them now, or were all places filled before."""
    if those := with_whom.get(mentor.code):
        return Reason("left.taken", people=(mentor.code, *those), count=mentor.capacity)
    return Reason("left.busy", people=(mentor.code,), count=mentor.capacity)


def _not_chosen(mentee: Mentee, request: Request, with_whom: Mapping[str, list[str]]) -> Iterator[Reason]:
    known = {each.code: each for each in request.mentors}
    wanted = [known[code] for code in wishes(mentee) if code in known]
    if not wanted:
        yield Reason("left.chose_nobody")
    for mentor in wanted[:SHOWN]:
        link = (mentee.code, mentor.code)
        bars = fit(mentee, mentor, request.rules, forbidden=link in request.forbids, apart=link in request.apart).bars
        yield Reason(f"left.{bars[0].value}", people=(mentor.code,)) if bars else taken(mentor, with_whom)


def _codes(mentors: tuple[Mentor, ...], cells: Any) -> tuple[str, ...]:
    import numpy as np  # noqa: PLC0415

    return tuple(mentors[each].code for each in np.flatnonzero(cells)[:SHOWN].tolist())
