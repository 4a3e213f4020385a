"""Launching: previewed, refused before anything is written, done in batches, twice the same."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.services.conftest import CURATOR, KEY, NEIGHBOUR, OPERATOR, VIEWER, Club
from vekha.domain.access import Actor
from vekha.domain.calendar import Roll
from vekha.services.launch import campaigns
from vekha.services.launch.campaigns import CampaignData
from vekha.services.process.programmes import load
from vekha.services.region import institutions
from vekha.storage.tables import Activity, Campaign, Programme, RoadmapVersion, Stage


def data(**changed: Any) -> CampaignData:
    return CampaignData(**{"code": "spring", "title": "Весна", "region": "02", "year": 2027, **changed})


@pytest.fixture
def clubs(any_club: Club) -> Club:
    """Four of them."""
    any_club.add(2, municipality="Уфа")
    any_club.add(3, municipality="Уфа")
    any_club.add(4)
    return any_club


def launch(club: Club, *codes: str) -> int:
    with club.work() as work:
        return campaigns.launch_batch(work, "spring", codes)


def create(club: Club, **changed: Any) -> None:
    with club.work(OPERATOR) as work:
        campaigns.create(work, data(**changed))


# --- creating ---------------------------------------------------------------------------------------------------------


def test_the_same_again_changes_nothing(club: Club) -> None:
    told = {"chosen": {"types": ["club"]}, "overrides": {"type:club": {"prepare.papers": "июнь"}}}
    create(club, **told)
    create(club, **told)
    assert [(row.code, row.state, row.roll) for row in club.rows(Campaign)] == [("spring", "draft", "forward")]
    assert club.audit("campaign:spring", None) == [(None, "draft", "Весна")]
    for changed in ({"year": 2028}, {"chosen": {}}, {"overrides": {}}, {"roll": Roll.NONE}):
        assert club.codes(campaigns.create, data(**{**told, **changed})) == ["campaign.exists"], changed


def test_what_is_not_there_is_said_at_once(club: Club) -> None:
    wrong = data(
        region="99",
        chosen={"types": ["circus"], "institutions": ["club-1", "club-9"]},
        overrides={
            "campaign": {"prepare.papers": "июнь", "prepare.nothing": "июнь"},
            "type:zoo": {"papers": "июнь"},
            "institution:club-8": {},
            "municipality:Уфа": {},
            "municipality": {},
            "city:Уфа": {},
        },
    )
    found = [(each.code, next(iter(dict(each.params).values()))) for each in club.refused(campaigns.create, wrong)]
    assert found == [
        ("institution.unknown_region", "99"),
        ("campaign.unknown_level", "municipality"),
        ("campaign.unknown_level", "city:Уфа"),
        ("plugin.unknown_type", "circus"),
        ("plugin.unknown_type", "zoo"),
        ("institution.unknown", "club-1"),
        ("institution.unknown", "club-9"),
        ("institution.unknown", "club-8"),
        ("campaign.unknown_row", "prepare.nothing"),
        ("campaign.unknown_row", "papers"),
    ]


def test_a_phrase_without_a_date_is_refused_with_everything_else(club: Club) -> None:
    wrong = data(
        overrides={
            "campaign": {"prepare.papers": "авось", "prepare.nothing": "июнь"},
            "institution:club-7": {"prepare.papers": "31 июня"},
        }
    )
    assert club.codes(campaigns.create, wrong) == [
        "institution.unknown",
        "campaign.unknown_row",
        "deadline.not_a_deadline",
        "deadline.impossible_date",
    ]
    assert club.rows(Campaign) == []


# --- preview ----------------------------------------------------------------------------------------------------------


def test_a_preview_writes_nothing(clubs: Club) -> None:
    create(clubs, year=2030)
    with clubs.work(OPERATOR, writes=False) as work:
        found = campaigns.preview(work, "spring")
    assert found.institutions == {"club": 4}
    assert [stage.code for stage in found.plans["club"].stages] == ["prepare", "people", "work"]
    assert {kind: {each.code for each in told} for kind, told in found.warnings.items()} == {
        "club": {"calendar.provisional_year", "campaign.due_moved"}
    }
    assert [row.key for row in clubs.rows(Programme)] == [KEY]


def test_a_preview_of_a_type_shows_what_is_common(clubs: Club) -> None:
    create(clubs, overrides={"type:club": {"prepare.papers": "июнь"}, "institution:club-1": {"prepare.papers": "июль"}})
    with clubs.work(OPERATOR, writes=False) as work:
        found = campaigns.preview(work, "spring")
    assert found.plans["club"].stages[0].activities[0].due == dt.date(2027, 6, 30)


def test_every_phrase_of_every_level_is_judged_before(clubs: Club) -> None:
    """A draft is checked when it is made; again before the launch, for the roadmap may have changed since."""
    create(clubs)
    with clubs.work(OPERATOR) as work:
        campaigns.campaign_of(work, "spring").overrides = {
            "campaign": {"prepare.papers": "когда-нибудь потом"},
            "municipality:Уфа": {"prepare.site": "32 мая"},
            "institution:club-4": {"people.data": "00.00.0000"},
        }
    assert [each.where for each in clubs.refused(campaigns.request_launch, "spring")] == [
        "prepare.papers",
        "people.data",
        "prepare.site",
    ]
    assert clubs.rows(Campaign)[0].state == "draft"


def test_nobody_to_launch_for(club: Club) -> None:
    create(club, chosen={"municipalities": ["Бирск"]})
    assert club.codes(campaigns.preview, "spring") == ["campaign.empty"]
    assert club.codes(campaigns.preview, "autumn") == ["campaign.unknown"]


# --- launching --------------------------------------------------------------------------------------------------------


def test_a_launch_is_queued_carried_out_and_ends(clubs: Club) -> None:
    create(clubs)
    with clubs.work(OPERATOR) as work:
        campaigns.request_launch(work, "spring")
    assert clubs.queued("launch_campaign") == ["launch_campaign:spring:2026-05-04T06:00:00+00:00"]
    assert launch(clubs, "club-1", "club-2") == 2
    assert launch(clubs, "club-2", "club-3", "club-4") == 2
    assert launch(clubs, "club-1", "club-2", "club-3", "club-4") == 0
    with clubs.work() as work:
        campaigns.finish_launch(work, "spring")
        campaigns.finish_launch(work, "spring")
    (campaign,) = clubs.rows(Campaign)
    assert (campaign.state, campaign.launched_at) == ("running", clubs.clock())
    assert clubs.audit("campaign:spring", None) == [
        (None, "draft", "Весна"),
        ("draft", "launching", None),
        ("launching", "running", None),
    ]
    programmes = {row.key: (row.campaign, row.year, row.state) for row in clubs.rows(Programme)}
    assert programmes == {
        KEY: (None, 2026, "running"),
        **{f"club-{number}-2027": ("spring", 2027, "running") for number in range(1, 5)},
    }
    assert clubs.audit("programme", "club-3-2027") == [(None, "running", "spring")]
    for table, each in ((Stage, 3), (Activity, 5)):
        assert len(clubs.rows(table)) == 5 * each


def test_launched_again_for_who_came_since(club: Club) -> None:
    create(club)
    for number in (1, 2):
        with club.work() as work:
            campaigns.request_launch(work, "spring")
        assert launch(club, "club-1", "club-2") == 1
        with club.work() as work:
            campaigns.finish_launch(work, "spring")
        if number == 1:
            club.add(2)
    assert club.audit("campaign:spring", None)[-2:] == [("running", "launching", None), ("launching", "running", None)]


def test_the_nearest_deadline_wins(clubs: Club) -> None:
    create(
        clubs,
        roll=Roll.BACKWARD,
        overrides={
            "campaign": {"prepare.papers": "июнь", "prepare.site": "июнь"},
            "municipality:Уфа": {"prepare.papers": "июль"},
            "institution:club-3": {"prepare.papers": "до 8 августа"},
        },
    )
    launch(clubs, "club-1", "club-2", "club-3")
    due = {row.programme: row.due for row in clubs.rows(Activity) if row.code == "papers" and "2027" in row.programme}
    assert due == {
        "club-1-2027": dt.date(2027, 6, 30),
        "club-2-2027": dt.date(2027, 7, 30),
        "club-3-2027": dt.date(2027, 8, 6),
    }


def test_only_those_chosen_are_launched(clubs: Club) -> None:
    create(clubs, chosen={"municipalities": ["Уфа"]})
    with clubs.work() as work:
        campaign = campaigns.campaign_of(work, "spring")
        assert [row.code for row in campaigns.targets(work, campaign)] == ["club-2", "club-3"]
    assert launch(clubs, "club-1", "club-2", "club-9") == 1


def test_a_batch_costs_the_same_number_of_queries_whatever_its_size(clubs: Club) -> None:
    create(clubs)
    with clubs.counting() as one:
        launch(clubs, "club-1")
    with clubs.counting() as three:
        launch(clubs, "club-2", "club-3", "club-4")
    assert len(three) <= len(one)


@pytest.mark.postgres
def test_two_launches_at_once_start_each_programme_once(pg_club: Club) -> None:
    codes = ["club-1", *(pg_club.add(number) for number in range(2, 8))]
    create(pg_club)
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(lambda _: launch(pg_club, *codes), range(4)))
    assert sum(started) == 7
    assert len(pg_club.rows(Programme)) == 8
    assert len(pg_club.rows(Stage)) == 3 * 8


# --- versions ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def changed(club: Club, monkeypatch: pytest.MonkeyPatch) -> Club:
    """The roadmap says something else under the old number."""
    registry = club.app.registry
    other = registry.roadmap("club").model_copy(update={"title": "Другая"})
    other.__dict__.pop("digest", None)
    monkeypatch.setattr(type(registry), "roadmap", lambda *_: other)
    return club


def test_a_roadmap_changed_without_a_new_version_is_refused(changed: Club) -> None:
    create(changed)
    for service in (campaigns.preview, campaigns.request_launch):
        assert changed.codes(service, "spring") == ["programme.roadmap_changed"]
    assert changed.codes(campaigns.launch_batch, "spring", ["club-1"]) == ["programme.roadmap_changed"]
    with changed.work() as work:
        institution = institutions.one(work, "club-1")
    assert changed.codes(campaigns.start_one, institution, 2027) == ["programme.roadmap_changed"]
    assert [row.version for row in changed.rows(RoadmapVersion)] == [1]


def test_a_running_programme_keeps_its_version(changed: Club) -> None:
    with changed.work(writes=False) as work:
        assert load(work, KEY).roadmap.title == "Дорожная карта клуба"


# --- one --------------------------------------------------------------------------------------------------------------


def test_a_programme_of_its_own(any_club: Club) -> None:
    with any_club.work(OPERATOR) as work:
        institution = institutions.one(work, "club-1")
        assert campaigns.start_one(work, institution, 2027) == "club-1-2027"
        assert len(load(work, "club-1-2027").stages) == 3  # at once, in the same transaction
    assert any_club.codes(campaigns.start_one, institution, 2027) == ["programme.exists"]
    assert any_club.codes(campaigns.start_one, institution, 2028, who=CURATOR) == ["access.denied"]


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [CURATOR, VIEWER, NEIGHBOUR])
def test_campaigns_are_for_the_operator_of_the_region(club: Club, who: Actor) -> None:
    create(club)
    assert club.codes(campaigns.create, data(code="autumn"), who=who) == ["access.denied"]
    for service, arguments in (
        (campaigns.campaign_of, ()),
        (campaigns.preview, ()),
        (campaigns.request_launch, ()),
        (campaigns.launch_batch, (["club-1"],)),
        (campaigns.finish_launch, ()),
    ):
        assert club.codes(service, "spring", *arguments, who=who) == ["access.denied"], service
