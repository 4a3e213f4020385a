"""When answers are told of to whoever does not read each of them: never so that two looks single out a person.

Whoever looks before an answer came and after it learns what it said. So an anonymous survey is told of once, at its
end; and where answers go on coming, they are told of in portions: fewer than `LEAST` people wait for those who come
after them. Any two looks then differ by nobody or by enough people.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from vekha.domain.surveys.disclosure import LEAST, small
from vekha.domain.surveys.life import SurveyState


def secret(state: SurveyState, *, reads: bool) -> bool:
    """Whether nothing may be told yet. `reads` – whoever looks may open each of the answers anyway."""
    return not reads and state is not SurveyState.CLOSED


def told(portions: Sequence[AbstractSet[object]], least: int = LEAST) -> int:
    """How many of the portions, the oldest first, may be told of. A portion is the people whose answers came together:
    between two looks nobody else's did."""
    whole = 0
    waiting: set[object] = set()
    for number, people in enumerate(portions, 1):
        waiting |= people
        if not small(len(waiting), least):
            whole = number
            waiting.clear()
    return whole
