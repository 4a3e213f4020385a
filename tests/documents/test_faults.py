"""Each fault that the papers are searched for, planted in a paper: a search that cannot find is no search.

The paper is rendered and printed as any other, so that typography, hyphenation and the style sheet have had their say.
"""

from pathlib import Path

import pytest

from tests.documents.example import CREATED, ROOT
from tests.documents.faults import Box, empty_columns, faults, overlapping, words, wrong
from vekha.documents import Renderer
from vekha.documents.engine import Html

SOUND = "<p>Назначить куратором программы наставничества заместителя директора по воспитательной работе.</p>"
WORDS = {
    "braces": "Назначить {{ '{{' }} curator }} куратором",
    "none": "Назначить None куратором",
    "two spaces": "Назначить&#160;&#160;куратора",
    "straight quotes": "Школа &#34;Лицей&#34;",
    "English quotes": "Школа “Лицей”",
    "a quote left open": "Школа «Лицей",
    "a quote closed by another": "Школа «Лицей“",
    "the same quotes inside": "МАДОУ «Детский сад «Ладошки»»",
    "a Latin letter": "Программа нaставничества",
    "a Latin capital": "ПPИКАЗ",
    "two full stops": "Конец..",
    "a space before a comma": "Пара , группа",
    "an open year": "май Х года",
    "no date": "00.00.2026",
}
ROWS = "<tr><td>1</td><td>{}</td></tr><tr><td>2</td><td>{}</td></tr>"
HEAD = '<table class="grid"><thead><tr><th scope="col">№</th><th scope="col">{}</th></tr></thead><tbody>'
FAR = "position: absolute; left: 175mm; width: 40mm; white-space: nowrap"
PAGES = {
    "overlap": SOUND + '<p style="position: absolute; left: 0; top: 1mm">Эта строка стоит поверх приказа</p>',
    "cut": SOUND + f'<p class="plain" style="{FAR}">Эта строка не уместилась на листе</p>',
    "leftover": SOUND + '<p class="plain new-page">Остаток</p>',
}


@pytest.fixture
def renderer(tmp_path: Path) -> Renderer:
    return Renderer({"base": ROOT / "templates/documents", "planted": tmp_path})


def made(renderer: Renderer, folder: Path, body: str) -> Html:
    text = "{% extends 'base/base.html' %}{% block body %}" + body + "{% endblock %}"
    (folder / "paper.html").write_text(text, encoding="utf-8")
    return renderer.html("planted/paper.html", {"document": Document()})


class Document:
    title, retention, date, state = "Приказ", "", None, "approved"


@pytest.mark.parametrize("body", WORDS.values(), ids=WORDS)
def test_words(renderer: Renderer, tmp_path: Path, body: str) -> None:
    assert wrong(words(made(renderer, tmp_path, f"<p>{body}</p>")))


def test_an_empty_column(renderer: Renderer, tmp_path: Path) -> None:
    def found(head: str, *cells: str) -> list[str]:
        table = HEAD.format(head) + ROWS.format(*cells) + "</tbody></table>"
        return list(empty_columns(made(renderer, tmp_path, table)))

    assert found("Наставник", "", " ") == ["Наставник"]
    assert found("Наставник", "", "–") == []
    assert found("Подпись", "", "") == []


@pytest.mark.slow
@pytest.mark.parametrize("fault", PAGES)
def test_pages(renderer: Renderer, tmp_path: Path, fault: str) -> None:
    pdf = renderer.pdf(made(renderer, tmp_path, PAGES[fault]), title="Приказ", created=CREATED)
    assert {name for _, name in faults(pdf)} == {fault}


@pytest.mark.slow
def test_a_sound_paper_has_none(renderer: Renderer, tmp_path: Path) -> None:
    html = made(renderer, tmp_path, SOUND + "<p>МАДОУ «Детский сад „Ладошки“», см. п. 1…</p>")
    assert wrong(words(html)) == []
    assert list(faults(renderer.pdf(html, title="Приказ", created=CREATED))) == []


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ((0, 0, 10, 10), (5, 5, 20, 20), True),
        ((0, 0, 10, 10), (9, 0, 20, 10), False),
        ((0, 0, 10, 10), (0, 11, 10, 20), False),
    ],
)
def test_how_near_is_too_near(one: Box, other: Box, *, found: bool) -> None:
    assert overlapping(one, other) is found
