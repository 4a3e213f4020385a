"""The forms of «__title__» that the standard ones do not cover."""

from collections.abc import Mapping
from typing import Any, ClassVar

from vekha.plugin import Count, Field, Form, LongText


class Wish(Form):
    """Чего ждёте от наставничества. Ответ не обязывает участвовать."""

    code: ClassVar[str] = "wish"
    title: ClassVar[str] = "Пожелания к программе"
    filled_by: ClassVar[tuple[str, ...]] = ("mentee", "mentor")

    goal: LongText = Field(title="Чему хотите научиться или научить")
    hours: Count | None = Field(None, title="Сколько часов в месяц готовы уделять")

    example: ClassVar[Mapping[str, Any]] = {"goal": "Увереннее выступать перед людьми", "hours": 4}
