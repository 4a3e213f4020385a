"""Programmes and new versions of their roadmap: what was done is never lost, and the way back is exact."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vekha.domain.calendar import russian_calendar
from vekha.domain.deadlines import Cycle
from vekha.domain.planning import Plan, plan
from vekha.domain.programme import OVER, SETTLED, ActivityState, StageState
from vekha.domain.roadmap import Gate, Roadmap
from vekha.domain.versions import (
    ActivityRow,
    Difference,
    Kind,
    Migration,
    Place,
    Rows,
    StageRow,
    differences,
    migrate,
    worked_on,
)

CYCLE = Cycle(date(2026, 1, 1), date(2026, 12, 31))
CALENDAR = russian_calendar()
TODAY = date(2026, 6, 1)


def roadmap(version: int, **stages: list[dict[str, Any]]) -> Roadmap:
    """Stages by code; an activity is a dict with at least a code. A stage's `was` stands in its code: «b_was_a»."""
    made = []
    for name, rows in stages.items():
        code, _, was = name.partition("_was_")
        activities = [{"title": each["code"].upper(), "deadline": "до 15 сентября", **each} for each in rows]
        made.append({"code": code, "was": was or (), "title": code.upper(), "activities": activities})
    return Roadmap.model_validate(
        {
            "code": "small",
            "version": version,
            "title": "Малая",
            "cycle": {"kind": "calendar_year", "starts": "январь", "length_months": 12},
            "roles": {"curator": "куратор"},
            "stages": made,
        }
    )


def planned(made_of: Roadmap) -> Plan:
    return plan(made_of, CYCLE, CALENDAR)


def fresh(made_of: Roadmap) -> Rows:
    """Rows of a programme just started."""
    made = planned(made_of)
    stages = tuple(
        StageRow(code=each.code, ordinal=number, state=StageState.PLANNED, opens=each.opens, due=each.due)
        for number, each in enumerate(made.stages)
    )
    every = [each for stage in made.stages for each in stage.activities]
    return Rows(
        stages=stages,
        activities=tuple(
            ActivityRow(
                stage=each.stage, code=each.code, ordinal=number, state=ActivityState.PLANNED, opens=each.opens,
                due=each.due, stated=" ".join(map(str, each.stated)) or None,
            )
            for number, each in enumerate(every)
        ),
    )  # fmt: skip


def changed(rows: Rows, place: Place, **values: Any) -> Rows:
    activities = tuple(replace(each, **values) if each.place == place else each for each in rows.activities)
    return replace(rows, activities=activities)


def with_stage(rows: Rows, code: str, **values: Any) -> Rows:
    return replace(rows, stages=tuple(replace(each, **values) if each.code == code else each for each in rows.stages))


def move(rows: Rows, old: Roadmap, new: Roadmap, *results: Place, today: date = TODAY) -> Migration:
    return migrate(rows, old, new, planned(new), set(results), today)


def at(made: Migration, *place: str) -> ActivityRow:
    return next(each for each in made.rows.activities if each.place == place)


OLD = roadmap(1, a=[{"code": "x"}, {"code": "y"}], b=[{"code": "z"}])


def test_the_same_roadmap_changes_nothing() -> None:
    rows = changed(fresh(OLD), ("a", "x"), state=ActivityState.DONE, done_on=TODAY)
    made = move(rows, OLD, replace_version(OLD))
    assert (made.rows, made.moved, made.kept, made.waived, made.redated) == (rows, {}, (), (), ())


def replace_version(of: Roadmap) -> Roadmap:
    return of.model_copy(update={"version": of.version + 1})


def test_every_difference_is_told() -> None:
    new = roadmap(
        2,
        c_was_b=[{"code": "z", "title": "Зет", "gate": "optional", "responsible": "curator", "forms": ["f"],
                  "meetings": {"final": 2}, "deadline": "до 1 июля"}],
        a=[{"code": "x2", "was": "x"}, {"code": "new"}],
        d=[{"code": "y"}],
    )  # fmt: skip
    assert differences(OLD, new) == (
        Difference(Kind.RENAMED, "c", "", "b", "c"),
        Difference(Kind.TITLE, "c", "z", "Z", "Зет"),
        Difference(Kind.DEADLINE, "c", "z", "до 15 сентября", "до 1 июля"),
        Difference(Kind.GATE, "c", "z", "required", "optional"),
        Difference(Kind.FORMS, "c", "z", "", "f"),
        Difference(Kind.RESPONSIBLE, "c", "z", "", "curator"),
        Difference(Kind.CHECKS, "c", "z", "", "final × 2"),
        Difference(Kind.RENAMED, "a", "x2", "x", "x2"),
        Difference(Kind.TITLE, "a", "x2", "X", "X2"),
        Difference(Kind.ADDED, "a", "new", "", "NEW"),
        Difference(Kind.ADDED, "d", "", "", "D"),
        Difference(Kind.MOVED, "d", "y", "a", "d"),
    )
    gone = roadmap(2, a=[{"code": "x"}])
    assert differences(OLD, gone) == (
        Difference(Kind.REMOVED, "b", "", "B"),
        Difference(Kind.REMOVED, "a", "y", "Y"),
        Difference(Kind.REMOVED, "b", "z", "Z"),
    )


def test_what_is_done_goes_with_its_activity() -> None:
    rows = changed(fresh(OLD), ("a", "x"), state=ActivityState.DONE, done_on=TODAY)
    made = move(
        rows,
        OLD,
        roadmap(2, c_was_a=[{"code": "x2", "was": "x", "deadline": "до 1 июля"}, {"code": "y"}], b=[{"code": "z"}]),
    )
    row = at(made, "c", "x2")
    assert (row.state, row.done_on, row.due) == (ActivityState.DONE, TODAY, rows.activities[0].due)
    assert made.moved == {("a", "x"): ("c", "x2"), ("a", "y"): ("c", "y")}


def test_a_removed_one_stays_only_with_what_was_done_in_it() -> None:
    new = roadmap(2, a=[{"code": "x"}])
    rows = changed(fresh(OLD), ("b", "z"), state=ActivityState.DONE, done_on=TODAY)
    made = move(rows, OLD, new, ("a", "y"))
    assert made.kept == (("a", "y"), ("a", "z"))
    kept = at(made, "a", "z")
    assert (kept.own, kept.title, kept.state, kept.reason) == (
        True, "Z", ActivityState.DONE, "исключено из дорожной карты в версии 2",
    )  # fmt: skip
    assert at(made, "a", "y").state is ActivityState.WAIVED
    assert made.moved == {("b", "z"): ("a", "z")}
    assert [each.code for each in move(fresh(OLD), OLD, new).rows.activities] == ["x"]


def test_an_own_activity_whose_code_the_new_version_takes() -> None:
    own = replace(fresh(OLD).activities[0], code="new", ordinal=3, own=True, title="Своё", gate="required")
    rows = replace(fresh(OLD), activities=(*fresh(OLD).activities, own))
    made = move(rows, OLD, roadmap(2, a=[{"code": "x"}, {"code": "y"}, {"code": "new"}], b=[{"code": "z"}]))
    assert (at(made, "a", "new").own, at(made, "a", "new_2").title) == (False, "Своё")
    assert made.moved == {("a", "new"): ("a", "new_2")}


def test_dates_change_where_the_phrase_did_and_nowhere_else() -> None:
    shifted = date(2026, 10, 1)
    rows = changed(changed(fresh(OLD), ("a", "x"), due=shifted), ("a", "y"), due=shifted, pinned=True)
    new = roadmap(
        2, a=[{"code": "x"}, {"code": "y", "deadline": "до 1 июля"}], b=[{"code": "z", "deadline": "до 1 июля"}]
    )
    made = move(rows, OLD, new)
    assert [each.due for each in made.rows.activities] == [shifted, shifted, date(2026, 7, 1)]
    assert made.redated == (("b", "z"),)
    assert made.rows.stages[1].due == date(2026, 7, 1)


def test_nothing_new_is_late_on_the_day_it_comes() -> None:
    new = roadmap(2, a=[{"code": "x"}, {"code": "y"}, {"code": "n", "deadline": "до 1 марта"}], b=[{"code": "z"}])
    assert at(move(fresh(OLD), OLD, new), "a", "n").due == TODAY + timedelta(days=14)


@pytest.mark.parametrize(("gate", "state"), [("required", "waived"), ("optional", "waived"), ("carries_on", "open")])
def test_what_comes_into_a_stage_that_is_over(gate: str, state: str) -> None:
    rows = with_stage(fresh(OLD), "a", state=StageState.CLOSED, closed_on=TODAY)
    for place in (("a", "x"), ("a", "y")):
        rows = changed(rows, place, state=ActivityState.DONE, done_on=TODAY)
    new = roadmap(2, a=[{"code": "x"}, {"code": "y"}, {"code": "n", "gate": gate}], b=[{"code": "z"}])
    made = move(rows, OLD, new)
    assert at(made, "a", "n").state == state
    assert made.waived == ((("a", "n"),) if state == "waived" else ())
    assert made.rows.stages[0] == rows.stages[0]


def test_work_since_is_seen_and_openings_are_none() -> None:
    rows = fresh(OLD)
    opened = with_stage(
        changed(rows, ("a", "x"), state=ActivityState.OPEN), "a", state=StageState.OPEN, opened_on=TODAY
    )
    assert worked_on(rows, opened) == ()
    done = changed(opened, ("a", "x"), state=ActivityState.DONE, done_on=TODAY)
    assert worked_on(rows, with_stage(done, "b", due=TODAY)) == ("b", "a.x")


# --- whatever the versions --------------------------------------------------------------------------------------------

CODES = ["p", "q", "r", "s", "t", "u"]


@st.composite
def versions(draw: st.DrawFn) -> tuple[Roadmap, Roadmap]:
    """Two versions over the same six codes, spread over two stages each, some renamed."""
    made: list[Roadmap] = []
    for version in (1, 2):
        codes = draw(st.lists(st.sampled_from(CODES), min_size=2, unique=True))
        rows = [
            {
                "code": code,
                "gate": draw(st.sampled_from(list(Gate))).value,
                "deadline": draw(st.sampled_from(["до 1 марта", "до 1 июля", "до 15 сентября"])),
            }
            for code in codes
        ]
        if version == 2:
            gone = [code for code in CODES if code not in codes]
            for row, was in zip(rows, draw(st.permutations(gone)), strict=False):
                if draw(st.booleans()):
                    row["was"] = was
        cut = draw(st.integers(1, len(rows) - 1))
        made.append(roadmap(version, **{draw(st.sampled_from(["a", "c"])): rows[:cut], "b": rows[cut:]}))
    return made[0], made[1]


@st.composite
def lives(draw: st.DrawFn, of: Roadmap) -> tuple[Rows, set[Place]]:
    """A programme somewhere on its way, and where it has results."""
    rows = fresh(of)
    for stage in rows.stages:
        rows = with_stage(rows, stage.code, state=draw(st.sampled_from([s for s in StageState if s != "closing"])))
    for each in rows.activities:
        state = draw(st.sampled_from(list(ActivityState)))
        rows = changed(rows, each.place, state=state, done_on=TODAY if state in SETTLED else None)
    if draw(st.booleans()):
        own = replace(
            rows.activities[0], code=draw(st.sampled_from(["t", "mine"])), own=True, title="Своё", gate="optional"
        )
        if own.place not in {each.place for each in rows.activities}:
            rows = replace(rows, activities=(*rows.activities, replace(own, ordinal=len(rows.activities))))
    return rows, set(draw(st.lists(st.sampled_from([each.place for each in rows.activities]), max_size=3)))


@given(st.data(), versions())
def test_done_work_is_never_lost(data: st.DataObject, pair: tuple[Roadmap, Roadmap]) -> None:
    old, new = pair
    rows, results = data.draw(lives(old))
    made = move(rows, old, new, *results)
    after = {each.place: each for each in made.rows.activities}
    for each in rows.activities:
        place = made.moved.get(each.place, each.place)
        if each.state in SETTLED:
            assert (after[place].state, after[place].done_on, after[place].due) == (each.state, each.done_on, each.due)
        if each.place in results or each.own:
            assert place in after
    assert {place for place, each in after.items() if not each.own} == {(s.code, a.code) for s, a in new.rows()}
    assert [each.ordinal for each in made.rows.activities] == list(range(len(after)))
    assert [each.code for each in made.rows.stages] == [each.code for each in new.stages]
    over = {each.code for each in made.rows.stages if each.state in OVER}
    for each in after.values():
        gate = Gate(each.gate or "optional") if each.own else new.activity(*each.place).gate
        assert each.stage not in over or each.state in SETTLED or gate.carries_on


@given(st.data(), versions())
def test_places_move_one_to_one(data: st.DataObject, pair: tuple[Roadmap, Roadmap]) -> None:
    """So that what stands at them can be moved back."""
    old, new = pair
    rows, results = data.draw(lives(old))
    made = move(rows, old, new, *results)
    stays = [each.place for each in rows.activities if made.moved.get(each.place, each.place) in
             {row.place for row in made.rows.activities} and (each.place in results or each.own)]  # fmt: skip
    targets = [made.moved.get(place, place) for place in stays]
    assert len(targets) == len(set(targets))
    assert len(set(made.moved.values())) == len(made.moved)
    again = move(made.rows, new, replace_version(new), *(made.moved.get(place, place) for place in results))
    assert again.rows == made.rows
