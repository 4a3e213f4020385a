"""What the curator sums up at the end, and what is worth telling others."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, computed_field

from vekha.domain.errors import Problem, problem
from vekha.forms.base import Count, FileName, Form, FormContext, Line, LongText, SampleRequest, YesNo
from vekha.forms.standard import story
from vekha.forms.standard.words import MentoringModel

Mark2 = Annotated[int, Field(ge=0, le=2, json_schema_extra={"widget": "scale"})]


class Swot(Form):
    """Сильные и слабые стороны программы, её возможности и угрозы."""

    code: ClassVar[str] = "swot"
    title: ClassVar[str] = "SWOT-анализ программы"

    strengths: LongText = Field(title="Сильные стороны")
    weaknesses: LongText = Field(title="Слабые стороны")
    opportunities: LongText = Field(title="Возможности")
    threats: LongText = Field(title="Угрозы")

    example: ClassVar[Mapping[str, Any]] = {
        "strengths": "Опытные наставники, поддержка руководства",
        "weaknesses": "Мало времени для встреч в расписании",
        "opportunities": "Выпускники готовы прийти наставниками",
        "threats": "Высокая нагрузка наставников в конце года",
    }

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        return story.told(request, "swot")


class CuratorReport(Form):
    """Отчёт куратора за цикл. Критерии: 0 — не проявляется, 1 — частично, 2 — в полной мере."""

    code: ClassVar[str] = "curator_report"
    title: ClassVar[str] = "Отчёт куратора"

    pairs_started: Count = Field(title="Пар и групп начато")
    pairs_ended: Count = Field(title="Пар и групп завершено")
    meetings: Count = Field(title="Встреч проведено")
    deviations: LongText | None = Field(None, title="Отклонения от плана и причины")
    goals_met: Mark2 = Field(title="Работа отвечает целям и задачам программы")
    principles: Mark2 = Field(title="Соблюдены принципы наставничества")
    technologies: Mark2 = Field(title="Использованы современные подходы")
    climate: Mark2 = Field(title="Участникам комфортно")
    logic: Mark2 = Field(title="Наставники понимают запрос и верно выбирают путь")
    satisfaction: Mark2 = Field(title="Участники довольны программой")
    partners: Mark2 = Field(title="Партнёры довольны программой")
    engagement: Mark2 = Field(title="Наставляемые стали активнее")
    application: Mark2 = Field(title="Наставляемые применяют новые знания и опыт")

    example: ClassVar[Mapping[str, Any]] = {
        "pairs_started": 5,
        "pairs_ended": 5,
        "meetings": 34,
        "deviations": "Две встречи перенесены из-за карантина",
        "goals_met": 2,
        "principles": 2,
        "technologies": 1,
        "climate": 2,
        "logic": 2,
        "satisfaction": 2,
        "partners": 1,
        "engagement": 2,
        "application": 1,
    }

    @computed_field(title="Сумма баллов из 18")
    @property
    def total(self) -> int:
        personal = self.satisfaction + self.partners + self.engagement + self.application
        return personal + self.goals_met + self.principles + self.technologies + self.climate + self.logic

    def refusals(self, context: FormContext) -> Iterable[Problem]:  # noqa: ARG002
        if self.pairs_ended > self.pairs_started:
            ended, started = self.pairs_ended, self.pairs_started
            yield problem("form.more_than_started", "pairs_ended", ended=ended, started=started)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        pairs = request.people.pairs.values()
        return {
            **cls.example,
            "pairs_started": len(pairs),
            "pairs_ended": sum(each.completed and each.ending in (None, "finished") for each in pairs),
            "meetings": sum(each.meetings_total for each in pairs),
            "deviations": story.told(request, "deviations"),
        }


class BestPractice(Form):
    """Карточка удачной практики: какую задачу решали, что делали, что вышло. Публикуется с согласия участников."""

    code: ClassVar[str] = "best_practice"
    title: ClassVar[str] = "Карточка практики"
    filled_by: ClassVar[tuple[str, ...]] = ("mentor", "curator")

    name: Line = Field(title="Название практики")
    problem: LongText | None = Field(None, title="Какую задачу решали")
    model: MentoringModel | None = Field(None, title="Вид наставничества")
    steps: LongText | None = Field(None, title="Шаги")
    result: LongText | None = Field(None, title="Результат")
    attachment: FileName | None = Field(None, title="Файл", description="Имя приложенного файла")
    publication_consent: YesNo = Field(title="Участники согласны на публикацию")

    example: ClassVar[Mapping[str, Any]] = {
        "name": "Задача недели",
        "problem": "Наставляемые теряли интерес между встречами",
        "model": MentoringModel.ONE_TO_ONE.value,
        "steps": "Наставник присылает одну задачу в понедельник, разбор — на встрече",
        "result": "Девять из десяти наставляемых решают задачу до встречи",
        "attachment": None,
        "publication_consent": True,
    }

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        answer = story.told(request, "practices")
        return {**answer, "model": MentoringModel.ONE_TO_ONE.value, "publication_consent": True}
