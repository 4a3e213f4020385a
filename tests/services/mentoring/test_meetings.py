"""The calendar of a pair: who came is counted, only what was held counts, and what a consent that is gone leaves."""

import datetime as dt

import pytest

from tests.services.conftest import CURATOR, KEY, Club
from vekha.domain.meetings import MeetingState
from vekha.domain.people import FormPair, GiveConsent, HoldMeeting, Introduce, Purpose, Register, Role, WithdrawConsent
from vekha.domain.reflections import Answer
from vekha.domain.steps import SetPlan, Step
from vekha.services.mentoring import erasure, meetings, pair_plans, people, reflections
from vekha.services.mentoring.meetings import Details
from vekha.storage.tables import Attendance, Meeting, PlanMove, PlannedMeeting, PlanStep, Reflection

TODAY = dt.date(2026, 5, 4)
UNTIL = dt.date(2027, 5, 31)


@pytest.fixture
def group(any_club: Club) -> Club:
    """A mentor with two mentees: n2; and the pair n1 of two of them."""
    any_club.come_together()
    any_club.carry_out(
        Introduce(name="Белов Павел Андреевич", role=Role.MENTEE),
        GiveConsent(subject="p3", purpose=Purpose.PROCESSING, signed=TODAY, until=UNTIL),
        Register(person="p3", role=Role.MENTEE, on=TODAY),
        FormPair(mentors=("p2",), mentees=("p1", "p3"), format="групповое", starts=TODAY, ends=UNTIL),
    )
    return any_club


def plan(club: Club, pair: str = "n2", day: dt.date = TODAY, kind: str = "series") -> int:
    with club.work(CURATOR) as work:
        return meetings.plan(work, KEY, pair, [day], Details(kind=kind))[0]


def hold(club: Club, serial: int, *present: str) -> int:
    with club.work(CURATOR) as work:
        return meetings.hold(work, KEY, serial, on=TODAY, present=present, minutes=60)


def test_a_group_meets_without_one_and_not_without_a_side(group: Club) -> None:
    hold(group, plan(group), "p2", "p3")
    assert {row.person: row.present for row in group.rows(Attendance)} == {"p1": False, "p2": True, "p3": True}
    missed = hold(group, plan(group, day=dt.date(2026, 5, 5)), "p1", "p3")
    assert [row.state for row in group.rows(PlannedMeeting)] == [MeetingState.HELD, MeetingState.MISSED]
    assert group.people().pairs["n2"].meetings == {"series": 1}
    assert group.codes(reflections.ask, KEY, missed, who=CURATOR) == ["meeting.not_held"]


def test_planned_moved_and_cancelled_meetings_count_for_nothing(group: Club) -> None:
    first, second = plan(group), plan(group, day=dt.date(2026, 5, 6))
    with group.work(CURATOR) as work:
        meetings.move(work, KEY, first, dt.date(2026, 5, 7), "", "экзамен")
        meetings.cancel(work, KEY, second, "болезнь")
    assert group.people().pairs["n2"].meetings == {}
    assert group.codes(meetings.move, KEY, second, TODAY, "", "нет", who=CURATOR) == ["meeting.not_planned"]
    assert group.codes(meetings.restore, KEY, first, who=CURATOR) == ["meeting.nothing_to_undo"]
    taken = group.codes(meetings.plan, KEY, "n2", [dt.date(2026, 5, 7)], Details(), who=CURATOR)
    assert taken == ["meeting.day_taken"]


def test_a_record_finds_the_meeting_that_was_planned_nearby(group: Club) -> None:
    plan(group, "n1", dt.date(2026, 5, 8))
    group.carry_out(HoldMeeting(kind="series", on=TODAY, pair="n1"))
    [row] = group.rows(PlannedMeeting)
    [held] = group.rows(Meeting)
    assert (row.state, row.on, row.meeting) == (MeetingState.HELD, TODAY, held.id)


def test_a_mistaken_record_is_taken_back_until_somebody_has_answered(group: Club) -> None:
    serial = plan(group, "n1")
    held = hold(group, serial, "p1", "p2")
    with group.work(CURATOR) as work:
        meetings.restore(work, KEY, serial)
    assert group.rows(Meeting) == []
    assert group.people().pairs["n1"].meetings == {}
    held = hold(group, serial, "p1", "p2")
    with group.work(CURATOR) as work:
        [made] = reflections.ask(work, KEY, held, ["p1"]).made
    with group.work() as work:
        reflections.answer(work, made.token, Answer(useful=5, words="тайна Журавлёва"))
    assert group.codes(meetings.restore, KEY, serial, who=CURATOR) == ["meeting.answered"]
    assert group.codes(reflections.ask, KEY, held, ["p1"], who=CURATOR) == ["reflection.nobody"]
    assert group.codes(reflections.settle, KEY, held, "p2", "да", who=CURATOR) == ["reflection.unknown"]


def test_strangers_are_neither_present_nor_asked(group: Club) -> None:
    serial = plan(group, "n1")
    assert group.codes(meetings.hold, KEY, serial, on=TODAY, present=["p3"], who=CURATOR) == ["meeting.not_of_pair"]
    held = hold(group, serial, "p1", "p2")
    with group.work(CURATOR) as work:
        asked = reflections.ask(work, KEY, held, ["p3"])
        people.withdraw_candidate(work, KEY, "p1", Role.MENTEE, "болезнь")
        left = reflections.ask(work, KEY, held, ["p1"])
    assert [each.code for each in (*asked.refused, *left.refused)] == ["reflection.not_of_pair", "reflection.left"]
    assert (asked.made, left.made) == ((), ())


def test_an_answer_has_a_mark_and_a_length(group: Club) -> None:
    held = hold(group, plan(group, "n1"), "p1", "p2")
    with group.work(CURATOR) as work:
        [made] = reflections.ask(work, KEY, held, ["p1"]).made
    long = Answer(useful=9, words="а" * 2001)
    assert group.codes(reflections.answer, made.token, long) == ["reflection.no_mark", "reflection.too_long"]


def test_a_consent_that_is_gone_drops_what_was_planned_and_erasure_the_words(group: Club) -> None:
    held = hold(group, plan(group, "n1"), "p1", "p2")
    plan(group, "n1", dt.date(2026, 5, 20))
    with group.work(CURATOR) as work:
        [made] = reflections.ask(work, KEY, held, ["p1"]).made
    with group.work() as work:
        reflections.answer(work, made.token, Answer(useful=4, words="тайна"))
    group.carry_out(WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=TODAY))
    assert [row.state for row in group.rows(PlannedMeeting)] == [MeetingState.HELD, MeetingState.CANCELLED]
    with group.work() as work:
        erasure.erase(work, KEY, "p1", "отозвано согласие")
    [row] = group.rows(Reflection)
    assert (row.words, row.useful) == (None, 4)


def test_a_plan_told_anew_keeps_what_was_done_and_the_old_dates(group: Club) -> None:
    def tell(*steps: tuple[str, dt.date]) -> None:
        group.carry_out(SetPlan(pair="n1", steps=tuple(Step(task=task, due=due) for task, due in steps)))

    tell(("Задачи", dt.date(2026, 6, 1)), ("Опыты", dt.date(2026, 7, 1)), ("Лишнее", dt.date(2026, 8, 1)))
    with group.work(CURATOR) as work:
        pair_plans.done(work, KEY, "n1", 1, TODAY)
    tell((" опыты", dt.date(2026, 7, 15)), ("Доклад", dt.date(2026, 9, 1)))
    rows = {row.task: (row.due, bool(row.done_on), bool(row.dropped_on)) for row in group.rows(PlanStep)}
    assert rows == {
        "Задачи": (dt.date(2026, 6, 1), True, False),
        "Опыты": (dt.date(2026, 7, 15), False, False),
        "Лишнее": (dt.date(2026, 8, 1), False, True),
        "Доклад": (dt.date(2026, 9, 1), False, False),
    }
    assert [(row.old, row.new) for row in group.rows(PlanMove)] == [(dt.date(2026, 7, 1), dt.date(2026, 7, 15))]
    add, move = pair_plans.add, pair_plans.move
    assert group.codes(add, KEY, "n1", Step(task=" ", due=TODAY), who=CURATOR) == ["pair.step_empty"]
    late = Step(task="Лето", due=dt.date(2028, 1, 1))
    assert group.codes(add, KEY, "n1", late, who=CURATOR) == ["pair.step_outside_term"]
    same = group.codes(move, KEY, "n1", 2, dt.date(2026, 7, 15), "так", who=CURATOR)
    assert same == ["pair.step_same_day"]
    assert group.codes(pair_plans.drop, KEY, "n1", 1, "нет", who=CURATOR) == ["pair.step_settled"]
    assert group.codes(pair_plans.reopen, KEY, "n1", 2, who=CURATOR) == ["pair.step_not_settled"]
    assert group.codes(pair_plans.done, KEY, "n1", 2, dt.date(2026, 5, 9), who=CURATOR) == ["pair.step_ahead"]
    assert group.codes(pair_plans.drop, KEY, "n1", 9, "нет", who=CURATOR) == ["pair.unknown_step"]
