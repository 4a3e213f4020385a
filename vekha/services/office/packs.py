"""Packs of a stage and of a programme: documents in one ZIP with a list of contents, the same bytes each time."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem
from vekha.files import SUFFIXES
from vekha.services.office import documents, inventory
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import Document
from vekha.texts import text

LONGEST = 115  # letters: two bytes each, with the ending below the 255 bytes that a name may have
_MOMENT = (1980, 1, 1, 0, 0, 0)  # a ZIP wants a date; a constant one keeps the bytes the same


def documents_to_print(work: Work, key: str, stage: str) -> list[int]:
    """The approved documents of a stage whose PDF is not made yet."""
    load(work, key, Action.VIEW)
    return [row.id for row in documents.issued(work, key, stage) if row.file is None and row.id is not None]


def file_pack(work: Work, key: str, stage: str) -> str:
    """Makes the stage's pack of everything issued in it and files it; returns its SHA-256."""
    loaded = load(work, key)
    title = text("pack.title", stage=loaded.roadmap.stage(stage).title)
    named = list(file_names(documents.issued(work, key, stage)))
    return work.tools.files.put(_archive(work, loaded, title, named))


def programme_pack(work: Work, key: str, stage: str | None = None) -> bytes:
    """Everything issued in a programme (or a stage), a folder for each stage, with one list of contents."""
    loaded = load(work, key, Action.VIEW)
    named = [
        (f"{folder}/{name}", row) for folder, rows in _by_stage(work, loaded, stage) for name, row in file_names(rows)
    ]
    title = text("pack.programme_title", programme=loaded.roadmap.title)
    return _archive(work, loaded, title, named)


def _archive(work: Work, loaded: Loaded, title: str, named: Sequence[tuple[str, Document]]) -> bytes:
    contents = {name: work.tools.files.get(row.file or "") for name, row in named}
    lines = [inventory.line_of(name, row, contents[name]) for name, row in named]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        _write(archive, text("pack.contents_pdf"), inventory.as_pdf(work, loaded, title, lines))
        _write(archive, text("pack.contents_file"), inventory.as_text(loaded, title, lines).encode())
        for name, content in contents.items():
            _write(archive, name, content)
    return buffer.getvalue()


def _by_stage(work: Work, loaded: Loaded, only: str | None) -> Iterable[tuple[str, list[Document]]]:
    """The folder of each stage and what has been printed of it. Raises VekhaError stage.unknown."""
    if only is not None and only not in loaded.stages:
        raise VekhaError(problem("stage.unknown", stage=only, known=", ".join(loaded.stages)))
    for number, stage in enumerate(loaded.roadmap.stages, 1):
        if only not in (None, stage.code):
            continue
        yield (
            safe_name(f"{number}. {stage.title}"),
            [row for row in documents.issued(work, loaded.key, stage.code) if row.file],
        )


def export(work: Work, key: str, folder: Path, stage: str | None = None) -> list[Path]:
    """Writes every issued document (of a stage) into `folder`, a subfolder for each stage; returns the files."""
    loaded = load(work, key, Action.VIEW)
    written: list[Path] = []
    for place, rows in _by_stage(work, loaded, stage):
        target = folder / place
        for name, row in file_names(rows):
            target.mkdir(parents=True, exist_ok=True)
            path = target / name
            path.write_bytes(work.tools.files.get(row.file or ""))
            written.append(path)
    return written


def file_names(rows: Iterable[Document]) -> Iterable[tuple[str, Document]]:
    """A name that a person can read for each document: «01 Приказ … № 3.pdf»."""
    for number, row in enumerate((row for row in rows if row.file), 1):
        of = safe_name(f" № {row.number}") if row.number else ""
        title = safe_name(f"{number:02} {row.title}", LONGEST - len(of) - 1)
        yield f"{title} {of}".rstrip() + SUFFIXES[row.media_type], row


def safe_name(name: str, longest: int = LONGEST) -> str:
    """A file name for every system, and short enough for the strictest: cut after a whole word, a bracket closed."""
    unquoted = name.replace("«", "").replace("»", "")
    cleaned = "".join(" " if sign in '<>:"/\\|?*\n\r\t' else sign for sign in unquoted)
    whole = " ".join(cleaned.split()).rstrip(" .")
    if len(whole) <= longest:
        return whole
    room = longest - len("…)")
    words = whole[: room + 1].rpartition(" ")[0] or whole[:room]
    cut = words.rstrip(" .,;:–-(")
    return f"{cut}…)" if cut.count("(") > cut.count(")") else f"{cut}…"


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)
