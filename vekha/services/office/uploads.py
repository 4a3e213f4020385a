"""What is brought from outside: told by its content, checked for viruses, stored under its own hash."""

import shlex
import subprocess

from vekha.domain.errors import VekhaError, problem
from vekha.files import media_type, safe_name
from vekha.services.work import Work

SCAN_SECONDS = 60.0
CLEAN, INFECTED = 0, 1  # how clamdscan and its like end


def examine(work: Work, content: bytes, name: str) -> str:
    """The type of an upload. Raises VekhaError file.* or plugin.hook_failed.

    Call it before the first query: a scan takes seconds, and the embedded database has one writer.
    """
    name = safe_name(name)
    kind = media_type(content, name)
    if reason := work.tools.registry.scan_file(content, name, kind):
        raise VekhaError(problem("file.refused", name, reason=reason))
    if work.tools.scan_command:
        _scan(work.tools.scan_command, content, name)
    return kind


def keep(work: Work, content: bytes, name: str) -> str:
    """Stores a file that belongs to an answer; returns how the answer names it: «hash/name»."""
    examine(work, content, name)
    return f"{work.tools.files.put(content)}/{safe_name(name)}"


def named(reference: str) -> tuple[str, str]:
    """The hash and the name of a file that `keep` stored; an empty hash when the reference is only a name."""
    digest, slash, name = reference.partition("/")
    known = slash and len(digest) == 64 and all(sign in "0123456789abcdef" for sign in digest)
    return (digest, name) if known else ("", reference)


def _scan(command: str, content: bytes, name: str) -> None:
    """Lets the command judge. One that cannot be asked lets nothing in."""
    try:
        ended = subprocess.run(
            shlex.split(command), input=content, capture_output=True, timeout=SCAN_SECONDS, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as reason:
        raise VekhaError(problem("file.not_scanned", name, detail=str(reason))) from reason
    if ended.returncode == INFECTED:
        raise VekhaError(problem("file.infected", name))
    if ended.returncode != CLEAN:
        detail = (ended.stderr or ended.stdout).decode("utf-8", "replace").strip()[:200]
        raise VekhaError(problem("file.not_scanned", name, detail=detail or str(ended.returncode)))
