"""From phrases to dates: windows, waves, overrides by level, rolling, and every phrase that cannot be dated at once."""

import os
import random
from calendar import monthrange
from datetime import date, timedelta
from typing import Any

import pytest

from vekha.domain.calendar import Roll, russian_calendar
from vekha.domain.deadlines import Cycle
from vekha.domain.errors import VekhaError
from vekha.domain.planning import Overrides, Plan, PlannedActivity, PlannedStage, merge_overrides, plan, spread
from vekha.domain.roadmap import MONTHS, Roadmap

CALENDAR = russian_calendar()


def roadmap(*stages: list[dict[str, Any]]) -> Roadmap:
    return Roadmap.model_validate(
        {
            "code": "small",
            "version": 1,
            "title": "Малая",
            "cycle": {"kind": "school_year", "starts": "май", "length_months": 14},
            "roles": {"curator": "куратор"},
            "stages": [
                {
                    "code": f"s{number}",
                    "title": f"Этап {number}",
                    "activities": [
                        {"code": f"a{row}", "title": f"Дело {row}", **activity} for row, activity in enumerate(rows, 1)
                    ],
                }
                for number, rows in enumerate(stages, 1)
            ],
        }
    )


def planned(*rows: dict[str, Any], overrides: Overrides | None = None, roll: Roll = Roll.FORWARD) -> Plan:
    made = roadmap(list(rows))
    return plan(made, Cycle(*made.cycle.dates(2025)), CALENDAR, overrides, roll)


def activity(plan: Plan, row: int = 1) -> tuple[date, date, tuple[date, ...]]:
    found = plan.stages[0].activities[row - 1]
    return found.opens, found.due, found.dues


def test_a_stage_spans_its_activities_and_is_due_with_what_closes_it() -> None:
    made = planned(
        {"deadline": "сентябрь"},
        {"deadline": "июль–октябрь", "gate": "carries_on"},
        {"deadline": "ноябрь", "gate": "optional"},
    )
    assert made.cycle == Cycle(date(2025, 5, 1), date(2026, 6, 30))
    september = PlannedActivity(
        stage="s1", code="a1", opens=date(2025, 9, 1), due=date(2025, 9, 30), dues=(date(2025, 9, 30),)
    )
    assert made.stages == (
        PlannedStage(
            code="s1",
            opens=date(2025, 7, 1),
            due=date(2025, 9, 30),
            activities=(
                september,
                PlannedActivity(
                    stage="s1", code="a2", opens=date(2025, 7, 1), due=date(2025, 10, 31), dues=(date(2025, 10, 31),)
                ),
                PlannedActivity(
                    stage="s1",
                    code="a3",
                    opens=date(2025, 11, 1),
                    due=date(2025, 12, 1),
                    dues=(date(2025, 12, 1),),
                    stated=(date(2025, 11, 30),),
                ),
            ),
        ),
    )
    assert made.warnings == ()


def test_a_stage_without_anything_that_closes_it_is_due_with_the_last() -> None:
    made = planned({"deadline": "сентябрь", "gate": "optional"}, {"deadline": "октябрь", "gate": "carries_on"})
    assert made.stages[0].due == date(2025, 10, 31)


@pytest.mark.parametrize(
    ("roll", "due"),
    [(Roll.FORWARD, date(2025, 9, 1)), (Roll.BACKWARD, date(2025, 8, 29)), (Roll.NONE, date(2025, 8, 31))],
)
def test_a_day_off_rolls_as_chosen(roll: Roll, due: date) -> None:
    assert activity(planned({"deadline": "август"}, roll=roll)) == (date(2025, 8, 1), due, (due,))


def test_waves_open_with_the_first_and_close_with_the_last() -> None:
    made = planned({"deadline": ["май–июль", "сентябрь–ноябрь"]})
    assert activity(made) == (date(2025, 5, 1), date(2025, 12, 1), (date(2025, 7, 31), date(2025, 12, 1)))


def test_a_recurring_deadline_falls_due_each_time() -> None:
    opens, due, dues = activity(planned({"deadline": "ежеквартально"}))
    assert opens == date(2025, 5, 1)
    assert (dues[0], dues[-1], len(dues)) == (date(2025, 6, 30), due, 5)
    assert due == date(2026, 6, 30)


@pytest.mark.parametrize("row", [{}, {"deadline": "по мере необходимости"}])
def test_what_has_no_date_has_the_whole_cycle(row: dict[str, Any]) -> None:
    assert activity(planned(row)) == (date(2025, 5, 1), date(2026, 6, 30), (date(2026, 6, 30),))


def test_the_deadlines_of_documents_date_a_row_without_one() -> None:
    made = roadmap([{"documents": [{"code": "a", "deadline": "май"}, {"code": "b", "deadline": "июнь"}]}])
    found = plan(made, Cycle(*made.cycle.dates(2025)), CALENDAR)
    assert activity(found) == (date(2025, 5, 1), date(2025, 6, 30), (date(2025, 6, 2), date(2025, 6, 30)))


def test_the_nearest_override_wins() -> None:
    campaign = {("s1", "a1"): "октябрь", ("s1", "a2"): "октябрь"}
    municipality = {("s1", "a1"): "ноябрь"}
    institution = {("s1", "a1"): "15.12.2025"}
    assert merge_overrides([campaign, {}, municipality, institution]) == {
        ("s1", "a1"): "15.12.2025",
        ("s1", "a2"): "октябрь",
    }
    made = planned(
        {"deadline": ["май", "июнь"]},
        {"deadline": "сентябрь"},
        {"deadline": "сентябрь"},
        overrides=merge_overrides([campaign, municipality, institution]),
    )
    assert [activity(made, row)[1] for row in (1, 2, 3)] == [date(2025, 12, 15), date(2025, 10, 31), date(2025, 9, 30)]


def test_an_override_rolls_too() -> None:
    assert activity(planned({"deadline": "май"}, overrides={("s1", "a1"): "до 7 сентября"}))[1] == date(2025, 9, 8)


def test_every_phrase_that_cannot_be_dated_at_once() -> None:
    with pytest.raises(VekhaError) as refused:
        planned(
            {"deadline": ["май", "1-я дикада сентября"]},
            {"deadline": "сентябрь"},
            {"deadline": "июнь"},
            overrides={("s1", "a3"): "32 мая"},
        )
    assert [(each.code.split(".")[0], each.where) for each in refused.value.problems] == [
        ("deadline", "s1.a1"),
        ("deadline", "s1.a3"),
    ]


def test_a_year_not_decreed_yet_is_warned_of() -> None:
    made = roadmap([{"deadline": "май"}, {"deadline": "май Х+1 года"}])
    found = plan(made, Cycle(*made.cycle.dates(2030)), CALENDAR)
    assert [(each.code, each.where, dict(each.params)["year"]) for each in found.warnings] == [
        ("calendar.provisional_year", "s1.a1", 2030),
        ("calendar.provisional_year", "s1.a2", 2031),
    ]


def test_an_activity_never_opens_after_it_is_due() -> None:
    opens, due, _ = activity(planned({"deadline": "01.11.2025"}, roll=Roll.BACKWARD))
    assert opens <= due == date(2025, 11, 1)  # a working Saturday
    opens, due, _ = activity(planned({"deadline": "02.11.2025"}, roll=Roll.BACKWARD))
    assert opens <= due == date(2025, 11, 1)


def test_equal_inputs_give_equal_plans() -> None:
    assert planned({"deadline": "май"}) == planned({"deadline": "май"})


# --- whole stages, and a naive oracle -----------------------------------------------------------------------------


def test_a_deadline_of_a_stage_is_that_of_its_activities_unless_they_have_one() -> None:
    made = roadmap([{"deadline": "июнь"}, {"deadline": "июль"}], [{"deadline": "июнь"}])
    level = {("s1", ""): "август", ("s1", "a2"): "сентябрь"}
    assert spread(level, made) == {("s1", "a1"): "август", ("s1", "a2"): "сентябрь"}


def _phrase(chance: random.Random) -> tuple[str, date, date]:
    """A phrase with the dates that anybody would read in it: first day, last day, in the cycle of May 2025."""
    month = chance.randint(1, 12)
    year = 2025 + (month < 5)
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    day = date(year, month, chance.randint(1, 28))
    return chance.choice(
        [
            (MONTHS[month - 1], first, last),
            (f"{day:%d.%m.%Y}", day, day),
            (f"до {day:%d.%m.%Y}", date(2025, 5, 1), day),
            ("в течение года", date(2025, 5, 1), date(2026, 6, 30)),
        ]
    )


def _rolled(day: date, roll: Roll) -> date:
    while roll is not Roll.NONE and not CALENDAR.is_working(day):
        day += timedelta(days=1 if roll is Roll.FORWARD else -1)
    return day


CASES = int(os.environ.get("VEKHA_ORACLE_CASES", "20000"))  # activities; 100000 in a long run, see docs/architecture.md


@pytest.mark.slow
def test_planning_against_a_naive_oracle() -> None:
    """Thousands of activities: the nearest level that names the activity, else its stage, else the roadmap."""
    chance = random.Random(4)
    rows = [(f"s{stage}", f"a{row}") for stage in range(1, 5) for row in range(1, 6)]
    known = [_phrase(chance) for _ in range(300)]
    read = {phrase: (opens, due) for phrase, opens, due in known}
    for _ in range(CASES // len(rows)):
        said = {place: chance.choice(known)[0] for place in rows}
        levels = [
            {
                place: chance.choice(known)[0]
                for place in [*rows, *((f"s{stage}", "") for stage in range(1, 5))]
                if chance.random() < 0.1
            }
            for _ in range(4)
        ]
        roll = chance.choice(tuple(Roll))
        made = roadmap(*([{"deadline": said[f"s{stage}", f"a{row}"]} for row in range(1, 6)] for stage in range(1, 5)))
        merged = merge_overrides(spread(level, made) for level in levels)
        found = plan(made, Cycle(*made.cycle.dates(2025)), CALENDAR, merged, roll)
        for stage in found.stages:
            for each in stage.activities:
                place = (each.stage, each.code)
                named = [level.get(place) or level.get((each.stage, "")) for level in levels]
                opens, due = read[next((phrase for phrase in reversed(named) if phrase), said[place])]
                assert each.due == _rolled(due, roll)
                assert each.opens == min(opens, each.due)
                assert (each.stated or each.dues) == (due,)
            assert stage.opens == min(each.opens for each in stage.activities)
            assert stage.due == max(each.due for each in stage.activities)
