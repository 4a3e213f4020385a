"""A short reflection after a meeting: who may be asked, and which answers are a sign of trouble.

Only the curator reads the words. A minor answers by an own link only under the guardian's consent, like any other
processing of what a child says (152-ФЗ, art. 9).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from vekha.domain.errors import Problem, problem
from vekha.domain.people import PairFact, People, Role, Standing, consent_problem

SCALE = range(1, 6)
POOR = 2  # marks up to this one are a sign
LONGEST = 2000  # characters of an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`useful` from 1 to 5; the words are optional."""

    useful: int
    words: str = ""
    ahead: str = ""
    wants_curator: bool = False

    @property
    def trouble(self) -> bool:
        """Somebody should talk to this person."""
        return self.wants_curator or self.useful <= POOR


def side_of(pair: PairFact, person: str) -> Role | None:
    if person in pair.mentors:
        return Role.MENTOR
    return Role.MENTEE if person in pair.mentees else None


def ask_problems(people: People, pair: PairFact, person: str, today: date) -> Iterator[Problem]:
    """Why this person may not be asked, or answer, today."""
    role = side_of(pair, person)
    known = people.persons.get(person)
    if role is None or known is None:
        yield problem("reflection.not_of_pair", person=known.name if known else person, pair=pair.code)
        return
    if known.standings.get(role) is not Standing.REGISTERED:
        yield problem("reflection.left", person=known.name)
    if lacking := consent_problem(known, today):
        yield lacking


def answer_problems(answer: Answer) -> Iterator[Problem]:
    if answer.useful not in SCALE:
        yield problem("reflection.no_mark")
    if max(len(answer.words), len(answer.ahead)) > LONGEST:
        yield problem("reflection.too_long", most=LONGEST)
