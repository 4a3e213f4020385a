"""The kindergarten as DOMAIN.md §2.3 has it, in one year and in two; and no pupil in sight."""

from datetime import date
from typing import Any

import pytest
from ruamel.yaml import YAML

from plugins.kindergarten.cast import cast
from plugins.kindergarten.colleagues import OfferForm, PrelimRequest
from plugins.kindergarten.forms import Deficit, DeficitCard, PairCard, PersonalForm
from plugins.kindergarten.plugin import KINDERGARTEN, adults_only, vekha_institution_types
from plugins.kindergarten.profiles import HELPS
from vekha.plugin import (
    Answers,
    CheckContext,
    FormContext,
    FormPair,
    PairFact,
    People,
    PersonFact,
    Register,
    Roadmap,
    Role,
    SampleRequest,
    Scope,
    Standing,
)

TODAY = date(2026, 9, 28)
CYCLE = date(2026, 5, 1), date(2027, 6, 30)
CORE_CHECKS = {"mentees_registered", "mentors_registered", "pairs_formed"}
R, O, RC, OC = "required", "optional", "carries_on", "optional_carries_on"  # noqa: E741 — the marks of DOMAIN.md
SUMMER, DECADE, SEPTEMBER = "май Х года – август Х года", "первая декада сентября Х года", "сентябрь Х года"
YEAR, MAY = "октябрь Х года – апрель Х+1 года", "май Х+1 года"
ROWS = {
    **{f"I.{number}": (R, SUMMER) for number in range(1, 9)},
    **{f"II.{number}": (R, DECADE) for number in range(1, 4)},
    **{f"III.{number}": (R, DECADE) for number in range(1, 3)},
    **{f"IV.{number}": (R, SEPTEMBER) for number in range(1, 3)},
    **{f"V.{number}": (R, SEPTEMBER) for number in range(1, 3)},
    "VI.1": (R, "октябрь Х года"),
    "VI.2": (RC, YEAR),
    "VI.3": (OC, YEAR),
    "VI.4": (R, YEAR),
    **{f"VII.{number}": (R, MAY) for number in range(1, 4)},
}
NEXT = {"апрель Х+1": "апрель Х+2", "май Х+1": "май Х+2"}


def load(name: str) -> Roadmap:
    return Roadmap.model_validate(YAML(typ="safe").load(KINDERGARTEN.folder / name))


@pytest.fixture(scope="module")
def roadmap() -> Roadmap:
    return load("roadmap.yaml")


@pytest.fixture(scope="module")
def people() -> People:
    story = cast(0)
    known = [(Role.MENTEE, each) for each in story.mentees] + [(Role.MENTOR, each) for each in story.mentors]
    persons = {
        f"p{number}": PersonFact(
            code=f"p{number}", name=each.name, birth_date=None, standings={role: Standing.REGISTERED}
        )
        for number, (role, each) in enumerate(known, start=1)
    }
    return People(persons=persons, pairs={"pair1": PairFact(code="pair1", mentors=("p4",), mentees=("p1",))})


def context(people: People) -> FormContext:
    return FormContext(today=TODAY, cycle_starts=CYCLE[0], cycle_ends=CYCLE[1], people=people)


def request(people: People, subject: str | None, serial: int = 0) -> SampleRequest:
    return SampleRequest(
        today=TODAY,
        cycle_starts=CYCLE[0],
        cycle_ends=CYCLE[1],
        serial=serial,
        subject=subject,
        people=people,
        cast=cast(0),
    )


def found(form: Any, people: People) -> list[tuple[str, str]]:
    return [(each.code, each.where) for each in form.refusals(context(people))]


def test_the_hook_gives_the_type() -> None:
    assert vekha_institution_types() == [KINDERGARTEN]


def test_size(roadmap: Roadmap) -> None:
    sizes = len(roadmap.stages), len(list(roadmap.rows())), len(roadmap.form_codes), len(roadmap.document_codes)
    assert sizes == (7, 24, 15, 16)


def test_rows_marks_and_deadlines(roadmap: Roadmap) -> None:
    assert {row.number: (row.gate.value, *row.deadline) for _, row in roadmap.rows()} == ROWS


def test_the_end_is_that_of_each_personal_programme(roadmap: Roadmap) -> None:
    row = roadmap.stage("finish").activity("results")
    assert row.source_deadline == "согласно срокам, указанным в персонализированной программе наставничества"


def test_the_two_year_variant_differs_in_its_dates_and_the_review_alone(roadmap: Roadmap) -> None:
    two = load("roadmap_2years.yaml")
    assert (two.code, two.roles, two.documents) == ("kindergarten_2years", roadmap.roles, roadmap.documents)
    assert two.cycle.dates(2026) == (date(2026, 5, 1), date(2028, 6, 30))
    expected = {number: (gate, _a_year_later(phrase)) for number, (gate, phrase) in ROWS.items()}
    rows = {row.number: (row.gate.value, *row.deadline) for _, row in two.rows()}
    assert rows == {**expected, "VI.5": (R, "май Х+1 года")}
    assert [use.code for use in two.stage("work").activity("interim_review").forms] == ["curator_report"]


def _a_year_later(phrase: str) -> str:
    for old, new in NEXT.items():
        phrase = phrase.replace(old, new)
    return phrase


@pytest.mark.parametrize("name", KINDERGARTEN.roadmaps)
def test_everything_named_exists(name: str) -> None:
    roadmap = load(name)
    rows = [row for _, row in roadmap.rows()]
    specs = roadmap.documents
    asked_by_surveys = {each.code for each in KINDERGARTEN.forms if each.survey and each.anonymous}
    assert set(roadmap.form_codes) | asked_by_surveys == {each.code for each in KINDERGARTEN.forms}
    assert set(roadmap.document_codes) == set(specs)
    assert {annex for each in specs.values() for annex in each.annexes} <= set(specs)
    named = {role for row in rows for role in row.roles} | {each.approves for each in specs.values() if each.approves}
    assert named == set(roadmap.roles)
    assert set(cast(0).staff) == set(roadmap.roles)
    assert {each for form in KINDERGARTEN.forms for each in form.filled_by} <= set(roadmap.roles) | {"mentee", "mentor"}
    assert {check for row in rows for check in row.checks} == CORE_CHECKS | set(KINDERGARTEN.checks)


def test_a_form_asked_of_each_is_about_that_scope(roadmap: Roadmap) -> None:
    asked = {(use.code, use.each) for _, row in roadmap.rows() for use in row.forms if use.each}
    for code, each in asked:
        about = KINDERGARTEN.form(code).about
        assert each is about or (about is Scope.PARTICIPANT and each in {Scope.MENTEE, Scope.MENTOR}), code


def test_key_papers_are_made_for_each_mentor_and_pair(roadmap: Roadmap) -> None:
    assert {code: spec.per.value for code, spec in roadmap.documents.items() if spec.per is not Scope.PROGRAMME} == {
        "pair_change_order": "pair",
        "consent_pd": "mentee",
        "consent_pd_mentor": "mentor",
        "duty_consent": "mentor",
        "labour_addendum": "mentor",
        "personal_programme": "pair",
    }


def test_no_form_is_about_a_minor_or_a_guardian() -> None:
    assert "guardian" not in {each for form in KINDERGARTEN.forms for each in form.filled_by}
    fields = {name for form in KINDERGARTEN.forms for name in form.model_fields}
    assert fields & {"child", "guardian", "guardians", "relation", "authority", "birth_year"} == set()
    assert {"consent_minor", "agreement_form", "mentee_entry"} & {form.code for form in KINDERGARTEN.forms} == set()


def test_nobody_of_the_cast_is_a_pupil() -> None:
    story = cast(0)
    everybody = [*story.mentees, *story.mentors, *story.staff.values()]
    assert [(each.birth_date, each.guardian) for each in everybody] == [(None, None)] * 8


@pytest.mark.parametrize("occupation", ["обучающийся", "представитель партнёра", "выпускник"])
def test_only_employees_may_ask(occupation: str, people: People) -> None:
    answer = {**PrelimRequest.example, "occupation": occupation}
    assert found(PrelimRequest.model_validate(answer), people) == [("kindergarten.staff_only", "occupation")]


@pytest.mark.parametrize("form", [PrelimRequest, OfferForm, PairCard, DeficitCard])
def test_examples_of_narrowed_forms_keep_their_rules(form: Any, people: People) -> None:
    later = FormContext(today=date(2026, 12, 1), cycle_starts=CYCLE[0], cycle_ends=CYCLE[1], people=people)
    assert list(form.model_validate(form.example).refusals(later)) == []


def test_mentors_offer_help_to_colleagues(people: People) -> None:
    answer = OfferForm.model_validate({**OfferForm.example, "mentees": ["коллеги", "подростки"]})
    assert found(answer, people) == [("kindergarten.colleagues_only", "mentees.1")]


@pytest.mark.parametrize(
    ("born", "standing", "expected"),
    [
        (date(2009, 9, 29), Standing.CANDIDATE, ["kindergarten.minor"]),
        (date(2009, 9, 29), Standing.REGISTERED, ["kindergarten.minor"]),
        (date(2009, 9, 29), Standing.WITHDRAWN, []),
        (date(2008, 9, 28), Standing.REGISTERED, []),
        (None, Standing.REGISTERED, []),
    ],
)
def test_nobody_under_age_is_registered(born: date | None, standing: Standing, expected: list[str]) -> None:
    person = PersonFact(code="p1", name="Иванова Анна", birth_date=born, standings={Role.MENTEE: standing})
    people = People(persons={"p1": person})
    checked = CheckContext(today=TODAY, stage="mentees", activity="deficits", people=people, answers={})
    assert [each.code for each in adults_only(checked)] == expected


@pytest.mark.parametrize("form", KINDERGARTEN.forms, ids=lambda form: form.code)
def test_examples_and_samples_are_valid(form: Any, people: People) -> None:
    subjects = {Scope.MENTEE: "p1", Scope.MENTOR: "p4", Scope.PARTICIPANT: "p1", Scope.PAIR: "pair1"}
    form.model_validate(form.example)
    for serial in range(3):
        answer = form.model_validate(dict(form.sample(request(people, subjects.get(form.about), serial))))
        assert found(answer, people) == []


def test_a_card_of_deficits_enters_the_register(people: People) -> None:
    card = DeficitCard.model_validate({**DeficitCard.example, "teacher": "p1"})
    assert list(card.consequences(context(people))) == [
        Register(
            person="p1",
            role=Role.MENTEE,
            on=date(2026, 9, 7),
            details={
                "deficits": ["цифровые технологии в работе с детьми", "заполнение портфолио педагога"],
                "request": "Научиться готовить занятия для интерактивной доски",
                "category": "первая",
                "experience": 6,
                "self_mark": 5,
            },
        )
    ]


def test_a_card_of_deficits_says_all_that_is_wrong_at_once(people: People) -> None:
    twice = ["заполнение портфолио педагога"] * 2
    card = DeficitCard.model_validate({**DeficitCard.example, "registered": "29.09.2026", "deficits": twice})
    assert found(card, people) == [("form.date_ahead", "registered"), ("form.repeated", "deficits.1")]


def test_the_story_forms_a_pair_and_a_group(people: People) -> None:
    commands: list[FormPair] = []
    for serial in range(PairCard.sample_count(cast(0))):
        card = PairCard.model_validate(dict(PairCard.sample(request(people, None, serial))))
        commands += card.consequences(context(people))
    assert [(each.mentors, each.mentees, each.format) for each in commands] == [
        (("p4",), ("p1",), "один на один"),
        (("p5",), ("p2", "p3"), "групповое"),
    ]


def test_a_pair_card_says_all_that_is_wrong_at_once(people: People) -> None:
    wrong = {"mentees": ["p1", "p1"], "mutual_interest": "нет", "starts": "01.10.2026", "ends": "01.10.2025"}
    assert found(PairCard.model_validate({**PairCard.example, **wrong}), people) == [
        ("form.reversed_term", "ends"),
        ("form.outside_cycle", "ends"),
        ("form.repeated", "mentees.1"),
        ("kindergarten.interest_one_sided", "mutual_interest"),
    ]


def test_steps_of_a_personal_programme_lie_inside_its_term(people: People) -> None:
    rows = [{"task": "Раньше", "until": "04.10.2026"}, {"task": "Вовремя", "until": "30.04.2027"}]
    answer = PersonalForm.model_validate({**PersonalForm.example, "rows": rows, "approved": "01.10.2026"})
    assert found(answer, people) == [("form.outside_term", "rows.0.until"), ("form.date_ahead", "approved")]


def test_a_personal_programme_has_its_own_dates(people: People) -> None:
    sample = PersonalForm.sample(request(people, "pair1"))
    assert (sample["starts"], sample["ends"]) == (TODAY, date(2027, 4, 30))
    assert [row["until"] for row in sample["rows"]][-1] == date(2027, 4, 30)


@pytest.mark.parametrize("index", [0, 1, 7, 30, 999])
def test_the_cast_is_always_the_same_and_nobody_is_there_twice(index: int) -> None:
    story = cast(index)
    assert story == cast(index)
    names = [each.name for each in (*story.staff.values(), *story.mentees, *story.mentors)]
    assert len(set(names)) == 8
    assert all(len(name.split()) == 3 for name in names)


def test_kindergartens_have_names_of_their_own() -> None:
    assert len({cast(index).title for index in range(200)}) == 200


# --- matching ---------------------------------------------------------------------------------------------------------


def test_a_deficit_is_met_by_the_area_in_which_a_colleague_helps() -> None:
    person = PersonFact(code="p1", name="Грибанина Ирина Сергеевна", birth_date=None, standings={})
    deficits = {"deficits": ["цифровые технологии в работе с детьми", "заполнение портфолио педагога"]}
    mentee = KINDERGARTEN.matching.profile(Answers(person=person, role=Role.MENTEE, today=TODAY, details=deficits))
    helps = {"competences": ["цифровые инструменты"], "places": 2}
    mentor = KINDERGARTEN.matching.profile(Answers(person=person, role=Role.MENTOR, today=TODAY, details=helps))
    assert mentee.topics == {"цифровые инструменты", "методика преподавания"}
    assert mentee.topics & mentor.topics == {"цифровые инструменты"}
    assert (mentor.places, KINDERGARTEN.matching.mentor_from) == (2, 18)


def test_every_deficit_has_its_area() -> None:
    assert set(HELPS) == set(Deficit)
