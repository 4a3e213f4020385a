"""Collections, monitoring, awards and practices on the command line: the way through, and slips told in Russian."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Vekha
from vekha.bootstrap import App
from vekha.services.launch import campaigns
from vekha.services.process import stages
from vekha.services.region import institutions

KEY = "school-12-2026"
Run = Callable[..., Any]


@pytest.fixture
def run(vekha: Vekha, app: App, add_institution: Callable[..., str]) -> Run:
    """Runs a command on a started school; returns what it prints as JSON."""
    add_institution(app)
    with app.work() as work:
        stages.open_due(work, campaigns.start_one(work, institutions.one(work, "school-12"), 2026))
    return lambda *words: vekha(*words, "--json").json


def test_a_collection_from_its_announcement_to_its_report(run: Run, tmp_path: Path) -> None:
    days = ("--since", "2026-01-01", "--on", "04.05.2026", "--opens", "2026-05-04", "--closes", "2026-05-20")
    made = run("collection", "new", "s-1", "--region", "02", "--title", "Весна", *days, "--plan", "mentees=3")
    assert made == {"code": "s-1", "institutions": 1}
    assert run("collection", "count", "s-1")["institutions"] == 1
    assert [each["standing"] for each in run("collection", "answers", "s-1")] == ["waited"]
    assert run("collection", "confirm", "s-1", "school-12", "--children", "400")["version"] == 1
    [problem] = run("collection", "confirm", "s-1", "school-12")["problems"]
    assert problem["code"] == "collection.reason_needed"
    shown = run("collection", "show", "s-1")
    assert (shown["confirmed"], shown["figures"]["mentees"]) == (1, {"actual": 0, "plan": 3.0, "before": None})
    assert run("collection", "remind", "s-1") == {"code": "s-1", "told": 0}
    assert [each["code"] for each in run("collection", "list")] == ["s-1"]
    for name, start in (("r.xlsx", b"PK"), ("r.pdf", b"%PDF")):
        run("collection", "report", "s-1", "--out", str(tmp_path / name))
        assert (tmp_path / name).read_bytes().startswith(start)
    assert run("collection", "close", "s-1")["closed"] is True
    assert run("collection", "reopen", "s-1")["closed"] is False
    assert (
        run("collection", "new", "s-2", "--region", "02", "--title", "Т", *days, "--plan", "mentees=много")["problems"][
            0
        ]["code"]
        == "collection.bad_plan"
    )


def test_monitoring_on_a_day(run: Run, tmp_path: Path) -> None:
    assert run("monitoring", "show", KEY, "--on", "2026-05-04")["figures"]["mentees"] == 0
    assert run("monitoring", "show", KEY, "--on", "2030-01-01")["problems"][0]["code"] == "monitoring.day_ahead"
    run("monitoring", "report", KEY, "--out", str(tmp_path / "m.pdf"))
    assert (tmp_path / "m.pdf").read_bytes().startswith(b"%PDF")


def test_awards(run: Run) -> None:
    run("person", "add", KEY, "--role", "mentor", "--name", "Соколова Анна Викторовна")
    assert run("award", "list", KEY) == []  # a candidate has no results
    assert run("award", "choose", KEY, "p1")["problems"][0]["code"] == "cli.bad_pair"
    assert run("award", "choose", KEY, "p1=thanks")["problems"][0]["code"] == "award.not_of_role"
    assert run("award", "approve", KEY, "p1=thanks")["problems"][0]["code"] == "award.not_chosen"
    assert run("award", "decline", KEY, "p1=thanks")["problems"][0]["code"] == "award.not_chosen"
    assert run("award", "issue", KEY)["problems"][0]["code"] == "award.nothing_approved"
    assert run("award", "papers", KEY)["problems"][0]["code"] == "award.nothing_approved"


def test_practices(run: Run) -> None:
    told = ("--problem", "Скука", "--done", "Дали задачу", "--result", "Стало весело", "--model", "групповое")
    number = str(run("practice", "add", KEY, "--title", "Задача недели", *told)["practice"])
    assert run("practice", "step", number, "publish")["problems"][0]["code"] == "practice.wrong_state"
    states = [run("practice", "step", number, step)["state"] for step in ("send", "accept", "publish")]
    assert states == ["review", "accepted", "published"]
    assert [each["title"] for each in run("practice", "search", "задачами")] == ["Задача недели"]
    assert run("practice", "pin", number)["pinned"] is True
    assert run("practice", "pin", number, "--off")["pinned"] is False
    assert run("practice", "show", number)["result"] == "Стало весело"
    assert [each["state"] for each in run("practice", "list", KEY)] == ["published"]
    assert run("practice", "show", "99")["problems"][0]["code"] == "practice.unknown"
