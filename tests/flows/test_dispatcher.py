"""The dispatcher: what it takes, what it leaves, how it stops, and what it says when something does not answer."""

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlmodel import col, select

from tests.flows.processes import PATIENCE, wait_for
from tests.flows.story import TOY, add_campaign, add_circles, closings, complete, do_stage, states, told, toy_app
from vekha.bootstrap import App
from vekha.domain.errors import VekhaError
from vekha.services.process import activities
from vekha.settings import CHECKOUT
from vekha.storage.tables import Outbox, Stage
from vekha.supervisor import Server

pytestmark = [pytest.mark.slow, pytest.mark.prefect]

KEY, OTHER = "milestone-1-2026", "milestone-2-2026"


def rows(app: App, *conditions: object) -> list[Outbox]:
    with app.work(writes=False) as work:
        return list(work.session.exec(select(Outbox).where(*conditions).order_by(col(Outbox.id))))


def start(app: App, **environment: str) -> subprocess.Popen[bytes]:
    given = {"VEKHA_HOME": str(app.settings.home), "VEKHA_PLUGINS_DIR": str(TOY), **environment}
    log = (app.settings.home / "dispatcher.log").open("ab")
    command = [sys.executable, "-m", "flows.dispatcher"]
    return subprocess.Popen(command, cwd=CHECKOUT, env={**os.environ, **given}, stdout=log, stderr=log)


def log_of(app: App) -> str:
    return (app.settings.home / "dispatcher.log").read_text(encoding="utf-8")


def test_documents_of_one_programme_are_one_run(launched: App) -> None:
    from flows.dispatcher import drain  # noqa: PLC0415

    for key in (KEY, OTHER):
        do_stage(launched, key, "prepare")
    waiting = rows(launched, Outbox.kind == "render_document", col(Outbox.done_at).is_(None))
    assert [row.payload["programme"] for row in waiting] == [KEY, KEY, OTHER, OTHER]
    assert drain(launched).done == 4
    assert newest_run_names(2) == ["Кружок № 1 · документы: 2", "Кружок № 2 · документы: 2"]


def newest_run_names(count: int) -> list[str]:
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.client.schemas.sorting import FlowRunSort  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        newest = client.read_flow_runs(sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=count)
    return sorted(each.name for each in newest)


def test_a_listener_that_fails_is_told_again_and_holds_up_nobody(
    launched: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.dispatcher import drain  # noqa: PLC0415

    monkeypatch.setenv("TOY_LISTENER_FAILS", "1")
    do_stage(launched, KEY, "prepare")
    complete(launched, KEY, "prepare")
    errors = drain(launched).errors
    assert states(launched, KEY)["prepare"] == "closed"
    assert sorted(key.split(":")[1] for key in errors) == ["stage.closed", "stage.closing", "stage.opened"]
    assert all("слушатель не в духе" in error for error in errors.values())
    monkeypatch.delenv("TOY_LISTENER_FAILS")
    launched.clock.pass_days(1)  # type: ignore[attr-defined]
    assert (drain(launched).errors, rows(launched, col(Outbox.done_at).is_(None))) == ({}, [])


def test_a_closing_that_fails_leaves_its_error_on_the_stage_and_is_tried_again(launched: App) -> None:
    from flows.dispatcher import drain  # noqa: PLC0415

    do_stage(launched, KEY, "prepare")
    drain(launched)
    folder = launched.settings.files
    hidden = folder.rename(folder.with_name("hidden"))
    complete(launched, KEY, "prepare")
    assert len(drain(launched).errors) == 1
    with launched.work(writes=False) as work:
        row = work.session.get_one(Stage, (KEY, "prepare"))
        assert (row.state, "файл пропал из хранилища" in (row.error or "")) == ("closing", True)
    shutil.rmtree(folder, ignore_errors=True)
    hidden.rename(folder)
    launched.clock.pass_days(1)  # type: ignore[attr-defined]
    assert drain(launched).errors == {}
    assert closings(launched, KEY) == ["prepare"]
    with launched.work(writes=False) as work:
        assert work.session.get_one(Stage, (KEY, "prepare")).error is None


def test_people_are_told_once_however_many_rounds_are_made(launched: App) -> None:
    from flows.dispatcher import drain, quick_runs  # noqa: PLC0415
    from flows.sweep import sweep  # noqa: PLC0415

    launched.clock.to(dt.date(2026, 5, 25))  # type: ignore[attr-defined]  # a week before the first due date
    for _ in range(2):
        with quick_runs():
            assert sweep(return_state=True).is_completed()
        assert drain(launched).errors == {}
    assert told(launched) == {"milestone-1": 1, "milestone-2": 1}


def test_work_of_a_newer_version_waits_for_it(launched: App) -> None:
    from flows.dispatcher import drain  # noqa: PLC0415

    with launched.work() as work:
        work.queue("hologram", "hologram:1", {})
    assert drain(launched).errors == {
        "hologram:1": "в очереди работа неизвестного вида «hologram». "
        "Обновите Веху: строку поставила в очередь более новая версия"
    }


def test_without_prefect_nothing_is_lost(toy: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Raises what to do, and the rows stand as if nobody had touched them."""
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415

    from flows.dispatcher import drain  # noqa: PLC0415

    add_circles(toy, 1)
    add_campaign(toy)
    before = [(row.key, row.attempts, row.owner) for row in rows(toy)]
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}), pytest.raises(VekhaError) as refusal:
        drain(toy)
    assert refusal.value.problems[0].code == "server.unreachable"
    assert [(row.key, row.attempts, row.owner) for row in rows(toy)] == before


def test_the_process_waits_for_prefect_and_says_so_once(toy: App, prefect_server: Server) -> None:
    add_circles(toy, 1)
    add_campaign(toy)
    process = start(toy, PREFECT_API_URL="http://127.0.0.1:9/api")
    try:
        wait_for(lambda: "сервер Prefect не отвечает" in log_of(toy))
        time.sleep(4)
        assert log_of(toy).count("сервер Prefect не отвечает") == 1
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_the_process_works_by_itself_and_stops_in_good_order(home: Path, prefect_server: Server) -> None:
    app = toy_app(home)
    add_circles(app, 1)
    add_campaign(app)
    process = start(app)
    try:
        wait_for(lambda: states(app, KEY).get("prepare") == "open")
        second = start(app)
        assert second.wait(PATIENCE) == 1
        assert "уже работает другой диспетчер" in log_of(app)
        with app.work() as work:
            activities.waive(work, KEY, "prepare", "launch", "без приказов")
        complete(app, KEY, "prepare")
        wait_for(lambda: states(app, KEY)["work"] == "open")
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert rows(app, col(Outbox.leased_until).is_not(None)) == []


def test_leases_are_renewed_while_the_work_goes_on(toy: App, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import jobs  # noqa: PLC0415
    from vekha.storage import outbox  # noqa: PLC0415

    add_circles(toy, 1)
    add_campaign(toy)
    outbox.take(toy.engine, "me", toy.clock())
    (before,) = {row.leased_until for row in rows(toy)}
    monkeypatch.setattr(jobs, "LEASE", dt.timedelta(seconds=0.03))
    toy.clock.pass_days(1)  # type: ignore[attr-defined]
    with jobs._leases_kept(toy, "me"):
        wait_for(lambda: {row.leased_until for row in rows(toy)} == {before + dt.timedelta(days=1)})
