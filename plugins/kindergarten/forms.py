"""The kindergarten's own forms: a teacher's deficits, how a pair was chosen, and the pair's personalised programme.

Every participant is an adult employee: no form here knows pupils, their parents or other guardians.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from vekha.plugin import (
    AsSurvey,
    Audience,
    Cast,
    Count,
    Day,
    Field,
    Form,
    FormContext,
    FormPair,
    Line,
    LongText,
    PairRef,
    PersonRef,
    Problem,
    Register,
    Role,
    SampleRequest,
    Scale10,
    Scope,
    SetPlan,
    problem,
    standard,
)

story = standard.story


class Deficit(StrEnum):
    """What a teacher finds hard (seed 004 and the usual findings of methodologists)."""

    DIGITAL = "цифровые технологии в работе с детьми"
    PORTFOLIO = "заполнение портфолио педагога"
    PLANNING = "планирование образовательной деятельности"
    INCLUSION = "работа с детьми с особыми потребностями"
    FAMILIES = "взаимодействие с семьями"
    PROJECTS = "проектная и исследовательская деятельность"
    CONFIDENCE = "уверенность в своей работе"
    ATTESTATION = "подготовка к аттестации"


class Category(StrEnum):
    NONE = "без категории"
    FIRST = "первая"
    HIGHEST = "высшая"


class DeficitCard(Form):
    """Карта профессиональных дефицитов: педагог отмечает, что даётся трудно, и называет запрос к наставнику.

    Принятая карта включает педагога в учётную базу наставляемых; его согласие уже получено.
    """

    code: ClassVar[str] = "deficit_card"
    title: ClassVar[str] = "Карта профессиональных дефицитов педагога"
    filled_by: ClassVar[tuple[str, ...]] = ("mentee", "curator")
    registers: ClassVar[Role | None] = Role.MENTEE
    about: ClassVar[Scope] = Scope.MENTEE
    subject_field: ClassVar[str | None] = "teacher"
    person_fields: ClassVar[tuple[str, ...]] = ("teacher",)

    teacher: PersonRef = Field(title="Педагог")
    registered: Day = Field(title="Дата включения в базу")
    deficits: Annotated[tuple[Deficit, ...], Field(min_length=1)] = Field(title="Что даётся трудно")
    request: LongText = Field(title="Запрос к наставнику", description="Чему хочу научиться")
    category: Category | None = Field(None, title="Квалификационная категория")
    experience: Count | None = Field(None, title="Педагогический стаж, лет")
    self_mark: Scale10 | None = Field(
        None, title="Оценка своей работы", description="От 1 (совсем недоволен) до 10 (полностью доволен)"
    )

    example: ClassVar[Mapping[str, Any]] = {
        "teacher": "Грибанина Ирина Сергеевна",
        "registered": "07.09.2026",
        "deficits": [Deficit.DIGITAL.value, Deficit.PORTFOLIO.value],
        "request": "Научиться готовить занятия для интерактивной доски",
        "category": Category.FIRST.value,
        "experience": 6,
        "self_mark": 5,
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from standard.not_ahead(self.registered, "registered", context)
        yield from standard.unique([each.value for each in self.deficits], "deficits")

    def consequences(self, context: FormContext) -> Iterable[Register]:  # noqa: ARG002
        details = self.model_dump(mode="json", exclude_none=True, exclude={"teacher", "registered"})
        yield Register(person=self.teacher, role=Role.MENTEE, on=self.registered, details=details)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        deficit, wish, _ = STORIES[request.serial % len(STORIES)]
        return {
            "teacher": story.subject(request, Role.MENTEE),
            "registered": request.today,
            "deficits": [deficit.value],
            "request": wish,
            "category": story.rotated([each.value for each in Category], request.serial)[0],
            "experience": story.varied(request, 2, 15, 4),
            "self_mark": story.varied(request, 4, 7),
        }


class PairCard(Form):
    """Решение о паре или группе после встречи: опыт наставника отвечает запросу, интерес взаимный.

    Принятая карточка образует пару; закрепляет её приказ.
    """

    code: ClassVar[str] = "pair_card"
    title: ClassVar[str] = "Карточка наставнической пары или группы"
    person_fields: ClassVar[tuple[str, ...]] = ("mentors", "mentees")

    mentors: Annotated[tuple[PersonRef, ...], Field(min_length=1)] = Field(title="Наставники")
    mentees: Annotated[tuple[PersonRef, ...], Field(min_length=1)] = Field(title="Наставляемые педагоги")
    model: standard.MentoringModel | None = Field(None, title="Вид наставничества")
    request: LongText = Field(title="Запрос", description="Какой дефицит восполняет пара")
    experience: LongText = Field(title="Опыт наставника", description="Чем он отвечает на запрос")
    mutual_interest: standard.YesNo = Field(title="Интерес взаимный")
    starts: Day = Field(title="Начало работы")
    ends: Day = Field(title="Окончание работы")

    example: ClassVar[Mapping[str, Any]] = {
        "mentors": ["Колоскова Анна Алексеевна"],
        "mentees": ["Грибанина Ирина Сергеевна"],
        "model": standard.MentoringModel.ONE_TO_ONE.value,
        "request": "Научиться готовить занятия для интерактивной доски",
        "experience": "Ведёт занятия с интерактивной доской пятый год, делится разработками",
        "mutual_interest": True,
        "starts": "01.10.2026",
        "ends": "31.05.2027",
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from standard.in_order(self.starts, self.ends, "ends")
        yield from standard.in_cycle(self.starts, "starts", context)
        yield from standard.in_cycle(self.ends, "ends", context)
        yield from standard.unique(self.mentors, "mentors")
        yield from standard.unique(self.mentees, "mentees")
        if not self.mutual_interest:
            yield problem("kindergarten.interest_one_sided", "mutual_interest")

    def consequences(self, context: FormContext) -> Iterable[FormPair]:  # noqa: ARG002
        models = standard.MentoringModel
        group = len(self.mentors) + len(self.mentees) > 2
        yield FormPair(
            mentors=self.mentors,
            mentees=self.mentees,
            format=(self.model or (models.GROUP if group else models.ONE_TO_ONE)).value,
            starts=self.starts,
            ends=self.ends,
            goal=self.request,
        )

    @classmethod
    def sample_count(cls, cast: Cast) -> int:
        return len(cast.pairs)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        cast = request.cast
        pair = cast.pairs[request.serial % len(cast.pairs)]
        codes = {each.name: each.code for each in request.people.persons.values()}
        models = standard.MentoringModel
        _, wish, skill = STORIES[request.serial % len(STORIES)]
        return {
            "mentors": [codes[cast.mentors[each].name] for each in pair.mentors],
            "mentees": [codes[cast.mentees[each].name] for each in pair.mentees],
            "model": (models.GROUP if len(pair.mentees) > 1 else models.ONE_TO_ONE).value,
            "request": wish,
            "experience": skill,
            "mutual_interest": True,
            "starts": request.today,
            "ends": request.cycle_ends,
        }


class PersonalForm(Form):
    """Персонализированная программа пары или группы: дефицит, цель и шаги со своими сроками внутри срока программы."""

    code: ClassVar[str] = "personal_form"
    title: ClassVar[str] = "Персонализированная программа наставничества"
    filled_by: ClassVar[tuple[str, ...]] = ("mentor", "mentee")
    about: ClassVar[Scope] = Scope.PAIR
    subject_field: ClassVar[str | None] = "pair"

    pair: PairRef = Field(title="Пара", description="Код пары или группы")
    deficit: LongText = Field(title="Профессиональный дефицит")
    goal: LongText = Field(title="Цель")
    format: Line | None = Field(None, title="Формат работы", examples=["очные встречи раз в две недели"])
    starts: Day = Field(title="Начало")
    ends: Day = Field(title="Окончание")
    rows: Annotated[tuple[standard.PlanRow, ...], Field(min_length=1)] = Field(title="Шаги программы")
    result: LongText | None = Field(None, title="Результат", description="Что представит пара в конце программы")
    approved: Day | None = Field(None, title="Дата утверждения заведующим")

    example: ClassVar[Mapping[str, Any]] = {
        "pair": "pair1",
        "deficit": "Цифровые технологии в работе с детьми",
        "goal": "Самостоятельно готовить и вести занятия с интерактивной доской",
        "format": "очные встречи раз в две недели, взаимные посещения занятий",
        "starts": "05.10.2026",
        "ends": "30.04.2027",
        "rows": [
            {"task": "Освоить редактор занятий", "until": "15.11.2026", "expected": "Готово первое занятие"},
            {"task": "Провести открытое занятие", "until": "15.03.2027", "expected": "Разбор занятия с наставником"},
        ],
        "result": "Подборка из десяти занятий для старшей группы",
        "approved": None,
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from standard.in_plan(self.starts, self.ends, self.rows, context)
        if self.approved is not None:
            yield from standard.not_ahead(self.approved, "approved", context)

    def consequences(self, context: FormContext) -> Iterable[SetPlan]:  # noqa: ARG002
        yield standard.plan_of(self.pair, self.rows)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        """Ends with April of the last year, a month before the results are summed up."""
        starts, ends = request.today, max(request.today, date(request.cycle_ends.year, 4, 30))
        deficit, wish, _ = STORIES[request.serial % len(STORIES)]
        steps = STEPS[request.serial % len(STEPS)]
        return {
            "pair": story.pair_code(request),
            "deficit": deficit.value,
            "goal": wish,
            "format": "очные встречи раз в две недели, взаимные посещения занятий",
            "starts": starts,
            "ends": ends,
            "rows": [
                {"task": task, "until": starts + (ends - starts) * part // len(steps), "expected": expected}
                for part, (task, expected) in enumerate(steps, start=1)
            ],
            "result": "Открытое занятие и подборка материалов для коллег",
        }


# What the story's teachers find hard, what they ask for, and the experience that answers it.
STORIES: tuple[tuple[Deficit, str, str], ...] = (
    (
        Deficit.DIGITAL,
        "Научиться готовить занятия для интерактивной доски",
        "Ведёт занятия с интерактивной доской пятый год, делится разработками",
    ),
    (
        Deficit.PORTFOLIO,
        "Собрать и оформить портфолио к аттестации",
        "Помогает коллегам с портфолио, входит в экспертную группу",
    ),
    (
        Deficit.CONFIDENCE,
        "Увереннее проводить открытые занятия",
        "Регулярно показывает открытые занятия и разбирает их с коллегами",
    ),
)
STEPS: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("Освоить редактор занятий", "Готово первое занятие"),
        ("Провести занятие вместе с наставником", "Разобраны удачи и ошибки"),
        ("Провести открытое занятие", "Занятие показано коллегам"),
    ),
    (
        ("Разобрать требования к портфолио", "Составлен перечень материалов"),
        ("Собрать материалы по разделам", "Заполнены все разделы"),
        ("Представить портфолио коллегам", "Портфолио готово к аттестации"),
    ),
)


class ProgrammeOpinion(standard.ProgrammeOpinion):
    """Анонимный опрос педагогов: как устроена программа и что в ней изменить. Имена и даты ответов нигде не хранятся,
    а ответы меньше чем пяти человек не показываются никому. Не называйте людей по именам."""

    filled_by: ClassVar[tuple[str, ...]] = ("mentee", "mentor")
    survey: ClassVar[AsSurvey | None] = AsSurvey(audience=(Audience.MENTEES, Audience.MENTORS, Audience.TEACHERS))
