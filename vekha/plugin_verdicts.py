"""The checks at the start of an installation: every type judged once, and what was found kept beside the database.

A verdict holds for exactly these files of the plugin and of Vekha; an unchanged plugin costs nothing. A type with
breaking errors is kept apart (`Registry.unsound`): what runs goes on, nothing new is started with it, other types work.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from vekha.domain.errors import Problem
from vekha.plugin import InstitutionType
from vekha.registry import Registry
from vekha.settings import CHECKOUT
from vekha.texts import text

FILE = "plugin-checks.json"
_OURS = (CHECKOUT / "vekha", CHECKOUT / "templates" / "documents")
_NOT_READ = {"__pycache__", ".pytest_cache"}


def recall(registry: Registry, home: Path) -> None:
    """Tells the registry of the errors that an earlier start has found in these very files. Checks nothing itself."""
    kept = _read(home)
    if kept:
        own = _stamp(*_OURS)
        for type_ in registry.types.values():
            found = kept.get(type_.code, {})
            if found.get("files") == _files_of(type_, own):
                _judge(registry, type_, found["errors"])


def judge(registry: Registry, home: Path, say: Callable[[str], None]) -> None:
    """Checks the types whose files have changed since the last start, says every error, keeps the verdicts."""
    from vekha.plugin_checks import run_checks  # noqa: PLC0415 — the grammar and the samples, half a second

    kept, own = _read(home), _stamp(*_OURS)
    fresh: dict[str, dict[str, Any]] = {}
    for type_ in registry.types.values():
        files = _files_of(type_, own)
        known = kept.get(type_.code, {})
        if known.get("files") == files:
            fresh[type_.code] = known
        else:
            say(text("up.checking", title=type_.title))
            errors = [_as_json(each) for each in run_checks(type_, registry).breaking]
            fresh[type_.code] = {"files": files, "errors": errors}
        _judge(registry, type_, fresh[type_.code]["errors"])
    if fresh != kept:
        _write(home, fresh)
    for each in _told(registry):
        say(each)


def _told(registry: Registry) -> Iterator[str]:
    yield from (str(each) for each in registry.problems)
    for code, errors in registry.unsound.items():
        yield text("up.unsound", title=registry.types[code].title)
        yield from (f"  {each}" for each in errors)


def _judge(registry: Registry, type_: InstitutionType, errors: list[dict[str, Any]]) -> None:
    if errors:
        found = (Problem(each["code"], each["where"], tuple(each["params"].items())) for each in errors)
        registry.unsound[type_.code] = tuple(found)


def _as_json(found: Problem) -> dict[str, Any]:
    return {"code": found.code, "where": found.where, "params": dict(found.params)}


def _files_of(type_: InstitutionType, own: str) -> str:
    return f"{own} {_stamp(type_.folder)}"


def _stamp(*folders: Path) -> str:
    """Names, sizes and times of all files: reading a thousand of them would delay every command."""
    digest = hashlib.sha256()
    for line in sorted(line for folder in folders for line in _lines(str(folder))):
        digest.update(line.encode())
    return digest.hexdigest()


def _lines(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name not in _NOT_READ:
                    yield from _lines(entry.path)
            elif not entry.name.endswith(".pyc"):
                facts = entry.stat()
                yield f"{entry.path}\0{facts.st_size}\0{facts.st_mtime_ns}\n"


def _read(home: Path) -> dict[str, dict[str, Any]]:
    """What was kept; nothing when it is not there or somebody has spoilt it: then all is checked anew."""
    try:
        kept = json.loads((home / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _write(home: Path, verdicts: dict[str, dict[str, Any]]) -> None:
    """Whole or not at all; a disk that takes no more costs a second look at the next start."""
    draft = home / f"{FILE}.{os.getpid()}"
    try:
        home.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(verdicts, ensure_ascii=False, default=str), encoding="utf-8")
        draft.replace(home / FILE)
    except OSError:
        with suppress(OSError):
            draft.unlink()
