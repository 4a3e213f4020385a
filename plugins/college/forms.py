"""The college's own forms: whom to take as a mentor, from which base, and what dual training is agreed upon."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from vekha.plugin import (
    Cast,
    Count,
    Day,
    EmployerRef,
    Field,
    Form,
    FormContext,
    Line,
    LongText,
    PersonRef,
    Problem,
    Role,
    SampleRequest,
    Scale10,
    Scope,
    Standing,
    problem,
    standard,
)

Hours = Annotated[int, Field(ge=1, le=2000)]
Percent = Annotated[int, Field(ge=0, le=100)]


class Conclusion(StrEnum):
    RECOMMENDED = "рекомендован"
    AFTER_TRAINING = "рекомендован после обучения"
    NOT_RECOMMENDED = "не рекомендован"


class MentorEntry(standard.MentorEntry):
    """Запись в реестре наставников колледжа. База обязательна: А – выпускники, Б – предприятия, В – активные педагоги.

    Человек уже известен программе, и его согласие получено.
    """

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from super().refusals(context)
        if self.base is None:
            yield problem("college.base_missing", "base")
        elif self.base is standard.MentorBase.ENTERPRISES and self.employer is None:
            yield problem("college.enterprise_missing", "employer")
        elif self.base is not standard.MentorBase.ENTERPRISES and self.employer is not None:
            yield problem("college.enterprise_of_other_base", "employer", base=self.base.value)


class MentorCandidate(Form):
    """Анкета кандидата и итоги собеседования с куратором и педагогом-психологом.

    Первую часть заполняет кандидат, вторую – те, кто с ним беседовал.
    """

    code: ClassVar[str] = "mentor_candidate"
    title: ClassVar[str] = "Анкета и собеседование кандидата в наставники"
    filled_by: ClassVar[tuple[str, ...]] = ("mentor", "curator", "psychologist")
    about: ClassVar[Scope] = Scope.MENTOR
    subject_field: ClassVar[str | None] = "candidate"
    person_fields: ClassVar[tuple[str, ...]] = ("candidate",)

    candidate: PersonRef = Field(title="Кандидат в наставники")
    education: Line = Field(title="Образование")
    experience: LongText = Field(title="Опыт работы")
    achievements: LongText | None = Field(None, title="Достижения")
    strengths: LongText = Field(title="Сильные стороны")
    weaknesses: LongText | None = Field(None, title="Слабые стороны")
    hobbies: Line | None = Field(None, title="Хобби, увлечения")
    expectations: LongText = Field(title="Чего ждёте от участия в программе")
    motivation: LongText = Field(title="Почему хотите стать наставником")
    hours: Count = Field(title="Сколько часов в месяц готовы уделять")
    interviewed: Day = Field(title="Дата собеседования")
    readiness: Scale10 = Field(
        title="Психологическая готовность к роли наставника",
        description="Оценка педагога-психолога: от 1 (не готов) до 10 (готов)",
    )
    conclusion: Conclusion = Field(title="Заключение")
    grounds: LongText | None = Field(
        None, title="Основания заключения", description="Обязательны, если рекомендация не безусловная"
    )

    example: ClassVar[Mapping[str, Any]] = {
        "candidate": "Ветлугин Павел Олегович",
        "education": "среднее профессиональное, технология машиностроения",
        "experience": "12 лет на участке станков с ЧПУ, последние 4 года наладчик",
        "achievements": "Второе место в областном конкурсе наладчиков",
        "strengths": "Терпеливо объясняет, умеет разобрать ошибку по шагам",
        "weaknesses": "Мало опыта публичных выступлений",
        "hobbies": "Авиамодели",
        "expectations": "Подготовить себе смену на участке",
        "motivation": "Самому в своё время помог мастер",
        "hours": 8,
        "interviewed": "26.03.2026",
        "readiness": 8,
        "conclusion": Conclusion.RECOMMENDED.value,
        "grounds": None,
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from standard.not_ahead(self.interviewed, "interviewed", context)
        if self.conclusion is not Conclusion.RECOMMENDED and self.grounds is None:
            yield problem("college.conclusion_unexplained", "grounds", conclusion=self.conclusion.value)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        told = CANDIDATES[request.serial % len(CANDIDATES)]
        answer = {**super().sample(request), **told, "interviewed": request.today}
        return {**answer, "hours": 6 + request.serial % 4, "readiness": 7 + request.serial % 4}


CANDIDATES: tuple[Mapping[str, Any], ...] = (
    {},
    {
        "education": "высшее, инженер-технолог",
        "experience": "9 лет в технологическом отделе, ведёт производственную практику",
        "achievements": "Две рационализаторские разработки внедрены в цехе",
        "strengths": "Умеет поставить задачу и проверить результат",
        "weaknesses": "Иногда торопится с ответом за другого",
        "hobbies": "Лыжи, настольные игры",
        "expectations": "Найти будущих технологов для отдела",
        "motivation": "Интересно видеть, как растёт специалист",
    },
    {
        "education": "среднее профессиональное, электромонтаж",
        "experience": "8 лет после выпуска: монтажник, бригадир, мастер участка",
        "achievements": "Благодарность предприятия за подготовку практикантов",
        "strengths": "Хорошо помнит, что трудно новичку",
        "weaknesses": "Не всегда ведёт записи",
        "hobbies": "Футбол",
        "expectations": "Вернуться в родной колледж в новой роли",
        "motivation": "Хочу помочь тем, кто сидит за моей партой",
    },
    {
        "education": "высшее педагогическое",
        "experience": "15 лет преподаёт специальные дисциплины",
        "achievements": "Подготовила победителей областных конкурсов мастерства",
        "strengths": "Слышит группу, умеет поддержать",
        "weaknesses": "Трудно отказывать в просьбах",
        "hobbies": "Хоровое пение",
        "expectations": "Освоить новые способы работы с группой",
        "motivation": "Студентам нужна поддержка не только на уроке",
        "conclusion": Conclusion.AFTER_TRAINING.value,
        "grounds": "Полезно пройти занятие о границах ответственности наставника",
    },
)


class DualData(Form):
    """Условия дуального обучения одного студента на предприятии: данные договора с предприятием.

    Студент и наставник уже внесены в реестры: без согласия их данные в договор не попадают.
    """

    code: ClassVar[str] = "dual_data"
    title: ClassVar[str] = "Данные договора о дуальном обучении"
    filled_by: ClassVar[tuple[str, ...]] = ("curator", "employer")
    about: ClassVar[Scope] = Scope.EMPLOYER
    subject_field: ClassVar[str | None] = "employer"
    person_fields: ClassVar[tuple[str, ...]] = ("student", "mentor")

    employer: EmployerRef = Field(title="Предприятие")
    student: PersonRef = Field(title="Студент")
    profession: Line = Field(title="Профессия, специальность")
    workplace: Line = Field(title="Рабочее место", description="Цех, участок, должность или разряд")
    mentor: PersonRef = Field(title="Наставник от предприятия")
    starts: Day = Field(title="Начало обучения на предприятии")
    ends: Day = Field(title="Окончание обучения на предприятии")
    hours: Hours = Field(title="Часов на предприятии")
    enterprise_share: Percent = Field(title="Доля расходов предприятия, %")
    college_share: Percent = Field(title="Доля расходов колледжа, %", description="Вместе обе доли составляют 100 %")

    example: ClassVar[Mapping[str, Any]] = {
        "employer": "ООО «Озёрный механический завод»",
        "student": "Метёлкин Степан Андреевич",
        "profession": "Оператор станков с программным управлением",
        "workplace": "механический цех, участок станков с ЧПУ",
        "mentor": "Ветлугин Павел Олегович",
        "starts": "04.05.2026",
        "ends": "30.11.2026",
        "hours": 288,
        "enterprise_share": 70,
        "college_share": 30,
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from standard.in_order(self.starts, self.ends, "ends")
        total = self.enterprise_share + self.college_share
        if total != 100:
            yield problem("college.shares_not_whole", "college_share", total=total)
        for field, role in (("student", Role.MENTEE), ("mentor", Role.MENTOR)):
            for person in context.people.find(getattr(self, field)):
                if person.standings.get(role) is not Standing.REGISTERED:
                    yield problem(f"people.not_registered_{role.value}", field, person=person.name)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        """The pair of the story whose mentor this enterprise sent, at work in the two waves: May to November."""
        employer = request.subject or next(iter(request.people.employers))
        mentor, student = _sent_by(request.people.employers[employer], request.cast)
        year = request.cycle_starts.year
        profession, workplace = PLACES_OF_WORK[request.serial % len(PLACES_OF_WORK)]
        return {
            **cls.example,
            "employer": employer,
            "student": _reference(student, request),
            "mentor": _reference(mentor, request),
            "profession": profession,
            "workplace": workplace,
            "starts": date(year, 5, 4),
            "ends": date(year, 11, 30),
        }


PLACES_OF_WORK = (
    ("Оператор станков с программным управлением", "механический цех, участок станков с ЧПУ"),
    ("Технология машиностроения", "технологический отдел, рабочее место техника-технолога"),
)


def _sent_by(enterprise: str, cast: Cast) -> tuple[str, str]:
    """The names of the mentor this enterprise sent and of the student in that pair; else of the first pair."""
    pairs = [(cast.mentors[pair.mentors[0]], cast.mentees[pair.mentees[0]]) for pair in cast.pairs]
    names = [each.name for each in cast.employers]
    sent = [each for each in pairs if each[0].employer is not None and names[each[0].employer] == enterprise]
    mentor, student = (sent or pairs)[0]
    return mentor.name, student.name


def _reference(name: str, request: SampleRequest) -> str:
    """The code of somebody known, else the name."""
    found = request.people.find(name)
    return found[0].code if found else name
