"""`--wait`: what was queued is done by whichever Prefect there is, or one learns why it was not."""

import fcntl
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.exceptions import TyperException

from tests.cli.conftest import Vekha
from vekha.bootstrap import App
from vekha.cli import office
from vekha.cli.words import parsing_problems


@dataclass
class Dispatcher:
    """Stands in for `flows.dispatcher`: it remembers whom it drained and answers as it is told."""

    errors: dict[str, str] = field(default_factory=dict)
    drained: list[App] = field(default_factory=list)

    def drain(self, app: App) -> SimpleNamespace:
        self.drained.append(app)
        return SimpleNamespace(done=1, errors=self.errors)


@pytest.fixture
def dispatcher(monkeypatch: pytest.MonkeyPatch) -> Dispatcher:
    made = Dispatcher()
    monkeypatch.setitem(sys.modules, "flows.dispatcher", made)
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    return made


@pytest.fixture
def up(home: Path) -> Iterator[None]:
    """`vekha up` runs this installation."""
    with (home / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def test_without_it_nothing_is_drained(vekha: Vekha, school: str, dispatcher: Dispatcher) -> None:
    assert vekha("sweep").code == 0
    assert dispatcher.drained == []


def test_the_queue_is_drained(vekha: Vekha, school: str, dispatcher: Dispatcher, app: App) -> None:
    assert vekha("sweep", "--wait").code == 0
    assert dispatcher.drained == [app]


def test_what_failed_is_told(vekha: Vekha, school: str, dispatcher: Dispatcher) -> None:
    dispatcher.errors = {"close_stage:x": "нет места"}
    told = vekha("sweep", "--wait", "--json")
    assert told.code == 1
    (problem,) = told.json["problems"]
    assert (problem["code"], problem["where"]) == ("cli.not_finished", "close_stage:x")
    assert "нет места" in problem["message"]


def test_a_running_installation_does_it_itself(
    vekha: Vekha, school: str, dispatcher: Dispatcher, up: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "PATIENCE", 0.0)
    told = vekha("sweep", "--wait", "--json")
    assert told.code == 1
    assert set(told.codes) == {"cli.not_finished"}
    assert dispatcher.drained == []


def test_a_running_installation_that_is_through(vekha: Vekha, dispatcher: Dispatcher, up: None) -> None:
    assert vekha("sweep", "--wait").code == 0
    assert dispatcher.drained == []


def test_an_error_of_typer_we_have_no_words_for() -> None:
    (problem,) = parsing_problems(TyperException("something else"))
    assert (problem.code, problem.where) == ("cli.wrong_use", "vekha")
