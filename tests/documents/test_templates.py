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
from vekha.documents.context import DocumentContext, DocumentView, Indicators, PairChangeView, ParentView, StepView
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
    } == {"pair_plan", "parts", "consent_text", "courses", "incentives", "surveys"}


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


# --- read again as an inspector would ---------------------------------------------------------------------------------


def plain(html: Html) -> str:
    """The text alone, with plain spaces."""
    return " ".join(re.sub(r"<[^>]*>", "", words(html)).replace("\u00a0", " ").split())


def test_the_annex_of_a_dual_contract_is_signed_by_both_parties() -> None:
    paper = find("college", "dual_contract")
    html = rendered(paper)
    annex = html.text.partition('<section class="annex landscape">')[2]
    assert annex.count('class="party"') == 2
    head, employer = context(paper).institution.head, context(paper).employer
    assert head is not None
    assert employer is not None
    assert head.last_name in annex
    assert employer.name.partition(" ")[0] in annex


def test_a_mentors_report_says_what_came_of_each_step() -> None:
    paper = find("college", "mentor_report")
    day = dt.date(2026, 10, 12)
    steps = {
        "сделано, о чём сказано": StepView(task="А", due=day, actual="Отзыв получен", done_on=day),
        "сделано позже": StepView(task="Б", due=day, actual="План готов", done_on=day + dt.timedelta(days=3)),
        "сделано молча": StepView(task="В", due=day, done_on=day),
        "снято": StepView(task="Г", due=day, dropped="Тема изменилась"),
        "впереди": StepView(task="Д", due=day, ahead=True),
    }
    pair = context(paper).pair
    assert pair is not None
    told = rendered(paper, pair=pair.model_copy(update={"steps": tuple(steps.values()), "ended_on": None}))
    text = plain(told)
    for said in (
        "Отзыв получен",
        "План готов (15.10.2026)",
        "выполнена 12.10.2026",
        "не выполнялась: тема изменилась",
        "срок ещё не наступил",
    ):
        assert said in text
    assert told.blanks == ()
    unknown = (StepView(task="Найти тему", due=day),)
    assert rendered(paper, pair=pair.model_copy(update={"steps": unknown, "ended_on": None})).blanks == (
        "достигнутый результат: найти тему",
    )
    over = rendered(paper, pair=pair.model_copy(update={"steps": unknown, "ended_on": day}))
    assert "не выполнена: работа пары завершена 12.10.2026" in plain(over)
    assert over.blanks == ()


def test_a_mentors_report_knows_the_real_end_of_a_pair() -> None:
    paper = find("college", "mentor_report")
    pair = context(paper).pair
    assert pair is not None
    day = pair.ends - dt.timedelta(days=40)
    text = plain(rendered(paper, pair=pair.model_copy(update={"ended_on": day})))
    assert f"по {day.day} " in text.partition("Срок работы")[2][:60]


def test_an_agreement_signed_after_work_began_says_so() -> None:
    paper = find("school", "agreement")
    full = context(paper)
    assert full.pair is not None
    starts = full.pair.starts
    for later, said in ((0, "Соглашение действует с "), (20, "распространяется на отношения Сторон, возникшие с ")):
        document = full.document.model_copy(update={"date": starts + dt.timedelta(days=later)})
        assert said in plain(rendered(paper, document=document))


def test_guardians_stand_in_the_genitive() -> None:
    paper = find("school", "agreement")
    pair = next(each for each in context(paper).pairs if each.mentees[0].minor)
    guardian = pair.mentees[0].guardian
    assert guardian is not None
    text = plain(rendered(paper, pair.code))
    assert "при участии законного представителя Журавкиной Ирины Дмитриевны (матери Журавкина К. И.), вместе" in text
    college = find("college", "apprentice_contract")
    assert "с согласия законного представителя Заречиной Ольги Андреевны, в" in plain(rendered(college, "e2"))


def test_hours_of_the_school_of_mentors_are_those_of_its_programme() -> None:
    def hours(code: str) -> str:
        return plain(rendered(find("school", code))).partition("Всего ")[2][:2]

    assert hours("training_plan") == hours("training_schedule") == "14"
    topic = "Личность наставника: самоанализ, мотивация, границы ответственности"
    assert topic in plain(rendered(find("school", "school_plan")))


def test_each_calendar_plan_is_of_its_own_activity() -> None:
    paper = find("school", "calendar_plan")
    stage = context(paper).stage
    rows = {each.code: each for each in stage.rows}
    for_mentors = plain(rendered(paper, activity=rows["mentor_events"]))
    for_pairs = plain(rendered(paper, activity=rows["meetings"]))
    assert "занятий и консультаций для наставников" in for_mentors
    assert "Встречи пар и групп" not in for_mentors
    assert "Встречи пар и групп" in for_pairs
    assert "Консультации по запросам" not in for_pairs


def test_whoever_waits_for_a_mentor_has_a_gender() -> None:
    paper = find("school", "pair_order")
    full = context(paper)
    for gender, said in (("f", "для наставляемой, не вошедшей"), ("m", "для наставляемого, не вошедшего")):
        mentees = tuple(each.model_copy(update={"gender": gender}) for each in full.mentees)
        assert said in plain(rendered(paper, mentees=mentees))


def test_plans_of_a_college_are_due_within_a_month_of_pairing() -> None:
    for code in ("order_launch", "pair_order"):
        assert "в течение месяца со дня" in plain(rendered(find("college", code)))


def test_a_report_made_before_the_end_does_not_speak_of_it_as_past() -> None:
    paper = find("school", "final_report")
    full = context(paper)
    for days, said in ((-1, "наставничества реализуется"), (1, "наставничества реализована")):
        day = full.programme.ends + dt.timedelta(days=days)
        assert said in plain(rendered(paper, document=full.document.model_copy(update={"date": day})))


def test_a_kindergarten_gives_a_new_mentor_the_papers_of_the_labour_code() -> None:
    paper = find("kindergarten", "pair_change_order")
    full = context(paper)
    assert full.pair is not None
    change = PairChangeView(kind="replaced", on=full.programme.starts, reason="Отпуск", done="Тема", left="Занятие")
    pair = full.pair.model_copy(update={"changes": (change,)})
    following = pair.model_copy(update={"code": "next", "replaces": pair.code, "mentors": full.mentors[1:2]})
    text = plain(rendered(paper, pair=pair, pairs=(pair, following)))
    assert "дополнительное соглашение к его трудовому договору" in text
    assert "новое соглашение" not in text


def test_registers_tell_of_what_day_they_are() -> None:
    for code in ("mentee_register", "mentor_register", "long_register"):
        assert "По состоянию на " in plain(rendered(find("school", code)))


def test_where_nobody_has_answered_twice_nothing_is_compared() -> None:
    paper = find("school", "final_report")
    effects = tuple(
        each.model_copy(update={"n": 0, "only_before": 6, "only_after": 0, "changes": (), "withheld": True})
        for each in context(paper).effects
    )
    text = plain(rendered(paper, effects=effects))
    assert "Дважды пока не ответил никто, сравнивать нечего; ответили один раз: «до» – 6, «после» – 0." in text
    assert "Средние не приводятся" not in text
