"""What pairs owe reaches the curator: on the desk, in the digest, in the calendar, and nobody who has no business."""

import datetime as dt

import pytest
from icalendar import Calendar
from sqlmodel import select

from tests.services.conftest import CURATOR, KEY, OPERATOR, STRANGER, Club
from vekha.domain.people import HoldMeeting
from vekha.domain.reflections import Answer
from vekha.domain.steps import Step
from vekha.services.delivery import feeds, reminders
from vekha.services.mentoring import meetings, pair_duties, pair_life, pair_plans, people, reflections
from vekha.services.mentoring.meetings import Details
from vekha.services.mentoring.pair_duties import PairDesk
from vekha.storage.tables import Meeting, Notice

TODAY = dt.date(2026, 5, 4)
CURATOR_NAME = "Речной Пётр Львович"


@pytest.fixture
def pair(any_club: Club) -> Club:
    any_club.come_together()
    with any_club.work(CURATOR) as work:
        pair_plans.add(work, KEY, "n1", Step(task="Разобрать задачи", due=dt.date(2026, 5, 6)))
        pair_plans.add(work, KEY, "n1", Step(task="Провести опыты", due=dt.date(2026, 9, 1)))
        meetings.plan(work, KEY, "n1", [TODAY, dt.date(2026, 5, 18)], Details(kind="trial"))
    return any_club


def desk(club: Club, who: object = CURATOR) -> PairDesk:
    with club.work(who, writes=False) as work:  # type: ignore[arg-type]
        return pair_duties.desk(work)


def test_the_desk_shows_what_is_near_and_nothing_of_pairs_that_ended(pair: Club) -> None:
    found = desk(pair)
    assert [(each.title, each.left) for each in found.steps] == [("План пары: Разобрать задачи", 2)]
    assert [(each.title, each.left) for each in found.unmarked] == [("Пробная рабочая встреча", 0)]
    assert {each.members for each in (*found.steps, *found.unmarked)} == {
        "Соколова Анна Викторовна – Журавлёв Илья Сергеевич"
    }
    assert desk(pair, STRANGER).empty
    assert desk(pair, OPERATOR).empty
    with pair.work(CURATOR) as work:
        pair_plans.done(work, KEY, "n1", 1, TODAY)
        pair_life.end_early(work, KEY, "n1", TODAY, "переезд")
    assert desk(pair).empty


def test_a_term_that_is_over_waits_for_the_curator(pair: Club) -> None:
    pair.clock.to(dt.date(2027, 6, 2))
    [over] = desk(pair).over
    assert (over.pair, over.left) == ("n1", -2)


def test_signs_of_trouble_stay_until_they_are_settled(pair: Club) -> None:
    with pair.work(CURATOR) as work:
        people.carry_out(work, KEY, [HoldMeeting(kind="introduction", on=TODAY, pair="n1")])
        held = work.session.exec(select(Meeting)).one().id or 0
        asked = reflections.ask(work, KEY, held)
    for given, made in zip((Answer(useful=5), Answer(useful=4, wants_curator=True)), asked.made, strict=True):
        with pair.work() as work:
            reflections.answer(work, made.token, given)
    [trouble] = desk(pair).trouble
    assert trouble.title == "Журавлёв Илья Сергеевич: просит о встрече с куратором"
    with pair.work(CURATOR) as work:
        reflections.settle(work, KEY, held, "p1", "поговорили")
    assert desk(pair).trouble == ()
    with pair.work(CURATOR) as work:
        reflections.unsettle(work, KEY, held, "p1")
    assert len(desk(pair).trouble) == 1


def test_the_desk_costs_as_many_questions_for_one_pair_as_for_many(club: Club) -> None:
    club.come_together()
    counts = []
    for number in (1, 6):
        with club.work(CURATOR) as work:
            for each in range(number):
                pair_plans.add(work, KEY, "n1", Step(task=f"Шаг {number}.{each}", due=TODAY))
        with club.counting() as sent:
            desk(club)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def digests(club: Club) -> list[str]:
    """What the round of the day tells the curator of steps."""
    with club.work() as work:
        for batch in reminders.batches_to_tell(work):
            reminders.tell(work, batch)
    notices = [row for row in club.rows(Notice) if row.on == club.clock().date()]
    return [
        f"{item['title']} {item['left']}"
        for row in notices
        for part in ("late", "today", "soon")
        for item in row.body[part]
        if "План пары" in item["title"]
    ]


def test_steps_are_told_in_digests_once_for_each_mark(pair: Club) -> None:
    assert digests(pair) == ["План пары: Разобрать задачи 2"]
    pair.clock.to(dt.date(2026, 5, 5))
    assert digests(pair) == ["План пары: Разобрать задачи 1"]
    with pair.work(CURATOR) as work:
        pair_plans.move(work, KEY, "n1", 1, dt.date(2026, 5, 20), "экзамен")
    pair.clock.to(dt.date(2026, 5, 6))
    assert digests(pair) == ["План пары: Разобрать задачи 14"]
    with pair.work(CURATOR) as work:
        pair_plans.done(work, KEY, "n1", 1, dt.date(2026, 5, 6))
    pair.clock.to(dt.date(2026, 5, 20))
    assert digests(pair) == []


def test_a_moved_step_moves_in_the_curators_calendar(pair: Club) -> None:
    def steps() -> list[tuple[str, str, int]]:
        with pair.work() as work:
            calendar = Calendar.from_ical(feeds.show(work, CURATOR_NAME))
        return [
            (str(event["uid"]), str(event["dtstart"].dt), int(event["sequence"]))
            for event in calendar.walk("VEVENT")
            if ".step" in str(event["uid"])
        ]

    uid = f"{KEY}.n1.step1@vekha"
    assert (uid, "2026-05-06", 0) in steps()
    with pair.work(CURATOR) as work:
        pair_plans.move(work, KEY, "n1", 1, dt.date(2026, 5, 20), "экзамен")
    assert (uid, "2026-05-20", 1) in steps()
    assert len(steps()) == 2
