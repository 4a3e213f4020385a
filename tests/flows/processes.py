"""Processes as tests see them: who is whose child, waiting for something to come true."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PATIENCE = 180.0  # seconds: a busy machine is slow, and waiting ends as soon as it may


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE, what: str = "") -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"не дождались: {what or condition}"
        time.sleep(0.05)


def children(pid: int) -> dict[str, int]:
    """The processes that `vekha.watched` runs for a supervisor: module → pid; the second of a module is «module 2»."""
    found: dict[str, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            words = (folder / "cmdline").read_text().split("\0")
        except (OSError, IndexError, ValueError):
            continue
        if parent == pid and "vekha.watched" in words:
            module = words[words.index("vekha.watched") + 2]
            found[f"{module} 2" if module in found else module] = int(folder.name)
    return found


def alive(pid: int) -> bool:
    """Whether anything of it runs. A main thread may be a zombie already while others still hold the files' locks."""
    process = Path("/proc") / str(pid)
    try:
        zombie = (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        return not zombie or len(list((process / "task").iterdir())) > 1
    except OSError:
        return False


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, 9)
