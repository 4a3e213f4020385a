"""What people say when nobody is going to know who said it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from vekha.domain.surveys import Audience
from vekha.forms.base import Form, LongText, SampleRequest, Scale10, YesNo
from vekha.forms.standard import story
from vekha.forms.survey import AsSurvey


class ProgrammeOpinion(Form):
    """Анонимный опрос: как устроена программа и что в ней изменить. Имена и даты ответов нигде не хранятся, а
    ответы меньше чем пяти человек не показываются никому. Не называйте людей по именам."""

    code: ClassVar[str] = "programme_opinion"
    title: ClassVar[str] = "Анонимный отзыв о программе"
    filled_by: ClassVar[tuple[str, ...]] = ("mentee", "mentor", "guardian", "employer")
    anonymous: ClassVar[bool] = True
    survey: ClassVar[AsSurvey | None] = AsSurvey(audience=tuple(Audience))

    clarity: Scale10 = Field(title="Насколько понятны цели и порядок программы")
    organisation: Scale10 = Field(title="Насколько хорошо она организована")
    help: Scale10 = Field(title="Насколько легко получить помощь, когда она нужна")
    safety: Scale10 = Field(title="Насколько свободно можно говорить о трудностях")
    recommend: YesNo = Field(title="Посоветую участие другим")
    keep: LongText | None = Field(None, title="Что сохранить")
    change: LongText | None = Field(None, title="Что изменить")

    example: ClassVar[Mapping[str, Any]] = {
        "clarity": 9,
        "organisation": 8,
        "help": 9,
        "safety": 8,
        "recommend": True,
        "keep": "Встречи раз в неделю",
        "change": "Заранее сообщать о переносах",
    }

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        return {
            "clarity": story.varied(request, 6, 10, 3),
            "organisation": story.varied(request, 7, 10, 3),
            "help": story.varied(request, 6, 10, 2),
            "safety": story.varied(request, 5, 10, 5),
            "recommend": request.serial % 6 != 5,
            "keep": story.told(request, "keep") if request.serial % 3 else None,
            "change": story.told(request, "change") if request.serial % 2 else None,
        }
