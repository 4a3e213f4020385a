"""The pack of a stage: its documents in one ZIP with a list of contents, the same bytes each time."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from vekha.domain.access import Action
from vekha.files import SUFFIXES
from vekha.services import documents
from vekha.services.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import Document
from vekha.texts import text

_MOMENT = (1980, 1, 1, 0, 0, 0)  # a ZIP wants a date; a constant one keeps the bytes the same


def documents_to_print(work: Work, key: str, stage: str) -> list[int]:
    """The approved documents of a stage whose PDF is not made yet."""
    load(work, key, Action.VIEW)
    return [row.id for row in documents.issued(work, key, stage) if row.file is None and row.id is not None]


def file_pack(work: Work, key: str, stage: str) -> str:
    """Makes the stage's pack of everything issued in it and files it; returns its SHA-256."""
    loaded = load(work, key)
    rows = documents.issued(work, key, stage)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        _write(archive, text("pack.contents_file"), _contents(loaded, stage, rows).encode())
        for name, row in file_names(rows):
            _write(archive, name, work.tools.files.get(row.file or ""))
    return work.tools.files.put(buffer.getvalue())


def export(work: Work, key: str, folder: Path) -> list[Path]:
    """Writes every issued document into `folder`, a subfolder for each stage; returns the files."""
    loaded = load(work, key, Action.VIEW)
    written: list[Path] = []
    for number, stage in enumerate(loaded.roadmap.stages, 1):
        rows = [row for row in documents.issued(work, key, stage.code) if row.file]
        target = folder / safe_name(f"{number}. {stage.title}")
        for name, row in file_names(rows):
            target.mkdir(parents=True, exist_ok=True)
            path = target / name
            path.write_bytes(work.tools.files.get(row.file or ""))
            written.append(path)
    return written


def file_names(rows: Iterable[Document]) -> Iterable[tuple[str, Document]]:
    """A name that a person can read for each document: «01 Приказ … № 3.pdf»."""
    for number, row in enumerate((row for row in rows if row.file), 1):
        of = f" № {row.number}" if row.number else ""
        yield safe_name(f"{number:02} {row.title}{of}") + SUFFIXES[row.media_type], row


def safe_name(name: str) -> str:
    """A file name for every system, and short enough for the strictest."""
    cleaned = "".join(" " if sign in '<>:"/\\|?*«»\n\r\t' else sign for sign in name)
    return " ".join(cleaned.split())[:115].rstrip(" .")


def _contents(loaded: Loaded, stage: str, rows: Sequence[Document]) -> str:
    lines = [
        text("pack.title", stage=loaded.roadmap.stage(stage).title),
        text("pack.institution", institution=loaded.institution.title),
        "",
    ]
    for name, row in file_names(rows):
        dated = f"{row.dated:%d.%m.%Y}" if row.dated else text("pack.undated")
        lines.append(text("pack.line", name=name, title=row.title, dated=dated))
    return "\n".join([*lines, ""])


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)
