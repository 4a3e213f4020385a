"""What ends when somebody's consent to processing is gone: withdrawn, or past its day (152-ФЗ, art. 9 (2), 21 (5)).

Work stops at once: no register keeps the person, no pair goes on with them. Others go on: a pair or a group ends only
when nobody is left on one of its sides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from vekha.domain.people import PairFact, People, Purpose, Role, Standing


@dataclass(frozen=True, slots=True)
class Stopped:
    """What ends for one person of one programme; all empty when nothing does."""

    roles: tuple[Role, ...] = ()  # in which the person leaves
    ended: tuple[str, ...] = ()  # pairs that cannot go on
    left: tuple[str, ...] = ()  # groups that go on without the person

    def __bool__(self) -> bool:
        return bool(self.roles or self.ended or self.left)


def stopped(people: People, code: str, on: date) -> Stopped:
    """What has to end on that day; nothing while a consent to processing is in force."""
    person = people.persons[code]
    if person.consented(Purpose.PROCESSING, on):
        return Stopped()
    roles = tuple(role for role, standing in person.standings.items() if standing is not Standing.WITHDRAWN)
    mine = [pair for pair in people.active_pairs if code in (*pair.mentors, *pair.mentees)]
    alone = {pair.code for pair in mine if not all(_without(pair, code))}
    return Stopped(
        roles=roles,
        ended=tuple(pair.code for pair in mine if pair.code in alone),
        left=tuple(pair.code for pair in mine if pair.code not in alone),
    )


def stop(people: People, code: str, what: Stopped) -> People:
    """The people after it."""
    person = people.persons[code]
    standings: Mapping[Role, Standing] = {**person.standings, **dict.fromkeys(what.roles, Standing.WITHDRAWN)}
    pairs = dict(people.pairs)
    for each in what.ended:
        pairs[each] = replace(pairs[each], active=False)
    for each in what.left:
        mentors, mentees = _without(pairs[each], code)
        pairs[each] = replace(pairs[each], mentors=mentors, mentees=mentees)
    return replace(people, persons={**people.persons, code: replace(person, standings=standings)}, pairs=pairs)


def _without(pair: PairFact, code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    mentors, mentees = (tuple(each for each in side if each != code) for side in (pair.mentors, pair.mentees))
    return mentors, mentees
