"""What participants say while the work goes on, at its end, and before against after."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from pydantic import Field

from vekha.domain.errors import Problem, problem
from vekha.domain.people import Role
from vekha.domain.roadmap import Scope
from vekha.domain.surveys import Audience
from vekha.forms.base import (
    Count,
    Form,
    FormContext,
    Known,
    LongText,
    PersonRef,
    Prefilled,
    SampleRequest,
    Scale10,
    ShownIf,
    YesNo,
)
from vekha.forms.standard import story
from vekha.forms.standard.words import Moment, ParticipantRole
from vekha.forms.survey import AsSurvey

PARTICIPANTS = (Audience.MENTEES, Audience.MENTORS)


class Feedback(Form):
    """Промежуточная анкета: как идёт работа и не пора ли что-то менять."""

    code: ClassVar[str] = "feedback"
    title: ClassVar[str] = "Анкета обратной связи"
    filled_by: ClassVar[tuple[str, ...]] = ("mentee", "mentor")
    about: ClassVar[Scope] = Scope.PARTICIPANT
    subject_field: ClassVar[str | None] = "respondent"
    person_fields: ClassVar[tuple[str, ...]] = ("respondent",)
    survey: ClassVar[AsSurvey | None] = AsSurvey(audience=PARTICIPANTS)

    respondent: PersonRef = Field(title="Кто отвечает")
    comfort: Scale10 = Field(title="Насколько комфортно общаться")
    progress: Scale10 = Field(title="Насколько заметно продвижение")
    difficulties: LongText | None = Field(None, title="Трудности")
    change_mentor: YesNo | None = Field(None, title="Хочу сменить наставника или наставляемого")

    example: ClassVar[Mapping[str, Any]] = {
        "respondent": "Журавлёв Илья Сергеевич",
        "comfort": 9,
        "progress": 8,
        "difficulties": "Не всегда хватает времени на домашние задачи",
        "change_mentor": False,
    }

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        return {
            "respondent": story.subject(request),
            "comfort": story.varied(request, 7, 10, 3),
            "progress": story.varied(request, 6, 9, 3),
            "difficulties": story.told(request, "difficulties"),
            "change_mentor": False,
        }


class Satisfaction(Form):
    """Итоговая анкета наставника или наставляемого: насколько оправдались ожидания."""

    code: ClassVar[str] = "satisfaction"
    title: ClassVar[str] = "Анкета удовлетворённости"
    filled_by: ClassVar[tuple[str, ...]] = ("mentor", "mentee")
    about: ClassVar[Scope] = Scope.PARTICIPANT
    subject_field: ClassVar[str | None] = "respondent"
    person_fields: ClassVar[tuple[str, ...]] = ("respondent",)
    survey: ClassVar[AsSurvey | None] = AsSurvey(audience=PARTICIPANTS)

    shown_if: ClassVar[Mapping[str, ShownIf]] = {"become_mentor": ShownIf("role", (ParticipantRole.MENTEE.value,))}
    prefilled: ClassVar[Prefilled] = {"role": Known.ROLE}

    respondent: PersonRef = Field(title="Кто отвечает")
    role: ParticipantRole = Field(title="В какой роли")
    effectiveness: Scale10 = Field(title="Насколько программа помогла")
    comfort: Scale10 = Field(title="Насколько комфортно было")
    usefulness: Scale10 = Field(title="Насколько полезны встречи")
    valued: LongText | None = Field(None, title="Что было самым ценным")
    missing: LongText | None = Field(None, title="Чего не хватило")
    go_on: YesNo | None = Field(None, title="Хочу продолжать")
    become_mentor: YesNo | None = Field(None, title="Хочу стать наставником", description="Для наставляемого")

    example: ClassVar[Mapping[str, Any]] = {
        "respondent": "Журавлёв Илья Сергеевич",
        "role": ParticipantRole.MENTEE.value,
        "effectiveness": 9,
        "comfort": 9,
        "usefulness": 10,
        "valued": "Разборы трудных задач",
        "missing": "Ещё одной встречи с выпускниками",
        "go_on": True,
        "become_mentor": True,
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from in_role(self.respondent, self.role, context)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        person = story.person(request)
        mentee = Role.MENTEE in person.standings
        return {
            "respondent": person.code,
            "role": (ParticipantRole.MENTEE if mentee else ParticipantRole.MENTOR).value,
            "effectiveness": story.varied(request, 7, 10, 3),
            "comfort": story.varied(request, 8, 10),
            "usefulness": story.varied(request, 7, 10, 5),
            "valued": story.told(request, "valued"),
            "missing": story.told(request, "missing"),
            "go_on": request.serial % 5 != 4,
            "become_mentor": request.serial % 2 == 0 if mentee else None,
        }


AFTER = ShownIf("moment", (Moment.AFTER.value,))


class BeforeAfter(Form):
    """Одна анкета в два дня: до начала работы (чего жду) и после её окончания (что вышло), чтобы сравнить."""

    code: ClassVar[str] = "before_after"
    title: ClassVar[str] = "Анкета «до и после»"
    filled_by: ClassVar[tuple[str, ...]] = ("mentee", "mentor")
    about: ClassVar[Scope] = Scope.PARTICIPANT
    subject_field: ClassVar[str | None] = "respondent"
    person_fields: ClassVar[tuple[str, ...]] = ("respondent",)
    survey: ClassVar[AsSurvey | None] = AsSurvey(audience=PARTICIPANTS, moment_field="moment")

    shown_if: ClassVar[Mapping[str, ShownIf]] = {"results": AFTER, "contests": AFTER}

    respondent: PersonRef = Field(title="Кто отвечает")
    moment: Moment = Field(title="До или после", description="«До» принимается, пока работа в паре не началась")
    usefulness: Scale10 = Field(title="Польза", description="«До»: какой жду; «после»: какой она была")
    comfort: Scale10 = Field(title="Комфорт", description="«До»: какого жду; «после»: каким он был")
    support: Scale10 = Field(title="Поддержка", description="«До»: какой жду; «после»: какой она была")
    experience: YesNo | None = Field(None, title="Есть опыт наставничества")
    expectations: LongText | None = Field(None, title="Ожидания")
    results: LongText | None = Field(None, title="Результаты", description="Для анкеты «после»")
    contests: Count | None = Field(None, title="Сколько было конкурсов и выступлений", description="За время программы")

    example: ClassVar[Mapping[str, Any]] = {
        "respondent": "Журавлёв Илья Сергеевич",
        "moment": Moment.BEFORE.value,
        "usefulness": 7,
        "comfort": 6,
        "support": 6,
        "experience": False,
        "expectations": "Научиться решать нестандартные задачи",
        "results": None,
        "contests": None,
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        if self.moment is Moment.AFTER:
            return
        over = context.today > context.cycle_ends
        for person in context.people.find(self.respondent):
            if over or _started(person.code, context):
                yield problem("form.late_before", "moment", person=person.name)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        person = story.person(request)
        met = any(pair.meetings_total for pair in request.people.pairs.values())
        answer: dict[str, Any] = {
            "respondent": person.code,
            "moment": (Moment.AFTER if met else Moment.BEFORE).value,
            "usefulness": story.varied(request, 8, 10) if met else story.varied(request, 5, 8, 3),
            "comfort": story.varied(request, 7, 10, 3) if met else story.varied(request, 4, 7, 3),
            "support": story.varied(request, 8, 10, 2) if met else story.varied(request, 5, 7),
            "experience": request.serial % 4 == 3,
        }
        if met:
            return answer | {"results": story.told(request, "results"), "contests": story.varied(request, 0, 4)}
        return answer | {"expectations": story.told(request, "expectations")}


def in_role(reference: str, role: ParticipantRole, context: FormContext) -> Iterator[Problem]:
    """The respondent takes part in the role the answer claims."""
    for person in context.people.find(reference):
        if role.role not in person.standings:
            yield problem("form.role_mismatch", "role", person=person.name, role=role.value)


def _started(code: str, context: FormContext) -> bool:
    """Measured «before» means before the work: once a pair has met, its answer would be an «after» in disguise."""
    own = [pair for pair in context.people.pairs.values() if code in (*pair.mentors, *pair.mentees)]
    return any(pair.meetings_total for pair in own)
