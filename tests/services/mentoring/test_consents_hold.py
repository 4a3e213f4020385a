"""Whatever is done, in whatever order: no minor stands in a register, a pair or on the page without the guardian.

Commands, rows of tables, answers by personal links, corrections, merges and their undoing, proposals of pairs,
handovers, practices, posters and papers are tried at random, refused or not; days pass, stages close, the round is
made. After every step that changes something the rows are read anew. That the machine sees a hole is shown by making
one: a short way through its own rules that is right without the fault and is found out with it.
"""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.services.mentoring.consents_machine import BIRTHS, GUARDIANS, KEYS, NAMES, Consents
from vekha.domain import people_refusals
from vekha.domain.people import ConsentFact, PersonFact, Purpose, Role
from vekha.domain.people_after import after
from vekha.domain.stopping import Stopped
from vekha.services.mentoring import merging, pair_life, people, people_import, registers, stopping
from vekha.services.reporting import awards, practices

USUAL = settings(
    max_examples=5,
    stateful_step_count=20,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # runs are short; making one shorter takes minutes
    suppress_health_check=list(HealthCheck),
)
Consents.TestCase.settings = USUAL
TestConsents = Consents.TestCase

KEY = KEYS[1]  # the programme that the page shows
BLANK, TEENAGER, _, GROWN_UP = range(4)  # whose birth date is known
NAME = ("фамилия и имя",)
FOUND = r"without a consent|the page|a poster|the register|the paper"


# --- short ways through the machine ----------------------------------------------------------------------------------


def enter(machine: Consents, *, days: int = 700) -> None:
    """Somebody of age: p1."""
    machine.enrol(KEY, GROWN_UP, Role.MENTOR, True, days)


def enter_unasked(machine: Consents) -> None:
    machine.introduce(KEY, NAMES[GROWN_UP], Role.MENTOR, BIRTHS[GROWN_UP])
    machine.register(KEY, "p1", Role.MENTOR, 0)


def sign_alone(machine: Consents) -> None:
    machine.introduce(KEY, NAMES[TEENAGER], Role.MENTEE, BIRTHS[TEENAGER])
    machine.consent(KEY, "p1", Purpose.PROCESSING, None, 0, 60, NAME)
    machine.register(KEY, "p1", Role.MENTEE, 0)


def let_it_run_out(machine: Consents) -> None:
    enter(machine, days=10)
    machine.days_pass(50)


def withdraw(machine: Consents) -> None:
    enter(machine)
    machine.withdraw(KEY, "p1", Purpose.PROCESSING, 0)


def form_a_pair(machine: Consents) -> None:
    """A mentee under age and a mentor: p1, p2."""
    machine.enrol(KEY, TEENAGER, Role.MENTEE, True, 700)
    machine.enrol(KEY, GROWN_UP, Role.MENTOR, True, 700)
    machine.pair_everybody(KEY)


def withdraw_from_a_pair(machine: Consents) -> None:
    form_a_pair(machine)
    machine.withdraw(KEY, "p1", Purpose.PROCESSING, 0)


def take_the_pair_up_again(machine: Consents) -> None:
    form_a_pair(machine)
    machine.end_pairs(KEY, undone=False)
    machine.withdraw(KEY, "p1", Purpose.PROCESSING, 0)
    machine.end_pairs(KEY, undone=True)


def learn_the_age(machine: Consents) -> None:
    machine.enrol(KEY, TEENAGER, Role.MENTEE, False, 700)
    machine.correct(KEY, "p1", BIRTHS[TEENAGER])


def merge_with_a_teenager(machine: Consents) -> None:
    machine.enrol(KEY, BLANK, Role.MENTEE, False, 700)
    machine.introduce(KEY, NAMES[TEENAGER], Role.MENTEE, BIRTHS[TEENAGER])
    machine.merge(KEY, "p1", "p2")


def merge_with_a_withdrawal(machine: Consents) -> None:
    enter(machine)
    machine.enrol(KEY, BLANK, Role.MENTOR, False, 700)
    machine.days_pass(1)
    machine.withdraw(KEY, "p2", Purpose.PROCESSING, 0)
    machine.merge(KEY, "p1", "p2")


def show_an_old_paper(machine: Consents) -> None:
    enter(machine)
    machine.withdraw(KEY, "p1", Purpose.PROCESSING, 0)
    machine.consent(KEY, "p1", Purpose.PROCESSING, None, 5, 700, NAME)
    machine.register(KEY, "p1", Role.MENTOR, 0)


def enter_dated_back(machine: Consents) -> None:
    enter(machine)
    machine.days_pass(9)
    machine.withdraw(KEY, "p1", Purpose.PROCESSING, 0)
    machine.register(KEY, "p1", Role.MENTOR, 5)


def import_a_teenager(machine: Consents) -> None:
    machine.row(KEY, NAMES[TEENAGER], BIRTHS[TEENAGER], GUARDIANS[0])


def tell_of_a_practice(machine: Consents) -> None:
    enter(machine)
    machine.publish_practice(KEY, "p1", True)


def hang_a_poster(machine: Consents) -> None:
    enter(machine)
    machine.award(KEY, "p1")


# --- faults -----------------------------------------------------------------------------------------------------------


def nothing(*_: Any, **__: Any) -> None:
    return None


def none_of_it(*_: Any, **__: Any) -> Iterator[Any]:
    return iter(())


class Unjudged:
    """`people` that carries out whatever a row of a table asks for."""

    @staticmethod
    def carry_out_one(work: Any, loaded: Any, command: Any) -> str:
        code = people._WRITERS[type(command)](work, loaded, command)
        loaded.now = dataclasses.replace(loaded.now, people=after(command, loaded.now.people, code))
        return code


def only_on_its_day(command: Any, known: Any, today: Any) -> Iterator[Any]:
    """As it once was: an entry dated back asked for a consent on that day alone."""
    [person] = known.find(command.person)
    if lacking := people_refusals.consent_problem(person, min(command.on, today)):
        yield lacking


Way = Callable[[Consents], None]
FAULTS: dict[str, tuple[Way, Any, str, Any]] = {
    "the gate lets everybody in": (enter_unasked, people_refusals, "consent_problem", nothing),
    "nobody is a minor": (sign_alone, PersonFact, "is_minor", lambda *_: False),
    "a consent never ends": (let_it_run_out, ConsentFact, "in_force", lambda self, _: self.withdrawn_on is None),
    "a withdrawal is not seen": (withdraw, ConsentFact, "in_force", lambda self, on: self.signed <= on <= self.until),
    "a withdrawal stops nothing": (withdraw, stopping, "end_everywhere", nothing),
    "a pair outlives the consent": (withdraw_from_a_pair, stopping, "_end_pair", nothing),
    "the round stops nobody": (let_it_run_out, stopping, "stopped", lambda *_: Stopped()),
    "a birth date changes nothing": (learn_the_age, stopping, "born", nothing),
    "a merge settles nothing": (merge_with_a_teenager, stopping, "without_consent", nothing),
    "a merge forgets withdrawals": (merge_with_a_withdrawal, merging, "taken_back", none_of_it),
    "an old paper is new": (show_an_old_paper, people_refusals, "_taken_back", none_of_it),
    "an entry is dated back": (enter_dated_back, people_refusals, "_register", only_on_its_day),
    "the import judges no row": (import_a_teenager, people_import, "people", Unjudged),
    "an ended pair goes on": (take_the_pair_up_again, pair_life, "undo_problems", none_of_it),
    "everything is public": (enter, PersonFact, "published", lambda *_: frozenset(NAME)),
    "a practice names anybody": (tell_of_a_practice, practices, "without_consent", lambda *_: []),
    "a poster is of anybody": (hang_a_poster, awards, "published", lambda loaded: {*loaded.now.people.persons}),
    "a register names anybody": (withdraw_from_a_pair, registers._Scope, "may_name", lambda *_: True),
}


def go(way: Way) -> None:
    machine = Consents()
    machine.open()
    try:
        way(machine)
        machine.nobody_is_there_without_a_consent()
    finally:
        machine.teardown()


@pytest.mark.parametrize("fault", FAULTS)
def test_every_planted_hole_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    way, place, name, instead = FAULTS[fault]
    go(way)
    monkeypatch.setattr(place, name, instead)
    with pytest.raises(AssertionError, match=FOUND):
        go(way)


def test_the_machine_finds_its_way_to_a_hole_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PersonFact, "published", lambda *_: frozenset(NAME))
    with pytest.raises(AssertionError, match=FOUND):
        run_state_machine_as_test(Consents, settings=settings(USUAL, max_examples=40, derandomize=True, database=None))
