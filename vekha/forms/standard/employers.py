"""Partners: the enterprises that give mentors and workplaces."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from vekha.domain.people import AddEmployer
from vekha.forms.base import Count, Form, FormContext, Line, SampleRequest
from vekha.forms.cast import Cast

# The weights of the check digits of ИНН: one digit for ten, two for twelve (приказ ФНС № ЕД-7-14/559, 26.06.2020).
_TEN = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_ELEVENTH = (7, *_TEN)
_TWELFTH = (3, *_ELEVENTH)


def _digit(number: str, weights: Sequence[int]) -> str:
    return str(sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False)) % 11 % 10)


def _inn(value: str) -> str:
    """Digits count and check digits of a taxpayer's number; raises the custom error `inn` with the reason."""
    number = value.replace(" ", "")
    if not number.isascii() or not number.isdigit() or len(number) not in (10, 12):
        raise PydanticCustomError("inn", "inn", {"why": "нужны 10 или 12 цифр"})
    checks = ((_TEN, 9),) if len(number) == 10 else ((_ELEVENTH, 10), (_TWELFTH, 11))
    if any(_digit(number, weights) != number[place] for weights, place in checks):
        raise PydanticCustomError("inn", "inn", {"why": "контрольные цифры не сходятся"})
    return number


Inn = Annotated[Line, AfterValidator(_inn)]


class EmployerCard(Form):
    """Предприятие или организация, которая даёт наставников и рабочие места."""

    code: ClassVar[str] = "employer_card"
    title: ClassVar[str] = "Карточка работодателя"
    filled_by: ClassVar[tuple[str, ...]] = ("employer", "curator")

    name: Line = Field(title="Название", description="Полностью, как в уставе")
    inn: Inn | None = Field(None, title="ИНН", description="10 цифр, у предпринимателя 12")
    address: Line | None = Field(None, title="Адрес")
    contact: Line | None = Field(None, title="Контактное лицо", description="Имя, должность, телефон")
    mentors: Count | None = Field(None, title="Сколько наставников может дать")
    places: Count | None = Field(None, title="Сколько рабочих мест может дать")
    professions: tuple[Line, ...] = Field((), title="Профессии")

    example: ClassVar[Mapping[str, Any]] = {
        "name": "АО «Речной механический завод»",
        "inn": "7700000016",
        "address": "г. Заречный, ул. Заводская, д. 4",
        "contact": "Лаптев Олег Игоревич, начальник отдела кадров, +7 900 000-00-03",
        "mentors": 3,
        "places": 10,
        "professions": ["слесарь", "токарь"],
    }

    def consequences(self, context: FormContext) -> Iterable[AddEmployer]:  # noqa: ARG002
        yield AddEmployer(
            name=self.name,
            inn=self.inn,
            address=self.address,
            contact=self.contact,
            details=self.model_dump(mode="json", exclude_none=True, include={"mentors", "places", "professions"}),
        )

    @classmethod
    def sample_count(cls, cast: Cast) -> int:
        return max(1, len(cast.employers))

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        if not request.cast.employers:
            return cls.example
        employer = request.cast.employers[request.serial % len(request.cast.employers)]
        return {
            "name": employer.name,
            "inn": employer.inn,
            "address": employer.address,
            "contact": employer.contact,
            "mentors": 2 + request.serial % 3,
            "places": 6 + request.serial * 2 % 10,
        }
