"""Every template of the three roadmaps, filled with invented people: complete, honest about gaps, well typed."""

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.documents.faults import words, wrong
from vekha.documents import Renderer
from vekha.documents.context import DocumentContext, DocumentView, Indicators, PairChangeView, ParentView
from vekha.documents.engine import Html
from vekha.example import Example, template_variables
from vekha.registry import load_plugins

ROOT = Path(__file__).parents[2]
REGISTRY = load_plugins(ROOT / "plugins", entry_points=False)
Paper = tuple[str, str, str, str]
"""Type, roadmap, stage and document."""

NOTHING: dict[str, Any] = {
    "staff": {},
    "mentees": (),
    "mentors": (),
    "employers": (),
    "pairs": (),
    "events": (),
    "answers": {},
    "indicators": Indicators(),
    "surveys": (),
    "effects": (),
}


def papers() -> Iterator[Paper]:
    """(type, roadmap, stage, document) of every document with a template, where it is issued first."""
    for kind in REGISTRY.types:
        for roadmap in REGISTRY.roadmaps(REGISTRY.type(kind)):
            seen: set[str] = set()
            for stage, row in roadmap.rows():
                for use in row.documents:
                    if roadmap.documents[use.code].template and use.code not in seen:
                        seen.add(use.code)
                        yield kind, roadmap.code, stage.code, use.code


PAPERS = tuple(papers())
every_paper = pytest.mark.parametrize("paper", PAPERS, ids=["-".join((each[1], each[3])) for each in PAPERS])


@cache
def renderer() -> Renderer:
    own = {code: each.folder / "templates" for code, each in REGISTRY.types.items()}
    return Renderer({"base": ROOT / "templates/documents", **own})


@cache
def example(kind: str, roadmap: str) -> Example:
    return Example(REGISTRY.type(kind), REGISTRY.roadmap(kind, roadmap))


def context(paper: Paper, subject: str | None = None, **changes: Any) -> DocumentContext:
    kind, roadmap, stage, code = paper
    return example(kind, roadmap).context(stage, code, subject).model_copy(update=changes)


def rendered(paper: Paper, subject: str | None = None, **changes: Any) -> Html:
    kind, roadmap, _, code = paper
    template = REGISTRY.roadmap(kind, roadmap).documents[code].template
    name = renderer().resolve(kind, template or "")
    return renderer().html(name, template_variables(context(paper, subject, **changes)))


def poor(paper: Paper) -> Html:
    """A draft of an institution that has told no more than its name; whom the paper is about stays known."""
    full = context(paper)
    changes = NOTHING | {
        "institution": full.institution.model_copy(
            update={"head": None, "city": None, "address": None, "inn": None, "phone": None}
        ),
        "document": full.document.model_copy(update={"state": "draft", "number": None, "date": None}),
    }
    return rendered(paper, **changes)


def find(roadmap: str, code: str) -> Paper:
    return next(each for each in PAPERS if (each[1], each[3]) == (roadmap, code))


def test_every_common_template_is_used() -> None:
    named = {
        Path(REGISTRY.roadmap(kind, roadmap).documents[code].template or "").name for kind, roadmap, _, code in PAPERS
    }
    assert {path.stem for path in (ROOT / "templates/documents/common").iterdir()} - {
        Path(each).stem for each in named
    } == {"pair_plan", "parts", "consent_text", "incentives", "surveys"}


def test_templates_hold_together() -> None:
    own = [each for each in renderer().templates() if "/common/" in each or each.count("/") == 1]
    assert [problem for each in own for problem in renderer().check(each)] == []


@every_paper
def test_a_full_programme_leaves_no_blank(paper: Paper) -> None:
    kind, roadmap, _, code = paper
    spec = REGISTRY.roadmap(kind, roadmap).documents[code]
    for subject in example(kind, roadmap).subjects(spec.per):
        html = rendered(paper, subject)
        assert html.blanks == ()
        assert wrong(words(html)) == []


@every_paper
def test_a_poor_programme_is_honest(paper: Paper) -> None:
    html = poor(paper)
    assert "ПРОЕКТ" in html.text
    assert html.blanks
    assert all(re.search("[а-яё]", each) and "<" not in each for each in html.blanks)
    assert wrong(words(html)) == []


# --- what the papers say ----------------------------------------------------------------------------------------------


def test_the_launching_order() -> None:
    text = words(rendered(find("school", "order_launch"))).replace("\u00a0", " ")
    assert "Назначить куратором программы наставничества заместителя директора по воспитательной работе" in text
    assert "Дорожную карту внедрения целевой модели наставничества (приложение № 2)" in text
    assert "на 2026/2027 учебный год" in text
    assert "Контроль за исполнением настоящего приказа оставляю за собой" in text


def test_a_register_filled_after_the_order_is_announced() -> None:
    paper = find("school", "order_launch")
    document = context(paper).document
    annexes = tuple(each.model_copy(update={"pending": each.number == 3}) for each in document.annexes)
    html = rendered(paper, document=document.model_copy(update={"annexes": annexes}))
    assert "Реестр наставников» дополняется" in html.text
    assert html.blanks == ()


def test_kindergarten_papers_know_no_pupils_and_no_guardians() -> None:
    for paper in PAPERS:
        if paper[0] == "kindergarten":
            text = words(rendered(paper))
            assert not re.search(r"обучающ(?!ий работник)\w*ся|студент|несовершеннолетн|законн\w+ представител", text)


def test_kindergarten_mentoring_follows_the_labour_code() -> None:
    text = words(rendered(find("kindergarten", "regulation"))).replace("\u00a0", " ")
    assert "в соответствии со статьёй 351.8 Трудового кодекса Российской Федерации" in text
    assert "приказом заведующего детским садом" in text


def test_a_regulation_has_its_sections() -> None:
    for roadmap in ("school", "college", "kindergarten"):
        headings = re.findall(r"<h2>(.*?)</h2>", rendered(find(roadmap, "regulation")).text)
        assert len(headings) == 13
        assert len(set(headings)) == 13


def test_college_mentors_stand_in_three_bases() -> None:
    paper = find("college", "mentor_register")
    text = rendered(paper).text
    places = [text.index(f"База\u00a0{each}" if f"База\u00a0{each}" in text else f"База {each}") for each in "АБВ"]
    assert places == sorted(places)
    without_base = tuple(each.model_copy(update={"base": None}) for each in context(paper).mentors)
    assert len(rendered(paper, mentors=without_base).blanks) == 1


def test_an_empty_register_says_so_and_is_not_approved() -> None:
    for roadmap in ("school", "college", "kindergarten"):
        assert rendered(find(roadmap, "mentee_register"), mentees=()).blanks == ("наставляемые",)
        assert rendered(find(roadmap, "mentor_register"), mentors=()).blanks == ("наставники",)


def test_a_guardian_consents_for_a_minor_and_an_adult_alone() -> None:
    paper = find("college", "consent_pd")
    texts = {
        each.full_name: (each.minor, words(rendered(paper, each.code))) for each in context(paper).mentees if each.code
    }
    assert {minor for minor, _ in texts.values()} == {True, False}
    for minor, text in texts.values():
        assert ("законным представителем" in text) == minor


def test_a_guardian_is_a_party_of_a_minors_agreement() -> None:
    paper = find("school", "agreement")
    for pair in context(paper).pairs:
        minors = [each for each in pair.mentees if each.minor]
        assert rendered(paper, pair.code).text.count('<p class="party">Законный представитель</p>') == len(minors)


def test_an_order_of_pairs_goes_on_searching_for_the_unpaired() -> None:
    paper = find("school", "pair_order")
    everybody = context(paper)
    paired = {each.code for pair in everybody.pairs for each in pair.mentees}
    waiting = [each for each in everybody.mentees if each.code not in paired]
    assert len(waiting) == 1
    assert "Продолжить подбор наставника" in rendered(paper).text
    assert (
        "Продолжить подбор"
        not in rendered(paper, mentees=tuple(each for each in everybody.mentees if each.code in paired)).text
    )


def test_a_dual_contract_takes_the_newest_answer_about_a_student() -> None:
    paper = find("college", "dual_contract")
    full = context(paper)
    first = next(
        each for each in full.answers["dual_data"] if full.employer and each.data["employer"] == full.employer.code
    )
    newer = first.model_copy(update={"data": {**first.data, "hours": 999}})
    html = rendered(paper, answers={**full.answers, "dual_data": (*full.answers["dual_data"], newer)})
    assert ">999<" in html.text
    assert f">{first.data['hours']}<" not in html.text


def test_a_plan_shows_results_once_there_are_any() -> None:
    paper = find("school", "individual_plan")
    full = context(paper)
    assert "Достигнутый результат" not in rendered(paper).text
    done = [{**row, "actual": "Сделано", "mark": 5} for row in full.answers["plan_form"][0].data["rows"]]
    answers = [each.model_copy(update={"data": {**each.data, "rows": done}}) for each in full.answers["plan_form"]]
    assert "Достигнутый результат" in rendered(paper, answers={**full.answers, "plan_form": tuple(answers)}).text


def test_an_annex_waits_for_the_number_of_its_order() -> None:
    paper = find("school", "roadmap")
    parent = ParentView(title="Приказ", number=None, date=None, annex_number=2)
    document: DocumentView = context(paper).document.model_copy(update={"parent": parent})
    html = rendered(paper, document=document)
    assert "УТВЕРЖДЕНА" in html.text
    assert html.blanks == ()


# --- rules found by reading the pages ---------------------------------------------------------------------------------


def test_the_site_names_only_papers_that_may_be_published() -> None:
    """Rows that issue several papers: each is named by its own title, not by that of a neighbour."""
    for roadmap in ("school", "college"):
        text = words(rendered(find(roadmap, "site_section")))
        assert "база лучших практик" in text
        assert "долгосрочный реестр" not in text
        assert "протокол административного совещания" not in text


def test_an_order_signed_after_the_term_has_begun_does_not_look_back() -> None:
    paper = find("school", "order_launch")
    full = context(paper)
    starts = full.programme.starts
    later = starts + dt.timedelta(days=1)
    for day, said in ((starts, "программы: с 1 мая 2026 г. по"), (later, "программы: со дня подписания")):
        text = words(rendered(paper, document=full.document.model_copy(update={"date": day}))).replace("\u00a0", " ")
        assert said in text


def test_an_agreement_of_adults_says_nothing_of_guardians() -> None:
    paper = find("college", "agreement")
    told = {
        all(not each.minor for each in pair.mentees): "законн" in words(rendered(paper, pair.code))
        for pair in context(paper).pairs
    }
    assert told[True] is False
    assert told.get(False, True)


def test_a_report_counts_a_pair_that_was_broken_off_apart() -> None:
    paper = find("school", "final_report")
    totals = context(paper).pair_totals.model_copy(update={"formed": 5, "finished": 3, "ended_early": 1, "replaced": 1})
    numbers = context(paper).indicators.model_copy(update={"pairs": 5, "pairs_completed": 5})
    text = words(rendered(paper, pair_totals=totals, indicators=numbers)).replace("\u00a0", " ")
    assert "Завершили работу 3 из 5 пар (групп)" in text
    assert "работают – 0" not in text


def test_a_woman_is_not_called_a_man_in_an_order() -> None:
    paper = find("school", "pair_change_order")
    full = context(paper)
    assert full.pair is not None
    for gender, said in (("f", "наставляемой"), ("m", "наставляемым")):
        mentees = tuple(each.model_copy(update={"gender": gender}) for each in full.pair.mentees[:1])
        change = PairChangeView(kind="ended_early", on=full.programme.starts, reason="Переезд")
        pair = full.pair.model_copy(update={"mentees": mentees, "changes": (change,)})
        assert f"с {said} " in words(rendered(paper, pair=pair)).replace("\u00a0", " ")
