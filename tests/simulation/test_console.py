"""`vekha demo --serve`: the finished demo in the browser, and a clean end."""

import datetime as dt
import threading
from pathlib import Path

import httpx
import pytest

from vekha import supervisor
from vekha.bootstrap import App
from vekha.domain.errors import VekhaError
from vekha.services.launch import campaigns
from vekha.services.process import stages
from vekha.services.region import institutions
from vekha.simulation import console
from vekha.simulation.console import GoingOn, Login
from vekha.simulation.institution import REGION, REGION_TITLE, TIMEZONE, add_invented
from vekha.texts import section


@pytest.fixture
def finished(app: App) -> App:
    """An installation as the demo leaves it, as far as the console sees."""
    with app.work() as work:
        institutions.add_region(work, REGION, REGION_TITLE, TIMEZONE)
        codes = [add_invented(work, kind, 0)[0] for kind in ("school", "college", "kindergarten")]
    for code in codes:
        with app.work() as work:
            stages.open_due(work, campaigns.start_one(work, institutions.one(work, code), 2026))
    return app


def test_an_account_for_each_role_with_a_new_password_each_time(finished: App) -> None:
    first, second = console.people(finished), console.people(finished)
    assert [each.role for each in first] == [section("web.roles")[each] for each in section("web.roles")]
    assert [each.login for each in first] == [each.login for each in second]
    assert {each.password for each in first} & {each.password for each in second} == set()
    assert all(each.place for each in first)


def test_the_demos_clock_goes_on_from_its_last_day() -> None:
    import time  # noqa: PLC0415

    now = GoingOn(dt.date(2027, 7, 1), time.monotonic() - 90)()
    assert now.date() == dt.date(2027, 7, 1)
    assert now.minute == 1


@pytest.mark.slow
def test_without_prefect_it_says_so_and_ends(finished: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The console had opened already: it goes, too, or the command would never end."""
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "var").symlink_to(finished.settings.home)
    monkeypatch.setattr(supervisor, "START_SECONDS", 0.0)
    with pytest.raises(VekhaError) as refusal:
        console.serve(folder, 0, lambda _: None, lambda _: None, threading.Event())
    assert [each.code for each in refusal.value.problems] == ["server.did_not_start"]
    assert [each.name for each in threading.enumerate() if each.name.startswith("vekha-demo")] == []


@pytest.mark.slow
def test_the_console_opens_lets_in_and_stops(finished: App, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "var").symlink_to(finished.settings.home)
    stop, shown, said, failed = threading.Event(), list[Login](), list[str](), list[BaseException]()
    ready = threading.Event()

    def say(words: str) -> None:
        said.append(words)
        ready.set()

    def run() -> None:
        try:
            console.serve(folder, 0, say, shown.extend, stop)
        except BaseException as reason:  # noqa: BLE001 — told by the test
            failed.append(reason)
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(300)
    assert failed == []
    address = said[0].split("http://")[1].split(". ")[0]
    try:
        with httpx.Client(base_url=f"http://{address}", follow_redirects=True, timeout=60) as client:
            curator = next(each for each in shown if each.role == "куратор программы")
            page = client.post("/login", data={"login": curator.login, "password": curator.password})
            assert [page.status_code, "Мои дела" in page.text] == [200, True]
    finally:
        stop.set()
        thread.join(300)
    assert [thread.is_alive(), said[-1]] == [False, "Остановлено."]
