"""A campaign goes by the roadmap it was created from; what was said of an activity holds under its new code."""

import datetime as dt

from tests.services.conftest import OPERATOR, Club
from tests.services.dates.moves import WHY, Make
from tests.services.launch.test_campaign_life import launch
from tests.services.process.test_versions import activity, install, second, step
from vekha.domain.aims import ByDays, Selection
from vekha.services.dates import batches, schedules, shifts
from vekha.services.dates.shifts import Filter
from vekha.services.launch import campaign_life, campaigns
from vekha.storage.tables import Campaign, Programme

PREPARE = Selection(stages=frozenset({"prepare"}))


def apply(club: Club, make: Make) -> int:
    with club.work(OPERATOR, writes=False) as work:
        token = shifts.preview(work, make(work)).token
    with club.work(OPERATOR) as work:
        return shifts.apply(work, make(work), token, WHY).id or 0


def looked_at(found: campaigns.Preview) -> set[str]:
    return {each.code for told in found.warnings.values() for each in told}


def test_a_campaign_starts_with_the_version_it_was_created_from(clubs: Club) -> None:
    clubs.add()
    data = {"code": "spring", "title": "Весна", "region": "02", "year": 2026, "chosen": {"institutions": ["club-1"]}}
    with clubs.work(OPERATOR) as work:
        campaigns.create(work, campaigns.CampaignData(**data))
    assert [row.versions for row in clubs.rows(Campaign)] == [{"club": ["club", 1]}]
    with clubs.work(OPERATOR, writes=False) as work:
        assert "campaign.older_roadmap" not in looked_at(campaigns.preview(work, "spring"))
    install(clubs, second(clubs))
    with clubs.work(OPERATOR, writes=False) as work:
        found = campaigns.preview(work, "spring")
    assert "campaign.older_roadmap" in looked_at(found)
    assert "papers" in {each.code for stage in found.plans["club"].stages for each in stage.activities}
    launch(clubs, **data)
    clubs.add(2)
    with clubs.work(OPERATOR) as work:
        campaign_life.add(work, "spring", ["club-2"])
    assert [row.roadmap_version for row in clubs.rows(Programme)] == [1, 1]
    assert step(clubs) is not None


def test_a_shift_is_undone_after_its_activities_were_renamed(clubs: Club) -> None:
    clubs.add()
    launch(clubs)
    before = activity(clubs, "papers").due
    number = apply(clubs, lambda work: shifts.bulk_shift(work, "spring", PREPARE, ByDays(14), Filter()))
    moved = activity(clubs, "papers").due
    assert moved > before
    install(clubs, second(clubs))
    step(clubs)
    assert activity(clubs, "orders").due == moved
    apply(clubs, lambda work: batches.undo(work, number))
    assert activity(clubs, "orders").due == before


def test_a_deadline_holds_for_what_an_activity_is_called_now(clubs: Club) -> None:
    clubs.add()
    launch(clubs, overrides={"institution:club-1": {"prepare.papers": "до 15 июня"}})
    assert activity(clubs, "papers").due == dt.date(2026, 6, 15)
    install(clubs, second(clubs))
    step(clubs)
    assert (activity(clubs, "orders").due, activity(clubs, "orders").pinned) == (dt.date(2026, 6, 15), True)
    clubs.add(2)
    with clubs.work(OPERATOR, writes=False) as work:
        assert [each["place"] for each in schedules.deadlines(work, "spring")] == ["prepare.papers"]
    level = "institution:club-1"
    apply(clubs, lambda work: schedules.set_deadline(work, "spring", level, "prepare.papers", None))
    assert activity(clubs, "orders").due == dt.date(2026, 6, 1)
