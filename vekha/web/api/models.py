"""What the API takes and gives. Texts are refused where a database could not keep them."""

import datetime as dt
from typing import Annotated, Generic, TypeVar

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from vekha.domain.calendar import Roll

T = TypeVar("T")
MAX_PAGE = 200
LAST_ID = 2**31 - 1


def _plain(value: str) -> str:
    """Refuses what is no text: control characters and halves of characters."""
    if any(ord(sign) < 32 or 0xD800 <= ord(sign) <= 0xDFFF for sign in value):
        raise ValueError("control characters")
    return value


Text = Annotated[str, StringConstraints(max_length=500), AfterValidator(_plain)]
LongText = Annotated[str, StringConstraints(max_length=5000), AfterValidator(_plain)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Сколько строк на странице")]
After = Annotated[Text, Query(description="Ключ, после которого начинается страница: «next» предыдущей")]
AfterNumber = Annotated[int, Query(ge=0, le=LAST_ID, description="«next» предыдущей страницы")]
Narrow = Annotated[Text, Query()]
Name = Annotated[Text, Path()]
Number = Annotated[int, Path(ge=1, le=LAST_ID)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProblemOut(BaseModel):
    """Что не так, где и что сделать."""

    code: str
    message: str
    where: str
    remedy: str


class Problems(BaseModel):
    """Отказ: все причины сразу."""

    problems: list[ProblemOut]


class Page(BaseModel, Generic[T]):
    """Страница; «next» передают в «after», чтобы получить следующую, null – страница последняя."""

    items: list[T]
    next: str | None


class InstitutionIn(Strict):
    """Организация. Поля, которых нет, не меняются; пустая строка стирает. Даты – как в таблице: «14.09.2026»."""

    type: Text | None = None
    title: Text | None = None
    short_title: Text | None = None
    region: Text | None = None
    municipality: Text | None = None
    timezone: Text | None = None
    city: Text | None = None
    address: Text | None = None
    phone: Text | None = None
    email: Text | None = None
    site: Text | None = None
    inn: Text | None = None
    ogrn: Text | None = None
    head_name: Text | None = None
    head_position: Text | None = None
    head_gender: Text | None = None
    head_email: Text | None = None
    curator_name: Text | None = None
    curator_position: Text | None = None
    curator_gender: Text | None = None
    curator_email: Text | None = None
    days_off: LongText | None = None
    days_on: LongText | None = None


class InstitutionOut(BaseModel):
    """Организация со сведениями, как в таблице организаций."""

    code: str
    type: str
    title: str
    short_title: str
    region: str
    municipality: str
    timezone: str
    city: str
    address: str
    phone: str
    email: str
    site: str
    inn: str
    ogrn: str
    head_name: str
    head_position: str
    head_email: str
    curator_name: str
    curator_position: str
    curator_email: str


class CampaignIn(Strict):
    """Запуск: для кого и с какими своими сроками; уровни – campaign, type:…, municipality:…, institution:…"""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    title: Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_plain)]
    region: Text
    year: Annotated[int, Field(ge=2020, le=2040)]
    types: list[Text] = Field(default_factory=list, max_length=50)
    municipalities: list[Text] = Field(default_factory=list, max_length=1000)
    institutions: list[Text] = Field(default_factory=list, max_length=20_000)
    deadlines: dict[Text, dict[Text, Text]] = Field(default_factory=dict, max_length=1000)
    roll: Roll = Roll.FORWARD


class CampaignOut(BaseModel):
    """Запуск и сколько программ он начал."""

    code: str
    title: str
    region: str
    year: int
    state: str
    programmes: int


class PlannedStage(BaseModel):
    code: str
    title: str
    opens: dt.date
    due: dt.date


class PreviewOut(BaseModel):
    """Что сделал бы запуск: сколько организаций, какие сроки и на что посмотреть у каждого типа."""

    institutions: dict[str, int]
    stages: dict[str, list[PlannedStage]]
    warnings: dict[str, list[ProblemOut]]


class StageOut(BaseModel):
    """Этап; «late» – на сколько дней просрочен."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    title: str
    state: str
    opens: dt.date
    due: dt.date
    closed_on: dt.date | None
    late: int


class ActivityOut(BaseModel):
    """Мероприятие этапа."""

    model_config = ConfigDict(from_attributes=True)

    stage: str
    code: str
    title: str
    state: str
    required: bool
    opens: dt.date
    due: dt.date
    done_on: dt.date | None
    late: int


class ProgrammeOut(BaseModel):
    """Программа организации и её этапы."""

    key: str
    institution: str
    campaign: str | None
    year: int
    state: str
    starts: dt.date
    ends: dt.date
    stages: list[StageOut]


class ProgrammeWhole(ProgrammeOut):
    """Программа с этапами и мероприятиями."""

    activities: list[ActivityOut]


class DocumentOut(BaseModel):
    """Выданный документ; файл – по адресу /documents/{id}/file."""

    id: int
    institution: str
    programme: str
    stage: str
    activity: str
    code: str
    title: str
    state: str
    number: str | None
    dated: dt.date | None
    version: int
    media_type: str
    signed: bool


class SurveyOut(BaseModel):
    """Опрос: форма, дни, сколько спрошено и сколько ответили."""

    number: int
    programme: str
    form: str
    title: str
    moment: str | None
    anonymous: bool
    state: str
    opens: dt.date
    closes: dt.date
    asked: int
    opened: int
    answered: int


class CountOut(BaseModel):
    answer: str
    count: int


class QuestionOut(BaseModel):
    """Вопрос; «withheld» – ответили меньше пяти, и числа не выдаются."""

    name: str
    title: str
    kind: str
    withheld: bool
    answered: int | None
    mean: float | None
    counts: list[CountOut]


class SurveyWhole(SurveyOut):
    """Опрос с итогами. «secret» – анонимный опрос ещё идёт, «withheld» – ответов меньше пяти: итогов нет."""

    secret: bool
    withheld: bool
    questions: list[QuestionOut]


class PairOut(BaseModel):
    """Пара или группа; «ending» – как она закончилась: finished, early, replaced, cancelled."""

    code: str
    format: str
    mentors: list[str]
    mentees: list[str]
    starts: dt.date
    ends: dt.date
    ended_on: dt.date | None
    ending: str | None
    replaces: str | None


class MeetingOut(BaseModel):
    """Встреча; «held» – состоялась."""

    number: int
    pair: str | None
    kind: str
    on: dt.date
    minutes: int | None
    held: bool


class CollectionOut(BaseModel):
    """Сбор показателей: на какую дату, за какой период, когда подтверждают."""

    code: str
    region: str
    title: str
    since: dt.date
    on: dt.date
    opens: dt.date
    closes: dt.date
    closed: bool
    compared_with: str | None


class FigureOut(BaseModel):
    """Показатель по всем: значение, план, значение сбора для сравнения."""

    code: str
    title: str
    kind: str
    withheld: bool
    value: float | None
    plan: float | None
    before: float | None


class LineFigure(BaseModel):
    code: str
    withheld: bool
    value: float | None


class LineOut(BaseModel):
    """Муниципалитет или организация."""

    key: str
    title: str
    institutions: int
    confirmed: int
    figures: list[LineFigure]


class ReportOut(CollectionOut):
    """Сбор с показателями: вместе и по строкам."""

    institutions: int
    confirmed: int
    figures: list[FigureOut]
    lines: list[LineOut]


class PracticeOut(BaseModel):
    """Опубликованная практика."""

    number: int
    institution: str
    institution_title: str
    municipality: str
    title: str
    model: str
    problem: str
    done: str
    result: str
    pinned: bool
