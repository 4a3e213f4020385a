"""Steps of a campaign, what deserves a look before its launch, and late-comers: the same way, walked faster."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.small import ROADMAP
from vekha.domain.calendar import Override, Roll, russian_calendar
from vekha.domain.campaign import CampaignState, Step, late_start, take, warnings_of
from vekha.domain.deadlines import Cycle
from vekha.domain.errors import VekhaError
from vekha.domain.planning import Plan, plan
from vekha.domain.roadmap import Roadmap

CALENDAR = russian_calendar()
CYCLE = Cycle(date(2026, 1, 1), date(2026, 12, 31))
S = CampaignState


def codes(error: pytest.ExceptionInfo[VekhaError]) -> list[str]:
    return [each.code for each in error.value.problems]


# --- steps ------------------------------------------------------------------------------------------------------------

ALLOWED = {
    (Step.LAUNCH, S.DRAFT): S.LAUNCHING,
    (Step.LAUNCH, S.LAUNCHING): S.LAUNCHING,
    (Step.LAUNCH, S.RUNNING): S.LAUNCHING,
    (Step.LAUNCH, S.FINISHED): S.LAUNCHING,
    (Step.LAUNCHED, S.LAUNCHING): S.RUNNING,
    (Step.ADD, S.RUNNING): S.RUNNING,
    (Step.ADD, S.FINISHED): S.RUNNING,
    (Step.PAUSE, S.RUNNING): S.PAUSED,
    (Step.RESUME, S.PAUSED): S.RUNNING,
    (Step.CANCEL, S.DRAFT): S.CANCELLED,
    (Step.CANCEL, S.LAUNCHING): S.CANCELLED,
    (Step.CANCEL, S.RUNNING): S.CANCELLED,
    (Step.CANCEL, S.PAUSED): S.CANCELLED,
    (Step.FINISH, S.RUNNING): S.FINISHED,
    (Step.FINISH, S.PAUSED): S.FINISHED,
    (Step.REOPEN, S.FINISHED): S.RUNNING,
}


@pytest.mark.parametrize(("step", "state"), list(product(Step, S)))
def test_every_step_from_every_state(step: Step, state: CampaignState) -> None:
    if (step, state) in ALLOWED:
        assert take(step, state, "приказ") is ALLOWED[step, state]
    else:
        with pytest.raises(VekhaError) as refused:
            take(step, state, "приказ")
        assert codes(refused) == ["campaign.wrong_state"]


@pytest.mark.parametrize("step", [Step.PAUSE, Step.CANCEL])
def test_what_stops_people_needs_a_reason(step: Step) -> None:
    with pytest.raises(VekhaError) as refused:
        take(step, S.FINISHED, "  ")
    assert codes(refused) == ["campaign.reason_needed", "campaign.wrong_state"]


# --- warnings ---------------------------------------------------------------------------------------------------------


def roadmap(*stages: tuple[str, str, list[str]]) -> Roadmap:
    """(code, deadline, after) for each stage of one activity."""
    rows = [
        {
            "code": code,
            "title": code.upper(),
            "after": after,
            "activities": [{"code": f"{code}_row", "title": code, "deadline": deadline}],
        }
        for code, deadline, after in stages
    ]
    return Roadmap.model_validate({**ROADMAP.model_dump(exclude={"stages", "documents"}), "stages": rows})


def found(made_of: Roadmap, today: date = CYCLE.starts, roll: Roll = Roll.FORWARD) -> list[tuple[str, str]]:
    made = plan(made_of, CYCLE, CALENDAR, roll=roll)
    told = list(warnings_of(made_of, made, CALENDAR, today))
    assert all(each.message for each in told)
    return [(each.code, each.where) for each in told]


def test_a_day_off_is_told_whether_the_date_moves_or_not() -> None:
    rows = roadmap(("a", "до 9 мая", []), ("b", "до 8 июня", []))  # a holiday and a Monday
    assert found(rows) == [("campaign.due_moved", "a.a_row")]
    assert found(rows, roll=Roll.NONE) == [("campaign.due_on_day_off", "a.a_row")]


def test_due_before_what_it_waits_for_and_in_the_past() -> None:
    rows = roadmap(("a", "до 8 июня", []), ("b", "до 5 июня", ["a"]), ("c", "до 8 июня", ["a"]))
    assert found(rows) == [("campaign.due_before_awaited", "b.b_row")]
    assert found(roadmap(("a", "до 8 июня", [])), date(2026, 6, 9)) == [("campaign.due_in_the_past", "a.a_row")]
    assert found(roadmap(("a", "до 8 июня", [])), date(2026, 6, 8)) == []


# --- late-comers ------------------------------------------------------------------------------------------------------


def dues(made: Plan) -> list[date]:
    return [each.due for stage in made.stages for each in stage.activities]


def test_a_start_before_the_cycle_changes_nothing() -> None:
    made = plan(ROADMAP, CYCLE, CALENDAR)
    assert late_start(ROADMAP, made, CYCLE.starts, CALENDAR, Roll.FORWARD) is made


def test_half_the_way_is_walked_twice_as_fast() -> None:
    rows = roadmap(("a", "до 31 марта", []), ("b", "до 30 июня", ["a"]), ("c", "до 30 декабря", ["b"]))
    made = late_start(rows, plan(rows, CYCLE, CALENDAR), date(2026, 7, 1), CALENDAR, Roll.FORWARD)
    assert dues(made) == [date(2026, 8, 14), date(2026, 9, 29), date(2026, 12, 30)]
    assert [(stage.opens, stage.due) for stage in made.stages] == [(date(2026, 7, 1), due) for due in dues(made)]


def test_nobody_starts_after_the_end() -> None:
    with pytest.raises(VekhaError) as refused:
        late_start(ROADMAP, plan(ROADMAP, CYCLE, CALENDAR), CYCLE.ends, CALENDAR, Roll.FORWARD)
    assert codes(refused) == ["campaign.starts_after_end"]


@given(
    starts=st.dates(date(2026, 1, 1), date(2026, 12, 20)),
    days=st.lists(st.dates(CYCLE.starts, CYCLE.ends), min_size=2, max_size=6),
    roll=st.sampled_from([Roll.FORWARD, Roll.BACKWARD, Roll.NONE]),
    off=st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 20)), max_size=5),
)
def test_nothing_is_due_before_the_start_and_the_order_stays(
    starts: date, days: list[date], roll: Roll, off: set[date]
) -> None:
    calendar = russian_calendar({day: Override(working=False, reason="карантин") for day in off})
    rows = roadmap(*((f"s{number}", f"до {day:%d.%m.%Y}", []) for number, day in enumerate(days)))
    usual = plan(rows, CYCLE, calendar, roll=roll)
    made = late_start(rows, usual, starts, calendar, roll)
    order = sorted(range(len(days)), key=days.__getitem__)
    moved = dues(made)
    assert [moved[each] for each in order] == sorted(moved)
    if starts > CYCLE.starts:
        assert min([*moved, *(stage.opens for stage in made.stages)]) >= starts
    assert roll is Roll.NONE or all(calendar.is_working(due) for due in moved)
