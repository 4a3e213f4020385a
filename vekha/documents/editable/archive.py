"""Writing a DOCX so that the same parts are the same bytes."""

import zipfile

_MOMENT = (1980, 1, 1, 0, 0, 0)  # a ZIP wants a date; a constant one keeps the bytes the same


def put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Adds a part without the hour of its making."""
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    archive.writestr(entry, content)
