"""Commands in the guides are run, in order, in an installation of their own, and say what the page says they say.

In a ```console block: «$ vekha …» is run; the lines below it must appear in its output in this order («…» skips any);
«! [code]» means that the command is refused with that code. Everything else must succeed.
"""

import datetime as dt
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from vekha.bootstrap import App
from vekha.cli import main, office
from vekha.settings import CHECKOUT

GUIDES = ("README.md", "docs/curator.md", "docs/operator.md", "docs/reminders.md", "docs/plugin-author.md")
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
MONDAY = dt.date(2026, 5, 18)


@dataclass(slots=True)
class Command:
    """One command of a page and the lines it is said to print."""

    words: list[str]
    into: str | None = None
    shown: list[str] = field(default_factory=list)

    @property
    def refusal(self) -> str | None:
        return next((each[2:] for each in self.shown if each.startswith("! ")), None)

    @property
    def lines(self) -> list[str]:
        return [each for each in self.shown if each and each != "…" and not each.startswith("! ")]


def commands(page: str) -> Iterator[Command]:
    found: Command | None = None
    for block in BLOCK.findall(page):
        for line in block.splitlines():
            if line.startswith("$ "):
                if found is not None:
                    yield found
                words, _, into = line[2:].partition(" > ")
                found = Command(shlex.split(words), into.strip() or None)
            elif found is not None:
                found.shown.append(line.rstrip())
    if found is not None:
        yield found


@pytest.mark.slow
@pytest.mark.parametrize("guide", [each for each in GUIDES if (CHECKOUT / each).exists()])
def test_commands_of(
    guide: str,
    app: App,
    home: Path,
    clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock.to(MONDAY)
    monkeypatch.setenv("VEKHA_HOME", str(home))
    monkeypatch.setattr(office, "_opened", {app.settings.database: app})
    monkeypatch.chdir(tmp_path)
    for command in commands((CHECKOUT / guide).read_text(encoding="utf-8")):
        told = " ".join(command.words)
        assert command.words[0] == "vekha", f"в блоке console только команды vekha: {told}"
        code = main(command.words[1:])
        out, err = capsys.readouterr()
        if command.refusal:
            assert (code, command.refusal in err) == (1, True), f"{told}\n{out}{err}"
            continue
        assert code == 0, f"{told}\n{out}{err}"
        if command.into:
            (tmp_path / command.into).write_text(out, encoding="utf-8")
        _printed(command, out)


def _printed(command: Command, out: str) -> None:
    """Every shown line begins a line of the output, after those before it."""
    rest = iter(out.splitlines())
    for line in command.lines:
        assert any(each.startswith(line) for each in rest), f"{' '.join(command.words)}\n«{line}» нет в:\n{out}"
