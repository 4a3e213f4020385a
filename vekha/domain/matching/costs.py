"""What a change costs: the best proposal without it beside the best one with it."""

from dataclasses import dataclass

from vekha.domain.errors import refuse
from vekha.domain.matching.checks import refusals, set_aside
from vekha.domain.matching.request import Request
from vekha.domain.matching.solving import solve


@dataclass(frozen=True, slots=True)
class Cost:
    """Who loses a place, who finds one, and who goes to another mentor: mentee → (mentor before, mentor after)."""

    matched: int  # mentees paired more (or, below zero, fewer)
    score: int
    lose: tuple[str, ...]
    gain: tuple[str, ...]
    move: dict[str, tuple[str, str]]

    @property
    def nothing(self) -> bool:
        return not (self.matched or self.score or self.lose or self.gain or self.move)


def cost(before: Request, after: Request) -> Cost:
    """Raises VekhaError when the request after the change contradicts itself."""
    refuse(refusals(after))
    old, new = (solve(each.without(set_aside(each))) for each in (before, after))
    return Cost(
        matched=new.matched - old.matched,
        score=new.score - old.score,
        lose=tuple(code for code in old.partner if code not in new.partner),
        gain=tuple(code for code in new.partner if code not in old.partner),
        move={
            code: (old.partner[code], mentor)
            for code, mentor in new.partner.items()
            if code in old.partner and old.partner[code] != mentor
        },
    )
