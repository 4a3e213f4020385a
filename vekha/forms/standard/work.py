"""The work of pairs and groups: agreement, individual plan, the journals of meetings and of events."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from vekha.domain.errors import Problem, problem
from vekha.domain.people import FormPair, HoldMeeting
from vekha.domain.roadmap import Scope
from vekha.domain.steps import SetPlan, Step
from vekha.forms.base import (
    Count,
    Day,
    EmployerRef,
    Form,
    FormContext,
    Line,
    LongText,
    Mark5,
    PairRef,
    PersonRef,
    SampleRequest,
    YesNo,
)
from vekha.forms.cast import Cast
from vekha.forms.checks import in_cycle, in_order, in_term, not_ahead, unique
from vekha.forms.standard import story
from vekha.forms.standard.words import EventKind, MeetingKind, MentoringModel

Parties = Annotated[tuple[PersonRef, ...], Field(min_length=1)]
FINAL_DAYS = 60  # a story holds its final meetings in the last two months of the cycle


class AgreementForm(Form):
    """Соглашение между наставником и наставляемым. Пара начинает работу, когда соглашение внесено."""

    code: ClassVar[str] = "agreement_form"
    title: ClassVar[str] = "Соглашение"
    person_fields: ClassVar[tuple[str, ...]] = ("mentors", "mentees")

    mentors: Parties = Field(title="Наставники")
    mentees: Parties = Field(title="Наставляемые")
    guardians: tuple[Line, ...] = Field(
        (), title="Законные представители", description="По одному на каждого наставляемого младше 18 лет"
    )
    starts: Day = Field(title="Действует с")
    ends: Day = Field(title="Действует по")
    model: MentoringModel | None = Field(None, title="Вид наставничества")
    goal: LongText | None = Field(None, title="Цель работы")
    duties: LongText | None = Field(None, title="Обязанности сторон")
    employer: EmployerRef | None = Field(None, title="Работодатель", description="Если наставник с предприятия")
    signed: Day | None = Field(None, title="Дата подписания")

    example: ClassVar[Mapping[str, Any]] = {
        "mentors": ["Соколова Анна Викторовна"],
        "mentees": ["Журавлёв Илья Сергеевич"],
        "guardians": ["Журавлёва Ольга Николаевна"],
        "starts": "01.10.2026",
        "ends": "31.05.2027",
        "model": MentoringModel.ONE_TO_ONE.value,
        "goal": "Подготовка к олимпиаде по физике",
        "duties": "Встречаться не реже двух раз в месяц, предупреждать о переносе за день",
        "employer": None,
        "signed": "28.09.2026",
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from in_order(self.starts, self.ends, "ends")
        yield from in_cycle(self.starts, "starts", context)
        yield from in_cycle(self.ends, "ends", context)
        yield from unique(self.mentors, "mentors")
        yield from unique(self.mentees, "mentees")
        if self.signed is not None:
            yield from not_ahead(self.signed, "signed", context)
        known = [each for name in self.mentees for each in context.people.find(name)]
        minors = [each.name for each in known if each.is_minor(self.signed or context.today)]
        if len(self.guardians) < len(minors):
            given, names = len(self.guardians), ", ".join(minors)
            yield problem("form.guardian_missing", "guardians", given=given, needed=len(minors), minors=names)

    def consequences(self, context: FormContext) -> Iterable[FormPair]:  # noqa: ARG002
        group = len(self.mentors) + len(self.mentees) > 2
        model = self.model or (MentoringModel.GROUP if group else MentoringModel.ONE_TO_ONE)
        yield FormPair(
            mentors=self.mentors,
            mentees=self.mentees,
            format=model.value,
            starts=self.starts,
            ends=self.ends,
            goal=self.goal,
            employer=self.employer,
        )

    @classmethod
    def sample_count(cls, cast: Cast) -> int:
        return len(cast.pairs)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        cast = request.cast
        pair = cast.pairs[request.serial % len(cast.pairs)]
        mentors = [cast.mentors[each] for each in pair.mentors]
        mentees = [cast.mentees[each] for each in pair.mentees]
        known = {each.name: each for each in request.people.persons.values()}
        minors = [each for each in mentees if each.name in known and known[each.name].is_minor(request.today)]
        employers = {name: code for code, name in request.people.employers.items()}
        hosts = [cast.employers[each.employer].name for each in mentors if each.employer is not None]
        return {
            "mentors": [known[each.name].code for each in mentors],
            "mentees": [known[each.name].code for each in mentees],
            "guardians": [each.guardian for each in minors if each.guardian],
            "starts": request.today,
            "ends": request.cycle_ends,
            "model": (MentoringModel.GROUP if len(mentees) > 1 else MentoringModel.ONE_TO_ONE).value,
            "goal": story.told(request, "pair_goals"),
            "duties": story.told(request, "duties"),
            "employer": employers.get(hosts[0]) if hosts else None,
            "signed": request.today,
        }


class PlanRow(BaseModel):
    """A task of an individual plan."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, coerce_numbers_to_str=True)

    task: Line = Field(title="Задача")
    until: Day = Field(title="Дата", description="Внутри срока плана")
    expected: Line | None = Field(None, title="Ожидаемый результат")
    actual: Line | None = Field(None, title="Достигнутый результат")
    mark: Mark5 | None = Field(None, title="Оценка")


def plan_of(pair: str, rows: Iterable[PlanRow]) -> SetPlan:
    """The steps of a pair from the rows of its plan: each has its own due date from now on."""
    steps = (
        Step(task=row.task, due=row.until, expected=row.expected, actual=row.actual, mark=row.mark) for row in rows
    )
    return SetPlan(pair=pair, steps=tuple(steps))


def in_plan(starts: date, ends: date, rows: Iterable[PlanRow], context: FormContext) -> Iterable[Problem]:
    """What is wrong with the days of a plan: its term lies in the cycle, and every step in its term."""
    yield from in_order(starts, ends, "ends")
    yield from in_cycle(starts, "starts", context)
    yield from in_cycle(ends, "ends", context)
    if starts <= ends:
        yield from in_term((row.until for row in rows), starts, ends, "rows.{row}.until")


class PlanForm(Form):
    """Индивидуальный план развития: чего добиваются, какими шагами и к какому дню."""

    code: ClassVar[str] = "plan_form"
    title: ClassVar[str] = "Индивидуальный план"
    filled_by: ClassVar[tuple[str, ...]] = ("mentor", "mentee")
    about: ClassVar[Scope] = Scope.PAIR
    subject_field: ClassVar[str | None] = "pair"

    pair: PairRef = Field(title="Пара", description="Код пары или группы")
    goal: LongText = Field(title="Цель")
    strengths: LongText | None = Field(None, title="Сильные стороны")
    weaknesses: LongText | None = Field(None, title="Над чем работать")
    starts: Day = Field(title="Начало")
    ends: Day = Field(title="Окончание")
    rows: Annotated[tuple[PlanRow, ...], Field(min_length=1)] = Field(title="Строки плана")

    example: ClassVar[Mapping[str, Any]] = {
        "pair": "n1",
        "goal": "Пройти на региональный этап олимпиады по физике",
        "strengths": "Хорошо считает, настойчив",
        "weaknesses": "Теряется в задачах с экспериментом",
        "starts": "01.10.2026",
        "ends": "31.05.2027",
        "rows": [
            {
                "task": "Разобрать задачи прошлых лет",
                "until": "01.12.2026",
                "expected": "Решены двадцать задач",
                "actual": "Решены двадцать две задачи",
                "mark": 5,
            },
            {"task": "Провести три опыта по механике", "until": "01.03.2027", "expected": "Отчёт об опытах"},
        ],
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from in_plan(self.starts, self.ends, self.rows, context)

    def consequences(self, context: FormContext) -> Iterable[SetPlan]:  # noqa: ARG002
        yield plan_of(self.pair, self.rows)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        starts, ends = request.today, request.cycle_ends
        steps = story.told(request, "plans")
        return {
            "pair": story.pair_code(request),
            "goal": story.told(request, "pair_goals"),
            "strengths": story.told(request, "strengths"),
            "weaknesses": story.told(request, "weaknesses"),
            "starts": starts,
            "ends": ends,
            "rows": [
                {"task": step, "until": day, "expected": result}
                for (step, result), day in zip(steps, _spread(starts, ends, len(steps)), strict=True)
            ],
        }


def _spread(starts: date, ends: date, parts: int) -> list[date]:
    """So many days, evenly over the term, the last one before its end."""
    return [starts + timedelta(days=(ends - starts).days * part // (parts + 1)) for part in range(1, parts + 1)]


class MeetingLog(Form):
    """Запись о состоявшейся встрече пары или группы: что обсудили и что сказали друг другу."""

    code: ClassVar[str] = "meeting_log"
    title: ClassVar[str] = "Журнал встреч"
    filled_by: ClassVar[tuple[str, ...]] = ("mentor",)
    about: ClassVar[Scope] = Scope.PAIR
    subject_field: ClassVar[str | None] = "pair"

    pair: PairRef = Field(title="Пара", description="Код пары или группы")
    held_on: Day = Field(title="Дата встречи", description="Не позже сегодняшней")
    kind: MeetingKind = Field(title="Вид встречи")
    reflection: LongText = Field(title="Рефлексия", description="Что было и что получилось")
    feedback: LongText = Field(title="Обратная связь", description="Что сказал наставляемый")
    minutes: Count | None = Field(None, title="Длительность, минут")
    absent: YesNo = Field(default=False, title="Встреча не состоялась из-за неявки")

    example: ClassVar[Mapping[str, Any]] = {
        "pair": "n1",
        "held_on": "14.10.2026",
        "kind": MeetingKind.SERIES.value,
        "reflection": "Разобрали три задачи, одну решили двумя способами",
        "feedback": "Стало понятно, с чего начинать решение",
        "minutes": 60,
        "absent": False,
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from not_ahead(self.held_on, "held_on", context)

    def consequences(self, context: FormContext) -> Iterable[HoldMeeting]:  # noqa: ARG002
        yield HoldMeeting(
            kind=self.kind.code, on=self.held_on, pair=self.pair, minutes=self.minutes, absent=self.absent
        )

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        pair = story.pair_code(request)
        return {
            "pair": pair,
            "held_on": request.today,
            "kind": _next_kind(request, pair).value,
            "reflection": story.told(request, "reflections"),
            "feedback": story.told(request, "replies"),
            "minutes": story.varied(request, 40, 90, 10),
            "absent": False,
        }


def _next_kind(request: SampleRequest, pair: str) -> MeetingKind:
    """The kind asked for, else the next one that this pair has not held yet."""
    if request.wanted is not None:
        return next(each for each in MeetingKind if each.code == request.wanted)
    held = request.people.pairs[pair].meetings
    ending = request.today > request.cycle_ends - timedelta(days=FINAL_DAYS)
    later = MeetingKind.FINAL if ending else MeetingKind.SERIES
    first = (MeetingKind.INTRODUCTION, MeetingKind.TRIAL, MeetingKind.PLANNING)
    return next((each for each in first if not held.get(each.code)), later)


class EventLog(Form):
    """Запись о событии программы без отдельной пары: занятие с наставниками, семинар, общая встреча."""

    code: ClassVar[str] = "event_log"
    title: ClassVar[str] = "Журнал мероприятий"
    filled_by: ClassVar[tuple[str, ...]] = ("curator",)

    held_on: Day = Field(title="Дата мероприятия", description="Не позже сегодняшней")
    kind: EventKind = Field(title="Вид мероприятия")
    topic: Line = Field(title="Тема")
    present: Count | None = Field(None, title="Сколько человек участвовало")
    minutes: Count | None = Field(None, title="Длительность, минут")
    summary: LongText | None = Field(None, title="Итоги")

    example: ClassVar[Mapping[str, Any]] = {
        "held_on": "08.10.2026",
        "kind": EventKind.TRAINING.value,
        "topic": "Как ставить цели вместе с наставляемым",
        "present": 6,
        "minutes": 90,
        "summary": "Каждый составил черновик плана на первый месяц",
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from not_ahead(self.held_on, "held_on", context)

    def consequences(self, context: FormContext) -> Iterable[HoldMeeting]:  # noqa: ARG002
        yield HoldMeeting(kind=self.kind.code, on=self.held_on, topic=self.topic, minutes=self.minutes)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        kind = EventKind[(request.wanted or EventKind.TRAINING.code).upper()]
        return {
            "held_on": request.today,
            "kind": kind.value,
            "topic": story.told(request, f"topics_{kind.code}"),
            "present": max(2, len(request.people.persons)),
            "minutes": story.varied(request, 60, 120, 15),
        }
