"""What differs between two documents, or two versions of one, in words that a curator reads."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vekha.documents.wording import Change, DataChange, changes, data_changes, words_of, words_of_docx, words_of_pdf
from vekha.domain.access import Action
from vekha.services.office import documents
from vekha.services.work import Work
from vekha.storage.tables import Document
from vekha.texts import section, text

_PASSING = frozenset({"state", "done_on", "closed_on", "version"})  # of the day, not of the document
SHOWN = 60  # characters of a value


@dataclass(frozen=True, slots=True)
class Differences:
    """`text` and `data` are sentences in Russian; `changes` and `values` are what they were made from."""

    changes: tuple[Change, ...]
    values: tuple[DataChange, ...]
    text: tuple[str, ...]
    data: tuple[str, ...]


def compare(work: Work, older: int, newer: int) -> Differences:
    """Raises VekhaError document.unknown or access.denied."""
    rows = [documents.one(work, each, Action.VIEW) for each in (older, newer)]
    found = changes(*(_words(work, row) for row in rows))
    contents = old, new = [_content(work, row) for row in rows]
    values = [each for each in data_changes(old, new) if each.path[-1] not in _PASSING] if old and new else []
    labels = _labels(contents)
    return Differences(
        tuple(found), tuple(values), tuple(map(sentence, found)), tuple(_value(each, labels) for each in values)
    )


def sentence(change: Change) -> str:
    """«после слов «…»: было «…», стало «…»»"""
    after = text("difference.after", words=change.after) if change.after else text("difference.start")
    return text(f"difference.{_kind(change.old, change.new)}", place=after, old=change.old, new=change.new)


def data_sentences(values: Iterable[DataChange], *contents: Mapping[str, Any]) -> list[str]:
    """The same of values; what the forms call their fields is taken from `contents`."""
    labels = _labels(contents)
    return [_value(each, labels) for each in values if each.path[-1] not in _PASSING]


def _value(change: DataChange, labels: Mapping[str, str]) -> str:
    place = " → ".join(labels.get(step, step) for step in change.path)
    old, new = (_short(each) for each in (change.old, change.new))
    return text(f"difference.{_kind(old, new)}", place=place[:1].upper() + place[1:], old=old, new=new)


def _kind(old: str | None, new: str | None) -> str:
    return "changed" if old and new else "removed" if old else "added"


def _short(value: str | None) -> str | None:
    if value is None:
        return None
    shown = section("difference.values").get(value, value)
    return shown if len(shown) <= SHOWN else shown[: SHOWN - 1].rstrip() + "…"


def _labels(contents: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Russian names of fields: of the contract of templates, and of the forms in the data."""
    return {name: label for content in contents for name, label in _form_labels(content)} | section("difference.fields")


def _form_labels(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for answers in content.get("answers", {}).values():
        for answer in answers:
            yield from answer.get("labels", {}).items()


def _words(work: Work, row: Document) -> list[str]:
    if row.html is not None and row.origin == "made":
        return words_of(work.tools.files.get(row.html).decode())
    if row.file is None:
        return []
    content = work.tools.files.get(row.file)
    try:
        return words_of_pdf(content) if content.startswith(b"%PDF-") else words_of_docx(content)
    except ValueError:
        return []  # a picture has no words


def _content(work: Work, row: Document) -> dict[str, Any]:
    return json.loads(work.tools.files.get(row.content)) if row.content else {}
