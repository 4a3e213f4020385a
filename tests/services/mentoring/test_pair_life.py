"""A pair is finished, broken off, extended, handed over; the newest of it can be undone."""

import datetime as dt

import pytest

from tests.services.conftest import CURATOR, KEY, VIEWER, Club
from vekha.domain.access import Action
from vekha.domain.meetings import MeetingState
from vekha.domain.pairs import Handover, PairEvent, PairState
from vekha.domain.people import GiveConsent, HoldMeeting, Introduce, Purpose, Register, Role, WithdrawConsent
from vekha.domain.steps import Step
from vekha.services.mentoring import meetings, pair_life, pair_plans
from vekha.services.mentoring.meetings import Details
from vekha.services.mentoring.pair_life import known
from vekha.services.process.programmes import load
from vekha.storage.tables import Pair, PairChange, PlannedMeeting, PlanStep

TODAY = dt.date(2026, 5, 4)
UNTIL = dt.date(2027, 5, 31)
OTHER = "Миронова Алсу Рашитовна"


def handover(**changed: object) -> Handover:
    told = {"old": "p2", "new": "p3", "on": TODAY, "reason": "переезд", "done": "разобрали план", "left": "опыты"}
    return Handover(**{**told, **changed})  # type: ignore[arg-type]


@pytest.fixture
def pair(any_club: Club) -> Club:
    """A pair with two steps and two meetings ahead, and a mentor who might take over: p3."""
    any_club.come_together()
    any_club.carry_out(
        Introduce(name=OTHER, role=Role.MENTOR),
        GiveConsent(subject="p3", purpose=Purpose.PROCESSING, signed=TODAY, until=UNTIL),
        Register(person="p3", role=Role.MENTOR, on=TODAY),
    )
    with any_club.work(CURATOR) as work:
        pair_plans.add(work, KEY, "n1", Step(task="Разобрать задачи", due=dt.date(2026, 6, 1)))
        pair_plans.add(work, KEY, "n1", Step(task="Провести опыты", due=dt.date(2026, 9, 1)))
        meetings.plan(work, KEY, "n1", [dt.date(2026, 5, 11), dt.date(2026, 5, 18)], Details())
    return any_club


def state(club: Club, code: str = "n1") -> PairState:
    with club.work(writes=False) as work:
        return known(work, KEY, code, Action.VIEW).state


def meet(club: Club, kind: str, code: str = "n1") -> None:
    club.carry_out(HoldMeeting(kind=kind, on=TODAY, pair=code))


def test_its_states_follow_what_happens(pair: Club) -> None:
    assert state(pair) is PairState.FORMED
    meet(pair, "introduction")
    assert state(pair) is PairState.WORKING
    with pair.work(CURATOR) as work:
        pair_life.extend(work, KEY, "n1", dt.date(2027, 6, 15), "олимпиада в июне")
    assert state(pair) is PairState.EXTENDED
    assert pair.codes(pair_life.finish, KEY, "n1", TODAY, who=CURATOR) == ["pair.not_completed"]
    meet(pair, "final")
    with pair.work(CURATOR) as work:
        loaded = load(work, KEY)
        pair_life.finish(work, KEY, "n1", TODAY)
    assert loaded.now.people == pair.people()
    assert state(pair) is PairState.FINISHED
    assert pair.people().unpaired() == ()
    assert [(row.kind, row.reason) for row in pair.rows(PairChange)] == [
        ("extended", "олимпиада в июне"),
        ("finished", "итоговая встреча состоялась"),
    ]


def test_an_end_drops_what_is_planned_and_its_undo_brings_it_back(pair: Club) -> None:
    with pair.work(CURATOR) as work:
        pair_life.end_early(work, KEY, "n1", TODAY, "переезд семьи")
    assert state(pair) is PairState.ENDED_EARLY
    assert [row.state for row in pair.rows(PlannedMeeting)] == [MeetingState.CANCELLED] * 2
    assert [each.code for each in pair.people().unpaired()] == ["p1"]
    with pair.work(CURATOR) as work:
        loaded = load(work, KEY)
        assert pair_life.undo(work, KEY, "n1") is PairEvent.ENDED_EARLY
    assert loaded.now.people == pair.people()
    assert state(pair) is PairState.FORMED
    assert [row.state for row in pair.rows(PlannedMeeting)] == [MeetingState.PLANNED] * 2
    assert pair.codes(pair_life.undo, KEY, "n1", who=CURATOR) == ["pair.nothing_to_undo"]


def test_extending_is_undone_step_by_step(pair: Club) -> None:
    with pair.work(CURATOR) as work:
        pair_life.extend(work, KEY, "n1", dt.date(2027, 6, 10), "первый раз")
        pair_life.extend(work, KEY, "n1", dt.date(2027, 6, 20), "второй раз")
    for until, expected in ((dt.date(2027, 6, 10), PairState.EXTENDED), (UNTIL, PairState.FORMED)):
        with pair.work(CURATOR) as work:
            pair_life.undo(work, KEY, "n1")
        assert [row.ends for row in pair.rows(Pair)] == [until]
        assert state(pair) is expected


def test_who_cannot_be_extended_or_ended(pair: Club) -> None:
    assert pair.codes(pair_life.extend, KEY, "n1", UNTIL, " ") == ["stage.reason_needed", "pair.extended_back"]
    assert pair.codes(pair_life.extend, KEY, "n1", dt.date(2027, 9, 1), "лето") == ["pair.extended_past_cycle"]
    assert pair.codes(pair_life.end_early, KEY, "n1", dt.date(2026, 5, 3), "ошибка") == ["pair.ended_before"]
    assert pair.codes(pair_life.extend, KEY, "n7", UNTIL, "лето") == ["people.unknown_pair"]
    assert pair.codes(pair_life.end_early, KEY, "n1", TODAY, "болезнь", who=VIEWER) == ["access.denied"]


# --- another mentor ---------------------------------------------------------------------------------------------------


def test_another_mentor_takes_over_what_is_left(pair: Club) -> None:
    with pair.work(CURATOR) as work:
        pair_plans.done(work, KEY, "n1", 1, TODAY, "двадцать задач", 5)
        loaded = load(work, KEY)
        assert pair_life.replace_mentor(work, KEY, "n1", handover()) == "n2"
    assert loaded.now.people == pair.people()
    people = pair.people()
    assert (people.pairs["n2"].mentors, people.pairs["n2"].mentees) == (("p3",), ("p1",))
    assert (state(pair), state(pair, "n2")) == (PairState.REPLACED, PairState.FORMED)
    steps = {(row.pair, row.number): row for row in pair.rows(PlanStep)}
    assert {place: row.handed for place, row in steps.items()} == {("n1", 1): None, ("n1", 2): "n2", ("n2", 1): None}
    assert (steps["n2", 1].task, steps["n2", 1].due) == ("Провести опыты", dt.date(2026, 9, 1))
    assert [(row.pair, row.state) for row in pair.rows(PlannedMeeting)] == [("n2", MeetingState.PLANNED)] * 2
    old, new = pair.rows(PairChange)
    assert (old.kind, old.details["done"], old.details["left"]) == ("replaced", "разобрали план", "опыты")
    assert (new.pair, new.kind, new.details["pair"]) == ("n2", "replaces", "n1")
    assert [(row.code, row.replaces, row.ends) for row in pair.rows(Pair)] == [
        ("n1", None, UNTIL),
        ("n2", "n1", UNTIL),
    ]


def test_a_replacement_is_undone_while_the_new_pair_has_not_begun(pair: Club) -> None:
    with pair.work(CURATOR) as work:
        pair_life.replace_mentor(work, KEY, "n1", handover())
    assert pair.codes(pair_life.undo, KEY, "n2", who=CURATOR) == ["pair.nothing_to_undo"]
    with pair.work(CURATOR) as work:
        loaded = load(work, KEY)
        pair_life.undo(work, KEY, "n1")
    assert loaded.now.people == pair.people()
    assert (state(pair), state(pair, "n2")) == (PairState.FORMED, PairState.CANCELLED)
    assert [(row.pair, row.state) for row in pair.rows(PlannedMeeting)] == [("n1", MeetingState.PLANNED)] * 2
    assert [row.handed for row in pair.rows(PlanStep) if row.pair == "n1"] == [None, None]
    assert pair.people().unpaired() == ()


def test_a_replacement_stays_once_the_new_pair_has_met(pair: Club) -> None:
    with pair.work(CURATOR) as work:
        pair_life.replace_mentor(work, KEY, "n1", handover())
    meet(pair, "introduction", "n2")
    assert pair.codes(pair_life.undo, KEY, "n1", who=CURATOR) == ["pair.successor_at_work"]


def test_who_cannot_take_over(pair: Club) -> None:
    assert pair.codes(pair_life.replace_mentor, KEY, "n1", handover(done=" ", reason="")) == [
        "stage.reason_needed",
        "pair.handover_empty",
    ]
    assert pair.codes(pair_life.replace_mentor, KEY, "n1", handover(old="p3")) == ["pair.not_its_mentor"]
    assert pair.codes(pair_life.replace_mentor, KEY, "n1", handover(new="p2")) == ["pair.same_mentor"]
    assert pair.codes(pair_life.replace_mentor, KEY, "n1", handover(new="p1")) == [
        "people.not_registered_mentor",
        "people.own_mentor",
    ]
    pair.carry_out(WithdrawConsent(subject="p3", purpose=Purpose.PROCESSING, on=TODAY))
    assert pair.codes(pair_life.replace_mentor, KEY, "n1", handover()) == [
        "people.not_registered_mentor",
        "people.consent_missing",
    ]
    assert pair.rows(PairChange) == []


def test_after_the_term_it_is_extended_first(pair: Club) -> None:
    pair.clock.now = dt.datetime(2027, 6, 2, 7, tzinfo=dt.UTC)
    late = handover(on=dt.date(2027, 6, 2))
    assert "pair.term_over" in pair.codes(pair_life.replace_mentor, KEY, "n1", late)


def test_a_pair_whose_people_left_does_not_come_back(pair: Club) -> None:
    with pair.work(CURATOR) as work:
        pair_life.end_early(work, KEY, "n1", TODAY, "переезд")
    pair.carry_out(WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=TODAY))
    assert pair.codes(pair_life.undo, KEY, "n1") == [
        "people.not_registered_mentee",
        "people.guardian_consent_missing",
    ]
