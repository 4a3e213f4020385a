"""Programmes step to a new version of their roadmap and back, on both databases."""

import datetime as dt
from typing import Any

import pytest
from sqlmodel import SQLModel

from tests.services.conftest import CURATOR, KEY, NEIGHBOUR, OPERATOR, ORDER, VIEWER, Club
from tests.services.launch.test_campaign_life import launch
from vekha.domain.roadmap import Roadmap
from vekha.services.launch import campaign_life
from vekha.services.office import documents
from vekha.services.process import activities, stages, versions
from vekha.services.process.programmes import load
from vekha.storage.tables import Activity, Document, Programme, Stage, VersionChange

NEW_PLACE = ("prepare", "orders", "order")


def second(clubs: Club, **changed: Any) -> Roadmap:
    """Version 2: «papers» is called «orders», «site» is gone, «news» has come, «meet» ends earlier."""
    told = clubs.app.registry.roadmap("club").model_dump(mode="json")
    prepare, _, work = told["stages"]
    orders = {**prepare["activities"][0], "code": "orders", "was": ["papers"]}
    news = {**prepare["activities"][2], "code": "news", "deadline": ["июнь"]}
    prepare["activities"] = [orders, prepare["activities"][1], news]
    work["activities"][0]["deadline"] = ["октябрь–апрель Х+1 года"]
    return Roadmap.model_validate({**told, "version": 2, **changed})


def install(clubs: Club, roadmap: Roadmap) -> None:
    """The plugin has it now."""
    clubs.app.registry._roadmaps["club"] = (roadmap,)


def ready(clubs: Club, count: int = 1) -> None:
    for number in range(1, count + 1):
        clubs.add(number)
    launch(clubs)


def content(clubs: Club, *tables: type[SQLModel]) -> list[dict[str, Any]]:
    return [row.model_dump() for table in tables or (Programme, Stage, Activity, Document) for row in clubs.rows(table)]


def activity(clubs: Club, code: str, key: str = KEY) -> Activity:
    return next(row for row in clubs.rows(Activity) if (row.programme, row.code) == (key, code))


def step(clubs: Club, key: str = KEY) -> versions.Step | None:
    with clubs.work(OPERATOR) as work:
        return versions.step(work, key)


def test_what_has_been_done_goes_along(clubs: Club) -> None:
    ready(clubs)
    with clubs.work() as work:
        documents.approve(work, KEY, [ORDER])
        activities.done(work, KEY, "prepare", "site")
    install(clubs, second(clubs))
    done = step(clubs)
    assert done is not None
    assert (done.old, done.new, done.kept) == (1, 2, (("prepare", "site"),))
    assert [(row.stage, row.activity, row.code) for row in clubs.rows(Document)] == [NEW_PLACE]
    assert (activity(clubs, "site").own, activity(clubs, "site").state) == (True, "done")
    assert activity(clubs, "meet").due == dt.date(2027, 4, 30)
    with clubs.work() as work:
        assert load(work, KEY).roadmap.version == 2
        assert [each.code for each in stages.status(work, KEY)[0].problems]  # the gate asks by the new version
        stages.open_due(work, KEY)
    assert step(clubs) is None
    assert clubs.audit("programme")[-1] == ("club 1", "club 2", None)


def test_an_undo_restores_exactly_whatever_was_opened_since(clubs: Club) -> None:
    ready(clubs)
    with clubs.work() as work:
        documents.approve(work, KEY, [ORDER])
        activities.done(work, KEY, "prepare", "site")
    before = content(clubs)
    install(clubs, second(clubs))
    step(clubs)
    clubs.clock.to(dt.date(2026, 6, 3))
    with clubs.work() as work:
        assert stages.open_due(work, KEY) == 1  # «news»
    with clubs.work(OPERATOR) as work:
        assert versions.undo(work, KEY) == 1
    assert content(clubs) == before
    assert clubs.codes(versions.undo, KEY, who=OPERATOR) == ["version.nothing_to_undo"]
    (change,) = clubs.rows(VersionChange)
    assert (change.undone_by, change.undone_at) == ("operator", clubs.clock())
    assert step(clubs) is not None


def test_work_done_since_is_not_undone(clubs: Club) -> None:
    ready(clubs)
    install(clubs, second(clubs))
    step(clubs)
    clubs.clock.to(dt.date(2026, 6, 3))
    with clubs.work() as work:
        stages.open_due(work, KEY)
        activities.done(work, KEY, "prepare", "news")
    (found,) = clubs.refused(versions.undo, KEY, who=OPERATOR)
    assert (found.code, "prepare.news" in found.message) == ("version.worked_since", True)
    with clubs.work() as work:
        activities.reopen(work, KEY, "prepare", "news", "отмена перехода")
        documents.approve(work, KEY, [ORDER.__class__(*NEW_PLACE)])
    # A paper of a renamed activity has a place before the change, so it goes back with it; only a reason is left.
    assert clubs.codes(versions.undo, KEY, who=OPERATOR) == ["version.worked_since"]


def test_a_preview_writes_nothing(clubs: Club) -> None:
    ready(clubs)
    install(clubs, second(clubs))
    before = content(clubs)
    with clubs.work(OPERATOR, writes=False) as work:
        told = versions.preview(work, KEY)
    assert told is not None
    assert [(each.kind.value, each.activity) for each in told.differences] == [
        ("renamed", "orders"), ("added", "news"), ("deadline", "meet"), ("removed", "site"),
    ]  # fmt: skip
    assert content(clubs) == before


def test_who_stands_in_the_way(clubs: Club) -> None:
    ready(clubs)
    first = clubs.app.registry.roadmap("club")
    clubs.prepare()
    install(clubs, second(clubs))
    assert clubs.codes(versions.step, KEY, who=OPERATOR) == ["version.closing"]
    with clubs.work() as work:
        stages.withdraw(work, KEY, "prepare")
    step(clubs)
    install(clubs, first)
    assert clubs.codes(versions.step, KEY, who=OPERATOR) == ["version.older"]
    install(clubs, second(clubs, version=3))
    with clubs.work() as work:
        for code in ("prepare", "people", "work"):
            stages.skip(work, KEY, code, "перевод")
    assert clubs.codes(versions.step, KEY, who=OPERATOR) == ["version.finished"]


def test_a_version_changed_without_a_number_is_refused(clubs: Club) -> None:
    ready(clubs, 2)
    install(clubs, second(clubs))
    step(clubs)
    install(clubs, second(clubs, title="Иная"))
    assert clubs.codes(versions.step, "club-2-2026", who=OPERATOR) == ["programme.roadmap_changed"]


def test_whom_it_concerns(clubs: Club) -> None:
    ready(clubs, 3)
    install(clubs, second(clubs))
    step(clubs)
    with clubs.work(OPERATOR) as work:
        assert versions.outdated(work) == versions.outdated(work, "spring") == ["club-2-2026", "club-3-2026"]
        assert versions.outdated(work, "other") == []
        campaign_life.cancel(work, "spring", "ошибка")
        assert versions.outdated(work) == []
    for who in (CURATOR, NEIGHBOUR, VIEWER):
        with clubs.work(who, writes=False) as work:
            assert versions.outdated(work) == []
        for service in (versions.step, versions.preview, versions.undo):
            assert clubs.codes(service, KEY, who=who) == ["access.denied"]


def test_a_late_comer_is_dated_as_one(clubs: Club) -> None:
    ready(clubs)
    clubs.add(2)
    with clubs.work(OPERATOR) as work:
        campaign_life.add(work, "spring", ["club-2"], dt.date(2026, 10, 12))
    install(clubs, second(clubs))
    step(clubs, "club-2-2026")
    assert activity(clubs, "news", "club-2-2026").due > dt.date(2026, 10, 12)
    assert activity(clubs, "news", "club-2-2026").due > activity(clubs, "site").due


@pytest.mark.parametrize("count", [1, 3])
def test_one_programme_costs_the_same_among_many(clubs: Club, count: int) -> None:
    ready(clubs, count)
    install(clubs, second(clubs))
    with clubs.work(OPERATOR) as work, clubs.counting() as sent:
        versions.step(work, KEY)
    assert len(sent) <= 40
    assert {row.key: row.roadmap_version for row in clubs.rows(Programme)} == {
        f"club-{number}-2026": 2 if number == 1 else 1 for number in range(1, count + 1)
    }
