"""Commands run in this process on the test's own installation and clock."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from vekha.bootstrap import App
from vekha.cli import main, office


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        """The error codes of a refusal in JSON."""
        return [each["code"] for each in self.json["problems"]]


Vekha = Callable[..., Answer]


@pytest.fixture
def vekha(app: App, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Vekha:
    """`vekha("stage", "status", key)` → Answer; on a prepared embedded database with the virtual clock."""
    whose = ("ACTOR", "ROLE", "REGION", "MUNICIPALITY", "INSTITUTION")
    for name in ("DATABASE_URL", "FILES_DIR", *whose):
        monkeypatch.delenv(f"VEKHA_{name}", raising=False)
    monkeypatch.setenv("VEKHA_HOME", str(home))
    monkeypatch.chdir(home)  # a file without a folder lands here
    monkeypatch.setattr(office, "_opened", {app.settings.database: app})

    def run(*arguments: object) -> Answer:
        capsys.readouterr()
        code = main([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return run


@pytest.fixture
def school(vekha: Vekha) -> str:
    """The key of a running programme of an invented school."""
    added = vekha(
        "institution", "add", "school-12", "--type", "school", "--region", "02", "--region-title", "Примерная область",
        "--timezone", "Asia/Yekaterinburg", "--title", "Муниципальная школа № 12", "--short-title", "Школа № 12",
        "--city", "Примерск", "--address", "450000, Примерск, Школьная ул., 1",
        "--staff", "director=Иванова Анна Петровна, ж, директор",
        "--staff", "curator=Петрова Мария Ивановна, ж, заместитель директора",
        "--set", "inn=0276012345",
    )  # fmt: skip
    assert added.code == 0, added.err
    started = vekha("programme", "start", "school-12", "--year", 2026, "--json")
    assert started.code == 0, started.err
    return started.json["programme"]
