"""The gate: what each kind of requirement says when it is not met, and that it says everything."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.domain.small import consent, paired, people, person, programme, with_states
from vekha.domain.checks import BUILTIN, CheckContext
from vekha.domain.errors import Problem, problem
from vekha.domain.gate import gate, missing
from vekha.domain.people import PairFact, People, Role, Standing
from vekha.domain.programme import ActivityNow, ActivityState, DocumentState, ProgrammeNow, name_of, subjects
from vekha.domain.roadmap import Gate, Scope

MARCH = date(2026, 3, 10)


def said(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(each.where, each.message) for each in problems]


def lacking(stage: str, activity: str, today: date = MARCH, **known: Any) -> list[tuple[str, str]]:
    now = programme(today, **known)
    return said(missing(now.activities[stage, activity], now))


# --- documents --------------------------------------------------------------------------------------------------------


def papers(**states: DocumentState) -> list[str]:
    documents = {("prepare", "papers", code): {"": state} for code, state in states.items()}
    return [message for _, message in lacking("prepare", "papers", documents=documents)]


def test_a_document_is_made_or_brought_and_approved() -> None:
    assert papers() == ["не готов документ «Приказ»", "не приложен документ «Скан»"]
    assert papers(order=DocumentState.DRAFT, scan=DocumentState.DRAFT) == [
        "документ «Приказ» остался черновиком",
        "документ «Скан» остался черновиком",
    ]
    assert papers(order=DocumentState.APPROVED, scan=DocumentState.SIGNED) == []


@pytest.mark.parametrize("state", [DocumentState.SUPERSEDED, DocumentState.VOID])
def test_a_document_out_of_force_does_not_count(state: DocumentState) -> None:
    assert papers(order=state, scan=DocumentState.SIGNED) == ["не готов документ «Приказ»"]


def test_a_document_about_each_names_whom() -> None:
    known = replace(paired(meetings={"trial": 1}), events={"training": 2})
    assert lacking("pairs", "work", people=known) == [
        ("Работа", "не готов документ «План» (Ежова Мария – Соколов Пётр)")
    ]
    issued = {("pairs", "work", "plan"): {"n1": DocumentState.APPROVED}}
    assert lacking("pairs", "work", people=known, documents=issued) == []


# --- forms ------------------------------------------------------------------------------------------------------------


def test_answers_are_counted() -> None:
    assert lacking("prepare", "wishes") == [("Запросы", "форма wish заполнена 0 раз, нужно 2")]
    one = {("prepare", "wishes", "wish"): ("",)}
    assert lacking("prepare", "wishes", answers=one) == [("Запросы", "форма wish заполнена 1 раз, нужно 2")]
    assert lacking("prepare", "wishes", answers={("prepare", "wishes", "wish"): ("", "p2")}) == []


def test_an_answer_elsewhere_does_not_count_here() -> None:
    assert lacking("prepare", "wishes", answers={("mentees", "data", "wish"): ("", "")}) != []


def test_an_answer_about_each_is_asked_for_by_name() -> None:
    known = people(person("p1", Role.MENTEE), person("p2", Role.MENTEE), person("p3", Role.MENTOR))
    answers = {("mentees", "data", "entry"): ("p2", "p2", "")}
    assert lacking("mentees", "data", people=known, answers=answers) == [
        ("Данные", "нет ответов по форме entry: Ежова Мария")
    ]


# --- people, pairs, meetings ------------------------------------------------------------------------------------------


def test_a_register_is_filled_and_every_request_decided() -> None:
    answers = {("mentees", "data", "entry"): ("p1",)}
    assert lacking("mentees", "data") == [("Данные", "в базе наставляемых никого нет")]
    known = people(
        person("p1", Role.MENTEE),
        person("p2", Role.MENTEE, Standing.CANDIDATE),
        person("p3", Role.MENTEE, Standing.CANDIDATE, birth_date=date(2012, 1, 1), consents=()),
        person("p4", Role.MENTEE, Standing.WITHDRAWN, consents=()),
    )
    assert lacking("mentees", "data", people=known, answers=answers) == [
        ("Данные", "по заявке наставляемого нет решения: Соколов Пётр"),
        ("Данные", "нет действующего согласия законного представителя: Белкина Анна (до 18 лет)"),
    ]


def test_pairs_are_formed_and_everybody_in_them_consents() -> None:
    ready: dict[str, Any] = {"documents": {("pairs", "work", "plan"): {"n1": DocumentState.APPROVED}}}
    assert lacking("pairs", "work", **ready)[-1] == ("Работа", "не сформировано ни одной пары или группы")
    known = replace(paired(meetings={"trial": 1}), events={"training": 2})
    withdrawn = replace(known.persons["p1"], consents=(consent(withdrawn_on=MARCH),))
    assert lacking("pairs", "work", people=replace(known, persons={**known.persons, "p1": withdrawn}), **ready) == [
        ("Работа", "нет действующего согласия на обработку персональных данных: Ежова Мария")
    ]


def test_meetings_are_counted_by_pair_and_events_by_programme() -> None:
    found = lacking("pairs", "work", people=paired(meetings={"planning": 3}))
    assert [message for _, message in found[1:]] == [
        "Ежова Мария – Соколов Пётр: пробная рабочая встреча – 0 из 1",
        "проведено меньше, чем нужно (занятие с наставниками): 0 из 2",
    ]


def test_an_ended_pair_owes_nothing() -> None:
    ended = PairFact(code="n1", mentors=("p1",), mentees=("p2",), active=False)
    known = replace(paired(), pairs={"n1": ended}, events={"training": 2})
    assert lacking("pairs", "work", people=known) == []


def test_the_check_of_a_type_comes_before_the_core_one() -> None:
    def own(context: CheckContext) -> list[Problem]:
        assert (context.today, context.stage, context.activity) == (MARCH, "mentees", "data")
        assert context.answers == {"entry": 2, "wish": 3}
        return [problem("gate.no_mentors"), problem("gate.no_pairs", "своё место")]

    answers = {
        ("prepare", "wishes", "wish"): ("",),
        ("mentees", "data", "wish"): ("", ""),
        ("mentees", "data", "entry"): ("", ""),
    }
    now = programme(MARCH, checks={"mentees_registered": own}, answers=answers)
    assert missing(now.activities["mentees", "data"], now) == (
        Problem("gate.no_mentors", "Данные"),
        Problem("gate.no_pairs", "своё место"),
    )


def test_support_of_those_without_a_mentor() -> None:
    known = people(person("p1", Role.MENTEE), person("p2", Role.MENTEE, supported=True))
    context = CheckContext(today=MARCH, stage="mentees", activity="data", people=known, answers={})
    assert list(BUILTIN["unpaired_supported"](context)) == [
        Problem("gate.unpaired_without_support", "", (("person", "Ежова Мария"),))
    ]


# --- a stage ----------------------------------------------------------------------------------------------------------


def test_the_gate_says_everything_of_what_blocks_and_nothing_else() -> None:
    now = programme(MARCH)
    assert gate("prepare", now) == missing(now.activities["prepare", "papers"], now)
    assert gate("prepare", with_states(now, prepare__papers="waived")) == ()


def own(gate: Gate) -> ProgrammeNow:
    added = ActivityNow(
        stage="prepare",
        code="own",
        title="Своё дело",
        gate=gate,
        state=ActivityState.OPEN,
        opens=MARCH,
        due=MARCH,
        own=True,
    )
    now = with_states(programme(MARCH), prepare__papers="done")
    return replace(now, activities={**now.activities, ("prepare", "own"): added})


def test_what_lacks_nothing_has_yet_to_be_marked() -> None:
    """An activity the curator added asks for no form or paper."""
    assert gate("prepare", own(Gate.REQUIRED)) == (
        Problem("gate.not_marked", "Своё дело", (("stage", "prepare"), ("activity", "own"))),
    )
    assert gate("prepare", own(Gate.OPTIONAL)) == ()


# --- whom something is about ------------------------------------------------------------------------------------------


def test_subjects_of_each_scope() -> None:
    both = person("p3", Role.MENTOR)
    both = replace(both, standings={Role.MENTOR: Standing.REGISTERED, Role.MENTEE: Standing.REGISTERED})
    known = People(
        persons={
            "p1": person("p1", Role.MENTOR),
            "p2": person("p2", Role.MENTEE),
            "p3": both,
            "p4": person("p4", Role.MENTEE, Standing.CANDIDATE),
        },
        pairs={
            "n1": PairFact(code="n1", mentors=("p1",), mentees=("p2", "p3")),
            "n2": PairFact(code="n2", mentors=("p3",), mentees=("p2",), active=False),
        },
        employers={"e1": "ООО «Река»"},
    )
    assert {scope: subjects(scope, known) for scope in Scope} == {
        Scope.PROGRAMME: ("",),
        Scope.MENTEE: ("p2", "p3"),
        Scope.MENTOR: ("p1", "p3"),
        Scope.PARTICIPANT: ("p1", "p3", "p2"),
        Scope.PAIR: ("n1",),
        Scope.EMPLOYER: ("e1",),
    }
    assert [name_of(code, known) for code in ("p1", "n1", "e1", "?")] == [
        "Ежова Мария",
        "Ежова Мария – Соколов Пётр, Белкина Анна",
        "ООО «Река»",
        "?",
    ]
