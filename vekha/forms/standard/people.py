"""Who takes part: requests, needs, and the entries of the two registers."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from vekha.domain.errors import Problem, problem
from vekha.domain.people import Introduce, Register, Role
from vekha.domain.roadmap import Scope
from vekha.domain.surveys import Audience
from vekha.forms.base import (
    BirthYear,
    Count,
    Day,
    EmployerRef,
    Form,
    FormContext,
    Known,
    Line,
    LongText,
    PersonRef,
    Prefilled,
    SampleRequest,
    Scale10,
    YesNo,
)
from vekha.forms.cast import Cast
from vekha.forms.checks import in_order, not_ahead
from vekha.forms.standard import story
from vekha.forms.standard.words import Area, MeetingFormat, MenteeKind, MentorBase, Occupation, ParticipantRole
from vekha.forms.survey import AsSurvey

Areas = Annotated[tuple[Area, ...], Field(min_length=1)]
MENTORING_FORMS = ["учитель — ученик", "ученик — ученик", "студент — студент", "работодатель — студент"]


class PrelimRequest(Form):
    """Человек говорит, что хочет участвовать и чего ждёт. Так он становится известен программе."""

    code: ClassVar[str] = "prelim_request"
    title: ClassVar[str] = "Предварительный запрос"
    filled_by: ClassVar[tuple[str, ...]] = ("mentee", "mentor")

    name: Line = Field(title="Фамилия, имя, отчество", description="Полностью")
    role: ParticipantRole = Field(title="В какой роли")
    occupation: Occupation = Field(title="Кто вы")
    gender: Literal["м", "ж"] | None = Field(None, title="Пол", description="Нужен, чтобы верно склонять имя в бумагах")
    birth_date: Day | None = Field(None, title="Дата рождения", description="Обучающийся указывает обязательно")
    position: Line | None = Field(None, title="Должность или класс", description="Для обучающегося: класс или группа")
    contact: Line | None = Field(
        None, title="Связь", description="Телефон или почта; для несовершеннолетнего — родителя"
    )
    request: LongText = Field(title="Запрос", description="Чему хотите научиться или чем готовы помочь")
    mentoring_form: Line | None = Field(None, title="Форма наставничества", examples=MENTORING_FORMS)
    hours: Count | None = Field(None, title="Сколько часов в месяц готовы уделять")

    example: ClassVar[Mapping[str, Any]] = {
        "name": "Журавлёв Илья Сергеевич",
        "role": ParticipantRole.MENTEE.value,
        "occupation": Occupation.LEARNER.value,
        "gender": "м",
        "birth_date": "28.02.2012",
        "position": "8 «Б» класс",
        "contact": "+7 900 000-00-01",
        "request": "Хочу подготовиться к олимпиаде по физике и научиться решать нестандартные задачи",
        "mentoring_form": "учитель — ученик",
        "hours": 4,
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:  # noqa: ARG002
        if self.occupation is Occupation.LEARNER and self.birth_date is None:
            yield problem("form.birth_date_needed", "birth_date")

    def consequences(self, context: FormContext) -> Iterable[Introduce]:  # noqa: ARG002
        yield Introduce(
            name=self.name,
            role=self.role.role,
            gender=None if self.gender is None else "m" if self.gender == "м" else "f",
            birth_date=self.birth_date,
            position=self.position,
            contact=self.contact,
        )

    @classmethod
    def sample_count(cls, cast: Cast) -> int:
        return len(cast.mentees) + len(cast.mentors)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        cast = request.cast
        number = request.serial % cls.sample_count(cast)
        mentee = number < len(cast.mentees)
        who = cast.mentees[number] if mentee else cast.mentors[number - len(cast.mentees)]
        learner = who.birth_date is not None
        outside = who.employer is not None
        occupation = Occupation.PARTNER if outside else Occupation.LEARNER if learner else Occupation.STAFF
        if mentee:
            wish = story.told(request, "requests_learner" if learner else "requests_staff")
        else:
            wish = story.told(request, "offers")
        return {
            "name": who.name,
            "role": (ParticipantRole.MENTEE if mentee else ParticipantRole.MENTOR).value,
            "occupation": occupation.value,
            "gender": "м" if who.gender == "m" else "ж",
            "birth_date": who.birth_date,
            "position": who.position,
            "contact": f"+7 900 000-{10 + number}-{20 + number * 3 % 80}",
            "request": wish,
            "hours": story.varied(request, 2, 6),
        }


class NeedsSurvey(Form):
    """Уточняет, в чём наставляемому нужна помощь и насколько это для него важно."""

    code: ClassVar[str] = "needs_survey"
    title: ClassVar[str] = "Анкета потребности в развитии"
    version: ClassVar[int] = 2
    filled_by: ClassVar[tuple[str, ...]] = ("mentee",)
    about: ClassVar[Scope] = Scope.MENTEE
    subject_field: ClassVar[str | None] = "respondent"
    person_fields: ClassVar[tuple[str, ...]] = ("respondent",)
    survey: ClassVar[AsSurvey | None] = AsSurvey(audience=(Audience.MENTEES,))

    respondent: PersonRef = Field(title="Наставляемый")
    areas: Areas = Field(title="Области развития")
    goal: LongText = Field(title="Чего хочу достичь")
    priority: Scale10 | None = Field(None, title="Насколько это важно", description="От 1 (не очень) до 10 (главное)")
    times: Line | None = Field(None, title="В какие дни удобно встречаться", description="Например: вторник и четверг")
    meetings: MeetingFormat | None = Field(None, title="Как удобно встречаться")
    languages: Line | None = Field(
        None, title="На каких языках удобно говорить", description="Через запятую: русский, татарский"
    )

    example: ClassVar[Mapping[str, Any]] = {
        "respondent": "Журавлёв Илья Сергеевич",
        "areas": [Area.CONTESTS.value, Area.PROJECTS.value],
        "goal": "Пройти на региональный этап олимпиады по физике",
        "priority": 9,
        "times": "среда и пятница",
    }

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        return {
            "respondent": story.subject(request, Role.MENTEE),
            "areas": story.rotated([each.value for each in Area if each is not Area.METHODS], request.serial)[:2],
            "goal": story.told(request, "goals"),
            "priority": story.varied(request, 6, 10, 3),
        }


class MenteeEntry(Form):
    """Запись в учётной базе наставляемых. Человек уже известен программе, и его согласие получено."""

    code: ClassVar[str] = "mentee_entry"
    title: ClassVar[str] = "Запись в базе наставляемых"
    registers: ClassVar[Role | None] = Role.MENTEE
    about: ClassVar[Scope] = Scope.MENTEE
    subject_field: ClassVar[str | None] = "name"
    person_fields: ClassVar[tuple[str, ...]] = ("name", "mentor")

    prefilled: ClassVar[Prefilled] = {"registered": Known.TODAY, "contact": Known.CONTACT}

    name: PersonRef = Field(title="Наставляемый", description="Код или фамилия, имя, отчество")
    registered: Day = Field(title="Дата включения в базу")
    entered: Day | None = Field(None, title="Дата вхождения в программу", description="Не раньше включения в базу")
    contact: Line | None = Field(None, title="Связь", description="Для несовершеннолетнего — родителя")
    birth_year: BirthYear | None = Field(None, title="Год рождения")
    request: LongText | None = Field(None, title="Основной запрос")
    expectations: LongText | None = Field(None, title="Ожидания")
    mentor: PersonRef | None = Field(None, title="Наставник", description="Если уже известен")
    mentoring_form: Line | None = Field(None, title="Форма наставничества", examples=MENTORING_FORMS)
    ended: Day | None = Field(None, title="Дата завершения программы")
    result: LongText | None = Field(None, title="Результат")
    case_link: Line | None = Field(None, title="Ссылка на историю успеха")
    passed: YesNo | None = Field(None, title="Программа пройдена")
    consent: YesNo = Field(title="Согласие на обработку персональных данных получено")

    example: ClassVar[Mapping[str, Any]] = {
        "name": "Журавлёв Илья Сергеевич",
        "registered": "05.09.2026",
        "entered": "05.09.2026",
        "contact": "+7 900 000-00-01 (мать)",
        "birth_year": 2012,
        "request": "Подготовка к олимпиаде по физике",
        "expectations": "Научиться решать нестандартные задачи",
        "mentor": None,
        "mentoring_form": "учитель — ученик",
        "ended": None,
        "result": None,
        "case_link": None,
        "passed": None,
        "consent": True,
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from not_ahead(self.registered, "registered", context)
        yield from in_order(self.registered, self.entered, "entered")
        yield from in_order(self.entered or self.registered, self.ended, "ended")
        if not self.consent:
            yield problem("form.consent_not_confirmed", "consent")

    def consequences(self, context: FormContext) -> Iterable[Register]:  # noqa: ARG002
        details = self.model_dump(mode="json", exclude_none=True, exclude={"name", "registered", "consent"})
        yield Register(person=self.name, role=Role.MENTEE, on=self.registered, details=details)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        person = story.person(request, Role.MENTEE)
        return {
            "name": person.code,
            "registered": request.today,
            "entered": request.today,
            "birth_year": person.birth_date.year if person.birth_date else None,
            "request": story.told(request, "goals"),
            "expectations": story.told(request, "expectations"),
            "consent": True,
        }


class MentorEntry(Form):
    """Запись в реестре наставников. Человек уже известен программе, и его согласие получено."""

    code: ClassVar[str] = "mentor_entry"
    title: ClassVar[str] = "Запись в реестре наставников"
    version: ClassVar[int] = 2
    registers: ClassVar[Role | None] = Role.MENTOR
    about: ClassVar[Scope] = Scope.MENTOR
    subject_field: ClassVar[str | None] = "name"
    person_fields: ClassVar[tuple[str, ...]] = ("name",)

    name: PersonRef = Field(title="Наставник", description="Код или фамилия, имя, отчество")
    registered: Day = Field(title="Дата включения в реестр")
    contact: Line | None = Field(None, title="Связь", description="Телефон или почта")
    workplace: Line | None = Field(None, title="Место работы, должность")
    base: MentorBase | None = Field(
        None, title="База", description="Для колледжа: А — выпускники, Б — предприятия, В — активные педагоги"
    )
    employer: EmployerRef | None = Field(None, title="Работодатель", description="Код предприятия-партнёра")
    competences: tuple[Area, ...] = Field((), title="В чём может помочь")
    achievements: LongText | None = Field(None, title="Достижения")
    interests: LongText | None = Field(None, title="Интересы")
    mentee_age: Line | None = Field(None, title="Желаемый возраст наставляемых")
    hours: Count | None = Field(None, title="Сколько часов в месяц готов уделять")
    places: Count | None = Field(
        None, title="Скольких наставляемых готов взять", description="Если не указано – одного"
    )
    ended: Day | None = Field(None, title="Дата завершения программы")
    result: LongText | None = Field(None, title="Результат")
    consent: YesNo = Field(title="Согласие на обработку персональных данных получено")

    example: ClassVar[Mapping[str, Any]] = {
        "name": "Соколова Анна Викторовна",
        "registered": "05.09.2026",
        "contact": "+7 900 000-00-02",
        "workplace": "МБОУ «Школа № 12», учитель физики",
        "base": None,
        "employer": None,
        "competences": [Area.SUBJECT.value, Area.CONTESTS.value],
        "achievements": "Подготовила трёх призёров региональной олимпиады",
        "interests": "Экспериментальная физика, туризм",
        "mentee_age": "13–17 лет",
        "hours": 6,
        "ended": None,
        "result": None,
        "consent": True,
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from not_ahead(self.registered, "registered", context)
        yield from in_order(self.registered, self.ended, "ended")
        if not self.consent:
            yield problem("form.consent_not_confirmed", "consent")

    def consequences(self, context: FormContext) -> Iterable[Register]:  # noqa: ARG002
        taken = {"name", "registered", "consent", "base", "employer"}
        yield Register(
            person=self.name,
            role=Role.MENTOR,
            on=self.registered,
            base=self.base.value if self.base else None,
            employer=self.employer,
            details=self.model_dump(mode="json", exclude_none=True, exclude=taken),
        )

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        person = story.person(request, Role.MENTOR)
        invented = request.cast.person(person.name)
        employers = {name: code for code, name in request.people.employers.items()}
        employer = None if invented.employer is None else request.cast.employers[invented.employer].name
        return {
            "name": person.code,
            "registered": request.today,
            "workplace": ", ".join(part for part in (employer or request.cast.short_title, invented.position) if part),
            "base": invented.base,
            "employer": employers.get(employer or ""),
            "competences": story.rotated([each.value for each in Area], request.serial * 2)[:2],
            "achievements": story.told(request, "achievements"),
            "interests": story.told(request, "interests"),
            "hours": story.varied(request, 4, 8),
            "consent": True,
        }


class OfferForm(Form):
    """Будущий наставник рассказывает, чем может помочь и кому."""

    code: ClassVar[str] = "offer_form"
    title: ClassVar[str] = "Чем я могу быть полезен в качестве наставника"
    version: ClassVar[int] = 2
    filled_by: ClassVar[tuple[str, ...]] = ("mentor",)
    about: ClassVar[Scope] = Scope.MENTOR
    subject_field: ClassVar[str | None] = "respondent"
    person_fields: ClassVar[tuple[str, ...]] = ("respondent",)

    respondent: PersonRef = Field(title="Будущий наставник")
    help_areas: Areas = Field(title="В чём могу помочь")
    motive: LongText | None = Field(None, title="Почему мне это интересно")
    been_mentor: Literal["нет", "да, один раз", "да, не раз"] | None = Field(
        None, title="Были ли вы наставником раньше"
    )
    mentees: tuple[MenteeKind, ...] = Field((), title="С кем хотел бы работать")
    times: Line | None = Field(None, title="Когда удобно встречаться")
    meetings: MeetingFormat | None = Field(None, title="Как удобно встречаться")
    languages: Line | None = Field(
        None, title="На каких языках удобно говорить", description="Через запятую: русский, татарский"
    )

    example: ClassVar[Mapping[str, Any]] = {
        "respondent": "Соколова Анна Викторовна",
        "help_areas": [Area.SUBJECT.value, Area.CONTESTS.value],
        "motive": "Хочу передать опыт подготовки к олимпиадам",
        "been_mentor": "да, один раз",
        "mentees": [MenteeKind.TEENAGER.value, MenteeKind.SENIOR.value],
        "times": "среда и пятница после 15:00",
    }

    @classmethod
    def sample_count(cls, cast: Cast) -> int:
        return len(cast.mentors)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        return {
            "respondent": story.subject(request, Role.MENTOR),
            "help_areas": story.rotated([each.value for each in Area], request.serial * 2)[:2],
            "motive": story.told(request, "offers"),
            "been_mentor": ("нет", "да, один раз", "да, не раз")[request.serial % 3],
            "mentees": story.rotated([each.value for each in MenteeKind], request.serial)[:2],
            "times": story.told(request, "times"),
        }
