"""The pages of every document of the roadmaps as printed: nothing overlaps, nothing is cut, no column is empty, and the
text is the one that was looked at.

A text is compared with `snapshots/<template>.txt`: words in their order, lines and hyphens left out, so that a font's
new version changes nothing. After a change of words on purpose run this file with `VEKHA_SNAPSHOTS=write` in the
environment, and look at the difference.
"""

import datetime as dt
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import outloud
import pdfua
import pikepdf
import pytest

from tests.documents.faults import empty_columns, faults, words_of
from tests.documents.test_templates import PAPERS, REGISTRY, Paper, every_paper, rendered, renderer

SNAPSHOTS = Path(__file__).parent / "snapshots"


def template_of(paper: Paper) -> str:
    kind, roadmap, _, code = paper
    return renderer().resolve(kind, REGISTRY.roadmap(kind, roadmap).documents[code].template or "")


def one_of_each_template() -> Iterator[Paper]:
    seen: set[tuple[str, str]] = set()
    for paper in PAPERS:
        name = (template_of(paper), paper[3])
        if name not in seen:
            seen.add(name)
            yield paper


ONCE = tuple(one_of_each_template())


@cache
def printed(paper: Paper) -> bytes:
    created = dt.datetime(2026, 5, 24, tzinfo=dt.UTC)
    return renderer().pdf(rendered(paper), title=paper[3], created=created)


def lines_of(pdf: bytes) -> str:
    """A line for each sentence, wherever the pages end."""
    return re.sub(r"(?<=[а-яё»)][.;:!?]) (?=[А-ЯЁ«–])", "\n", " ".join(words_of(pdf))) + "\n"


@pytest.mark.slow
@every_paper
def test_nothing_overlaps_nothing_is_cut_and_no_page_holds_leftovers(paper: Paper) -> None:
    assert list(faults(printed(paper))) == []


@pytest.mark.slow
@pytest.mark.parametrize("paper", ONCE, ids=["-".join((each[1], each[3])) for each in ONCE])
def test_the_text_is_the_one_that_was_looked_at(paper: Paper) -> None:
    name = template_of(paper).removesuffix(".html").replace("/", "-")
    file = SNAPSHOTS / (f"{name}.txt" if paper[3] in name else f"{name}-{paper[3]}.txt")
    text = lines_of(printed(paper))
    if os.environ.get("VEKHA_SNAPSHOTS") == "write":
        SNAPSHOTS.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("paper", ONCE, ids=["-".join((each[1], each[3])) for each in ONCE])
def test_every_paper_passes_the_checkers_of_accessibility(paper: Paper, tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(printed(paper))
    assert [each for each in outloud.check(str(path)).findings if str(each.severity).endswith("error")] == []
    assert [each for each in pdfua.validate(str(path)).findings if each.severity.name == "ERROR"] == []
    with pikepdf.open(path) as document:
        assert document.check_pdf_syntax() == []


@every_paper
def test_no_column_of_a_table_is_empty(paper: Paper) -> None:
    assert list(empty_columns(rendered(paper))) == []


def test_the_snapshots_are_those_of_templates() -> None:
    names = {template_of(each).removesuffix(".html").replace("/", "-") for each in ONCE}
    assert {each.stem for each in SNAPSHOTS.glob("*.txt")} >= names - {
        "base-common-consent_pd",
    }


@pytest.mark.slow
@pytest.mark.parametrize("rows", range(28, 46))
def test_no_page_begins_with_the_last_row_of_a_table(rows: int) -> None:
    """Nor does one end with the first row, and every row is there."""
    body = "".join(f"<tr><td>строка{number}</td></tr>" for number in range(1, rows + 1))
    text = f'<p>Начало</p><table class="grid"><thead><tr><th>Голова</th></tr></thead><tbody>{body}</tbody></table>'
    html = f'<html lang="ru"><body data-state="">{text}</body></html>'
    pages = words_of(renderer().pdf(html, title="Опись", created=dt.datetime(2026, 5, 24, tzinfo=dt.UTC)))
    counts = [len(re.findall("строка", each)) for each in pages]
    assert sum(counts) == rows
    assert 1 not in counts


@pytest.mark.slow
def test_tables_of_one_row_do_not_hang_together() -> None:
    """Three bases with a mentor each: the first is on the first page, not chained to the others on the second."""
    paper = next(each for each in PAPERS if (each[1], each[3]) == ("college", "mentor_register"))
    first = words_of(printed(paper))[0]
    assert "База А" in first
    assert "Хужахметов" in first
