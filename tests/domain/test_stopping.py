"""Nobody stays at work without a consent, whatever the groups and whenever it goes."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from vekha.domain.people import ConsentFact, PairFact, People, PersonFact, Purpose, Role, Standing
from vekha.domain.stopping import Stopped, stop, stopped

DAY = dt.date(2026, 10, 14)
CODES = ("p1", "p2", "p3", "p4")


def person(code: str, *, until: dt.date = DAY, withdrawn_on: dt.date | None = None, born: int = 1980) -> PersonFact:
    consent = ConsentFact(
        purpose=Purpose.PROCESSING,
        signed=dt.date(2026, 5, 4),
        until=until,
        by_guardian=born > 2008,
        withdrawn_on=withdrawn_on,
    )
    standings = {Role.MENTEE: Standing.REGISTERED}
    return PersonFact(code=code, name=code, birth_date=dt.date(born, 1, 1), standings=standings, consents=(consent,))


def people(*pairs: PairFact, **persons: PersonFact) -> People:
    everybody = {code: person(code) for code in CODES} | persons
    return People(persons=everybody, pairs={pair.code: pair for pair in pairs})


def pair(code: str, mentors: tuple[str, ...], mentees: tuple[str, ...], *, active: bool = True) -> PairFact:
    return PairFact(code=code, mentors=mentors, mentees=mentees, active=active)


def test_nothing_ends_while_a_consent_is_in_force() -> None:
    assert stopped(people(pair("n1", ("p1",), ("p2",))), "p2", DAY) == Stopped()


def test_a_pair_ends_and_a_group_goes_on() -> None:
    known = people(
        pair("n1", ("p1",), ("p2",)),
        pair("n2", ("p1",), ("p2", "p3")),
        pair("n3", ("p1",), ("p2",), active=False),
        pair("n4", ("p3",), ("p4",)),
        p2=person("p2", withdrawn_on=DAY),
    )
    what = stopped(known, "p2", DAY)
    assert what == Stopped(roles=(Role.MENTEE,), ended=("n1",), left=("n2",))
    then = stop(known, "p2", what)
    assert then.persons["p2"].standings == {Role.MENTEE: Standing.WITHDRAWN}
    assert {code: (each.active, each.mentees) for code, each in then.pairs.items()} == {
        "n1": (False, ("p2",)),
        "n2": (True, ("p3",)),
        "n3": (False, ("p2",)),
        "n4": (True, ("p4",)),
    }


def test_a_minor_who_has_come_of_age_goes_on_with_the_guardians_consent() -> None:
    known = people(p2=person("p2", until=dt.date(2028, 1, 1), born=2009))
    assert stopped(known, "p2", dt.date(2027, 6, 1)) == Stopped()


sides = st.sets(st.sampled_from(CODES), min_size=1, max_size=3).map(lambda each: tuple(sorted(each)))


@given(st.lists(st.tuples(sides, sides), max_size=6), st.sampled_from(CODES), st.integers(-3, 3))
def test_after_it_nobody_is_left_without_consent(
    groups: list[tuple[tuple[str, ...], tuple[str, ...]]], code: str, days: int
) -> None:
    pairs = [pair(f"n{number}", *sides) for number, sides in enumerate(groups)]
    known = people(*pairs, **{code: person(code, withdrawn_on=DAY)})
    on = DAY + dt.timedelta(days=days)
    then = stop(known, code, stopped(known, code, on))
    consented = then.persons[code].consented(Purpose.PROCESSING, on)
    at_work = any(code in (*each.mentors, *each.mentees) for each in then.active_pairs)
    stands = Standing.REGISTERED in then.persons[code].standings.values()
    assert consented == stands
    assert consented or not at_work
    assert all(each.mentors and each.mentees for each in then.active_pairs)
    assert stopped(then, code, on) == Stopped()
