"""Editable copies for the tests of them: made of a paper or of a few lines, opened, with their numbers counted."""

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from tests.documents.test_templates import PAPERS, Paper, rendered, renderer
from vekha.documents.editable.package import Properties
from vekha.documents.identity import docx_mark

ROOT = Path(__file__).parents[2]
CREATED = dt.datetime(2026, 5, 24, tzinfo=dt.UTC)
MARK = docx_mark(7, "a" * 64)
LOOKS = Properties("Приказ", "Школа № 12", CREATED, MARK, "КОПИЯ ДЛЯ ПРАВКИ")


def copy_of(html: object, **changed: Any) -> bytes:
    look = Properties(**{name: changed.get(name, getattr(LOOKS, name)) for name in Properties.__dataclass_fields__})
    return renderer().docx(html, look)  # pyright: ignore[reportArgumentType]


def paper(code: str, kind: str = "school") -> Paper:
    return next(each for each in PAPERS if (each[0], each[3]) == (kind, code))


def opened(paper: Paper) -> Any:
    return Document(io.BytesIO(copy_of(rendered(paper))))


def page(body: str, style: str = "", classes: str = "") -> str:
    return f'<html lang="ru"><head><style>{style}</style></head><body class="{classes}">{body}</body></html>'


def simple(body: str, style: str = "", classes: str = "") -> Any:
    return Document(io.BytesIO(copy_of(page(body, style, classes))))


def roots(content: bytes) -> list[Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [parse_xml(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")]


def local(element: Any) -> str:
    return element.tag.partition("}")[2]


class Counted:
    """The words of a DOCX with the numbers that Word puts before paragraphs, counted from `numbering.xml` anew."""

    def __init__(self, document: Any) -> None:
        self._document = document
        root = document.part.numbering_part.element
        kinds = {each.get(qn("w:abstractNumId")): each for each in root.findall(qn("w:abstractNum"))}
        self._lists = {
            each.get(qn("w:numId")): (each, kinds[each.find(qn("w:abstractNumId")).get(qn("w:val"))])
            for each in root.findall(qn("w:num"))
        }
        self._counts: dict[str, list[int]] = {}

    def lines(self) -> list[str]:
        found: list[str] = []
        for paragraph in self._document.element.body.iter(qn("w:p")):
            number = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            runs = (each for each in paragraph.iter() if local(each) in ("t", "tab", "br", "noBreakHyphen"))
            own = "".join({"t": each.text, "noBreakHyphen": "-"}.get(local(each), " ") for each in runs)
            found.append(f"{self._number(number)} {own}" if number is not None else own)
        return found

    def _number(self, properties: Any) -> str:
        level, number = (properties.find(qn(f"w:{name}")).get(qn("w:val")) for name in ("ilvl", "numId"))
        instance, kind = self._lists[number]
        shown = kind.find(f"{qn('w:lvl')}[@{qn('w:ilvl')}='{level}']/{qn('w:lvlText')}").get(qn("w:val"))
        if "%" not in shown:
            return shown
        starts = {
            each.get(qn("w:ilvl")): int(each.find(qn("w:startOverride")).get(qn("w:val")))
            for each in instance.findall(qn("w:lvlOverride"))
        }
        depth = int(level)
        counts = self._counts.setdefault(number, [])
        while len(counts) < depth:
            counts.append(starts.get(str(len(counts)), 1))
        if len(counts) == depth:
            fresh = starts.get(level, 1) if not any(each == (number, depth) for each in self._seen) else 1
            counts.append(fresh)
        else:
            counts[depth] += 1
            del counts[depth + 1 :]
        self._seen.add((number, depth))
        return re.sub(r"%(\d)", lambda place: str(counts[int(place[1]) - 1]), shown)

    @property
    def _seen(self) -> set[tuple[str, int]]:
        return self.__dict__.setdefault("seen", set())
