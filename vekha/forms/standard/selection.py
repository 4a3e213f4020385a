"""Choosing: the mentor's self-test, and whom both sides would like to work with after they have met."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from pydantic import Field, computed_field

from vekha.domain.errors import Problem, problem
from vekha.domain.people import Role
from vekha.domain.roadmap import Scope
from vekha.domain.surveys import Audience
from vekha.forms.base import Form, FormContext, Known, LongText, Mark5, PersonRef, Prefilled, SampleRequest, ShownIf
from vekha.forms.cast import Cast
from vekha.forms.checks import unique
from vekha.forms.standard import story
from vekha.forms.standard.words import ParticipantRole
from vekha.forms.survey import AsSurvey

Ranked = tuple[PersonRef, ...]


class SkillTest(Form):
    """Самооценка будущего наставника. Отметки от 1 (пока не умею) до 5 (умею и могу научить); сумма считается сама."""

    code: ClassVar[str] = "skill_test"
    title: ClassVar[str] = "Выявление компетенций наставника"
    filled_by: ClassVar[tuple[str, ...]] = ("mentor",)
    about: ClassVar[Scope] = Scope.MENTOR
    subject_field: ClassVar[str | None] = "respondent"
    person_fields: ClassVar[tuple[str, ...]] = ("respondent",)
    survey: ClassVar[AsSurvey | None] = AsSurvey(audience=(Audience.MENTORS,))

    respondent: PersonRef = Field(title="Будущий наставник")
    listening: Mark5 = Field(title="Слушаю и задаю вопросы")
    contact: Mark5 = Field(title="Устанавливаю доверие")
    goals: Mark5 = Field(title="Помогаю ставить цели")
    planning: Mark5 = Field(title="Планирую и довожу до результата")
    feedback: Mark5 = Field(title="Даю обратную связь без осуждения")
    motivation: Mark5 = Field(title="Поддерживаю и вдохновляю")
    conflicts: Mark5 = Field(title="Разрешаю разногласия")
    expertise: Mark5 = Field(title="Владею предметом, которому учу")

    example: ClassVar[Mapping[str, Any]] = {
        "respondent": "Соколова Анна Викторовна",
        "listening": 5,
        "contact": 4,
        "goals": 4,
        "planning": 3,
        "feedback": 4,
        "motivation": 5,
        "conflicts": 3,
        "expertise": 5,
    }

    @computed_field(title="Сумма баллов")
    @property
    def total(self) -> int:
        marks = (self.listening, self.contact, self.goals, self.planning)
        return sum(marks) + self.feedback + self.motivation + self.conflicts + self.expertise

    @classmethod
    def sample_count(cls, cast: Cast) -> int:
        return len(cast.mentors)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        marks = [name for name in cls.model_fields if name != "respondent"]
        answer = {name: 3 + (place * 2 + request.serial) % 3 for place, name in enumerate(marks)}
        return {"respondent": story.subject(request, Role.MENTOR), **answer}


FOR_MENTEE = ShownIf("role", (ParticipantRole.MENTEE.value,))
FOR_MENTOR = ShownIf("role", (ParticipantRole.MENTOR.value,))


class MutualChoice(Form):
    """Опрос после общей встречи: с кем хотелось бы работать. Имена идут по порядку: первое — самое желанное."""

    code: ClassVar[str] = "mutual_choice"
    title: ClassVar[str] = "Опрос после встречи: взаимный выбор"
    filled_by: ClassVar[tuple[str, ...]] = ("mentee", "mentor")
    about: ClassVar[Scope] = Scope.PARTICIPANT
    subject_field: ClassVar[str | None] = "respondent"
    person_fields: ClassVar[tuple[str, ...]] = (
        "respondent",
        "mentors_preferred",
        "mentors_helpful",
        "mentees_preferred",
        "mentees_helped",
    )

    shown_if: ClassVar[Mapping[str, ShownIf]] = {
        "goal": FOR_MENTEE,
        "mentors_preferred": FOR_MENTEE,
        "mentors_helpful": FOR_MENTEE,
        "mentees_preferred": FOR_MENTOR,
        "mentees_helped": FOR_MENTOR,
    }
    prefilled: ClassVar[Prefilled] = {"role": Known.ROLE}

    respondent: PersonRef = Field(title="Кто отвечает")
    role: ParticipantRole = Field(title="В какой роли")
    goal: LongText | None = Field(None, title="Моя цель", description="Наставляемый называет её на встрече")
    mentors_preferred: Ranked = Field((), title="С кем из наставников хочу работать", description="Для наставляемого")
    mentors_helpful: Ranked = Field((), title="Кто поможет достичь моих целей", description="Для наставляемого")
    mentees_preferred: Ranked = Field((), title="С кем из наставляемых хочу работать", description="Для наставника")
    mentees_helped: Ranked = Field((), title="Кому могу помочь с названными целями", description="Для наставника")

    example: ClassVar[Mapping[str, Any]] = {
        "respondent": "Журавлёв Илья Сергеевич",
        "role": ParticipantRole.MENTEE.value,
        "goal": "Пройти на региональный этап олимпиады по физике",
        "mentors_preferred": ["Соколова Анна Викторовна", "Белов Павел Андреевич"],
        "mentors_helpful": ["Соколова Анна Викторовна"],
        "mentees_preferred": [],
        "mentees_helped": [],
    }

    @property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """The two questions of this respondent's role, each with the ranked answer."""
        if self.role is ParticipantRole.MENTEE:
            return {"mentors_preferred": self.mentors_preferred, "mentors_helpful": self.mentors_helpful}
        return {"mentees_preferred": self.mentees_preferred, "mentees_helped": self.mentees_helped}

    def refusals(self, context: FormContext) -> Iterable[Problem]:  # noqa: ARG002
        if not any(self.choices.values()):
            yield problem("form.nothing_chosen", next(iter(self.choices)))
        for field, names in self.choices.items():
            yield from unique(names, field)
            if self.respondent in names:
                yield problem("form.own_choice", f"{field}.{names.index(self.respondent)}")

    @classmethod
    def sample_count(cls, cast: Cast) -> int:
        return len(cast.mentees) + len(cast.mentors)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        person = story.person(request)
        mentee = Role.MENTEE in person.standings
        wished = _wishes(request, person.name, Role.MENTOR if mentee else Role.MENTEE)
        role = ParticipantRole.MENTEE if mentee else ParticipantRole.MENTOR
        side = ("mentors_preferred", "mentors_helpful") if mentee else ("mentees_preferred", "mentees_helped")
        answer: dict[str, Any] = {"respondent": person.code, "role": role.value}
        if mentee:
            answer["goal"] = story.told(request, "goals")
        return answer | {side[0]: wished[:3], side[1]: wished[:1]}


def _wishes(request: SampleRequest, name: str, other: Role) -> list[str]:
    """The partners of the cast's pairs first, then others of that side, rotating from answer to answer."""
    cast = request.cast
    partners = [
        each.name
        for pair in cast.pairs
        for mine, theirs in (
            ([cast.mentees[i] for i in pair.mentees], [cast.mentors[i] for i in pair.mentors]),
            ([cast.mentors[i] for i in pair.mentors], [cast.mentees[i] for i in pair.mentees]),
        )
        if name in [each.name for each in mine]
        for each in theirs
    ]
    known = {each.name: each.code for each in request.people.persons.values() if other in each.standings}
    rest = story.rotated([each for each in known if each != name], request.serial)
    return [known[each] for each in dict.fromkeys([*partners, *rest]) if each in known]
