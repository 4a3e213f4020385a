"""The example programme: full, plausible, the same each time, and made of nothing but the cast and the samples."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from vekha.documents.views import cycle_label, laws_on, person_view
from vekha.domain.people import Purpose, Role
from vekha.domain.roadmap import CycleSpec, Scope
from vekha.example import Example, example_context, template_variables
from vekha.registry import Registry, load_plugins

ROOT = Path(__file__).parents[1]
TYPES = ("college", "kindergarten", "school")


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_plugins(ROOT / "plugins", entry_points=False)


@pytest.fixture(params=TYPES)
def example(request: pytest.FixtureRequest, registry: Registry) -> Example:
    return Example(registry.type(request.param), registry.roadmap(request.param))


def test_everybody_of_the_cast_is_registered_with_a_consent(example: Example) -> None:
    people, cast = example.people, example.cast
    assert [each.name for each in people.registered(Role.MENTEE)] == [each.name for each in cast.mentees]
    assert [each.name for each in people.registered(Role.MENTOR)] == [each.name for each in cast.mentors]
    assert all(each.consented(Purpose.PROCESSING, example.today) for each in people.persons.values())
    assert len(people.pairs) == len(cast.pairs)


def test_every_form_of_the_roadmap_is_answered(example: Example) -> None:
    assert set(example.answers) == set(example.roadmap.form_codes)
    assert all(example.answers.values())


def test_a_guardian_answers_for_minors_only(registry: Registry) -> None:
    school = Example(registry.type("school"), registry.roadmap("school"))
    minors = {code for code, each in school.people.persons.items() if each.is_minor(school.today)}
    assert {subject for subject, _ in school.answers["consent_minor"]} == minors
    assert {subject for subject, _ in school.answers["consent_adult"]} == set(school.people.persons) - minors


def test_equal_arguments_give_equal_contexts(example: Example) -> None:
    stage, row = next((stage, row) for stage, row in example.roadmap.rows() if row.documents)
    arguments = (example.type, example.roadmap, stage.code, row.documents[0].code)
    assert example_context(*arguments) == example_context(*arguments)
    assert example_context(*arguments, year=2030).programme.year == 2030
    assert example_context(*arguments, index=1).institution.title != example_context(*arguments).institution.title


def test_the_context_is_full(example: Example) -> None:
    stage, row = next((stage, row) for stage, row in example.roadmap.rows() if row.documents)
    context = example.context(stage.code, row.documents[0].code)
    assert (context.institution.type, context.stage.code) == (example.type.code, stage.code)
    assert [each.code for each in context.stages] == [each.code for each in example.roadmap.stages]
    assert set(context.staff) == set(example.cast.staff)
    assert context.institution.head is not None
    assert len(context.mentees) == len(example.cast.mentees)
    assert len(context.pairs) == len(example.cast.pairs)
    assert all(pair.starts < pair.ends and pair.format for pair in context.pairs)
    assert context.indicators.mentees == len(example.cast.mentees)
    assert {law.topic for law in context.laws} >= {"mentoring", "personal_data"}
    assert set(template_variables(context)) == set(type(context).model_fields)


@pytest.mark.parametrize("scope", [Scope.PROGRAMME, Scope.MENTEE, Scope.MENTOR, Scope.PARTICIPANT, Scope.PAIR])
def test_a_document_is_about_somebody_of_its_scope(scope: Scope, example: Example) -> None:
    codes = [code for code, spec in example.roadmap.documents.items() if spec.per is scope]
    issued = {use.code: stage.code for stage, row in example.roadmap.rows() for use in row.documents}
    for code in (each for each in codes if each in issued):
        for subject in example.subjects(scope):
            context = example.context(issued[code], code, subject)
            about = context.person or context.pair
            assert (about.code if about else None) == subject


def test_an_annex_knows_its_order(registry: Registry) -> None:
    school = Example(registry.type("school"), registry.roadmap("school"))
    order = school.context("prepare", "order_launch").document
    assert [each.title for each in order.annexes] == [
        school.roadmap.documents[code].title for code in school.roadmap.documents["order_launch"].annexes
    ]
    regulation = school.context("prepare", "regulation").document
    assert regulation.parent is not None
    assert (regulation.parent.title, regulation.parent.annex_number) == (order.title, 1)


def test_extras_of_the_type_come_last(registry: Registry) -> None:

    school = registry.type("school")
    extended = replace(school, document_extras=lambda code, context: {"said": (code, context["programme"]["year"])})
    context = example_context(extended, registry.roadmap("school"), "prepare", "order_launch")
    assert context.extra == {"said": ("order_launch", 2026)}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Сомов Илья Петрович", ("Сомов", "Илья", "Петрович")),
        ("Сомов Илья", ("Сомов", "Илья", None)),
        ("Алиев Ахмед Самир оглы", ("Алиев", "Ахмед", "Самир оглы")),
    ],
)
def test_names_are_taken_apart(name: str, parts: tuple[str, str, str | None]) -> None:
    view = person_view(name)
    assert (view.last_name, view.first_name, view.middle_name) == parts
    assert view.full_name == name


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("calendar_year", "2026 год"), ("school_year", "2026/2027 учебный год"), ("years", "2026–2028 учебные годы")],
)
def test_labels_of_cycles(kind: str, expected: str) -> None:
    cycle = CycleSpec(kind=kind, starts="сентябрь", length_months=10)  # type: ignore[arg-type]
    assert cycle_label(cycle, 2026, dt.date(2028, 6, 30)) == expected


def test_laws_are_those_of_the_day() -> None:
    before, after = laws_on("school", dt.date(2024, 9, 1)), laws_on("school", dt.date(2026, 9, 1))
    assert before != after
    assert all(law.citation and law.according_to for law in (*before, *after))
