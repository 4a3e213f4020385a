"""The school as DOMAIN.md §2.1 has it: rows, marks, dates, forms, documents, and a cast that plays them."""

from datetime import date

import pytest
from ruamel.yaml import YAML

from plugins.school.cast import cast
from plugins.school.plugin import SCHOOL, vekha_institution_types
from vekha.plugin import Roadmap, Scope

CORE_CHECKS = {"mentees_registered", "mentors_registered", "pairs_formed", "unpaired_supported"}
R, O, RC, OC = "required", "optional", "carries_on", "optional_carries_on"  # noqa: E741 — the marks of DOMAIN.md
MAY, SEPTEMBER, TEN_DAYS = "май Х года", "сентябрь Х года", "первая декада сентября Х года"
FROM_SEPTEMBER = "с 1 сентября Х года по 31 мая Х+1 года"
FROM_OCTOBER = "с 1 октября Х года по 31 мая Х+1 года"
LAST_MAY, LAST_JUNE = "май Х+1 года", "июнь Х+1 года"
ROWS = {
    "1.1": (R, MAY, "director methodologist curator"),
    "1.2": (R, MAY, "director curator"),
    "1.3": (RC, "май–сентябрь Х года", "curator psychologist social_pedagogue"),
    "1.4": (OC, "июль–сентябрь Х года", "director curator"),
    "1.5": (RC, "май–сентябрь Х года", "director curator methodologist"),
    "1.6": (RC, SEPTEMBER, "site_editor"),
    "2.1": (O, "июль–сентябрь Х года", "curator"),
    "2.2": (R, TEN_DAYS, "curator"),
    "2.3": (R, TEN_DAYS, "curator psychologist"),
    "3.1": (O, SEPTEMBER, "curator director"),
    "3.2": (R, TEN_DAYS, "curator psychologist"),
    "3.3": (R, TEN_DAYS, "curator"),
    "3.4": (O, SEPTEMBER, "director"),
    "4.1": (R, SEPTEMBER, "methodologist"),
    "4.2": (R, SEPTEMBER, "methodologist"),
    "4.3": (O, SEPTEMBER, "director"),
    "4.4": (RC, "октябрь Х года", "curator methodologist"),
    "5.1": (R, SEPTEMBER, "curator"),
    "5.2": (R, "сентябрь – октябрь Х года", "curator director"),
    "5.3": (OC, FROM_SEPTEMBER, "psychologist"),
    "5.4": (OC, FROM_SEPTEMBER, "curator"),
    "6.1": (O, FROM_OCTOBER, "curator"),
    "6.2": (R, FROM_OCTOBER, "curator"),
    "6.3": (R, FROM_OCTOBER, "curator psychologist"),
    "7.1": (R, LAST_MAY, "curator"),
    "7.2": (R, LAST_MAY, "curator psychologist"),
    "7.3": (R, LAST_MAY, "curator"),
    "7.4": (O, LAST_MAY, "curator"),
    "7.5": (OC, LAST_JUNE, "curator"),
    "7.6": (RC, LAST_JUNE, "curator"),
    "7.7": (O, LAST_MAY, "director"),
}
FORMS = {
    "1.3": "prelim_request",
    "1.4": "employer_card",
    "2.2": "consent_minor consent_adult mentee_entry before_after",
    "2.3": "needs_survey",
    "3.2": "offer_form skill_test",
    "3.3": "consent_adult consent_minor mentor_entry",
    "4.4": "event_log",
    "5.1": "mutual_choice event_log",
    "5.2": "agreement_form plan_form meeting_log",
    "5.4": "event_log",
    "6.1": "event_log",
    "6.2": "meeting_log",
    "6.3": "feedback",
    "7.1": "satisfaction",
    "7.2": "before_after swot curator_report",
    "7.3": "event_log",
    "7.4": "event_log",
    "7.5": "best_practice consent_public",
    "7.6": "mentor_entry",
}
DOCUMENTS = {
    "1.1": "order_launch regulation roadmap",
    "1.2": "minutes minutes_methodical minutes_parents",
    "1.4": "partner_agreement",
    "1.5": "minutes_admin programme",
    "1.6": "site_section",
    "2.1": "mentee_memo",
    "2.2": "consent_pd mentee_register",
    "2.3": "needs_report",
    "3.1": "event_rules employer_letter",
    "3.3": "consent_pd_mentor mentor_register mentor_portfolio",
    "3.4": "pay_regulation incentive_sheet",
    "4.1": "method_materials",
    "4.2": "training_plan",
    "4.3": "training_contract",
    "4.4": "school_plan training_schedule",
    "5.1": "meeting_script event_rules",
    "5.2": "agreement pair_order individual_plan",
    "5.3": "mentee_memo psych_programme",
    "5.4": "method_pack",
    "6.1": "calendar_plan event_rules",
    "6.2": "calendar_plan event_rules pair_change_order agreement_supplement",
    "6.3": "monitoring_pack",
    "7.2": "final_report",
    "7.3": "event_rules",
    "7.4": "event_rules thanks_letter",
    "7.5": "practice_base practice_plan",
    "7.6": "long_register",
    "7.7": "reward_order best_mentor",
}


def read(name: str) -> Roadmap:
    return Roadmap.model_validate(YAML(typ="safe").load(SCHOOL.folder / name))


@pytest.fixture(scope="module")
def roadmap() -> Roadmap:
    return read("roadmap.yaml")


@pytest.fixture(scope="module")
def gifted() -> Roadmap:
    return read("roadmap_gifted.yaml")


@pytest.fixture(scope="module", params=SCHOOL.roadmaps)
def either(request: pytest.FixtureRequest) -> Roadmap:
    return read(request.param)


def test_the_hook_gives_the_type() -> None:
    assert vekha_institution_types() == [SCHOOL]


def test_thirty_one_rows_with_their_marks_dates_and_roles(roadmap: Roadmap) -> None:
    rows = {str(row.number): row for _, row in roadmap.rows()}
    assert len(rows) == 31
    assert {number: (row.gate.value, row.phrases[0], " ".join(row.roles)) for number, row in rows.items()} == ROWS


def test_forms_and_documents_of_each_row(roadmap: Roadmap) -> None:
    rows = {str(row.number): row for _, row in roadmap.rows()}
    assert {number: " ".join(use.code for use in row.forms) for number, row in rows.items() if row.forms} == FORMS
    documents = {number: " ".join(use.code for use in row.documents) for number, row in rows.items() if row.documents}
    assert documents == DOCUMENTS


def test_the_first_row_gives_each_document_its_own_role_and_date(roadmap: Roadmap) -> None:
    row = roadmap.stage("prepare").activity("legal_basis")
    assert [(use.code, use.responsible, use.deadline) for use in row.documents] == [
        ("order_launch", ("director",), MAY),
        ("regulation", ("methodologist",), MAY),
        ("roadmap", ("curator",), MAY),
    ]


def test_what_the_source_wrote_is_kept_where_ours_says_more(roadmap: Roadmap) -> None:
    kept = {str(row.number): row.source_deadline for _, row in roadmap.rows() if row.source_deadline}
    assert kept == {
        **dict.fromkeys(("5.3", "5.4", "6.1", "6.2"), "в течение года"),
        "6.3": "В течение года",
        **dict.fromkeys(("7.1", "7.2", "7.3", "7.4", "7.7"), MAY),
        **dict.fromkeys(("7.5", "7.6"), "июнь Х года"),
    }


def test_order_of_stages(either: Roadmap) -> None:
    assert {stage.code: stage.after for stage in either.stages} == {
        "prepare": (),
        "mentees": ("prepare",),
        "mentors": ("prepare",),
        "training": ("prepare",),
        "pairs": ("mentees", "mentors"),
        "work": ("pairs",),
        "finish": ("pairs",),
    }


def test_everything_named_exists(either: Roadmap) -> None:
    rows = [row for _, row in either.rows()]
    specs = either.documents
    asked_by_surveys = {each.code for each in SCHOOL.forms if each.survey and each.anonymous}
    assert set(either.form_codes) | asked_by_surveys == {each.code for each in SCHOOL.forms}
    assert set(either.document_codes) == set(specs)
    assert {annex for each in specs.values() for annex in each.annexes} <= set(specs)
    named = {role for row in rows for role in row.roles} | {each.approves for each in specs.values() if each.approves}
    assert named == set(either.roles)
    assert set(cast(0).staff) == set(either.roles)
    outside = {"mentee", "mentor", "guardian", "employer"}
    assert {each for form in SCHOOL.forms for each in form.filled_by} <= set(either.roles) | outside
    assert {check for row in rows for check in row.checks} == CORE_CHECKS


def test_codes_and_numbers_are_unique(either: Roadmap) -> None:
    for stage in either.stages:
        codes = [row.code for row in stage.activities]
        assert len(set(codes)) == len(codes)
    numbers = [row.number for _, row in either.rows()]
    assert len(set(numbers)) == len(numbers)


def test_a_form_asked_of_each_is_about_that_scope(either: Roadmap) -> None:
    asked = {(use.code, use.each) for _, row in either.rows() for use in row.forms if use.each}
    narrower = {Scope.MENTEE, Scope.MENTOR}
    for code, each in asked:
        about = SCHOOL.form(code).about
        assert each is about or (about is Scope.PARTICIPANT and each in narrower), code


def test_every_document_has_a_template(either: Roadmap) -> None:
    assert [code for code, spec in either.documents.items() if not spec.template] == []
    assert either.documents["consent_pd_mentor"].template == either.documents["consent_pd"].template


def test_nothing_about_pupils_is_public(either: Roadmap) -> None:
    closed = {
        "mentee_register",
        "mentor_register",
        "consent_pd",
        "consent_pd_mentor",
        "individual_plan",
        "needs_report",
    }
    assert not any(either.documents[code].public for code in closed)


# --- two years -------------------------------------------------------------------------------------------------------


def test_two_years_for_gifted_pupils(gifted: Roadmap) -> None:
    assert gifted.code == "school_gifted"
    assert gifted.cycle.dates(2026) == (date(2026, 5, 1), date(2028, 6, 30))


def test_what_the_two_years_add(roadmap: Roadmap, gifted: Roadmap) -> None:
    one, two = ({(stage.code, row.code) for stage, row in each.rows()} for each in (roadmap, gifted))
    assert one - two == set()
    assert two - one == {("mentees", "talent_search"), ("work", "contests"), ("work", "interim_report")}
    assert gifted.stage("work").activity("interim_report").deadline == ("май Х+1 года",)


def test_the_two_years_end_in_the_second_may_and_june(gifted: Roadmap) -> None:
    ends = {row.deadline for row in gifted.stage("finish").activities}
    assert ends == {("май Х+2 года",), ("июнь Х+2 года",)}


# --- the cast --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("index", [0, 1, 2, 17, 18, 999])
def test_the_cast_is_always_the_same_and_nobody_is_there_twice(index: int) -> None:
    story = cast(index)
    assert story == cast(index)
    names = [each.name for each in (*story.staff.values(), *story.mentees, *story.mentors)]
    assert len(set(names)) == 16
    assert all(len(name.split()) == 3 for name in names)


def test_pupils_of_thirteen_to_eighteen_and_their_parents() -> None:
    ages = [(date(2026, 9, 1) - each.birth_date).days // 365.25 for each in cast(0).mentees if each.birth_date]
    assert ages == [14, 14, 16, 13, 18, 13]
    for pupil in cast(0).mentees:
        assert pupil.guardian is not None
        assert pupil.guardian.split()[0].removesuffix("а") == pupil.name.split()[0].removesuffix("а")
        assert pupil.guardian.split()[1] != pupil.name.split()[1]


def test_three_pairs_a_group_and_a_pupil_left() -> None:
    story = cast(0)
    assert sorted(len(pair.mentees) for pair in story.pairs) == [1, 1, 1, 2]
    paired = {number for pair in story.pairs for number in pair.mentees}
    assert set(range(len(story.mentees))) - paired == {5}


def test_schools_have_names_and_numbers_of_their_own() -> None:
    stories = [cast(index) for index in range(300)]
    assert len({each.title for each in stories}) == len({each.institution["inn"] for each in stories}) == 300
