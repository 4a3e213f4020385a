"""Digests: whom they reach, what they hold, when they are made."""

import datetime as dt

import pytest

from tests.services.conftest import KEY, Club
from tests.services.delivery.rounds import go_round, staff, to, told, with_tools
from vekha.domain.reminders import Policies, Policy, Quiet
from vekha.services.delivery import reminders
from vekha.services.process import activities, stages
from vekha.services.region import institutions
from vekha.storage.tables import Activity, Notice, Programme

# --- when -------------------------------------------------------------------------------------------------------------


def test_reminders_come_on_the_days_of_the_policy(named: Club) -> None:
    day = dt.date(2026, 5, 4)
    while day < dt.date(2026, 6, 12):
        to(named, str(day))
        go_round(named)
        go_round(named)
        day += dt.timedelta(days=1)
    assert told(named) == [
        (str(dt.date(2026, 6, 1) - dt.timedelta(days=left)), "director@club.example", [(part, "papers", left)])
        for part, left in (
            *(("soon", left) for left in (14, 7, 3, 1)),
            ("today", 0),
            ("late", -1),
            ("late", -7),
        )
    ]


def test_days_that_the_machine_was_off_are_made_up_for_once(named: Club) -> None:
    to(named, "2026-05-17")
    assert go_round(named) == 0
    to(named, "2026-05-30")  # 14, 7 and 3 days before were missed
    assert go_round(named) == 1
    to(named, "2026-05-31")
    assert go_round(named) == 1
    to(named, "2026-07-01")
    assert go_round(named) == 1
    assert told(named) == [
        ("2026-05-30", "director@club.example", [("soon", "papers", 2)]),
        ("2026-05-31", "director@club.example", [("soon", "papers", 1)]),
        ("2026-07-01", "director@club.example", [("late", "papers", -30)]),
    ]


def test_a_clock_that_jumps_back_says_nothing_twice(named: Club) -> None:
    for day in ("2026-05-25", "2026-05-18", "2026-05-25", "2026-05-29", "2026-05-20", "2026-06-01"):
        to(named, day)
        go_round(named)
    assert [(day, left) for day, _, [(_, _, left)] in told(named)] == [
        ("2026-05-25", 7),
        ("2026-05-29", 3),
        ("2026-06-01", 0),
    ]


def test_nobody_is_written_to_at_night_by_their_own_clock(named: Club) -> None:
    """Eight in the morning in Ufa is three in the morning UTC."""
    to(named, "2026-05-25", 2)
    assert go_round(named) == 0
    to(named, "2026-05-25", 15)
    assert go_round(named) == 0
    to(named, "2026-05-25", 3)
    assert go_round(named) == 1


def test_each_region_has_its_own_hours_and_each_campaign_its_own_days(named: Club) -> None:
    policies = Policies(
        Policy(days=(5,)), regions={"02": {"quiet": Quiet(dt.time(0), dt.time(18))}}, campaigns={"x": {"days": (9,)}}
    )
    changed = with_tools(named, policies=policies)
    to(named, "2026-05-23", 12)
    assert go_round(changed) == 0
    to(named, "2026-05-27", 12)
    assert go_round(changed) == 0
    to(named, "2026-05-27", 14)
    assert go_round(changed) == 1


def test_due_by_the_local_day_of_the_institution(any_club: Club) -> None:
    with any_club.work() as work:
        institutions.add_region(work, "41", "Восточная область", "Asia/Kamchatka")
    any_club.add(2, region="41", timezone="Asia/Kamchatka", staff=staff(director="east@club.example"))
    any_club.add(staff=staff(director="ural@club.example"))
    any_club.start("club-2")
    to(any_club, "2026-05-31", 21)  # nine in the morning of the first of June in Kamchatka, the night in Ufa
    assert go_round(any_club) == 1
    assert told(any_club) == [("2026-06-01", "east@club.example", [("today", "papers", 0)])]


# --- who --------------------------------------------------------------------------------------------------------------


def test_those_responsible_hear_of_it(named: Club) -> None:
    with named.work() as work:
        stages.skip(work, KEY, "prepare", "проба")
    to(named, "2026-09-03")
    with named.work() as work:
        stages.open_due(work, KEY)
    assert go_round(named) == 2
    heard = [("soon", "data", 7)]
    assert sorted(told(named)) == [
        ("2026-09-03", "curator@club.example", heard),
        ("2026-09-03", "director@club.example", heard),
    ]


def test_the_curator_answers_for_what_nobody_answers_for(any_club: Club) -> None:
    """No director: the director's papers are the curator's."""
    any_club.add(staff=staff(curator="curator@club.example"))
    to(any_club, "2026-06-01")
    go_round(any_club)
    assert told(any_club) == [("2026-06-01", "curator@club.example", [("today", "papers", 0)])]


def test_without_anybody_the_role_itself_has_a_list(any_club: Club) -> None:
    any_club.add(staff={})
    to(any_club, "2026-06-01")
    go_round(any_club)
    assert told(any_club) == [("2026-06-01", "club-1:curator", [("today", "papers", 0)])]


def test_one_digest_for_all_programmes_of_a_person_whatever_the_roles(any_club: Club) -> None:
    same = staff(director="both@club.example", curator="both@club.example")
    any_club.add(staff=same)
    any_club.start(any_club.add(2, staff=same))
    to(any_club, "2026-05-31")
    with any_club.work() as work:
        stages.skip(work, "club-2-2026", "prepare", "проба")
        stages.open_early(work, "club-2-2026", "people", "проба")
    to(any_club, "2026-08-27")
    with any_club.work() as work:
        stages.open_due(work, KEY)
    to(any_club, "2026-09-03")
    with any_club.work() as work:
        stages.open_due(work, "club-2-2026")
    assert go_round(any_club) == 1
    (row,) = any_club.rows(Notice)
    assert [(each["programme"], each["activity"]) for each in row.body["late"] + row.body["soon"]] == [
        (KEY, "papers"),
        ("club-2-2026", "data"),
    ]
    assert row.subject == "Сроки: 1 мероприятие просрочено, у 1 мероприятия подходит срок"


def test_late_things_heard_of_before_are_counted(named: Club) -> None:
    to(named, "2026-06-10")
    go_round(named)
    with named.work() as work:
        activities.add(work, KEY, "prepare", "more", "Ещё приказ", dt.date(2026, 6, 12), required=True)
        row = work.session.get_one(Activity, (KEY, "prepare", "more"))
        row.responsible = "director"
    to(named, "2026-06-11")
    go_round(named)
    assert [(row.body["known"], len(row.body["soon"])) for row in named.rows(Notice)] == [(0, 0), (1, 1)]


def test_somebody_new_hears_of_what_is_due(named: Club) -> None:
    to(named, "2026-06-01")
    go_round(named)
    named.add(staff=staff(director="new@club.example"))
    assert go_round(named) == 1
    assert [who for _, who, _ in told(named)] == ["director@club.example", "new@club.example"]


def test_people_of_a_round_ask_the_same_number_of_queries_whatever_their_number(club: Club) -> None:
    club.add(staff=staff(director="d1@club.example"))
    for number in (2, 3, 4, 5, 6):
        club.start(club.add(number, staff=staff(director=f"d{number}@club.example")))
    to(club, "2026-06-01")
    with club.work() as work:
        (everybody,) = reminders.batches_to_tell(work)
    asked = []
    for some in (everybody[:1], everybody[1:3], everybody[3:]):
        with club.counting() as sent, club.work() as work:
            assert reminders.tell(work, some) == len(some)
        asked.append(len(sent))
    assert asked[0] == asked[1] == asked[2]


# --- what is left alone -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["paused", "cancelled", "finished"])
def test_a_programme_that_does_not_run_reminds_nobody(named: Club, state: str) -> None:
    with named.work() as work:
        work.session.get_one(Programme, KEY).state = state
    to(named, "2026-06-20")
    assert go_round(named) == 0


def test_what_is_settled_or_optional_reminds_nobody(named: Club) -> None:
    with named.work() as work:
        activities.waive(work, KEY, "prepare", "papers", "не нужно")
    to(named, "2026-07-01")  # the optional «Рассказать на сайте» was due on the 30th of June
    assert go_round(named) == 0


def test_what_was_settled_between_the_rounds_two_steps_reminds_nobody(named: Club) -> None:
    to(named, "2026-06-01")
    with named.work() as work:
        (batch,) = reminders.batches_to_tell(work)
    with named.work() as work:
        activities.waive(work, KEY, "prepare", "papers", "не нужно")
    with named.work() as work:
        assert reminders.tell(work, batch) == 0


def test_what_carries_on_is_reminded_of_after_its_stage(named: Club) -> None:
    named.prepare()
    with named.work() as work:
        stages.finish_closing(work, KEY, "prepare", "")
    to(named, "2026-09-30")
    go_round(named)
    assert ("2026-09-30", "curator@club.example", [("today", "wishes", 0)]) in told(named)


def test_a_moved_date_is_a_new_date_and_one_moved_back_is_the_old_one(named: Club) -> None:
    def move(day: dt.date) -> None:
        with named.work() as work:
            work.session.get_one(Activity, (KEY, "prepare", "papers")).due = day

    to(named, "2026-05-31")
    go_round(named)
    move(dt.date(2026, 6, 15))
    to(named, "2026-06-02")
    go_round(named)
    move(dt.date(2026, 6, 1))
    to(named, "2026-06-03")
    go_round(named)
    assert [left for _, _, [(_, _, left)] in told(named)] == [1, 13, -2]


def test_a_date_that_comes_several_times(named: Club) -> None:
    with named.work() as work:
        work.session.get_one(Activity, (KEY, "prepare", "wishes")).dues = "2026-06-15 2026-09-30"
    days = ("2026-06-14", "2026-06-15", "2026-06-16", "2026-06-22", "2026-10-01")
    heard = []
    for day in days:
        to(named, day)
        go_round(named)
        heard.append([what for on, who, what in told(named) if (on, who) == (day, "curator@club.example")])
    assert heard == [[[("soon", "wishes", 1)]], [[("today", "wishes", 0)]], [], [], [[("late", "wishes", -1)]]]
