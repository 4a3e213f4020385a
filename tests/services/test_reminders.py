"""Digests: whom they reach, what they hold, when they are made; each reminder once whatever the rounds are like."""

import datetime as dt
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from tests.services.conftest import KEY, NEIGHBOUR, OPERATOR, STRANGER, Club
from vekha.bootstrap import App
from vekha.domain.programme import ActivityState, StageState
from vekha.domain.reminders import Policies, Policy, Quiet
from vekha.mail.post import Server
from vekha.services import activities, addressees, institutions, notices, reminders, stages
from vekha.storage.tables import Activity, Addressee, Notice, Outbox, Programme, Said, Stage

# «Издать приказы» (prepare/papers, the director's) is due on Monday the first of June 2026, since the 31st of May is a
# Sunday; «Собрать заявки» (prepare/wishes, the curator's) on the 30th of September; «Внести данные» (people/data, of
# both) on the tenth of September. Ten in the morning UTC is the afternoon in Ufa.


def to(club: Club, day: str, hour: int = 10) -> None:
    club.clock.now = dt.datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=dt.UTC)


def go_round(club: Club) -> int:
    with club.work() as work:
        batches = reminders.batches_to_tell(work)
    told = 0
    for batch in batches:
        with club.work() as work:
            told += reminders.tell(work, batch)
    return told


def told(club: Club) -> list[tuple[str, str, list[tuple[str, str, int]]]]:
    """(day, who, what with the days left) of every digest."""
    people = {row.id: row.key for row in club.rows(Addressee)}
    return [
        (
            str(row.on),
            people[row.addressee],
            [(part, each["activity"], each["left"]) for part in ("late", "today", "soon") for each in row.body[part]],
        )
        for row in sorted(club.rows(Notice), key=lambda row: (row.on, row.addressee))
    ]


def watched(club: Club, who: str) -> list[tuple[str, list[tuple[str, int, int]]]]:
    people = {row.id: row.key for row in club.rows(Addressee)}
    return [
        (str(row.on), [(each["programme"], each["count"], each["days"]) for each in row.body["watched"]])
        for row in club.rows(Notice)
        if people[row.addressee] == who
    ]


def with_tools(club: Club, **changed: Any) -> Club:
    made = {f"make_{name}": (lambda value=value: value) for name, value in changed.items()}
    return Club(App(**{**vars(club.app), "tools": replace(club.app.tools, **made)}), club.clock)


def staff(**emails: str) -> dict[str, dict[str, str]]:
    names = {"director": "Иванова Анна Петровна", "curator": "Петрова Мария Ивановна"}
    return {role: {"name": names[role], "gender": "f", "email": email} for role, email in emails.items()}


@pytest.fixture
def named(any_club: Club) -> Club:
    any_club.add(staff=staff(director="director@club.example", curator="Curator@Club.example"))
    return any_club


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


# --- those who look after others --------------------------------------------------------------------------------------


@pytest.fixture
def looked_after(any_club: Club) -> Club:
    """Three clubs of two municipalities, with a contact each, and the region's operator."""
    any_club.add(municipality="Северный")
    any_club.start(any_club.add(2, municipality="Северный"))
    any_club.start(any_club.add(3, municipality="Южный"))
    with any_club.work() as work:
        addressees.add_contact(work, "02", "Северный", "north@region.example", "Северова Нина Павловна")
        addressees.add_contact(work, "02", "Южный", "south@region.example", "Южин Пётр Олегович")
        addressees.add_contact(work, "02", "", "Operator@region.example", "Оператор")
    return any_club


def test_delays_go_up_to_the_municipality_and_then_to_the_region(looked_after: Club) -> None:
    for day in ("2026-06-01", "2026-06-07", "2026-06-08", "2026-06-09", "2026-06-15", "2026-06-16"):
        to(looked_after, day)
        go_round(looked_after)
        go_round(looked_after)
    assert watched(looked_after, "north@region.example") == [
        ("2026-06-08", [(KEY, 1, 7), ("club-2-2026", 1, 7)]),
    ]
    assert watched(looked_after, "south@region.example") == [("2026-06-08", [("club-3-2026", 1, 7)])]
    assert watched(looked_after, "operator@region.example") == [
        ("2026-06-15", [(KEY, 1, 14), ("club-2-2026", 1, 14), ("club-3-2026", 1, 14)]),
    ]


def test_what_is_settled_in_time_is_not_told_further(looked_after: Club) -> None:
    to(looked_after, "2026-06-07")
    for key in (KEY, "club-3-2026"):
        with looked_after.work() as work:
            activities.waive(work, key, "prepare", "papers", "не нужно")
    to(looked_after, "2026-06-20")
    go_round(looked_after)
    assert watched(looked_after, "south@region.example") == []
    assert watched(looked_after, "operator@region.example") == [("2026-06-20", [("club-2-2026", 1, 19)])]


def test_nobody_is_told_where_the_policy_says_so(looked_after: Club) -> None:
    quiet = with_tools(looked_after, policies=Policies(Policy(municipality_after=None, region_after=None)))
    to(looked_after, "2026-07-20")
    go_round(quiet)
    assert watched(looked_after, "operator@region.example") == watched(looked_after, "north@region.example") == []


def test_somebody_who_looks_after_both_hears_each_delay_in_one_digest(looked_after: Club) -> None:
    with looked_after.work() as work:
        addressees.add_contact(work, "02", "Северный", "operator@region.example", "Оператор")
    for day in ("2026-06-08", "2026-06-15", "2026-06-16"):
        to(looked_after, day)
        go_round(looked_after)
    assert watched(looked_after, "operator@region.example") == [
        ("2026-06-08", [(KEY, 1, 7), ("club-2-2026", 1, 7)]),
        ("2026-06-15", [(KEY, 1, 14), ("club-2-2026", 1, 14), ("club-3-2026", 1, 14)]),
    ]


def test_a_contact_that_is_removed_hears_nothing_more(looked_after: Club) -> None:
    with looked_after.work() as work:
        addressees.remove_contact(work, "02", "", "operator@region.example")
    to(looked_after, "2026-06-20")
    go_round(looked_after)
    assert watched(looked_after, "operator@region.example") == []
    assert looked_after.codes(addressees.remove_contact, "02", "", "operator@region.example") == [
        "reminder.unknown_contact"
    ]


def test_what_a_contact_must_be(any_club: Club) -> None:
    assert any_club.codes(addressees.add_contact, "99", "", "оператор@регион.рф", "Оператор") == [
        "mail.bad_address",
        "institution.unknown_region",
    ]
    assert any_club.codes(addressees.add_contact, "02", "", "a@b.example", "Оператор", who=NEIGHBOUR) == [
        "access.denied"
    ]
    with any_club.work(OPERATOR) as work:
        addressees.add_contact(work, "02", "", " A@B.example ", " Оператор   региона ")
        work.flush()
        assert addressees.contacts(work) == [
            {"region": "02", "municipality": "", "email": "a@b.example", "name": "Оператор региона"}
        ]
    with any_club.work(NEIGHBOUR, writes=False) as work:
        assert addressees.contacts(work) == []


# --- one transaction, many processes ----------------------------------------------------------------------------------


def test_what_follows_is_queued_with_the_digest(named: Club) -> None:
    server = Server(host="mail.example", port=25, security="none", sender="vekha@region.example")
    mailing = with_tools(named, mail_server=server)
    to(named, "2026-06-08")
    go_round(mailing)
    (notice,) = named.rows(Notice)
    assert notice.mail == "waiting"
    assert [(row.key, row.payload) for row in named.rows(Outbox) if row.kind == "mail"] == [
        (f"mail:{notice.key}", {"notice": notice.key})
    ]


def missed(club: Club) -> list[tuple[str, list[tuple[str, str]]]]:
    """The programme and what is late in it, of each event."""
    payloads = [row.payload for row in club.rows(Outbox) if row.payload.get("event") == "deadline.missed"]
    return [(each["programme"], [(row["activity"], row["due"]) for row in each["activities"]]) for each in payloads]


def test_a_programme_announces_what_it_missed_in_one_event_and_once(named: Club) -> None:
    to(named, "2026-06-08")
    go_round(named)
    assert missed(named) == [(KEY, [("papers", "2026-06-01")])]
    to(named, "2026-06-09")
    go_round(named)
    assert len(missed(named)) == 1
    with named.work() as work:  # everything of the cycle, by both people
        for row in work.session.exec(select(Activity)):
            row.state = ActivityState.OPEN
            work.session.add(row)
        for stage in work.session.exec(select(Stage)):
            stage.state = StageState.OPEN
            work.session.add(stage)
    to(named, "2026-12-08")
    go_round(named)
    (_, (programme, late)) = missed(named)
    assert programme == KEY
    assert {"wishes", "data"} <= {code for code, _ in late}
    assert "papers" not in {code for code, _ in late}  # of that one everybody has heard


def test_without_a_mail_server_digests_stay_in_the_list(named: Club) -> None:
    to(named, "2026-06-01")
    go_round(named)
    assert [row.mail for row in named.rows(Notice)] == [""]
    assert named.queued("mail") == []


def test_a_round_that_fails_half_way_has_said_nothing(named: Club) -> None:
    to(named, "2026-06-01")
    with named.work() as work:
        (batch,) = reminders.batches_to_tell(work)
    with pytest.raises(ZeroDivisionError), named.work() as work:
        reminders.tell(work, batch)
        raise ZeroDivisionError
    assert (named.rows(Notice), named.rows(Said), {row.last_on for row in named.rows(Addressee)}) == ([], [], {None})
    assert go_round(named) == 1


def test_several_rounds_at_once_tell_everybody_once(any_club: Club) -> None:
    for number in range(1, 31):
        any_club.add(number, staff=staff(director=f"d{number}@club.example", curator=f"c{number}@club.example"))
        if number > 1:
            any_club.start(f"club-{number}")
    to(any_club, "2026-06-01")
    with any_club.work() as work:
        (everybody,) = reminders.batches_to_tell(work)
    together = threading.Barrier(4)

    def one_round(start: int) -> int:
        together.wait()
        told = 0
        for first in range(0, len(everybody), 7):
            some = [everybody[(start + first + step) % len(everybody)] for step in range(7)]
            with any_club.work() as work:
                told += reminders.tell(work, some)
        return told

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(one_round, (0, 3, 20, 41)))
    assert sum(shares) == 30
    assert Counter(who for _, who, _ in told(any_club)) == Counter(f"d{number}@club.example" for number in range(1, 31))


@pytest.mark.postgres
def test_somebody_whom_another_round_speaks_to_is_passed_over(pg_club: Club) -> None:
    pg_club.add(staff=staff(director="d@club.example", curator="c@club.example"))
    to(pg_club, "2026-06-01")
    with pg_club.work() as work:
        (batch,) = reminders.batches_to_tell(work)
    with pg_club.work() as other:
        other.session.exec(select(Addressee).where(Addressee.key == "d@club.example").with_for_update()).one()
        with pg_club.work() as work:
            assert reminders.tell(work, batch) == 0
    assert go_round(pg_club) == 1


def test_a_round_left_to_the_dispatchers_is_queued_in_batches(any_club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "BATCH", 2)
    any_club.add(staff=staff(director="d1@club.example", curator="c1@club.example"))
    any_club.start(any_club.add(2, staff=staff(director="d2@club.example")))
    with any_club.work() as work:
        addressees.add_contact(work, "02", "", "operator@region.example", "Оператор")
    to(any_club, "2026-06-01")
    for _ in range(2):
        with any_club.work() as work:
            assert reminders.queue(work) == 4
    batches = [row.payload["addressees"] for row in any_club.rows(Outbox) if row.kind == "remind"]
    assert [len(batch) for batch in batches] == [2, 1, 1]
    assert Counter(number for batch in batches for number in batch) == Counter(
        row.id for row in any_club.rows(Addressee)
    )


def test_whose_round_it_is(any_club: Club) -> None:
    any_club.start(any_club.add(2))
    to(any_club, "2026-06-01")
    with any_club.work(STRANGER) as work:
        batches = reminders.batches_to_tell(work)
    places = {row.id: row.institution for row in any_club.rows(Addressee)}
    assert {places[number] for batch in batches for number in batch} == {"club-2"}


# --- the lists --------------------------------------------------------------------------------------------------------


def test_lists_of_a_person_and_of_a_role(named: Club) -> None:
    named.start(named.add(2, staff=staff(director="other@club.example")))
    for day in ("2026-05-31", "2026-06-01"):
        to(named, day)
        go_round(named)
    with named.work(writes=False) as work:
        mine = notices.of_person(work, " Director@club.example ")
        role = notices.of_role(work, "director")
        here = notices.of_role(work, "director", "club-2")
        last = notices.of_person(work, "director@club.example", 1)
    assert [(str(row["on"]), row["name"]) for row in mine] == [
        ("2026-06-01", "Иванова Анна Петровна"),
        ("2026-05-31", "Иванова Анна Петровна"),
    ]
    assert "Издать приказы: срок сегодня, 01.06.2026" in mine[0]["text"]
    assert (len(role), len(here), last) == (4, 2, mine[:1])
    assert {row["email"] for row in here} == {"other@club.example"}


def test_whose_lists_one_may_see(named: Club) -> None:
    to(named, "2026-06-01")
    go_round(named)
    assert named.codes(notices.of_person, "director@club.example", who=STRANGER) == ["access.denied"]
    assert named.codes(notices.of_person, "nobody@club.example") == ["reminder.unknown_person"]
    with named.work(STRANGER, writes=False) as work:
        assert notices.of_role(work, "director") == []
    with named.work(OPERATOR, writes=False) as work:
        assert len(notices.of_role(work, "director")) == 1


def test_namesakes_have_to_be_told_apart(named: Club) -> None:
    named.add(2, staff={"director": {"name": "Иванова Анна Петровна", "gender": "f"}})
    to(named, "2026-06-01")
    go_round(named)
    (found,) = named.refused(notices.of_person, "Иванова Анна Петровна")
    assert found.code == "reminder.many_persons"
    assert "club-2:иванова анна петровна, director@club.example" in found.message
    with named.work(writes=False) as work:
        assert notices.of_person(work, "club-2:Иванова Анна Петровна") == []
