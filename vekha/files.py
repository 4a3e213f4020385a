"""Files by content: evidence and documents are kept under the SHA-256 of their bytes, so nothing is stored twice.

What a file is, its bytes tell, not its name (DOMAIN.md: uploads are checked by content).
"""

import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vekha.domain.errors import VekhaError, problem, why

MAX_BYTES = 25 * 1024 * 1024
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_UNPACKED = 200 * 1024 * 1024  # of all parts of a DOCX together
MAX_PARTS = 5000
MAX_RATIO = 200  # unpacked to packed; ordinary documents stay under 30
LONGEST_NAME = 150
_SIGNATURES = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
SUFFIXES = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    DOCX: ".docx",
    "application/zip": ".zip",
}


def media_type(content: bytes, name: str = "") -> str:
    """The type of an upload by its content. Raises VekhaError file.empty, file.too_large or file.wrong_type."""
    if not content:
        raise VekhaError(problem("file.empty", name))
    if len(content) > MAX_BYTES:
        raise VekhaError(problem("file.too_large", name, limit=MAX_BYTES // 1024 // 1024))
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    if content.startswith(b"PK") and _is_docx(content):
        return DOCX
    raise VekhaError(problem("file.wrong_type", name))


def safe_name(name: str) -> str:
    """The name of an upload without the way to it and without signs that no name needs: for people to read, never for
    a path."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*').strip(" .")
    if len(plain) <= LONGEST_NAME:
        return plain
    stem, dot, suffix = plain.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(suffix) - 1]}{dot}{suffix}" if len(suffix) <= 5 else plain[:LONGEST_NAME]


def _is_docx(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return False
    # What a packed file claims to hold is all that is ever unpacked of it: zipfile stops there.
    unpacked = sum(each.file_size for each in infos)
    if unpacked > MAX_UNPACKED or len(infos) > MAX_PARTS or unpacked > MAX_RATIO * max(len(content), 10_000):
        return False
    names = {each.filename for each in infos}
    # A document with macros is a program: it does not come in under this type.
    return {"[Content_Types].xml", "word/document.xml"} <= names and not any("vba" in name.lower() for name in names)


def _sync_folder(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class FileStore:
    """Content-addressed files under one folder: `ab/abcdef…`."""

    root: Path

    def path(self, digest: str) -> Path:
        return self.root / digest[:2] / digest

    def put(self, content: bytes) -> str:
        """Stores the bytes and returns their SHA-256; whole or not at all, and durable when it returns."""
        digest = hashlib.sha256(content).hexdigest()
        target = self.path(digest)
        if target.exists():
            return digest
        try:
            if not target.parent.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                _sync_folder(self.root)
            handle, name = tempfile.mkstemp(dir=target.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(target)
                _sync_folder(target.parent)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as reason:
            code = "file.disk_full" if reason.errno in (28, 122) else "file.cannot_write"
            raise VekhaError(problem(code, str(self.root), detail=why(reason))) from reason
        return digest

    def get(self, digest: str) -> bytes:
        """Raises VekhaError file.lost when it is not there."""
        try:
            return self.path(digest).read_bytes()
        except OSError as reason:
            raise VekhaError(problem("file.lost", digest[:12])) from reason

    def every(self) -> Iterator[tuple[str, float]]:
        """Every stored file with the moment (seconds since 1970) when it came."""
        for path in self.root.glob("??/" + "?" * 64):
            yield path.name, path.stat().st_mtime
