"""The checks at the start: a faulty type is told with its line and kept apart, an unchanged one not looked at again."""

import os
from pathlib import Path

import pytest

from vekha import plugin_checks
from vekha.bootstrap import App, build
from vekha.domain.errors import VekhaError
from vekha.plugin_verdicts import FILE, judge
from vekha.scaffold import create_plugin
from vekha.services.launch import campaigns
from vekha.services.region import institutions
from vekha.services.region.institutions import InstitutionData
from vekha.settings import Settings

FAULT = ("templates/order_launch.html", "{% endblock %}", "{% endblok %}")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for code, title in (("club", "Кружок"), ("team", "Команда")):
        create_plugin(tmp_path / "plugins", code, title)
    spoil(tmp_path, FAULT)
    return tmp_path


def spoil(home: Path, edit: tuple[str, str, str]) -> None:
    file, old, new = edit
    path = home / "plugins" / "club" / file
    path.write_text(path.read_text().replace(old, new, 1))
    os.utime(path, (1, path.stat().st_mtime + 5))  # as if some time had passed


def opened(home: Path) -> App:
    return build(Settings(home=home / "var", plugins_dir=home / "plugins", database_url=None, files_dir=None))


def start(home: Path) -> list[str]:
    """What is said at the start."""
    told: list[str] = []
    judge(opened(home).registry, home / "var", told.append)
    return told


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The types that are checked."""
    seen: list[str] = []
    real = plugin_checks.run_checks

    def counted(type_: plugin_checks.InstitutionType, registry: plugin_checks.Registry) -> plugin_checks.Report:
        seen.append(type_.code)
        return real(type_, registry)

    monkeypatch.setattr(plugin_checks, "run_checks", counted)
    return seen


def test_a_fault_is_told_with_its_line_and_in_russian(home: Path) -> None:
    told = start(home)
    assert told[:2] == ["Проверяю плагин «Кружок»…", "Проверяю плагин «Команда»…"]
    assert "Тип «Кружок» не прошёл проверку" in told[2]
    assert "club/order_launch.html:5: " in told[3]
    assert len(told) == 4


def test_an_unchanged_plugin_is_not_checked_again(home: Path, looks: list[str]) -> None:
    first, second = start(home), start(home)
    assert looks == ["club", "team"]
    assert second == first[2:]


def test_a_mended_plugin_is_checked_again_and_sound(home: Path, looks: list[str]) -> None:
    start(home)
    file, sound, broken = FAULT
    spoil(home, (file, broken, sound))
    assert start(home) == ["Проверяю плагин «Кружок»…"]
    assert looks == ["club", "team", "club"]
    assert opened(home).registry.unsound == {}


def test_nothing_new_is_started_with_a_faulty_type_and_the_others_work(home: Path) -> None:
    app = opened(home)
    app.prepare()
    with app.work() as work:
        institutions.add_region(work, "demo", "Область", "Europe/Moscow")
        for kind in ("club", "team"):
            place = {"region": "demo", "title": kind, "short_title": kind, "timezone": "Europe/Moscow"}
            institutions.put(work, InstitutionData(code=f"{kind}-1", type=kind, **place))
        campaigns.start_one(work, institutions.one(work, "club-1"), 2025)
    start(home)
    app = opened(home)  # another process of the installation: it has checked nothing itself
    with app.work() as work:
        assert campaigns.start_one(work, institutions.one(work, "team-1"), 2026) == "team-1-2026"
    with pytest.raises(VekhaError) as refusal, app.work() as work:
        campaigns.start_one(work, institutions.one(work, "club-1"), 2026)
    assert [each.code for each in refusal.value.problems] == ["plugin.unsound", "document.template_syntax"]
    campaign = campaigns.CampaignData(code="all", title="Все", region="demo", year=2026)
    with app.work() as work:
        campaigns.create(work, campaign)
    with pytest.raises(VekhaError) as refusal, app.work() as work:
        campaigns.request_launch(work, "all")
    assert refusal.value.problems[0].code == "plugin.unsound"


def test_what_only_its_author_lacks_stops_no_region(tmp_path: Path) -> None:
    """An invented story without pairs: `vekha plugin check` refuses, the installation starts programmes."""
    create_plugin(tmp_path / "plugins", "club", "Кружок")
    spoil(tmp_path, ("cast.py", "CastPair(mentors=(0,), mentees=(0, 1)), CastPair(mentors=(1,), mentees=(2,))", ""))
    registry = opened(tmp_path).registry
    report = plugin_checks.run_checks(registry.type("club"), registry)
    assert ([each.code for each in report.errors], report.breaking) == (["plugin.cast_empty"], ())
    assert start(tmp_path) == ["Проверяю плагин «Кружок»…"]


def test_a_spoilt_file_of_verdicts_only_costs_a_look(home: Path, looks: list[str]) -> None:
    start(home)
    (home / "var" / FILE).write_text("{")
    assert opened(home).registry.unsound == {}
    start(home)
    assert looks == ["club", "team"] * 2


def test_a_disk_that_takes_nothing_stops_no_start(home: Path) -> None:
    (home / "taken").write_text("на месте папки – файл")
    told: list[str] = []
    judge(opened(home).registry, home / "taken", told.append)
    assert "Тип «Кружок» не прошёл проверку" in "".join(told)
