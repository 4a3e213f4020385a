"""The twelve traps of real roadmaps (DOMAIN.md §8; the table of docs/errors.md): a test for each, under its number."""

import datetime as dt
from collections.abc import Callable

import pytest

from vekha.bootstrap import App
from vekha.docs import traps
from vekha.domain.calendar import russian_calendar
from vekha.domain.deadlines import Cycle, Kind, problem_of, resolve
from vekha.domain.errors import Problem, VekhaError
from vekha.domain.law import act, citation, lapsed, legal_basis
from vekha.domain.people import People
from vekha.domain.planning import plan
from vekha.domain.programme import ActivityState
from vekha.domain.roadmap import Roadmap
from vekha.domain.roadmap_file import parse_roadmap
from vekha.domain.roadmap_warnings import warnings_of
from vekha.forms.base import FormContext
from vekha.forms.validation import parse_answer
from vekha.services.launch import campaigns
from vekha.services.office import documents, journals
from vekha.services.office.contexts import ContextBuilder, DocumentPlace
from vekha.services.office.journals import JournalData
from vekha.services.process import duties, forms, stages
from vekha.services.process.programmes import load
from vekha.services.work import institution_of

CYCLE = Cycle(dt.date(2026, 5, 1), dt.date(2027, 6, 30))
HEAD = """\
code: demo
version: 1
title: Проба
cycle: {kind: school_year, starts: май, length_months: 14}
roles: {curator: куратор}
documents:
  order: {title: Приказ, kind: order, numbered: true}
stages:
"""


def _roadmap(*stages_: str) -> Roadmap:
    return parse_roadmap(HEAD + "".join(f"  - {each}\n" for each in stages_), "r.yaml")


def _stage(code: str, *rows: str, after: str = "") -> str:
    activities = ", ".join(f"{{title: Дело, responsible: curator, {row}}}" for row in rows)
    return f"{{code: {code}, title: Этап, after: [{after}], activities: [{activities}]}}"


def _warned(roadmap: Roadmap) -> list[tuple[str, str]]:
    return [(each.code, each.where) for each in warnings_of(roadmap, [2026])]


def _refusal(phrase: str) -> Problem:
    found = problem_of(phrase, resolve(phrase, CYCLE))
    assert found is not None
    return found


@pytest.fixture
def programme(app: App, add_institution: Callable[..., str]) -> str:
    """A school's programme, begun on its first working day."""
    add_institution(app)
    with app.work() as work:
        key = campaigns.start_one(work, institution_of(work.session, "school-12"), 2026)
        work.flush()
        stages.open_due(work, key)
    return key


def test_every_trap_has_its_test() -> None:
    tests = sorted((name for name in globals() if name.startswith("test_trap_")), key=lambda name: int(name[10:]))
    assert tests == [f"test_trap_{number}" for number in range(1, len(traps()) + 1)]


def test_trap_1(app: App, add_institution: Callable[..., str], clock) -> None:
    """Zero slack is warned of; what was due before the programme began reminds nobody and is no missed deadline."""
    first = _stage("one", "code: order, deadline: до 31 мая")
    same_day = _roadmap(first, _stage("two", "code: late, deadline: до 31 мая", after="one"))
    assert ("roadmap.zero_slack", "two") in _warned(same_day)
    clock.to(dt.date(2026, 12, 1))
    add_institution(app)
    with app.work() as work:
        key = campaigns.start_one(work, institution_of(work.session, "school-12"), 2026)
        work.flush()
        waiting = duties.activities_at_work(ActivityState.OPEN)
        assert list(duties.read(work, waiting)) == []  # what nobody could have done yet is late for nobody
        stages.open_due(work, key)
        work.flush()
        assert {row.stage for row, *_ in duties.read(work, waiting)} == {"prepare"}


def test_trap_2() -> None:
    """«С 01.01.2024г. по 08.01.2023г.» is refused, and the years are pointed at."""
    refusal = _refusal("С 01.01.2024г. по 08.01.2023г.")
    assert refusal.code == "deadline.end_before_start"
    assert "годы" in refusal.remedy


def test_trap_3(app: App, programme: str) -> None:
    """A placeholder is «not filled in»: no deadline, no answer, no approved document."""
    for phrase in ("в срок до 00.00.0000", "на ________ учебный год"):
        assert _refusal(phrase).code == "deadline.blank"
    with app.work() as work, pytest.raises(VekhaError) as refused:
        forms.submit(work, programme, "prelim_request", {"name": "________", "birth_date": "00.00.0000"})
    assert [each.code for each in refused.value.problems].count("form.unset") == 2
    order, place = (DocumentPlace("prepare", "legal_basis", code) for code in ("order_launch", "regulation"))
    with app.work() as work:
        institution = institution_of(work.session, "school-12")
        institution.address = "________"
        work.session.add(institution)
    with app.work() as work, pytest.raises(VekhaError) as refused:
        documents.approve(work, programme, [order, place])
    assert {each.code for each in refused.value.problems} == {"document.blank"}


def test_trap_4() -> None:
    """One «Х» in the first and the last stage: the second means Х+1, and both dates are shown."""
    stages_ = (
        _stage("first", "code: a, deadline: май Х года"),
        _stage("middle", "code: b, deadline: октябрь", after="first"),
        _stage("last", "code: c, deadline: май Х года", after="middle"),
    )
    (found,) = [each for each in warnings_of(_roadmap(*stages_), [2026]) if each.code == "roadmap.next_year"]
    assert "31.05.2026" in found.message
    assert "31.05.2027" in found.message
    around_new_year = resolve("декабрь-январь", CYCLE)
    assert (around_new_year.opens, around_new_year.due) == (dt.date(2026, 12, 1), dt.date(2027, 1, 31))


def test_trap_5(app: App) -> None:
    """Rows without a printed number are told apart by their code; a number is a label and may repeat."""
    roadmap = _roadmap(_stage("one", "code: a, number: '1', deadline: май", "code: b, number: '1', deadline: май"))
    assert [row.code for _, row in roadmap.rows()] == ["a", "b"]
    school = app.registry.roadmap("school")
    codes = [(stage.code, row.code) for stage, row in school.rows()]
    assert len(set(codes)) == len(codes) == 31


def test_trap_6() -> None:
    """Printed in the source's order, planned by date, warned of."""
    roadmap = _roadmap(_stage("one", "code: september, deadline: сентябрь", "code: july, deadline: июль"))
    assert _warned(roadmap) == [("roadmap.row_order", "one.july")]
    planned = plan(roadmap, CYCLE, russian_calendar()).stages[0]
    assert [each.code for each in planned.activities] == ["september", "july"]
    assert (planned.opens, planned.due) == (dt.date(2026, 7, 1), dt.date(2026, 9, 30))


def test_trap_7(app: App, programme: str) -> None:
    """One journal, the number a text in the institution's own form; «42» and «42-ОД» cannot be one order's numbers."""
    order = DocumentPlace("prepare", "legal_basis", "order_launch")
    journal = JournalData(code="order", pattern="{serial}-ОД", year=2026, starts_with=42)
    with app.work() as work:
        journals.put(work, "school-12", journal)
        (first,) = documents.approve(work, programme, [order])
        assert first.number == "42-ОД"
    for number, code in (("43", "other_form"), ("42-ОД", "taken"), ("44-ОД", "out_of_turn")):
        with app.work() as work, pytest.raises(VekhaError) as refused:
            documents.attach(work, programme, order, b"%PDF-1.7", "приказ.pdf", number=number)
        assert [
            each.code.removeprefix("journal.").removeprefix("document.number_") for each in refused.value.problems
        ] == [code]


def test_trap_8(app: App) -> None:
    """Each document of a row has its own role and deadline; two rules in one cell are for a person to part."""
    (row,) = [row for _, row in app.registry.roadmap("school").rows() if row.code == "legal_basis"]
    assert [(use.code, bool(use.responsible), bool(use.deadline)) for use in row.documents] == [
        ("order_launch", True, True),
        ("regulation", True, True),
        ("roadmap", True, True),
    ]
    assert _refusal("сентябрь, далее ежемесячно").code == "deadline.ambiguous"


def test_trap_9(app: App, programme: str) -> None:
    """The order of May names registers that do not exist yet as pending; a later version knows them."""
    place = DocumentPlace("prepare", "legal_basis", "order_launch")
    with app.work() as work:
        builder = ContextBuilder(work, load(work, programme))
        annexes = builder.view(place, state="draft").annexes
        assert [each.pending for each in annexes if each.title.startswith("Реестр")] == [True]
        assert [each.pending for each in annexes if each.title.startswith("Положение")] == [False]
    with app.work() as work:
        (first,) = documents.approve(work, programme, [place])
        (second,) = documents.approve(work, programme, [place])
        assert (first.state, second.version) == ("superseded", 2)


def test_trap_10() -> None:
    """Stages of one text are not merged, their codes must differ; a phrase is normalised to read and kept to print."""
    with pytest.raises(VekhaError) as refused:
        _roadmap(_stage("one", "code: a, deadline: май"), _stage("one", "code: b, deadline: май"))
    assert [each.code for each in refused.value.problems] == ["roadmap.duplicate_stage"]
    roadmap = _roadmap(
        _stage("one", "code: a, deadline: 'май- сентябрь Х года'"), _stage("two", "code: b, deadline: В течение года")
    )
    assert [stage.title for stage in roadmap.stages] == ["Этап", "Этап"]
    assert [row.phrases for _, row in roadmap.rows()] == [("май- сентябрь Х года",), ("В течение года",)]
    assert [resolve(phrase, CYCLE).kind for _, row in roadmap.rows() for phrase in row.phrases] == [Kind.WINDOW] * 2


def test_trap_11(app: App, programme: str) -> None:
    """Names and laws come from records; an act that does not hold on the document's date is told of."""
    with app.work() as work:
        draft = documents.draft(work, programme, DocumentPlace("prepare", "legal_basis", "order_launch"))
        institution = institution_of(work.session, "school-12")
        assert institution.title.partition("«")[2].rstrip("»") in draft.html.text.replace("\N{NO-BREAK SPACE}", " ")
    today = dt.date(2026, 5, 4)
    old = lapsed([act("204"), act("351.8")], today)
    assert [(each.code, each.where) for each in old] == [("document.law_lapsed", "204")]
    assert [each.code for each in lapsed([act("351.8")], dt.date(2025, 2, 28))] == ["document.law_not_yet"]
    everywhere = " ".join(citation(each) for kind in app.registry.types for each in legal_basis(kind, today))
    assert "358.1" not in everywhere


def test_trap_12(app: App) -> None:
    """Each type has forms and roles of its own; the kindergarten takes no data of pupils; plan and report are apart."""
    kindergarten = app.registry.type("kindergarten")
    form = kindergarten.form("prelim_request")
    answer = {**form.example, "occupation": "обучающийся"}
    with pytest.raises(VekhaError) as refused:
        parse_answer(form, answer, _context())
    assert {each.code for each in refused.value.problems} & {"kindergarten.staff_only", "form.wrong_choice"}
    for kind in app.registry.types:
        assert "final_report" in app.registry.roadmap(kind).documents
    assert all(each.birth_date is None or each.birth_date.year < 2008 for each in kindergarten.cast(0).mentees)


def _context() -> FormContext:
    return FormContext(today=CYCLE.starts, cycle_starts=CYCLE.starts, cycle_ends=CYCLE.ends, people=People())
