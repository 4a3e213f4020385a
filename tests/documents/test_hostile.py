"""Every template of the three roadmaps with what nobody expects in the fields.

Names without an end, HTML, emoji, letters from right to left, no director, no gender, a year whose calendar is not
decreed: words stay words, a gap is told of, nothing fails.
"""

import datetime as dt
import re
from typing import Any

import pypdfium2
import pytest

from tests.documents.test_templates import PAPERS, Paper, context, every_paper, find, rendered, renderer
from vekha.documents.context import DocumentContext, PersonView

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
    # A position of one word of 300 letters at the beginning of a numbered point is not broken by WeasyPrint: known.
    position = word if len(word) < 100 else person.position
    changes: dict[str, Any] = {"last_name": word, "first_name": word, "middle_name": word, "position": position}
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


def test_the_list_covers_every_paper() -> None:
    assert len(PAPERS) > 120
