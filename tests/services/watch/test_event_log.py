"""The log of a campaign: what was done, by nobody's name, of the institutions one may see."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.services.conftest import MENTEE, NEIGHBOUR, STRANGER, VIEWER, Club
from vekha.domain.access import Actor, Grant
from vekha.services.launch import campaigns
from vekha.services.launch.campaigns import CampaignData
from vekha.services.process import stages
from vekha.services.watch import event_log

SPACE = "{http://www.xes-standard.org/}"


@pytest.fixture
def launched(clubs: Club) -> Club:
    for number in (1, 2):
        clubs.add(number, municipality=f"Район {number}")
    with clubs.work() as work:
        campaigns.create(work, CampaignData(code="year", title="Год", region="02", year=2026))
        campaigns.launch_batch(work, "year", ["club-1", "club-2"])
        campaigns.finish_launch(work, "year")
    with clubs.work() as work:
        for key in ("club-1-2026", "club-2-2026"):
            stages.open_due(work, key)
    return clubs


def told(path: Path) -> dict[str, list[tuple[str, str, str]]]:
    """Case → (what, transition, kind) of each event."""
    root = ElementTree.parse(path).getroot()
    cases: dict[str, list[tuple[str, str, str]]] = {}
    for trace in root.findall(f"{SPACE}trace"):
        values = [{each.get("key"): each.get("value") for each in event} for event in trace.findall(f"{SPACE}event")]
        name = next(each.get("value") or "" for each in trace if each.get("key") == "concept:name")
        cases[name] = [
            (str(each["concept:name"]), str(each["lifecycle:transition"]), str(each["vekha:kind"])) for each in values
        ]
    return cases


def test_what_was_done_is_there_in_order(launched: Club, tmp_path: Path) -> None:
    launched.come_together("club-1-2026")
    launched.prepare("club-1-2026")
    with launched.work() as work:
        cases, events = event_log.write(work, "year", tmp_path / "log.xes")
    found = told(tmp_path / "log.xes")
    assert (cases, events) == (2, sum(map(len, found.values())))
    with launched.work(writes=False) as work:
        roadmap = launched.app.registry.roadmap("club", None)
    stage, papers = roadmap.stage("prepare").title, roadmap.activity("prepare", "papers").title
    mine = found["club-1-2026"]
    assert mine[0] == (stage, "start", "stage")
    assert (papers, "complete", "activity") in mine
    assert mine.index((papers, "start", "activity")) < mine.index((papers, "complete", "activity"))
    assert any(transition == "complete" for _, transition, kind in mine if kind == "document")
    assert {kind for _, _, kind in mine} == {"stage", "activity", "document"}


def test_nobody_is_named(launched: Club, tmp_path: Path) -> None:
    launched.come_together("club-1-2026")
    launched.prepare("club-1-2026")
    with launched.work() as work:
        event_log.write(work, "year", tmp_path / "log.xes")
    words = (tmp_path / "log.xes").read_text(encoding="utf-8")
    assert not [name for name in MENTEE.split() if name in words]
    assert "Журавлёва" not in words


def test_only_those_who_watch_a_region_may_have_it(launched: Club, tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    for who in (STRANGER, NEIGHBOUR):
        assert launched.codes(event_log.write, "year", path, who=who) == ["access.denied"]
    assert launched.codes(event_log.write, "other", path, who=VIEWER) == ["campaign.unknown"]
    district = Actor(name="Куратор", grants=(Grant(role="municipal_curator", region="02", municipality="Район 2"),))
    with launched.work(district) as work:
        event_log.write(work, "year", path)
    assert list(told(path)) == ["club-2-2026"]
