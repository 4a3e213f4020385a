"""Commands of plugins (`vekha_register_commands`).

Loading every plugin takes half a second, so it happens only when a plugin's text names the hook: `vekha --help` and
completion must answer at once.
"""

import os
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import typer

HOOK = "vekha_register_commands"


@cache
def plugin_commands() -> dict[str, Any]:
    """Name → command; a plugin that fails is told of on the error stream and harms nothing else."""
    if not _mentioned():
        return {}
    from vekha.cli.output import warn  # noqa: PLC0415
    from vekha.cli.words import Command, Group  # noqa: PLC0415
    from vekha.registry import load_plugins  # noqa: PLC0415

    shell = typer.Typer(cls=Group, add_completion=False)
    shell.callback()(lambda: None)
    for each in load_plugins(_folder()).register_commands(shell):
        warn(str(each))
    for command in shell.registered_commands:
        command.cls = Command
    return dict(typer.main.get_command(shell).commands)  # type: ignore[attr-defined]


def _folder() -> Path:
    default = Path(__file__).resolve().parents[2] / "plugins"
    return Path(os.environ.get("VEKHA_PLUGINS_DIR") or default)


def _mentioned() -> bool:
    if entry_points(group="vekha.plugins"):
        return True
    return any(HOOK in path.read_text(encoding="utf-8", errors="replace") for path in _folder().glob("*/plugin.py"))
