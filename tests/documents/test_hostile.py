"""Every template of the three roadmaps with what nobody expects in the fields.

Names without an end, HTML, emoji, letters from right to left, no director, no gender, a year whose calendar is not
decreed: words stay words, a gap is told of, nothing fails.
"""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.documents.faults import faults, words_of
from tests.documents.test_templates import PAPERS, ROOT, Paper, context, every_paper, find, rendered, renderer
from vekha.documents import Renderer
from vekha.documents.context import DocumentContext, PersonView
from vekha.domain.errors import VekhaError

HTML = '<script>alert("x")</script><img src=x onerror=y>&amp;{{ 7*7 }}'
HOSTILE = {
    "html": HTML,
    "long": "Ы" * 300,
    "emoji": "Ли 🎓👩‍🏫",
    "right_to_left": "\u05e9\u05dc\u05d5\u05dd\u202e мир",
    "empty": " ",
    "quotes": "«„“\"'`",
}
CREATED = dt.datetime(2026, 5, 24, tzinfo=dt.UTC)


def spoilt(person: PersonView | None, word: str) -> PersonView | None:
    if person is None:
        return None
    details = {name: word if isinstance(value, str) else value for name, value in person.details.items()}
    for name in ("ended", "registered", "entered"):  # days stay days: the forms see to that
        if name in person.details:
            details[name] = person.details[name]
    changes: dict[str, Any] = {"last_name": word, "first_name": word, "middle_name": word, "position": word}
    return person.model_copy(update={**changes, "contact": word, "gender": None, "details": details})


def hostile(paper: Paper, word: str) -> DocumentContext:
    """Every field that somebody writes holds `word`; nobody's gender is known."""
    full = context(paper)

    def many(people: tuple[PersonView, ...]) -> tuple[PersonView, ...]:
        return tuple(each for each in (spoilt(one, word) for one in people) if each is not None)

    def of(pair: Any) -> Any:
        return pair.model_copy(update={"mentors": many(pair.mentors), "mentees": many(pair.mentees), "goal": word})

    employers = tuple(each.model_copy(update={"name": word, "address": word}) for each in full.employers)
    return full.model_copy(
        update={
            "institution": full.institution.model_copy(
                update={"title": word, "short_title": word, "city": word, "address": word, "inn": word}
            ),
            "staff": {role: spoilt(person, word) for role, person in full.staff.items()},
            "mentees": many(full.mentees),
            "mentors": many(full.mentors),
            "employers": employers,
            "pairs": tuple(of(each) for each in full.pairs),
            "person": spoilt(full.person, word),
            "pair": of(full.pair) if full.pair else None,
            "employer": full.employer.model_copy(update={"name": word}) if full.employer else None,
        }
    )


def html_of(paper: Paper, word: str) -> str:
    spoiled = hostile(paper, word)
    return rendered(paper, **{name: getattr(spoiled, name) for name in DocumentContext.model_fields}).text


@every_paper
def test_words_stay_words(paper: Paper) -> None:
    for word in HOSTILE.values():
        html = html_of(paper, word)
        assert "<script" not in html
        assert "onerror=y>" not in html
        assert ">49<" not in html
        assert "None" not in re.sub(r"<[^>]*>", "", html)


@every_paper
def test_without_a_director_a_paper_says_so_and_is_not_approved(paper: Paper) -> None:
    full = context(paper)
    html = rendered(paper, institution=full.institution.model_copy(update={"head": None}), staff={})
    named = {role for role, person in full.staff.items() if person.last_name in rendered(paper).text}
    assert html.blanks or not named


@every_paper
def test_a_year_without_a_decreed_calendar_is_a_year(paper: Paper) -> None:
    full = context(paper)
    day = dt.date(2028, 2, 29)
    programme = full.programme.model_copy(update={"year": 2028, "starts": day, "ends": dt.date(2029, 6, 30)})
    document = full.document.model_copy(update={"date": day})
    html = rendered(paper, programme=programme, document=document)
    assert html.blanks == ()


SOME = tuple(
    find(roadmap, code)
    for roadmap, code in (
        ("school", "order_launch"),
        ("school", "thanks_letter"),
        ("college", "agreement"),
        ("college", "best_mentor"),
        ("kindergarten", "labour_addendum"),
    )
)


@pytest.mark.slow
@pytest.mark.parametrize("paper", SOME, ids=["-".join((each[1], each[3])) for each in SOME])
@pytest.mark.parametrize("kind", ["long", "emoji", "right_to_left"])
def test_the_pages_hold_it(paper: Paper, kind: str) -> None:
    pdf = renderer().pdf(html_of(paper, HOSTILE[kind]), title=paper[3], created=CREATED)
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text, width = page.get_textpage(), page.get_width()
            for number in range(text.count_rects()):
                left, _, right, _ = text.get_rect(number)
                assert left > 0
                assert right < width + 1


@pytest.mark.slow
def test_an_endless_position_after_the_number_of_a_point_is_broken() -> None:
    paper = find("school", "order_launch")
    staff = {role: person.model_copy(update={"position": "Ы" * 300}) for role, person in context(paper).staff.items()}
    pdf = renderer().pdf(rendered(paper, staff=staff), title=paper[3], created=CREATED)
    assert list(faults(pdf)) == []


@pytest.mark.slow
def test_a_register_of_four_hundred_rows_and_a_cell_of_forty_lines() -> None:
    """Every row is there, in its order, on pages without a fault; the long cell keeps all of its lines."""
    paper = find("school", "mentee_register")
    one = context(paper).mentees[0]
    lines = ", ".join(f"строка {number} запроса" for number in range(1, 81))
    people = tuple(
        one.model_copy(
            update={"code": f"x{number}", "details": {**one.details, **({"request": lines} if number == 200 else {})}}
        )
        for number in range(400)
    )
    pdf = renderer().pdf(rendered(paper, mentees=people), title=paper[3], created=CREATED)
    assert list(faults(pdf)) == []
    told = " ".join(words_of(pdf))
    places = [told.index(f" {number} {one.last_name} {one.first_name}") for number in range(1, 401)]
    assert places == sorted(places)
    assert all(re.search(rf"строка {number}\b", told) for number in range(1, 81))  # the page may end after the number


@pytest.mark.slow
def test_a_missing_logo_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "paper.html").write_text('<img src="asset:own/logo.png" alt="Герб">', encoding="utf-8")
    press = Renderer({"base": ROOT / "templates/documents", "own": tmp_path})
    with pytest.raises(VekhaError) as refused:
        press.pdf(press.html("own/paper.html", {}), title="Приказ", created=CREATED)
    assert [each.code for each in refused.value.problems] == ["document.missing_asset"]
    assert "logo.png" in refused.value.problems[0].message


def test_the_list_covers_every_paper() -> None:
    assert len(PAPERS) > 120
