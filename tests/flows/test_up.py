"""`vekha up`: one tree that works, is mended, stops, survives its own restart, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.flows.processes import PATIENCE, alive, children, kill, wait_for
from tests.flows.story import TOY, add_campaign, add_circles, closings, complete, do_stage, states, toy_app
from vekha import supervisor
from vekha.domain.errors import VekhaError
from vekha.settings import CHECKOUT, Settings

KEY = "milestone-1-2026"
RUN = "import sys; from vekha import settings, supervisor; supervisor.run(settings.Settings(), int(sys.argv[1]))"
PARTS = {"uvicorn", "flows.dispatcher", "flows.serve", "vekha.web.serve", "vekha.web.serve 2"}


@pytest.fixture
def up() -> Iterator[Callable[[Path, int], subprocess.Popen[str]]]:
    """Starts a tree; a test that fails leaves none behind."""
    trees: list[subprocess.Popen[str]] = []

    def start(home: Path, port: int) -> subprocess.Popen[str]:
        trees.append(_start(home, port))
        return trees[-1]

    yield start
    for tree in trees:  # its parts end by themselves when it is gone
        tree.kill()
        tree.communicate()


def _start(home: Path, port: int) -> subprocess.Popen[str]:
    given = {"VEKHA_HOME": str(home), "VEKHA_PLUGINS_DIR": str(TOY), "PYTHONUNBUFFERED": "1"}
    given |= {"VEKHA_CONSOLE_PORT": str(supervisor.free_port()), "VEKHA_CONSOLE_PROCESSES": "2"}
    command = [sys.executable, "-c", RUN, str(port)]
    return subprocess.Popen(
        command, cwd=CHECKOUT, env={**os.environ, **given}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    told = ""
    for line in process.stdout:
        told += line
        if words in line:
            return told
    pytest.fail(told)


@pytest.mark.slow
@pytest.mark.prefect
@pytest.mark.timeout(900)
def test_a_tree_works_is_mended_stops_and_comes_back(
    home: Path, up: Callable[[Path, int], subprocess.Popen[str]]
) -> None:
    app, port = toy_app(home), supervisor.free_port()
    add_circles(app, 1)
    add_campaign(app)
    first = up(home, port)
    told = read_until(first, "Остановить: Ctrl-C")
    assert f"http://127.0.0.1:{port}" in told
    console = next(line.split()[1] for line in told.splitlines() if "Консоль:" in line)
    assert urllib.request.urlopen(f"{console}/login", timeout=PATIENCE).status == 200  # at once: it was said to work
    page = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE).read().decode()
    assert "<title>Prefect" in page
    wait_for(lambda: states(app, KEY).get("prepare") == "open", what="запуск")

    before = children(first.pid)
    dispatcher = before["flows.dispatcher"]
    kill(dispatcher)
    kill(before["vekha.web.serve"])
    wait_for(lambda: not alive(before["vekha.web.serve"]), what="конец одной из консолей")
    assert urllib.request.urlopen(f"{console}/login", timeout=PATIENCE).status == 200  # the other one is there
    do_stage(app, KEY, "prepare")
    complete(app, KEY, "prepare")
    wait_for(lambda: closings(app, KEY) == ["prepare"], what="новый диспетчер")
    wait_for(lambda: set(children(first.pid)) == PARTS, what="новая консоль")
    parts = children(first.pid)
    assert (set(parts), parts["flows.dispatcher"] != dispatcher) == (PARTS, True)

    first.send_signal(signal.SIGINT)
    rest, _ = first.communicate(timeout=PATIENCE)
    assert (first.returncode, rest.splitlines()[-1]) == (
        0,
        "Остановлено. Незаконченное продолжится при следующем запуске.",
    )
    assert [name for name, pid in parts.items() if alive(pid)] == []

    do_stage(app, KEY, "work")
    complete(app, KEY, "work")
    second = up(home, port)
    read_until(second, "Остановить: Ctrl-C")
    wait_for(lambda: closings(app, KEY) == ["prepare", "work"], what="работа после перезапуска")
    parts = children(second.pid)
    kill(second.pid)
    second.wait()
    wait_for(lambda: not any(map(alive, parts.values())), what="конец осиротевших процессов")
    app.engine.dispose()


def test_a_port_in_use_is_said_at_once(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(VekhaError) as refusal:
            supervisor.run(Settings(home=tmp_path), port)
    assert [each.code for each in refusal.value.problems] == ["server.port_in_use"]
    assert f"порт {port} занят" in str(refusal.value)
    assert not (tmp_path / "vekha.db").exists()


def test_a_free_port_is_none_that_an_outgoing_connection_may_take() -> None:
    ports = {supervisor.free_port() for _ in range(20)}
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert max(ports) < lowest
    assert len(ports) > 10  # two who ask at once seldom get the same


def test_two_trees_on_one_folder_are_refused(tmp_path: Path) -> None:
    with supervisor._only_one(tmp_path), pytest.raises(VekhaError) as refusal:
        supervisor.run(Settings(home=tmp_path), supervisor.free_port())
    assert [each.code for each in refusal.value.problems] == ["server.already_up"]


@pytest.mark.parametrize(
    ("name", "told"), [("prefect", "сервер Prefect"), ("console", "сервер консоли"), ("console-2", "сервер консоли")]
)
def test_what_dies_at_its_start_is_said_with_its_log(tmp_path: Path, name: str, told: str) -> None:
    log = tmp_path / "logs" / f"{name}.log"
    process = supervisor.Process(supervisor.Part(name, "json.nothing"), {}, log)
    process.start()
    with pytest.raises(VekhaError) as refusal:
        supervisor.Server(process, supervisor.free_port()).wait()
    process.stop()
    assert [each.code for each in refusal.value.problems] == ["server.did_not_start"]
    assert told in str(refusal.value) and str(log) in str(refusal.value)
    assert "json.nothing" in log.read_text()


@pytest.mark.parametrize(("told", "names"), [(1, ["console"]), (3, ["console", "console-2", "console-3"])])
def test_as_many_consoles_as_told_share_one_port(told: int, names: list[str]) -> None:
    parts = supervisor._consoles(Settings(console_processes=told, console_port=8123))
    assert [each.name for each in parts] == names
    assert {each.args for each in parts} == {("127.0.0.1", "8123")}


def test_children_get_the_same_installation_whatever_their_folder(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = supervisor._own_environment(Settings(home=Path("here"), database_url=None, plugins_dir=TOY))
    assert (given["VEKHA_HOME"], given["VEKHA_PLUGINS_DIR"]) == (str(tmp_path / "here"), str(TOY))
    assert "VEKHA_DATABASE_URL" not in given
