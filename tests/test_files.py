"""Files: judged by their content, kept whole or not at all."""

import errno
import hashlib
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vekha import files
from vekha.domain.errors import VekhaError
from vekha.files import DOCX, FileStore, media_type


def docx(*more: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


def zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "x")
    return buffer.getvalue()


def refused(content: bytes, name: str = "скан.pdf") -> list[tuple[str, str]]:
    with pytest.raises(VekhaError) as caught:
        media_type(content, name)
    return [(each.code, each.where) for each in caught.value.problems]


# --- what a file is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n...", "application/pdf"),
        (b"\xff\xd8\xff\xe0...", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (docx("word/media/image1.png"), DOCX),
    ],
)
def test_the_content_tells_the_type_whatever_the_name(content: bytes, kind: str) -> None:
    assert media_type(content, "что угодно.exe") == kind


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00",
        b"  %PDF-1.7",
        docx("word/vbaProject.bin"),
        docx("word/vbaData.xml"),
        zipped("word/document.xml"),
        zipped("xl/workbook.xml"),
        docx()[:-30],
        b"PK\x03\x04",
        b"\x89PNG",
        "текст".encode(),
    ],
)
def test_what_is_not_accepted(content: bytes) -> None:
    assert refused(content) == [("file.wrong_type", "скан.pdf")]


def test_empty_and_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(b"") == [("file.empty", "скан.pdf")]
    monkeypatch.setattr(files, "MAX_BYTES", 8)
    assert media_type(b"%PDF-1.7") == "application/pdf"
    assert refused(b"%PDF-1.7\n") == [("file.too_large", "скан.pdf")]


@given(st.binary(max_size=200), st.integers(0, 300))
def test_any_bytes_are_accepted_or_refused_in_words(tail: bytes, cut: int) -> None:
    for content in (tail, b"PK" + tail, docx()[:cut] + tail, docx() + tail):
        try:
            assert media_type(content) in files.SUFFIXES
        except VekhaError as refusal:
            assert {each.code for each in refusal.problems} <= {"file.empty", "file.wrong_type"}


# --- the store --------------------------------------------------------------------------------------------------------


def everything(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_files_are_named_by_their_content_and_kept_once(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    digest = store.put(b"content")
    assert digest == hashlib.sha256(b"content").hexdigest() == store.put(b"content")
    assert everything(tmp_path) == [store.path(digest)] == [tmp_path / "files" / digest[:2] / digest]
    assert store.get(digest) == b"content"


@pytest.mark.parametrize("digest", ["", "0" * 64])
def test_a_file_that_is_not_there(tmp_path: Path, digest: str) -> None:
    with pytest.raises(VekhaError) as caught:
        FileStore(tmp_path).get(digest)
    assert [each.code for each in caught.value.problems] == ["file.lost"]


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "file.disk_full"), (errno.EDQUOT, "file.disk_full"), (errno.EIO, "file.cannot_write")],
)
@pytest.mark.parametrize("failing", ["fsync", "fdopen"])
def test_a_disk_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str, failing: str
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(VekhaError) as caught:
        FileStore(tmp_path).put(b"content")
    assert [each.code for each in caught.value.problems] == [code]
    assert everything(tmp_path) == []


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"")
    with pytest.raises(VekhaError) as caught:
        FileStore(tmp_path / "files").put(b"content")
    assert [each.code for each in caught.value.problems] == ["file.cannot_write"]
