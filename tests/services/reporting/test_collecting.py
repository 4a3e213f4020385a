"""Collections: announced, counted, confirmed, corrected, closed; and who is reminded. On both databases."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from tests.services.conftest import CURATOR, KEY, NEIGHBOUR, OPERATOR, STRANGER, VIEWER, Club
from vekha.domain.access import ENGINE
from vekha.domain.people import HoldMeeting, Role
from vekha.domain.reporting.collection import Standing, Terms
from vekha.domain.reporting.indicators import INDICATORS, Figure
from vekha.services.delivery import reminders
from vekha.services.mentoring import pair_life, people
from vekha.services.reporting import collecting, collecting_notices, region_report
from vekha.services.reporting.region_report import Wanted
from vekha.services.work import Work
from vekha.storage.tables import Audit, Collected, Notice, Outbox

D = dt.date
CODE = "s-2026"


def terms(**changed: Any) -> Terms:
    dates = {"since": D(2026, 1, 1), "on": D(2026, 5, 20), "opens": D(2026, 5, 18), "closes": D(2026, 5, 29)}
    return Terms(**{"title": "Весна", "plan": {"mentees": 2.0}, **dates, **changed})


def announce(club: Club, code: str = CODE, compared: str = "", **changed: Any) -> None:
    with club.work(OPERATOR) as work:
        collecting.create(work, code, "02", terms(**changed), compared)


def count(club: Club, code: str = CODE) -> None:
    with club.work() as work:
        collecting.count(work, code, collecting.asked(work, collecting.one(work, code)))


def figures(club: Club, version: int = 1) -> dict[str, Figure]:
    [row] = [each for each in club.rows(Collected) if each.version == version and each.institution == "club-1"]
    return collecting.figures_of(row)


@pytest.fixture
def mentored(any_club: Club) -> Iterator[Club]:
    """A pair at work since 4 May, with one meeting; the collection is announced."""
    any_club.come_together()
    any_club.clock.to(D(2026, 5, 10))
    any_club.carry_out(HoldMeeting(kind="series", on=D(2026, 5, 9), pair="n1"))
    announce(any_club)
    yield any_club


def test_an_announced_collection_leaves_the_counting_to_the_dispatchers(mentored: Club) -> None:
    [row] = [each for each in mentored.rows(Outbox) if each.kind == "figures"]
    assert row.payload == {"collection": CODE, "institutions": ["club-1"]}
    count(mentored)
    found = figures(mentored, version=0)
    assert list(found) == list(INDICATORS)
    counted = {each: found[each].numerator for each in ("mentees", "mentors", "pairs", "meetings", "unpaired")}
    assert counted == {"mentees": 1, "mentors": 1, "pairs": 1, "meetings": 1, "unpaired": 0}
    count(mentored)  # again: still one row
    assert [each.version for each in mentored.rows(Collected)] == [0]


def test_what_is_confirmed_is_frozen_and_a_correction_stands_beside_it(mentored: Club) -> None:
    mentored.clock.to(D(2026, 5, 20))
    with mentored.work(CURATOR) as work:
        collecting.confirm(work, CODE, "club-1", {"children": 40})
    assert figures(mentored)["children_share"] == Figure(1, 40)
    mentored.carry_out(HoldMeeting(kind="series", on=D(2026, 5, 19), pair="n1"))
    with mentored.work(CURATOR, writes=False) as work:
        seen = collecting.sheet(work, CODE, "club-1")
    assert (seen.standing, seen.differs, seen.confirmed[-1].who) == (Standing.CONFIRMED, True, CURATOR.name)
    assert mentored.codes(collecting.confirm, CODE, "club-1", {}, who=CURATOR) == ["collection.reason_needed"]
    with mentored.work(CURATOR) as work:
        collecting.confirm(work, CODE, "club-1", {"children": 40}, "внесли встречу")
    assert [figures(mentored, version)["meetings"].numerator for version in (1, 2)] == [1, 2]
    count(mentored)
    with mentored.work(OPERATOR, writes=False) as work:
        assert collecting.newest(work, CODE)["club-1"].version == 2  # the engine's count comes after


def test_a_day_is_answered_from_its_dates_however_late_it_is_asked(mentored: Club) -> None:
    mentored.clock.to(D(2026, 5, 20))
    with mentored.work(CURATOR) as work:
        collecting.confirm(work, CODE, "club-1", {})
    mentored.clock.to(D(2026, 6, 15))
    with mentored.work() as work:
        people.withdraw_candidate(work, KEY, "p1", Role.MENTEE, "переезд")
        pair_life.end_early(work, KEY, "n1", D(2026, 6, 15), "переезд")
    mentored.carry_out(HoldMeeting(kind="series", on=D(2026, 6, 10), pair="n1"))
    with mentored.work(CURATOR, writes=False) as work:
        seen = collecting.sheet(work, CODE, "club-1")
        assert seen.now.figures == collecting.figures_of(seen.confirmed[-1])
        later = Terms(
            title="Лето", since=D(2026, 1, 1), on=D(2026, 6, 15), opens=D(2026, 6, 1), closes=D(2026, 7, 1), plan={}
        )
    with mentored.work(OPERATOR) as work:
        collecting.create(work, "s-later", "02", later)
        now = collecting.sheet(work, "s-later", "club-1").now.figures
    assert [now[each].numerator for each in ("mentees", "mentees_period", "pairs", "meetings")] == [0, 1, 0, 2]


def test_nobody_confirms_before_the_day_outside_the_window_or_for_others(mentored: Club) -> None:
    early = mentored.codes(collecting.confirm, CODE, "club-1", {}, who=CURATOR)
    assert early == ["collection.not_open", "collection.day_ahead"]
    mentored.clock.to(D(2026, 6, 1))  # late is late and not too late
    assert mentored.codes(collecting.confirm, CODE, "club-1", {}, who=STRANGER) == ["access.denied"]
    assert mentored.codes(collecting.confirm, CODE, "club-1", {}, who=VIEWER) == ["access.denied"]
    with mentored.work(OPERATOR) as work:
        collecting.close(work, CODE)
    assert mentored.codes(collecting.confirm, CODE, "club-1", {}, who=CURATOR) == ["collection.closed"]
    with mentored.work(OPERATOR) as work:
        collecting.reopen(work, CODE, D(2026, 6, 5))
    with mentored.work(CURATOR) as work:
        assert collecting.confirm(work, CODE, "club-1", {}).version == 1
    told = [(row.old, row.new) for row in mentored.rows(Audit) if row.subject == f"collection:{CODE}"]
    assert told == [(None, "announced"), ("open", "closed"), ("closed", "open")]


def test_slips_of_the_operator_are_all_told_at_once(any_club: Club) -> None:
    announce(any_club)
    assert any_club.codes(collecting.create, CODE, "02", terms(), who=OPERATOR) == ["collection.exists"]
    found = any_club.codes(collecting.create, "итоги", "02", terms(title=""), "s-0", who=OPERATOR)
    assert found == ["collection.bad_code", "collection.no_title", "collection.unknown"]
    assert any_club.codes(collecting.create, "b", "99", terms(), who=OPERATOR) == ["access.denied"]
    assert any_club.codes(collecting.create, "b", "99", terms()) == ["institution.unknown_region"]
    assert any_club.codes(collecting.create, "b", "02", terms(), CODE, who=OPERATOR) == ["collection.not_earlier"]
    assert any_club.codes(collecting.close, CODE, who=NEIGHBOUR) == ["access.denied"]
    assert any_club.codes(collecting.one, "s-0") == ["collection.unknown"]
    assert any_club.codes(collecting.reopen, CODE, D(2026, 5, 1), who=OPERATOR) == [
        "collection.window_reversed",
        "collection.closes_before_state",
    ]


@pytest.mark.parametrize("typed", ["-1", "много", "1,5", "12345678901"])
def test_a_number_is_whole_or_nothing(typed: str) -> None:
    with pytest.raises(Exception, match="целое число"):
        collecting.as_given({"children": typed})
    assert collecting.as_given({"children": " 1 200 ", "youth": ""}) == {"children": 1200}


def test_the_report_adds_up_by_municipality_and_institution(clubs: Club) -> None:
    for number, municipality in enumerate(("Озёрск", "Озёрск", ""), 1):
        clubs.start(clubs.add(number, municipality=municipality))
    clubs.come_together("club-1-2026")
    clubs.come_together("club-3-2026")
    announce(clubs, "s-early", on=D(2026, 5, 3), opens=D(2026, 5, 1), plan={})
    announce(clubs, CODE, "s-early")
    clubs.clock.to(D(2026, 5, 20))
    with clubs.work(OPERATOR, writes=False) as work:
        waits = region_report.report(work, CODE)
    assert (waits.waiting, waits.institutions, waits.lines, waits.summary) == (3, 0, (), ())
    count(clubs)
    count(clubs, "s-early")
    with clubs.work(CURATOR) as work:
        collecting.confirm(work, CODE, "club-1", {})
    with clubs.work(OPERATOR, writes=False) as work:
        whole = region_report.report(work, CODE)
        part = region_report.report(work, CODE, Wanted(municipality="Озёрск"))
        sure = region_report.report(work, CODE, Wanted(confirmed=True))
        answers = region_report.answers(work, CODE)
    lines = {each.title: (each.institutions, each.confirmed, each.figures["mentees"].numerator) for each in whole.lines}
    assert lines == {"": (1, 0, 1), "Озёрск": (2, 1, 1)}
    mentees = next(each for each in whole.summary if each.indicator.code == "mentees")
    assert (mentees.value, mentees.plan, mentees.reached, mentees.earlier, mentees.change) == (2, 2, True, 0, 2)
    assert [(each.key, each.standing) for each in part.lines] == [("club-1", "confirmed"), ("club-2", "waited")]
    assert next(each for each in part.summary if each.indicator.code == "mentees").plan is None  # a plan of the whole
    assert (sure.institutions, len(sure.lines)) == (1, 1)
    assert [(each.institution, each.standing.value) for each in answers] == [
        ("club-3", "waited"),
        ("club-2", "waited"),
        ("club-1", "confirmed"),
    ]
    assert clubs.codes(region_report.report, CODE, Wanted(municipality="Нигде"), who=OPERATOR) == [
        "collection.no_municipality"
    ]
    assert clubs.codes(region_report.report, CODE, who=NEIGHBOUR) == ["access.denied"]


def test_only_those_who_have_not_confirmed_are_reminded_and_once_a_day(clubs: Club) -> None:
    staff = {"curator": {"name": "Белова Анна Ильинична", "email": "belova@example.org"}}
    other = {"curator": {"name": "Гусев Пётр Ильич", "email": "gusev@example.org"}}
    for number, who in enumerate((staff, other), 1):
        clubs.start(clubs.add(number, staff=who))
    announce(clubs)
    clubs.clock.to(D(2026, 5, 21))
    with clubs.work(CURATOR) as work:
        collecting.confirm(work, CODE, "club-1", {})

    def remind(service: Any, *rest: Any) -> int:
        with clubs.work(OPERATOR if rest else ENGINE) as work:
            return service(work, *rest)

    assert remind(collecting_notices.remind, CODE) == 1
    assert remind(collecting_notices.remind, CODE) == 0
    [notice] = clubs.rows(Notice)
    digest = reminders.DIGEST.validate_python(notice.body)
    assert (notice.subject, digest.news[0].title, digest.news[0].path) == (
        "Подтвердите показатели",
        "Весна",
        "/monitoring",
    )
    assert clubs.codes(collecting_notices.remind, CODE, who=NEIGHBOUR) == ["access.denied"]
    days = {
        day: _told(clubs, remind, day)
        for day in (D(2026, 5, 22), D(2026, 5, 23), D(2026, 5, 29), D(2026, 6, 5), D(2026, 6, 6))
    }
    assert days == {D(2026, 5, 22): 1, D(2026, 5, 23): 0, D(2026, 5, 29): 1, D(2026, 6, 5): 1, D(2026, 6, 6): 0}


def _told(clubs: Club, remind: Any, day: dt.date) -> int:
    """What the round says on a day, made twice."""
    clubs.clock.to(day)
    told = remind(collecting_notices.remind_due)
    assert remind(collecting_notices.remind_due) == 0
    return told


def test_a_report_of_many_costs_as_many_queries_as_of_one(clubs: Club) -> None:
    clubs.start(clubs.add(1))
    announce(clubs)
    count(clubs)

    def look(work: Work) -> None:
        region_report.report(work, CODE)

    def queries() -> int:
        with clubs.counting() as sent, clubs.work(OPERATOR, writes=False) as work:
            look(work)
        return len(sent)

    one = queries()
    for number in range(2, 5):
        clubs.start(clubs.add(number))
    count(clubs)
    assert queries() == one
