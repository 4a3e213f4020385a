"""Loading a programme: few queries, whatever is in it; true to what is written in the same unit of work."""

import datetime as dt

import pytest

from tests.services.conftest import KEY, NEIGHBOUR, ORDER, STRANGER, VIEWER, Club
from vekha.domain.access import Action, Actor
from vekha.domain.errors import VekhaError
from vekha.domain.people import FormPair, GiveConsent, HoldMeeting, Introduce, Purpose, Register, Role
from vekha.services.mentoring import people
from vekha.services.office import documents
from vekha.services.process import activities, lists, stages
from vekha.services.process.programmes import demand_at, load, load_all
from vekha.services.work import Work
from vekha.storage.tables import Meeting

TODAY = dt.date(2026, 5, 4)


def queries_of_loading(club: Club) -> list[str]:
    with club.counting() as sent, club.work(writes=False) as work:
        load(work, KEY)
    return sent


def test_loading_costs_the_same_whatever_the_number_of_people(club: Club) -> None:
    club.come_together()
    few = queries_of_loading(club)
    with club.work() as work:
        for number in range(20):
            name = f"Белов Павел {chr(ord('А') + number)}нтонович"
            given = {"signed": TODAY, "until": dt.date(2027, 6, 30), "purpose": Purpose.PROCESSING}
            code = f"p{number + 3}"
            commands = (
                Introduce(name=name, role=Role.MENTEE),
                GiveConsent(subject=code, **given),
                Register(person=code, role=Role.MENTEE, on=TODAY),
                FormPair(mentors=("p2",), mentees=(code,), format="пара", starts=TODAY, ends=TODAY),
                HoldMeeting(kind="trial", on=TODAY, pair=f"n{number + 2}"),
            )
            people.carry_out(work, KEY, commands)
    many = queries_of_loading(club)
    assert len(many) == len(few) <= 16


def test_a_programme_is_read_once_for_each_unit_of_work(club: Club) -> None:
    with club.work() as work:
        loaded = load(work, KEY)
        with club.counting() as sent:
            assert load(work, KEY, Action.VIEW) is loaded
    assert [each for each in sent if each.startswith("SELECT")] == []


def test_several_programmes_are_read_in_the_statements_of_one(any_club: Club) -> None:
    any_club.add(2)
    keys = [KEY, any_club.start("club-2")]
    any_club.come_together(keys[1])
    with any_club.work() as work, any_club.counting() as sent:
        load_all(work, keys)
        load_all(work, keys)
    with any_club.work() as work, any_club.counting() as one:
        load(work, KEY)
        apart = {key: load(work, key).now for key in keys}
    with any_club.work() as work:
        load_all(work, keys)
        assert {key: load(work, key).now for key in keys} == apart
        with pytest.raises(VekhaError, match="нет-такой"):
            load_all(work, [KEY, "нет-такой"])
    with any_club.work(STRANGER) as work, pytest.raises(VekhaError):
        load_all(work, keys)
    assert sum("SELECT" in each for each in sent) < sum("SELECT" in each for each in one)


def test_a_refusal_in_one_programme_leaves_what_is_known_of_others(club: Club) -> None:
    club.add(2)
    other = club.start("club-2")
    with club.work() as work:
        mine, theirs = load(work, KEY), load(work, other)
        with pytest.raises(VekhaError), work.attempt(KEY):
            activities.waive(work, KEY, "prepare", "papers", "не нужно")
            stages.complete(work, KEY, "prepare")
            stages.complete(work, KEY, "prepare")
        assert load(work, other) is theirs
        assert load(work, KEY) is not mine


def test_what_is_loaded_stays_true_to_what_is_written(any_club: Club) -> None:
    any_club.come_together()
    with any_club.work() as work:
        loaded = load(work, KEY)
        documents.approve(work, KEY, [ORDER])
        activities.add(work, KEY, "prepare", "own", "Своё дело", TODAY)
        activities.done(work, KEY, "prepare", "own")
        activities.waive(work, KEY, "prepare", "papers", "не нужно")
        stages.complete(work, KEY, "prepare")
        stages.finish_closing(work, KEY, "prepare", "")
    with any_club.work(writes=False) as work:
        assert load(work, KEY).now == loaded.now


def test_a_part_that_is_refused_takes_back_what_it_wrote(any_club: Club) -> None:
    with any_club.work() as work:
        activities.done(work, KEY, "prepare", "site")
        before = load(work, KEY).now
        with pytest.raises(VekhaError), work.attempt():
            activities.waive(work, KEY, "prepare", "papers", "не нужно")
            stages.complete(work, KEY, "prepare")
            stages.complete(work, KEY, "prepare")
        assert load(work, KEY).now == before
        activities.reopen(work, KEY, "prepare", "site", "не всё")
    assert any_club.audit("activity:prepare/papers") == [("planned", "open", None)]
    assert any_club.queued("close_stage") == []


def test_a_refused_row_is_not_taken_for_the_next_one_of_its_number(any_club: Club) -> None:
    """SQLite gives the number of a row that was taken back to the next one; what was read of the first is forgotten."""

    def held(work: Work, kind: str) -> Meeting:
        serial = work.insert(Meeting, {"programme": KEY, "kind": kind, "on": TODAY})
        return work.session.get_one(Meeting, serial)

    kept: list[Meeting] = []  # the session forgets what nobody holds
    with any_club.work() as work:
        with pytest.raises(VekhaError), work.attempt(KEY):
            kept.append(held(work, "training"))
            raise VekhaError(())
        assert held(work, "consultation").kind == "consultation"


def test_lists_cost_the_same_for_one_and_for_three(club: Club) -> None:
    def seen() -> tuple[int, int]:
        with club.counting() as sent, club.work(writes=False) as work:
            rows = lists.programmes(work)
        return len(rows), len(sent)

    one, queries = seen()
    for number in (2, 3):
        club.add(number)
        club.start(f"club-{number}")
    assert (one, seen()) == (1, (3, queries))


def test_the_status_costs_the_same_whatever_is_missing(club: Club) -> None:
    def asked() -> int:
        with club.counting() as sent, club.work(writes=False) as work:
            stages.status(work, KEY)
        return len(sent)

    club.come_together()
    first = asked()
    with club.work() as work:
        for number in range(5):
            activities.add(work, KEY, "prepare", f"own_{number}", "Своё", TODAY, required=True)
    assert asked() == first


@pytest.mark.parametrize("who", [STRANGER, NEIGHBOUR])
def test_who_may_load(club: Club, who: Actor) -> None:
    for action in (Action.VIEW, Action.WORK):
        assert club.codes(load, KEY, action, who=who) == ["access.denied"]
        assert club.codes(demand_at, KEY, action, who=who) == ["access.denied"]
    assert club.codes(load, KEY, Action.WORK, who=VIEWER) == ["access.denied"]
    assert club.codes(demand_at, "club-9-2026", Action.VIEW) == ["programme.unknown"]
    with club.work(VIEWER) as work:
        assert load(work, KEY, Action.VIEW).key == KEY
        with pytest.raises(VekhaError):
            load(work, KEY)  # what may be seen was loaded; changing it is asked for anew
