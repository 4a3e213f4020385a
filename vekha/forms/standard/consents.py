"""Consents to the processing and to the publication of personal data (152-ФЗ of 27.07.2006, art. 9 and 10.1)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from vekha.domain.errors import Problem, problem
from vekha.domain.guardians import signs_for_oneself
from vekha.domain.people import GiveConsent, Purpose
from vekha.domain.roadmap import Scope
from vekha.forms.base import Day, Form, FormContext, Known, Line, LongText, PersonRef, Prefilled, SampleRequest
from vekha.forms.checks import in_order, not_ahead
from vekha.forms.standard import story
from vekha.forms.standard.words import DataCategory, PublicCategory, Relation

PublicCategories = Annotated[tuple[PublicCategory, ...], Field(min_length=1)]

PURPOSE = "участие в программе наставничества, ведение её реестров и отчётности"
ACTIONS = "сбор, запись, хранение, уточнение, использование, удаление"
REVOCATION = "письменным заявлением на имя руководителя организации"

# What a consent to processing says whoever signs it (152-ФЗ, art. 9, part 4).
Operator = Annotated[Line, Field(title="Кому дано согласие", description="Полное название организации")]
Aim = Annotated[Line, Field(title="Цель обработки")]
Categories = Annotated[tuple[DataCategory, ...], Field(min_length=1, title="Какие данные")]
Actions = Annotated[Line | None, Field(title="Действия с данными")]
Term = Annotated[Day, Field(title="Действует до")]
Revocation = Annotated[Line | None, Field(title="Как отозвать")]
Signed = Annotated[Day, Field(title="Дата подписи")]
PREFILLED: Prefilled = {
    "operator": Known.INSTITUTION,
    "purpose": PURPOSE,
    "actions": ACTIONS,
    "term": Known.CYCLE_ENDS,
    "revocation": REVOCATION,
    "signed": Known.TODAY,
}
EXAMPLE: Mapping[str, Any] = {
    "operator": "МБОУ «Школа № 12»",
    "purpose": PURPOSE,
    "actions": ACTIONS,
    "term": "31.12.2027",
    "revocation": REVOCATION,
    "signed": "02.09.2026",
}


def _dated(signed: Any, term: Any, context: FormContext) -> Iterator[Problem]:
    yield from not_ahead(signed, "signed", context)
    yield from in_order(signed, term, "term")


class ConsentAdult(Form):
    """Согласие совершеннолетнего участника. Это отдельная бумага: в другие документы его включать нельзя."""

    code: ClassVar[str] = "consent_adult"
    title: ClassVar[str] = "Согласие на обработку персональных данных"
    filled_by: ClassVar[tuple[str, ...]] = ("mentor", "mentee")
    about: ClassVar[Scope] = Scope.PARTICIPANT
    subject_field: ClassVar[str | None] = "subject"
    person_fields: ClassVar[tuple[str, ...]] = ("subject",)

    prefilled: ClassVar[Prefilled] = PREFILLED

    subject: PersonRef = Field(title="Участник", description="Тот, кто подписал согласие")
    operator: Operator
    purpose: Aim
    data: Categories
    actions: Actions = None
    term: Term
    revocation: Revocation = None
    signed: Signed

    example: ClassVar[Mapping[str, Any]] = {
        **EXAMPLE,
        "subject": "Соколова Анна Викторовна",
        "data": [
            each.value for each in (DataCategory.NAME, DataCategory.BIRTH, DataCategory.PLACE, DataCategory.CONTACTS)
        ],
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from _dated(self.signed, self.term, context)
        for person in context.people.find(self.subject):
            if person.is_minor(self.signed):
                yield problem("people.minor_signs", "subject", person=person.name)

    def consequences(self, context: FormContext) -> Iterable[GiveConsent]:  # noqa: ARG002
        yield GiveConsent(
            subject=self.subject,
            purpose=Purpose.PROCESSING,
            signed=self.signed,
            until=self.term,
            categories=tuple(each.value for each in self.data),
        )

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        return {
            **cls.example,
            "subject": story.subject(request),
            "operator": request.cast.title,
            "term": story.until(request),
            "signed": request.today,
        }


class ConsentMinor(Form):
    """Согласие родителя или иного законного представителя за участника младше 18 лет."""

    code: ClassVar[str] = "consent_minor"
    title: ClassVar[str] = "Согласие законного представителя на обработку персональных данных"
    filled_by: ClassVar[tuple[str, ...]] = ("guardian",)
    about: ClassVar[Scope] = Scope.PARTICIPANT
    subject_field: ClassVar[str | None] = "child"
    person_fields: ClassVar[tuple[str, ...]] = ("child",)

    prefilled: ClassVar[Prefilled] = {
        "guardian": Known.GUARDIAN,
        "relation": Known.RELATION,
        "authority": Known.AUTHORITY,
        "contact": Known.GUARDIAN_CONTACT,
        **PREFILLED,
    }

    child: PersonRef = Field(title="Несовершеннолетний участник")
    guardian: Line = Field(title="Законный представитель", description="Фамилия, имя, отчество полностью")
    relation: Relation = Field(title="Кем приходится")
    authority: Line = Field(
        title="Документ о полномочиях",
        description="Свидетельство о рождении, акт о назначении опекуна: номер и дата",
    )
    contact: Line | None = Field(None, title="Связь с представителем", description="Телефон или почта")
    operator: Operator
    purpose: Aim
    data: Categories
    actions: Actions = None
    term: Term
    revocation: Revocation = None
    signed: Signed

    example: ClassVar[Mapping[str, Any]] = {
        **EXAMPLE,
        "child": "Журавлёв Илья Сергеевич",
        "guardian": "Журавлёва Ольга Николаевна",
        "relation": Relation.MOTHER.value,
        "authority": "свидетельство о рождении от 14.03.2012 № 518204",
        "contact": "+7 900 000-00-01",
        "data": [
            each.value for each in (DataCategory.NAME, DataCategory.BIRTH, DataCategory.PLACE, DataCategory.CONTACTS)
        ],
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from _dated(self.signed, self.term, context)
        for person in context.people.find(self.child):
            if person.birth_date is None:
                yield problem("form.birth_date_unknown", "child", person=person.name)
            elif not person.is_minor(self.signed):
                yield problem("people.guardian_of_adult", "child", person=person.name)
            if signs_for_oneself(person.name, self.guardian, self.relation.value):
                yield problem("people.own_guardian", "guardian", person=person.name)

    def consequences(self, context: FormContext) -> Iterable[GiveConsent]:  # noqa: ARG002
        yield GiveConsent(
            subject=self.child,
            purpose=Purpose.PROCESSING,
            signed=self.signed,
            until=self.term,
            guardian=self.guardian,
            relation=self.relation.value,
            authority=self.authority,
            guardian_contact=self.contact,
            categories=tuple(each.value for each in self.data),
        )

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        child = story.person(request)
        guardian = request.cast.person(child.name).guardian or cls.example["guardian"]
        born = child.birth_date or request.today
        mother = guardian.split()[-1].endswith("на")
        return {
            **cls.example,
            "child": child.code,
            "guardian": guardian,
            "relation": (Relation.MOTHER if mother else Relation.FATHER).value,
            "authority": f"свидетельство о рождении от {born:%d.%m.%Y} № {518204 + request.serial * 37}",
            "contact": f"+7 900 000-{10 + request.serial % 90}-{15 + request.serial * 7 % 80}",
            "operator": request.cast.title,
            "term": story.until(request),
            "signed": request.today,
        }


class ConsentPublic(Form):
    """Согласие на публикацию на сайте. Нужна отдельная бумага: согласие на обработку публикации не разрешает."""

    code: ClassVar[str] = "consent_public"
    title: ClassVar[str] = "Согласие на распространение персональных данных"
    filled_by: ClassVar[tuple[str, ...]] = ("mentor", "mentee", "guardian")
    about: ClassVar[Scope] = Scope.PARTICIPANT
    subject_field: ClassVar[str | None] = "subject"
    person_fields: ClassVar[tuple[str, ...]] = ("subject",)

    prefilled: ClassVar[Prefilled] = {
        "guardian": Known.GUARDIAN,
        "relation": Known.RELATION,
        "authority": Known.AUTHORITY,
        "site": Known.SITE,
        "term": Known.CYCLE_ENDS,
        "signed": Known.TODAY,
    }

    subject: PersonRef = Field(title="Чьи данные публикуются")
    guardian: Line | None = Field(
        None, title="Законный представитель", description="Если участнику нет 18 лет: фамилия, имя, отчество"
    )
    relation: Relation | None = Field(None, title="Кем приходится")
    authority: Line | None = Field(None, title="Документ о полномочиях")
    site: Line = Field(title="Где публикуется", description="Адрес сайта или раздела")
    categories: PublicCategories = Field(title="Что можно публиковать")
    bans: LongText | None = Field(None, title="Запреты и условия")
    term: Term
    signed: Signed

    example: ClassVar[Mapping[str, Any]] = {
        "subject": "Соколова Анна Викторовна",
        "guardian": None,
        "relation": None,
        "authority": None,
        "site": "школа12.рф, раздел «Наставничество»",
        "categories": [PublicCategory.NAME.value, PublicCategory.CASE.value],
        "bans": "Не передавать фотографии другим сайтам",
        "term": "31.12.2027",
        "signed": "20.05.2027",
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from _dated(self.signed, self.term, context)
        for person in context.people.find(self.subject):
            minor = person.is_minor(self.signed)
            if minor and self.guardian is None:
                yield problem("people.minor_signs", "guardian", person=person.name)
            if self.guardian is not None and not minor:
                yield problem("people.guardian_of_adult", "guardian", person=person.name)

    def consequences(self, context: FormContext) -> Iterable[GiveConsent]:  # noqa: ARG002
        yield GiveConsent(
            subject=self.subject,
            purpose=Purpose.PUBLICATION,
            signed=self.signed,
            until=self.term,
            guardian=self.guardian,
            relation=self.relation.value if self.relation else None,
            authority=self.authority,
            categories=tuple(each.value for each in self.categories),
        )

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        person = story.person(request)
        answer = {
            **cls.example,
            "subject": person.code,
            "site": f"{request.cast.institution.get('site', 'сайт организации')}, раздел «Наставничество»",
            "term": story.until(request),
            "signed": request.today,
        }
        if person.is_minor(request.today):
            answer["guardian"] = request.cast.person(person.name).guardian
            answer["relation"] = Relation.MOTHER.value
            answer["authority"] = "свидетельство о рождении"
        return answer
