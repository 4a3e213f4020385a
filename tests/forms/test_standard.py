"""What each standard form refuses, and what follows from an answer for the people of the programme."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.forms.world import ENDS, PUPIL, SECOND, STARTS, TEACHER, TODAY, changed, context, people, problems
from vekha.domain.people import AddEmployer, FormPair, GiveConsent, HoldMeeting, Introduce, Purpose, Register, Role
from vekha.forms import standard
from vekha.forms.base import Form
from vekha.forms.validation import parse_answer


def follows(form: type[Form], **fields: Any) -> list[Any]:
    return list(parse_answer(form, changed(form, **fields), context()).consequences(context()))


@pytest.mark.parametrize("form", standard.FORMS, ids=lambda form: form.code)
def test_the_example_is_accepted(form: type[Form]) -> None:
    assert problems(form, form.example) == []


# --- people ----------------------------------------------------------------------------------------------------------


def test_a_request_introduces_somebody() -> None:
    assert follows(standard.PrelimRequest) == [
        Introduce(
            name=PUPIL,
            role=Role.MENTEE,
            gender="m",
            birth_date=date(2012, 2, 28),
            position="8 «Б» класс",
            contact="+7 900 000-00-01",
        )
    ]


@pytest.mark.parametrize(
    ("occupation", "expected"),
    [("обучающийся", [("form.birth_date_needed", "Дата рождения")]), ("работник организации", []), ("выпускник", [])],
)
def test_a_learner_tells_the_birth_date(occupation: str, expected: list[tuple[str, str]]) -> None:
    assert problems(
        standard.PrelimRequest, changed(standard.PrelimRequest, occupation=occupation, birth_date=None)
    ) == (expected)


def test_entries_register() -> None:
    (mentee,) = follows(standard.MenteeEntry, mentor=TEACHER)
    assert mentee == Register(
        person="p1",
        role=Role.MENTEE,
        on=date(2026, 9, 5),
        details={
            "entered": "2026-09-05",
            "contact": "+7 900 000-00-01 (мать)",
            "birth_year": 2012,
            "request": "Подготовка к олимпиаде по физике",
            "expectations": "Научиться решать нестандартные задачи",
            "mentor": "p2",
            "mentoring_form": "учитель — ученик",
        },
    )
    (mentor,) = follows(standard.MentorEntry, base="Б", employer="e1")
    assert (mentor.person, mentor.role, mentor.base, mentor.employer) == ("p2", Role.MENTOR, "Б", "e1")
    assert mentor.details["competences"] == ["учебные предметы", "олимпиады и конкурсы"]


@pytest.mark.parametrize(
    ("form", "fields", "expected"),
    [
        (
            standard.MenteeEntry,
            {"registered": "26.05.2027", "entered": None},
            [("form.date_ahead", "Дата включения в базу")],
        ),
        (standard.MenteeEntry, {"entered": "04.09.2026"}, [("form.reversed_term", "Дата вхождения в программу")]),
        (standard.MenteeEntry, {"ended": "04.09.2026"}, [("form.reversed_term", "Дата завершения программы")]),
        (
            standard.MenteeEntry,
            {"consent": "нет"},
            [("form.consent_not_confirmed", "Согласие на обработку персональных данных получено")],
        ),
        (standard.MenteeEntry, {"name": "Неизвестный Иван"}, [("people.unknown_person", "Наставляемый")]),
        (standard.MentorEntry, {"registered": "26.05.2027"}, [("form.date_ahead", "Дата включения в реестр")]),
        (
            standard.MentorEntry,
            {"consent": False},
            [("form.consent_not_confirmed", "Согласие на обработку персональных данных получено")],
        ),
        (standard.MentorEntry, {"base": "Г"}, [("form.wrong_choice", "База")]),
    ],
)
def test_entries_refuse(form: type[Form], fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert problems(form, changed(form, **fields)) == expected


# --- consents --------------------------------------------------------------------------------------------------------


def test_consents_follow() -> None:
    (adult,) = follows(standard.ConsentAdult)
    assert (adult.subject, adult.purpose, adult.signed, adult.until, adult.guardian) == (
        "p2",
        Purpose.PROCESSING,
        date(2026, 9, 2),
        date(2027, 12, 31),
        None,
    )
    (minor,) = follows(standard.ConsentMinor)
    assert minor == GiveConsent(
        subject="p1",
        purpose=Purpose.PROCESSING,
        signed=date(2026, 9, 2),
        until=date(2027, 12, 31),
        guardian="Журавлёва Ольга Николаевна",
        relation="мать",
        authority="свидетельство о рождении от 14.03.2012 № 518204",
        guardian_contact="+7 900 000-00-01",
        categories=("фамилия, имя, отчество", "дата рождения", "место учёбы или работы", "контактные данные"),
    )
    (public,) = follows(standard.ConsentPublic)
    assert (public.subject, public.purpose, public.categories) == (
        "p2",
        Purpose.PUBLICATION,
        ("фамилия и имя", "история успеха"),
    )


GUARDIAN = {"guardian": "Журавлёва Ольга Николаевна", "relation": "мать", "authority": "свидетельство"}


@pytest.mark.parametrize(
    ("form", "fields", "expected"),
    [
        (standard.ConsentAdult, {"subject": PUPIL}, [("people.minor_signs", "Участник")]),
        (standard.ConsentAdult, {"signed": "26.05.2027"}, [("form.date_ahead", "Дата подписи")]),
        (standard.ConsentAdult, {"term": "01.09.2026"}, [("form.reversed_term", "Действует до")]),
        (standard.ConsentAdult, {"data": []}, [("form.too_few", "Какие данные")]),
        (standard.ConsentMinor, {"child": TEACHER}, [("form.birth_date_unknown", "Несовершеннолетний участник")]),
        (
            standard.ConsentMinor,
            {"signed": "02.03.2012", "term": "01.03.2012"},
            [("form.reversed_term", "Действует до")],
        ),
        (standard.ConsentMinor, {"relation": "тётя"}, [("form.wrong_choice", "Кем приходится")]),
        (standard.ConsentPublic, {"subject": PUPIL}, [("people.minor_signs", "Законный представитель")]),
        (standard.ConsentPublic, {"subject": PUPIL, **GUARDIAN}, []),
        (standard.ConsentPublic, GUARDIAN, [("people.guardian_of_adult", "Законный представитель")]),
    ],
)
def test_consents_refuse(form: type[Form], fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert problems(form, changed(form, **fields)) == expected


def test_a_guardian_cannot_consent_for_an_adult() -> None:
    answer = changed(standard.ConsentMinor, signed="28.02.2030", term="31.12.2031")
    assert problems(standard.ConsentMinor, answer, context(today=date(2030, 3, 1))) == [
        ("people.guardian_of_adult", "Несовершеннолетний участник")
    ]


# --- choosing and working --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"mentors_preferred": [TEACHER, TEACHER]},
            [("form.repeated", "С кем из наставников хочу работать, 2-е значение")],
        ),
        ({"mentors_helpful": ["p1"]}, [("form.own_choice", "Кто поможет достичь моих целей, 1-е значение")]),
        (
            {"mentors_preferred": [], "mentors_helpful": []},
            [("form.nothing_chosen", "С кем из наставников хочу работать")],
        ),
        (
            {"mentees_preferred": [SECOND]},
            [("form.not_asked", "С кем из наставляемых хочу работать")],
        ),
    ],
)
def test_a_choice_is_ranked_and_unique(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert problems(standard.MutualChoice, changed(standard.MutualChoice, **fields)) == expected


def test_the_choices_of_a_mentor() -> None:
    given = {"respondent": TEACHER, "role": "наставник", "mentees_helped": [PUPIL]}
    answer = parse_answer(standard.MutualChoice, given, context())
    assert answer.choices == {"mentees_preferred": (), "mentees_helped": ("p1",)}


def test_an_agreement_forms_a_pair() -> None:
    assert follows(standard.AgreementForm, employer="e1") == [
        FormPair(
            mentors=("p2",),
            mentees=("p1",),
            format="один на один",
            starts=date(2026, 10, 1),
            ends=date(2027, 5, 31),
            goal="Подготовка к олимпиаде по физике",
            employer="e1",
        )
    ]


def test_an_agreement_of_many_is_a_group_unless_it_says_otherwise() -> None:
    (pair,) = follows(standard.AgreementForm, mentors=[TEACHER, SECOND], model=None)
    assert pair.format == "групповое"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"guardians": None}, [("form.guardian_missing", "Законные представители")]),
        ({"starts": "30.04.2026"}, [("form.outside_cycle", "Действует с")]),
        ({"ends": "01.07.2027"}, [("form.outside_cycle", "Действует по")]),
        ({"ends": "30.09.2026"}, [("form.reversed_term", "Действует по")]),
        ({"signed": "26.05.2027"}, [("form.date_ahead", "Дата подписания")]),
        ({"mentors": [TEACHER, "p2"]}, [("form.repeated", "Наставники, 2-е значение")]),
        ({"mentees": []}, [("form.too_few", "Наставляемые")]),
    ],
)
def test_an_agreement_refuses(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert problems(standard.AgreementForm, changed(standard.AgreementForm, **fields)) == expected


def test_tasks_of_a_plan_lie_in_its_term() -> None:
    rows = [
        {"task": "а", "until": "30.09.2026"},
        {"task": "б", "until": "01.10.2026"},
        {"task": "в", "until": "01.06.2027"},
    ]
    assert problems(standard.PlanForm, changed(standard.PlanForm, rows=rows)) == [
        ("form.outside_term", "Строки плана, 1-я строка, дата"),
        ("form.outside_term", "Строки плана, 3-я строка, дата"),
    ]


@pytest.mark.parametrize("kind", standard.MeetingKind)
def test_a_meeting_is_held(kind: standard.MeetingKind) -> None:
    assert follows(standard.MeetingLog, kind=kind.value) == [
        HoldMeeting(kind=kind.code, on=date(2026, 10, 14), pair="n1", minutes=60, absent=False)
    ]


def test_codes_of_meetings() -> None:
    assert [each.code for each in standard.MeetingKind] == ["introduction", "trial", "planning", "series", "final"]
    assert [each.code for each in standard.EventKind] == [
        "training",
        "seminar",
        "matching",
        "consultation",
        "final_event",
    ]


def test_an_event_is_a_meeting_without_a_pair() -> None:
    assert follows(standard.EventLog) == [
        HoldMeeting(kind="training", on=date(2026, 10, 8), topic="Как ставить цели вместе с наставляемым", minutes=90)
    ]


@pytest.mark.parametrize(
    ("form", "place"), [(standard.MeetingLog, "Дата встречи"), (standard.EventLog, "Дата мероприятия")]
)
def test_nothing_is_logged_before_it_happens(form: type[Form], place: str) -> None:
    assert problems(form, changed(form, held_on="26.05.2027")) == [("form.date_ahead", place)]
    assert problems(form, changed(form, held_on=TODAY)) == []


# --- asking ----------------------------------------------------------------------------------------------------------


def test_before_is_too_late_once_the_pair_has_met() -> None:
    late = [("form.late_before", "До или после")]
    before = changed(standard.BeforeAfter)
    assert problems(standard.BeforeAfter, before, context(people({"introduction": 1}))) == late
    assert problems(standard.BeforeAfter, before, context(today=date(2027, 7, 1))) == late
    after = changed(standard.BeforeAfter, moment="после")
    assert problems(standard.BeforeAfter, after, context(people({"introduction": 1}))) == []


def test_somebody_new_is_measured_before_whatever_the_others_do() -> None:
    met = context(people({"series": 5}))
    assert problems(standard.BeforeAfter, changed(standard.BeforeAfter, respondent=SECOND), met) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"role": "наставник", "become_mentor": None}, [("form.role_mismatch", "В какой роли")]),
        ({"respondent": TEACHER}, [("form.role_mismatch", "В какой роли")]),
        ({"respondent": TEACHER, "role": "наставник"}, [("form.not_asked", "Хочу стать наставником")]),
        ({"respondent": TEACHER, "role": "наставник", "become_mentor": None}, []),
        ({"comfort": 11}, [("form.too_big", "Насколько комфортно было")]),
    ],
)
def test_satisfaction_is_asked_of_a_role(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert problems(standard.Satisfaction, changed(standard.Satisfaction, **fields)) == expected


def test_totals_are_computed() -> None:
    assert parse_answer(standard.SkillTest, standard.SkillTest.example, context()).total == 33
    assert parse_answer(standard.CuratorReport, standard.CuratorReport.example, context()).total == 15


def test_no_more_pairs_end_than_started() -> None:
    assert problems(standard.CuratorReport, changed(standard.CuratorReport, pairs_ended=6)) == [
        ("form.more_than_started", "Пар и групп завершено")
    ]


# --- employers -------------------------------------------------------------------------------------------------------


def test_an_employer_is_added() -> None:
    assert follows(standard.EmployerCard) == [
        AddEmployer(
            name="АО «Речной механический завод»",
            inn="7700000016",
            address="г. Заречный, ул. Заводская, д. 4",
            contact="Лаптев Олег Игоревич, начальник отдела кадров, +7 900 000-00-03",
            details={"mentors": 3, "places": 10, "professions": ["слесарь", "токарь"]},
        )
    ]


@pytest.mark.parametrize("inn", ["7700000016", "77 0000 0016", 7700000016, "500100732259"])
def test_a_taxpayer_number_with_right_check_digits(inn: str | int) -> None:
    assert problems(standard.EmployerCard, changed(standard.EmployerCard, inn=inn)) == []


@pytest.mark.parametrize("inn", ["7700000017", "500100732258", "500100732249", "77000000", "77000000I6", "٧٧٠٠٠٠٠٠١٦"])
def test_a_wrong_taxpayer_number(inn: str) -> None:
    assert problems(standard.EmployerCard, changed(standard.EmployerCard, inn=inn)) == [("form.wrong_inn", "ИНН")]


@given(st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_of_a_taxpayer_number_is_seen(place: int, shift: int) -> None:
    digits = list("7700000016")
    digits[place] = str((int(digits[place]) + shift) % 10)
    wrong = "".join(digits)
    remainder = sum(int(d) * w for d, w in zip(wrong[:9], (2, 4, 10, 3, 5, 9, 4, 6, 8), strict=True)) % 11 % 10
    expected = [] if str(remainder) == wrong[9] else [("form.wrong_inn", "ИНН")]
    assert problems(standard.EmployerCard, {"name": "АО", "inn": wrong}) == expected


def test_the_cycle_of_these_tests() -> None:
    assert STARTS < TODAY < ENDS
