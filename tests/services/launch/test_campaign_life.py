"""A campaign after its launch, on both databases: pause, resume, cancel, late-comers, the end."""

import datetime as dt

import pytest

from tests.services.conftest import CURATOR, KEY, NEIGHBOUR, OPERATOR, VIEWER, Club
from vekha.services.launch import campaign_life, campaigns
from vekha.services.process import stages, sweep
from vekha.services.process.programmes import load
from vekha.services.region import institution_sheets
from vekha.spreadsheet import Sheet
from vekha.storage.tables import Activity, Campaign, Programme, Stage


def launch(club: Club, code: str = "spring", **changed: object) -> None:
    data = campaigns.CampaignData(**{"code": code, "title": "Весна", "region": "02", "year": 2026, **changed})
    with club.work(OPERATOR) as work:
        campaigns.create(work, data)
        campaigns.request_launch(work, code)
        wanted = [row.code for row in campaigns.targets(work, campaigns.campaign_of(work, code))]
    with club.work() as work:
        campaigns.launch_batch(work, code, wanted)
        campaigns.finish_launch(work, code)
    with club.work() as work:
        for code_ in wanted:
            stages.open_due(work, f"{code_}-2026")


def states(club: Club) -> dict[str, str]:
    return {row.key: row.state for row in club.rows(Programme)}


def campaign_state(club: Club, code: str = "spring") -> str:
    return next(row.state for row in club.rows(Campaign) if row.code == code)


def stage(club: Club, code: str, key: str = KEY) -> Stage:
    return next(row for row in club.rows(Stage) if (row.programme, row.code) == (key, code))


def test_nothing_opens_while_it_is_paused(clubs: Club) -> None:
    clubs.add(1)
    clubs.add(2)
    launch(clubs)
    with clubs.work(OPERATOR) as work:
        assert campaign_life.pause(work, "spring", "ремонт") == 2
    assert (campaign_state(clubs), set(states(clubs).values())) == ("paused", {"paused"})
    clubs.prepare()
    clubs.clock.to(dt.date(2026, 9, 3))
    with clubs.work() as work:
        assert stages.finish_closing(work, KEY, "prepare", "") is True
        assert sweep.programmes_to_sweep(work) == []
    assert stage(clubs, "people").state == "planned"
    with clubs.work(OPERATOR) as work:
        assert campaign_life.resume(work, "spring") == 2
    with clubs.work() as work:
        assert stages.open_due(work, KEY) > 0
    assert (campaign_state(clubs), stage(clubs, "people").state) == ("running", "open")
    assert clubs.audit("campaign:spring", None)[-2:] == [("running", "paused", "ремонт"), ("paused", "running", None)]
    assert clubs.audit("programme")[-2:] == [(None, "paused", "ремонт"), (None, "running", None)]


def test_a_cancelled_one_keeps_everything_and_changes_nothing_more(clubs: Club) -> None:
    clubs.add(1)
    launch(clubs)
    clubs.prepare()
    before = [(row.stage, row.code, row.state, row.due) for row in clubs.rows(Activity)]
    with clubs.work(OPERATOR) as work:
        assert campaign_life.cancel(work, "spring", "слияние школ") == 1
    assert [(row.stage, row.code, row.state, row.due) for row in clubs.rows(Activity)] == before
    assert states(clubs) == {KEY: "cancelled"}
    assert clubs.codes(stages.withdraw, KEY, "prepare", who=CURATOR) == ["programme.cancelled"]
    with clubs.work(writes=False) as work:
        assert stages.is_closing(work, KEY, "prepare") is False
        assert len(stages.status(work, KEY)) == 3
    assert clubs.codes(campaign_life.resume, "spring", who=OPERATOR) == ["campaign.wrong_state"]


def test_a_launch_cancelled_half_way_starts_nobody_else(clubs: Club) -> None:
    clubs.add(1)
    data = campaigns.CampaignData(code="spring", title="Весна", region="02", year=2026)
    with clubs.work(OPERATOR) as work:
        campaigns.create(work, data)
        campaigns.request_launch(work, "spring")
    with clubs.work(OPERATOR) as work:
        campaign_life.cancel(work, "spring", "ошиблись годом")
    with clubs.work() as work:
        assert campaigns.launch_batch(work, "spring", ["club-1"]) == 0
        campaigns.finish_launch(work, "spring")
    assert (campaign_state(clubs), states(clubs)) == ("cancelled", {})


def test_late_comers_have_a_start_of_their_own(clubs: Club) -> None:
    clubs.add(1)
    launch(clubs)
    clubs.add(2)
    clubs.add(3)
    clubs.clock.to(dt.date(2026, 10, 1))
    with clubs.work(OPERATOR) as work:
        assert campaign_life.add(work, "spring", ["club-2"], dt.date(2026, 10, 12)) == ["club-2-2026"]
        assert campaign_life.add(work, "spring") == ["club-3-2026"]
    programmes = {row.key: row.own_start for row in clubs.rows(Programme)}
    assert programmes == {KEY: None, "club-2-2026": dt.date(2026, 10, 12), "club-3-2026": dt.date(2026, 10, 1)}
    dues = [row.due for row in clubs.rows(Activity) if row.programme == "club-2-2026"]
    assert min(dues) > dt.date(2026, 10, 12)
    assert stage(clubs, "prepare", "club-2-2026").state == "planned"
    assert stage(clubs, "prepare", "club-3-2026").state == "open"
    with clubs.work(writes=False) as work:
        assert load(work, "club-2-2026").programme.campaign == "spring"


def test_whom_one_cannot_add(clubs: Club) -> None:
    clubs.add(1)
    launch(clubs)
    add = campaign_life.add
    assert clubs.codes(add, "spring", ["club-1"], who=OPERATOR) == ["campaign.nobody_to_add"]
    assert clubs.codes(add, "spring", ["x", "y"], who=OPERATOR) == ["institution.unknown"] * 2
    clubs.add(2)
    assert clubs.codes(add, "spring", [], dt.date(2028, 1, 1), who=OPERATOR) == ["campaign.starts_after_end"]


def test_it_is_finished_with_its_last_programme_and_goes_on_with_one(clubs: Club) -> None:
    clubs.add(1)
    launch(clubs)
    with clubs.work() as work:
        campaign_life.settle(work)
        for code in ("prepare", "people", "work"):
            stages.skip(work, KEY, code, "перевод")
    assert (campaign_state(clubs), states(clubs)) == ("running", {KEY: "finished"})
    with clubs.work() as work:
        campaign_life.settle(work)
    assert campaign_state(clubs) == "finished"
    with clubs.work() as work:
        stages.reopen(work, KEY, "work", "ошибка")
        campaign_life.settle(work)
    assert (campaign_state(clubs), states(clubs)) == ("running", {KEY: "running"})


def test_what_goes_on_in_a_paused_campaign_stands_still(clubs: Club) -> None:
    clubs.add(1)
    clubs.add(2)
    launch(clubs)
    with clubs.work() as work:
        for code in ("prepare", "people", "work"):
            stages.skip(work, KEY, code, "перевод")
    with clubs.work(OPERATOR) as work:
        assert campaign_life.pause(work, "spring", "ремонт") == 1
    with clubs.work() as work:
        stages.reopen(work, KEY, "work", "ошибка")
    assert states(clubs) == {KEY: "paused", "club-2-2026": "paused"}


@pytest.mark.parametrize("who", [CURATOR, VIEWER, NEIGHBOUR], ids=["curator", "municipality", "neighbour"])
def test_only_an_operator_of_the_region_leads_it(clubs: Club, who: object) -> None:
    clubs.add(1)
    launch(clubs)
    for service, rest in (
        (campaign_life.pause, ("причина",)),
        (campaign_life.resume, ()),
        (campaign_life.cancel, ("причина",)),
        (campaign_life.add, ()),
    ):
        assert clubs.codes(service, "spring", *rest, who=who) == ["access.denied"]


def test_days_of_its_own_move_its_dates(clubs: Club) -> None:
    clubs.add(1)
    clubs.add(2)
    table = Sheet("f", {1: ["Код", "Свои выходные дни"], 2: ["club-1", "29.05.2026"]})
    with clubs.work() as work:
        institution_sheets.load(work, table)
    launch(clubs, overrides={"campaign": {"prepare.papers": "до 29 мая"}})
    due = {row.programme: row.due for row in clubs.rows(Activity) if row.code == "papers"}
    assert due == {"club-1-2026": dt.date(2026, 6, 1), "club-2-2026": dt.date(2026, 5, 29)}
