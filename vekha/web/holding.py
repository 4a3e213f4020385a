"""Uploaded tables between their report and their confirmation: in files of the installation, for a day.

A table is told by a long random name that its owner alone was given, together with the account it belongs to.
"""

import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from vekha.domain.errors import VekhaError, problem

LASTS = 24 * 3600  # seconds
_TOKEN = re.compile(r"[\w-]{20,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Holding:
    """Where uploads wait."""

    folder: Path

    def put(self, account: int, content: bytes, name: str) -> str:
        """Keeps it and returns how to ask for it; throws away what nobody came back for."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        token = secrets.token_urlsafe(24)
        self._path(account, token).write_bytes(f"{name[:200]}\n".encode() + content)
        return token

    def get(self, account: int, token: str) -> tuple[bytes, str]:
        """The content and the name. Raises VekhaError import.forgotten."""
        path = self._path(account, token)
        if not _TOKEN.fullmatch(token) or not path.is_file() or self._old(path):
            raise VekhaError(problem("import.forgotten"))
        name, _, content = path.read_bytes().partition(b"\n")
        return content, name.decode()

    def drop(self, account: int, token: str) -> None:
        if _TOKEN.fullmatch(token):
            self._path(account, token).unlink(missing_ok=True)

    def _path(self, account: int, token: str) -> Path:
        return self.folder / f"{account}-{token}"

    def _sweep(self) -> None:
        for each in self.folder.iterdir():
            if self._old(each):
                each.unlink(missing_ok=True)

    def _old(self, path: Path) -> bool:
        try:
            return time.time() - path.stat().st_mtime > LASTS
        except FileNotFoundError:
            return True
