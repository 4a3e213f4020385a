"""The college as DOMAIN.md §2.2 has it: rows, marks, windows, forms, documents, and a cast that plays them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from ruamel.yaml import YAML

from plugins.college.cast import cast
from plugins.college.documents import extras
from plugins.college.forms import DualData, MentorCandidate, MentorEntry
from plugins.college.plugin import COLLEGE, employers_known, three_bases, vekha_institution_types
from vekha.plugin import (
    AddEmployer,
    CheckContext,
    FormContext,
    PairFact,
    People,
    PersonFact,
    Register,
    Roadmap,
    Role,
    SampleRequest,
    Scope,
    Standing,
    standard,
)

TODAY = date(2026, 4, 20)
CORE_CHECKS = {"mentees_registered", "mentors_registered", "pairs_formed", "unpaired_supported"}
R, O, RC = "required", "optional", "carries_on"  # noqa: E741 — the marks of DOMAIN.md
W1, W2, W3, W4 = "январь", "март–апрель", "май–июль", "сентябрь–ноябрь"
W5 = "декабрь Х года – январь Х+1 года"
ROWS = {
    "1.1": (R, (W1,)),
    "1.2": (R, (W1,)),
    "1.3": (R, (W1,)),
    "1.4": (RC, (W1, W2)),
    "2.1": (O, (W2,)),
    "2.2": (R, (W2,)),
    "2.3": (R, (W2,)),
    "3.1": (R, (W2,)),
    "4.1": (R, (W2,)),
    "4.2": (R, (W2,)),
    "5.1": (R, (W2,)),
    "5.2": (R, (W2,)),
    "5.3": (RC, ("март–ноябрь",)),
    "6.1": (R, (W3, W4)),
    "6.2": (R, (W3, W4)),
    "6.3": (R, (W3, W4)),
    "6.4": (O, (W3,)),
    "7.1": (R, (W3, W4)),
    "7.2": (R, (W5,)),
    "7.3": (O, (W5,)),
    "7.4": (RC, (W5,)),
}


CHECKED: dict[str, Any] = {"today": TODAY, "stage": "mentors", "activity": "mentor_bases", "answers": {}}


@pytest.fixture(scope="module")
def roadmap() -> Roadmap:
    return Roadmap.model_validate(YAML(typ="safe").load(COLLEGE.folder / COLLEGE.roadmaps[0]))


@pytest.fixture(scope="module")
def people() -> People:
    """The story on a day in April: registered, paired, at work."""
    story = cast(0)
    known = [(Role.MENTEE, each) for each in story.mentees] + [(Role.MENTOR, each) for each in story.mentors]
    persons = {
        f"p{number}": PersonFact(
            code=f"p{number}",
            name=each.name,
            birth_date=each.birth_date,
            standings={role: Standing.REGISTERED},
            base=each.base,
        )
        for number, (role, each) in enumerate(known, start=1)
    }
    employers = {f"e{number}": each.name for number, each in enumerate(story.employers, start=1)}
    pairs = {"pair1": PairFact(code="pair1", mentors=("p7",), mentees=("p1",))}
    return People(persons=persons, pairs=pairs, employers=employers)


def context(people: People) -> FormContext:
    return FormContext(today=TODAY, cycle_starts=date(2026, 1, 1), cycle_ends=date(2027, 1, 31), people=people)


def request(people: People, subject: str | None, serial: int = 0) -> SampleRequest:
    starts, ends = date(2026, 1, 1), date(2027, 1, 31)
    return SampleRequest(
        today=TODAY,
        cycle_starts=starts,
        cycle_ends=ends,
        serial=serial,
        subject=subject,
        people=people,
        cast=cast(0),
    )


def found(form: Any, people: People) -> list[tuple[str, str]]:
    return [(each.code, each.where) for each in form.refusals(context(people))]


def test_the_hook_gives_the_type() -> None:
    assert vekha_institution_types() == [COLLEGE]


def test_size(roadmap: Roadmap) -> None:
    sizes = len(roadmap.stages), len(list(roadmap.rows())), len(roadmap.form_codes), len(roadmap.document_codes)
    assert sizes == (7, 21, 22, 32)


def test_rows_marks_and_windows(roadmap: Roadmap) -> None:
    assert {row.number: (row.gate.value, row.deadline) for _, row in roadmap.rows()} == ROWS


def test_order_of_stages(roadmap: Roadmap) -> None:
    assert {stage.code: stage.after for stage in roadmap.stages} == {
        "prepare": (),
        "mentees": ("prepare",),
        "mentors": ("prepare",),
        "training": ("mentors",),
        "pairs": ("mentees", "training"),
        "work": ("pairs",),
        "finish": ("pairs",),
    }


def test_the_cycle_ends_with_january_of_the_next_year(roadmap: Roadmap) -> None:
    assert roadmap.cycle.dates(2026) == (date(2026, 1, 1), date(2027, 1, 31))


def test_everything_named_exists(roadmap: Roadmap) -> None:
    rows = [row for _, row in roadmap.rows()]
    specs = roadmap.documents
    asked_by_surveys = {each.code for each in COLLEGE.forms if each.survey and each.anonymous}
    assert set(roadmap.form_codes) | asked_by_surveys == {each.code for each in COLLEGE.forms}
    assert set(roadmap.document_codes) == set(specs)
    assert {annex for each in specs.values() for annex in each.annexes} <= set(specs)
    named = {role for row in rows for role in row.roles} | {each.approves for each in specs.values() if each.approves}
    assert named == set(roadmap.roles)
    assert set(cast(0).staff) == set(roadmap.roles)
    outside = {"mentee", "mentor", "guardian", "employer"}
    assert {each for form in COLLEGE.forms for each in form.filled_by} <= set(roadmap.roles) | outside
    assert {check for row in rows for check in row.checks} == CORE_CHECKS | set(COLLEGE.checks)


def test_a_form_asked_of_each_is_about_that_scope(roadmap: Roadmap) -> None:
    asked = {(use.code, use.each) for _, row in roadmap.rows() for use in row.forms if use.each}
    narrower = {Scope.MENTEE, Scope.MENTOR}
    for code, each in asked:
        about = COLLEGE.form(code).about
        assert each is about or (about is Scope.PARTICIPANT and each in narrower), code


def test_mentors_train_at_least_four_times(roadmap: Roadmap) -> None:
    assert roadmap.stage("training").activity("mentor_training").meetings == {"training": 4}


def test_every_pair_meets_in_all_five_ways(roadmap: Roadmap) -> None:
    meetings = roadmap.stage("work").activity("meetings").meetings
    assert meetings == {"introduction": 1, "trial": 1, "planning": 1, "series": 2, "final": 1}


def test_the_search_for_a_mentor_outlives_its_stage(roadmap: Roadmap) -> None:
    row = roadmap.stage("pairs").activity("unpaired")
    assert (row.gate.carries_on, row.gate.blocks_stage, row.checks) == (True, False, ("unpaired_supported",))


@pytest.mark.parametrize("form", COLLEGE.forms, ids=lambda form: form.code)
def test_examples_and_samples_are_valid(form: Any, people: People) -> None:
    subjects = {Scope.MENTEE: "p1", Scope.MENTOR: "p7", Scope.PARTICIPANT: "p1", Scope.PAIR: "pair1"}
    subject = {**subjects, Scope.EMPLOYER: "e1"}.get(form.about)
    subject = "p2" if form is standard.ConsentMinor else subject  # the one under age
    form.model_validate(form.example)
    answer = form.model_validate(dict(form.sample(request(people, subject))))
    assert found(answer, people) == []


def test_samples_of_dual_training_follow_the_enterprises(people: People) -> None:
    answers = [DualData.sample(request(people, each, serial)) for serial, each in enumerate(people.employers)]
    assert [(each["employer"], each["mentor"], each["student"]) for each in answers] == [
        ("e1", "p7", "p1"),
        ("e2", "p8", "p2"),
    ]


def test_dual_training_says_all_that_is_wrong_at_once(people: People) -> None:
    answer = DualData.model_validate(
        {
            **DualData.example,
            "student": "p7",
            "mentor": "p1",
            "starts": "30.11.2026",
            "ends": "04.05.2026",
            "enterprise_share": 70,
            "college_share": 40,
        }
    )
    assert found(answer, people) == [
        ("form.reversed_term", "ends"),
        ("college.shares_not_whole", "college_share"),
        ("people.not_registered_mentee", "student"),
        ("people.not_registered_mentor", "mentor"),
    ]


@pytest.mark.parametrize(
    ("base", "employer", "expected"),
    [
        (None, None, [("college.base_missing", "base")]),
        ("А", None, []),
        ("Б", None, [("college.enterprise_missing", "employer")]),
        ("Б", "e1", []),
        ("В", "e1", [("college.enterprise_of_other_base", "employer")]),
    ],
)
def test_a_mentor_belongs_to_one_of_three_bases(
    base: str | None, employer: str | None, expected: list[tuple[str, str]], people: People
) -> None:
    entry = {**MentorEntry.example, "registered": TODAY, "base": base, "employer": employer}
    assert found(MentorEntry.model_validate(entry), people) == expected


def test_the_register_learns_the_base_and_the_enterprise(people: People) -> None:
    entry = MentorEntry.model_validate(dict(MentorEntry.sample(request(people, "p7"))))
    (command,) = entry.consequences(context(people))
    assert isinstance(command, Register)
    assert (command.person, command.base, command.employer) == ("p7", "Б", "e1")


@pytest.mark.parametrize(
    ("conclusion", "grounds", "expected"),
    [
        ("рекомендован", None, []),
        ("рекомендован после обучения", None, [("college.conclusion_unexplained", "grounds")]),
        ("не рекомендован", "Нет времени", []),
    ],
)
def test_a_doubtful_conclusion_has_grounds(
    conclusion: str, grounds: str | None, expected: list[tuple[str, str]], people: People
) -> None:
    answer = {**MentorCandidate.example, "conclusion": conclusion, "grounds": grounds}
    assert found(MentorCandidate.model_validate(answer), people) == expected


def test_an_interview_cannot_lie_ahead(people: People) -> None:
    answer = MentorCandidate.model_validate({**MentorCandidate.example, "interviewed": "21.04.2026"})
    assert found(answer, people) == [("form.date_ahead", "interviewed")]


@pytest.mark.parametrize(
    ("known", "expected"), [(0, ["college.employers_few"]), (1, ["college.employers_few"]), (2, [])]
)
def test_enterprises_come_before_the_bases_of_mentors(known: int, expected: list[str]) -> None:
    people = People(employers={f"e{number}": "АО" for number in range(known)})
    checked = CheckContext(**CHECKED, people=people)
    assert [each.code for each in employers_known(checked)] == expected


def test_an_empty_base_of_mentors_is_named(people: People) -> None:
    alumni = [code for code, each in people.persons.items() if each.base == "А"]
    fewer = replace(people, persons={code: each for code, each in people.persons.items() if code not in alumni})
    complete, lacking = (
        [(each.code, dict(each.params)) for each in three_bases(CheckContext(**CHECKED, people=known))]
        for known in (people, fewer)
    )
    assert (complete, lacking) == ([], [("college.base_empty", {"base": "А"})])


def test_the_cast_has_two_enterprises_three_bases_and_one_student_left() -> None:
    story = cast(0)
    assert [each.base for each in story.mentors] == ["Б", "Б", "А", "В"]
    assert [each.employer for each in story.mentors] == [0, 1, None, None]
    assert len(story.employers) == 2
    paired = {number for pair in story.pairs for number in pair.mentees}
    assert set(range(len(story.mentees))) - paired == {5}


@pytest.mark.parametrize("year", [2026, 2027])
def test_students_are_minors_and_adults_of_16_to_20(year: int) -> None:
    ages = [(date(year, 3, 15) - each.birth_date).days // 365.25 for each in cast(0).mentees if each.birth_date]
    assert all(16 <= age <= 20 for age in ages)
    assert {age < 18 for age in ages} == {True, False}
    assert all(each.guardian for each in cast(0).mentees)


@pytest.mark.parametrize("index", [0, 1, 5, 17, 24, 999])
def test_the_cast_is_always_the_same_and_nobody_is_there_twice(index: int, people: People) -> None:
    story = cast(index)
    assert story == cast(index)
    names = [each.name for each in (*story.staff.values(), *story.mentees, *story.mentors)]
    assert len(set(names)) == 16
    assert all(len(name.split()) == 3 for name in names)
    for employer in story.employers:
        card = standard.EmployerCard.model_validate({"name": employer.name, "inn": employer.inn})
        assert [type(each) for each in card.consequences(context(people))] == [AddEmployer]


def test_colleges_have_names_of_their_own() -> None:
    assert len({cast(index).title for index in range(200)}) == 200


def test_a_contract_lists_the_students_of_its_enterprise() -> None:
    def person(code: str, last: str) -> dict[str, Any]:
        return {"code": code, "last_name": last, "first_name": "Вера", "middle_name": None}

    def answer(employer: str, student: str, hours: int) -> dict[str, Any]:
        return {"data": {"employer": employer, "student": student, "mentor": "p7", "hours": hours}}

    vera, anna, mentor = person("p1", "Нивина"), person("p2", "Авдонина"), person("p7", "Осокина")
    context = {
        "employer": {"code": "e1", "name": "АО «Станкосборка»"},
        "mentees": (vera, anna),
        "mentors": (mentor,),
        "answers": {
            "dual_data": (
                answer("e1", "p1", 100),
                answer("e2", "p1", 50),
                answer("АО «Станкосборка»", "Авдонина Вера", 40),
                answer("e1", "p1", 120),
                answer("e1", "p9", 10),
            )
        },
    }
    assert extras("dual_contract", context) == {
        "students": [
            {"employer": "АО «Станкосборка»", "student": anna, "mentor": mentor, "hours": 40},
            {"employer": "e1", "student": vera, "mentor": mentor, "hours": 120},
        ],
        "hours": 160,
    }


def test_other_documents_of_the_college_need_nothing_more() -> None:
    assert extras("agreement", {}) == {}
