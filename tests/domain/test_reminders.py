"""Who hears what on which day: marks, quiet hours, the digest, and nothing twice whatever the rounds are like."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vekha.domain.reminders import (
    DAYS,
    Audience,
    Digest,
    Item,
    Policies,
    Policy,
    Quiet,
    Watched,
    digest,
    mark_to_say,
    may_speak,
    occurrences,
)

DUE = date(2026, 3, 1)


def item(left: int = 0, activity: str = "a", programme: str = "p", institution: str = "Школа № 12") -> Item:
    return Item(
        programme=programme,
        institution=institution,
        stage="s",
        activity=activity,
        title=f"Мероприятие {activity}",
        due=DUE + timedelta(days=left),
        left=left,
    )


# --- marks ------------------------------------------------------------------------------------------------------------


def test_a_round_every_day_reminds_on_the_days_of_the_policy() -> None:
    said, heard = None, []
    for left in range(40, -40, -1):
        mark = mark_to_say(left, DAYS, said)
        if mark is not None:
            heard.append((left, mark))
            said = mark
    assert heard == [(day, day) for day in (14, 7, 3, 1, 0, -1, -7)]


@pytest.mark.parametrize(
    ("left", "said", "mark"),
    [
        (15, None, None),  # nothing yet
        (14, None, 14),
        (5, 14, 7),  # the days 7 and 6 were missed
        (5, 7, None),
        (-3, 7, -1),  # 3, 1, 0 and -1 were missed: one reminder, the latest
        (-100, None, -7),
        (-100, -7, None),
        (9, -7, None),  # the clock jumped back
    ],
)
def test_the_latest_mark_counts(left: int, said: int | None, mark: int | None) -> None:
    assert mark_to_say(left, DAYS, said) == mark


def test_without_marks_nothing_is_said() -> None:
    assert mark_to_say(0, (), None) is None


# --- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quiet", "silent"),
    [
        (Quiet(), {*range(20, 24), *range(8)}),
        (Quiet(time(1), time(5)), {1, 2, 3, 4}),
        (Quiet(time(0), time(0)), set()),
    ],
)
def test_quiet_hours(quiet: Quiet, silent: set[int]) -> None:
    assert {hour for hour in range(24) if quiet.covers(time(hour))} == silent
    assert {hour for hour in range(24) if quiet.covers(time(hour, 59))} == silent


@pytest.mark.parametrize(
    ("hour", "last", "may"),
    [(9, None, True), (9, -1, True), (9, 0, False), (9, 1, False), (7, -1, False), (20, -1, False), (19, -1, True)],
)
def test_one_digest_a_day_and_never_at_night(hour: int, last: int | None, may: bool) -> None:
    local = datetime(2026, 3, 1, hour, tzinfo=UTC)
    assert may_speak(Quiet(), local, None if last is None else DUE + timedelta(days=last)) is may


# --- policies ---------------------------------------------------------------------------------------------------------


def test_a_campaign_counts_more_than_a_region_and_changes_only_what_it_names() -> None:
    policies = Policies(
        regions={"02": {"region_after": 30, "municipality_after": 5}},
        campaigns={"spring": {"days": (1,), "region_after": None}},
    )
    assert policies.of("16") == policies.of("16", "autumn") == Policy()
    assert policies.of("02") == Policy(region_after=30, municipality_after=5)
    assert policies.of("02", "spring") == Policy(days=(1,), region_after=None, municipality_after=5)
    assert policies.of("16", "spring") == Policy(days=(1,), region_after=None)


def test_marks_of_each_audience() -> None:
    policy = Policy(days=(3, 0), municipality_after=5, region_after=None)
    assert {each: policy.marks(each) for each in Audience} == {
        Audience.RESPONSIBLE: (3, 0),
        Audience.MUNICIPALITY: (-5,),
        Audience.REGION: (),
    }


def test_how_far_to_look() -> None:
    policies = Policies(
        Policy(days=(7, -1), region_after=None),
        regions={"02": {"days": (30,)}},
        campaigns={"spring": {"municipality_after": 2}},
    )
    assert (policies.horizon, Policies(Policy(days=(-1,))).horizon) == (30, 0)
    assert (policies.delay(Audience.MUNICIPALITY), policies.delay(Audience.REGION)) == (2, None)


def test_of_several_dates_only_the_last_can_be_missed() -> None:
    dues = [DUE - timedelta(days=60), DUE - timedelta(days=30), DUE]
    assert occurrences(DUE, dues, DUE - timedelta(days=31)) == (dues[1], DUE)
    assert occurrences(DUE, dues, dues[1]) == (dues[1], DUE)
    assert occurrences(DUE, dues, DUE + timedelta(days=5)) == (DUE,)
    assert occurrences(DUE, [], DUE) == (DUE,)


# --- the digest -------------------------------------------------------------------------------------------------------


def test_what_is_late_comes_first_and_the_oldest_first_in_each_part() -> None:
    made = digest([item(3, "c"), item(0, "b"), item(-1, "d"), item(-7, "e"), item(1, "f")], known=2)
    assert made == Digest(
        late=(item(-7, "e"), item(-1, "d")), today=(item(0, "b"),), soon=(item(1, "f"), item(3, "c")), known=2
    )
    assert not made.empty


def test_those_who_look_after_others_hear_of_programmes() -> None:
    late = [item(-7, "a", "p1"), item(-9, "b", "p1"), item(-9, "a", "p2", "Лицей № 1"), item(-8, "a", "p3")]
    assert digest([], late).watched == (
        Watched(programme="p2", institution="Лицей № 1", count=1, days=9),
        Watched(programme="p1", institution="Школа № 12", count=2, days=9),
        Watched(programme="p3", institution="Школа № 12", count=1, days=8),
    )


def test_nothing_new_is_no_digest() -> None:
    assert digest([], known=5).empty
    assert not digest([], [item(-9)]).empty


# --- exactly once -----------------------------------------------------------------------------------------------------


@dataclass
class Memory:
    """What is kept of one person between rounds, and what they have heard."""

    last_on: date | None = None
    said: dict[date, int] = field(default_factory=dict)
    heard: list[tuple[date, date, int]] = field(default_factory=list)  # day, due, mark

    def round(self, now: datetime, dues: list[date], settled: set[date], policy: Policy) -> None:
        if not may_speak(policy.quiet, now, self.last_on):
            return
        fresh = []
        for due in dues:
            mark = mark_to_say((due - now.date()).days, policy.days, self.said.get(due))
            if due not in settled and mark is not None:
                fresh.append((now.date(), due, mark))
        for _, due, mark in fresh:
            self.said[due] = mark
        if fresh:
            self.last_on = now.date()
            self.heard += fresh


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 1), timezones=st.just(UTC))
dues = st.lists(st.dates(date(2026, 1, 15), date(2026, 5, 15)), unique=True, max_size=5)
policies = st.builds(
    Policy,
    days=st.lists(st.integers(-30, 30), unique=True, max_size=8).map(lambda days: tuple(sorted(days, reverse=True))),
    quiet=st.builds(Quiet, st.times(), st.times()),
)


@given(st.lists(moments, max_size=60), dues, st.sets(st.dates(date(2026, 1, 15), date(2026, 5, 15))), policies)
def test_nothing_is_said_twice_by_any_rounds(
    rounds: list[datetime], due: list[date], settled: set[date], policy: Policy
) -> None:
    """Rounds in any order: restarts, repetitions, clocks that jump to and fro."""
    memory = Memory()
    for now in rounds:
        memory.round(now, due, settled, policy)
    heard = [(due, mark) for _, due, mark in memory.heard]
    assert len(heard) == len(set(heard))
    days = [day for day, *_ in memory.heard]
    assert days == sorted(days)  # at most one digest a day, and never for a day already past
    assert settled.isdisjoint(due for _, due, _ in memory.heard)
    assert all((due - day).days <= mark for day, due, mark in memory.heard)


@given(dues, policies, st.sets(st.integers(0, 200)))
def test_nothing_is_lost_whatever_days_the_machine_is_off(due: list[date], policy: Policy, off: set[int]) -> None:
    """After any round at least the latest mark reached is said; with a round every day each mark is, on its day."""
    policy = Policy(days=policy.days, quiet=Quiet(time(0), time(0)))
    memory, first = Memory(), datetime(2025, 12, 1, 12, tzinfo=UTC)
    for number in range(201):
        now = first + timedelta(days=number)
        if number in off:
            continue
        memory.round(now, due, set(), policy)
        for each in due:
            reached = [mark for mark in policy.days if mark >= (each - now.date()).days]
            assert memory.said.get(each) == min(reached, default=None)
    if not off:
        expected = {(each - timedelta(days=mark), each, mark) for each in due for mark in policy.days}
        assert set(memory.heard) == expected
