"""The deployments of prefect.yaml on a process work pool: two workers, PostgreSQL, the forms of Prefect's console."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.story import TOY, add_campaign, add_circles, closings, do_stage, states, toy_app
from vekha.bootstrap import App
from vekha.settings import CHECKOUT
from vekha.supervisor import Server

pytestmark = [pytest.mark.slow, pytest.mark.prefect, pytest.mark.timeout(900)]

SECONDS = 300  # for one wave of runs: each starts an interpreter of its own


def prefect(*arguments: str) -> str:
    command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def deployed(prefect_server: Server) -> Server:
    prefect("work-pool", "create", "vekha", "--type", "process", "--overwrite")
    prefect("deploy", "--all")
    return prefect_server


@pytest.fixture
def shared(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """An installation on PostgreSQL that workers reach through the environment."""
    for name, value in {"HOME": tmp_path, "DATABASE_URL": postgres_url, "PLUGINS_DIR": TOY}.items():
        monkeypatch.setenv(f"VEKHA_{name}", str(value))
    app = toy_app(tmp_path, postgres_url)
    yield app
    app.engine.dispose()


@pytest.fixture
def workers(deployed: Server, shared: App) -> Iterator[list[subprocess.Popen[bytes]]]:
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "vekha"]
    environment = {**os.environ, "PREFECT_WORKER_QUERY_SECONDS": "1"}
    log = (shared.settings.home / "workers.log").open("wb")
    started = [
        subprocess.Popen(
            [*command, "--name", f"w{number}"],
            env=environment,
            cwd=CHECKOUT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        for number in (1, 2)
    ]
    yield started
    for each in started:  # with whatever they started; asked politely, a worker takes its time
        os.killpg(each.pid, signal.SIGKILL)
        each.wait()
    log.close()


def run_all(*wanted: tuple[str, dict[str, object]]) -> list[str]:
    """Starts deployments together, as the console does, and waits; the final message of each."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.deployments import run_deployment  # noqa: PLC0415

    runs = [run_deployment(name, parameters=given, timeout=0, as_subflow=False) for name, given in wanted]
    until = time.monotonic() + SECONDS
    with get_client(sync_client=True) as client:
        while time.monotonic() < until:
            states = [client.read_flow_run(each.id).state for each in runs]
            if all(state is not None and state.is_final() for state in states):
                return [f"{state.name}: {state.message}" for state in states if state]
            time.sleep(0.5)
    pytest.fail("запуски не закончились вовремя")


def test_every_deployment_has_a_form_in_russian(deployed: Server) -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        found = {each.entrypoint.rpartition(":")[2]: each for each in client.read_deployments()}
    titles = {
        name: [field["title"] for field in each.parameter_openapi_schema["properties"].values()]
        for name, each in found.items()
    }
    assert titles == {
        "complete_stage": ["Код организации", "Код этапа", "Год Х"],
        "open_stage": ["Код организации", "Код этапа", "Причина", "Год Х"],
        "launch_campaign": ["Код запуска"],
        "sweep": [],
        "render_pack": ["Код организации", "Код этапа", "Год Х"],
    }
    assert [each.schedule.cron for each in found["sweep"].schedules] == ["7 * * * *"]
    assert [each.description for each in found.values() if not each.description] == []


@pytest.mark.postgres
def test_two_workers_share_the_work(workers: list, shared: App) -> None:
    keys = add_circles(shared, 3)
    add_campaign(shared, launch=False)
    (launch,) = run_all(("launch-campaign/vekha", {"campaign": "spring"}))
    assert launch == "Completed: Запущено новых программ: 3, всего организаций: 3"
    assert [states(shared, key)["prepare"] for key in keys] == ["open"] * 3
    for key in keys[:2]:
        do_stage(shared, key, "prepare")
    complete = "complete-stage/vekha"
    messages = run_all(
        (complete, {"institution": "milestone-1", "stage": "prepare"}),
        (complete, {"institution": "milestone-2", "stage": "prepare"}),
        (complete, {"institution": "milestone-33", "stage": "prepare"}),
        ("sweep/vekha", {}),
    )
    assert [each.split(",")[0] for each in messages[:2]] == ["Completed: Этап завершён"] * 2
    assert messages[2].startswith("Failed: организации «milestone-33» нет")
    assert messages[3].startswith("Completed: Просмотрено программ: ")
    assert [closings(shared, key) for key in keys] == [["prepare"], ["prepare"], []]
    assert all(worker.poll() is None for worker in workers)
